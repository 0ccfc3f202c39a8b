import { describe, expect, it } from 'vitest';
import { jobDefinitionKind } from '../../../controller/kinds/job-definition/job-definition.ts';
import { specProblems } from '../../../controller/kinds/schemas.ts';

type Members = Readonly<Record<string, unknown>>;

const role = 'arn:aws:iam::123456789012:role/execution';
const size = (vcpu: string, memory: string) => [
  { type: 'VCPU', value: vcpu },
  { type: 'MEMORY', value: memory },
];
const image = 'ghcr.io/acme/job:1';
const container = { image, resourceRequirements: size('1', '2048') };
const efs = { fileSystemId: 'fs-0123456789abcdef0', transitEncryption: 'ENABLED' };
const podContainer = { image, resources: { limits: { cpu: '1', memory: '2048Mi' } } };
const range = (targetNodes: string, more: Members = { container }) => ({ targetNodes, ...more });
const fargate = { platformCapabilities: ['FARGATE'], environment: { name: 'blog' } };

/** Definitions that break no rule. */
const single = (more: Members = {}, spec: Members = {}) => ({
  containerProperties: { ...container, ...more },
  ...spec,
});
const onFargate = (more: Members = {}, spec: Members = {}) => single(more, { ...fargate, ...spec });
const task = (containers: readonly Members[], more: Members = {}, spec: Members = {}) => ({
  ecsProperties: { taskProperties: [{ containers, ...more }] },
  ...spec,
});
const pod = (properties: Members = {}, first: Members = {}, spec: Members = {}) => ({
  eksProperties: { podProperties: { containers: [{ ...podContainer, ...first }], ...properties } },
  ...spec,
});
const nodes = (ranges: readonly Members[], more: Members = {}, spec: Members = {}) => ({
  type: 'multinode',
  nodeProperties: { numNodes: 4, mainNode: 0, nodeRangeProperties: ranges, ...more },
  ...spec,
});
const two = [
  { ...container, name: 'a' },
  { ...container, name: 'b' },
];

