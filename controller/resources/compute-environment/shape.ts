import type { ComputeResource, EcsSettings, EksConfiguration, UpdatePolicy } from '@aws-sdk/client-batch';
import type { Tags } from '../../model/ownership.ts';

/** How a compute environment goes when it is no longer declared; nothing that AWS keeps. */
interface Drain {
  /** How long its jobs may run on, in minutes. */
  readonly timeoutMinutes: number;
  /** AWS names of the job queues that use it. */
  readonly jobQueues: readonly string[];
}

/** What is wanted of a compute environment: CreateComputeEnvironment's input, references resolved. */
export interface ComputeEnvironmentWant {
  readonly computeEnvironmentName: string;
  readonly type: string;
  readonly state: string;
  /** Absent: the service-linked role. */
  readonly serviceRole?: string;
  readonly unmanagedvCpus?: number;
  readonly eksConfiguration?: EksConfiguration;
  readonly ecsSettings?: EcsSettings;
  readonly computeResources?: Partial<ComputeResource>;
  readonly updatePolicy?: UpdatePolicy;
  /** A new number has the instances replaced by ones with the newest image, once. */
  readonly imageRefresh?: number;
  readonly drain?: Drain;
  readonly tags: Tags;
}

/** A compute environment as DescribeComputeEnvironments shows it, brought into one form. */
export interface ComputeEnvironmentObserved {
  readonly computeEnvironmentName: string;
  readonly computeEnvironmentArn: string;
  readonly type: string | undefined;
  readonly state: string;
  readonly status: string;
  readonly statusReason: string | undefined;
  /** Undefined when it is the service-linked role, as absence is in the wanted value. */
  readonly serviceRole: string | undefined;
  readonly unmanagedvCpus: number | undefined;
  readonly eksConfiguration: EksConfiguration | undefined;
  readonly ecsSettings: EcsSettings | undefined;
  readonly computeResources: Partial<ComputeResource> | undefined;
  readonly updatePolicy: UpdatePolicy | undefined;
  readonly imageRefresh: number | undefined;
  readonly ecsClusterArn: string | undefined;
  readonly tags: Tags;
  /** Of one that is no longer declared: the job queues that name it all the same. */
  readonly namedBy?: readonly string[];
  /** Of one that drains and does not say how much of it is in use: the jobs on it. */
  readonly activity?: Activity;
}

/** Jobs on a compute environment. */
export interface Activity {
  /** Ids of jobs that certainly are on it. */
  readonly jobs: readonly string[];
  /** How many jobs of its queues are being started, nobody knows where yet. */
  readonly unplaced: number;
}

/** The tag that remembers the image refresh that was carried out last. */
export const imageRefreshTag = 'batchwright.dev/image-refresh';

/** The role that Batch uses when none is given, and the only one with which it updates infrastructure in place. */
const serviceLinkedRole = /\/aws-service-role\/batch\.amazonaws\.com\/AWSServiceRoleForBatch$/i;

/** True for the service-linked role's ARN. */
export function isServiceLinked(role: string): boolean {
  return serviceLinkedRole.test(role);
}

/** True for the kinds that run on Fargate. */
export function isFargate(type: string | undefined): boolean {
  return type === 'FARGATE' || type === 'FARGATE_SPOT';
}

/** True for the kinds that run on EC2 instances which Batch itself starts and stops. */
export function isOnInstances(type: string | undefined): boolean {
  return type === 'EC2' || type === 'SPOT';
}

/**
 * True when a compute environment with this role and strategy takes infrastructure updates in place: the service-linked
 * role, and a strategy other than BEST_FIT, which is also what an absent strategy means.
 */
export function updatableInPlace(serviceRole: string | undefined, allocationStrategy: string | undefined): boolean {
  const linked = serviceRole === undefined || isServiceLinked(serviceRole);
  return linked && allocationStrategy !== undefined && allocationStrategy !== 'BEST_FIT';
}

/** The two strategies to which the order of the instance types means something. */
export function isOrdered(allocationStrategy: string | undefined): boolean {
  return (
    allocationStrategy === 'BEST_FIT_PROGRESSIVE_ORDERED' ||
    allocationStrategy === 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED'
  );
}
