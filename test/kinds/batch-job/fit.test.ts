import { describe, expect, it } from 'vitest';
import { batchJob } from '../../../controller/kinds/batch-job/batch-job.ts';
import { misfits } from '../../../controller/kinds/batch-job/fit.ts';
import type { BatchJobSpec } from '../../../controller/kinds/batch-job/spec.ts';
import type { ApiObject } from '../../../controller/model/object.ts';

type Members = Readonly<Record<string, unknown>>;

const image = 'ghcr.io/acme/job:1';
const size = (vcpu: string, memory = '2048', ...more: readonly Members[]) => [
  { type: 'VCPU', value: vcpu },
  { type: 'MEMORY', value: memory },
  ...more,
];
const gpu = { type: 'GPU', value: '1' };
const container = { image, resourceRequirements: size('1') };
const single = (more: Members = {}, spec: Members = {}) => ({
  containerProperties: { ...container, ...more },
  ...spec,
});
const task = (...containers: readonly Members[]) => ({ ecsProperties: { taskProperties: [{ containers }] } });
const limits = (cpu: string) => ({ resources: { limits: { cpu, memory: '512Mi' } } });
const pod = (more: Members = {}) => ({
  eksProperties: { podProperties: { containers: [{ image, ...limits('1'), ...more }] } },
});
const nodes = (ranges: readonly Members[], more: Members = {}) => ({
  type: 'multinode',
  nodeProperties: { numNodes: 4, mainNode: 0, nodeRangeProperties: ranges, ...more },
});
const all = [{ targetNodes: '0:', container }];
const fargate = { platformCapabilities: ['FARGATE'], environment: { name: 'blog' } };
const onFargate = single({}, fargate);

const network = { subnets: ['subnet-1'], securityGroupIds: ['sg-1'] };
const on = (type: string, more: Members = {}, name = 'main') => ({
  name,
  computeResources: { type, maxvCpus: 16, ...network, ...more },
});
const ec2 = on('EC2');
const eks = {
  ...ec2,
  eksConfiguration: { eksClusterArn: 'arn:aws:eks:eu-west-1:123456789012:cluster/x', kubernetesNamespace: 'jobs' },
};
const policy = { schedulingPolicy: {} };

