import { CreateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialSpec, definitionSpec, environmentSpec, example, object } from './example.ts';
import { World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const plainDefinition = {
  containerProperties: {
    image: 'public.ecr.aws/docker/library/busybox:1',
    resourceRequirements: definitionSpec.containerProperties.resourceRequirements,
  },
};

async function foreignSecret(): Promise<void> {
  const client = world.aws.clients.secretsManager as Pick<SecretsManagerClient, 'send'>;
  await client.send(new CreateSecretCommand({ Name: 'batchwright/default/ghcr', SecretString: '{"theirs":true}' }));
}

function foreignRevision(): void {
  world.aws.batch.newestRevisions.set('hello', 4);
  world.aws.batch.jobDefinitions.set('hello:4', {
    jobDefinitionName: 'hello',
    jobDefinitionArn: 'arn:aws:batch:eu-west-1:123456789012:job-definition/hello:4',
    revision: 4,
    status: 'ACTIVE',
    type: 'container',
    tags: { owner: 'somebody' },
  });
}

describe('what was there before and is not ours', () => {
  it('is not touched, and the object says so: a secret', async () => {
    await foreignSecret();
    const before = world.aws.calls.length;
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.settle();

    expect(await world.ready('RegistryCredential', 'ghcr')).toBe(
      'False NotOwned: secret batchwright/default/ghcr exists and was not made by this controller; to manage it set the annotation batchwright.dev/adopt: "true", or choose another name',
    );
    expect(world.changesSince(before)).toEqual([]);
    expect((await world.get('RegistryCredential', 'ghcr'))?.status?.['resources']).toEqual([]);
  });

  it('is not touched: a job definition', async () => {
    foreignRevision();
    await world.apply(object('JobDefinition', 'hello', plainDefinition));
    await world.settle();

    expect(await world.ready('JobDefinition', 'hello')).toContain('False NotOwned: job definition hello exists');
    expect(world.changesSince(0)).toEqual([]);
  });

  it('is not touched: a role, and what does not need it is made all the same', async () => {
    world.aws.iam.addRole('batchwright-default-blog-execution', { trusts: ['ecs-tasks.amazonaws.com'] });
    await world.applyAll(example());
    await world.settle();

    expect(await world.ready('BatchEnvironment', 'blog')).toContain(
      'False NotOwned: IAM role batchwright-default-blog-execution',
    );
    expect(world.aws.iam.roles.get('batchwright-default-blog-execution')?.inlinePolicies).toEqual({});
    expect(world.aws.ec2.launchTemplates.size).toBe(1);
  });

  it('survives the deletion of the object', async () => {
    await foreignSecret();
    foreignRevision();
    const before = world.aws.calls.length;
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.apply(object('JobDefinition', 'hello', plainDefinition));
    await world.settle();

    await world.delete('RegistryCredential', 'ghcr');
    await world.delete('JobDefinition', 'hello');
    await world.settle();

    expect((await world.store.list('RegistryCredential')).items).toEqual([]);
    expect((await world.store.list('JobDefinition')).items).toEqual([]);
    expect(world.changesSince(before)).toEqual([]);
  });

  it('is noticed to be gone: then the object makes its own', async () => {
    await foreignSecret();
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.settle();

    world.aws.secretsManager.secrets.delete('batchwright/default/ghcr');
    await world.resync();

    expect(await world.ready('RegistryCredential', 'ghcr')).toBe('True Reconciled: AWS is as declared');
  });
});

describe('what was ours and lost its tags', () => {
  it('is left alone, because tags alone say whose something is, and taken up again when that is asked for', async () => {
    await world.applyAll(example());
    await world.settle();
    const before = world.aws.calls.length;
    world.aws.batch.jobQueues.edit('blog-main', { tags: {} });
    await world.resync();

    expect(await world.ready('BatchEnvironment', 'blog')).toBe(
      'False NotOwned: job queue blog-main has lost the tags that say that it is this object\'s, or was made anew by somebody else; to have it managed set the annotation batchwright.dev/adopt: "true"',
    );
    expect(world.changesSince(before)).toEqual([]);
    world.mayTagForeign = true;
    await world.apply(object('BatchEnvironment', 'blog', environmentSpec, { 'batchwright.dev/adopt': 'true' }));
    await world.settle();
    expect(world.changesSince(before)).toEqual(['TagResource']);
    expect(await world.ready('BatchEnvironment', 'blog')).toBe('True Reconciled: AWS is as declared');
  });

  it('gets back other tags than those', async () => {
    await world.applyAll(example());
    await world.apply(object('BatchEnvironment', 'blog', { ...environmentSpec, tags: { team: 'a' } }));
    await world.settle();
    const before = world.aws.calls.length;
    world.aws.batch.jobQueues.edit('blog-main', row => {
      const { team: _, ...tags } = row.tags;
      return { ...row, tags: { ...tags, extra: 'mine' } };
    });

    await world.resync();

    expect(world.changesSince(before)).toEqual(['TagResource']);
    expect(world.aws.batch.jobQueues.get('blog-main')?.tags).toMatchObject({ team: 'a', extra: 'mine' });
  });

  it('is another one when it was made anew by somebody else: that is left alone', async () => {
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.settle();
    world.aws.secretsManager.secrets.delete('batchwright/default/ghcr');
    await foreignSecret();
    const before = world.aws.calls.length;

    await world.resync();

    expect(await world.ready('RegistryCredential', 'ghcr')).toContain('False NotOwned');
    expect(world.changesSince(before)).toEqual([]);
    await world.delete('RegistryCredential', 'ghcr');
    await world.settle();
    expect(world.changesSince(before)).toEqual([]);
  });
});
