import { repeated } from '../repeated.ts';
import { architectureOf, type Family, familyOf, instanceTypesOf, onInstances } from './family.ts';
import type { JobQueueSpec } from './job-queue-spec.ts';
import { at, atEach, type Rule } from './rule.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

/** A job queue and the object that it belongs to. */
export interface Queueing {
  readonly spec: BatchEnvironmentSpec;
  readonly queue: JobQueueSpec;
}

const order = 'computeEnvironmentOrder';

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

type Shares = NonNullable<NonNullable<JobQueueSpec['schedulingPolicy']>['fairsharePolicy']['shareDistribution']>;

function sharesOf({ queue }: Queueing): Shares {
  return queue.schedulingPolicy?.fairsharePolicy.shareDistribution ?? [];
}

/** One identifier ends in * and the other begins as it does. */
function overlaps(one: string, other: string): boolean {
  const wide = one.endsWith('*') && other.startsWith(one.slice(0, -1));
  return wide || (other.endsWith('*') && one.startsWith(other.slice(0, -1)));
}

const atShare = (holds: (identifier: string, earlier: readonly string[]) => boolean) =>
  atEach<Queueing, Shares[number]>(
    'schedulingPolicy.fairsharePolicy.shareDistribution.#.shareIdentifier',
    sharesOf,
    ({ shareIdentifier }, subject, index) =>
      holds(
        shareIdentifier,
        sharesOf(subject)
          .slice(0, index)
          .map(share => share.shareIdentifier),
      ),
  );

/** What AWS refuses about a job queue and its scheduling policy (aws-batch reference §2, §3). */
export const queueRules: readonly Rule<Queueing>[] = [
  {
    broken: atEach(
      `${order}.#.computeEnvironment`,
      ({ queue }) => queue.computeEnvironmentOrder,
      ({ computeEnvironment }, { spec }) => !spec.computeEnvironments.some(({ name }) => name === computeEnvironment),
    ),
    message: ({ spec, queue }, path) =>
      `${queue.computeEnvironmentOrder[Number(path.split('.')[1])]?.computeEnvironment} is not a compute environment of this object; known are: ${spec.computeEnvironments.map(({ name }) => name).join(', ') || 'none'}`,
  },
  {
    broken: at(order, subject => kindsOf(subject).length > 1),
    message: subject => `${kindsOf(subject).join(' and ')} compute environments cannot be mixed in one job queue`,
  },
  {
    broken: at(order, subject => kindsOf(subject).length === 1 && architecturesOf(subject).length > 1),
    message: 'x86 and Arm compute environments cannot be mixed in one job queue',
  },
  {
    broken: at('jobQueueType', subject => {
      const [first] = environmentsOf(subject);
      const { jobQueueType } = subject.queue;
      return jobQueueType !== undefined && first !== undefined && queueTypes[familyOf(first)] !== jobQueueType;
    }),
    message: subject => {
      const [first] = environmentsOf(subject);
      return `does not fit its compute environments, which ask for ${first && queueTypes[familyOf(first)]}; leave it out`;
    },
  },
  {
    broken: at(
      'schedulingPolicyArn',
      ({ queue }) => queue.schedulingPolicyArn !== undefined && queue.schedulingPolicy !== undefined,
    ),
    message: 'and schedulingPolicy exclude each other',
  },
  {
    broken: atEach(
      'jobStateTimeLimitActions.#.action',
      ({ queue }) => queue.jobStateTimeLimitActions,
      ({ action }) => action !== 'CANCEL',
    ),
    message: 'must be CANCEL: TERMINATE is for SageMaker queues only',
  },
  {
    broken: ({ queue }) =>
      repeated(queue.jobStateTimeLimitActions ?? [], ({ state, reason }) => `${state} ${reason}`).map(
        ({ index }) => `jobStateTimeLimitActions.${index}.reason`,
      ),
    message: 'already has an action',
  },
  { broken: atShare((identifier, earlier) => earlier.includes(identifier)), message: 'is already in the list' },
  {
    broken: atShare((identifier, earlier) =>
      earlier.some(other => other !== identifier && overlaps(identifier, other)),
    ),
    message: 'stands for shares that another entry stands for, too',
  },
];
