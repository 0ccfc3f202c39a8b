import { expect, it } from 'vitest';
import { kinds } from '../../controller/kinds/index.ts';
import { specProblems } from '../../controller/kinds/schemas.ts';
import { isObject } from '../../controller/model/json.ts';

type Spec = Readonly<Record<string, unknown>>;

const good: Readonly<Record<string, Spec>> = {
  AwsAccount: {
    accountId: '012345678901',
    region: 'eu-central-1',
    assumeRole: { roleArn: 'arn:aws:iam::012345678901:role/batch' },
  },
  RegistryCredential: {
    registry: 'ghcr.io/acme',
    source: { files: { username: 'robot', passwordPath: '/run/secrets/token' } },
  },
  BatchEnvironment: {
    registryCredentials: [{ name: 'ghcr' }],
    computeEnvironments: [
      {
        name: 'main',
        computeResources: { type: 'EC2', maxvCpus: 16, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
      },
    ],
    jobQueues: [{ name: 'main', computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'main' }] }],
  },
  JobDefinition: {
    environment: { name: 'blog' },
    containerProperties: {
      image: 'ghcr.io/acme/job:1',
      registryCredential: { name: 'ghcr' },
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '2048' },
      ],
    },
  },
};

/** A copy with the value at a path replaced; undefined takes the member away. */
function at(base: unknown, path: string, value: unknown): unknown {
  const [head = '', ...rest] = path.split('.');
  const next =
    rest.length === 0
      ? value
      : at(isObject(base) ? base[head] : Array.isArray(base) ? base[Number(head)] : undefined, rest.join('.'), value);
  if (Array.isArray(base)) return base.with(Number(head), next);
  const { [head]: _, ...others } = (isObject(base) ? base : {}) as Record<string, unknown>;
  return next === undefined ? others : { ...others, [head]: next };
}

function problems(kind: string, spec: unknown): readonly string[] {
  const definition = kinds.find(known => known.kind === kind);
  if (!definition) throw new Error(`no kind ${kind}`);
  return specProblems(definition, spec).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

it.each(Object.entries(good))('takes a good %s', (kind, spec) => {
  expect(problems(kind, spec)).toEqual([]);
});

interface Bad {
  readonly kind: string;
  readonly path: string;
  readonly value: unknown;
  readonly says: RegExp;
}

const compute = 'computeEnvironments.0.computeResources';
const fargateCompute = { type: 'FARGATE', maxvCpus: 4, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] };
const fargateJob = (vcpu: string, memory: string) => ({
  image: 'ghcr.io/acme/job:1',
  resourceRequirements: [
    { type: 'VCPU', value: vcpu },
    { type: 'MEMORY', value: memory },
  ],
});

