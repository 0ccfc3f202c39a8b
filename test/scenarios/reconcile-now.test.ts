import { afterEach, beforeEach, expect, it } from 'vitest';
import { environmentSpec, example, object } from './example.ts';
import { minute, second, World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.applyAll(example());
  await world.settle();
});
afterEach(() => world.stop());

const ask = (value: string) =>
  world.apply(object('BatchEnvironment', 'blog', environmentSpec, { 'batchwright.dev/reconcile-at': value }));

it('a new value looks at AWS at once, with fresh eyes', async () => {
  await world.clock.advance(minute);
  world.aws.batch.jobQueues.edit('blog-main', { priority: 1 });
  const before = world.aws.calls.length;

  await ask('2026-01-01T00:05:00Z');
  await world.clock.advance(second);

  expect(world.changesSince(before)).toEqual(['UpdateJobQueue']);
  await world.settle();
});

it('the same value again asks for nothing', async () => {
  await ask('once');
  await world.settle();
  const before = [world.aws.calls.length, world.passes];

  await ask('once');
  await world.clock.advance(second);

  expect([world.aws.calls.length, world.passes]).toEqual(before);
});

it('reads only what the object has, not the whole account', async () => {
  const before = world.aws.calls.length;

  await ask('now');
  await world.clock.advance(second);

  const reads = world.aws.calls.since(before).map(({ operation }) => operation);
  expect(reads).not.toContain('GetAccountAuthorizationDetails');
  expect(reads).not.toContain('ListSecrets');
  expect(reads.length).toBe(13);
});

it('cuts short the time that a failing object waits', async () => {
  const forgive = world.aws.fail({
    operation: 'UpdateJobQueue',
    with: 'accessDenied',
    times: Number.POSITIVE_INFINITY,
  });
  world.aws.batch.jobQueues.edit('blog-main', { priority: 1 });
  await world.resync();
  await world.clock.advance(8 * minute);
  forgive();
  const before = world.aws.calls.length;
  await world.clock.advance(20 * second);
  expect(world.changesSince(before)).toEqual([]);

  await ask('now');
  await world.clock.advance(second);

  expect(world.changesSince(before)).toEqual(['UpdateJobQueue']);
  await world.settle();
});

it('asked of a paused object looks and changes nothing', async () => {
  world.aws.batch.jobQueues.edit('blog-main', { priority: 1 });
  const before = world.aws.calls.length;
  await world.apply(
    object('BatchEnvironment', 'blog', environmentSpec, {
      'batchwright.dev/reconcile-at': 'now',
      'batchwright.dev/paused': 'true',
    }),
  );
  await world.clock.advance(second);

  expect(await world.ready('BatchEnvironment', 'blog')).toContain('would change job queue blog-main');
  expect(world.changesSince(before)).toEqual([]);
});

it('is still answered when the first look fails', async () => {
  world.aws.batch.jobQueues.edit('blog-main', { priority: 1 });
  world.aws.fail({ operation: 'DescribeJobQueues', with: 'serverError' });

  await ask('now');
  await world.settle();

  expect(world.aws.batch.jobQueues.get('blog-main')?.priority).toBe(10);
});
