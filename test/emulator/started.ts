import { BatchClient } from '@aws-sdk/client-batch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { inject, onTestFinished } from 'vitest';
import { FakeClock } from '../clock.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';

/** An emulator with an account of its own on the moto that all test files share. */
export function sharedEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return startEmulator({ motoEndpoint: inject('motoEndpoint'), ...options });
}

/** As `sharedEmulator` with a clock that the test moves, ended with the test. */
export async function steppedEmulator(
  options: EmulatorOptions = {},
): Promise<Emulator & { readonly clock: FakeClock }> {
  const clock = new FakeClock();
  const emulator = await sharedEmulator({ clock, ...options });
  onTestFinished(() => emulator.stop());
  return { ...emulator, clock };
}

/** SDK clients of the emulator that show every answer: nothing is retried unless asked for. */
export function clientsOf({ client }: Pick<Emulator, 'client'>, maxAttempts = 1) {
  const configuration = { ...client, maxAttempts };
  return {
    batch: new BatchClient(configuration),
    ec2: new EC2Client(configuration),
    iam: new IAMClient(configuration),
    secrets: new SecretsManagerClient(configuration),
    sts: new STSClient(configuration),
  };
}

/** What an SDK call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  const error = await call.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  return error instanceof Error ? { name: error.name, message: error.message } : { name: '', message: String(error) };
}
