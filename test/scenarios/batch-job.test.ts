import { afterEach, beforeEach, expect, it } from 'vitest';
import { conditionOf } from '../../controller/model/conditions.ts';
import { valueAt } from '../../controller/model/path.ts';
import { changed, environmentSpec, example, object } from './example.ts';
import { minute, second, World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.applyAll(example());
  await world.settle();
});
afterEach(() => world.stop());

const spec = { environment: { name: 'blog' }, jobDefinition: { name: 'hello' } };
const submitted = () => world.aws.calls.of('SubmitJob').length;
const jobs = () => world.aws.batch.jobs.values();
const condition = async (type: 'Complete' | 'Failed', name = 'once') => {
  const found = conditionOf((await world.get('BatchJob', name))?.status, type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
};

it('submits once and follows to the end', async () => {
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle();

  expect(await condition('Complete')).toBe('True JobSucceeded: the job has succeeded');
  expect(await condition('Failed')).toBe('False JobSucceeded: the job has succeeded');
  expect(await world.ready('BatchJob', 'once')).toBe('True Reconciled: AWS is as declared');
  await world.resync();
  await world.restart();
  await world.settle();
  expect([submitted(), jobs().length]).toEqual([1, 1]);
});

it('shows when the job began and ended as people write times', async () => {
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle();

  const [job] = jobs();
  const rfc3339 = (ms: number | undefined) => `${new Date(ms ?? Number.NaN).toISOString().slice(0, 19)}Z`;
  expect(valueAt((await world.get('BatchJob', 'once'))?.status, 'job')).toMatchObject({
    createdAt: rfc3339(job?.createdAt),
    startedAt: rfc3339(job?.startedAt),
    stoppedAt: rfc3339(job?.stoppedAt),
  });
});

it.each(['lostAnswer', 'serverErrorApplied', 'lostRequest', 'throttle'] as const)(
  'submits once despite %s',
  async fault => {
    world.aws.fail({ operation: 'SubmitJob', with: fault });
    await world.apply(object('BatchJob', 'once', spec));
    await world.settle();

    expect(jobs().length).toBe(1);
    expect(await condition('Complete')).toMatch(/^True/);
  },
);

it('finds its job again when the process dies with the answer, and when the store is lost', async () => {
  world.aws.batch.steer(() => ({ outcome: 'waits' }));
  world.aws.fail({ operation: 'SubmitJob', with: 'lostAnswer' });
  await world.apply(object('BatchJob', 'once', spec));
  await world.clock.advance(2 * second);
  await world.restart();
  await world.settle(2 * minute);
  expect(jobs().length).toBe(1);

  await world.restart({ loseData: true });
  await world.settle(5 * minute);
  expect([submitted(), jobs().length]).toEqual([1, 1]);
  expect(await condition('Complete')).toMatch(/^False JobActive: the job is RUNNABLE/);
});

it('says in plain words why an image could not be pulled', async () => {
  const reason =
    "CannotPullContainerError: pull access denied for ghcr.io/acme/job, repository does not exist or may require 'docker login'";
  world.aws.batch.steer(() => ({ outcome: 'fails', inStarting: true, reason }));
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle();

  expect(await condition('Failed')).toMatch(
    /^True JobFailed: .*may require 'docker login' \(no login or a wrong one was used/,
  );
  expect(await condition('Complete')).toMatch(/^False/);
  expect(submitted()).toBe(1);
});

it('shows exit code and status reason of a failed job', async () => {
  world.aws.batch.steer(() => ({ outcome: 'fails', exitCode: 3 }));
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle();

  const job = valueAt((await world.get('BatchJob', 'once'))?.status, 'job');
  expect(job).toMatchObject({ status: 'FAILED', exitCode: 3 });
});

const huge = { containerOverrides: { resourceRequirements: [{ type: 'VCPU', value: '64' }] } };
const larger = (maxvCpus: number) =>
  object(
    'BatchEnvironment',
    'blog',
    changed(environmentSpec, { 'computeEnvironments.0.computeResources.maxvCpus': maxvCpus }),
  );

it('is not submitted while it can never run, and is once it can', async () => {
  await world.apply(object('BatchJob', 'once', { ...spec, ...huge }));
  await world.settle(2 * minute);
  expect(await world.ready('BatchJob', 'once')).toBe(
    'False InvalidSpec: spec.environment: no compute environment of job queue main can ever run the job: main has 16 vCPUs at most, the job needs 64. Ask for less, change the environment, or name another queue',
  );
  expect(await condition('Complete')).toBe('False JobActive: not submitted yet');
  expect(submitted()).toBe(0);

  await world.apply(larger(64));
  await world.settle();
  expect(await condition('Complete')).toMatch(/^True/);
});

it('is followed to its end, and stays as it ended, whatever becomes of what it was submitted to', async () => {
  world.aws.batch.steer(() => ({ outcome: 'waits' }));
  await world.apply(larger(64));
  await world.settle();
  await world.apply(object('BatchJob', 'once', { ...spec, ...huge }));
  await world.settle(2 * minute);
  await world.apply(larger(16));
  await world.settle(2 * minute);
  expect(await condition('Complete')).toMatch(/^False JobActive: the job is RUNNABLE/);

  await world.restart({ loseData: true });
  await world.settle(5 * minute);
  expect(await condition('Complete')).toMatch(/^False JobActive: the job is RUNNABLE/);
  await world.apply(larger(64));
  await world.settle(5 * minute);
  world.aws.batch.steer(() => ({ outcome: 'succeeds' }));
  await world.settle();
  expect(await condition('Complete')).toMatch(/^True/);

  await world.apply(larger(16));
  await world.settle();
  expect(await world.ready('BatchJob', 'once')).toBe('True Reconciled: AWS is as declared');
  expect([submitted(), jobs().length]).toEqual([1, 1]);
});

it('cannot be changed, and says so', async () => {
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle();
  await world.apply(object('BatchJob', 'once', { ...spec, parameters: { input: 'x' } }));
  await world.settle();

  expect(await world.ready('BatchJob', 'once')).toMatch(
    /^False ImmutableField: job once: hash cannot be changed in place/,
  );
  expect(submitted()).toBe(1);
});

it('is cancelled with its object, and a new object of the name is a new job', async () => {
  world.aws.batch.steer(() => ({ outcome: 'waits' }));
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle(2 * minute);
  await world.delete('BatchJob', 'once');
  await world.settle();
  expect(await world.get('BatchJob', 'once')).toBeUndefined();
  expect(jobs().map(({ status }) => status)).toEqual(['FAILED']);

  world.aws.batch.steer(() => ({ outcome: 'succeeds' }));
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle();
  expect(await condition('Complete')).toMatch(/^True/);
  expect(jobs().length).toBe(2);
});

it('is terminated when it already runs', async () => {
  world.aws.batch.steer(() => ({ outcome: 'succeeds', runsForMs: 60 * minute }));
  await world.apply(object('BatchJob', 'once', spec));
  await world.settle(3 * minute);
  await world.delete('BatchJob', 'once');
  await world.settle();

  expect(await world.get('BatchJob', 'once')).toBeUndefined();
  expect(world.aws.calls.of('TerminateJob').length).toBe(1);
});

it('goes by itself some time after its end', async () => {
  await world.apply(object('BatchJob', 'once', { ...spec, ttlSecondsAfterFinished: 600 }));
  await world.settle();
  expect(await condition('Complete')).toMatch(/^True/);

  await world.clock.advance(9 * minute);
  expect(await world.get('BatchJob', 'once')).toBeDefined();
  await world.clock.advance(3 * minute);
  expect(await world.get('BatchJob', 'once')).toBeUndefined();
});

it('waits for the jobs that it depends on, and refuses a circle', async () => {
  world.aws.batch.steer(() => ({ outcome: 'waits' }));
  await world.apply(object('BatchJob', 'second', { ...spec, dependsOn: [{ job: { name: 'first' } }] }));
  await world.settle(minute);
  expect(await world.ready('BatchJob', 'second')).toBe(
    'False DependencyNotReady: spec.dependsOn[0].job.name: BatchJob default/first does not exist',
  );

  await world.apply(object('BatchJob', 'first', spec));
  await world.settle(2 * minute);
  const first = jobs().find(({ jobName }) => jobName === 'first');
  expect(jobs().find(({ jobName }) => jobName === 'second')?.dependsOn).toEqual([{ jobId: first?.jobId }]);

  await world.apply(object('BatchJob', 'x', { ...spec, dependsOn: [{ job: { name: 'y' } }] }));
  await world.apply(object('BatchJob', 'y', { ...spec, dependsOn: [{ job: { name: 'x' } }] }));
  await world.settle(2 * minute);
  expect(await world.ready('BatchJob', 'x')).toBe(
    'False ReferenceCycle: spec.dependsOn: jobs depend on each other in a circle: x → y → x',
  );
  expect(jobs().length).toBe(2);
});
