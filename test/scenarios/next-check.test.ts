import { afterEach, expect, it } from 'vitest';
import type { Key } from '../../controller/model/object.ts';
import { example, object } from './example.ts';
import { minute, second, World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const key = 'JobDefinition/default/hello';
const secondsToNext = (of: Key) => (world.process.controller.checks(of).nextAt - world.clock.now()) / second;

it('looks again within seconds while something is under way, and at the next resync when all is at rest', async () => {
  world = new World();
  await world.applyAll(example());
  await world.clock.advance(5 * second);
  expect(secondsToNext('BatchEnvironment/default/blog')).toBeLessThanOrEqual(30);

  await world.settle();
  await world.clock.advance(1 * minute);
  const { lastAt, nextAt } = world.process.controller.checks(key);
  expect(lastAt).toBeLessThanOrEqual(world.clock.now() - 1 * minute);
  expect(nextAt).toBeGreaterThan(world.clock.now() + 1 * minute);

  await world.clock.advanceTo(nextAt - 1);
  expect(world.process.controller.checks(key)).toEqual({ lastAt, nextAt });
  await world.clock.advanceTo(nextAt);
  await world.settle();
  expect(world.process.controller.checks(key).lastAt).toBeGreaterThanOrEqual(nextAt);
  expect(secondsToNext(key)).toBeGreaterThan(60);
});

it('knows nothing of an object that is gone', async () => {
  world = new World();
  await world.apply(object('JobDefinition', 'hello', { containerProperties: { image: 'public.ecr.aws/acme/job:1' } }));
  await world.settle();
  expect(world.process.controller.checks(key).lastAt).toBeDefined();

  await world.delete('JobDefinition', 'hello');
  await world.settle();
  expect(world.process.controller.checks(key).lastAt).toBeUndefined();
});
