import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conditionOf } from '../../controller/model/conditions.ts';
import type { SimulatedAws } from '../simulated-aws/simulated-aws.ts';
import { example } from './example.ts';
import { canary, World } from './world.ts';

const secret = 'batchwright/default/ghcr';
const execution = 'batchwright-default-blog-execution';
const instance = 'batchwright-default-blog-instance';
const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.applyAll(example());
  await world.settle();
});
afterEach(() => world.stop());

const computeEnvironment = (aws: SimulatedAws) =>
  aws.batch.computeEnvironments.values()[0]?.computeEnvironmentName ?? '';
const template = (aws: SimulatedAws) => aws.ec2.launchTemplates.values()[0]?.launchTemplateId ?? '';
const editedValue = (aws: SimulatedAws) =>
  aws.secretsManager.secrets.edit(secret, row => ({
    ...row,
    versions: [
      ...row.versions.map(version => ({ ...version, stages: ['AWSPREVIOUS'] })),
      {
        id: 'somebody-elses-version-000000000000',
        stages: ['AWSCURRENT'],
        createdAt: 1,
        SecretString: '{"username":"x"}',
      },
    ],
  }));
const foreignRevision = (aws: SimulatedAws, tags: Record<string, string>) => {
  const [first] = aws.batch.jobDefinitions.values();
  if (!first) throw new Error('there is no revision');
  aws.batch.newestRevisions.set('hello', 2);
  aws.batch.jobDefinitions.set('hello:2', {
    ...first,
    revision: 2,
    jobDefinitionArn: first.jobDefinitionArn.replace(/:1$/, ':2'),
    containerProperties: { ...first.containerProperties, image: 'evil.example/miner' },
    tags,
  });
};

interface Drift {
  readonly what: string;
  readonly edit: (aws: SimulatedAws) => unknown;
  readonly owner: readonly [kind: string, name: string];
  /** Exactly what AWS is asked to change. */
  readonly repair: readonly string[];
  readonly event: string;
}

