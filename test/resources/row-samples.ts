import { contentHash } from '../../controller/model/json.ts';
import { seen, onEc2 as usual, withResources } from './compute-environment/samples.ts';

type Json = Readonly<Record<string, unknown>>;

/** A resource as it is wanted, as AWS has it, and for every row of its table another wanted value. */
export interface Sample {
  readonly want: object;
  readonly observed: object;
  /** By the path of the row. */
  readonly others: Json;
  /** Rows that differ by what AWS has instead, and where it has it. */
  readonly had?: Readonly<Record<string, { readonly at: string; readonly is: unknown }>>;
  /** How the wanted value is made of its parts, where some follow from others. */
  readonly whole?: (want: Json) => Json;
  /** Rows that differ with another one, by that one. */
  readonly drags?: Readonly<Record<string, readonly string[]>>;
  /** Rows that cannot be told to differ while another one does, by that one. */
  readonly hides?: Readonly<Record<string, readonly string[]>>;
}

const document = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});
const queue = (name: string) => ({
  order: 1,
  computeEnvironment: `arn:aws:batch:eu-west-1:1:compute-environment/${name}`,
});
const tags = { team: 'a' };
const provider = (subnets: readonly string[], template: Json = {}) => ({
  infrastructureRoleArn: 'arn:aws:iam::1:role/ecs',
  instanceLaunchTemplate: {
    ec2InstanceProfileArn: 'arn:aws:iam::1:instance-profile/ecs',
    networkConfiguration: { subnets, securityGroups: ['sg-1'] },
    ...template,
  },
});
const data = { ImageId: 'ami-1' };
const image = (name: string) => ({ image: name, command: ['true'] });
const normal = { type: 'container', containerProperties: image('a:1') };
const revision = { normal, hash: contentHash(normal), revisions: [], surplus: [], tags };
const onEc2 = { ...usual, tags };
const managed = withResources(onEc2, { managedInstancesProvider: provider(['subnet-1']) as never });

const contents = {
  'normal.type': 'multinode',
  'normal.parameters': { a: 'b' },
  'normal.schedulingPriority': 1,
  'normal.containerProperties': image('b:1'),
  'normal.ecsProperties': { taskProperties: [{ containers: [{ ...image('b:1'), name: 'a' }] }] },
  'normal.eksProperties': { podProperties: { containers: [{ image: 'b:1' }] } },
  'normal.nodeProperties': {
    numNodes: 2,
    mainNode: 0,
    nodeRangeProperties: [{ targetNodes: '0:', container: image('b:1') }],
  },
  'normal.retryStrategy': { attempts: 3 },
  'normal.timeout': { attemptDurationSeconds: 60 },
  'normal.propagateTags': true,
  'normal.platformCapabilities': ['FARGATE'],
  'normal.consumableResourceProperties': { consumableResourceList: [{ consumableResource: 'a', quantity: 1 }] },
};

