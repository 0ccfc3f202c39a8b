import { SubmitJobCommand } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { definitionSpec, example, object } from './example.ts';
import { minute, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(async () => {
  world = new World();
  world.aws.batch.steer(() => ({ outcome: 'waits' }));
  await world.applyAll(example());
  await world.settle();
});
afterEach(() => world.stop());

/** The n-th content of the definition, carried out. */
async function release(n: number, spec: object = {}): Promise<void> {
  const containerProperties = { ...definitionSpec.containerProperties, command: ['release', String(n)] };
  await world.apply(object('JobDefinition', 'hello', { ...definitionSpec, ...spec, containerProperties }));
  await world.settle();
}

const active = () =>
  world.aws.batch.jobDefinitions
    .values()
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ revision }) => revision)
    .sort((a, b) => a - b);
const ready = () => world.ready('JobDefinition', 'hello');

/** A job that waits in the queue, of a given revision or, by the bare name, of the newest. */
async function job(jobDefinition: string): Promise<string> {
  const input = { jobName: 'waiting', jobQueue: 'blog-main', jobDefinition };
  const { jobId = '' } = await world.aws.clients.batch.send(new SubmitJobCommand(input));
  return jobId;
}

/** Every job runs to its end. */
async function endJobs(): Promise<void> {
  world.aws.batch.steer(() => ({ outcome: 'succeeds' }));
  await world.clock.advance(3 * minute);
}

describe('a revision that a waiting job uses', () => {
  it.each([
    { named: 'by revision', by: 'hello:1' },
    { named: 'by the bare name', by: 'hello' },
  ])('and names $named stays beyond the history, and goes when the job has ended', async ({ by }) => {
    await job(by);
    for (const n of [2, 3, 4]) await release(n, { revisionHistoryLimit: 1 });

    expect([active(), await ready()]).toEqual([[1, 3, 4], allReady]);

    await world.resync();
    expect(active()).toEqual([1, 3, 4]);
    await endJobs();
    await world.resync();
    expect([active(), await ready()]).toEqual([[3, 4], allReady]);
  });

  it('outlives its object as long as the job does, and the object says what it waits for', async () => {
    const jobId = await job('hello');
    await release(2);

    await world.delete('JobDefinition', 'hello');
    await world.clock.advance(2 * minute);

    expect(active()).toEqual([1]);
    expect(await ready()).toMatch(
      new RegExp(
        `^False \\w+: .*revision 1 is used by job waiting \\(${jobId}\\), \\w+ in job queue blog-main; it goes when no job uses it`,
      ),
    );
    await endJobs();
    await world.clock.advance(2 * minute);
    expect([active(), await world.get('JobDefinition', 'hello')]).toEqual([[], undefined]);
  });
});

it('jobs are asked for only when a revision could go', async () => {
  await job('hello');
  for (const n of [2, 3, 4]) await release(n);
  for (let i = 0; i < 3; i++) await world.resync();
  expect(world.aws.calls.of('ListJobs').length).toBe(0);

  await release(5);

  expect(active()).toEqual([1, 2, 3, 4, 5]);
  expect(world.aws.calls.of('ListJobs').length).toBeGreaterThan(0);
});

describe('a revision that has just had its day', () => {
  it('stays for the time declared, whatever the history says', async () => {
    const spec = { revisionHistoryLimit: 0, revisionMinAgeMinutes: 60 };
    await release(2, spec);
    await release(3, spec);
    await world.clock.advance(30 * minute);
    expect([active().slice(-2), await ready()]).toEqual([[2, 3], allReady]);

    await world.clock.advance(45 * minute);

    expect([active().at(-1), active().includes(2), await ready()]).toEqual([3, false, allReady]);
  });
});

it('going back and forth registers a revision each time and leaves no more than the history behind', async () => {
  for (const n of [2, 3, 2, 3, 2]) await release(n, { revisionHistoryLimit: 1 });

  expect([active(), await ready()]).toEqual([[5, 6], allReady]);
});
