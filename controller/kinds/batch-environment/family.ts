import type { ComputeEnvironmentSpec } from './compute-environment-spec.ts';

/** Compute environments that take the same fields, and that one job queue can hold together. */
export type Family = 'EC2' | 'EKS' | 'FARGATE' | 'ECS_MANAGED_INSTANCES' | 'UNMANAGED';

/** The family of a compute environment; EC2 stands for Batch's own instances on ECS, On-Demand or Spot. */
export function familyOf({ type, computeResources, eksConfiguration }: ComputeEnvironmentSpec): Family {
  if (type === 'UNMANAGED') return 'UNMANAGED';
  if (computeResources?.type.startsWith('FARGATE')) return 'FARGATE';
  if (computeResources?.type === 'ECS_MANAGED_INSTANCES') return 'ECS_MANAGED_INSTANCES';
  return eksConfiguration ? 'EKS' : 'EC2';
}

/** Whether Batch itself starts EC2 instances, which have an instance profile and a launch template. */
export function onInstances(environment: ComputeEnvironmentSpec): boolean {
  return ['EC2', 'EKS'].includes(familyOf(environment));
}

/** AWS's own choice among instance types, where the spec makes none. */
export function strategyOf({ computeResources }: ComputeEnvironmentSpec): string {
  const otherwise = computeResources?.type === 'SPOT' ? 'SPOT_PRICE_CAPACITY_OPTIMIZED' : 'BEST_FIT_PROGRESSIVE';
  return computeResources?.allocationStrategy ?? otherwise;
}

/** The instance types of one that starts instances. */
export function instanceTypesOf({ computeResources }: ComputeEnvironmentSpec): readonly string[] {
  return computeResources?.instanceTypes ?? ['default_x86_64'];
}

/** What stands for a choice of Batch's own rather than for a type or a family. */
export function isBundle(instanceType: string): boolean {
  return instanceType === 'optimal' || instanceType.startsWith('default_');
}

/** A family of AWS's own processors has a g after its generation: m7g, c6gn, x2gd, im4gn, is4gen; the first was a1. */
const arm = /^(a1|[a-z]+\d+[a-z]*g[a-z]*)$/;

/** The processor architecture of an instance type, a family, or a choice of Batch's own. */
export function architectureOf(instanceType: string): 'arm64' | 'x86_64' {
  if (isBundle(instanceType)) return instanceType === 'default_arm64' ? 'arm64' : 'x86_64';
  return arm.test(instanceType.split('.')[0] ?? '') ? 'arm64' : 'x86_64';
}
