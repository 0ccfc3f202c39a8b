import type { ComputeResource } from '@aws-sdk/client-batch';
import type {
  ComputeEnvironmentObserved,
  ComputeEnvironmentWant,
} from '../../../controller/resources/compute-environment/shape.ts';

type Resources = Partial<ComputeResource>;

const account = '123456789012';

/** An EC2 compute environment that AWS updates in place. */
export const onEc2: ComputeEnvironmentWant = {
  computeEnvironmentName: 'blue',
  type: 'MANAGED',
  state: 'ENABLED',
  computeResources: {
    type: 'EC2',
    allocationStrategy: 'BEST_FIT_PROGRESSIVE',
    minvCpus: 0,
    maxvCpus: 16,
    instanceTypes: ['m6i', 'c6i'],
    subnets: ['subnet-1', 'subnet-2'],
    securityGroupIds: ['sg-1', 'sg-2'],
    instanceRole: `arn:aws:iam::${account}:instance-profile/nodes`,
    launchTemplate: { launchTemplateId: 'lt-1', version: '3' },
  },
  tags: {},
};

/** A Fargate compute environment. */
export const onFargate: ComputeEnvironmentWant = {
  computeEnvironmentName: 'blue',
  type: 'MANAGED',
  state: 'ENABLED',
  computeResources: { type: 'FARGATE', maxvCpus: 16, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
  tags: {},
};

/** A wanted compute environment with other compute resources; `undefined` takes a member away. */
export function withResources(want: ComputeEnvironmentWant, resources: Resources): ComputeEnvironmentWant {
  const merged = Object.entries({ ...want.computeResources, ...resources });
  return { ...want, computeResources: Object.fromEntries(merged.filter(([, value]) => value !== undefined)) };
}

/** How Batch describes it: defaults filled in, lists in another order, whatever moves by itself moved. */
export function seen(want: ComputeEnvironmentWant, resources: Resources = {}): ComputeEnvironmentObserved {
  const wanted = withResources(want, resources).computeResources ?? {};
  const fargate = wanted.type?.startsWith('FARGATE') ?? false;
  const described: Resources = fargate
    ? { ...wanted, instanceTypes: [], ec2Configuration: [] }
    : {
        desiredvCpus: 4,
        ec2Configuration: [{ imageType: 'ECS_AL2023', batchImageStatus: 'UPDATE_AVAILABLE' }],
        tags: {},
        ...wanted,
        ...Object.fromEntries(
          (['instanceTypes', 'subnets', 'securityGroupIds'] as const).map(list => [list, wanted[list]?.toReversed()]),
        ),
      };
  const { computeEnvironmentName, type, state, tags } = want;
  return {
    computeEnvironmentName,
    computeEnvironmentArn: `arn:aws:batch:eu-west-1:${account}:compute-environment/${computeEnvironmentName}`,
    type,
    state,
    status: 'VALID',
    statusReason: 'ComputeEnvironment Healthy',
    serviceRole: want.serviceRole,
    unmanagedvCpus: want.unmanagedvCpus,
    eksConfiguration: want.eksConfiguration,
    ecsSettings: want.ecsSettings,
    computeResources: want.computeResources && described,
    updatePolicy: want.updatePolicy,
    imageRefresh: want.imageRefresh,
    ecsClusterArn: `arn:aws:ecs:eu-west-1:${account}:cluster/${computeEnvironmentName}_Batch_1`,
    tags,
  };
}