const drifts: readonly Drift[] = [
  {
    what: 'the value of the secret',
    edit: editedValue,
    owner: ['RegistryCredential', 'ghcr'],
    repair: ['PutSecretValue'],
    event: `DriftRepaired: repaired drift of secret ${secret}: value.fingerprint`,
  },
  {
    what: 'the description of the secret',
    edit: aws => aws.secretsManager.secrets.edit(secret, { description: 'mine now' }),
    owner: ['RegistryCredential', 'ghcr'],
    repair: ['UpdateSecret'],
    event: `DriftRepaired: repaired drift of secret ${secret}: description`,
  },
  {
    what: 'the secret, scheduled for deletion',
    edit: aws => aws.secretsManager.secrets.edit(secret, { deletedAt: Date.UTC(2026, 1, 1) }),
    owner: ['RegistryCredential', 'ghcr'],
    repair: ['RestoreSecret'],
    event: `DriftRepaired: repaired drift of secret ${secret}: scheduledDeletion`,
  },
  {
    what: 'a policy of the execution role',
    edit: aws =>
      aws.iam.roles.edit(execution, {
        inlinePolicies: {
          'registry-credentials':
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*"}]}',
        },
      }),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['PutRolePolicy'],
    event: `DriftRepaired: repaired drift of IAM role ${execution}: inlinePolicies`,
  },
  {
    what: 'a policy added to the instance role',
    edit: aws =>
      aws.iam.roles.edit(instance, row => ({
        ...row,
        attachedPolicies: [...row.attachedPolicies, 'arn:aws:iam::aws:policy/AdministratorAccess'],
      })),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['DetachRolePolicy'],
    event: `DriftRepaired: repaired drift of IAM role ${instance}: managedPolicyArns`,
  },
  {
    what: 'the trust of the execution role',
    edit: aws => aws.iam.roles.edit(execution, { AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['UpdateAssumeRolePolicy'],
    event: `DriftRepaired: repaired drift of IAM role ${execution}: assumeRolePolicyDocument`,
  },
  {
    what: 'the role of the instance profile',
    edit: aws => aws.iam.instanceProfiles.edit(instance, { roles: [] }),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['AddRoleToInstanceProfile'],
    event: `DriftRepaired: repaired drift of instance profile ${instance}: roleName`,
  },
  {
    what: 'the default version of the launch template',
    edit: aws =>
      aws.ec2.launchTemplates.edit(template(aws), row => ({
        ...row,
        versions: [
          ...row.versions,
          { ...row.versions[0], VersionNumber: 2, VersionDescription: 'by hand', LaunchTemplateData: {} },
        ],
        defaultVersion: 2,
        latestVersion: 2,
        nextVersion: 3,
      })),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['ModifyLaunchTemplate'],
    event: 'DriftRepaired: repaired drift of launch template batchwright-default-blog: defaultVersion',
  },
  {
    what: 'the size of the compute environment',
    edit: aws =>
      aws.batch.computeEnvironments.edit(computeEnvironment(aws), row => ({
        ...row,
        ...(row.computeResources ? { computeResources: { ...row.computeResources, maxvCpus: 1024 } } : {}),
      })),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['UpdateComputeEnvironment'],
    event: 'computeResources.maxvCpus',
  },
  {
    what: 'the state of the compute environment',
    edit: aws => aws.batch.computeEnvironments.edit(computeEnvironment(aws), { state: 'DISABLED' }),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['UpdateComputeEnvironment'],
    event: 'state',
  },
  {
    what: 'the priority of the job queue',
    edit: aws => aws.batch.jobQueues.edit('blog-main', { priority: 900 }),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['UpdateJobQueue'],
    event: 'DriftRepaired: repaired drift of job queue blog-main: priority',
  },
  {
    what: 'the state of the job queue',
    edit: aws => aws.batch.jobQueues.edit('blog-main', { state: 'DISABLED' }),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['UpdateJobQueue'],
    event: 'DriftRepaired: repaired drift of job queue blog-main: state',
  },
  {
    what: 'the job queue, deleted',
    edit: aws => aws.batch.jobQueues.delete('blog-main'),
    owner: ['BatchEnvironment', 'blog'],
    repair: ['CreateJobQueue'],
    event: 'DriftRepaired: created job queue blog-main again, it was gone',
  },
  {
    what: 'the latest revision, deregistered',
    edit: aws => aws.batch.jobDefinitions.edit('hello:1', { status: 'INACTIVE' }),
    owner: ['JobDefinition', 'hello'],
    repair: ['RegisterJobDefinition'],
    event: 'DriftRepaired: created job definition hello again, it was gone',
  },
  {
    what: 'the latest revision, by somebody else',
    edit: aws => foreignRevision(aws, {}),
    owner: ['JobDefinition', 'hello'],
    repair: ['RegisterJobDefinition'],
    event: 'DriftRepaired: repaired drift of job definition hello',
  },
  {
    what: 'the latest revision, by somebody else who copied the tags',
    edit: aws => foreignRevision(aws, aws.batch.jobDefinitions.get('hello:1')?.tags ?? {}),
    owner: ['JobDefinition', 'hello'],
    repair: ['RegisterJobDefinition'],
    event: 'DriftRepaired: repaired drift of job definition hello: hash, normal.containerProperties',
  },
];

describe.each(drifts)('drift: $what', ({ edit, owner: [kind, name], repair, event }) => {
  it('is repaired within one resync, and nothing else is touched', async () => {
    const before = world.aws.calls.length;
    edit(world.aws);

    await world.resync();

    expect(world.changesSince(before)).toEqual(repair);
    expect(await world.ready(kind, name)).toBe(allReady);
    expect((await world.events(name)).some(text => text.includes(event))).toBe(true);
    const rested = world.aws.calls.length;
    await world.resync();
    expect(world.changesSince(rested)).toEqual([]);
  });
});

describe('the condition Drifted', () => {
  it('is True from the moment drift is found until it is repaired', async () => {
    world.aws.batch.computeEnvironments.edit(computeEnvironment(world.aws), { state: 'DISABLED' });
    const drifted = async () => conditionOf((await world.get('BatchEnvironment', 'blog'))?.status, 'Drifted');

    expect(await drifted()).toMatchObject({ status: 'False' });
    world.process.controller.resync();
    await world.clock.advance(0);
    expect(await drifted()).toMatchObject({
      status: 'True',
      message: `compute environment ${computeEnvironment(world.aws)}: state`,
    });
    await world.clock.advance(5_000);
    expect(await drifted()).toMatchObject({ status: 'True' });
    await world.settle();
    expect(await drifted()).toMatchObject({ status: 'False' });
  });

  it('does not speak of a change that the user made', async () => {
    const [, environment] = example();
    if (!environment) throw new Error('no environment');
    await world.apply({ ...environment, spec: { ...environment.spec, tags: { team: 'a' } } });
    await world.clock.advance(0);

    const status = (await world.get('BatchEnvironment', 'blog'))?.status;
    expect(conditionOf(status, 'Drifted')).toMatchObject({ status: 'False' });
    await world.settle();
  });
});

it('drift of everything at once is repaired in one go', async () => {
  for (const { what, edit } of drifts) if (!what.includes('latest') && !what.includes('deleted')) edit(world.aws);

  await world.resync();
  await world.settle();

  expect([await world.ready('RegistryCredential', 'ghcr'), await world.ready('BatchEnvironment', 'blog')]).toEqual([
    allReady,
    allReady,
  ]);
  expect(world.aws.secretsManager.currentText(secret)).toContain(canary);
});
