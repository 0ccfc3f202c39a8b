import {
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
} from '@aws-sdk/client-batch';
import { DescribeLaunchTemplatesCommand, DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation, login } from './installation.ts';
import { inventory } from './inventory.ts';
import { mimeParts } from './mime-parts.ts';
import type { Program } from './program.ts';

const secretName = 'batchwright/default/dockerhub';
const instanceName = 'batchwright-default-blog-instance';
const executionName = 'batchwright-default-blog-execution';
const templateName = 'batchwright-default-blog';

let system: Installation;
let program: Program;
let secretArn = '';

beforeAll(async () => {
  system = await Installation.start();
  await system.declareExample();
  program = system.run();
  await program.ready(4);
  const { ARN = '' } = await system.aws.secrets.send(new DescribeSecretCommand({ SecretId: secretName }));
  secretArn = ARN;
});

afterAll(() => system.stop());

const computeEnvironment = async () => {
  const { computeEnvironments } = await system.aws.batch.send(new DescribeComputeEnvironmentsCommand({}));
  return computeEnvironments?.[0];
};

const owner = (object: string, resource: string) => ({
  example: 'private-registry',
  'batchwright.dev/controller': 'batchwright',
  'batchwright.dev/object': object,
  'batchwright.dev/resource': resource,
});

const environmentTags = (resource: string) => owner('BatchEnvironment/default/blog', resource);

const tagsOf = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined) =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));

