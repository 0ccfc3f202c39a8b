import type { ComputeEnvironmentSpec } from '../batch-environment/compute-environment-spec.ts';
import { type Family, familyOf, instanceTypesOf, onInstances } from '../batch-environment/family.ts';
import { hasNoGpu, mostVcpus } from '../batch-environment/instance-size.ts';
import { pods } from '../job-definition/places.ts';
import type { JobDefinitionSpec } from '../job-definition/spec.ts';
import { type Add, judge, type Rules } from '../rule.ts';
import { declaredQueue, type Fit } from './fit-scope.ts';
import { type Size, sizeOf } from './size.ts';

type Platform = 'EC2' | 'FARGATE' | 'MANAGED_INSTANCES' | 'EKS';

/** What a job would run on, and what it asks for. */
interface Place {
  readonly environment: ComputeEnvironmentSpec;
  readonly platform: Platform;
  readonly multinode: boolean;
  readonly size: Size;
}

const platforms: Readonly<Record<Family, Platform>> = {
  EC2: 'EC2',
  UNMANAGED: 'EC2',
  FARGATE: 'FARGATE',
  ECS_MANAGED_INSTANCES: 'MANAGED_INSTANCES',
  EKS: 'EKS',
};

const runs: Readonly<Record<Platform, string>> = {
  EC2: 'containers on EC2',
  FARGATE: 'containers on Fargate',
  MANAGED_INSTANCES: 'containers on managed instances',
  EKS: 'pods on Amazon EKS',
};

interface Obstacle {
  readonly when: (place: Place) => boolean;
  readonly says: (place: Place) => string;
}

const typesOf = ({ environment }: Place) => (onInstances(environment) ? instanceTypesOf(environment) : []);
/** The most vCPUs that any of the types can have; undefined where one of them does not tell. */
function largest(place: Place): number | undefined {
  const known = typesOf(place).map(mostVcpus);
  return known.length === 0 || known.includes(undefined) ? undefined : Math.max(...known.map(Number));
}

/** Why a compute environment can never run a job, the first that holds. */
const obstacles: readonly Obstacle[] = [
  {
    when: ({ environment, platform }) => platforms[familyOf(environment)] !== platform,
    says: ({ environment, platform }) =>
      `runs ${runs[platforms[familyOf(environment)]]}, the job is for ${runs[platform]}`,
  },
  {
    when: ({ environment, multinode }) => multinode && environment.computeResources?.type === 'SPOT',
    says: () => 'is SPOT, which runs no multi-node jobs',
  },
  {
    when: ({ environment: { computeResources }, size }) =>
      size.vcpus > (computeResources?.maxvCpus ?? Number.POSITIVE_INFINITY),
    says: ({ environment: { computeResources }, size }) =>
      `has ${computeResources?.maxvCpus} vCPUs at most, the job needs ${size.vcpus}`,
  },
  {
    when: place => place.size.node.vcpus > (largest(place) ?? Number.POSITIVE_INFINITY),
    says: place =>
      `has no instance type with the ${place.size.node.vcpus} vCPUs that the job needs: ${typesOf(place).join(', ')}`,
  },
  {
    when: place => place.size.node.gpus > 0 && typesOf(place).length > 0 && typesOf(place).every(hasNoGpu),
    says: place => `has no instance type with a GPU: ${typesOf(place).join(', ')}`,
  },
];

function platformOf(definition: JobDefinitionSpec): Platform {
  return pods(definition).length > 0 ? 'EKS' : (definition.platformCapabilities?.[0] ?? 'EC2');
}

/** The compute environments of the queue, in the order in which they are tried. */
function environmentsOf(fit: Fit): readonly ComputeEnvironmentSpec[] {
  const order = [...(declaredQueue(fit)?.computeEnvironmentOrder ?? [])].sort((a, b) => a.order - b.order);
  return order.flatMap(
    ({ computeEnvironment }) =>
      fit.environment?.computeEnvironments.find(({ name }) => name === computeEnvironment) ?? [],
  );
}

/** Why each compute environment of the queue can never run the job; nothing when one of them can. */
function everywhere(fit: Fit): readonly string[] {
  const definition = fit.definition?.effective;
  if (!definition) return [];
  const place = {
    platform: platformOf(definition),
    multinode: definition.type === 'multinode',
    size: sizeOf(definition),
  };
  const environments = environmentsOf(fit);
  const found = environments.flatMap(environment => {
    const obstacle = obstacles.find(({ when }) => when({ ...place, environment }));
    return obstacle ? [`${environment.name} ${obstacle.says({ ...place, environment })}`] : [];
  });
  return found.length === environments.length ? found : [];
}

const fairShare = (fit: Fit) => {
  const { schedulingPolicy, schedulingPolicyArn } = declaredQueue(fit) ?? {};
  return schedulingPolicy !== undefined || schedulingPolicyArn !== undefined;
};

const queueRules: Rules<Fit> = [
  {
    at: 'shareIdentifier',
    refuses: (_, fit) => fairShare(fit) && fit.spec.shareIdentifier === undefined,
    message: (_, fit) => `is required: job queue ${declaredQueue(fit)?.name} shares fairly among those who submit`,
  },
  {
    at: 'shareIdentifier',
    refuses: (_, fit) => !fairShare(fit) && fit.spec.shareIdentifier !== undefined,
    message: (_, fit) =>
      `is for queues with a scheduling policy, job queue ${declaredQueue(fit)?.name} has none; leave it out`,
  },
  {
    at: 'schedulingPriorityOverride',
    refuses: (_, fit) =>
      fairShare(fit) &&
      fit.definition !== undefined &&
      fit.definition.own.schedulingPriority === undefined &&
      fit.spec.schedulingPriorityOverride === undefined,
    message: (_, fit) =>
      `is required: job queue ${declaredQueue(fit)?.name} has a scheduling policy, and JobDefinition ${fit.definition?.name} says no schedulingPriority`,
  },
  {
    at: 'environment',
    refuses: (_, fit) => everywhere(fit).length > 0,
    message: (_, fit) =>
      `no compute environment of job queue ${declaredQueue(fit)?.name} can ever run the job: ${everywhere(fit).join('; ')}. Ask for less, change the environment, or name another queue`,
  },
];

/** Judges a job by the queue that it goes to, where that is declared here. */
export function judgeQueue(fit: Fit, add: Add): void {
  if (declaredQueue(fit)) judge(queueRules, fit.spec, fit, [], add);
}
