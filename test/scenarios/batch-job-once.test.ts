import { expect, it } from 'vitest';
import { conditionOf } from '../../controller/model/conditions.ts';
import { example, object } from './example.ts';
import type { Death } from './process.ts';
import { minute, second, World } from './world.ts';

const spec = { environment: { name: 'blog' }, jobDefinition: { name: 'hello' } };

/** A world in which everything that a job needs is there. */
async function inWorld<T>(run: (world: World) => Promise<T>): Promise<T> {
  const world = new World();
  await world.applyAll(example());
  await world.settle();
  const result = await run(world);
  await world.stop();
  return result;
}

const jobs = (world: World) => world.aws.batch.jobs.values().filter(({ jobName }) => jobName === 'once');
const complete = async (world: World) => {
  const found = conditionOf((await world.get('BatchJob', 'once'))?.status, 'Complete');
  return found && `${found.status} ${found.reason}`;
};

/** The calls from the object to the end of its job, counted from 0. */
const calls = await inWorld(async world => {
  const before = world.aws.calls.length;
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle();
  return Array.from({ length: world.aws.calls.length - before }, (_, call) => call);
});
const deaths = calls.flatMap((call): Death[] => [
  { call, when: 'before' },
  { call, when: 'after' },
]);

it.each([
  { memory: 'all it knew', loseData: false, outcome: 'succeeds', ends: 'True JobSucceeded' },
  { memory: 'nothing but the tags in AWS', loseData: true, outcome: 'succeeds', ends: 'True JobSucceeded' },
  { memory: 'all it knew while the job waits', loseData: false, outcome: 'waits', ends: 'False JobActive' },
] as const)(
  'one job is submitted, wherever the process dies, by one that begins again with $memory',
  async ({ ends, loseData, outcome }) => {
    for (const death of deaths) {
      await inWorld(async world => {
        world.aws.batch.steer(() => ({ outcome }));
        world.process.dieAt({ ...death, call: world.aws.calls.length + death.call });
        await world.apply(object('BatchJob', 'once', spec));
        await world.settle(5 * minute);
        await world.restart({ loseData });
        await world.settle(5 * minute);
        expect([death, jobs(world).length, await complete(world)]).toEqual([death, 1, ends]);
      });
    }
  },
  60_000,
);

it.each([5, 15, 25])('one job is submitted although it is listed %i s late and the answer was lost', async late => {
  await inWorld(async world => {
    world.aws.lag('ListJobs', late * second);
    world.aws.lag('DescribeJobs', late * second);
    world.aws.fail({ operation: 'SubmitJob', with: 'lostAnswer' });
    await world.apply(object('BatchJob', 'once', spec));
    await world.settle();
    expect([jobs(world).length, await complete(world)]).toEqual([1, 'True JobSucceeded']);
  });
});

it('a job of which AWS knows no more is not submitted again: how it ended stays, or that it is not known is said', async () => {
  await inWorld(async world => {
    await world.apply(object('BatchJob', 'once', spec));
    await world.settle();
    for (const { jobId } of jobs(world)) world.aws.batch.jobs.delete(jobId);
    await world.resync();
    await world.restart();
    await world.settle();
    expect([jobs(world).length, await complete(world)]).toEqual([0, 'True JobSucceeded']);
  });
  await inWorld(async world => {
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    await world.apply(object('BatchJob', 'once', spec));
    await world.settle(2 * minute);
    for (const { jobId } of jobs(world)) world.aws.batch.jobs.delete(jobId);
    await world.settle(20 * minute);
    expect([jobs(world).length, await complete(world)]).toEqual([0, 'Unknown JobForgotten']);
    expect(await world.ready('BatchJob', 'once')).toMatch(/it is not submitted again. To run it once more, delete/);

    await world.delete('BatchJob', 'once');
    await world.settle();
    expect(await world.get('BatchJob', 'once')).toBeUndefined();
  });
});

it('says of a job that waits what stands in its way, and that no more when nothing does', async () => {
  await inWorld(async world => {
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    await world.apply(object('BatchJob', 'once', spec));
    await world.settle(2 * minute);
    const [one] = world.aws.batch.computeEnvironments.values();
    const name = one?.computeEnvironmentName ?? '';
    world.process.controller.resync();
    world.aws.batch.computeEnvironments.edit(name, {
      computeResources: { ...one?.computeResources, desiredvCpus: 16 } as never,
    });
    await world.clock.advance(12 * minute);
    const message = async () => conditionOf((await world.get('BatchJob', 'once'))?.status, 'Complete')?.message;
    expect(await message()).toBe(
      `the job is RUNNABLE: compute environment ${name} has 16 of 16 vCPUs in use; wait until jobs end, or raise maxvCpus`,
    );

    world.aws.batch.steer(() => ({ outcome: 'succeeds' }));
    await world.settle();
    expect(await message()).toBe('the job has succeeded');
  });
});

it('says how the children of an array stand, and stops those that run with their object', async () => {
  await inWorld(async world => {
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    await world.apply(object('BatchJob', 'once', { ...spec, arrayProperties: { size: 3 } }));
    await world.settle(3 * minute);
    for (const { jobId } of jobs(world))
      world.aws.batch.jobs.edit(jobId, {
        status: 'PENDING',
        arrayProperties: { size: 3, statusSummary: { SUCCEEDED: 1, RUNNING: 2, FAILED: 0 } },
      });
    await world.clock.advance(2 * minute);
    expect(conditionOf((await world.get('BatchJob', 'once'))?.status, 'Complete')?.message).toBe(
      'the job is PENDING: 1 SUCCEEDED, 2 RUNNING of 3 children',
    );

    await world.delete('BatchJob', 'once');
    await world.settle();
    expect(await world.get('BatchJob', 'once')).toBeUndefined();
    expect(world.aws.calls.of('TerminateJob').length).toBe(1);
    expect(jobs(world).map(({ status }) => status)).toEqual(['FAILED']);
  });
});
