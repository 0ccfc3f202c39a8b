import {
  DeregisterJobDefinitionCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  ListTagsForResourceCommand,
  RegisterJobDefinitionCommand,
  UntagResourceCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import {
  CreateLaunchTemplateVersionCommand,
  DeleteTagsCommand,
  DescribeLaunchTemplatesCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteSecretCommand,
  PutSecretValueCommand,
  UntagResourceCommand as UntagSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Assembled } from './assembled.ts';
import { Installation, installation } from './installation.ts';
import { portrait } from './portrait.ts';

type Aws = Installation['aws'];
type Counts = Readonly<Record<string, number>>;

/** Something that somebody does behind our back, and the calls that undo it: no others may be made. */
interface Drift {
  readonly drift: string;
  readonly meddle: (aws: Aws) => Promise<unknown>;
  readonly repair: Counts;
}

const SecretId = 'batchwright/default/dockerhub';
const RoleName = 'batchwright-default-blog-execution';
const InstanceProfileName = 'batchwright-default-blog-instance';
const template = { LaunchTemplateName: 'batchwright-default-blog' };
const documentOf = (Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const everything = documentOf([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }]);

async function inlinePolicy({ iam }: Aws): Promise<string> {
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return PolicyNames?.[0] ?? '';
}

async function environmentArn({ batch }: Aws): Promise<string> {
  const { computeEnvironments } = await batch.send(new DescribeComputeEnvironmentsCommand({}));
  return computeEnvironments?.[0]?.computeEnvironmentArn ?? '';
}

async function queueArn({ batch }: Aws): Promise<string> {
  const { jobQueues } = await batch.send(new DescribeJobQueuesCommand({}));
  return jobQueues?.[0]?.jobQueueArn ?? '';
}

/** ACTIVE revisions, newest first. */
async function revisions({ batch }: Aws) {
  const { jobDefinitions = [] } = await batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' }));
  return [...jobDefinitions].sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
}

const newestArn = async (aws: Aws) => (await revisions(aws))[0]?.jobDefinitionArn ?? '';

async function untag({ batch }: Aws, resourceArn: string, tagKeys: readonly string[]): Promise<void> {
  await batch.send(new UntagResourceCommand({ resourceArn, tagKeys: [...tagKeys] }));
}

async function deregister({ batch }: Aws, arns: readonly (string | undefined)[]): Promise<void> {
  for (const jobDefinition of arns) await batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));
}

async function templateId({ ec2 }: Aws): Promise<string> {
  const names = [template.LaunchTemplateName];
  const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: names }));
  return LaunchTemplates?.[0]?.LaunchTemplateId ?? '';
}

const tags = ['example', 'batchwright.dev/resource'];

/** Tags removed, on each kind of resource that has them. */
const tagRows: readonly Drift[] = [
  {
    drift: 'tags removed from the secret',
    meddle: ({ secrets }) => secrets.send(new UntagSecretCommand({ SecretId, TagKeys: tags })),
    repair: { 'secretsmanager:TagResource': 1 },
  },
  {
    drift: 'tags removed from a role',
    meddle: ({ iam }) => iam.send(new UntagRoleCommand({ RoleName, TagKeys: tags })),
    repair: { 'iam:TagRole': 1 },
  },
  {
    drift: 'tags removed from the instance profile',
    meddle: ({ iam }) => iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: tags })),
    repair: { 'iam:TagInstanceProfile': 1 },
  },
  {
    drift: 'tags removed from the launch template',
    meddle: async aws =>
      aws.ec2.send(new DeleteTagsCommand({ Resources: [await templateId(aws)], Tags: tags.map(Key => ({ Key })) })),
    repair: { 'ec2:CreateTags': 1 },
  },
  {
    drift: 'tags removed from the compute environment',
    meddle: async aws => untag(aws, await environmentArn(aws), tags),
    repair: { 'batch:TagResource': 1 },
  },
  {
    drift: 'tags removed from the job queue',
    meddle: async aws => untag(aws, await queueArn(aws), tags),
    repair: { 'batch:TagResource': 1 },
  },
  {
    drift: 'tags removed from the job definition, that of its content too',
    meddle: async aws => untag(aws, await newestArn(aws), [...tags, 'batchwright.dev/hash']),
    repair: { 'batch:TagResource': 1 },
  },
];

