import type { ComputeResource, UpdatePolicy } from '@aws-sdk/client-batch';
import type { Tags } from '../../model/ownership.ts';

/** What is wanted of a compute environment: CreateComputeEnvironment's input, references resolved. */
export interface ComputeEnvironmentWant {
  readonly computeEnvironmentName: string;
  readonly type: string;
  readonly state: string;
  readonly serviceRole?: string;
  readonly unmanagedvCpus?: number;
  readonly computeResources?: Partial<ComputeResource>;
  readonly updatePolicy?: UpdatePolicy;
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
  readonly computeResources: Partial<ComputeResource> | undefined;
  readonly updatePolicy: UpdatePolicy | undefined;
  readonly ecsClusterArn: string | undefined;
  readonly tags: Tags;
}

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

/**
 * True when a compute environment with this role and strategy takes infrastructure updates in place: the service-linked
 * role, and a strategy other than BEST_FIT, which is also what an absent strategy means.
 */
export function updatableInPlace(serviceRole: string | undefined, allocationStrategy: string | undefined): boolean {
  const linked = serviceRole === undefined || isServiceLinked(serviceRole);
  return linked && allocationStrategy !== undefined && allocationStrategy !== 'BEST_FIT';
}
