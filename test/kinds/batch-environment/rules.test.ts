import { describe, expect, it } from 'vitest';
import { batchEnvironment } from '../../../controller/kinds/batch-environment/batch-environment.ts';
import { specProblems } from '../../../controller/kinds/schemas.ts';

type Members = Readonly<Record<string, unknown>>;

const network = { subnets: ['subnet-1'], securityGroupIds: ['sg-1'] };
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const profile = 'arn:aws:iam::123456789012:instance-profile/nodes';
const provider = {
  infrastructureRoleArn: role('ecs'),
  instanceLaunchTemplate: {
    ec2InstanceProfileArn: profile,
    networkConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
  },
};
const eksConfiguration = { eksClusterArn: 'arn:aws:eks:eu-west-1:123456789012:cluster/x', kubernetesNamespace: 'jobs' };
const insideOf = (type: string, more: Members = {}) => ({
  computeResources: { type, maxvCpus: 16, ...network, ...more },
});

/** A compute environment of each family that breaks no rule. */
const good: Readonly<Record<string, { readonly environment: Members; readonly spec?: Members }>> = {
  EC2: { environment: insideOf('EC2') },
  SPOT: { environment: insideOf('SPOT') },
  FARGATE: { environment: insideOf('FARGATE') },
  EKS: {
    environment: { ...insideOf('EC2'), eksConfiguration },
    spec: { instanceRole: { instanceProfileArn: profile } },
  },
  MANAGED_INSTANCES: {
    environment: {
      computeResources: { type: 'ECS_MANAGED_INSTANCES', maxvCpus: 16, managedInstancesProvider: provider },
    },
  },
  UNMANAGED: { environment: { type: 'UNMANAGED' }, spec: { serviceRole: {} } },
};

