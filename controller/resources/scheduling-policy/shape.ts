import type { FairsharePolicy } from '@aws-sdk/client-batch';
import type { Tags } from '../../model/ownership.ts';

/** What is wanted of a scheduling policy: CreateSchedulingPolicy's input. */
export interface SchedulingPolicyWant {
  readonly name: string;
  readonly fairsharePolicy: FairsharePolicy;
  readonly tags: Tags;
}

/** A scheduling policy as DescribeSchedulingPolicies shows it. */
export interface SchedulingPolicyObserved {
  readonly name: string;
  readonly arn: string;
  readonly fairsharePolicy: FairsharePolicy | undefined;
  readonly tags: Tags;
}
