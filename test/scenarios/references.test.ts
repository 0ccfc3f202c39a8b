import { afterEach, beforeEach, expect, it } from 'vitest';
import { changed, credentialSpec, definitionSpec, environmentSpec, example, object } from './example.ts';
import { second, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

it('an object that names what does not exist says so, and changes nothing', async () => {
  await world.apply(object('BatchEnvironment', 'blog', environmentSpec));
  await world.settle();

  expect(await world.ready('BatchEnvironment', 'blog')).toBe(
    'False DependencyNotReady: spec.registryCredentials[0].name: RegistryCredential default/ghcr does not exist',
  );
  expect(world.changesSince(0)).toEqual([]);
});

it('whatever the order in which objects appear, all become ready', async () => {
  for (const draft of example().toReversed()) {
    await world.apply(draft);
    await world.clock.advance(90 * second);
  }

  await world.settle();

  expect([
    await world.ready('RegistryCredential', 'ghcr'),
    await world.ready('BatchEnvironment', 'blog'),
    await world.ready('JobDefinition', 'hello'),
  ]).toEqual([allReady, allReady, allReady]);
});

it('what waited for an object starts within a second of its being ready', async () => {
  await world.apply(object('JobDefinition', 'hello', definitionSpec));
  await world.apply(object('BatchEnvironment', 'blog', environmentSpec));
  await world.settle();
  const before = world.aws.calls.length;

  await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
  await world.clock.advance(second);

  expect(world.changesSince(before)).toContain('CreateRole');
  await world.settle();
});

/** What in AWS reads a secret when a job or an instance starts now. */
function usersOf({ aws }: World, arn: string): readonly string[] {
  const newest = aws.batch.jobDefinitions.values().at(-1);
  const roles = aws.iam.roles.values().filter(({ inlinePolicies }) => JSON.stringify(inlinePolicies).includes(arn));
  const busy = aws.batch.computeEnvironments.values().filter(({ status }) => status !== 'VALID');
  return [
    ...(newest?.containerProperties?.repositoryCredentials?.credentialsParameter === arn ? ['job definition'] : []),
    ...roles.map(({ RoleName }) => RoleName),
    ...busy.map(({ computeEnvironmentName }) => computeEnvironmentName),
  ];
}

it('a credential that gets another secret keeps the old one until everybody uses the new one', async () => {
  await world.applyAll(example());
  await world.settle();
  const first = world.aws.secretsManager.secrets.get('batchwright/default/ghcr')?.arn ?? '';
  const users: string[] = [];
  world.aws.onCall(({ operation, outcome }) => {
    if (operation !== 'DeleteSecret' || outcome.phase !== 'open') return;
    users.push(...usersOf(world, first));
  });

  await world.apply(object('RegistryCredential', 'ghcr', changed(credentialSpec, { secretName: 'other' })));
  await world.settle();

  const second = world.aws.secretsManager.secrets.get('other')?.arn;
  expect(second).toBeDefined();
  expect(users).toEqual([]);
  expect(world.aws.batch.jobDefinitions.get('hello:2')?.containerProperties?.repositoryCredentials).toEqual({
    credentialsParameter: second,
  });
  expect(world.aws.secretsManager.secrets.get('batchwright/default/ghcr')?.deletedAt).toBeDefined();
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('an object that is still used waits with its deletion, says by whom, and goes when its user has gone', async () => {
  await world.applyAll(example());
  await world.settle();
  const before = world.aws.calls.length;

  await world.delete('RegistryCredential', 'ghcr');
  await world.settle();

  expect(await world.ready('RegistryCredential', 'ghcr')).toBe(
    'False Deleting: still used by BatchEnvironment default/blog, JobDefinition default/hello; it goes when they are gone',
  );
  expect(world.changesSince(before)).toEqual([]);
  await world.delete('JobDefinition', 'hello');
  await world.delete('BatchEnvironment', 'blog');
  await world.settle();
  expect((await world.store.list('RegistryCredential')).items).toEqual([]);
});

it('a credential goes within seconds of its last user no longer naming it', async () => {
  await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
  await world.apply(
    object('JobDefinition', 'hello', {
      containerProperties: {
        ...definitionSpec.containerProperties,
        executionRoleArn: 'arn:aws:iam::123456789012:role/mine',
      },
    }),
  );
  await world.settle();
  await world.delete('RegistryCredential', 'ghcr');
  await world.clock.advance(5 * second);
  expect(world.aws.secretsManager.secrets.get('batchwright/default/ghcr')?.deletedAt).toBeUndefined();

  const { registryCredential: _, ...container } = definitionSpec.containerProperties;
  await world.apply(
    object('JobDefinition', 'hello', {
      containerProperties: { ...container, executionRoleArn: 'arn:aws:iam::123456789012:role/mine' },
    }),
  );
  await world.clock.advance(second);

  expect(world.aws.secretsManager.secrets.get('batchwright/default/ghcr')?.deletedAt).toBeDefined();
  await world.settle();
});

it('an object on its way out is no longer there for those who come to name it', async () => {
  await world.applyAll(example());
  await world.settle();
  await world.delete('RegistryCredential', 'ghcr');
  await world.settle();
  const before = world.aws.calls.length;

  await world.apply(object('JobDefinition', 'late', definitionSpec));
  await world.settle();

  expect(await world.ready('JobDefinition', 'late')).toContain('RegistryCredential default/ghcr is being deleted');
  expect(world.changesSince(before)).toEqual([]);
});

it('a definition may not use a credential that the execution role of its environment may not read', async () => {
  await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
  await world.apply(object('BatchEnvironment', 'blog', changed(environmentSpec, { registryCredentials: [] })));
  await world.apply(object('JobDefinition', 'hello', definitionSpec));
  await world.settle();

  expect(await world.ready('JobDefinition', 'hello')).toContain('CredentialNotGranted');
  expect(world.aws.batch.jobDefinitions.values()).toEqual([]);
  await world.apply(object('BatchEnvironment', 'blog', environmentSpec));
  await world.settle();
  expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
});

it('a status change of one object wakes nobody who does not name it', async () => {
  await world.applyAll(example());
  await world.apply(
    object('JobDefinition', 'alone', {
      containerProperties: {
        image: 'public.ecr.aws/docker/library/busybox:1',
        resourceRequirements: definitionSpec.containerProperties.resourceRequirements,
      },
    }),
  );
  await world.settle();
  const before = world.passes;

  world.aws.batch.jobQueues.edit('blog-main', { priority: 7 });
  await world.apply(object('BatchEnvironment', 'blog', changed(environmentSpec, { tags: { a: 'b' } })));
  await world.clock.advance(3 * second);

  // Two or three passes over the environment, and those over the definition that names it.
  expect(world.passes - before).toBeLessThanOrEqual(6);
  await world.settle();
});
