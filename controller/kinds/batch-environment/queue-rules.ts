import { type Add, judge, type Path, type Rules, unique } from '../rule.ts';
import { architectureOf, type Family, familyOf, instanceTypesOf, onInstances } from './family.ts';
import type { JobQueueSpec } from './job-queue-spec.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

/** A job queue and the object that it belongs to. */
export interface Queueing {
  readonly spec: BatchEnvironmentSpec;
  readonly queue: JobQueueSpec;
}

const order = 'computeEnvironmentOrder';
const timeLimits = 'jobStateTimeLimitActions';
const shares = 'schedulingPolicy.fairsharePolicy.shareDistribution';

type Ordered = JobQueueSpec['computeEnvironmentOrder'][number];
type TimeLimit = NonNullable<JobQueueSpec['jobStateTimeLimitActions']>[number];
type Share = NonNullable<NonNullable<JobQueueSpec['schedulingPolicy']>['fairsharePolicy']['shareDistribution']>[number];

function environmentsOf({ spec, queue }: Queueing) {
  return queue.computeEnvironmentOrder.flatMap(
    ({ computeEnvironment }) => spec.computeEnvironments.find(({ name }) => name === computeEnvironment) ?? [],
  );
}

/** Families that go together share a name: your own instances are ECS too. */
const kinds: Readonly<Record<Family, string>> = {
  EC2: 'EC2',
  UNMANAGED: 'EC2',
  EKS: 'EKS',
  FARGATE: 'Fargate',
  ECS_MANAGED_INSTANCES: 'managed instances',
};

const queueTypes: Readonly<Record<Family, JobQueueSpec['jobQueueType']>> = {
  EC2: 'ECS',
  UNMANAGED: 'ECS',
  EKS: 'EKS',
  FARGATE: 'ECS_FARGATE',
  ECS_MANAGED_INSTANCES: 'ECS_MANAGED_INSTANCES',
};

const kindsOf = (subject: Queueing) => [...new Set(environmentsOf(subject).map(one => kinds[familyOf(one)]))].sort();

function architecturesOf(subject: Queueing): readonly string[] {
  const architectures = environmentsOf(subject).flatMap(environment =>
    onInstances(environment) ? instanceTypesOf(environment).map(architectureOf) : [],
  );
  return [...new Set(architectures)];
}

function sharesOf({ queue }: Queueing): readonly Share[] {
  return queue.schedulingPolicy?.fairsharePolicy.shareDistribution ?? [];
}

/** One identifier ends in * and the other begins as it does. */
function overlaps(one: string, other: string): boolean {
  const wide = one.endsWith('*') && other.startsWith(one.slice(0, -1));
  return wide || (other.endsWith('*') && one.startsWith(other.slice(0, -1)));
}

/** What AWS refuses about a job queue and its scheduling policy (aws-batch reference §2, §3). */
const queueRules: Rules<Queueing> = [
  {
    each: order,
    at: 'computeEnvironment',
    refuses: ({ computeEnvironment }: Ordered, { spec }) =>
      !spec.computeEnvironments.some(({ name }) => name === computeEnvironment),
    message: ({ computeEnvironment }: Ordered, { spec }) =>
      `${computeEnvironment} is not a compute environment of this object; known are: ${spec.computeEnvironments.map(({ name }) => name).join(', ') || 'none'}`,
  },
  {
    at: order,
    refuses: (_, subject) => kindsOf(subject).length > 1,
    message: (_, subject) => `${kindsOf(subject).join(' and ')} compute environments cannot be mixed in one job queue`,
  },
  {
    at: order,
    refuses: (_, subject) => kindsOf(subject).length === 1 && architecturesOf(subject).length > 1,
    message: 'x86 and Arm compute environments cannot be mixed in one job queue',
  },
  {
    at: 'jobQueueType',
    refuses: (_, subject) => {
      const [first] = environmentsOf(subject);
      const { jobQueueType } = subject.queue;
      return jobQueueType !== undefined && first !== undefined && queueTypes[familyOf(first)] !== jobQueueType;
    },
    message: (_, subject) => {
      const [first] = environmentsOf(subject);
      return `does not fit its compute environments, which ask for ${first && queueTypes[familyOf(first)]}; leave it out`;
    },
  },
  {
    at: 'schedulingPolicyArn',
    refuses: (_, { queue }) => queue.schedulingPolicyArn !== undefined && queue.schedulingPolicy !== undefined,
    message: 'and schedulingPolicy exclude each other',
  },
  {
    each: timeLimits,
    at: 'action',
    refuses: ({ action }: TimeLimit) => action !== 'CANCEL',
    message: 'must be CANCEL: TERMINATE is for SageMaker queues only',
  },
  {
    each: shares,
    at: 'shareIdentifier',
    refuses: ({ shareIdentifier }: Share, subject, index) =>
      sharesOf(subject)
        .slice(0, index)
        .some(({ shareIdentifier: other }) => other !== shareIdentifier && overlaps(shareIdentifier, other)),
    message: 'stands for shares that another entry stands for, too',
  },
];

/** Judges a job queue and its scheduling policy. */
export function judgeQueue(subject: Queueing, path: Path, add: Add): void {
  const { queue } = subject;
  judge(queueRules, queue, subject, path, add);
  unique(queue, order, 'order', path, add);
  unique(queue, order, 'computeEnvironment', path, add);
  unique(queue, timeLimits, limited, path, add);
  unique(queue, shares, 'shareIdentifier', path, add);
}

function limited(action: unknown): string {
  const { state, reason } = action as TimeLimit;
  return `${state} ${reason}`;
}
