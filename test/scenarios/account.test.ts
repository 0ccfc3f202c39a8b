import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedAws } from '../simulated-aws/simulated-aws.ts';
import { changed, credentialSpec, definitionSpec, environmentSpec, example, object } from './example.ts';
import { minute, second, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';
const roleArn = 'arn:aws:iam::999999999999:role/batchwright';

let world: World;
let other: SimulatedAws;
beforeEach(() => {
  world = new World();
  other = new SimulatedAws({ clock: world.clock, accountId: '999999999999', seed: 2 });
  world.accounts.set(roleArn, other);
});
afterEach(() => world.stop());

const plainDefinition = {
  containerProperties: {
    image: 'public.ecr.aws/docker/library/busybox:1',
    resourceRequirements: definitionSpec.containerProperties.resourceRequirements,
  },
};

describe('an account id that is not the one AWS says', () => {
  it('stops everything before the first change, and tells what is wrong', async () => {
    await world.apply(object('AwsAccount', 'default', { accountId: '000000000001' }));
    await world.applyAll(example());
    await world.settle();

    const message =
      'False AccountMismatch: the AWS credentials belong to account 123456789012, not to 000000000001: nothing was changed; correct accountId, the role to assume, or the credentials';
    expect([await world.ready('AwsAccount', 'default'), await world.ready('RegistryCredential', 'ghcr')]).toEqual([
      message,
      message,
    ]);
    expect(world.changesSince(0)).toEqual([]);
    expect(new Set([...world.aws.calls].map(({ operation }) => operation))).toEqual(new Set(['GetCallerIdentity']));
  });

  it('is forgotten within a second of its being corrected', async () => {
    await world.apply(object('AwsAccount', 'default', { accountId: '000000000001' }));
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.settle();

    await world.apply(object('AwsAccount', 'default', { accountId: '123456789012' }));
    await world.clock.advance(second);

    expect(world.changesSince(0)).toEqual(['CreateSecret']);
    await world.settle();
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(allReady);
  });
});

describe('an account that an object names', () => {
  it('is where its resources are made', async () => {
    world.mayLookElsewhere = true;
    await world.apply(object('AwsAccount', 'prod', { assumeRole: { roleArn } }));
    await world.apply(object('JobDefinition', 'hello', { ...plainDefinition, account: { name: 'prod' } }));
    await world.settle();

    expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
    expect([world.changesSince(0), other.batch.jobDefinitions.size]).toEqual([[], 1]);
  });

  it('is waited for, and noticed within a second of its appearing', async () => {
    world.mayLookElsewhere = true;
    await world.apply(object('RegistryCredential', 'ghcr', { ...credentialSpec, account: { name: 'prod' } }));
    await world.settle();
    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(
      'False DependencyNotReady: spec.account: AwsAccount default/prod does not exist',
    );

    await world.apply(object('AwsAccount', 'prod', { assumeRole: { roleArn } }));
    await world.clock.advance(second);

    expect([world.changesSince(0), other.secretsManager.secrets.size]).toEqual([[], 1]);
    await world.settle();
  });
});

describe('two accounts', () => {
  it('may hold two objects with one AWS name', async () => {
    world.mayLookElsewhere = true;
    await world.apply(object('AwsAccount', 'prod', { assumeRole: { roleArn } }));
    const awsName = { 'batchwright.dev/aws-name': 'same' };
    await world.apply(object('JobDefinition', 'here', plainDefinition, awsName));
    await world.apply(object('JobDefinition', 'there', { ...plainDefinition, account: { name: 'prod' } }, awsName));
    await world.settle();

    expect([await world.ready('JobDefinition', 'here'), await world.ready('JobDefinition', 'there')]).toEqual([
      allReady,
      allReady,
    ]);
    expect([world.aws.batch.jobDefinitions.size, other.batch.jobDefinitions.size]).toEqual([1, 1]);
  });
});

describe('the account that is in use', () => {
  it('cannot be deleted before everything in it is gone, or that would be left behind', async () => {
    world.mayLookElsewhere = true;
    await world.apply(object('AwsAccount', 'default', { assumeRole: { roleArn } }));
    await world.applyAll(example());
    await world.settle();
    expect(other.batch.jobQueues.size).toBe(1);

    await world.delete('AwsAccount', 'default');
    for (const { kind, metadata } of example()) await world.delete(kind, metadata.name);
    await world.settle();

    for (const kind of ['AwsAccount', 'RegistryCredential', 'BatchEnvironment', 'JobDefinition'])
      expect((await world.store.list(kind)).items).toEqual([]);
    expect(other.iam.roles.values().filter(({ RoleName }) => RoleName.startsWith('batchwright'))).toEqual([]);
    expect(other.batch.jobQueues.values().filter(({ status }) => status !== 'DELETED')).toEqual([]);
    expect(world.changesSince(0)).toEqual([]);
  });

  it('cannot be exchanged under the feet of what was made in it', async () => {
    world.mayLookElsewhere = true;
    await world.apply(object('JobDefinition', 'hello', plainDefinition));
    await world.settle();
    const before = world.aws.calls.length;

    await world.apply(object('AwsAccount', 'default', { assumeRole: { roleArn } }));
    await world.settle();

    expect(await world.ready('JobDefinition', 'hello')).toBe(
      'False AccountMismatch: job definition hello was made in 123456789012/eu-west-1, but this object now belongs in 999999999999/eu-west-1: go back to the earlier account and Region, or delete the object there before you move it',
    );
    expect([world.changesSince(before), other.calls.mutating().length]).toEqual([[], 0]);
    await world.delete('AwsAccount', 'default');
    await world.settle();
    expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
  });

  it('can be another Region only for what is new', async () => {
    world.mayLookElsewhere = true;
    const virginia = new SimulatedAws({ clock: world.clock, region: 'us-east-1', seed: 3 });
    world.accounts.set('us-east-1', virginia);
    await world.apply(object('JobDefinition', 'old', plainDefinition));
    await world.settle();

    await world.apply(object('AwsAccount', 'default', { region: 'us-east-1' }));
    await world.apply(object('JobDefinition', 'new', plainDefinition));
    await world.settle();

    expect([...world.aws.batch.jobDefinitions.values(), ...virginia.batch.jobDefinitions.values()]).toMatchObject([
      { jobDefinitionName: 'old' },
      { jobDefinitionName: 'new' },
    ]);
    expect(await world.ready('JobDefinition', 'old')).toContain('False AccountMismatch');
  });
});

describe('the tags of an account', () => {
  it('are on everything, below those of the object', async () => {
    await world.apply(object('AwsAccount', 'default', { tags: { team: 'research', stage: 'test' } }));
    await world.applyAll(example());
    await world.apply(object('BatchEnvironment', 'blog', changed(environmentSpec, { tags: { stage: 'prod' } })));
    await world.settle();

    expect(world.aws.batch.jobQueues.get('blog-main')?.tags).toMatchObject({ team: 'research', stage: 'prod' });
    expect(world.aws.secretsManager.secrets.get('batchwright/default/ghcr')?.tags).toMatchObject({ stage: 'test' });
    expect(world.aws.batch.jobDefinitions.get('hello:1')?.tags).toMatchObject({ team: 'research' });
  });

  it('follow a change of the account at once, without new revisions', async () => {
    await world.apply(object('AwsAccount', 'default', { tags: { team: 'research' } }));
    await world.applyAll(example());
    await world.settle();
    const before = world.aws.calls.length;

    await world.apply(object('AwsAccount', 'default', { tags: { owner: 'me' } }));
    await world.clock.advance(minute);

    const tags = world.aws.batch.jobDefinitions.get('hello:1')?.tags;
    expect([tags?.['team'], tags?.['owner']]).toEqual([undefined, 'me']);
    expect(world.changesSince(before)).not.toContain('RegisterJobDefinition');
    expect(world.aws.iam.roles.get('batchwright-default-blog-execution')?.tags).not.toHaveProperty('team');
    await world.settle();
  });
});
