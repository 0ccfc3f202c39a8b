import { afterEach, beforeEach, expect, it } from 'vitest';
import { environmentSpec, example, object } from './example.ts';
import { World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const [main] = environmentSpec.computeEnvironments;
const spare = { ...main, name: 'spare' };
const order = (...names: readonly string[]) =>
  names.map((computeEnvironment, index) => ({ order: index + 1, computeEnvironment }));
const queue = (name: string, ...environments: readonly string[]) => ({
  name,
  priority: 1,
  computeEnvironmentOrder: order(...environments),
});
const withParts = (computeEnvironments: readonly object[], jobQueues: readonly object[], more: object = {}) =>
  object('BatchEnvironment', 'blog', { ...environmentSpec, computeEnvironments, jobQueues, ...more });

const environments = () =>
  world.aws.batch.computeEnvironments
    .values()
    .filter(({ status }) => status !== 'DELETED')
    .map(({ computeEnvironmentName }) => computeEnvironmentName.replace(/-[0-9a-f]{8}$/, ''));
const queues = () =>
  world.aws.batch.jobQueues
    .values()
    .filter(({ status }) => status !== 'DELETED')
    .map(({ jobQueueName }) => jobQueueName);

async function converged(draft: ReturnType<typeof object>): Promise<number> {
  const [credential] = example();
  if (credential) await world.apply(credential);
  await world.apply(draft);
  await world.settle();
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
  return world.aws.calls.length;
}

it('a queue that is no longer declared is disabled and deleted, the others stay', async () => {
  const before = await converged(withParts([main ?? {}], [queue('main', 'main'), queue('second', 'main')]));

  await world.apply(withParts([main ?? {}], [queue('main', 'main')]));
  await world.settle();

  expect([queues(), world.changesSince(before)]).toEqual([['blog-main'], ['UpdateJobQueue', 'DeleteJobQueue']]);
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('a compute environment that is no longer declared leaves the queue first', async () => {
  const before = await converged(withParts([main ?? {}, spare], [queue('main', 'main', 'spare')]));

  await world.apply(withParts([main ?? {}], [queue('main', 'main')]));
  await world.settle();

  expect(environments()).toEqual(['blog-main']);
  expect(world.changesSince(before)).toEqual([
    'UpdateJobQueue',
    'UpdateComputeEnvironment',
    'DeleteComputeEnvironment',
  ]);
});

it('both together go in the safe order', async () => {
  const before = await converged(withParts([main ?? {}, spare], [queue('main', 'main'), queue('second', 'spare')]));

  await world.apply(withParts([main ?? {}], [queue('main', 'main')]));
  await world.settle();

  expect([environments(), queues()]).toEqual([['blog-main'], ['blog-main']]);
  expect(world.changesSince(before)).toEqual([
    'UpdateJobQueue',
    'DeleteJobQueue',
    'UpdateComputeEnvironment',
    'DeleteComputeEnvironment',
  ]);
});

it('everything but the roles can go, and come back', async () => {
  await converged(withParts([main ?? {}], [queue('main', 'main')]));

  await world.apply(withParts([], []));
  await world.settle();
  expect([environments(), queues(), world.aws.ec2.launchTemplates.values()]).toEqual([[], [], []]);
  expect(world.aws.iam.instanceProfiles.values()).toEqual([]);
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);

  await world.apply(withParts([main ?? {}], [queue('main', 'main')]));
  await world.settle();
  expect([environments(), queues()]).toEqual([['blog-main'], ['blog-main']]);
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('a queue that gets another name is made anew before the old one goes', async () => {
  const before = await converged(withParts([main ?? {}], [queue('main', 'main')]));

  await world.apply(withParts([main ?? {}], [{ ...queue('main', 'main'), jobQueueName: 'renamed' }]));
  await world.settle();

  expect(queues()).toEqual(['renamed']);
  expect(world.changesSince(before)).toEqual(['CreateJobQueue', 'UpdateJobQueue', 'DeleteJobQueue']);
});

it('a part that is taken out and put back in the meantime is kept', async () => {
  await converged(withParts([main ?? {}], [queue('main', 'main'), queue('second', 'main')]));
  await world.apply(withParts([main ?? {}], [queue('main', 'main')]));
  await world.clock.advance(2_000);

  await world.apply(withParts([main ?? {}], [queue('main', 'main'), queue('second', 'main')]));
  await world.settle();

  expect(queues()).toEqual(['blog-main', 'blog-second']);
  expect(world.aws.batch.jobQueues.values().map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED']);
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('parts of others with the name of one that was removed stay', async () => {
  await converged(withParts([main ?? {}], [queue('main', 'main'), queue('second', 'main')]));
  world.aws.batch.jobQueues.edit('blog-second', { tags: { owner: 'somebody' } });
  const before = world.aws.calls.length;

  await world.apply(withParts([main ?? {}], [queue('main', 'main')]));
  await world.settle();

  expect([queues(), world.changesSince(before)]).toEqual([['blog-main', 'blog-second'], []]);
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('a role that is given by ARN from now on is no longer managed: ours goes', async () => {
  await converged(withParts([main ?? {}], [queue('main', 'main')]));

  await world.apply(
    withParts([main ?? {}], [queue('main', 'main')], {
      executionRole: { arn: 'arn:aws:iam::123456789012:role/theirs' },
    }),
  );
  await world.settle();

  expect(world.aws.iam.roles.get('batchwright-default-blog-execution')).toBeUndefined();
  expect((await world.get('BatchEnvironment', 'blog'))?.status?.['executionRole']).toMatchObject({
    arn: 'arn:aws:iam::123456789012:role/theirs',
  });
});

it('a tag that is taken out of the spec is taken off, tags of others stay', async () => {
  await converged(withParts([main ?? {}], [queue('main', 'main')], { tags: { team: 'a', stage: 'b' } }));
  world.aws.batch.jobQueues.edit('blog-main', row => ({ ...row, tags: { ...row.tags, theirs: 'x' } }));

  await world.apply(withParts([main ?? {}], [queue('main', 'main')], { tags: { stage: 'b' } }));
  await world.settle();

  const tags = world.aws.batch.jobQueues.get('blog-main')?.tags;
  expect([tags?.['team'], tags?.['stage'], tags?.['theirs']]).toEqual([undefined, 'b', 'x']);
});