const rows: readonly Drift[] = [
  {
    drift: 'secret value changed',
    meddle: ({ secrets }) => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{"username":"x"}' })),
    repair: { 'secretsmanager:PutSecretValue': 1 },
  },
  {
    drift: 'secret scheduled for deletion',
    meddle: ({ secrets }) => secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 })),
    repair: { 'secretsmanager:RestoreSecret': 1 },
  },
  {
    drift: 'inline policy of a role edited',
    meddle: async aws =>
      aws.iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: await inlinePolicy(aws), PolicyDocument: everything }),
      ),
    repair: { 'iam:PutRolePolicy': 1 },
  },
  {
    drift: 'inline policy of a role deleted',
    meddle: async aws => aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: await inlinePolicy(aws) })),
    repair: { 'iam:PutRolePolicy': 1 },
  },
  {
    drift: 'inline policy added to a role',
    meddle: ({ iam }) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument: everything })),
    repair: { 'iam:DeleteRolePolicy': 1 },
  },
  {
    drift: 'trust policy of a role edited',
    meddle: ({ iam }) =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: documentOf([
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ]),
        }),
      ),
    repair: { 'iam:UpdateAssumeRolePolicy': 1 },
  },
  {
    drift: 'managed policy detached from a role',
    meddle: async ({ iam }) => {
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: AttachedPolicies?.[0]?.PolicyArn }));
    },
    repair: { 'iam:AttachRolePolicy': 1 },
  },
  {
    drift: 'managed policy attached to a role',
    meddle: ({ iam }) =>
      iam.send(
        new AttachRolePolicyCommand({
          RoleName,
          PolicyArn: 'arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role',
        }),
      ),
    repair: { 'iam:DetachRolePolicy': 1 },
  },
  {
    drift: 'role detached from the instance profile',
    meddle: ({ iam }) =>
      iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: InstanceProfileName })),
    repair: { 'iam:AddRoleToInstanceProfile': 1 },
  },
  {
    drift: 'default version of the launch template moved to a foreign one',
    meddle: async ({ ec2 }) => {
      const data = { LaunchTemplateData: { InstanceType: 'm5.large' as const } };
      const created = await ec2.send(new CreateLaunchTemplateVersionCommand({ ...template, ...data }));
      const DefaultVersion = String(created.LaunchTemplateVersion?.VersionNumber);
      await ec2.send(new ModifyLaunchTemplateCommand({ ...template, DefaultVersion }));
    },
    repair: { 'ec2:ModifyLaunchTemplate': 1 },
  },
  {
    drift: 'maxvCpus of the compute environment changed',
    meddle: async aws =>
      aws.batch.send(
        new UpdateComputeEnvironmentCommand({
          computeEnvironment: await environmentArn(aws),
          computeResources: { maxvCpus: 256 },
        }),
      ),
    repair: { 'batch:UpdateComputeEnvironment': 1 },
  },
  {
    drift: 'compute environment disabled',
    meddle: async aws =>
      aws.batch.send(
        new UpdateComputeEnvironmentCommand({ computeEnvironment: await environmentArn(aws), state: 'DISABLED' }),
      ),
    repair: { 'batch:UpdateComputeEnvironment': 1 },
  },
  {
    drift: 'priority of the job queue changed',
    meddle: async aws => aws.batch.send(new UpdateJobQueueCommand({ jobQueue: await queueArn(aws), priority: 900 })),
    repair: { 'batch:UpdateJobQueue': 1 },
  },
  {
    drift: 'job queue disabled',
    meddle: async aws =>
      aws.batch.send(new UpdateJobQueueCommand({ jobQueue: await queueArn(aws), state: 'DISABLED' })),
    repair: { 'batch:UpdateJobQueue': 1 },
  },
  {
    drift: 'foreign revision of the job definition registered',
    meddle: ({ batch }) =>
      batch.send(
        new RegisterJobDefinitionCommand({
          jobDefinitionName: 'fetch-and-run',
          type: 'container',
          containerProperties: {
            image: 'busybox',
            resourceRequirements: [
              { type: 'VCPU', value: '1' },
              { type: 'MEMORY', value: '512' },
            ],
          },
        }),
      ),
    repair: { 'batch:RegisterJobDefinition': 1 },
  },
  {
    drift: 'latest revision of the job definition deregistered',
    meddle: async aws => deregister(aws, [await newestArn(aws)]),
    repair: { 'batch:RegisterJobDefinition': 1 },
  },
  {
    drift: 'all revisions of the job definition deregistered',
    meddle: async aws =>
      deregister(
        aws,
        (await revisions(aws)).map(({ jobDefinitionArn }) => jobDefinitionArn),
      ),
    repair: { 'batch:RegisterJobDefinition': 1 },
  },
  ...tagRows,
];

