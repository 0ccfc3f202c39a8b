import {
  DeregisterJobDefinitionCommand,
  DescribeJobDefinitionsCommand,
  type DescribeJobDefinitionsRequest,
  type JobDefinition,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionRequest,
} from '@aws-sdk/client-batch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

const EXECUTION_ROLE = 'arn:aws:iam::123456789012:role/execution';
const CONTAINER = { image: 'registry.example/app:1', resourceRequirements: requirements('1', '2048') };
const EMPTY_LISTS = { command: [], environment: [], mountPoints: [], secrets: [], ulimits: [], volumes: [] };

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;
let count = 0;
let name = '';

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
});

afterAll(() => emulator.stop());

beforeEach(() => {
  count += 1;
  name = `jd${count}`;
});

describe('revisions', () => {
  it('count up for ever and inherit nothing', async () => {
    await register({
      parameters: { p: '1' },
      retryStrategy: { attempts: 3 },
      timeout: { attemptDurationSeconds: 60 },
      propagateTags: true,
      platformCapabilities: ['EC2'],
      tags: { a: 'b' },
    });
    await aws.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition: `${name}:1` }));
    const { revision, jobDefinitionArn } = await register({});

    expect(revision).toBe(2);
    expect(await only({ jobDefinitionName: name, status: 'ACTIVE' })).toEqual({
      jobDefinitionName: name,
      jobDefinitionArn,
      revision: 2,
      status: 'ACTIVE',
      type: 'container',
      parameters: {},
      propagateTags: false,
      containerOrchestrationType: 'ECS',
      tags: {},
      containerProperties: { ...EMPTY_LISTS, ...CONTAINER },
    });
  });

  it('keep ampersands in values where they are', async () => {
    const environment = [{ name: 'URL', value: 'jdbc:x?a=1&timeout=30&jobDefinitionName=other&b=2' }];
    await register({ containerProperties: { ...CONTAINER, environment }, timeout: { attemptDurationSeconds: 60 } });
    expect(await only({ jobDefinitions: [`${name}:1`] })).toMatchObject({
      jobDefinitionName: name,
      timeout: { attemptDurationSeconds: 60 },
      containerProperties: { environment },
    });
  });
});

describe('describe', () => {
  it('finds revisions by ARN and name:revision, nothing by bare name, and all by name', async () => {
    const first = await register({});
    await register({});

    expect(await revisions({ jobDefinitions: [`${name}:2`, first.jobDefinitionArn ?? ''] })).toEqual([2, 1]);
    expect(await revisions({ jobDefinitions: [name] })).toEqual([]);
    expect(await revisions({ jobDefinitions: [`${name}:9`] })).toEqual([]);
    expect(await revisions({ jobDefinitionName: name })).toEqual([2, 1]);
  });

  it('refuses a list of revisions together with anything else', async () => {
    const request = { jobDefinitions: [`${name}:1`] };
    expect((await refusal(all({ ...request, status: 'ACTIVE' }))).message).toContain('cannot be combined');
    expect((await refusal(all({ ...request, maxResults: 5 }))).message).toContain('MaxResults cannot both be set');
    const tooMany = Array.from({ length: 101 }, (_, index) => `${name}:${index + 1}`);
    expect((await refusal(all({ jobDefinitions: tooMany }))).message).toContain('at most 100');
  });
});

describe('deregister', () => {
  it('can be repeated, and needs a revision', async () => {
    await register({});
    const deregister = (jobDefinition: string) => aws.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));
    await deregister(`${name}:1`);
    await deregister(`${name}:1`);

    expect((await only({ jobDefinitionName: name })).status).toBe('INACTIVE');
    expect((await refusal(deregister(name))).name).toBe('ClientException');
    expect((await refusal(deregister(`${name}:abc`))).name).toBe('ClientException');
  });
});

