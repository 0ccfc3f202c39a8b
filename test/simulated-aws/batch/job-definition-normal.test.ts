import type { JobDefinition, RegisterJobDefinitionRequest } from '@aws-sdk/client-batch';
import { DescribeJobDefinitionsCommand, RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { containerJob } from './samples.ts';

async function returned(request: RegisterJobDefinitionRequest, fillsDefaults = false): Promise<JobDefinition> {
  const sim = new SimulatedAws({ clock: new FakeClock(), fillsDefaults });
  await sim.clients.batch.send(new RegisterJobDefinitionCommand(request));
  const { jobDefinitions } = await sim.clients.batch.send(new DescribeJobDefinitionsCommand({}));
  return jobDefinitions?.[0] as JobDefinition;
}

const requirements = [
  { type: 'VCPU', value: '1' },
  { type: 'MEMORY', value: '2048' },
] as const;

it('fills the lists of a container, and nothing else', async () => {
  expect(await returned(containerJob('a'))).toEqual({
    jobDefinitionName: 'a',
    jobDefinitionArn: 'arn:aws:batch:eu-west-1:123456789012:job-definition/a:1',
    revision: 1,
    status: 'ACTIVE',
    type: 'container',
    parameters: {},
    propagateTags: false,
    tags: {},
    containerOrchestrationType: 'ECS',
    containerProperties: {
      image: 'registry.example/hello:1',
      command: [],
      environment: [],
      mountPoints: [],
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '512' },
      ],
      secrets: [],
      ulimits: [],
      volumes: [],
    },
  });
});

type Part = object | undefined;

const cases: readonly {
  name: string;
  request: RegisterJobDefinitionRequest;
  part: (one: JobDefinition) => unknown;
  result: Part | unknown;
  fillsDefaults?: boolean;
}[] = [
  {
    name: 'the type becomes lower case',
    request: containerJob('a', {}, { type: 'Container' as 'container' }),
    part: one => one.type,
    result: 'container',
  },
  {
    name: 'variables with an empty value are dropped without a word',
    request: containerJob('a', { environment: [{ name: 'A', value: '1' }, { name: 'B', value: '' }, { name: 'C' }] }),
    part: one => one.containerProperties?.environment,
    result: [{ name: 'A', value: '1' }],
  },
  {
    name: 'the old members stay the old members',
    request: containerJob('a', { resourceRequirements: undefined, vcpus: 1, memory: 64 }),
    part: ({ containerProperties: one }) => [one?.vcpus, one?.memory, one?.resourceRequirements],
    result: [1, 64, []],
  },
  {
    name: 'actions become lower case',
    request: containerJob(
      'a',
      {},
      { retryStrategy: { attempts: 2, evaluateOnExit: [{ onReason: 'x', action: 'RETRY' }] } },
    ),
    part: one => one.retryStrategy,
    result: { attempts: 2, evaluateOnExit: [{ onReason: 'x', action: 'retry' }] },
  },
  {
    name: 'an empty retry strategy vanishes',
    request: containerJob('a', {}, { retryStrategy: {} }),
    part: one => one.retryStrategy,
    result: undefined,
  },
  {
    name: 'an empty timeout vanishes',
    request: containerJob('a', {}, { timeout: {} }),
    part: one => one.timeout,
    result: undefined,
  },
  {
    name: 'platform capabilities are not filled in',
    request: containerJob('a'),
    part: one => one.platformCapabilities,
    result: undefined,
  },
  {
    name: 'false is echoed',
    request: containerJob('a', { privileged: false, readonlyRootFilesystem: false }),
    part: ({ containerProperties: one }) => [one?.privileged, one?.readonlyRootFilesystem],
    result: [false, false],
  },
  {
    name: 'log options and Linux parameters get their lists',
    request: containerJob('a', {
      logConfiguration: { logDriver: 'awslogs' },
      linuxParameters: { initProcessEnabled: true },
    }),
    part: ({ containerProperties: one }) => [one?.logConfiguration, one?.linuxParameters],
    result: [
      { logDriver: 'awslogs', options: {}, secretOptions: [] },
      { initProcessEnabled: true, devices: [], tmpfs: [] },
    ],
  },
  {
    name: 'permissions of devices stay away',
    request: containerJob('a', { linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }),
    part: one => one.containerProperties?.linuxParameters?.devices,
    result: [{ hostPath: '/dev/x' }],
  },
  {
    name: 'permissions of devices are filled in where doubtful defaults are',
    fillsDefaults: true,
    request: containerJob('a', { linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }),
    part: one => one.containerProperties?.linuxParameters?.devices,
    result: [{ hostPath: '/dev/x', permissions: ['READ', 'WRITE', 'MKNOD'] }],
  },
  {
    name: 'Fargate gets its platform version, platform and network',
    request: containerJob(
      'a',
      { resourceRequirements: [...requirements], executionRoleArn: 'r', runtimePlatform: {}, networkConfiguration: {} },
      { platformCapabilities: ['FARGATE'] },
    ),
    part: ({ containerProperties: one }) => [
      one?.fargatePlatformConfiguration,
      one?.runtimePlatform,
      one?.networkConfiguration,
    ],
    result: [
      { platformVersion: 'LATEST' },
      { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      { assignPublicIp: 'DISABLED' },
    ],
  },
  {
    name: 'a credential comes back as it was sent',
    request: containerJob('a', { repositoryCredentials: { credentialsParameter: 'registry' } }),
    part: one => one.containerProperties?.repositoryCredentials,
    result: { credentialsParameter: 'registry' },
  },
  {
    name: 'task containers get a name, their lists, and are essential',
    request: {
      jobDefinitionName: 'a',
      type: 'container',
      ecsProperties: { taskProperties: [{ containers: [{ image: 'x' }] }] },
    },
    part: one => one.ecsProperties,
    result: {
      taskProperties: [
        {
          volumes: [],
          containers: [
            {
              image: 'x',
              name: 'default-0',
              essential: true,
              dependsOn: [],
              environment: [],
              mountPoints: [],
              resourceRequirements: [],
              secrets: [],
              ulimits: [],
            },
          ],
        },
      ],
    },
  },
  {
    name: 'pods get their lists, the host network and a container name',
    request: {
      jobDefinitionName: 'a',
      type: 'container',
      eksProperties: { podProperties: { containers: [{ image: 'x' }] } },
    },
    part: one => [one.containerOrchestrationType, one.eksProperties],
    result: [
      'EKS',
      {
        podProperties: {
          hostNetwork: true,
          containers: [{ image: 'x', name: 'Default', args: [], command: [], env: [], volumeMounts: [] }],
          initContainers: [],
          imagePullSecrets: [],
          volumes: [],
        },
      },
    ],
  },
  {
    name: 'node ranges get their instance types',
    request: {
      jobDefinitionName: 'a',
      type: 'multinode',
      nodeProperties: {
        numNodes: 1,
        mainNode: 0,
        nodeRangeProperties: [{ targetNodes: '0', container: { image: 'x', resourceRequirements: [...requirements] } }],
      },
    },
    part: one => one.nodeProperties?.nodeRangeProperties?.[0]?.instanceTypes,
    result: [],
  },
];

it.each(cases)('$name', async ({ request, part, result, fillsDefaults }) => {
  expect(part(await returned(request, fillsDefaults))).toEqual(result);
});
