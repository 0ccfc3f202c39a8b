import type { JobStateTimeLimitAction } from '@aws-sdk/client-batch';
import type { Tags } from '../../model/ownership.ts';

/** Which compute environments a queue uses, the lowest `order` first. */
export interface Order {
  readonly order: number;
  /** ARN. */
  readonly computeEnvironment: string;
}

/** What is wanted of a job queue: CreateJobQueue's input, references resolved. */
export interface JobQueueWant {
  readonly jobQueueName: string;
  readonly jobQueueType?: string;
  readonly state: string;
  readonly priority: number;
  readonly computeEnvironmentOrder: readonly Order[];
  readonly schedulingPolicyArn?: string;
  readonly jobStateTimeLimitActions?: readonly JobStateTimeLimitAction[];
  readonly tags: Tags;
}

/** A job queue as DescribeJobQueues shows it. */
export interface JobQueueObserved extends Omit<JobQueueWant, 'schedulingPolicyArn' | 'jobQueueType'> {
  readonly jobQueueArn: string;
  readonly jobQueueType: string | undefined;
  readonly status: string;
  readonly statusReason: string | undefined;
  readonly schedulingPolicyArn: string | undefined;
}
