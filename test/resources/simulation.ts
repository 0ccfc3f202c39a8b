import type { Aws } from '../../controller/aws/aws.ts';
import { fingerprint } from '../../controller/model/secret-value.ts';
import { FakeClock } from '../clock.ts';
import { SimulatedAws, type SimulatedAwsOptions } from '../simulated-aws/simulated-aws.ts';

const fingerprintKey = new Uint8Array(32).fill(7);

interface Simulation {
  readonly clock: FakeClock;
  readonly simulated: SimulatedAws;
  readonly aws: Aws;
  readonly advance: (ms: number) => Promise<void>;
}

/** A simulated AWS with a clock of its own, as one pass sees it. Nothing is shared: every snapshot is loaded anew. */
export function simulation(options: Omit<SimulatedAwsOptions, 'clock'> = {}): Simulation {
  const clock = new FakeClock();
  const simulated = new SimulatedAws({ clock, ...options });
  const aws: Aws = {
    ...simulated.clients,
    account: simulated.account,
    now: () => clock.now(),
    fingerprint: secret => fingerprint(fingerprintKey, secret),
    shared: (_name, load) => load(new AbortController().signal),
  };
  return { clock, simulated, aws, advance: ms => clock.advance(ms) };
}

/** The operations that changed something, in order, from a number in the call log on. */
export function changes(simulated: SimulatedAws, since = 0): readonly string[] {
  return simulated.calls
    .since(since)
    .filter(({ mutating }) => mutating)
    .map(({ operation }) => operation);
}
