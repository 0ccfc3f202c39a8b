import {
  CancelJobCommand,
  SubmitJobCommand,
  type SubmitJobCommandInput,
  TagResourceCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { timestamp } from '../../model/clock.ts';
import { defined, type JsonObject } from '../../model/json.ts';
import { unlessAbsent } from '../absence.ts';
import { defineResource, type Operation, type Resource, type View } from '../resource.ts';
import { memoOf, read } from './read.ts';
import {
  type Attempt,
  hasStarted,
  isFinished,
  type JobMemo,
  type JobObserved,
  type JobWant,
  releasedTag,
} from './shape.ts';

type Op = Operation<JobWant, JobObserved>;

const submit: Op = async (aws, { want }, signal) => {
  const { jobName, jobQueue, jobDefinition, submission, tags } = want;
  const input = { ...submission, jobName, jobQueue, jobDefinition, tags: { ...tags } } as SubmitJobCommandInput;
  const { jobId = '' } = await aws.batch.send(new SubmitJobCommand(input), { abortSignal: signal });
  return { jobId };
};

const reason = 'The BatchJob was deleted';

/** A job that has not started is cancelled, one that runs is terminated; of an array some children may run. */
const stop: Op = async (aws, { observed: { jobId, status, array } }, signal) => {
  const input = { jobId, reason };
  const options = { abortSignal: signal };
  if (hasStarted(status) || array) await unlessAbsent(aws.batch.send(new TerminateJobCommand(input), options));
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

const notShown: Readonly<Record<string, string>> = {
  UNSEEN: 'AWS does not show the job yet; it is not submitted again',
  FORGOTTEN:
    'AWS does not show the job any more, as it forgets jobs about 7 days after their end; how it ended is not known, and it is not submitted again. To run it once more, delete this object and create it again',
};

function phase({ status, statusReason }: JobObserved): Pick<View, 'phase' | 'message' | 'busyForMs'> {
  if (status === 'SUCCEEDED') return { phase: 'ready' };
  const message = notShown[status] ?? (statusReason ? `${status}: ${statusReason}` : status);
  if (status === 'FAILED' || status === 'FORGOTTEN') return { phase: 'failed', message };
  return { phase: 'busy', message, busyForMs: 10_000 };
}

function attempted({ startedAt, stoppedAt, ...attempt }: Attempt): JsonObject {
  return defined({ ...attempt, startedAt: instant(startedAt), stoppedAt: instant(stoppedAt) });
}

function outputs(seen: JobObserved): View['outputs'] {
  const { attempts = [], containers = [], container = {} } = seen;
  return defined({
    jobId: seen.jobId,
    status: seen.status,
    statusReason: seen.statusReason,
    exitCode: container.exitCode,
    reason: container.reason,
    logStreamName: container.logStreamName,
    waiting: seen.waiting,
    attempts: attempts.length,
    attemptHistory: attempts.length > 1 ? attempts.map(attempted) : undefined,
    containers: containers.length > 1 ? containers : undefined,
    array: seen.array,
    createdAt: instant(seen.createdAt),
    startedAt: instant(seen.startedAt),
    stoppedAt: instant(seen.stoppedAt),
  }) as View['outputs'];
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
    outputs: outputs(observed),
  }),
  memo: (observed, _, earlier) => memoOf(observed, earlier as JobMemo | undefined),
  teardown: ({ status, stopping = false, tags }) => {
    if (isFinished(status)) return tags[releasedTag] === undefined ? 'delete' : 'gone';
    return stopping ? 'wait' : 'stop';
  },
  operations: { create: submit, stop, delete: release },
  unkeyed: ['create'],
});