/** Every resource, by name. */
export const samples: Readonly<Record<string, Sample>> = {
  Secret: {
    want: { name: 's', tags, recoveryWindowInDays: 30, scheduledDeletion: 'Restore', value: { fingerprint: 'one' } },
    observed: { name: 's', tags, fingerprint: 'one', description: '' },
    others: {
      'value.fingerprint': 'two',
      description: 'text',
      kmsKeyId: 'alias/mine',
      tags: { team: 'b' },
      recoveryWindowInDays: 7,
    },
    had: { scheduledDeletion: { at: 'deletedDate', is: new Date(0) } },
  },
  Role: {
    want: {
      roleName: 'r',
      path: '/',
      assumeRolePolicyDocument: document('batch.amazonaws.com'),
      inlinePolicies: {},
      managedPolicyArns: ['a', 'b'],
      tags,
    },
    observed: {
      roleName: 'r',
      path: '/',
      assumeRolePolicyDocument: document('batch.amazonaws.com'),
      inlinePolicies: {},
      managedPolicyArns: ['b', 'a'],
      description: '',
      maxSessionDuration: 3600,
      tags,
    },
    others: {
      roleName: 'other',
      path: '/other/',
      assumeRolePolicyDocument: document('ec2.amazonaws.com'),
      permissionsBoundary: 'arn:aws:iam::1:policy/p',
      inlinePolicies: { one: document('ecs.amazonaws.com') },
      managedPolicyArns: ['a'],
      description: 'text',
      maxSessionDuration: 7200,
      tags: { team: 'b' },
    },
  },
  InstanceProfile: {
    want: { instanceProfileName: 'p', path: '/', roleName: 'r', tags },
    observed: { instanceProfileName: 'p', path: '/', roleName: 'r', tags },
    others: { instanceProfileName: 'q', path: '/other/', roleName: 's', tags: { team: 'b' } },
  },
  LaunchTemplate: {
    want: { launchTemplateName: 't', launchTemplateData: data, keepVersions: 5, versionsInUse: [], tags },
    observed: {
      launchTemplateName: 't',
      defaultVersionNumber: 1,
      versions: [
        { versionNumber: 1, hash: contentHash(data), created: true, data },
        { versionNumber: 2, hash: 'older', created: true },
        { versionNumber: 3, hash: 'another', created: true },
      ],
      tags,
    },
    others: {
      launchTemplateName: 'u',
      launchTemplateData: { ImageId: 'ami-2' },
      keepVersions: 0,
      tags: { team: 'b' },
    },
    had: { defaultVersion: { at: 'defaultVersionNumber', is: 2 } },
    drags: { launchTemplateData: ['defaultVersion'] },
    hides: { launchTemplateData: ['keepVersions'] },
  },
  ComputeEnvironment: {
    want: managed,
    observed: seen(managed),
    others: {
      type: 'UNMANAGED',
      eksConfiguration: { eksClusterArn: 'arn:aws:eks:eu-west-1:1:cluster/c', kubernetesNamespace: 'batch' },
      state: 'DISABLED',
      serviceRole: 'arn:aws:iam::1:role/batch',
      unmanagedvCpus: 4,
      ecsSettings: { containerInsights: 'ENHANCED' },
      updatePolicy: { terminateJobsOnUpdate: true },
      imageRefresh: 1,
      tags: { team: 'b' },
      'computeResources.type': 'SPOT',
      'computeResources.allocationStrategy': 'SPOT_CAPACITY_OPTIMIZED',
      'computeResources.minvCpus': 2,
      'computeResources.maxvCpus': 32,
      'computeResources.desiredvCpus': 3,
      'computeResources.scalingPolicy': { minScaleDownDelayMinutes: 30 },
      'computeResources.instanceTypes': ['c7g'],
      'computeResources.imageId': 'ami-1',
      'computeResources.subnets': ['subnet-3'],
      'computeResources.securityGroupIds': ['sg-3'],
      'computeResources.ec2KeyPair': 'key',
      'computeResources.instanceRole': 'arn:aws:iam::1:instance-profile/other',
      'computeResources.tags': { a: 'b' },
      'computeResources.placementGroup': 'near',
      'computeResources.bidPercentage': 50,
      'computeResources.spotIamFleetRole': 'arn:aws:iam::1:role/fleet',
      'computeResources.launchTemplate': { launchTemplateId: 'lt-1', version: '4' },
      'computeResources.ec2Configuration': [{ imageType: 'ECS_AL2' }],
      'computeResources.capacityTags': { a: 'b' },
      'computeResources.managedInstancesProvider': provider(['subnet-4']),
      'computeResources.managedInstancesProvider.instanceLaunchTemplate.capacityOptionType': 'SPOT',
      'computeResources.managedInstancesProvider.instanceLaunchTemplate.fipsEnabled': true,
    },
  },
  SchedulingPolicy: {
    want: { name: 'p', fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a' }] }, tags },
    observed: { name: 'p', fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a', weightFactor: 1 }] }, tags },
    others: {
      'fairsharePolicy.shareDecaySeconds': 60,
      'fairsharePolicy.computeReservation': 10,
      'fairsharePolicy.shareDistribution': [{ shareIdentifier: 'b' }],
      tags: { team: 'b' },
    },
  },
  JobQueue: {
    want: { jobQueueName: 'q', state: 'ENABLED', priority: 1, computeEnvironmentOrder: [queue('a')], tags },
    observed: {
      jobQueueName: 'q',
      jobQueueType: 'ECS',
      state: 'ENABLED',
      priority: 1,
      computeEnvironmentOrder: [queue('a')],
      tags,
    },
    others: {
      jobQueueType: 'EKS',
      state: 'DISABLED',
      priority: 2,
      computeEnvironmentOrder: [queue('b')],
      schedulingPolicyArn: 'arn:aws:batch:eu-west-1:1:scheduling-policy/p',
      jobStateTimeLimitActions: [{ action: 'CANCEL', maxTimeSeconds: 600, reason: 'r', state: 'RUNNABLE' }],
      tags: { team: 'b' },
    },
  },
  JobDefinition: {
    want: revision,
    observed: revision,
    whole: want => ({ ...want, hash: contentHash(want['normal']) }),
    drags: Object.fromEntries(Object.keys(contents).map(row => [row, ['hash']])),
    others: { ...contents, tags: { team: 'b' } },
    had: { surplus: { at: 'surplus', is: ['arn:aws:batch:eu-west-1:1:job-definition/a:1'] } },
  },
  Job: {
    want: { hash: 'one', jobQueue: 'q', jobDefinition: 'd', submission: {}, tags },
    observed: { hash: 'one', jobQueue: 'q', jobDefinition: 'd', submission: {}, tags },
    others: { hash: 'two', jobQueue: 'r', jobDefinition: 'e', submission: { attempts: 2 }, tags: { team: 'b' } },
  },
};
