import { describe, expect, it } from 'vitest';
import { normalForm } from '../../../controller/resources/job-definition/normal-form.ts';
import type { Content } from '../../../controller/resources/job-definition/shape.ts';

const image = 'registry.example/job:1';
const single = (members: Content, more: Content = {}) => ({
  type: 'container',
  containerProperties: { image, ...members },
  ...more,
});
const fargate = (members: Content) => single(members, { platformCapabilities: ['FARGATE'] });
const task = (properties: Content, more: Content = {}) => ({
  type: 'container',
  ecsProperties: { taskProperties: [{ containers: [{ image, name: 'a' }], ...properties }] },
  ...more,
});
const inTask = (...containers: readonly Content[]) => task({ containers });
const nodes = (...ranges: readonly Content[]) => ({
  type: 'multinode',
  nodeProperties: { numNodes: 2, mainNode: 0, nodeRangeProperties: ranges },
});
const pod = (properties: Content, container: Content = {}) => ({
  type: 'container',
  eksProperties: { podProperties: { containers: [{ image, ...container }], ...properties } },
});
const volume = (configuration: Content) => single({ volumes: [{ name: 'x', ...configuration }] });
const efs = (configuration: Content) => volume({ efsVolumeConfiguration: { fileSystemId: 'fs-1', ...configuration } });
const device = (members: Content) => single({ linuxParameters: { devices: [{ hostPath: '/dev/x', ...members }] } });
const retry = (retryStrategy: unknown) => single({}, { retryStrategy });
const takes = (...consumableResourceList: readonly Content[]) => ({
  consumableResourceProperties: { consumableResourceList },
});
const arn = 'arn:aws:batch:eu-west-1:123456789012:consumable-resource';