// biome-ignore format: a table reads best in columns
const bad: readonly Bad[] = [
  { kind: 'AwsAccount', path: 'accountId', value: '12345', says: /spec.accountId: must be exactly 12 digits/ },
  { kind: 'AwsAccount', path: 'accountId', value: 12345678901, says: /spec.accountId: .*string/ },
  { kind: 'AwsAccount', path: 'region', value: 'europe', says: /spec.region: must be a Region/ },
  { kind: 'AwsAccount', path: 'assumeRole.roleArn', value: 'batch', says: /must be the full ARN of a role/ },
  { kind: 'AwsAccount', path: 'endpoint', value: 'ftp://x', says: /spec.endpoint/ },
  { kind: 'AwsAccount', path: 'acountId', value: '1', says: /spec.acountId: unknown field/ },
  { kind: 'RegistryCredential', path: 'registry', value: 'acme', says: /spec.registry: .*docker.io\/acme/ },
  { kind: 'RegistryCredential', path: 'registry', value: 'me:secret@ghcr.io', says: /belong into the credential source/ },
  { kind: 'RegistryCredential', path: 'source', value: {}, says: /spec.source: one of files, environment, dockerConfig, existingSecret is required/ },
  { kind: 'RegistryCredential', path: 'source.existingSecret', value: { secretId: 'x' }, says: /only one of files, existingSecret may be set/ },
  { kind: 'RegistryCredential', path: 'source.files.usernamePath', value: '/u', says: /only one of username, usernamePath/ },
  { kind: 'RegistryCredential', path: 'source.files.password', value: 'oops', says: /spec.source.files.password: unknown field/ },
  { kind: 'RegistryCredential', path: 'secretName', value: 'team/login-abc123', says: /must not end in a hyphen and six characters/ },
  { kind: 'RegistryCredential', path: 'recoveryWindowInDays', value: 3, says: /spec.recoveryWindowInDays/ },
  { kind: 'RegistryCredential', path: 'kmsKeyId', value: 'alias/mine', says: /full ARN of a KMS key/ },
  { kind: 'RegistryCredential', path: 'tags', value: { 'aws:x': 'y' }, says: /may not begin with aws:/ },
  { kind: 'BatchEnvironment', path: 'jobQueues.0.computeEnvironmentOrder.0.computeEnvironment', value: 'other', says: /other is not a compute environment of this object; known are: main/ },
  { kind: 'BatchEnvironment', path: `${compute}.minvCpus`, value: 32, says: /32 is more than maxvCpus 16/ },
  { kind: 'BatchEnvironment', path: `${compute}.bidPercentage`, value: 50, says: /is for SPOT only/ },
  { kind: 'BatchEnvironment', path: `${compute}.allocationStrategy`, value: 'SPOT_CAPACITY_OPTIMIZED', says: /is for SPOT only/ },
  { kind: 'BatchEnvironment', path: `${compute}.instanceTypes`, value: [], says: /must not be empty/ },
  { kind: 'BatchEnvironment', path: compute, value: { type: 'SPOT', allocationStrategy: 'BEST_FIT', maxvCpus: 1, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] }, says: /spotIamFleetRole: is required for SPOT with BEST_FIT/ },
  { kind: 'BatchEnvironment', path: compute, value: { ...fargateCompute, instanceTypes: ['m5'] }, says: /instanceTypes: is not for FARGATE/ },
  { kind: 'BatchEnvironment', path: compute, value: { ...fargateCompute, subnets: Array.from({ length: 17 }, (_, i) => `subnet-${i}`) }, says: /at most 16 subnets/ },
  { kind: 'BatchEnvironment', path: 'serviceRole', value: { arn: 'arn:aws:iam::1:role/x', roleName: 'y' }, says: /serviceRole.roleName: is for a role that is managed here/ },
  { kind: 'BatchEnvironment', path: 'instanceRole', value: { instanceProfileArn: 'arn:aws:iam::1:role/x' }, says: /must be the ARN of an instance profile/ },
  { kind: 'BatchEnvironment', path: 'jobQueues.0.jobQueueName', value: 'no spaces', says: /at most 128 letters/ },
  { kind: 'JobDefinition', path: 'containerProperties', value: undefined, says: /one of containerProperties, ecsProperties, eksProperties is required/ },
  { kind: 'JobDefinition', path: 'containerProperties.image', value: 'Bad Image', says: /spec.containerProperties.image/ },
  { kind: 'JobDefinition', path: 'containerProperties.image', value: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1', says: /registryCredential: is not for Amazon ECR/ },
  { kind: 'JobDefinition', path: 'environment', value: undefined, says: /needs an execution role that may read the login/ },
  { kind: 'JobDefinition', path: 'containerProperties.environment', value: [{ name: 'AWS_BATCH_X', value: '1' }], says: /may not begin with AWS_BATCH/ },
  { kind: 'JobDefinition', path: 'containerProperties.networkConfiguration', value: { assignPublicIp: 'ENABLED' }, says: /is for Fargate only/ },
  { kind: 'JobDefinition', path: 'containerProperties.resourceRequirements', value: [{ type: 'VCPU', value: 'one' }], says: /must be a number in quotes/ },
  { kind: 'JobDefinition', path: 'retryStrategy', value: { attempts: 11 }, says: /spec.retryStrategy.attempts/ },
  { kind: 'JobDefinition', path: 'timeout', value: { attemptDurationSeconds: 30 }, says: /spec.timeout.attemptDurationSeconds/ },
];

it.each(bad)('$kind: refuses $path', ({ kind, path, value, says }) => {
  expect(problems(kind, at(good[kind], path, value)).join('\n')).toMatch(says);
});

