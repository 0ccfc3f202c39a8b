import {
  CancelJobCommand,
  SubmitJobCommand,
  type SubmitJobCommandInput,
  TagResourceCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { timestamp } from '../../model/clock.ts';
import { unlessAbsent } from '../absence.ts';
import { defineResource, type Operation, type Resource, type View } from '../resource.ts';
import { memoOf, read } from './read.ts';
import { isFinished, type JobObserved, type JobWant, releasedTag } from './shape.ts';

type Op = Operation<JobWant, JobObserved>;

const submit: Op = async (aws, { want }, signal) => {
  const { jobName, jobQueue, jobDefinition, submission, tags } = want;
  const input = { ...submission, jobName, jobQueue, jobDefinition, tags: { ...tags } } as SubmitJobCommandInput;
  const { jobId = '' } = await aws.batch.send(new SubmitJobCommand(input), { abortSignal: signal });
  return { jobId };
};

const reason = 'The BatchJob was deleted';

/** A job that has not started is cancelled, one that runs is terminated. */
const stop: Op = async (aws, { observed: { jobId, status } }, signal) => {
  const started = status === 'STARTING' || status === 'RUNNING';
  const input = { jobId, reason };
  const options = { abortSignal: signal };
  if (started) await unlessAbsent(aws.batch.send(new TerminateJobCommand(input), options));
  else await unlessAbsent(aws.batch.send(new CancelJobCommand(input), options));
};

/** Nothing is deleted in AWS, which forgets jobs by itself: the tag says that this one belongs to no object any more. */
const release: Op = async (aws, { observed: { jobArn } }, signal) => {
  await unlessAbsent(
    aws.batch.send(new TagResourceCommand({ resourceArn: jobArn, tags: { [releasedTag]: 'true' } }), {
      abortSignal: signal,
    }),
  );
};

function instant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : timestamp(ms);
}

function phase({ status, statusReason }: JobObserved): Pick<View, 'phase' | 'message' | 'busyForMs'> {
  if (status === 'SUCCEEDED') return { phase: 'ready' };
  const message = statusReason ? `${status}: ${statusReason}` : status;
  return status === 'FAILED' ? { phase: 'failed', message } : { phase: 'busy', message, busyForMs: 10_000 };
}

/** One run of a job definition on a queue. */
export const job: Resource = defineResource<JobWant, JobObserved, 'create' | 'stop' | 'delete'>({
  resource: 'Job',
  noun: 'job',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'hash',           repair: 'immutable' },
    { want: 'jobQueue',       repair: 'ignored' },
    { want: 'jobDefinition',  repair: 'ignored' },
    { want: 'submission',     repair: 'ignored' },
    { want: 'tags',           repair: 'ignored' },
  ],
  read,
  view: observed => ({
    ...phase(observed),
    arn: observed.jobArn,
    tags: observed.tags,
    outputs: Object.fromEntries(
      Object.entries({
        jobId: observed.jobId,
        status: observed.status,
        statusReason: observed.statusReason,
        exitCode: observed.exitCode,
        reason: observed.reason,
        logStreamName: observed.logStreamName,
        attempts: observed.attempts,
        createdAt: instant(observed.createdAt),
        startedAt: instant(observed.startedAt),
        stoppedAt: instant(observed.stoppedAt),
      }).filter(([, value]) => value !== undefined),
    ) as View['outputs'],
  }),
  memo: memoOf,
  teardown: ({ status, stopping, tags }) => {
    if (isFinished(status)) return tags[releasedTag] === undefined ? 'delete' : 'gone';
    return stopping ? 'wait' : 'stop';
  },
  operations: { create: submit, stop, delete: release },
  unkeyed: ['create'],
});
