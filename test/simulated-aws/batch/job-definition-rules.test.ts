import type { RegisterJobDefinitionRequest } from '@aws-sdk/client-batch';
import { RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { containerJob } from './samples.ts';

let sim: SimulatedAws;

beforeEach(() => {
  sim = new SimulatedAws({ clock: new FakeClock() });
});

type Properties = RegisterJobDefinitionRequest['containerProperties'];
type Request = RegisterJobDefinitionRequest;

function sized(vcpus: string, memory: string) {
  return {
    resourceRequirements: [
      { type: 'VCPU' as const, value: vcpus },
      { type: 'MEMORY' as const, value: memory },
    ],
  };
}

function fargate(properties: Properties = {}, rest: Partial<Request> = {}): Request {
  const fits = { executionRoleArn: 'arn:aws:iam::123456789012:role/pull', ...sized('0.25', '512') };
  return containerJob('a', { ...fits, ...properties }, { platformCapabilities: ['FARGATE'], ...rest });
}

function rest(more: Partial<Request>): Request {
  return containerJob('a', {}, more);
}

const pod = { podProperties: { containers: [{ image: 'x' }] } };
const task = { taskProperties: [{ containers: [{ image: 'x' }] }] };
const nodes = (more: object = {}) => ({
  jobDefinitionName: 'a',
  type: 'multinode' as const,
  nodeProperties: {
    numNodes: 2,
    mainNode: 0,
    nodeRangeProperties: [{ targetNodes: '0:1', container: { image: 'x', ...sized('1', '512') } }],
    ...more,
  },
});

const refused: readonly { name: string; request: Request; message: string }[] = [
  { name: 'a bad name', request: containerJob('a:b'), message: 'Job Definition name should match a valid pattern.' },
  {
    name: 'both containerProperties and ecsProperties',
    request: rest({ ecsProperties: task }),
    message: 'Cannot use both ECS containerProperties and ecsProperties',
  },
  {
    name: 'both containerProperties and eksProperties',
    request: rest({ eksProperties: pod }),
    message: 'Cannot use both ECS containerProperties and eksProperties',
  },
  {
    name: 'no properties at all',
    request: { jobDefinitionName: 'a', type: 'container' },
    message: 'One of containerProperties, ecsProperties and eksProperties must be provided.',
  },
  {
    name: 'no image',
    request: containerJob('a', { image: undefined }),
    message: 'ECS Container Image must be provided.',
  },
  {
    name: 'a long image',
    request: containerJob('a', { image: 'x'.repeat(256) }),
    message: 'ECS Container Image should be at most 255 characters long.',
  },
  {
    name: 'a task container without an image',
    request: {
      jobDefinitionName: 'a',
      type: 'container',
      ecsProperties: { taskProperties: [{ containers: [{ image: undefined }] }] },
    },
    message: 'ECS Container Image must be provided.',
  },
  {
    name: 'two capabilities',
    request: rest({ platformCapabilities: ['EC2', 'FARGATE'] }),
    message: 'Exactly 1 capability must be provided.',
  },
  {
    name: 'an unknown capability',
    request: rest({ platformCapabilities: ['MOON' as 'EC2'] }),
    message: 'Capability MOON is not valid. Valid capabilities: [FARGATE, EC2, MANAGED_INSTANCES]',
  },
  {
    name: 'a scheduling priority of 10000',
    request: rest({ schedulingPriority: 10_000 }),
    message: 'Scheduling priority must be between 0 and 9999.',
  },
  {
    name: 'evaluateOnExit without attempts',
    request: rest({ retryStrategy: { evaluateOnExit: [{ action: 'EXIT' }] } }),
    message: 'RetryAttempts must be provided with retry strategy.',
  },
  {
    name: 'eleven attempts',
    request: rest({ retryStrategy: { attempts: 11 } }),
    message: 'Retry attempts should be between 1 and 10.',
  },
  {
    name: 'six rules',
    request: rest({
      retryStrategy: { attempts: 2, evaluateOnExit: Array.from({ length: 6 }, () => ({ action: 'RETRY' as const })) },
    }),
    message: 'evaluateOnExit should have at most 5 entries.',
  },
  {
    name: 'a short timeout',
    request: rest({ timeout: { attemptDurationSeconds: 59 } }),
    message: 'timeout.attemptDurationSeconds should be at least 60.',
  },
  {
    name: 'a reserved variable',
    request: containerJob('a', { environment: [{ name: 'AWS_BATCH_X', value: '1' }] }),
    message: 'Environment variable names should not begin with AWS_BATCH.',
  },
  {
    name: 'secrets without an execution role',
    request: containerJob('a', { secrets: [{ name: 'A', valueFrom: 'x' }] }),
    message: 'executionRoleArn cannot be empty when using secrets or secretOptions',
  },
  {
    name: 'secret log options without an execution role',
    request: containerJob('a', {
      logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'A', valueFrom: 'x' }] },
    }),
    message: 'executionRoleArn cannot be empty when using secrets or secretOptions',
  },
  {
    name: 'no vCPUs',
    request: containerJob('a', { resourceRequirements: [{ type: 'MEMORY', value: '512' }] }),
    message: 'vCPU is required.',
  },
  {
    name: 'no memory',
    request: containerJob('a', { resourceRequirements: [{ type: 'VCPU', value: '1' }] }),
    message: 'Memory is required.',
  },
  {
    name: 'half a vCPU on EC2',
    request: containerJob('a', sized('0.5', '512')),
    message: 'vCPU should be a whole number of at least 1.',
  },
  { name: '3 MiB on EC2', request: containerJob('a', sized('1', '3')), message: 'Memory should be at least 4 MiB.' },
  {
    name: 'runtimePlatform on EC2',
    request: containerJob('a', { runtimePlatform: {} }),
    message: 'runtimePlatform is not applicable for EC2.',
  },
  {
    name: 'fargatePlatformConfiguration on EC2',
    request: containerJob('a', { fargatePlatformConfiguration: {} }),
    message: 'fargatePlatformConfiguration is not applicable for EC2.',
  },
  {
    name: 'networkConfiguration on EC2',
    request: containerJob('a', { networkConfiguration: {} }),
    message: 'networkConfiguration is not applicable for EC2.',
  },
  {
    name: 'ephemeralStorage on EC2',
    request: containerJob('a', { ephemeralStorage: { sizeInGiB: 30 } }),
    message: 'ephemeralStorage is not applicable for EC2.',
  },
  {
    name: 'Fargate without an execution role',
    request: fargate({ executionRoleArn: undefined }),
    message: 'executionRoleArn is required for Fargate.',
  },
  {
    name: 'a GPU on Fargate',
    request: fargate({
      resourceRequirements: [...sized('1', '2048').resourceRequirements, { type: 'GPU', value: '1' }],
    }),
    message: 'GPU is not applicable for Fargate.',
  },
  {
    name: 'ulimits on Fargate',
    request: fargate({ ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 1 }] }),
    message: 'ulimits is not applicable for Fargate.',
  },
  {
    name: 'a privileged container on Fargate',
    request: fargate({ privileged: true }),
    message: 'privileged is not applicable for Fargate.',
  },
  {
    name: 'a host path on Fargate',
    request: fargate({ volumes: [{ name: 'x', host: { sourcePath: '/x' } }] }),
    message: 'host.sourcePath should not be set for volumes in Fargate.',
  },
  {
    name: 'swap on Fargate',
    request: fargate({ linuxParameters: { maxSwap: 0 } }),
    message: 'linuxParameter.maxSwap is not allowed for Fargate.',
  },
  {
    name: 'a log driver on Fargate',
    request: fargate({ logConfiguration: { logDriver: 'syslog' } }),
    message: 'Log driver for Fargate is not valid: syslog',
  },
  {
    name: 'small ephemeral storage',
    request: fargate({ ephemeralStorage: { sizeInGiB: 20 } }),
    message: 'Ephemeral storage should be between 21 and 200 GiB.',
  },
  {
    name: 'a size that Fargate does not have',
    request: fargate(sized('0.25', '1536')),
    message: 'Fargate resource requirements (0.25 vCPU, 1536 MiB) not valid.',
  },
  {
    name: 'a number of vCPUs that Fargate does not have',
    request: fargate(sized('3', '8192')),
    message: 'Fargate resource requirements (3 vCPU, 8192 MiB) not valid.',
  },
  {
    name: 'an EFS access point without encryption',
    request: containerJob('a', {
      volumes: [
        { name: 'x', efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { accessPointId: 'ap' } } },
      ],
    }),
    message: 'An EFS access point is only allowed with the root directory / and with transit encryption.',
  },
  {
    name: 'a pod with platform capabilities',
    request: { jobDefinitionName: 'a', type: 'container', eksProperties: pod, platformCapabilities: ['EC2'] },
    message: 'platformCapabilities is not applicable for EKS job definitions.',
  },
  {
    name: 'a pod with memory in GiB',
    request: {
      jobDefinitionName: 'a',
      type: 'container',
      eksProperties: { podProperties: { containers: [{ image: 'x', resources: { limits: { memory: '1Gi' } } }] } },
    },
    message: 'EKS memory should be a whole number of MiB with the suffix Mi.',
  },
  {
    name: 'a pod with unequal memory',
    request: {
      jobDefinitionName: 'a',
      type: 'container',
      eksProperties: {
        podProperties: {
          containers: [{ image: 'x', resources: { limits: { memory: '2Mi' }, requests: { memory: '1Mi' } } }],
        },
      },
    },
    message: 'EKS resource limits and requests of memory and GPU should be equal.',
  },
  {
    name: 'a main node out of range',
    request: nodes({ mainNode: 2 }),
    message: 'Main node index is out of range for the number of nodes.',
  },
  {
    name: 'target nodes in words',
    request: nodes({ nodeRangeProperties: [{ targetNodes: 'all' }] }),
    message: 'targetNodes should contain only digits.',
  },
  {
    name: 'six node ranges',
    request: nodes({ nodeRangeProperties: Array.from({ length: 6 }, (_, index) => ({ targetNodes: `${index}` })) }),
    message: 'nodeRangeProperties size cannot be greater than 5.',
  },
  {
    name: 'more than 24 KiB',
    request: containerJob('a', { command: ['x'.repeat(24 * 1024)] }),
    message: 'The job definition is larger than the maximum of 24 KiB.',
  },
];