it('refuses agent authentication on Fargate and says why', () => {
  const spec = {
    ...good['BatchEnvironment'],
    agentRegistryAuth: { registryCredentials: [{ name: 'ghcr' }] },
    computeEnvironments: [{ name: 'main', computeResources: fargateCompute }],
  };

  expect(problems('BatchEnvironment', spec)).toEqual([
    expect.stringMatching(
      /^spec.agentRegistryAuth: cannot reach FARGATE \(compute environment main\): Fargate has no ECS agent/,
    ),
  ]);
});

it('refuses Fargate and EC2 in one queue', () => {
  const ec2 = {
    name: 'a',
    computeResources: { type: 'EC2', maxvCpus: 1, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
  };
  const spec = {
    computeEnvironments: [ec2, { name: 'b', computeResources: fargateCompute }],
    jobQueues: [
      {
        name: 'q',
        computeEnvironmentOrder: [
          { order: 1, computeEnvironment: 'a' },
          { order: 1, computeEnvironment: 'b' },
        ],
      },
    ],
  };

  expect(problems('BatchEnvironment', spec)).toEqual([
    'spec.jobQueues.0.computeEnvironmentOrder: EC2 and Fargate compute environments cannot be mixed in one job queue',
    'spec.jobQueues.0.computeEnvironmentOrder.1.order: 1 stands in entry 0 already',
  ]);
});

interface Size {
  readonly vcpu: string;
  readonly memory: string;
  readonly fits: boolean;
}

// biome-ignore format: a table reads best in columns
const sizes: readonly Size[] = [
  { vcpu: '0.25', memory: '512',    fits: true },
  { vcpu: '0.25', memory: '1536',   fits: false },
  { vcpu: '0.25', memory: '2048',   fits: true },
  { vcpu: '0.5',  memory: '4096',   fits: true },
  { vcpu: '1',    memory: '1024',   fits: false },
  { vcpu: '1.0',  memory: '2048',   fits: true },
  { vcpu: '2',    memory: '5000',   fits: false },
  { vcpu: '4',    memory: '30720',  fits: true },
  { vcpu: '8',    memory: '20480',  fits: true },
  { vcpu: '8',    memory: '17408',  fits: false },
  { vcpu: '16',   memory: '122880', fits: true },
  { vcpu: '3',    memory: '8192',   fits: false },
];

it.each(sizes)('Fargate: $vcpu vCPU with $memory MiB fits: $fits', ({ vcpu, memory, fits }) => {
  const spec = {
    environment: { name: 'x' },
    platformCapabilities: ['FARGATE'],
    containerProperties: fargateJob(vcpu, memory),
  };

  expect(problems('JobDefinition', spec)).toEqual(
    fits ? [] : [expect.stringMatching(/^spec.containerProperties.resourceRequirements: .* is not offered/)],
  );
});

it.each([
  ['1.1.0', false],
  ['1.2.0', true],
  ['1.4.0', true],
  ['LATEST', true],
])('Fargate platform %s with a registry credential is taken: %s', (platformVersion, taken) => {
  const containerProperties = {
    ...fargateJob('1', '2048'),
    registryCredential: { name: 'x' },
    fargatePlatformConfiguration: { platformVersion },
  };
  const spec = { environment: { name: 'x' }, platformCapabilities: ['FARGATE'], containerProperties };

  expect(problems('JobDefinition', spec).length).toBe(taken ? 0 : 1);
});

// biome-ignore format: a table reads best in columns
const notOnFargate: readonly (readonly [string, unknown])[] = [
  ['privileged', true],
  ['ulimits', [{ name: 'nofile', softLimit: 1, hardLimit: 1 }]],
  ['linuxParameters', { sharedMemorySize: 64 }],
  ['linuxParameters', { tmpfs: [{ containerPath: '/t', size: 1 }] }],
  ['logConfiguration', { logDriver: 'syslog' }],
  ['volumes', [{ name: 'v', host: { sourcePath: '/x' } }]],
];

it.each(notOnFargate)('Fargate: refuses %s', (member, value) => {
  const spec = {
    environment: { name: 'x' },
    platformCapabilities: ['FARGATE'],
    containerProperties: { ...fargateJob('1', '2048'), [member]: value },
  };

  expect(problems('JobDefinition', spec)).toEqual([expect.stringContaining(`spec.containerProperties.${member}`)]);
});
