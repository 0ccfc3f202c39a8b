import {
  CreateJobQueueCommand,
  DeleteJobQueueCommand,
  UpdateJobQueueCommand,
  type UpdateJobQueueCommandInput,
} from '@aws-sdk/client-batch';
import { unlessAbsent } from '../absence.ts';
import { tagBatch } from '../batch-tags.ts';
import type { Operation } from '../resource.ts';
import type { JobQueueObserved, JobQueueWant } from './shape.ts';

type Op = Operation<JobQueueWant, JobQueueObserved>;

export const create: Op = async (aws, { want }, signal) => {
  const { computeEnvironmentOrder, jobStateTimeLimitActions, tags, ...rest } = want;
  await aws.batch.send(
    new CreateJobQueueCommand({
      ...rest,
      jobQueueType: want.jobQueueType as 'ECS' | undefined,
      state: want.state as 'ENABLED',
      computeEnvironmentOrder: [...computeEnvironmentOrder],
      jobStateTimeLimitActions: jobStateTimeLimitActions && [...jobStateTimeLimitActions],
      tags: { ...tags },
    }),
    { abortSignal: signal },
  );
};

/** Sends the fields of the step; lists are replaced whole, what is left out stays as it is. */
export const update: Op = async (aws, { observed, step }, signal) => {
  const changed = Object.fromEntries(step.changes.map(({ path, want }) => [path, want]));
  const input = { ...changed, jobQueue: observed.jobQueueArn } as UpdateJobQueueCommandInput;
  await aws.batch.send(new UpdateJobQueueCommand(input), { abortSignal: signal });
};

export const tag: Op = (aws, { want, observed }, signal) =>
  tagBatch(aws, observed.jobQueueArn, want.tags, observed.tags, signal);

/** Takes no more jobs, the first step towards deletion. */
export const disable: Op = async (aws, { observed }, signal) => {
  await aws.batch.send(new UpdateJobQueueCommand({ jobQueue: observed.jobQueueArn, state: 'DISABLED' }), {
    abortSignal: signal,
  });
};

export const remove: Op = async (aws, { observed }, signal) => {
  await unlessAbsent(
    aws.batch.send(new DeleteJobQueueCommand({ jobQueue: observed.jobQueueArn }), { abortSignal: signal }),
  );
};