/** What a job named hello on the environment blog says; definition and environment are parsed as the schemas do. */
function found(
  spec: Members,
  definition: Members | undefined,
  environments: readonly Members[] | undefined = [ec2],
  queue: Members = {},
  others: Readonly<Record<string, Members>> = {},
): readonly string[] {
  const order = environments.map(({ name }, index) => ({ order: index + 1, computeEnvironment: name }));
  const blog = {
    computeEnvironments: environments,
    jobQueues: [{ name: 'main', computeEnvironmentOrder: order, ...queue }],
    instanceRole: { instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/nodes' },
    serviceRole: {},
  };
  const objects: Readonly<Record<string, Members | undefined>> = {
    'JobDefinition/hello': definition,
    'BatchEnvironment/blog': blog,
    ...Object.fromEntries(Object.entries(others).map(([name, other]) => [`BatchJob/${name}`, other])),
  };
  const job = { environment: { name: 'blog' }, jobDefinition: { name: 'hello' }, ...spec };
  return misfits(batchJob.spec.parse(job) as BatchJobSpec, (kind, name) => {
    const its = objects[`${kind}/${name}`];
    return its && ({ kind, metadata: { name }, spec: its } as unknown as ApiObject);
  });
}

const requires = (...requirements: readonly Members[]) => ({
  containerOverrides: { resourceRequirements: requirements },
});
const node = (more: Members, targetNodes = '0:') => ({
  nodeOverrides: { nodePropertyOverrides: [{ targetNodes, ...more }] },
});
const nowhere = (obstacle: string) =>
  `spec.environment: no compute environment of job queue main can ever run the job: ${obstacle}. Ask for less, change the environment, or name another queue`;

interface Row {
  readonly what: string;
  readonly spec?: Members;
  readonly definition?: Members;
  readonly on?: readonly Members[];
  readonly queue?: Members;
  readonly others?: Readonly<Record<string, Members>>;
  readonly says?: string;
}

// biome-ignore format: a table reads best in columns
const rows: readonly Row[] = [
  { what: 'a container', definition: single() },
  { what: 'a definition that is not there', spec: requires({ type: 'VCPU', value: '64' }) },
  { what: 'all that there is', spec: requires({ type: 'VCPU', value: '16' }), definition: single() },
  { what: 'too much for one environment of two', spec: requires({ type: 'VCPU', value: '32' }), definition: single(), on: [ec2, on('EC2', { maxvCpus: 32 }, 'large')] },
  { what: 'instances of your own, whose size is not known', spec: requires({ type: 'VCPU', value: '640' }), definition: single(), on: [{ name: 'main', type: 'UNMANAGED' }] },
  { what: 'a GPU where a family has some', spec: requires(gpu), definition: single(), on: [on('EC2', { instanceTypes: ['m5', 'g5'] })] },
  { what: 'a size of an old family that is larger than its name', spec: requires({ type: 'VCPU', value: '36' }), definition: single(), on: [on('EC2', { maxvCpus: 64, instanceTypes: ['c4.8xlarge'] })] },
  { what: 'another size that Fargate offers', spec: requires({ type: 'MEMORY', value: '3072' }), definition: onFargate, on: [on('FARGATE')] },
  { what: 'a container of a task by its name', spec: { ecsPropertiesOverride: { taskProperties: [{ containers: [{ name: 'b' }] }] } }, definition: task({ ...container, name: 'a' }, { ...container, name: 'b' }) },
  { what: 'a container of a task that has no name', spec: { ecsPropertiesOverride: { taskProperties: [{ containers: [{ name: 'default' }] }] } }, definition: task(container) },
  { what: 'a pod', spec: { eksPropertiesOverride: { podProperties: { containers: [{ name: 'Default', ...limits('2') }] } } }, definition: pod(), on: [eks] },
  { what: 'more nodes in an open range', spec: { nodeOverrides: { numNodes: 8 } }, definition: nodes(all) },
  { what: 'a share', spec: { shareIdentifier: 'team' }, definition: single({}, { schedulingPriority: 1 }), queue: policy },
  { what: 'a share with a priority of its own', spec: { shareIdentifier: 'team', schedulingPriorityOverride: 1 }, definition: single(), queue: policy },
  { what: 'arrays of one size', spec: { arrayProperties: { size: 4 }, dependsOn: [{ job: { name: 'a' }, type: 'N_TO_N' }] }, others: { a: { arrayProperties: { size: 4 } } } },

  { what: 'arrays of two sizes', spec: { arrayProperties: { size: 4 }, dependsOn: [{ job: { name: 'a' }, type: 'N_TO_N' }] }, others: { a: { arrayProperties: { size: 5 } } }, says: 'spec.dependsOn[0].type: N_TO_N is for arrays of one size: this one has 4 children, BatchJob a has 5' },
  { what: 'an array and none', spec: { arrayProperties: { size: 4 }, dependsOn: [{ job: { name: 'a' }, type: 'N_TO_N' }] }, others: { a: {} }, says: 'spec.dependsOn[0].type: N_TO_N is for arrays of one size: this one has 4 children, BatchJob a is no array' },
  { what: 'an override of nodes for one container', spec: { nodeOverrides: {} }, definition: single(), says: 'spec.nodeOverrides: is for a definition with nodeProperties; JobDefinition hello has containerProperties: use containerOverrides' },
  { what: 'an override of a container for nodes', spec: requires(gpu), definition: nodes(all), says: 'spec.containerOverrides: is for a definition with containerProperties; JobDefinition hello has nodeProperties: use nodeOverrides' },
  { what: 'an override of a container for a task', spec: requires(gpu), definition: task(container), says: 'spec.containerOverrides: is for a definition with containerProperties; JobDefinition hello has ecsProperties: use ecsPropertiesOverride' },
  { what: 'an override of a container for a pod', spec: requires(gpu), definition: pod(), on: [eks], says: 'spec.containerOverrides: is for a definition with containerProperties; JobDefinition hello has eksProperties: use eksPropertiesOverride' },
  { what: 'an unknown container of a task', spec: { ecsPropertiesOverride: { taskProperties: [{ containers: [{ name: 'c' }] }] } }, definition: task({ ...container, name: 'a' }, { ...container, name: 'b' }), says: 'spec.ecsPropertiesOverride.taskProperties[0].containers[0].name: c is the name of no container there; known are: a, b' },
  { what: 'an unknown container of a pod', spec: { eksPropertiesOverride: { podProperties: { initContainers: [{ name: 'c' }] } } }, definition: pod(), on: [eks], says: 'spec.eksPropertiesOverride.podProperties.initContainers[0].name: c is the name of no container there; known are: none' },
  { what: 'tags for a pod', spec: { propagateTags: true }, definition: pod(), on: [eks], says: 'spec.propagateTags: is not for pods on Amazon EKS; leave it out' },
  { what: 'more nodes in closed ranges', spec: { nodeOverrides: { numNodes: 8 } }, definition: nodes([{ targetNodes: '0:3', container }]), says: "spec.nodeOverrides.numNodes: needs a node range with an open end, such as '0:'; JobDefinition hello has none" },
  { what: 'fewer nodes than the main one', spec: { nodeOverrides: { numNodes: 2 } }, definition: nodes(all, { mainNode: 3 }), says: 'spec.nodeOverrides: with it JobDefinition hello has nodeProperties.mainNode: is out of range: the 2 nodes are 0 to 1' },
  { what: 'nodes that are not there', spec: node({}, '2:5'), definition: nodes(all), says: 'spec.nodeOverrides.nodePropertyOverrides[0].targetNodes: 2:5 is no range of the 4 nodes 0 to 3' },
  { what: 'an open range beyond the nodes', spec: node({}, '5:'), definition: nodes(all), says: 'spec.nodeOverrides.nodePropertyOverrides[0].targetNodes: 5: is no range of the 4 nodes 0 to 3' },
  { what: 'nodes of another shape', spec: node({ eksPropertiesOverride: { podProperties: {} } }), definition: nodes(all), says: 'spec.nodeOverrides.nodePropertyOverrides[0].eksPropertiesOverride: is for nodes with eksProperties, which the definition does not have there' },
  { what: 'an unknown container of a node', spec: node({ ecsPropertiesOverride: { taskProperties: [{ containers: [{ name: 'c' }] }] } }), definition: nodes([{ targetNodes: '0:', ...task(container) }]), says: 'spec.nodeOverrides.nodePropertyOverrides[0].ecsPropertiesOverride.taskProperties[0].containers[0].name: c is the name of no container there; known are: default' },
  { what: 'a size that Fargate does not offer', spec: requires({ type: 'VCPU', value: '3' }), definition: onFargate, on: [on('FARGATE')], says: 'spec.containerOverrides: with it JobDefinition hello has containerProperties.resourceRequirements: VCPU 3 is not offered on Fargate; offered are 0.25, 0.5, 1, 2, 4, 8, 16, 32' },
  { what: 'memory that Fargate does not offer with its vCPUs', spec: requires({ type: 'MEMORY', value: '512' }), definition: onFargate, on: [on('FARGATE')], says: 'spec.containerOverrides: with it JobDefinition hello has containerProperties.resourceRequirements: MEMORY 512 is not offered with 1 vCPU on Fargate; offered are 2048, 3072, 4096, 5120, 6144, 7168, 8192' },
  { what: 'a GPU on Fargate', spec: requires(gpu), definition: onFargate, on: [on('FARGATE')], says: 'spec.containerOverrides: with it JobDefinition hello has containerProperties.resourceRequirements[2]: GPU is not for Fargate' },
  { what: 'parts of a vCPU on EC2', spec: requires({ type: 'VCPU', value: '0.5' }), definition: single(), says: 'spec.containerOverrides: with it JobDefinition hello has containerProperties.resourceRequirements[1].value: 0.5 is not a whole number of vCPUs, at least 1; parts of one are for Fargate' },
  { what: 'vcpus that would have no effect', spec: { containerOverrides: { vcpus: 2 } }, definition: single(), says: 'spec.containerOverrides: with it JobDefinition hello has containerProperties.vcpus: stands beside a resourceRequirement VCPU; keep that one, AWS deprecates vcpus' },
  { what: 'a pod of an uneven size', spec: { eksPropertiesOverride: { podProperties: { containers: [limits('1.3')] } } }, definition: pod(), on: [eks], says: 'spec.eksPropertiesOverride: with it JobDefinition hello has eksProperties.podProperties.containers[0].resources.limits.cpu: must be a multiple of 0.25' },
  { what: 'no share', definition: single({}, { schedulingPriority: 1 }), queue: policy, says: 'spec.shareIdentifier: is required: job queue main shares fairly among those who submit' },
  { what: 'a share of nothing', spec: { shareIdentifier: 'team' }, definition: single(), says: 'spec.shareIdentifier: is for queues with a scheduling policy, job queue main has none; leave it out' },
  { what: 'no priority', spec: { shareIdentifier: 'team' }, definition: single(), queue: policy, says: 'spec.schedulingPriorityOverride: is required: job queue main has a scheduling policy, and JobDefinition hello says no schedulingPriority' },
  { what: 'EC2 on Fargate', definition: single(), on: [on('FARGATE')], says: nowhere('main runs containers on Fargate, the job is for containers on EC2') },
  { what: 'Fargate on EC2', definition: onFargate, says: nowhere('main runs containers on EC2, the job is for containers on Fargate') },
  { what: 'managed instances on EC2', definition: single({}, { platformCapabilities: ['MANAGED_INSTANCES'] }), says: nowhere('main runs containers on EC2, the job is for containers on managed instances') },
  { what: 'a pod on ECS', definition: pod(), says: nowhere('main runs containers on EC2, the job is for pods on Amazon EKS') },
  { what: 'a container on EKS', definition: single(), on: [eks], says: nowhere('main runs pods on Amazon EKS, the job is for containers on EC2') },
  { what: 'several nodes on Spot', definition: nodes(all), on: [on('SPOT')], says: nowhere('main is SPOT, which runs no multi-node jobs') },
  { what: 'too many vCPUs', spec: requires({ type: 'VCPU', value: '64' }), definition: single(), on: [ec2, on('EC2', { maxvCpus: 32 }, 'large')], says: nowhere('main has 16 vCPUs at most, the job needs 64; large has 32 vCPUs at most, the job needs 64') },
  { what: 'too many vCPUs of the definition itself', definition: single({ resourceRequirements: size('17') }), says: nowhere('main has 16 vCPUs at most, the job needs 17') },
  { what: 'too many vCPUs of a pod', spec: { eksPropertiesOverride: { podProperties: { containers: [limits('17')] } } }, definition: pod(), on: [eks], says: nowhere('main has 16 vCPUs at most, the job needs 17') },
  { what: 'too many vCPUs of a task together', definition: task({ ...container, name: 'a', resourceRequirements: size('9') }, { ...container, name: 'b', resourceRequirements: size('9') }), says: nowhere('main has 16 vCPUs at most, the job needs 18') },
  { what: 'too many vCPUs of all nodes together', spec: node({ containerOverrides: { resourceRequirements: [{ type: 'VCPU', value: '5' }] } }), definition: nodes(all), says: nowhere('main has 16 vCPUs at most, the job needs 20') },
  { what: 'small instances', spec: requires({ type: 'VCPU', value: '8' }), definition: single(), on: [on('EC2', { instanceTypes: ['m5.large', 'c5.xlarge'] })], says: nowhere('main has no instance type with the 8 vCPUs that the job needs: m5.large, c5.xlarge') },
  { what: 'instances too small for one node', definition: nodes([{ targetNodes: '0', container: { ...container, resourceRequirements: size('4') } }, { targetNodes: '0:', container }]), on: [on('EC2', { instanceTypes: ['m5.large'] })], says: nowhere('main has no instance type with the 4 vCPUs that the job needs: m5.large') },
  { what: 'a GPU where there is none', spec: requires(gpu), definition: single(), on: [on('EC2', { instanceTypes: ['m5', 'c6i.large', 'u-3tb1.56xlarge'] })], says: nowhere('main has no instance type with a GPU: m5, c6i.large, u-3tb1.56xlarge') },
  { what: "a GPU among Batch's own choice", spec: requires(gpu), definition: single(), says: nowhere('main has no instance type with a GPU: default_x86_64') },
];

const judged = (row: Row) => found(row.spec ?? {}, row.definition, row.on, row.queue, row.others);

describe('fits', () => {
  it.each(rows.filter(({ says }) => says === undefined))('$what', row => {
    expect(judged(row)).toEqual([]);
  });
});

describe('never fits', () => {
  it.each(rows.filter(({ says }) => says !== undefined))('$what', row => {
    expect(judged(row)).toEqual([row.says]);
  });
});
