import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialSpec, definitionSpec, example, object } from './example.ts';
import { World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';
const adopt = { 'batchwright.dev/adopt': 'true' };
const plainDefinition = {
  containerProperties: {
    image: 'public.ecr.aws/docker/library/busybox:1',
    resourceRequirements: definitionSpec.containerProperties.resourceRequirements,
  },
};

let world: World;
beforeEach(() => {
  world = new World();
  world.mayTagForeign = true;
});
afterEach(() => world.stop());

/** Everything of the example as if somebody had made it by hand: made here, then stripped of its tags and forgotten. */
async function handmade(): Promise<void> {
  const maker = new World({ beside: world });
  await maker.applyAll(example());
  await maker.settle();
  await maker.process.stop();
  const { batch, iam, ec2, secretsManager } = world.aws;
  for (const { name } of secretsManager.secrets.values()) secretsManager.secrets.edit(name, { tags: {} });
  for (const { RoleName } of iam.roles.values()) iam.roles.edit(RoleName, { tags: {} });
  for (const { InstanceProfileName } of iam.instanceProfiles.values())
    iam.instanceProfiles.edit(InstanceProfileName, { tags: {} });
  for (const { launchTemplateId } of ec2.launchTemplates.values())
    ec2.launchTemplates.edit(launchTemplateId, { tags: {} });
  for (const { jobQueueName } of batch.jobQueues.values()) batch.jobQueues.edit(jobQueueName, { tags: {} });
  for (const { computeEnvironmentName } of batch.computeEnvironments.values())
    batch.computeEnvironments.edit(computeEnvironmentName, { tags: {} });
  for (const { jobDefinitionName, revision } of batch.jobDefinitions.values())
    batch.jobDefinitions.edit(`${jobDefinitionName}:${revision}`, { tags: {} });
}

function annotated(annotations: Readonly<Record<string, string>>) {
  return example().map(draft => object(draft.kind, draft.metadata.name, draft.spec ?? {}, annotations));
}

describe('adoption', () => {
  it('takes over what is as declared by tagging it, and by nothing else', async () => {
    await handmade();
    const before = world.aws.calls.length;

    await world.applyAll(annotated(adopt));
    await world.settle();

    for (const { kind, metadata } of example()) expect(await world.ready(kind, metadata.name)).toBe(allReady);
    expect(new Set(world.changesSince(before))).toEqual(
      new Set(['TagResource', 'TagRole', 'TagInstanceProfile', 'CreateTags']),
    );
    expect(await world.events('ghcr')).toContain('Adopted: changed secret batchwright/default/ghcr: tags');
  });

  it('brings what differs to what is declared', async () => {
    await handmade();
    world.aws.batch.jobQueues.edit('blog-main', { priority: 1 });
    const before = world.aws.calls.length;

    await world.applyAll(annotated(adopt));
    await world.settle();

    expect(world.aws.batch.jobQueues.get('blog-main')?.priority).toBe(10);
    expect(world.changesSince(before)).toContain('UpdateJobQueue');
    expect(world.changesSince(before)).not.toContain('RegisterJobDefinition');
    expect(world.changesSince(before)).not.toContain('PutSecretValue');
  });

  it('does not begin where something could not be changed in place', async () => {
    await handmade();
    world.aws.iam.roles.edit('batchwright-default-blog-execution', { Path: '/theirs/' });
    await world.applyAll(annotated(adopt));
    await world.settle();

    expect(await world.ready('BatchEnvironment', 'blog')).toContain(
      'ImmutableField: IAM role batchwright-default-blog-execution: path',
    );
    expect(world.aws.iam.roles.get('batchwright-default-blog-execution')?.tags).toEqual({});
  });

  it('of the example makes what was adopted the controller’s to delete', async () => {
    await handmade();
    await world.applyAll(annotated(adopt));
    await world.settle();

    for (const { kind, metadata } of example()) await world.delete(kind, metadata.name);
    await world.settle();

    expect((await world.store.list('BatchEnvironment')).items).toEqual([]);
    expect(world.aws.batch.jobQueues.values().filter(({ status }) => status !== 'DELETED')).toEqual([]);
  });

  it('of a job definition with other content registers a revision of our own and leaves theirs', async () => {
    await handmade();
    world.aws.batch.jobDefinitions.edit('hello:1', row => ({
      ...row,
      containerProperties: { ...row.containerProperties, image: 'theirs:1' },
    }));
    await world.applyAll(annotated(adopt));
    await world.settle();

    expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
    expect(world.aws.batch.jobDefinitions.values().map(({ revision, status }) => [revision, status])).toEqual([
      [1, 'ACTIVE'],
      [2, 'ACTIVE'],
    ]);
    expect(world.aws.batch.jobDefinitions.get('hello:1')?.tags).toEqual({});
  });
});

describe('what another controller owns', () => {
  const takeOver = { 'batchwright.dev/adopt': 'from:other' };

  async function theirs(): Promise<World> {
    const other = new World({ beside: world, controllerId: 'other' });
    await other.apply(object('JobDefinition', 'hello', plainDefinition));
    await other.settle();
    return other;
  }

  it('is not adopted by asking for what nobody owns', async () => {
    const other = await theirs();
    await world.apply(object('JobDefinition', 'hello', plainDefinition, adopt));
    await world.settle();

    expect(await world.ready('JobDefinition', 'hello')).toContain(
      'False NotOwned: job definition hello belongs to controller other',
    );
    await other.stop();
  });

  it('is taken over by naming that controller, which then leaves it alone', async () => {
    const other = await theirs();
    await world.apply(object('JobDefinition', 'hello', plainDefinition, takeOver));
    await world.settle();
    expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
    const before = world.aws.calls.length;

    await other.resync();
    await world.resync();

    expect(await other.ready('JobDefinition', 'hello')).toContain(
      'False NotOwned: job definition hello belongs to controller test',
    );
    expect(world.changesSince(before)).toEqual([]);
    await other.delete('JobDefinition', 'hello');
    await other.settle();
    expect(world.changesSince(before)).toEqual([]);
    await other.stop();
  });

  it('is not taken over by naming a third one', async () => {
    const other = await theirs();
    await world.apply(object('JobDefinition', 'hello', plainDefinition, { 'batchwright.dev/adopt': 'from:third' }));
    await world.settle();

    expect(await world.ready('JobDefinition', 'hello')).toContain('False NotOwned');
    await other.stop();
  });
});

it('what another object of this controller owns is never adopted', async () => {
  await world.apply(object('RegistryCredential', 'first', { ...credentialSpec, secretName: 'one' }));
  await world.settle();
  const before = world.aws.calls.length;

  await world.apply(object('RegistryCredential', 'second', { ...credentialSpec, secretName: 'one' }, adopt));
  await world.settle();

  expect(await world.ready('RegistryCredential', 'second')).toContain('False Conflict: secret one');
  expect(world.changesSince(before)).toEqual([]);
});