/** What the here-documents of a script hold in base64. */
const encoded = (script: string) =>
  [...script.matchAll(/<<'END'[^\n]*\n([\w+/=\n]+)\nEND/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString('utf8'),
  );

describe('the example, converged from nothing', () => {
  it('is these resources and no others', async () => {
    const found = await inventory(system);

    expect(found).toEqual({
      secrets: [secretName],
      roles: [executionName, instanceName],
      instanceProfiles: [instanceName],
      launchTemplates: [templateName],
      computeEnvironments: [expect.stringMatching(/^blog-ec2-[0-9a-f]{8}$/)],
      jobQueues: ['blog-default'],
      jobDefinitions: ['fetch-and-run:1'],
    });
  });

  it('has the login in one secret that serves both ways of authenticating', async () => {
    const { Description, Tags } = await system.aws.secrets.send(new DescribeSecretCommand({ SecretId: secretName }));
    const { SecretString = '' } = await system.aws.secrets.send(new GetSecretValueCommand({ SecretId: secretName }));

    expect(JSON.parse(SecretString)).toEqual({
      username: login.REGISTRY_USERNAME,
      password: login.REGISTRY_PASSWORD,
      registry_url: expect.stringContaining('docker.io'),
    });
    expect(Description).toBe('Docker Hub login for AWS Batch');
    expect(tagsOf(Tags)).toEqual(owner('RegistryCredential/default/dockerhub', 'secret'));
  });

  it('has a compute environment with the declared fields, pinned to a numbered template version', async () => {
    const { computeResources, ...found } = (await computeEnvironment()) ?? {};

    expect(found).toMatchObject({
      type: 'MANAGED',
      state: 'ENABLED',
      status: 'VALID',
      tags: environmentTags('computeEnvironment/ec2'),
    });
    expect(computeResources).toMatchObject({
      type: 'EC2',
      allocationStrategy: 'BEST_FIT_PROGRESSIVE',
      minvCpus: 0,
      maxvCpus: 16,
      instanceTypes: ['m5.large'],
      securityGroupIds: [system.network.securityGroupId],
      instanceRole: expect.stringMatching(new RegExp(`:instance-profile/${instanceName}$`)),
      launchTemplate: { launchTemplateId: expect.stringMatching(/^lt-/), version: '1' },
    });
    expect([...(computeResources?.subnets ?? [])].sort()).toEqual(system.network.subnetIds.slice(0, 2).sort());
  });

  it('has a job queue on that environment', async () => {
    const { jobQueues } = await system.aws.batch.send(new DescribeJobQueuesCommand({}));
    const { computeEnvironmentArn } = (await computeEnvironment()) ?? {};

    expect(jobQueues).toMatchObject([
      {
        jobQueueName: 'blog-default',
        state: 'ENABLED',
        status: 'VALID',
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: computeEnvironmentArn }],
        tags: environmentTags('jobQueue/default'),
      },
    ]);
  });

  it('has a job definition that names the secret by its full ARN and the environment’s execution role', async () => {
    const { jobDefinitions } = await system.aws.batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' }));
    const { Role } = await system.aws.iam.send(new GetRoleCommand({ RoleName: executionName }));

    expect(secretArn).toMatch(/-[A-Za-z0-9]{6}$/);
    expect(jobDefinitions).toMatchObject([
      {
        jobDefinitionName: 'fetch-and-run',
        type: 'container',
        parameters: { input: 's3://acme-input/today' },
        retryStrategy: { attempts: 2 },
        timeout: { attemptDurationSeconds: 3600 },
        containerProperties: {
          image: 'docker.io/acme/fetch-and-run:1.4.2',
          command: ['./run.sh', 'Ref::input'],
          executionRoleArn: Role?.Arn,
          repositoryCredentials: { credentialsParameter: secretArn },
          resourceRequirements: expect.arrayContaining([
            { type: 'VCPU', value: '1' },
            { type: 'MEMORY', value: '2048' },
          ]),
        },
        tags: {
          ...owner('JobDefinition/default/fetch-and-run', 'jobDefinition'),
          'batchwright.dev/hash': expect.any(String),
        },
      },
    ]);
  });

  it.each([
    {
      role: executionName,
      resource: 'role/execution',
      service: 'ecs-tasks.amazonaws.com',
      policy: 'AmazonECSTaskExecutionRolePolicy',
    },
    {
      role: instanceName,
      resource: 'role/instance',
      service: 'ec2.amazonaws.com',
      policy: 'AmazonEC2ContainerServiceforEC2Role',
    },
  ])('has $role, which may read that one secret and no other', async ({ role, resource, service, policy }) => {
    const { iam } = system.aws;
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: role }));
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
    const documents = await Promise.all(
      PolicyNames.map(async PolicyName => {
        const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName }));
        return JSON.parse(decodeURIComponent(PolicyDocument)) as { readonly Statement: unknown };
      }),
    );

    expect(documents.map(({ Statement }) => Statement)).toEqual([
      [{ Sid: expect.any(String), Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: [secretArn] }],
    ]);
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    });
    expect(AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual([policy]);
    expect(tagsOf(Role?.Tags)).toEqual(environmentTags(resource));
  });

  it('has an instance profile with the instance role', async () => {
    const command = new GetInstanceProfileCommand({ InstanceProfileName: instanceName });
    const { InstanceProfile } = await system.aws.iam.send(command);

    expect(InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual([instanceName]);
    expect(tagsOf(InstanceProfile?.Tags)).toEqual(environmentTags('instanceProfile'));
  });

  it('has a launch template whose user data is a MIME document within the limit, and holds no secret', async () => {
    const { ec2 } = system.aws;
    const { LaunchTemplates } = await ec2.send(
      new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: [templateName] }),
    );
    const { LaunchTemplateVersions = [] } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: templateName, Versions: ['$Default'] }),
    );
    const { UserData = '', MetadataOptions } = LaunchTemplateVersions[0]?.LaunchTemplateData ?? {};
    const document = Buffer.from(UserData, 'base64');
    const parts = mimeParts(document.toString('utf8'));

    expect(LaunchTemplates).toMatchObject([{ DefaultVersionNumber: 1, LatestVersionNumber: 1 }]);
    expect(tagsOf(LaunchTemplates?.[0]?.Tags)).toEqual(environmentTags('launchTemplate'));
    expect(MetadataOptions).toMatchObject({ HttpTokens: 'required' });
    expect(document.length).toBeLessThan(16 * 1024);
    expect(parts.length).toBeGreaterThan(0);
    expect(parts.map(({ type }) => type)).toContain('text/x-shellscript');
    expect(parts.flatMap(({ body }) => encoded(body)).join('\n')).toContain(secretArn);
    for (const text of [document.toString('utf8'), ...parts.flatMap(({ body }) => [body, ...encoded(body)])])
      expect(text).not.toContain(login.REGISTRY_PASSWORD);
  });

  it('took no more changing calls than there are things to make', () => {
    const changes = system.emulator.calls.counts({ mutating: true });

    expect(changes).toEqual({
      'secretsmanager:CreateSecret': 1,
      'iam:CreateRole': 2,
      'iam:PutRolePolicy': 2,
      'iam:AttachRolePolicy': 2,
      'iam:CreateInstanceProfile': 1,
      'iam:AddRoleToInstanceProfile': 1,
      'ec2:CreateLaunchTemplate': 1,
      'batch:CreateComputeEnvironment': 1,
      'batch:CreateJobQueue': 1,
      'batch:RegisterJobDefinition': 1,
    });
  });
});
