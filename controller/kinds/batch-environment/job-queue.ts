import { type Declared, OutputOf } from '../../model/declared.ts';
import { ownerTags } from '../../model/ownership.ts';
import type { ExpandInput } from '../kind.ts';
import type { JobQueueSpec } from './job-queue-spec.ts';
import { computeEnvironmentId, jobQueueId, jobQueueName, schedulingPolicyId, schedulingPolicyName } from './names.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

type Input = ExpandInput<BatchEnvironmentSpec>;

/** A job queue of the object, after the scheduling policy that belongs to it. */
export function jobQueue(input: Input, queue: JobQueueSpec): readonly Declared[] {
  const { spec, owner, object } = input;
  const id = jobQueueId(queue.name);
  const name = jobQueueName(object, queue);
  const policies = schedulingPolicy(input, queue);
  const { state, priority, jobQueueType, computeEnvironmentOrder, jobStateTimeLimitActions } = queue;
  const policyArn = policies[0] ? new OutputOf(policies[0].id, 'arn') : queue.schedulingPolicyArn;
  const environments = computeEnvironmentOrder.map(({ computeEnvironment }) =>
    computeEnvironmentId(computeEnvironment),
  );
  return [
    ...policies,
    {
      resource: 'JobQueue',
      id,
      name,
      after: [...environments, ...policies.map(policy => policy.id)],
      mode: 'manage',
      want: {
        jobQueueName: name,
        ...(jobQueueType === undefined ? {} : { jobQueueType }),
        state,
        priority,
        computeEnvironmentOrder: computeEnvironmentOrder.map(({ order, computeEnvironment }) => ({
          order,
          computeEnvironment: new OutputOf(computeEnvironmentId(computeEnvironment), 'arn'),
        })),
        ...(policyArn === undefined ? {} : { schedulingPolicyArn: policyArn }),
        ...(jobStateTimeLimitActions === undefined ? {} : { jobStateTimeLimitActions }),
        tags: { ...input.defaultTags, ...spec.tags, ...queue.tags, ...ownerTags(owner, id) },
      },
    },
  ];
}

function schedulingPolicy(input: Input, queue: JobQueueSpec): readonly Declared[] {
  if (!queue.schedulingPolicy) return [];
  const { fairsharePolicy, tags } = queue.schedulingPolicy;
  const id = schedulingPolicyId(queue.name);
  const name = schedulingPolicyName(input.object, queue);
  return [
    {
      resource: 'SchedulingPolicy',
      id,
      name,
      after: [],
      mode: 'manage',
      want: {
        name,
        fairsharePolicy,
        tags: { ...input.defaultTags, ...input.spec.tags, ...tags, ...ownerTags(input.owner, id) },
      },
    },
  ];
}