function problems(spec: Members): readonly string[] {
  return specProblems(batchEnvironment, spec).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** What is wrong with a compute environment of a family when some of its members, or of its resources, are others. */
function environmentProblems(
  family: string,
  change: Members,
  resources: Members = {},
  spec: Members = {},
): readonly string[] {
  const base = good[family];
  if (!base) throw new Error(`no family ${family}`);
  const own = base.environment['computeResources'] as Members | undefined;
  const computeResources = own && { ...own, ...resources };
  const environment = {
    name: 'main',
    ...base.environment,
    ...(computeResources ? { computeResources } : {}),
    ...change,
  };
  return problems({ ...base.spec, ...spec, computeEnvironments: [environment] }).map(text =>
    text.replace('spec.computeEnvironments.0.', '').replace('computeResources.', 'cr.'),
  );
}

it.each(Object.keys(good))('takes a good %s', family => {
  expect(environmentProblems(family, {})).toEqual([]);
});

interface Row {
  readonly family: string;
  readonly change?: Members;
  readonly resources?: Members;
  readonly spec?: Members;
  readonly says: RegExp;
}

const template = (more: Members) => ({ launchTemplate: more });
const override = (more: Members) => ({
  launchTemplateId: 'lt-1',
  version: '1',
  targetInstanceTypes: ['m6i.large'],
  ...more,
});
const own = { launchTemplateId: 'lt-1', version: '3' };

// biome-ignore format: a table reads best in columns
const rows: readonly Row[] = [
  // which family takes which fields
  { family: 'EC2', change: { computeResources: undefined }, says: /computeResources: is required for MANAGED/ },
  { family: 'EC2', change: { unmanagedvCpus: 4 }, says: /unmanagedvCpus: is not for EC2/ },
  { family: 'EC2', resources: { managedInstancesProvider: provider }, says: /cr.managedInstancesProvider: is not for EC2/ },
  { family: 'EC2', resources: { capacityTags: { a: 'b' } }, says: /cr.capacityTags: is not for EC2/ },
  { family: 'EC2', resources: { subnets: undefined }, says: /cr.subnets: is required/ },
  { family: 'EC2', resources: { securityGroupIds: undefined }, says: /cr.securityGroupIds: is required, except with an existing launch template/ },
  { family: 'EKS', change: { ecsSettings: { containerInsights: 'ENABLED' } }, says: /ecsSettings: is not for EC2/ },
  { family: 'UNMANAGED', change: { computeResources: { type: 'EC2', maxvCpus: 1, ...network } }, says: /computeResources: is not for/ },
  { family: 'UNMANAGED', change: { eksConfiguration }, says: /eksConfiguration: is not for UNMANAGED/ },
  { family: 'UNMANAGED', change: { updatePolicy: {} }, says: /updatePolicy: is not for UNMANAGED/ },
  { family: 'UNMANAGED', change: { imageRefresh: 1 }, says: /imageRefresh: is not for UNMANAGED/ },
  { family: 'UNMANAGED', spec: { serviceRole: undefined }, says: /serviceRole: is required for UNMANAGED compute environments: main/ },
  { family: 'UNMANAGED', spec: { serviceRole: { arn: role('aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch') } }, says: /serviceRole.arn: the service-linked role is not for UNMANAGED/ },
  ...['allocationStrategy', 'minvCpus', 'desiredvCpus', 'instanceTypes', 'imageId', 'ec2Configuration', 'ec2KeyPair', 'placementGroup', 'bidPercentage', 'spotIamFleetRole', 'launchTemplate', 'scalingPolicy', 'tags'].flatMap((member): readonly Row[] => {
    const values: Members = { allocationStrategy: 'BEST_FIT', minvCpus: 0, desiredvCpus: 0, instanceTypes: ['m5'], imageId: 'ami-1', ec2Configuration: [{ imageType: 'ECS_AL2023' }], ec2KeyPair: 'k', placementGroup: 'p', bidPercentage: 50, spotIamFleetRole: role('x'), launchTemplate: own, scalingPolicy: { minScaleDownDelayMinutes: 20 }, tags: {} };
    return ['FARGATE', 'MANAGED_INSTANCES'].map(family => ({ family, resources: { [member]: values[member] }, says: new RegExp(`cr.${member}: is not for`) }));
  }),
  { family: 'FARGATE', change: { updatePolicy: {} }, says: /updatePolicy: is not for FARGATE/ },
  { family: 'FARGATE', change: { imageRefresh: 1 }, says: /imageRefresh: is not for FARGATE/ },
  { family: 'FARGATE', change: { eksConfiguration }, says: /eksConfiguration: is not for FARGATE/ },
  { family: 'FARGATE', resources: { subnets: Array.from({ length: 17 }, (_, i) => `subnet-${i}`) }, says: /cr.subnets: Fargate takes at most 16 subnets/ },
  { family: 'FARGATE', resources: { securityGroupIds: ['1', '2', '3', '4', '5', '6'].map(i => `sg-${i}`) }, says: /cr.securityGroupIds: Fargate takes at most 5/ },
  { family: 'FARGATE', resources: { securityGroupIds: [] }, says: /cr.securityGroupIds/ },
  { family: 'MANAGED_INSTANCES', resources: network, says: /cr.subnets: is not for ECS_MANAGED_INSTANCES/ },
  { family: 'MANAGED_INSTANCES', resources: { managedInstancesProvider: undefined }, says: /cr.managedInstancesProvider: is required/ },
  { family: 'MANAGED_INSTANCES', resources: { managedInstancesProvider: { ...provider, infrastructureOptimization: { scaleInAfter: 4000 } } }, says: /scaleInAfter/ },
  // scale
  { family: 'EC2', resources: { minvCpus: 32 }, says: /cr.minvCpus: 32 is more than maxvCpus 16/ },
  { family: 'EC2', resources: { minvCpus: 2, desiredvCpus: 1 }, says: /cr.desiredvCpus: must lie between/ },
  { family: 'EC2', resources: { desiredvCpus: 17 }, says: /cr.desiredvCpus: must lie between/ },
  { family: 'EKS', resources: { desiredvCpus: 2 }, says: /cr.desiredvCpus: is not for EKS/ },
  { family: 'EC2', resources: { scalingPolicy: { minScaleDownDelayMinutes: 10 } }, says: /cr.scalingPolicy.minScaleDownDelayMinutes/ },
  // instance types and strategies
  { family: 'EC2', resources: { instanceTypes: [] }, says: /cr.instanceTypes: must not be empty/ },
  { family: 'EC2', resources: { instanceTypes: ['m6i.large', 'c7gn', 'optimal'] }, says: /cr.instanceTypes: must be all x86 or all Arm; Arm are c7gn/ },
  { family: 'EC2', resources: { instanceTypes: ['a1.large'] }, says: /cr.instanceTypes: a1 does not run/ },
  { family: 'EC2', resources: { instanceTypes: ['p3'], ec2Configuration: [{ imageType: 'ECS_AL2023_NVIDIA' }] }, says: /cr.instanceTypes: p3 and g3 do not run/ },
  { family: 'EC2', resources: { bidPercentage: 50 }, says: /cr.bidPercentage: is for SPOT only/ },
  { family: 'EC2', resources: { allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED' }, says: /cr.allocationStrategy: SPOT_CAPACITY_OPTIMIZED_PRIORITIZED is for SPOT only/ },
  { family: 'SPOT', resources: { allocationStrategy: 'BEST_FIT_PROGRESSIVE_ORDERED' }, says: /cr.allocationStrategy: .* is for EC2 only/ },
  { family: 'SPOT', resources: { allocationStrategy: 'BEST_FIT' }, says: /cr.spotIamFleetRole: is required for SPOT with BEST_FIT/ },
  { family: 'EKS', resources: { allocationStrategy: 'BEST_FIT' }, says: /cr.allocationStrategy: BEST_FIT is not for EKS/ },
  // images
  { family: 'EC2', resources: { imageId: 'ami-1', ec2Configuration: [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-2' }] }, says: /cr.imageId: and ec2Configuration.imageIdOverride exclude each other/ },
  { family: 'EC2', resources: { ec2Configuration: [{ imageType: 'EKS_AL2023' }] }, says: /cr.ec2Configuration.0.imageType: must begin with ECS_/ },
  { family: 'EC2', resources: { ec2Configuration: [{ imageType: 'ECS_AL2023', imageKubernetesVersion: '1.33' }] }, says: /cr.ec2Configuration.0.imageKubernetesVersion: is for EKS only/ },
  { family: 'EC2', resources: { ec2Configuration: ['1', '2', '3'].map(i => ({ imageType: `ECS_${i}` })) }, says: /cr.ec2Configuration/ },
  { family: 'EKS', resources: { ec2Configuration: [{ imageType: 'EKS_AL2023' }, { imageType: 'ECS_AL2023' }] }, says: /cr.ec2Configuration.1.imageType: must begin with EKS_/ },
  { family: 'EC2', change: { imageRefresh: 1 }, resources: { imageId: 'ami-1' }, says: /imageRefresh: has no effect with an image of your own/ },
  // launch templates
  { family: 'EC2', resources: template({ ...own, launchTemplateName: 'x-y-z' }), says: /cr.launchTemplate.launchTemplateName: and launchTemplateId exclude each other/ },
  { family: 'EC2', resources: template({ launchTemplateId: 'lt-1' }), says: /cr.launchTemplate.version: is required with a launch template of your own/ },
  { family: 'EC2', resources: template({ ...own, version: '$Latest' }), says: /cr.launchTemplate.version: must be a version number/ },
  { family: 'EC2', resources: template({ version: '3' }), says: /cr.launchTemplate.version: is for a launch template of your own/ },
  { family: 'EC2', resources: template({ userdataType: 'EKS_NODEADM' }), says: /cr.launchTemplate.userdataType: is only allowed with a launch template of your own/ },
  { family: 'EC2', resources: template({ overrides: [{ targetInstanceTypes: ['m6i.large'] }] }), says: /cr.launchTemplate.overrides.0.?: needs launchTemplateId or launchTemplateName/ },
  { family: 'EC2', resources: template({ overrides: [override({ launchTemplateName: 'x-y-z' })] }), says: /overrides.0.launchTemplateName: and launchTemplateId exclude/ },
  { family: 'EC2', resources: template({ overrides: [override({ version: undefined })] }), says: /overrides.0.version: is required/ },
  { family: 'EC2', resources: template({ overrides: [override({ targetInstanceTypes: ['optimal'] })] }), says: /overrides.0.targetInstanceTypes: must be types or families, not optimal/ },
  { family: 'EC2', resources: { instanceTypes: ['c6i'], ...template({ overrides: [override({})] }) }, says: /overrides.0.targetInstanceTypes: must be among instanceTypes: c6i/ },
  { family: 'EC2', resources: template({ overrides: [override({}), override({ targetInstanceTypes: ['c6i', 'm6i.large'] })] }), says: /overrides.1.targetInstanceTypes: must not be named by an earlier override/ },
  { family: 'EC2', resources: template({ overrides: Array.from({ length: 11 }, (_, i) => override({ targetInstanceTypes: [`m${i}i`] })) }), says: /cr.launchTemplate.overrides/ },
  // EKS
  { family: 'EKS', change: { eksConfiguration: { ...eksConfiguration, kubernetesNamespace: 'kube-jobs' } }, says: /kubernetesNamespace: must not be default or begin with kube-/ },
  { family: 'EKS', change: { eksConfiguration: { ...eksConfiguration, kubernetesNamespace: 'Jobs' } }, says: /kubernetesNamespace: must be lower-case/ },
  { family: 'EKS', change: { eksConfiguration: { ...eksConfiguration, eksClusterArn: 'x' } }, says: /eksClusterArn: must be the full ARN/ },
  { family: 'EKS', spec: { instanceRole: {} }, says: /instanceRole: EKS compute environments need the profile of your node role/ },
  // logins for the agent
  { family: 'EKS', spec: { agentRegistryAuth: { registryCredentials: [{ name: 'x' }] } }, says: /agentRegistryAuth: cannot reach EC2 \(compute environment main\): nodes of EKS have no ECS agent/ },
  { family: 'MANAGED_INSTANCES', spec: { agentRegistryAuth: { registryCredentials: [{ name: 'x' }] } }, says: /agentRegistryAuth: cannot reach ECS_MANAGED_INSTANCES/ },
  { family: 'UNMANAGED', spec: { agentRegistryAuth: { registryCredentials: [{ name: 'x' }] } }, says: /agentRegistryAuth: cannot reach UNMANAGED/ },
  { family: 'EC2', resources: template(own), spec: { agentRegistryAuth: { registryCredentials: [{ name: 'x' }] } }, says: /agentRegistryAuth: cannot reach instances that start from a launch template of your own/ },
];

describe('AWS would refuse', () => {
  it.each(rows)('$family: $says', ({ family, change = {}, resources = {}, spec = {}, says }) => {
    const found = environmentProblems(family, change, resources, spec);

    expect(found.filter(text => says.test(text))).toHaveLength(1);
  });
});

interface Fine {
  readonly family: string;
  readonly change?: Members;
  readonly resources: Members;
}

// biome-ignore format: a table reads best in columns
const fine: readonly Fine[] = [
  { family: 'EC2', resources: { instanceTypes: ['m7g', 'c6gn.large', 't4g', 'x2gd', 'im4gn', 'is4gen', 'default_arm64'] } },
  { family: 'EC2', resources: { instanceTypes: ['m6i', 'g4dn.xlarge', 'g5', 'g6e', 'gr6', 'p4d', 'trn1', 'inf2', 'x2iedn', 'hpc7a', 'optimal'] } },
  { family: 'EC2', resources: { instanceTypes: ['a1'], ec2Configuration: [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-1' }] } },
  { family: 'EC2', resources: { securityGroupIds: undefined, launchTemplate: own } },
  { family: 'EC2', resources: { launchTemplate: { launchTemplateName: 'mine', version: '7', userdataType: 'EKS_NODEADM' } } },
  { family: 'EC2', resources: { instanceTypes: ['m6i', 'c6i'], launchTemplate: { overrides: [override({}), override({ launchTemplateId: 'lt-2', targetInstanceTypes: ['c6i'] })] } } },
  { family: 'EC2', resources: { allocationStrategy: 'BEST_FIT_PROGRESSIVE_ORDERED', desiredvCpus: 4, minvCpus: 2, scalingPolicy: { minScaleDownDelayMinutes: 20 } } },
  { family: 'SPOT', resources: { allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED', bidPercentage: 80 } },
  { family: 'EC2', change: { imageRefresh: 1, replacement: 2, drainTimeoutMinutes: 0, ecsSettings: { containerInsights: 'ENHANCED' } }, resources: {} },
  { family: 'EKS', resources: { ec2Configuration: [{ imageType: 'EKS_AL2023', imageKubernetesVersion: '1.33' }] } },
];

it.each(fine)('AWS takes $family with $resources', ({ family, change = {}, resources }) => {
  expect(environmentProblems(family, change, resources)).toEqual([]);
});

describe('job queues', () => {
  const ec2 = (name: string, more: Members = {}) => ({ name, ...insideOf('EC2', more) });
  const spec = {
    serviceRole: {},
    instanceRole: { instanceProfileArn: profile },
    computeEnvironments: [
      ec2('ec2'),
      ec2('arm', { instanceTypes: ['m7g'] }),
      { name: 'fargate', ...insideOf('FARGATE') },
      { name: 'eks', ...insideOf('EC2'), eksConfiguration },
      { name: 'own', type: 'UNMANAGED' },
      { name: 'managed', ...good['MANAGED_INSTANCES']?.environment },
    ],
  };
  const queue = (names: readonly string[], more: Members = {}) => ({
    ...spec,
    jobQueues: [
      {
        name: 'q',
        computeEnvironmentOrder: names.map((computeEnvironment, order) => ({ order, computeEnvironment })),
        ...more,
      },
    ],
  });
  const action = (reason: string, more: Members = {}) => ({
    reason,
    state: 'RUNNABLE',
    maxTimeSeconds: 600,
    action: 'CANCEL',
    ...more,
  });
  const fair = (...shareIdentifiers: readonly string[]) => ({
    schedulingPolicy: {
      fairsharePolicy: { shareDistribution: shareIdentifiers.map(shareIdentifier => ({ shareIdentifier })) },
    },
  });
  const share = (more: Members) => ({
    schedulingPolicy: { fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a', ...more }] } },
  });

  // biome-ignore format: a table reads best in columns
  it.each<[string, Members, RegExp]>([
    ['an environment that is not there', queue(['other']), /computeEnvironmentOrder.0.computeEnvironment: other is not a compute environment of this object; known are: ec2, arm/],
    ['an order twice', { ...spec, jobQueues: [{ name: 'q', computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'ec2' }, { order: 1, computeEnvironment: 'own' }] }] }, /order: 1 stands in entry 0 already/],
    ['an environment twice', queue(['ec2', 'ec2']), /computeEnvironment: ec2 stands in entry 0 already/],
    ['four environments', queue(['ec2', 'own', 'ec2', 'own']), /computeEnvironmentOrder: .*3/],
    ['none', queue([]), /computeEnvironmentOrder/],
    ['EC2 and EKS', queue(['ec2', 'eks']), /EC2 and EKS compute environments cannot be mixed/],
    ['Fargate and managed instances', queue(['fargate', 'managed']), /Fargate and managed instances compute environments cannot be mixed/],
    ['x86 and Arm', queue(['ec2', 'arm']), /x86 and Arm compute environments cannot be mixed/],
    ['another type', queue(['ec2'], { jobQueueType: 'EKS' }), /jobQueueType: does not fit its compute environments, which ask for ECS/],
    ['a policy of its own and another', queue(['ec2'], { ...fair('a'), schedulingPolicyArn: 'arn:aws:batch:eu-west-1:1:scheduling-policy/x' }), /schedulingPolicyArn: and schedulingPolicy exclude each other/],
    ['TERMINATE', queue(['ec2'], { jobStateTimeLimitActions: [action('a', { action: 'TERMINATE' })] }), /jobStateTimeLimitActions.0.action: must be CANCEL/],
    ['a limit twice', queue(['ec2'], { jobStateTimeLimitActions: [action('a'), action('a')] }), /jobStateTimeLimitActions.1: RUNNABLE \S+ stands in entry 0 already/],
    ['a limit too short', queue(['ec2'], { jobStateTimeLimitActions: [action('a', { maxTimeSeconds: 60 })] }), /maxTimeSeconds/],
    ['a priority too high', queue(['ec2'], { priority: 1001 }), /priority/],
    ['a share twice', queue(['ec2'], fair('a', 'a')), /shareDistribution.1.shareIdentifier: a stands in entry 0 already/],
    ['shares that overlap', queue(['ec2'], fair('blue*', 'blueish')), /shareDistribution.1.shareIdentifier: stands for shares that another entry stands for/],
    ['shares that overlap, the wide one last', queue(['ec2'], fair('blueish', 'blue*')), /shareDistribution.1.shareIdentifier: stands for/],
    ['a share with a strange name', queue(['ec2'], fair('b l u e')), /shareIdentifier: must be 1 to 255/],
    ['a weight of nothing', queue(['ec2'], share({ weightFactor: 0 })), /weightFactor/],
    ['a reservation of all', queue(['ec2'], { schedulingPolicy: { fairsharePolicy: { computeReservation: 100 } } }), /computeReservation/],
    ['a decay of months', queue(['ec2'], { schedulingPolicy: { fairsharePolicy: { shareDecaySeconds: 604_801 } } }), /shareDecaySeconds/],
    ['501 shares', queue(['ec2'], fair(...Array.from({ length: 501 }, (_, i) => `s${i}`))), /shareDistribution/],
  ])('AWS would refuse %s', (_, wrong, says) => {
    expect(problems(wrong).filter(text => says.test(text))).toHaveLength(1);
  });

  it.each<[string, Members]>([
    ['EC2 and UNMANAGED', queue(['ec2', 'own'], { jobQueueType: 'ECS' })],
    ['fair share', queue(['ec2'], fair('blue*', 'red'))],
    ['limits', queue(['ec2'], { jobStateTimeLimitActions: [action('a'), action('b')] })],
  ])('AWS takes %s', (_, right) => {
    expect(problems(right)).toEqual([]);
  });
});