describe('normal form', () => {
  it.each<{ reason: string; input: () => Partial<RegisterJobDefinitionRequest>; expected: object }>([
    {
      reason: 'environment entries without a value go, and lists lose their order',
      input: () => ({
        containerProperties: {
          ...CONTAINER,
          executionRoleArn: EXECUTION_ROLE,
          environment: [
            { name: 'A', value: '1' },
            { name: 'GONE', value: '' },
            { name: 'B', value: '2' },
          ],
          secrets: [
            { name: 'S', valueFrom: 'arn:1' },
            { name: 'T', valueFrom: 'arn:2' },
          ],
        },
      }),
      expected: {
        containerProperties: {
          environment: [
            { name: 'B', value: '2' },
            { name: 'A', value: '1' },
          ],
          secrets: [
            { name: 'T', valueFrom: 'arn:2' },
            { name: 'S', valueFrom: 'arn:1' },
          ],
        },
      },
    },
    {
      reason: 'retry actions become lower case',
      input: () => ({ retryStrategy: { attempts: 2, evaluateOnExit: [{ action: 'RETRY', onReason: '*' }] } }),
      expected: { retryStrategy: { attempts: 2, evaluateOnExit: [{ action: 'retry', onReason: '*' }] } },
    },
    {
      reason: 'parts of a container',
      input: () => ({
        containerProperties: {
          ...CONTAINER,
          linuxParameters: { initProcessEnabled: true },
          logConfiguration: { logDriver: 'awslogs' },
        },
      }),
      expected: {
        containerProperties: {
          linuxParameters: { initProcessEnabled: true, devices: [], tmpfs: [] },
          logConfiguration: { logDriver: 'awslogs', options: {}, secretOptions: [] },
        },
      },
    },
    {
      reason: 'Fargate',
      input: () => ({
        platformCapabilities: ['FARGATE'],
        containerProperties: {
          ...CONTAINER,
          executionRoleArn: EXECUTION_ROLE,
          runtimePlatform: {},
          networkConfiguration: {},
        },
      }),
      expected: {
        platformCapabilities: ['FARGATE'],
        containerProperties: {
          fargatePlatformConfiguration: { platformVersion: 'LATEST' },
          runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
          networkConfiguration: { assignPublicIp: 'DISABLED' },
        },
      },
    },
    {
      reason: 'tasks of several containers, each with its registry credentials',
      input: () => ({
        containerProperties: undefined,
        schedulingPriority: 7,
        consumableResourceProperties: { consumableResourceList: [{ consumableResource: 'license', quantity: 1 }] },
        ecsProperties: {
          taskProperties: [
            {
              executionRoleArn: EXECUTION_ROLE,
              containers: [
                { name: 'main', image: 'a', repositoryCredentials: { credentialsParameter: 'arn:secret' } },
                { name: 'side', image: 'b', essential: false },
              ],
            },
          ],
        },
      }),
      expected: {
        schedulingPriority: 7,
        consumableResourceProperties: { consumableResourceList: [{ consumableResource: 'license', quantity: 1 }] },
        ecsProperties: {
          taskProperties: [
            {
              executionRoleArn: EXECUTION_ROLE,
              volumes: [],
              containers: [
                {
                  name: 'main',
                  image: 'a',
                  essential: true,
                  repositoryCredentials: { credentialsParameter: 'arn:secret' },
                  ...taskLists(),
                },
                { name: 'side', image: 'b', essential: false, ...taskLists() },
              ],
            },
          ],
        },
      },
    },
    {
      reason: 'node ranges',
      input: () => ({
        type: 'multinode',
        containerProperties: undefined,
        nodeProperties: {
          numNodes: 2,
          mainNode: 0,
          nodeRangeProperties: [{ targetNodes: '0:1', container: CONTAINER }],
        },
      }),
      expected: {
        nodeProperties: {
          numNodes: 2,
          mainNode: 0,
          nodeRangeProperties: [{ targetNodes: '0:1', instanceTypes: [], container: { ...EMPTY_LISTS, ...CONTAINER } }],
        },
      },
    },
    {
      reason: 'pods',
      input: () => ({
        containerProperties: undefined,
        eksProperties: { podProperties: { containers: [{ image: 'a' }] } },
      }),
      expected: {
        containerOrchestrationType: 'EKS',
        eksProperties: {
          podProperties: {
            imagePullSecrets: [],
            initContainers: [],
            volumes: [],
            containers: [{ name: 'Default', image: 'a', args: [], command: [], env: [], volumeMounts: [] }],
          },
        },
      },
    },
  ])('$reason', async ({ input, expected }) => {
    await register(input());
    expect(await only({ jobDefinitionName: name })).toMatchObject(expected);
  });

  it('has no empty retry strategy or timeout, and the type in lower case', async () => {
    await register({ type: 'Container' as 'container', retryStrategy: {}, timeout: {} });
    const definition = await only({ jobDefinitionName: name });
    expect(definition.type).toBe('container');
    expect(definition).not.toHaveProperty('retryStrategy');
    expect(definition).not.toHaveProperty('timeout');
  });
});