function problems(spec: Members): readonly string[] {
  return specProblems(jobDefinitionKind, spec).map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`);
}

const volume = (configuration: Members) => ({ volumes: [{ name: 'data', ...configuration }] });
const accessPoint = (more: Members) =>
  volume({ efsVolumeConfiguration: { ...efs, authorizationConfig: { accessPointId: 'fsap-1' }, ...more } });

describe('takes', () => {
  it.each<readonly [string, Members]>([
    ['a container', single()],
    ['a container on Fargate', onFargate()],
    ['a container on managed instances', single({}, { platformCapabilities: ['MANAGED_INSTANCES'] })],
    ['the members of old for CPU and memory', { containerProperties: { image, vcpus: 1, memory: 512 } }],
    ['GPUs on EC2', single({ resourceRequirements: [...size('1', '512'), { type: 'GPU', value: '1' }] })],
    ['swap without swappiness', single({ linuxParameters: { maxSwap: 10 } })],
    ['a parameter by its name', single({ secrets: [{ name: 'X', valueFrom: '/team/x' }], executionRoleArn: role })],
    ['an access point at the root', single(accessPoint({}))],
    [
      'EFS with the role of the job',
      single({
        ...volume({ efsVolumeConfiguration: { ...efs, authorizationConfig: { iam: 'ENABLED' } } }),
        jobRoleArn: role,
      }),
    ],
    ['Windows on Fargate', onFargate({ runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } })],
    [
      'a registry login on Fargate 1.2.0',
      onFargate({ registryCredential: { name: 'ghcr' }, fargatePlatformConfiguration: { platformVersion: '1.2.0' } }),
    ],
    [
      'a registry login on the latest Fargate',
      onFargate({ registryCredential: { name: 'ghcr' }, fargatePlatformConfiguration: { platformVersion: 'LATEST' } }),
    ],
    ['two containers', task(two)],
    ['a container by itself without a name', task([container])],
    [
      'a registry login for one of two',
      task([{ ...two[0], registryCredential: { name: 'ghcr' } }, two[1] ?? {}], { executionRoleArn: role }),
    ],
    [
      'two containers that share a size of Fargate',
      task(
        [
          { ...two[0], resourceRequirements: size('0.25', '512') },
          { ...two[1], resourceRequirements: size('0.25', '512') },
        ],
        {},
        fargate,
      ),
    ],
    [
      'an order of containers',
      task([
        { ...two[0], essential: false },
        { ...two[1], dependsOn: [{ containerName: 'a', condition: 'SUCCESS' }] },
      ]),
    ],
    ['a pod', pod()],
    ['a pod with logins of Kubernetes', pod({ imagePullSecrets: [{ name: 'ghcr' }] })],
    [
      'a pod that asks for the devices of another maker',
      pod({}, { resources: { limits: { cpu: '0.25', memory: '4Mi', 'aws.amazon.com/neuron': '1' } } }),
    ],
    ['nodes', nodes([range('0:')])],
    ['a range within another one', nodes([range('0:3'), range('1:2')])],
    ['a range for each node', nodes([range('0'), range('1:2'), range('3:')])],
    [
      'nodes of several containers with an instance type',
      nodes([range(':3', { ecsProperties: { taskProperties: [{ containers: two }] }, instanceTypes: ['m5.large'] })]),
    ],
    [
      'nodes whose instance type says how large they are',
      nodes([range('0:', { container: { image, instanceType: 'm5.large' } })]),
    ],
    [
      'nodes with a registry login',
      nodes([
        range('0:', { container: { ...container, registryCredential: { name: 'ghcr' }, executionRoleArn: role } }),
      ]),
    ],
    ['nodes that are pods', nodes([range('0:', pod())])],
    [
      'everything at the top',
      single(
        {},
        {
          parameters: { a: 'b' },
          schedulingPriority: 9999,
          retryStrategy: {
            attempts: 10,
            evaluateOnExit: [
              { onExitCode: '13*', action: 'RETRY' },
              { onReason: '*', action: 'EXIT' },
            ],
          },
          timeout: { attemptDurationSeconds: 60 },
          propagateTags: true,
          consumableResourceProperties: { consumableResourceList: [{ consumableResource: 'licence', quantity: 1 }] },
        },
      ),
    ],
  ])('%s', (_, spec) => {
    expect(problems(spec)).toEqual([]);
  });
});

const c = 'containerProperties';
const t = 'ecsProperties.taskProperties.0';
const p = 'eksProperties.podProperties';
const n = 'nodeProperties.nodeRangeProperties';

// biome-ignore format: a table reads best in columns
const refused: readonly (readonly [what: string, spec: Members, problem: string])[] = [
  ['nothing to run', {}, ': one of containerProperties, ecsProperties, eksProperties is required; nodeProperties with type: multinode'],
  ['two things to run', { ...single(), ...task(two) }, 'ecsProperties: only one of containerProperties, ecsProperties may be set'],
  ['a container and a pod', { ...single(), ...pod() }, 'eksProperties: only one of containerProperties, eksProperties may be set'],
  ['multinode without nodes', { type: 'multinode' }, 'nodeProperties: is required for type multinode'],
  ['multinode beside a container', nodes([range('0:')], {}, single()), `${c}: is not for type multinode; say in nodeProperties what runs on the nodes`],
  ['nodes without multinode', nodes([range('0:')], {}, { type: 'container' }), 'nodeProperties: is for type multinode only; set type: multinode, or leave it out'],
  ['nodes on Fargate', nodes([range('0:')], {}, fargate), 'platformCapabilities: FARGATE is not for multi-node jobs'],
  ['a platform for pods', pod({}, {}, { platformCapabilities: ['EC2'] }), 'platformCapabilities: is not for pods on Amazon EKS; leave it out'],
  ['tags of pods that go on', pod({}, {}, { propagateTags: true }), 'propagateTags: is not for pods on Amazon EKS; leave it out'],
  ['more than 24 KiB', single({}, { parameters: { a: 'b'.repeat(24 * 1024) } }), ': is larger than the 24 KiB that AWS takes; move data out of environment and parameters'],
  ['one consumable resource twice', single({}, { consumableResourceProperties: { consumableResourceList: [{ consumableResource: 'licence', quantity: 1 }, { consumableResource: 'arn:aws:batch:eu-west-1:123456789012:consumable-resource/licence', quantity: 2 }] } }), 'consumableResourceProperties.consumableResourceList.1: licence stands in entry 0 already'],

  ['an image that is none', single({ image: 'Bad Image' }), `${c}.image: `],
  ['a login for ECR', single({ image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1', registryCredential: { name: 'ghcr' }, executionRoleArn: role }), `${c}.registryCredential: is not for Amazon ECR: the execution role itself may pull from it; leave it out`],
  ['a login without a role', single({ registryCredential: { name: 'ghcr' } }), `${c}.registryCredential: needs an execution role that may read the login: name a BatchEnvironment as spec.environment, or give executionRoleArn`],
  ['secrets without a role', single({ secrets: [{ name: 'X', valueFrom: '/x' }] }), `${c}.secrets: need an execution role that may read them: name a BatchEnvironment as spec.environment, or give executionRoleArn`],
  ['secrets of a log without a role', single({ logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'token', valueFrom: '/x' }] } }), `${c}.logConfiguration.secretOptions: need an execution role that may read them: name a BatchEnvironment as spec.environment, or give executionRoleArn`],
  ['a secret of another service', single({ secrets: [{ name: 'X', valueFrom: 'arn:aws:s3:::bucket/x' }], executionRoleArn: role }), `${c}.secrets.0.valueFrom: must be the full ARN of a Secrets Manager secret, or the ARN or the name of an SSM parameter`],
  ['a mount of no volume', single({ mountPoints: [{ containerPath: '/x', sourceVolume: 'other' }] }), `${c}.mountPoints.0.sourceVolume: other is the name of no volume`],
  ['a part of a GPU', single({ resourceRequirements: [...size('1', '512'), { type: 'GPU', value: '0.5' }] }), `${c}.resourceRequirements.2.value: 0.5 is not a whole number of GPUs`],
  ['an instance type', single({ instanceType: 'm5.large' }), `${c}.instanceType: is for multi-node jobs only`],

  ['a part of a vCPU on EC2', single({ resourceRequirements: size('0.5', '512') }), `${c}.resourceRequirements.0.value: 0.5 is not a whole number of vCPUs, at least 1; parts of one are for Fargate`],
  ['too little memory', single({ resourceRequirements: size('1', '3') }), `${c}.resourceRequirements.1.value: 3 is not a whole number of MiB, at least 4`],
  ['no vCPU', single({ resourceRequirements: [{ type: 'MEMORY', value: '512' }] }), `${c}.resourceRequirements: VCPU is required`],
  ['no memory', single({ resourceRequirements: [{ type: 'VCPU', value: '1' }] }), `${c}.resourceRequirements: MEMORY is required`],
  ['vCPUs twice', single({ vcpus: 1 }), `${c}.vcpus: stands beside a resourceRequirement VCPU; keep that one, AWS deprecates vcpus`],
  ['memory twice', single({ memory: 512 }), `${c}.memory: stands beside a resourceRequirement MEMORY; keep that one, AWS deprecates memory`],
  ...['runtimePlatform', 'fargatePlatformConfiguration', 'networkConfiguration'].map(
    (member): readonly [string, Members, string] => [`${member} on EC2`, single({ [member]: {} }), `${c}.${member}: is for Fargate only; set platformCapabilities: [FARGATE], or leave it out`],
  ),
  ['ephemeralStorage on EC2', single({ ephemeralStorage: { sizeInGiB: 21 } }), `${c}.ephemeralStorage: is for Fargate only; set platformCapabilities: [FARGATE], or leave it out`],
  ['a platform version on EC2', task(two, { platformVersion: '1.4.0' }), `${t}.platformVersion: is for Fargate only; set platformCapabilities: [FARGATE], or leave it out`],
  ['a network mode on EC2', task(two, { networkMode: 'host' }), `${t}.networkMode: is for managed instances only; leave it out`],
  ['Windows on managed instances', single({ runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }, { platformCapabilities: ['MANAGED_INSTANCES'] }), `${c}.runtimePlatform.operatingSystemFamily: must be LINUX on managed instances`],

  ['no execution role on Fargate', single({}, { platformCapabilities: ['FARGATE'] }), `${c}.executionRoleArn: is required on Fargate; give it, or name a BatchEnvironment as spec.environment`],
  ['no size on Fargate', onFargate({ resourceRequirements: [] }), `${c}.resourceRequirements: VCPU and MEMORY are both required on Fargate`],
  ['vCPUs that Fargate does not offer', onFargate({ resourceRequirements: size('3', '8192') }), `${c}.resourceRequirements: VCPU 3 is not offered on Fargate; offered are 0.25, 0.5, 1, 2, 4, 8, 16, 32`],
  ['memory that Fargate does not offer', onFargate({ resourceRequirements: size('0.25', '4096') }), `${c}.resourceRequirements: MEMORY 4096 is not offered with 0.25 vCPU on Fargate; offered are 512, 1024, 2048`],
  ['a sum that Fargate does not offer', task([{ ...two[0], resourceRequirements: size('1', '2048') }, { ...two[1], resourceRequirements: size('2', '2048') }], {}, fargate), `${t}.containers: VCPU 3 is not offered on Fargate; offered are 0.25, 0.5, 1, 2, 4, 8, 16, 32 (all containers together)`],
  ['GPUs on Fargate', onFargate({ resourceRequirements: [...size('1', '2048'), { type: 'GPU', value: '1' }] }), `${c}.resourceRequirements.2: GPU is not for Fargate`],
  ['privileges on Fargate', onFargate({ privileged: true }), `${c}.privileged: is not for Fargate`],
  ['ulimits on Fargate', onFargate({ ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 1 }] }), `${c}.ulimits: is not for Fargate`],
  ['vcpus on Fargate', onFargate({ vcpus: 1 }), `${c}.vcpus: is not for Fargate`],
  ['memory on Fargate', onFargate({ memory: 512 }), `${c}.memory: is not for Fargate`],
  ['devices on Fargate', onFargate({ linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }), `${c}.linuxParameters.devices: is not for Fargate`],
  ['shared memory on Fargate', onFargate({ linuxParameters: { sharedMemorySize: 64 } }), `${c}.linuxParameters.sharedMemorySize: is not for Fargate`],
  ['tmpfs on Fargate', onFargate({ linuxParameters: { tmpfs: [{ containerPath: '/x', size: 1 }] } }), `${c}.linuxParameters.tmpfs: is not for Fargate`],
  ['swap on Fargate', onFargate({ linuxParameters: { maxSwap: 1 } }), `${c}.linuxParameters.maxSwap: is not for Fargate`],
  ['swappiness on Fargate', onFargate({ linuxParameters: { swappiness: 1 } }), `${c}.linuxParameters.swappiness: is not for Fargate`],
  ['syslog on Fargate', onFargate({ logConfiguration: { logDriver: 'syslog' } }), `${c}.logConfiguration.logDriver: must be awslogs, splunk or awsfirelens on Fargate`],
  ['directories of the instance on Fargate', onFargate(volume({ host: { sourcePath: '/x' } })), `${c}.volumes.0.host.sourcePath: is not for Fargate`],
  ['an instance type on Fargate', onFargate({ instanceType: 'm5.large' }), `${c}.instanceType: is not for Fargate`],
  ['Windows on Arm', onFargate({ runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE', cpuArchitecture: 'ARM64' } }), `${c}.runtimePlatform.cpuArchitecture: must be X86_64 for Windows containers`],
  ['a small Windows container', onFargate({ resourceRequirements: size('0.5', '1024'), runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }), `${c}.resourceRequirements.0.value: 0.5 is too little: Windows containers need 1 vCPU at least`],
  ['a user of a Windows container', onFargate({ user: 'me', runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }), `${c}.user: is not for Windows containers`],
  ['EFS for Windows', onFargate({ ...volume({ efsVolumeConfiguration: efs }), runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }), `${c}.volumes.0.efsVolumeConfiguration: is not for Windows containers`],
  ['a login on Fargate 1.1.0', onFargate({ registryCredential: { name: 'ghcr' }, fargatePlatformConfiguration: { platformVersion: '1.1.0' } }), `${c}.fargatePlatformConfiguration.platformVersion: must be 1.2.0 or newer for registryCredential`],
  ['a login of one of several on Fargate 1.1.0', task([{ ...container, registryCredential: { name: 'ghcr' } }], { platformVersion: '1.1.0' }, fargate), `${t}.platformVersion: must be 1.2.0 or newer for registryCredential`],
  ['EFS on Fargate 1.3.0', onFargate({ ...volume({ efsVolumeConfiguration: efs }), fargatePlatformConfiguration: { platformVersion: '1.3.0' } }), `${c}.fargatePlatformConfiguration.platformVersion: must be 1.4.0 or newer for EFS volumes`],
  ['a namespace of processes on Fargate', task([container], { ipcMode: 'task' }, fargate), `${t}.ipcMode: is not for Fargate`],
  ['the processes of the host on Fargate', task([container], { pidMode: 'host' }, fargate), `${t}.pidMode: may only be task on Fargate`],
  ['a long stop on Fargate', task([{ ...container, stopTimeout: 121 }], {}, fargate), `${t}.containers.0.stopTimeout: may be at most 120 on Fargate`],

  ['two kinds of volume', single(volume({ host: {}, efsVolumeConfiguration: efs })), `${c}.volumes.0: only one of host, efsVolumeConfiguration, s3filesVolumeConfiguration may be set`],
  ['two volumes of a name', single({ volumes: [{ name: 'x' }, { name: 'x' }] }), `${c}.volumes.1: x stands in entry 0 already`],
  ['an access point below the root', single(accessPoint({ rootDirectory: '/x' })), `${c}.volumes.0.efsVolumeConfiguration.rootDirectory: must be / or left out beside an access point`],
  ['an access point in the clear', single(accessPoint({ transitEncryption: 'DISABLED' })), `${c}.volumes.0.efsVolumeConfiguration.transitEncryption: must be ENABLED for authorizationConfig.accessPointId`],
  ['IAM in the clear', single({ jobRoleArn: role, ...volume({ efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { iam: 'ENABLED' } } }) }), `${c}.volumes.0.efsVolumeConfiguration.transitEncryption: must be ENABLED for authorizationConfig.iam`],
  ['IAM without a role of the job', single(volume({ efsVolumeConfiguration: { ...efs, authorizationConfig: { iam: 'ENABLED' } } })), `${c}.volumes.0.efsVolumeConfiguration.authorizationConfig.iam: needs the role of the job: give jobRoleArn, taskRoleArn in a task of several containers`],
  ['S3 without a role of the job', single(volume({ s3filesVolumeConfiguration: { fileSystemArn: 'arn:aws:s3files:eu-west-1:123456789012:file-system/fs-1' } })), `${c}.volumes.0.s3filesVolumeConfiguration: needs the role of the job: give jobRoleArn, taskRoleArn in a task of several containers`],

  ['several containers without names', task([container, { ...container, name: 'b' }]), `${t}.containers.0.name: is required where there are several containers`],
  ['two containers of a name', task([{ ...container, name: 'a' }, { ...container, name: 'a' }]), `${t}.containers.1: a stands in entry 0 already`],
  ['no essential container', task(two.map(one => ({ ...one, essential: false }))), `${t}.containers: one container at least must be essential`],
  ['a wait for nobody', task([{ ...two[0], dependsOn: [{ containerName: 'x', condition: 'START' }] }, two[1] ?? {}]), `${t}.containers.0.dependsOn.0.containerName: x is the name of no container of the task`],
  ['a wait for itself', task([{ ...two[0], dependsOn: [{ containerName: 'a', condition: 'START' }] }, two[1] ?? {}]), `${t}.containers.0.dependsOn.0.containerName: a container cannot wait for itself`],
  ['a wait for the end of an essential one', task([{ ...two[0], dependsOn: [{ containerName: 'b', condition: 'SUCCESS' }] }, two[1] ?? {}]), `${t}.containers.0.dependsOn.0.condition: SUCCESS is not for a container that is essential; use START, or set essential: false there`],
  ['waits in a circle', task([{ ...two[0], dependsOn: [{ containerName: 'b', condition: 'START' }] }, { ...two[1], dependsOn: [{ containerName: 'a', condition: 'START' }] }]), `${t}.containers.0.dependsOn: the containers wait for each other`],

  ['a pod without memory', pod({}, { resources: { limits: { cpu: '1' } } }), `${p}.containers.0.resources: memory is required, in limits or requests`],
  ['a pod without cpu', pod({}, { resources: { limits: { memory: '4Mi' } } }), `${p}.containers.0.resources: cpu is required, in limits or requests`],
  ['memory of a pod that differs', pod({}, { resources: { limits: { cpu: '1', memory: '8Mi' }, requests: { memory: '4Mi' } } }), `${p}.containers.0.resources: memory must be the same in limits and requests`],
  ['GPUs of a pod that differ', pod({}, { resources: { limits: { cpu: '1', memory: '8Mi', 'nvidia.com/gpu': '1' }, requests: { 'nvidia.com/gpu': '2' } } }), `${p}.containers.0.resources: nvidia.com/gpu must be the same in limits and requests`],
  ['more cpu asked for than allowed', pod({}, { resources: { limits: { cpu: '1', memory: '8Mi' }, requests: { cpu: '2' } } }), `${p}.containers.0.resources: cpu may not be more in requests than in limits`],
  ['memory of a pod in other units', pod({}, { resources: { limits: { cpu: '1', memory: '2Gi' } } }), `${p}.containers.0.resources.limits.memory: must be a whole number of MiB, at least 4Mi, such as 2048Mi`],
  ['cpu of a pod in thousandths', pod({}, { resources: { limits: { cpu: '500m', memory: '8Mi' } } }), `${p}.containers.0.resources.limits.cpu: must be a multiple of 0.25`],
  ['a resource that there is not', pod({}, { resources: { limits: { cpu: '1', memory: '8Mi', mem: '1' } } }), `${p}.containers.0.resources.limits.mem: is no resource of a pod; there are cpu, memory, nvidia.com/gpu`],
  ['a mount of no volume of the pod', pod({}, { volumeMounts: [{ name: 'x', mountPath: '/x' }] }), `${p}.containers.0.volumeMounts.0.name: x is the name of no volume`],
  ['a volume from two sources', pod({ volumes: [{ name: 'x', emptyDir: {}, hostPath: { path: '/x' } }] }), `${p}.volumes.0: exactly one of hostPath, emptyDir, secret, persistentVolumeClaim must be set`],
  ['two containers of a name in a pod', pod({ initContainers: [{ image }] }), `${p}.containers.0.name: Default is the name of another container of the pod already`],
  ['a label that Kubernetes keeps for itself', pod({ metadata: { labels: { 'kubernetes.io/x': 'y' } } }), `${p}.metadata.labels.kubernetes.io/x: its prefix is reserved by Kubernetes`],
  ['an annotation with a bad key', pod({ metadata: { annotations: { 'a b': 'y' } } }), `${p}.metadata.annotations.a b: is no key for Kubernetes: a name of at most 63 letters, digits, -, _ and ., before it a domain and / if any`],

  ['a main node out of range', nodes([range('0:')], { mainNode: 4 }), 'nodeProperties.mainNode: is out of range: the 4 nodes are 0 to 3'],
  ['nodes that no range is for', nodes([range('0:1')]), `${n}: is for no node 2, 3: together the ranges must cover all`],
  ['a range beyond the nodes', nodes([range('0:4')]), `${n}.0.targetNodes: 0:4 is no range of the 4 nodes 0 to 3`],
  ['a range that runs backwards', nodes([range('0:'), range('2:1')]), `${n}.1.targetNodes: 2:1 is no range of the 4 nodes 0 to 3`],
  ['a range in letters', nodes([range('a:b')]), `${n}.0.targetNodes: must be an index or a range such as '0:3', ':3' or '4:'`],
  ['a range that runs nothing', nodes([range('0:', {})]), `${n}.0: exactly one of container, ecsProperties, eksProperties must be set`],
  ['instance types beside a single container', nodes([range('0:', { container, instanceTypes: ['m5.large'] })]), `${n}.0.instanceTypes: is for ecsProperties only; a single container has instanceType`],
  ['pods beside containers', nodes([range('0:1'), range('2:', pod())]), `${n}: mixes pods with containers on Amazon ECS; a job runs on one of them`],
  ['a login of a node without a role', nodes([range('0:', { container: { ...container, registryCredential: { name: 'ghcr' } } })]), `${n}.0.container.registryCredential: needs an execution role that may read the login: name a BatchEnvironment as spec.environment, or give executionRoleArn`],
  ['a part of a vCPU on a node of several containers', nodes([range('0:', { ecsProperties: { taskProperties: [{ containers: [{ ...container, resourceRequirements: size('0.5', '512') }] }] } })]), `${n}.0.ecsProperties.taskProperties.0.containers.0.resourceRequirements.0.value: 0.5 is not a whole number of vCPUs, at least 1; parts of one are for Fargate`],
  ['one consumable resource twice on a node', nodes([range('0:', { container, consumableResourceProperties: { consumableResourceList: [{ consumableResource: 'a', quantity: 1 }, { consumableResource: 'a', quantity: 1 }] } })]), `${n}.0.consumableResourceProperties.consumableResourceList.1: a stands in entry 0 already`],
];

describe('refuses', () => {
  it.each(refused)('%s', (_, spec, problem) => {
    const found = problems(spec);

    expect(found.filter(text => text.startsWith(problem))).not.toEqual([]);
  });
});
