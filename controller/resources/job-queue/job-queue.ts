import {
  CreateJobQueueCommand,
  DeleteJobQueueCommand,
  DescribeJobQueuesCommand,
  type JobQueueDetail,
  type JobStateTimeLimitAction,
  UpdateJobQueueCommand,
  type UpdateJobQueueCommandInput,
} from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import { isObject, sameJson } from '../../model/json.ts';
import type { Tags } from '../../model/ownership.ts';
import { unlessAbsent } from '../absence.ts';
import { batchPhase, batchTeardown } from '../batch-status.ts';
import { tagBatch } from '../batch-tags.ts';
import { defineResource, type Operation, type Resource, type Sought } from '../resource.ts';

/** Which compute environments a queue uses, the lowest `order` first. */
export interface Order {
  readonly order: number;
  /** ARN. */
  readonly computeEnvironment: string;
}

/** What is wanted of a job queue: CreateJobQueue's input, references resolved. */
export interface JobQueueWant {
  readonly jobQueueName: string;
  readonly state: string;
  readonly priority: number;
  readonly computeEnvironmentOrder: readonly Order[];
  readonly schedulingPolicyArn?: string;
  readonly jobStateTimeLimitActions?: readonly JobStateTimeLimitAction[];
  readonly tags: Tags;
}

/** A job queue as DescribeJobQueues shows it. */
export interface JobQueueObserved extends Omit<JobQueueWant, 'schedulingPolicyArn'> {
  readonly jobQueueArn: string;
  readonly status: string;
  readonly statusReason: string | undefined;
  readonly schedulingPolicyArn: string | undefined;
}

type Op = Operation<JobQueueWant, JobQueueObserved>;

const create: Op = async (aws, { want }, signal) => {
  const { jobQueueName, priority, computeEnvironmentOrder, schedulingPolicyArn, jobStateTimeLimitActions, tags } = want;
  await aws.batch.send(
    new CreateJobQueueCommand({
      jobQueueName,
      state: want.state as 'ENABLED',
      priority,
      computeEnvironmentOrder: [...computeEnvironmentOrder],
      schedulingPolicyArn,
      jobStateTimeLimitActions: jobStateTimeLimitActions && [...jobStateTimeLimitActions],
      tags: { ...tags },
    }),
    { abortSignal: signal },
  );
};

const update: Op = async (aws, { observed, step }, signal) => {
  const changed = Object.fromEntries(step.changes.map(({ path, want }) => [path, want]));
  const input = { ...changed, jobQueue: observed.jobQueueArn } as UpdateJobQueueCommandInput;
  await aws.batch.send(new UpdateJobQueueCommand(input), { abortSignal: signal });
};

const tag: Op = (aws, { want, observed }, signal) =>
  tagBatch(aws, observed.jobQueueArn, want.tags, observed.tags, signal);

const disable: Op = async (aws, { observed }, signal) => {
  await aws.batch.send(new UpdateJobQueueCommand({ jobQueue: observed.jobQueueArn, state: 'DISABLED' }), {
    abortSignal: signal,
  });
};

const remove: Op = async (aws, { observed }, signal) => {
  await unlessAbsent(
    aws.batch.send(new DeleteJobQueueCommand({ jobQueue: observed.jobQueueArn }), { abortSignal: signal }),
  );
};

/** A job queue of AWS Batch. */
export const jobQueue: Resource = defineResource<
  JobQueueWant,
  JobQueueObserved,
  'create' | 'tag' | 'update' | 'disable' | 'delete'
>({
  resource: 'JobQueue',
  noun: 'job queue',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'state',                    repair: 'update' },
    { want: 'priority',                 repair: 'update' },
    { want: 'computeEnvironmentOrder',  repair: 'update', equal: sameRanks },
    { want: 'schedulingPolicyArn',      repair: (_, { schedulingPolicyArn }) => (schedulingPolicyArn ? 'update' : 'immutable') },
    { want: 'jobStateTimeLimitActions', repair: 'update', equal: 'set', unset: [] },
    { want: 'tags',                     repair: 'tag' },
  ],
  read,
  view: observed => ({
    ...batchPhase(observed, 5_000),
    arn: observed.jobQueueArn,
    tags: observed.tags,
    outputs: { arn: observed.jobQueueArn, name: observed.jobQueueName, status: observed.status, state: observed.state },
  }),
  teardown: batchTeardown,
  operations: { create, tag, update, disable, delete: remove },
  asynchronous: ['create', 'update', 'disable', 'delete'],
});

/** The sequence counts, not the numbers. */
function sameRanks(want: unknown, have: unknown): boolean {
  return sameJson(ranked(want), ranked(have));
}

function ranked(list: unknown): readonly unknown[] {
  const items = (Array.isArray(list) ? list : []).filter(isObject) as unknown as readonly Order[];
  return [...items].sort((a, b) => a.order - b.order).map(({ computeEnvironment }) => computeEnvironment);
}

/** Glance: all queues for everybody. Exact: the sought ones by name, a hundred per call. */
async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JobQueueObserved>> {
  const details = exact
    ? (
        await Promise.all(
          chunks(sought, 100).map(some =>
            described(
              aws,
              some.map(({ name }) => name),
              signal,
            ),
          ),
        )
      ).flat()
    : await aws.shared('job queues', shared => described(aws, undefined, shared));
  const byName = new Map(details.map(detail => [detail.jobQueueName, detail]));
  return new Map(
    sought.flatMap(({ id, name }) => {
      const detail = byName.get(name);
      return detail === undefined || detail.status === 'DELETED' ? [] : [[id, observed(detail)]];
    }),
  );
}

function described(aws: Aws, jobQueues: string[] | undefined, signal: AbortSignal): Promise<readonly JobQueueDetail[]> {
  return allPages(async nextToken => {
    const page = await aws.batch.send(new DescribeJobQueuesCommand({ jobQueues, nextToken }), { abortSignal: signal });
    return { items: page.jobQueues, next: page.nextToken };
  });
}

function observed(detail: JobQueueDetail): JobQueueObserved {
  return {
    jobQueueName: detail.jobQueueName ?? '',
    jobQueueArn: detail.jobQueueArn ?? '',
    state: detail.state ?? 'ENABLED',
    status: detail.status ?? 'UNKNOWN',
    statusReason: detail.statusReason,
    priority: detail.priority ?? 0,
    computeEnvironmentOrder: (detail.computeEnvironmentOrder ?? []).map(({ order, computeEnvironment }) => ({
      order: order ?? 0,
      computeEnvironment: computeEnvironment ?? '',
    })),
    schedulingPolicyArn: detail.schedulingPolicyArn,
    jobStateTimeLimitActions: detail.jobStateTimeLimitActions ?? [],
    tags: detail.tags ?? {},
  };
}