describe('refusals', () => {
  it.each<{ reason: string; input: () => Partial<RegisterJobDefinitionRequest> }>([
    {
      reason: 'Cannot use both ECS containerProperties and ecsProperties',
      input: () => ({ ecsProperties: { taskProperties: [{ containers: [{ image: 'a' }] }] } }),
    },
    { reason: 'Image must be provided', input: () => ({ containerProperties: { ...CONTAINER, image: '' } }) },
    {
      reason: 'executionRoleArn cannot be empty',
      input: () => ({ containerProperties: { ...CONTAINER, secrets: [{ name: 'S', valueFrom: 'arn' }] } }),
    },
    { reason: 'executionRoleArn is required for Fargate', input: () => ({ platformCapabilities: ['FARGATE'] }) },
    {
      reason: 'AWS_BATCH',
      input: () => ({ containerProperties: { ...CONTAINER, environment: [{ name: 'AWS_BATCH_X', value: '1' }] } }),
    },
    { reason: 'between 1 and 10', input: () => ({ retryStrategy: { attempts: 11 } }) },
    {
      reason: 'RetryAttempts must be provided',
      input: () => ({ retryStrategy: { evaluateOnExit: [{ action: 'EXIT' }] } }),
    },
    { reason: 'at least 60', input: () => ({ timeout: { attemptDurationSeconds: 5 } }) },
    { reason: 'between 0 and 9999', input: () => ({ schedulingPriority: 10_000 }) },
    { reason: 'Exactly 1 capability', input: () => ({ platformCapabilities: ['EC2', 'FARGATE'] }) },
    { reason: 'nodeProperties should be provided', input: () => ({ type: 'multinode' }) },
    { reason: 'at most 24576 bytes', input: () => ({ parameters: { p: 'x'.repeat(25_000) } }) },
    { reason: 'valid pattern', input: () => ({ jobDefinitionName: 'a:1' }) },
  ])('$reason', async ({ reason, input }) => {
    const { name: code, message } = await refusal(register(input()));
    expect(code).toBe('ClientException');
    expect(message).toContain(reason);
  });
});

function register(
  input: Partial<{ [M in keyof RegisterJobDefinitionRequest]: RegisterJobDefinitionRequest[M] | undefined }>,
) {
  const request = { jobDefinitionName: name, type: 'container', containerProperties: CONTAINER, ...input };
  return aws.batch.send(new RegisterJobDefinitionCommand(request as RegisterJobDefinitionRequest));
}

async function all(request: DescribeJobDefinitionsRequest): Promise<readonly JobDefinition[]> {
  return (await aws.batch.send(new DescribeJobDefinitionsCommand(request))).jobDefinitions ?? [];
}

async function revisions(request: DescribeJobDefinitionsRequest): Promise<readonly (number | undefined)[]> {
  return (await all(request)).map(({ revision }) => revision);
}

async function only(request: DescribeJobDefinitionsRequest): Promise<JobDefinition> {
  const [definition, ...others] = await all(request);
  if (definition === undefined || others.length > 0) throw new Error(`${others.length + 1} revisions are described`);
  return definition;
}

function requirements(vcpu: string, memory: string) {
  return [
    { type: 'VCPU' as const, value: vcpu },
    { type: 'MEMORY' as const, value: memory },
  ];
}

function taskLists() {
  return { dependsOn: [], environment: [], mountPoints: [], secrets: [], ulimits: [] };
}
