import { FakeClock } from '../clock.ts';
import { clientsOf, sharedEmulator } from '../emulator/started.ts';
import { defaultNetwork } from './network.ts';
import { runContract } from './run-contract.ts';
import type { Ground } from './world.ts';

const times = {
  createMs: 20_000,
  updateMs: 20_000,
  deleteMs: 20_000,
  deletedMs: 5_000,
  relationMs: 20_000,
  iamPropagationMs: 10_000,
  secretDeletionMs: 10_000,
  jobMs: 40_000,
};

/** An account of its own on the shared moto, behind a proxy whose clock goes on at each look. */
async function ground(): Promise<Ground> {
  const clock = new FakeClock();
  const emulator = await sharedEmulator({ clock, times });
  const { secrets: secretsManager, ...others } = clientsOf(emulator);
  const clients = { ...others, secretsManager };
  return {
    clients,
    account: { accountId: emulator.account, region: emulator.region, partition: 'aws' },
    network: await defaultNetwork(clients),
    prefix: 'contract-',
    pass: ms => clock.advance(ms),
    interval: 5_000,
    patience: 600_000,
    close: () => emulator.stop(),
  };
}

runContract({ where: 'emulated', ground });
