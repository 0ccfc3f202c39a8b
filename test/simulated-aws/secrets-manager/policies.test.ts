import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';

let clock: FakeClock;
let sim: SimulatedAws;

const SecretId = 'registry';

beforeEach(async () => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
  await sim.clients.secretsManager.send(new CreateSecretCommand({ Name: SecretId }));
});

function policy(principal: string): string {
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
}

function put(ResourcePolicy: string, more: object = {}): Promise<string> {
  return rejection(
    sim.clients.secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, ...more })),
  );
}

async function current(): Promise<string | undefined> {
  return (await sim.clients.secretsManager.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;
}

it('is absent at first, comes back as it was put, and can be deleted twice', async () => {
  expect(await current()).toBeUndefined();
  const text = policy(sim.iam.addRole('reader'));
  await put(text);
  expect(await current()).toBe(text);
  for (let times = 0; times < 2; times++) {
    await sim.clients.secretsManager.send(new DeleteResourcePolicyCommand({ SecretId }));
  }

  expect(await current()).toBeUndefined();
});

it('refuses a role that is too young', async () => {
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: {}, Action: 'x' }] });
  const { Role } = await sim.clients.iam.send(new CreateRoleCommand({ RoleName: 'young', AssumeRolePolicyDocument }));
  const text = policy(Role?.Arn ?? '');

  expect(await put(text)).toBe(
    'MalformedPolicyDocumentException: This resource policy contains an unsupported principal.',
  );
  await clock.advance(sim.durations.iamPropagation);
  expect(await put(text)).toBe('not refused');
});

it('names a role by its id once it is deleted, even if another one has its name', async () => {
  await put(policy(sim.iam.addRole('reader', { attachedPolicies: [] })));
  const id = sim.iam.roles.get('reader')?.RoleId;

  await sim.clients.iam.send(new DeleteRoleCommand({ RoleName: 'reader' }));
  sim.iam.addRole('reader');

  expect(await current()).toBe(policy(id ?? ''));
});

it('refuses what cannot be read, and what everybody could use where told to', async () => {
  expect(await put('{')).toBe('MalformedPolicyDocumentException: This resource policy contains invalid Json syntax.');
  expect(await put(policy('*'), { BlockPublicPolicy: true })).toMatch(/^PublicPolicyException: /);
  expect(await put(policy('*'))).toBe('not refused');
});

it('is validated without being put', async () => {
  const validate = async (ResourcePolicy: string) =>
    (await sim.clients.secretsManager.send(new ValidateResourcePolicyCommand({ ResourcePolicy })))
      .PolicyValidationPassed;

  expect([await validate(policy('*')), await validate(policy(sim.iam.addRole('reader')))]).toEqual([false, true]);
  expect(await current()).toBeUndefined();
});
