import { RegisterJobDefinitionCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerJob } from '../simulated-aws/batch/samples.ts';
import { activeRevisions, declared, definition, lookTwice, submit } from './definitions.ts';
import { allReady, environment, onEc2 } from './environment.ts';
import { minute, second, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

type Members = Readonly<Record<string, unknown>>;

const declare = (commands: readonly string[], more?: Members) => declared(world, commands, more);
const lookedTwice = () => lookTwice(world);
const active = (name?: string) => activeRevisions(world, name);

const ended = (jobId: string) => world.aws.batch.jobs.edit(jobId, { status: 'SUCCEEDED' });

describe('a revision that a job uses', () => {
  beforeEach(async () => {
    await world.apply(environment([onEc2()]));
    await world.settle();
  });

  it.each(['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'] as const)(
    'stays while the job is %s, and goes when it has ended',
    async status => {
      await declare(['a'], { revisionHistoryLimit: 0 });
      world.aws.batch.steer(() => ({ outcome: 'waits' }));
      const jobId = await submit(world, 'hello:1');
      await world.clock.advance(10 * second);
      world.aws.batch.jobs.edit(jobId, { status });
      await declare(['b'], { revisionHistoryLimit: 0 });
      await lookedTwice();

      expect([active(), await world.ready('JobDefinition', 'hello')]).toEqual([[1, 2], allReady]);
      ended(jobId);
      await lookedTwice();
      expect(active()).toEqual([2]);
    },
  );

  it('stays for a job in a queue that takes no more, behind pages of jobs that have ended', async () => {
    await declare(['a'], { revisionHistoryLimit: 0 });
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    const others = [
      await submit(world, 'hello:1'),
      await submit(world, 'hello:1'),
      await submit(world, 'hello:1'),
      await submit(world, 'hello:1'),
    ];
    for (const jobId of others.slice(1)) ended(jobId);
    world.aws.batch.jobQueues.edit('blog-main', { state: 'DISABLED' });
    world.aws.shortPages('ListJobs', 1);
    await declare(['b'], { revisionHistoryLimit: 0 });

    expect(active()).toEqual([1, 2]);
  });

  it('stays for a job that named none, and got it as the newest', async () => {
    await declare(['a'], { revisionHistoryLimit: 0 });
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    await submit(world, 'hello');
    await declare(['b'], { revisionHistoryLimit: 0 });

    expect(active()).toEqual([1, 2]);
  });

  it.each([10, 40])('stays although AWS lists its job only %i s after it was submitted', async seconds => {
    await declare(['a'], { revisionHistoryLimit: 0 });
    world.aws.lag('ListJobs', seconds * second);
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    await world.apply(definition('b', { revisionHistoryLimit: 0 }));
    await submit(world, 'hello');
    await world.settle();
    await lookedTwice();
    await lookedTwice();

    expect(active()).toEqual([1, 2]);
  });

  it('is looked at anew from the last job on, and once a newer one is in place', async () => {
    await declare(['a'], { revisionHistoryLimit: 0 });
    await world.apply(definition('b', { revisionHistoryLimit: 0 }));
    await world.settle();
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    const jobId = await submit(world, 'hello:1');
    await world.clock.advance(minute);
    await world.resync();
    ended(jobId);
    await world.resync();
    await world.clock.advance(50 * second);
    await world.resync();
    expect(active()).toEqual([1, 2]);

    await world.clock.advance(10 * second);
    await world.resync();
    expect(active()).toEqual([2]);
  });

  const arn = 'arn:aws:batch:eu-west-1:123456789012:job-definition/hello:1';
  it.each([
    { what: 'named by the ARN', job: { jobDefinition: arn } },
    { what: 'named with its number', job: { jobDefinition: 'hello:1' } },
    { what: 'named without a number', job: { jobDefinition: 'hello' } },
    { what: 'the parent of an array', job: { jobDefinition: 'hello', arrayProperties: { size: 3 } } },
    { what: 'waiting for another job', job: { jobDefinition: 'hello' }, waits: true },
  ])('stays for a job that is $what', async ({ job, waits }) => {
    await declare(['a'], { revisionHistoryLimit: 0 });
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    const { batch } = world.aws.clients;
    const other = await batch.send(new RegisterJobDefinitionCommand(containerJob('other')));
    const { jobId } = await batch.send(
      new SubmitJobCommand({ jobName: 'first', jobQueue: 'blog-main', jobDefinition: other.jobDefinitionArn }),
    );
    const dependsOn = waits ? [{ jobId }] : [];
    await batch.send(new SubmitJobCommand({ jobName: 'work', jobQueue: 'blog-main', dependsOn, ...job }));
    await world.clock.advance(10 * second);
    await declare(['b'], { revisionHistoryLimit: 0 });

    expect(active()).toEqual([1, 2]);
  });

  it('stays while others go', async () => {
    await declare(['a', 'b'], { revisionHistoryLimit: 3 });
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    await submit(world, 'hello:1');
    await declare(['c', 'd'], { revisionHistoryLimit: 0 });

    expect(active()).toEqual([1, 4]);
    const { length } = world.aws.calls;
    await lookedTwice();
    expect(world.changesSince(length)).toEqual([]);
  });

  it('holds back the deletion of its object, which says for which job it waits', async () => {
    await declare(['a', 'b']);
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    const jobId = await submit(world, 'hello:1');
    await world.clock.advance(10 * second);
    await world.delete('JobDefinition', 'hello');
    await world.settle(minute);

    expect(active()).toEqual([1]);
    expect(await world.ready('JobDefinition', 'hello')).toContain(
      `revision 1 is used by job work (${jobId}), RUNNABLE in job queue blog-main; it goes when no job uses it: wait, or end the jobs`,
    );
    ended(jobId);
    await world.clock.advance(2 * minute);
    expect([active(), await world.get('JobDefinition', 'hello')]).toEqual([[], undefined]);
  });

  it('holds back the end of the name that its object had before', async () => {
    await declare(['a']);
    world.aws.batch.steer(() => ({ outcome: 'waits' }));
    const jobId = await submit(world, 'hello:1');
    await world.clock.advance(10 * second);
    await world.apply(definition('a', {}, { 'batchwright.dev/aws-name': 'other' }));
    await world.settle(minute);

    expect([active(), active('other')]).toEqual([[1], [1]]);
    ended(jobId);
    await world.clock.advance(2 * minute);
    expect([active(), active('other')]).toEqual([[], [1]]);
  });
});
