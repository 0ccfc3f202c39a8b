import { FakeClock } from '../clock.ts';
import { SimulatedAws } from '../simulated-aws/simulated-aws.ts';
import { runContract } from './run-contract.ts';
import type { Ground } from './world.ts';

/** An empty simulated account, whose clock goes on a second at each look. */
async function ground(): Promise<Ground> {
  const clock = new FakeClock();
  const { clients, account } = new SimulatedAws({ clock });
  return {
    clients,
    account,
    network: { subnets: ['subnet-1', 'subnet-2'], securityGroup: 'sg-1' },
    prefix: 'contract-',
    pass: ms => clock.advance(ms),
    interval: 1_000,
    patience: 3_600_000,
  };
}

runContract({ where: 'simulated', ground });
