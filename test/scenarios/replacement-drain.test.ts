import { RegisterJobDefinitionCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerJob } from '../simulated-aws/batch/samples.ts';
import {
  allReady,
  computeEnvironments,
  environment,
  names,
  onEc2,
  onFargate,
  settled,
  watchCapacity,
} from './environment.ts';
import { minute, second, World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.aws.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('work')));
});
afterEach(() => world.stop());

/** Has a job run on the queue for so long. */
async function submit(runsForMs: number): Promise<void> {
  world.aws.batch.steer(() => ({ outcome: 'succeeds', runsForMs }));
  const job = { jobName: 'job', jobQueue: 'blog-main', jobDefinition: 'work' };
  await world.aws.clients.batch.send(new SubmitJobCommand(job));
  await world.clock.advance(10 * second);
}

const jobs = () => world.aws.batch.jobs.values().map(({ status }) => status);
const ready = () => world.ready('BatchEnvironment', 'blog');
const isGone = (name: string | undefined) => !names(world).includes(name ?? '');

interface Way {
  readonly what: string;
  readonly from: (more?: object) => ReturnType<typeof environment>;
  readonly to: (more?: object) => ReturnType<typeof environment>;
  readonly busy: RegExp;
}

const ways: readonly Way[] = [
  {
    what: 'EC2',
    from: more => environment([onEc2({ allocationStrategy: 'BEST_FIT', minvCpus: 4 }, { ...more })]),
    to: more => environment([onEc2({ allocationStrategy: 'BEST_FIT', minvCpus: 4, ec2KeyPair: 'key' }, { ...more })]),
    busy: /drains: jobs or instances use 1 vCPUs; it is deleted when they have ended, at the latest at /,
  },
  {
    what: 'Fargate',
    from: more => environment([onFargate({}, { ...more })]),
    to: more => environment([onFargate({ type: 'FARGATE_SPOT' }, { ...more })]),
    busy: /drains: 1 jobs are on it; it is deleted when they have ended, at the latest at /,
  },
];

describe.each(ways)('a job on $what that is replaced', ({ from, to, busy }) => {
  it('runs to its end before the compute environment goes', async () => {
    await settled(world, from());
    const [old] = names(world);
    await submit(40 * minute);
    const gaps = watchCapacity(world);

    await world.apply(to());
    await world.clock.advance(20 * minute);

    expect(await ready()).toMatch(busy);
    expect(
      computeEnvironments(world)
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['DISABLED', 'ENABLED']);
    await world.clock.advance(30 * minute);
    expect(jobs()).toEqual(['SUCCEEDED']);
    expect([isGone(old), await ready()]).toEqual([true, allReady]);
    expect(gaps).toEqual([]);
  });

  it('goes on where it is when the change is taken back, as if nothing had been', async () => {
    await settled(world, from());
    const [old] = names(world);
    await submit(40 * minute);
    await world.apply(to());
    await world.clock.advance(15 * minute);
    const gaps = watchCapacity(world);

    await world.apply(from());
    await world.clock.advance(60 * minute);

    expect([names(world), jobs(), await ready()]).toEqual([[old], ['SUCCEEDED'], allReady]);
    expect(computeEnvironments(world)).toMatchObject([{ state: 'ENABLED', status: 'VALID' }]);
    expect(gaps).toEqual([]);
  });
});

describe.each(ways.slice(0, 1))('a job on $what that does not end', ({ from, to }) => {
  it('has the time that is declared and no more, also across restarts', async () => {
    await settled(world, from({ drainTimeoutMinutes: 30 }));
    const [old] = names(world);
    await submit(600 * minute);
    await world.apply(to({ drainTimeoutMinutes: 30 }));
    await world.clock.advance(10 * minute);
    await world.restart();
    await world.clock.advance(15 * minute);

    expect(isGone(old)).toBe(false);
    await world.restart();
    await world.clock.advance(15 * minute);
    expect(jobs()).not.toContain('SUCCEEDED');
    expect([isGone(old), await ready()]).toEqual([true, allReady]);
  });

  it('loses its time when less is declared in the middle', async () => {
    await settled(world, from());
    const [old] = names(world);
    await submit(600 * minute);
    await world.apply(to());
    await world.clock.advance(10 * minute);
    expect(isGone(old)).toBe(false);

    await world.apply(to({ drainTimeoutMinutes: 1 }));
    await world.clock.advance(10 * minute);

    expect([isGone(old), await ready()]).toEqual([true, allReady]);
  });
});

it('instances that are kept for nothing are not kept while a compute environment drains', async () => {
  const [way] = ways;
  if (!way) throw new Error('no way');
  await settled(world, way.from());
  world.aws.batch.scale(names(world)[0] ?? '', 4);
  const before = world.aws.calls.length;

  await world.apply(way.to());
  await world.clock.advance(5 * minute);

  const disable = world.aws.calls.since(before).find(({ operation }) => operation === 'UpdateComputeEnvironment');
  expect(disable?.input).toMatchObject({ state: 'DISABLED', computeResources: { minvCpus: 0 } });
});

it('a Fargate compute environment waits for its jobs also when its time is over, because AWS cannot delete it', async () => {
  await settled(world, environment([onFargate({}, { drainTimeoutMinutes: 0 })]));
  await submit(60 * minute);
  const seen = new Set<string | undefined>();
  world.aws.onCall(() => {
    for (const { status } of computeEnvironments(world)) seen.add(status);
  });

  await world.apply(environment([onFargate({ type: 'FARGATE_SPOT' }, { drainTimeoutMinutes: 0 })]));
  await world.clock.advance(30 * minute);
  expect(await ready()).toMatch(
    /has had its time, but AWS cannot delete it under its jobs: 1 jobs are on it; end them/,
  );
  await world.clock.advance(60 * minute);

  expect([jobs(), names(world).length, await ready()]).toEqual([['SUCCEEDED'], 1, allReady]);
  expect(seen).not.toContain('INVALID');
});
