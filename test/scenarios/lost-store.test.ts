import { CreateComputeEnvironmentCommand } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fargateEnvironment } from '../simulated-aws/batch/samples.ts';
import { computeEnvironments } from './environment.ts';
import { changed, credentialSpec, environmentSpec, example, object } from './example.ts';
import { World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.applyAll(example());
  await world.settle();
});
afterEach(() => world.stop());

async function readiness(): Promise<readonly string[]> {
  return Promise.all(example().map(({ kind, metadata }) => world.ready(kind, metadata.name)));
}

it('a lost data directory costs no change and no deletion', async () => {
  const before = world.aws.calls.length;

  await world.restart({ loseData: true });
  await world.settle();

  expect(await readiness()).toEqual([allReady, allReady, allReady]);
  expect(world.changesSince(before)).toEqual([]);
});

it('nor do its values have to be read more than once', async () => {
  await world.restart({ loseData: true });
  await world.settle();
  const before = world.aws.calls.length;

  for (let i = 0; i < 3; i++) await world.resync();

  expect(world.aws.calls.since(before).filter(({ operation }) => operation === 'GetSecretValue')).toEqual([]);
});

it('what was declared differently in the meantime is changed, and only that', async () => {
  const before = world.aws.calls.length;
  await world.restart({ loseData: true });
  await world.apply(object('RegistryCredential', 'ghcr', changed(credentialSpec, { description: 'other' })));
  await world.settle();

  expect(world.changesSince(before)).toEqual(['UpdateSecret']);
});

it('what is not declared any more is left alone: nothing says that it was ours to delete now', async () => {
  await world.process.stop();
  const before = world.aws.calls.length;
  await world.restart({ loseData: true });
  await world.store.delete({ kind: 'JobDefinition', namespace: 'default', name: 'hello' });
  await world.settle();

  expect(world.changesSince(before).filter(operation => operation !== 'DeregisterJobDefinition')).toEqual([]);
});

it('an inventory made anew lets everything be deleted as before', async () => {
  await world.restart({ loseData: true });
  await world.settle();

  for (const { kind, metadata } of example()) await world.delete(kind, metadata.name);
  await world.settle();

  expect((await world.store.list('BatchEnvironment')).items).toEqual([]);
  expect(world.aws.iam.roles.values().filter(({ RoleName }) => RoleName.startsWith('batchwright'))).toEqual([]);
});

it('objects that are deleted before the first look at AWS take everything with them too', async () => {
  await world.restart({ loseData: true });
  for (const { kind, metadata } of example()) await world.delete(kind, metadata.name);
  await world.settle();

  expect(world.aws.batch.jobQueues.values().filter(({ status }) => status !== 'DELETED')).toEqual([]);
});

/** Has a compute environment replaced, and loses the store in the middle. */
async function lostInReplacement(): Promise<void> {
  const bestFit = (type: string) =>
    object('BatchEnvironment', 'blog', {
      ...environmentSpec,
      computeEnvironments: environmentSpec.computeEnvironments.map(one => ({
        ...one,
        computeResources: { ...one.computeResources, allocationStrategy: 'BEST_FIT', instanceTypes: [type] },
      })),
    });
  await world.apply(bestFit('m5.large'));
  await world.settle();
  await world.apply(bestFit('m6i.large'));
  await world.clock.advance(30_000);
  await world.restart({ loseData: true });
}

it('a replacement that was under way is finished: the tags of what was on its way out say whose it is', async () => {
  await lostInReplacement();
  const before = world.aws.calls.length;
  await world.settle();

  expect(await readiness()).toEqual([allReady, allReady, allReady]);
  expect(world.changesSince(before)).toEqual([
    'UpdateJobQueue',
    'UpdateComputeEnvironment',
    'DeleteComputeEnvironment',
  ]);
});

it('a replacement that was under way goes altogether when its object is deleted before the first look at AWS', async () => {
  await lostInReplacement();
  for (const { kind, metadata } of example()) await world.delete(kind, metadata.name);
  await world.settle();

  expect(computeEnvironments(world)).toEqual([]);
});

it('what carries the tags by copy is left alone, whatever was lost', async () => {
  const [ours] = world.aws.batch.computeEnvironments.values();
  for (const name of ['blog-main-copy', 'theirs-12345678']) {
    const copy = { ...fargateEnvironment(name), tags: { ...ours?.tags } };
    await world.aws.clients.batch.send(new CreateComputeEnvironmentCommand(copy));
  }
  await world.clock.advance(60_000);
  const before = world.aws.calls.length;

  await world.restart({ loseData: true });
  await world.settle();

  expect(world.changesSince(before)).toEqual([]);
});

it('a lost key of fingerprints alone leads to reading the values once, not to writing them', async () => {
  const before = world.aws.calls.length;

  await world.restart({ loseKey: true });
  await world.settle();
  await world.resync();

  expect(world.changesSince(before)).toEqual([]);
  const reads = world.aws.calls.since(before).filter(({ operation }) => operation === 'GetSecretValue');
  expect(reads).toHaveLength(1);
  expect(await readiness()).toEqual([allReady, allReady, allReady]);
});