it.each(refused)('refuses $name', async ({ request, message }) => {
  const call = sim.clients.batch.send(new RegisterJobDefinitionCommand(request));

  expect(await rejection(call)).toBe(`ClientException: ${message}`);
  expect(sim.batch.newestRevisions.size).toBe(0);
});

it.each<{ name: string; request: Request }>([
  { name: 'one container on EC2', request: containerJob('a') },
  { name: 'the old members', request: containerJob('a', { resourceRequirements: undefined, vcpus: 1, memory: 512 }) },
  { name: 'one container on Fargate', request: fargate() },
  { name: 'the largest size of Fargate', request: fargate(sized('16', '122880')) },
  { name: 'another letter case of the type', request: rest({ type: 'Container' as 'container' }) },
  { name: 'a task', request: { jobDefinitionName: 'a', type: 'container', ecsProperties: task } },
  { name: 'a pod', request: { jobDefinitionName: 'a', type: 'container', eksProperties: pod } },
  { name: 'several nodes', request: nodes() },
  {
    name: 'a credential that nobody knows',
    request: containerJob('a', { repositoryCredentials: { credentialsParameter: 'nowhere' } }),
  },
])('accepts $name', async ({ request }) => {
  expect(await rejection(sim.clients.batch.send(new RegisterJobDefinitionCommand(request)))).toBe('not refused');
});
