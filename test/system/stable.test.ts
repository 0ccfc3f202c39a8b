import { expect, it } from 'vitest';
import { type Installation, installation } from './installation.ts';
import type { Program } from './program.ts';

const timeoutMs = 90_000;

/** Waits until every object has been looked at by this process and is Ready, and AWS was swept so many times since. */
async function sweeps({ emulator }: Installation, program: Program, count: number): Promise<void> {
  await program.ready(4);
  const sweep = { service: 'batch', operation: 'DescribeComputeEnvironments' };
  const before = emulator.calls.count(sweep);
  await program.until(`${count} sweeps`, () => emulator.calls.count(sweep) >= before + count);
}

it.concurrent(
  'changes nothing once AWS is as declared: in three resyncs, after a restart, after the loss of the data directory',
  async context => {
    const system = await installation(context);
    const { calls } = system.emulator;
    await system.declareExample();

    const first = system.run();
    await first.ready(4);
    calls.clear();
    await sweeps(system, first, 3);
    expect(calls.counts({ mutating: true }), 'three resyncs').toEqual({});
    expect((await first.stop()).code).toBe(0);

    calls.clear();
    const second = system.run();
    await sweeps(system, second, 2);
    expect(calls.counts({ mutating: true }), 'restart').toEqual({});
    expect(calls.counts({ operation: 'GetSecretValue' }), 'values are not read again').toEqual({});
    expect((await second.stop()).code).toBe(0);

    calls.clear();
    system.data = system.path('data-after-the-loss');
    const third = system.run();
    await sweeps(system, third, 2);
    expect(calls.counts({ mutating: true }), 'lost data directory').toEqual({});
    expect((await third.stop()).code).toBe(0);
  },
  timeoutMs,
);

it.concurrent(
  'deletes nothing when data directory and manifests are lost together, and takes up again where it was',
  async context => {
    const system = await installation(context);
    const { calls } = system.emulator;
    await system.declareExample();
    const first = system.run();
    await first.ready(4);
    await first.stop('SIGKILL');

    calls.clear();
    system.data = system.path('data-after-the-loss');
    await system.remove('10-credential.yaml', '20-environment.yaml', '30-job-definition.yaml');
    const second = system.run();
    await second.ready(1);
    await second.until('three looks at the account', async () => {
      const metrics = await second.metrics();
      return metrics.sum('controller_runtime_reconcile_total', { controller: 'awsaccount', result: 'success' }) >= 3;
    });
    expect(calls.counts({ mutating: true }), 'lost manifests').toEqual({});

    await system.declareExample();
    await second.ready(4);
    expect(calls.counts({ mutating: true }), 'manifests are back').toEqual({});
  },
  timeoutMs,
);
