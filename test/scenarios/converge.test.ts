import { afterEach, beforeEach, expect, it } from 'vitest';
import { example } from './example.ts';
import { World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

it('converges the private registry example from nothing', async () => {
  await world.applyAll(example());

  await world.settle();

  expect([
    await world.ready('RegistryCredential', 'ghcr'),
    await world.ready('BatchEnvironment', 'blog'),
    await world.ready('JobDefinition', 'hello'),
  ]).toEqual(Array(3).fill('True Reconciled: AWS is as declared'));
});
