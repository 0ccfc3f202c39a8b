import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAws } from '../simulated-aws/simulated-aws.ts';
import { credentialSpec, definitionSpec, example, object } from './example.ts';
import { minute, second, World } from './world.ts';

const kinds = ['RegistryCredential', 'BatchEnvironment', 'JobDefinition'];
const plainDefinition = {
  containerProperties: {
    image: 'public.ecr.aws/docker/library/busybox:1',
    resourceRequirements: definitionSpec.containerProperties.resourceRequirements,
  },
};

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

async function converged(): Promise<void> {
  await world.applyAll(example());
  await world.settle();
}

async function deleteAll(): Promise<void> {
  for (const { kind, metadata } of example()) await world.delete(kind, metadata.name);
}

/** Whatever carries our tags and is still there. */
function left(aws: SimulatedAws): readonly string[] {
  const ours = ({ tags }: { tags: Readonly<Record<string, string>> }) =>
    tags['batchwright.dev/controller'] !== undefined;
  const { batch, iam, ec2, secretsManager } = aws;
  return [
    ...batch.jobQueues
      .values()
      .filter(row => ours(row) && row.status !== 'DELETED')
      .map(row => row.jobQueueName),
    ...batch.computeEnvironments
      .values()
      .filter(row => ours(row) && row.status !== 'DELETED')
      .map(row => row.computeEnvironmentName),
    ...batch.jobDefinitions
      .values()
      .filter(row => ours(row) && row.status === 'ACTIVE')
      .map(row => row.jobDefinitionArn),
    ...iam.roles
      .values()
      .filter(ours)
      .map(row => row.RoleName),
    ...iam.instanceProfiles
      .values()
      .filter(ours)
      .map(row => row.InstanceProfileName),
    ...ec2.launchTemplates
      .values()
      .filter(ours)
      .map(row => row.launchTemplateName),
    ...secretsManager.secrets
      .values()
      .filter(row => ours(row) && row.deletedAt === undefined)
      .map(row => row.name),
  ];
}

async function objects(): Promise<number> {
  const lists = await Promise.all(kinds.map(kind => world.store.list(kind)));
  return lists.flatMap(({ items }) => items).length;
}

it('everything goes, in an order in which AWS never has to refuse', async () => {
  await converged();
  const before = world.aws.calls.length;

  await deleteAll();
  await world.settle();

  expect([left(world.aws), await objects()]).toEqual([[], 0]);
  expect(world.aws.calls.mutating(before).map(({ operation }) => operation)).toEqual([
    'DeregisterJobDefinition',
    'UpdateJobQueue',
    'DeleteJobQueue',
    'UpdateComputeEnvironment',
    'DeleteComputeEnvironment',
    'DetachRolePolicy',
    'DeleteRolePolicy',
    'DeleteRole',
    'RemoveRoleFromInstanceProfile',
    'DeleteInstanceProfile',
    'DeleteLaunchTemplate',
    'DetachRolePolicy',
    'DeleteRolePolicy',
    'DeleteRole',
    'DeleteSecret',
  ]);
  const refused = world.aws.calls.mutating(before).filter(({ outcome }) => outcome.phase === 'failed');
  expect(refused.map(({ operation }) => operation)).toEqual([]);
});

it('an environment that is going says what it is doing', async () => {
  await converged();
  await deleteAll();
  await world.clock.advance(15 * second);

  expect(await world.ready('BatchEnvironment', 'blog')).toMatch(/^False Deleting: /);
  await world.settle();
});

describe('deletion in the middle of creation', () => {
  it.each([0, 1, 5, 10, 11, 15, 20, 21, 50, 81, 82, 90])('after %i s leaves nothing behind', async seconds => {
    await world.applyAll(example());
    await world.clock.advance(seconds * second);

    await deleteAll();
    await world.settle();

    expect([left(world.aws), await objects()]).toEqual([[], 0]);
  });
});

describe('what is gone already', () => {
  it('is no obstacle', async () => {
    await converged();
    world.aws.batch.jobQueues.delete('blog-main');
    world.aws.batch.jobDefinitions.edit('hello:1', { status: 'INACTIVE' });
    world.aws.secretsManager.secrets.delete('batchwright/default/ghcr');

    await deleteAll();
    await world.settle();

    expect([left(world.aws), await objects()]).toEqual([[], 0]);
  });
});

