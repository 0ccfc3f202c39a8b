import { afterEach, beforeEach, expect, it } from 'vitest';
import { conditionOf } from '../../controller/model/conditions.ts';
import { example } from './example.ts';
import { minute, World } from './world.ts';

let world: World;
let name: string;
beforeEach(async () => {
  world = new World();
  await world.applyAll(example());
  await world.settle();
  name = world.aws.batch.computeEnvironments.values()[0]?.computeEnvironmentName ?? '';
});
afterEach(() => world.stop());

const reason = 'CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole';

it('a compute environment that turned INVALID comes back when AWS looks at it again', async () => {
  world.aws.batch.invalidate(name, reason, { healedByUpdate: true });
  const before = world.aws.calls.length;

  await world.resync();

  expect(world.changesSince(before)).toEqual(['UpdateComputeEnvironment']);
  expect(await world.ready('BatchEnvironment', 'blog')).toBe('True Reconciled: AWS is as declared');
  expect(await world.events('blog')).toContain(
    `Changed: had AWS look again at compute environment ${name}, which had failed`,
  );
});

it('one that stays INVALID is reported with the reason, and AWS is asked less and less often', async () => {
  world.aws.batch.invalidate(name, reason);
  const before = world.aws.calls.length;
  world.process.controller.resync();
  await world.clock.advance(2 * minute);

  const status = (await world.get('BatchEnvironment', 'blog'))?.status;
  expect(conditionOf(status, 'Stalled')).toMatchObject({
    status: 'True',
    reason: 'ResourceFailed',
    message: expect.stringContaining(`compute environment ${name} has failed: INVALID: ${reason}`),
  });
  expect(conditionOf(status, 'Drifted')).toMatchObject({ status: 'False' });
  expect(world.changesSince(before)).toEqual(['UpdateComputeEnvironment']);
  await world.clock.advance(4 * 60 * minute);
  expect(world.changesSince(before).length).toBeLessThanOrEqual(9);
  expect(world.aws.calls.since(before).length).toBeLessThanOrEqual(330);
});

it('one that stays INVALID heals by itself once the cause is gone', async () => {
  world.aws.batch.invalidate(name, reason);
  await world.resync();
  await world.clock.advance(30 * minute);
  world.aws.batch.heal(name);

  await world.clock.advance(60 * minute + 5 * minute);

  expect(await world.ready('BatchEnvironment', 'blog')).toBe('True Reconciled: AWS is as declared');
});

it('a change of the spec is carried out although the compute environment is INVALID, and heals it', async () => {
  world.aws.batch.invalidate(name, reason, { healedByUpdate: true });
  const [, environment] = example();
  if (!environment) throw new Error('no environment');
  const spec = structuredClone(environment.spec) as {
    computeEnvironments: { computeResources: { maxvCpus: number } }[];
  };
  for (const each of spec.computeEnvironments) each.computeResources.maxvCpus = 32;
  const before = world.aws.calls.length;

  await world.apply({ ...environment, spec: spec as never });
  await world.settle();

  expect(world.changesSince(before)).toEqual(['UpdateComputeEnvironment']);
  expect(await world.ready('BatchEnvironment', 'blog')).toBe('True Reconciled: AWS is as declared');
});

it('the queue of an INVALID compute environment can still be disabled', async () => {
  world.aws.batch.invalidate(name, reason);
  await world.resync();
  const [, environment] = example();
  if (!environment) throw new Error('no environment');
  const spec = structuredClone(environment.spec) as { jobQueues: { state?: string }[] };
  for (const queue of spec.jobQueues) queue.state = 'DISABLED';

  await world.apply({ ...environment, spec: spec as never });
  await world.settle();

  expect(world.aws.batch.jobQueues.get('blog-main')?.state).toBe('DISABLED');
});

it('an INVALID compute environment can be deleted', async () => {
  world.aws.batch.invalidate(name, reason);
  await world.resync();

  for (const object of example().toReversed()) await world.delete(object.kind, object.metadata.name);
  await world.settle();

  expect(await world.get('BatchEnvironment', 'blog')).toBeUndefined();
  expect(world.aws.batch.computeEnvironments.values().filter(({ status }) => status !== 'DELETED')).toEqual([]);
});
