import type { CreateJobQueueRequest, JobStateTimeLimitAction, UpdateJobQueueRequest } from '@aws-sdk/client-batch';
import type { Rule } from '../rules.ts';
import type { World } from '../world.ts';
import { architectureOf } from './architecture.ts';
import { batchName } from './arns.ts';
import type { ComputeEnvironment, JobQueue } from './batch.ts';
import { isFargate } from './compute-environment-rules.ts';
import { namePattern, tagRules } from './refuse.ts';

/** The part of a queue that creation and update have in common. */
export interface QueueChange {
  readonly world: World;
  readonly sent: Pick<
    UpdateJobQueueRequest,
    | 'computeEnvironmentOrder'
    | 'serviceEnvironmentOrder'
    | 'schedulingPolicyArn'
    | 'jobStateTimeLimitActions'
    | 'priority'
  >;
  /** The queue as it stands; absent for a new one. */
  readonly before: JobQueue | undefined;
}

/** The compute environments that a queue's order names, those that exist. */
export function orderedEnvironments({ world, sent }: Pick<QueueChange, 'world' | 'sent'>): ComputeEnvironment[] {
  return (sent.computeEnvironmentOrder ?? []).flatMap(({ computeEnvironment }) => {
    const name = batchName(world.account, 'compute-environment', computeEnvironment);
    return world.batch.computeEnvironments.get(name) ?? [];
  });
}

/** The type of queue that a compute environment asks for. */
export function queueTypeOf(environment: ComputeEnvironment): 'EKS' | 'ECS' | 'ECS_FARGATE' | 'ECS_MANAGED_INSTANCES' {
  if (environment.containerOrchestrationType === 'EKS') return 'EKS';
  if (isFargate(environment.computeResources)) return 'ECS_FARGATE';
  return environment.computeResources?.type === 'ECS_MANAGED_INSTANCES' ? 'ECS_MANAGED_INSTANCES' : 'ECS';
}

function isDuplicate<T>(items: readonly T[]): boolean {
  return new Set(items).size < items.length;
}

function actions({ sent }: QueueChange): JobStateTimeLimitAction[] {
  return sent.jobStateTimeLimitActions ?? [];
}

const environments: readonly Rule<QueueChange>[] = [
  {
    refuses: ({ sent }) => isDuplicate((sent.computeEnvironmentOrder ?? []).map(({ order }) => order)),
    message: 'Duplicate ComputeEnvironment order values.',
  },
  {
    refuses: ({ world, sent }) =>
      isDuplicate(
        (sent.computeEnvironmentOrder ?? []).map(one =>
          batchName(world.account, 'compute-environment', one.computeEnvironment),
        ),
      ),
    message: 'Duplicate ComputeEnvironment values.',
  },
  {
    refuses: ({ sent }) => (sent.computeEnvironmentOrder ?? []).length > 3,
    message: 'The maximum number of compute environments for a job queue is 3.',
  },
  {
    refuses: change =>
      orderedEnvironments(change).filter(({ status }) => status === 'VALID').length <
      (change.sent.computeEnvironmentOrder ?? []).length,
    message: 'Compute Environments must be created and valid before attaching them to a job queue',
  },
  {
    refuses: change => new Set(orderedEnvironments(change).map(one => isFargate(one.computeResources))).size > 1,
    message: 'Fargate and EC2 compute environments can not be mixed.',
  },
  {
    refuses: change => distinct(orderedEnvironments(change).map(queueTypeOf)) > 1,
    message: 'Compute environments of different kinds can not be mixed.',
  },
  {
    refuses: change =>
      distinct(
        orderedEnvironments(change).flatMap(one =>
          (one.computeResources?.instanceTypes ?? []).slice(0, 1).map(architectureOf),
        ),
      ) > 1,
    message: 'Compute environments of different architectures can not be mixed.',
  },
];

function distinct<T>(items: readonly T[]): number {
  return new Set(items).size;
}

const limits: readonly Rule<QueueChange>[] = [
  {
    refuses: change => actions(change).some(one => !one.reason || one.state !== 'RUNNABLE'),
    message: 'Job state time limit actions should have a reason and the state RUNNABLE.',
  },
  {
    refuses: change =>
      actions(change).some(one => (one.maxTimeSeconds ?? 0) < 600 || (one.maxTimeSeconds ?? 0) > 86_400),
    message: 'maxTimeSeconds should be between 600 and 86400.',
  },
  {
    refuses: change => actions(change).some(one => one.action !== 'CANCEL'),
    message: 'Invalid job action. Valid job actions: [CANCEL]',
  },
  {
    refuses: change => isDuplicate(actions(change).map(({ reason, state }) => `${state} ${reason}`)),
    message: 'Duplicate job state limit actions are not allowed.',
  },
];

/** What Batch refuses about a queue, new or changed. */
export const queueRules: readonly Rule<QueueChange>[] = [
  {
    refuses: ({ sent }) => sent.priority !== undefined && (sent.priority < 0 || sent.priority > 1000),
    message: 'Priority should be between 0 and 1000.',
  },
  ...environments,
  {
    refuses: ({ world, sent }) =>
      sent.schedulingPolicyArn !== undefined &&
      world.batch.schedulingPolicies.get(sent.schedulingPolicyArn) === undefined,
    message: ({ sent }) => `SchedulingPolicy ${sent.schedulingPolicyArn} not found.`,
  },
  {
    refuses: ({ before, sent }) =>
      before !== undefined && before.schedulingPolicyArn === undefined && sent.schedulingPolicyArn !== undefined,
    message: 'A scheduling policy can not be added to a job queue that was created without one.',
  },
  {
    refuses: ({ world, sent }) =>
      (sent.serviceEnvironmentOrder ?? []).length === 0 &&
      world.batch.schedulingPolicies.get(sent.schedulingPolicyArn ?? '')?.quotaSharePolicy !== undefined,
    message: 'Quota Management feature is only supported for SageMaker Training job queues.',
  },
  ...limits,
];

/** What Batch refuses about a new queue before it looks at anything else. */
export const queueCreationRules: readonly Rule<CreateJobQueueRequest>[] = [
  {
    refuses: ({ jobQueueName }) => !namePattern.test(jobQueueName ?? ''),
    message: 'Job Queue name should match a valid pattern.',
  },
  { refuses: ({ priority }) => priority === undefined, message: 'Priority is required.' },
  {
    refuses: ({ computeEnvironmentOrder, serviceEnvironmentOrder }) =>
      !computeEnvironmentOrder?.length && !serviceEnvironmentOrder?.length,
    message: 'computeEnvironmentOrder is required.',
  },
  {
    refuses: ({ computeEnvironmentOrder, serviceEnvironmentOrder }) =>
      Boolean(computeEnvironmentOrder?.length && serviceEnvironmentOrder?.length),
    message: 'computeEnvironmentOrder and serviceEnvironmentOrder can not both be provided.',
  },
  {
    refuses: ({ jobQueueType, serviceEnvironmentOrder }) =>
      jobQueueType === 'SAGEMAKER_TRAINING' && !serviceEnvironmentOrder?.length,
    message: 'Job queues of type SAGEMAKER_TRAINING must have serviceEnvironmentOrder.',
  },
  ...tagRules,
];