describe('what cannot be seen yet', () => {
  it('is not believed to be gone: a read that lags loses nothing', async () => {
    await world.apply(object('JobDefinition', 'hello', plainDefinition));
    await world.clock.advance(second);
    world.aws.lag('DescribeJobDefinitions', 8 * second);

    await world.delete('JobDefinition', 'hello');
    await world.settle();

    expect([left(world.aws), await objects()]).toEqual([[], 0]);
  });

  it('is waited for also when its creation was never answered', async () => {
    world.aws.lag('DescribeJobDefinitions', 20 * second);
    world.aws.fail({ operation: 'RegisterJobDefinition', with: 'lostAnswer' });
    await world.apply(object('JobDefinition', 'hello', plainDefinition));
    await world.clock.advance(second);

    await world.delete('JobDefinition', 'hello');
    await world.settle();

    expect([left(world.aws), await objects()]).toEqual([[], 0]);
  });

  it('is waited for also when the process died before it could write down what it made', async () => {
    world.process.dieAt({ call: 3, when: 'after' });
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.settle();
    expect(world.aws.calls.at(3)?.operation).toBe('CreateSecret');
    world.aws.lag('DescribeSecret', 3 * second);
    await world.restart();

    await world.delete('RegistryCredential', 'ghcr');
    await world.settle();

    expect([left(world.aws), await objects()]).toEqual([[], 0]);
  });

  it.each([
    'DescribeJobQueues',
    'DescribeComputeEnvironments',
    'GetRole',
    'DescribeLaunchTemplates',
    'DescribeSecret',
    'DescribeJobDefinitions',
    'GetInstanceProfile',
  ])('once, in %s, is found at the second look', async operation => {
    await converged();
    world.aws.stale({ operation, ms: 10 * minute });

    await deleteAll();
    await world.settle();

    expect([world.aws.unspentFaults, left(world.aws), await objects()]).toEqual([0, [], 0]);
  });
});

it('a new object of the same name is not mistaken for the one that went', async () => {
  await converged();
  await deleteAll();
  await world.clock.advance(30 * second);
  for (let i = 0; i < 10 && (await objects()) > 0; i++) await world.settle();

  await world.applyAll(example());
  await world.settle();

  for (const kind of kinds)
    for (const { metadata } of (await world.store.list(kind)).items)
      expect(await world.ready(kind, metadata.name)).toBe('True Reconciled: AWS is as declared');
  expect(world.aws.secretsManager.secrets.get('batchwright/default/ghcr')?.deletedAt).toBeUndefined();
});

it('an object that never had anything goes at once', async () => {
  await world.apply(object('JobDefinition', 'hello', definitionSpec));
  await world.settle();

  await world.delete('JobDefinition', 'hello');
  await world.clock.advance(10 * second);

  expect([await objects(), world.changesSince(0)]).toEqual([0, []]);
});

it('a paused object does not go before it is released', async () => {
  const paused = { 'batchwright.dev/paused': 'true' };
  await world.apply(object('JobDefinition', 'hello', plainDefinition));
  await world.settle();
  await world.apply(object('JobDefinition', 'hello', plainDefinition, paused));
  await world.delete('JobDefinition', 'hello');
  await world.settle();

  expect(await world.ready('JobDefinition', 'hello')).toBe(
    'False Paused: paused by annotation; would change job definition hello',
  );
  expect(left(world.aws)).toHaveLength(1);
  await world.apply(object('JobDefinition', 'hello', plainDefinition, {}));
  await world.settle();
  expect([left(world.aws), await objects()]).toEqual([[], 0]);
});

it('revisions of others under the same name stay', async () => {
  await world.apply(object('JobDefinition', 'hello', plainDefinition));
  await world.settle();
  const [ours] = world.aws.batch.jobDefinitions.values();
  if (!ours) throw new Error('no revision');
  const theirs = { ...ours, revision: 9, jobDefinitionArn: ours.jobDefinitionArn.replace(/:1$/, ':9'), tags: {} };
  world.aws.batch.newestRevisions.set('hello', 9);
  world.aws.batch.jobDefinitions.set('hello:9', theirs);

  await world.delete('JobDefinition', 'hello');
  await world.settle();

  expect(world.aws.batch.jobDefinitions.values().map(({ revision, status }) => [revision, status])).toEqual([
    [1, 'INACTIVE'],
    [9, 'ACTIVE'],
  ]);
  expect(await objects()).toBe(0);
});

it('a failing deletion says why, and goes on by itself once it can', async () => {
  await converged();
  world.aws.fail({ operation: 'DeleteJobQueue', with: 'accessDenied', times: 3 });

  await deleteAll();
  await world.clock.advance(50 * second);
  expect(await world.ready('BatchEnvironment', 'blog')).toContain('is not authorized to perform: batch:DeleteJobQueue');
  await world.clock.advance(10 * minute);
  await world.settle();

  expect([left(world.aws), await objects()]).toEqual([[], 0]);
});

it('what is declared anew while what it needs is still going waits for that, and does not keep it', async () => {
  await converged();
  await deleteAll();
  while (await world.get('BatchEnvironment', 'blog')) await world.clock.advance(second);
  expect((await world.get('RegistryCredential', 'ghcr'))?.metadata.deletionTimestamp).toBeDefined();

  for (const draft of example().slice(1)) await world.apply(draft);
  await world.settle();
  expect(await world.get('RegistryCredential', 'ghcr')).toBeUndefined();
  await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
  await world.settle();

  for (const draft of example())
    expect(await world.ready(draft.kind, draft.metadata.name)).toBe('True Reconciled: AWS is as declared');
});
