import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conditionOf } from '../../controller/model/conditions.ts';
import { changed, environmentSpec, example, object } from './example.ts';
import { second, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';
const paused = { 'batchwright.dev/paused': 'true' };

let world: World;
beforeEach(async () => {
  world = new World();
  await world.applyAll(example());
  await world.settle();
});
afterEach(() => world.stop());

describe('a paused object', () => {
  it('that is as declared stays Ready and says that it is paused', async () => {
    await world.apply(object('BatchEnvironment', 'blog', environmentSpec, paused));
    await world.settle();

    expect(await world.ready('BatchEnvironment', 'blog')).toBe('True Paused: paused by annotation; AWS is as declared');
  });

  it('shows drift, changes nothing, and repairs it once it is released', async () => {
    await world.apply(object('BatchEnvironment', 'blog', environmentSpec, paused));
    await world.settle();
    world.aws.batch.jobQueues.edit('blog-main', { priority: 1 });
    const before = world.aws.calls.length;
    for (let i = 0; i < 3; i++) await world.resync();

    expect(await world.ready('BatchEnvironment', 'blog')).toBe(
      'False Paused: paused by annotation; would change job queue blog-main',
    );
    expect(conditionOf((await world.get('BatchEnvironment', 'blog'))?.status, 'Drifted')).toMatchObject({
      status: 'True',
      message: 'job queue blog-main: priority',
    });
    expect(world.changesSince(before)).toEqual([]);

    await world.apply(object('BatchEnvironment', 'blog', environmentSpec, {}));
    await world.clock.advance(second);
    expect(world.changesSince(before)).toEqual(['UpdateJobQueue']);
    await world.settle();
    expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
  });

  it('takes up changes of its spec only when it is released', async () => {
    const next = changed(environmentSpec, { tags: { team: 'b' } });
    const before = world.aws.calls.length;
    await world.apply(object('BatchEnvironment', 'blog', next, paused));
    await world.settle();
    expect(world.changesSince(before)).toEqual([]);
    expect(await world.ready('BatchEnvironment', 'blog')).toContain('False Paused: paused by annotation; would change');

    await world.apply(object('BatchEnvironment', 'blog', next, {}));
    await world.settle();
    expect(world.aws.batch.jobQueues.get('blog-main')?.tags).toMatchObject({ team: 'b' });
  });

  it('in the middle of a creation lets AWS finish what it began and goes no further', async () => {
    await world.stop();
    world = new World();
    await world.applyAll(example());
    await world.clock.advance(30 * second);
    const before = world.aws.calls.length;
    await world.apply(object('BatchEnvironment', 'blog', environmentSpec, paused));
    await world.settle();

    expect(world.changesSince(before)).toEqual([]);
    expect(world.aws.batch.computeEnvironments.values().map(({ status }) => status)).toEqual(['VALID']);
    await world.apply(object('BatchEnvironment', 'blog', environmentSpec, {}));
    await world.settle();
    expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
  });

  it('is paused by nothing else than "true"', async () => {
    await world.apply(object('BatchEnvironment', 'blog', environmentSpec, { 'batchwright.dev/paused': 'false' }));
    world.aws.batch.jobQueues.edit('blog-main', { priority: 1 });
    await world.resync();

    expect(world.aws.batch.jobQueues.get('blog-main')?.priority).toBe(10);
  });
});