// biome-ignore format: a table reads best in columns
const same: readonly (readonly [row: number, what: string, sent: Content, returned: Content])[] = [
  [1, 'the case of the type', single({}, { type: 'Container' }), single({})],
  [2, 'lists that were left out', single({}), single({ command: [], environment: [], mountPoints: [], resourceRequirements: [], secrets: [], ulimits: [], volumes: [] })],
  [3, 'the order of variables', single({ environment: [{ name: 'B', value: '1' }, { name: 'A', value: '2' }] }), single({ environment: [{ name: 'A', value: '2' }, { name: 'B', value: '1' }] })],
  [4, 'a variable without a value', single({ environment: [{ name: 'A', value: '' }, { name: 'B', value: '1' }] }), single({ environment: [{ name: 'B', value: '1' }] })],
  [5, 'the order of secrets', single({ secrets: [{ name: 'B', valueFrom: 'b' }, { name: 'A', valueFrom: 'a' }] }), single({ secrets: [{ name: 'A', valueFrom: 'a' }, { name: 'B', valueFrom: 'b' }] })],
  [5, 'the order of secret options', single({ logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'B', valueFrom: 'b' }, { name: 'A', valueFrom: 'a' }] } }), single({ logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'A', valueFrom: 'a' }, { name: 'B', valueFrom: 'b' }] } })],
  [6, 'the order of requirements', single({ resourceRequirements: [{ type: 'VCPU', value: '1' }, { type: 'MEMORY', value: '512' }] }), single({ resourceRequirements: [{ type: 'MEMORY', value: '512' }, { type: 'VCPU', value: '1' }] })],
  [7, 'the way a number is written', single({ resourceRequirements: [{ type: 'VCPU', value: '1.0' }] }), single({ resourceRequirements: [{ type: 'VCPU', value: '1' }] })],
  [8, 'vcpus and memory of old', single({ vcpus: 2, memory: 512 }), single({ resourceRequirements: [{ type: 'MEMORY', value: '512' }, { type: 'VCPU', value: '2' }] })],
  [8, 'vcpus and memory of old, echoed', single({ vcpus: 2, memory: 512 }), single({ vcpus: 2, memory: 512, resourceRequirements: [] })],
  [9, 'the order of mount points', single({ mountPoints: [{ containerPath: '/b' }, { containerPath: '/a' }] }), single({ mountPoints: [{ containerPath: '/a' }, { containerPath: '/b' }] })],
  [9, 'the order of devices', single({ linuxParameters: { devices: [{ hostPath: '/b' }, { hostPath: '/a' }] } }), single({ linuxParameters: { devices: [{ hostPath: '/a' }, { hostPath: '/b' }] } })],
  [9, 'the order of tmpfs', single({ linuxParameters: { tmpfs: [{ containerPath: '/b', size: 1 }, { containerPath: '/a', size: 2 }] } }), single({ linuxParameters: { tmpfs: [{ containerPath: '/a', size: 2 }, { containerPath: '/b', size: 1 }] } })],
  [11, 'the case of an action', retry({ attempts: 2, evaluateOnExit: [{ onReason: 'x', action: 'RETRY' }] }), retry({ attempts: 2, evaluateOnExit: [{ onReason: 'x', action: 'retry' }] })],
  [12, 'an empty retry strategy', retry({}), single({})],
  [12, 'attempts that were left out', retry({ evaluateOnExit: [{ action: 'EXIT' }] }), retry({ attempts: 1, evaluateOnExit: [{ action: 'exit' }] })],
  [13, 'no rule of retrying', retry({ attempts: 2 }), retry({ attempts: 2, evaluateOnExit: [] })],
  [14, 'an empty timeout', single({}, { timeout: {} }), single({})],
  [15, 'no parameters', single({}), single({}, { parameters: {} })],
  [16, 'tags that do not go on', single({}), single({}, { propagateTags: false })],
  [17, 'no platform', single({}), single({}, { platformCapabilities: [] })],
  [17, 'the usual platform', single({}), single({}, { platformCapabilities: ['EC2'] })],
  [19, 'the latest Fargate', fargate({}), fargate({ fargatePlatformConfiguration: { platformVersion: 'LATEST' } })],
  [20, 'the latest Fargate of a task', task({}, { platformCapabilities: ['FARGATE'] }), task({ platformVersion: 'LATEST' }, { platformCapabilities: ['FARGATE'] })],
  [21, 'the usual runtime of Fargate, wholly left out', fargate({}), fargate({ runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' } })],
  [21, 'the usual runtime of Fargate, half left out', fargate({ runtimePlatform: { cpuArchitecture: 'ARM64' } }), fargate({ runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' } })],
  [22, 'no public address', fargate({ networkConfiguration: {} }), fargate({ networkConfiguration: { assignPublicIp: 'DISABLED' } })],
  [23, 'switches that are off', single({ privileged: false, readonlyRootFilesystem: false, enableExecuteCommand: false }), single({})],
  [23, 'switches of a task that are off', task({ enableExecuteCommand: false }), task({})],
  [24, 'empty options of Linux', single({ linuxParameters: {} }), single({ linuxParameters: { devices: [], tmpfs: [] } })],
  [24, 'an init process that is off', single({ linuxParameters: { initProcessEnabled: false } }), single({})],
  [25, 'every permission', device({}), device({ permissions: ['WRITE', 'READ', 'MKNOD'] })],
  [26, 'empty options of a log', single({ logConfiguration: { logDriver: 'awslogs' } }), single({ logConfiguration: { logDriver: 'awslogs', options: {}, secretOptions: [] } })],
  [27, 'an empty host', volume({ host: {} }), volume({})],
  [28, 'the usual EFS', efs({}), efs({ rootDirectory: '/', transitEncryption: 'DISABLED', authorizationConfig: { iam: 'DISABLED' } })],
  [28, 'the usual authorization of EFS', efs({ authorizationConfig: {} }), efs({ authorizationConfig: { iam: 'DISABLED' } })],
  [29, 'lists of a container of several', inTask({ image, name: 'a' }), task({ containers: [{ image, name: 'a', dependsOn: [], environment: [], mountPoints: [], secrets: [], ulimits: [], essential: true }], volumes: [] })],
  [29, 'the order of containers', inTask({ image, name: 'b' }, { image, name: 'a' }), inTask({ image, name: 'a' }, { image, name: 'b' })],
  [31, 'no instance type of nodes', nodes({ targetNodes: '0:', container: { image } }), nodes({ targetNodes: '0:', container: { image, environment: [] }, instanceTypes: [] })],
  [32, 'lists of a pod', pod({}), pod({ imagePullSecrets: [], initContainers: [], volumes: [] }, { args: [], command: [], env: [], volumeMounts: [] })],
  [33, 'the network of the node', pod({}), pod({ hostNetwork: true })],
  [34, 'the usual DNS with the network of the node', pod({}), pod({ dnsPolicy: 'ClusterFirstWithHostNet' })],
  [34, 'the usual DNS without', pod({ hostNetwork: false }), pod({ hostNetwork: false, dnsPolicy: 'ClusterFirst' })],
  [35, 'pulling what has a tag', pod({}), pod({}, { imagePullPolicy: 'IfNotPresent' })],
  [35, 'pulling what is the latest', pod({}, { image: 'x:latest' }), pod({}, { image: 'x:latest', imagePullPolicy: 'Always' })],
  [35, 'pulling what has no tag', pod({}, { image: 'x:5000/y' }), pod({}, { image: 'x:5000/y', imagePullPolicy: 'Always' })],
  [36, 'the way a quantity is written', pod({}, { resources: { limits: { cpu: '1.0' } } }), pod({}, { resources: { limits: { cpu: '1' }, requests: {} } })],
  [36, 'the order of variables of a pod', pod({}, { env: [{ name: 'b', value: '1' }, { name: 'a', value: '2' }] }), pod({}, { env: [{ name: 'a', value: '2' }, { name: 'b', value: '1' }] })],
  [37, 'a container of a pod without a name', pod({}), pod({}, { name: 'Default' })],
  [41, 'the name of a consumable resource', single({}, takes({ consumableResource: 'x', quantity: 1 })), single({}, takes({ consumableResource: `${arn}/x`, quantity: 1 }))],
  [41, 'the order of consumable resources', single({}, takes({ consumableResource: 'b', quantity: 1 }, { consumableResource: 'a', quantity: 1 })), single({}, takes({ consumableResource: `${arn}/a`, quantity: 1 }, { consumableResource: `${arn}/b`, quantity: 1 }))],
  [41, 'the name of a consumable resource of nodes', nodes({ targetNodes: '0:', ...takes({ consumableResource: 'x', quantity: 1 }) }), nodes({ targetNodes: '0:', ...takes({ consumableResource: `${arn}/x`, quantity: 1 }) })],
  [42, 'null', single({ command: null, user: null }), single({})],
  [0, 'the network mode of managed instances', task({}, { platformCapabilities: ['MANAGED_INSTANCES'] }), task({ networkMode: 'host' }, { platformCapabilities: ['MANAGED_INSTANCES'] })],
  [0, 'mount points that can be written', single({ mountPoints: [{ containerPath: '/a', readOnly: false }] }), single({ mountPoints: [{ containerPath: '/a' }] })],
];

// biome-ignore format: a table reads best in columns
const different: readonly (readonly [row: number, what: string, one: Content, other: Content])[] = [
  [2, 'the order of a command', single({ command: ['a', 'b'] }), single({ command: ['b', 'a'] })],
  [9, 'the order of node ranges', nodes({ targetNodes: '0:1' }, { targetNodes: '1' }), nodes({ targetNodes: '1' }, { targetNodes: '0:1' })],
  [10, 'the order in which rules of retrying are tried', retry({ attempts: 2, evaluateOnExit: [{ onReason: 'x', action: 'RETRY' }, { action: 'EXIT' }] }), retry({ attempts: 2, evaluateOnExit: [{ action: 'EXIT' }, { onReason: 'x', action: 'RETRY' }] })],
  [12, 'one attempt and two', retry({ attempts: 1 }), retry({ attempts: 2 })],
  [17, 'EC2 and Fargate', single({}), fargate({})],
  [18, 'priority 0 and none', single({}, { schedulingPriority: 0 }), single({})],
  [19, 'a version of Fargate and the latest', fargate({ fargatePlatformConfiguration: { platformVersion: '1.4.0' } }), fargate({})],
  [23, 'a switch that is on', single({ privileged: true }), single({})],
  [25, 'fewer permissions', device({ permissions: ['READ'] }), device({})],
  [28, 'another directory of EFS', efs({ rootDirectory: '/x' }), efs({})],
  [29, 'a container that is not essential', inTask({ image, name: 'a', essential: false }), inTask({ image, name: 'a' })],
  [30, 'the name of a container by itself', inTask({ image, name: 'a' }), inTask({ image, name: 'b' })],
  [33, 'a network of its own', pod({ hostNetwork: false }), pod({})],
  [40, 'the secret of a registry', single({ repositoryCredentials: { credentialsParameter: 'a' } }), single({ repositoryCredentials: { credentialsParameter: 'b' } })],
  [41, 'how much is taken', single({}, takes({ consumableResource: 'x', quantity: 1 })), single({}, takes({ consumableResource: 'x', quantity: 2 }))],
  [0, 'a member that is not known yet', single({ quantumState: 'both' }), single({})],
];

describe('is one for', () => {
  it.each(same)('row %i: %s', (_row, _what, sent, returned) => {
    expect(normalForm(returned)).toEqual(normalForm(sent));
  });
});

describe('differs for', () => {
  it.each(different)('row %i: %s', (_row, _what, one, other) => {
    expect(normalForm(one)).not.toEqual(normalForm(other));
  });
});

it.each([...same, ...different])('stays as it is when taken again: row %i, %s', (_row, _what, one) => {
  const once = normalForm(one);

  expect(normalForm({ ...once })).toEqual(once);
});
