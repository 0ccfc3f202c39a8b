import { afterEach, beforeEach, expect, it } from 'vitest';
import { credentialSpec, definitionSpec, environmentSpec, object } from './example.ts';
import { World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';
const retain = { deletionPolicy: 'Retain' };
const retained = () => [
  object('RegistryCredential', 'ghcr', { ...credentialSpec, ...retain }),
  object('BatchEnvironment', 'blog', { ...environmentSpec, ...retain }),
  object('JobDefinition', 'hello', { ...definitionSpec, ...retain }),
];

let world: World;
beforeEach(async () => {
  world = new World();
  await world.applyAll(retained());
  await world.settle();
});
afterEach(() => world.stop());

async function deleteAll(): Promise<void> {
  for (const { kind, metadata } of retained()) await world.delete(kind, metadata.name);
  await world.settle();
}

it('the objects go, and AWS stays as it is', async () => {
  const before = world.aws.calls.length;

  await deleteAll();

  for (const { kind, metadata } of retained()) expect(await world.get(kind, metadata.name)).toBeUndefined();
  expect(world.changesSince(before)).toEqual([]);
  expect(world.aws.batch.jobQueues.get('blog-main')?.state).toBe('ENABLED');
});

it('declared again, they take up what they left without a change', async () => {
  await deleteAll();
  const before = world.aws.calls.length;

  await world.applyAll(retained());
  await world.settle();

  for (const { kind, metadata } of retained()) expect(await world.ready(kind, metadata.name)).toBe(allReady);
  expect(world.changesSince(before)).toEqual([]);
});

it('an object that is retained is still used by those who name it', async () => {
  await world.delete('RegistryCredential', 'ghcr');
  await world.settle();

  expect(await world.ready('RegistryCredential', 'ghcr')).toContain('still used by BatchEnvironment default/blog');
});

it('people are told that something was left behind', async () => {
  await deleteAll();

  expect(await world.events('hello')).toContain('Retained: deletionPolicy is Retain: left in AWS job definition hello');
});

it('what was made is left also when the object cannot be read any more', async () => {
  const before = world.aws.calls.length;
  const broken = object('JobDefinition', 'hello', { ...retain, containerProperties: 'nonsense' });
  await world.apply(broken);
  await world.settle();
  expect(await world.ready('JobDefinition', 'hello')).toContain('False InvalidSpec');

  await world.delete('JobDefinition', 'hello');
  await world.settle();

  expect([await world.get('JobDefinition', 'hello'), world.changesSince(before)]).toEqual([undefined, []]);
});
