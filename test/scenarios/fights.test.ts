import { afterEach, beforeEach, expect, it } from 'vitest';
import { conditionOf } from '../../controller/model/conditions.ts';
import { allReady, environment, onFargate, settled } from './environment.ts';
import { minute, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const ready = () => world.ready('BatchEnvironment', 'blog');
const spec = (priority: number) =>
  environment([onFargate()], {
    jobQueues: [{ name: 'main', priority, computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'main' }] }],
  });

/** Has somebody set the priority of the queue to 900 whenever it is changed, until told otherwise. */
async function fought(): Promise<() => void> {
  await settled(world, spec(1));
  const setBack = () => world.aws.batch.jobQueues.edit('blog-main', { priority: 900 });
  setBack();
  return world.aws.onCall(({ operation, outcome }) => {
    if (operation === 'UpdateJobQueue' && outcome.phase === 'answered') setBack();
  });
}

it('what somebody else sets back is changed three times and no more, and the object says which field that is', async () => {
  await fought();
  const since = world.aws.calls.length;
  for (let time = 0; time < 6; time++) {
    await world.resync();
    await world.clock.advance(10 * minute);
  }

  expect(world.changesSince(since)).toEqual(['UpdateJobQueue', 'UpdateJobQueue', 'UpdateJobQueue']);
  expect(await ready()).toMatch(
    /^False PerpetualDifference: job queue blog-main: AWS took the change of priority three times and still shows another value/,
  );
  expect(conditionOf((await world.get('BatchEnvironment', 'blog'))?.status, 'Stalled')?.status).toBe('True');
});

it('a change of the spec ends the quarrel, and a later difference is repaired again', async () => {
  const stop = await fought();
  for (let time = 0; time < 6; time++) await world.resync();
  expect(await ready()).toMatch(/PerpetualDifference/);
  stop();

  await settled(world, spec(2));

  expect([await ready(), world.aws.batch.jobQueues.get('blog-main')?.priority]).toEqual([allReady, 2]);
});