describe('drift, each kind of it', () => {
  let system: Installation;
  let controller: Assembled;

  beforeAll(async () => {
    system = await Installation.start();
    await system.declareExample();
    controller = new Assembled(system);
    await controller.apply();
    await controller.settled(4);
    // For half a minute after a creation absence is taken for a read that lags behind.
    await controller.pass(30_000);
  });

  afterAll(async () => {
    await controller.stop();
    await system.stop();
  });

  it.each(rows)('$drift: one resync repairs it, and touches nothing else', async ({ meddle, repair }) => {
    const before = await portrait(system);
    await meddle(system.aws);
    expect(await portrait(system)).not.toEqual(before);
    system.emulator.calls.clear();

    await controller.resync();

    expect(system.emulator.calls.counts({ mutating: true })).toEqual(repair);
    expect(await portrait(system)).toEqual(before);
  });

  it('secret deleted for good: it is made again, and what names its ARN follows', async () => {
    const { calls } = system.emulator;
    await system.aws.secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    calls.clear();

    await controller.resync();

    expect(calls.counts({ mutating: true })).toEqual({
      'secretsmanager:CreateSecret': 1,
      'iam:PutRolePolicy': 2,
      'ec2:CreateLaunchTemplateVersion': 1,
      'ec2:ModifyLaunchTemplate': 1,
      'batch:UpdateComputeEnvironment': 1,
      'batch:RegisterJobDefinition': 1,
    });
    calls.clear();
    await controller.resync();
    expect(calls.counts({ mutating: true })).toEqual({});
  });

  it('a queue that lost even the tags that say whose it is: left alone, with the way out in the message', async () => {
    const { calls } = system.emulator;
    const resourceArn = await queueArn(system.aws);
    const { tags: all = {} } = await system.aws.batch.send(new ListTagsForResourceCommand({ resourceArn }));
    await untag(system.aws, resourceArn, Object.keys(all));
    calls.clear();

    const message = await controller.stalled('BatchEnvironment');

    expect(message).toBe(
      'job queue blog-default has lost the tags that say that it is this object\'s, or was made anew by somebody else; to have it managed set the annotation batchwright.dev/adopt: "true"',
    );
    expect(calls.counts({ mutating: true })).toEqual({});
  });
});

it('is repaired by the program within a resync, and an event and a metric say so', async context => {
  const system = await installation(context);
  const { aws, emulator } = system;
  await system.declareExample();
  const program = system.run();
  await program.ready(4);
  const before = await portrait(system);
  const meddling = ['secret value changed', 'maxvCpus of the compute environment changed', 'job queue disabled'];
  for (const { drift, meddle } of rows) if (meddling.includes(drift)) await meddle(aws);
  emulator.calls.clear();

  await program.until('the repair', async () => JSON.stringify(await portrait(system)) === JSON.stringify(before));
  await program.ready(4);

  expect(emulator.calls.counts({ mutating: true })).toEqual({
    'secretsmanager:PutSecretValue': 1,
    'batch:UpdateComputeEnvironment': 1,
    'batch:UpdateJobQueue': 1,
  });
  expect((await program.metrics()).sum('batchwright_drift_repairs_total')).toBe(3);
  expect(program.log.filter(({ msg }) => msg === 'drift repaired').flatMap(({ changes }) => changes)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^repaired drift of job queue blog-default: state$/)]),
  );
}, 60_000);
