import type {
  CancelJobRequest,
  DescribeJobsRequest,
  DescribeJobsResponse,
  JobStatus,
  JobSummary,
  ListJobsRequest,
  ListJobsResponse,
  SubmitJobRequest,
  SubmitJobResponse,
  TerminateJobRequest,
} from '@aws-sdk/client-batch';
import type { Request } from '../operation.ts';
import type { Rule } from '../rules.ts';
import { clientException } from '../service.ts';
import type { World } from '../world.ts';
import { batchName } from './arns.ts';
import type { Job, JobQueue } from './batch.ts';
import { batchPage, limitNames } from './describe.ts';
import { activeRevision } from './job-definitions.ts';
import { newJob } from './job-detail.ts';
import { existingJobQueue } from './job-queues.ts';
import { finals, leave, move, release } from './job-run.ts';
import { namePattern, refuse, tagRules } from './refuse.ts';

const maxShares = 500;

const submissionRules: readonly Rule<SubmitJobRequest>[] = [
  { refuses: ({ jobName }) => !namePattern.test(jobName ?? ''), message: 'Job name should match a valid pattern.' },
  ...tagRules,
  {
    refuses: input => Buffer.byteLength(JSON.stringify(input)) > 30 * 1024,
    message: 'The request payload is larger than the limit of 30 KiB.',
  },
  {
    refuses: ({ dependsOn = [] }) => dependsOn.length > 20,
    message: 'A job can not depend on more than the limit of 20 jobs.',
  },
  {
    refuses: ({ arrayProperties }) =>
      arrayProperties !== undefined && !((arrayProperties.size ?? 0) >= 2 && (arrayProperties.size ?? 0) <= 10_000),
    message: 'Array size should be between 2 and 10000.',
  },
];

/** SubmitJob: as a read it may not yet know the queue and the revision that it names. */
export function submitJob({ world, input, view }: Request<SubmitJobRequest>): SubmitJobResponse {
  refuse(world, submissionRules, input);
  const queue = existingJobQueue(world, input.jobQueue, view);
  if (queue.state !== 'ENABLED' || !['VALID', 'UPDATING'].includes(queue.status ?? '')) {
    throw clientException(`${queue.jobQueueArn} is not in a valid state to accept jobs`);
  }
  const revision = activeRevision(world, input.jobDefinition, view);
  checkShare(queue, input, revision.schedulingPriority);
  checkShares(world, queue, input);
  const job = newJob(world, queue, revision, input);
  const { jobId } = job;
  world.batch.jobs.set(jobId, job);
  world.agenda.after(world.durations.jobStep, () => release(world, jobId));
  return { jobName: input.jobName, jobId, jobArn: job.jobArn };
}

function checkShare(queue: JobQueue, input: SubmitJobRequest, priority: number | undefined): void {
  if (queue.schedulingPolicyArn === undefined) {
    if (input.shareIdentifier !== undefined) {
      throw clientException('shareIdentifier can only be specified for a job queue with a scheduling policy.');
    }
    return;
  }
  if (input.shareIdentifier === undefined) throw clientException('shareIdentifier must be specified.');
  if (priority === undefined && input.schedulingPriorityOverride === undefined) {
    throw clientException(
      'Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.',
    );
  }
}

function checkShares(world: World, { jobQueueArn }: JobQueue, { shareIdentifier }: SubmitJobRequest): void {
  if (shareIdentifier === undefined) return;
  const active = world.batch.jobs
    .values()
    .filter(job => job.jobQueue === jobQueueArn && !finals.includes(job.status))
    .map(job => job.shareIdentifier);
  const shares = new Set([...active, shareIdentifier]);
  if (shares.size > maxShares) {
    throw clientException(`The job queue has reached the limit of ${maxShares} active share identifiers.`);
  }
}

/** DescribeJobs: unknown ids are left out. */
export function describeJobs({ world, input, view }: Request<DescribeJobsRequest>): DescribeJobsResponse {
  limitNames('jobs', input.jobs);
  return {
    jobs: (input.jobs ?? []).flatMap(id => world.batch.jobs.get(batchName(world.account, 'job', id), view) ?? []),
  };
}

/** ListJobs: RUNNING ones unless a status or a filter is given. */
export function listJobs({ world, input, view }: Request<ListJobsRequest>): ListJobsResponse {
  const queue = existingJobQueue(world, input.jobQueue);
  const [filter] = input.filters ?? [];
  const found = world.batch.jobs
    .values(view)
    .filter(job => job.jobQueue === queue.jobQueueArn)
    .filter(job => (filter === undefined ? job.status === (input.jobStatus ?? 'RUNNING') : passes(job, filter)));
  const cut = batchPage(world, 'ListJobs', found, job => job.jobId, input);
  return { jobSummaryList: cut.items.map(summary), nextToken: cut.nextToken };
}

function passes(
  job: Job,
  { name, values = [] }: { name?: string | undefined; values?: string[] | undefined },
): boolean {
  const matches = (text: string | undefined) =>
    values.some(value =>
      value.endsWith('*') ? text?.startsWith(value.slice(0, -1)) : text?.toLowerCase() === value.toLowerCase(),
    );
  if (name === 'JOB_NAME') return matches(job.jobName);
  if (name === 'JOB_DEFINITION')
    return matches(job.jobDefinition) || matches(job.jobDefinition?.split('/').at(-1)?.split(':')[0]);
  if (name === 'BEFORE_CREATED_AT') return values.some(value => (job.createdAt ?? 0) < Number(value));
  if (name === 'AFTER_CREATED_AT') return values.some(value => (job.createdAt ?? 0) > Number(value));
  throw clientException(`Filter ${name} is not valid.`);
}

function summary(job: Job): JobSummary {
  const { jobId, jobArn, jobName, status, statusReason, createdAt, startedAt, stoppedAt, jobDefinition } = job;
  const { exitCode, reason } = job.container ?? {};
  return {
    jobId,
    jobArn,
    jobName,
    status,
    statusReason,
    createdAt,
    startedAt,
    stoppedAt,
    jobDefinition,
    container: { exitCode, reason },
  };
}

/** CancelJob: jobs not yet STARTING fail; others are left alone. */
export function cancelJob({ world, input }: Request<CancelJobRequest>): void {
  stop(world, input, ['SUBMITTED', 'PENDING', 'RUNNABLE'], { isCancelled: true });
}

/** TerminateJob: jobs that have not ended fail. */
export function terminateJob({ world, input }: Request<TerminateJobRequest>): void {
  stop(world, input, ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'], { isTerminated: true });
}

function stop(world: World, input: CancelJobRequest, from: readonly JobStatus[], mark: Partial<Job>): void {
  if (!input.reason) throw clientException('reason is required.');
  const jobId = batchName(world.account, 'job', input.jobId);
  const ended = { ...mark, status: 'FAILED', statusReason: input.reason, stoppedAt: world.agenda.now() } as const;
  if (move(world, jobId, from, ended)) leave(world, jobId);
}
