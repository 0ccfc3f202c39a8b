import { DescribeJobsCommand, type JobDetail, ListJobsCommand } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import { ownership, tagKeys } from '../../model/ownership.ts';
import type { Sought } from '../resource.ts';
import { isFinished, type JobMemo, type JobObserved, type JobWant, releasedTag } from './shape.ts';

/**
 * A finished job comes from memory. A job whose id is known is described, a hundred per call. One that may have been
 * submitted without our hearing of it is looked for by its name in its queue, and known by its tags.
 */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  _exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JobObserved>> {
  const found = new Map<string, JobObserved>();
  const ids = new Map<string, Sought>();
  for (const item of sought) {
    const { jobId, finished } = item.memo ?? {};
    // On its way out a job is asked for once more: its tags say whether it has been let go.
    if (isObject(finished) && item.want !== undefined) found.set(item.id, remembered(finished as JsonObject));
    else if (typeof jobId === 'string') ids.set(jobId, item);
    else for (const listed of await named(aws, item, signal)) ids.set(listed, item);
  }
  const details = (await Promise.all(chunks([...ids.keys()], 100).map(jobs => described(aws, jobs, signal)))).flat();
  for (const detail of details) {
    const item = ids.get(detail.jobId ?? '');
    if (item && isOurs(detail, item)) found.set(item.id, newer(found.get(item.id), observed(detail)));
  }
  return found;
}

function newer(a: JobObserved | undefined, b: JobObserved): JobObserved {
  return a !== undefined && (a.createdAt ?? 0) > (b.createdAt ?? 0) ? a : b;
}

function isOurs({ tags = {}, jobId }: JobDetail, { owner, memo }: Sought): boolean {
  if (memo?.['jobId'] === jobId) return true;
  return ownership(tags, owner).whose === 'ours' && tags[releasedTag] === undefined;
}

async function named(aws: Aws, { name, want }: Sought, signal: AbortSignal): Promise<readonly string[]> {
  const jobQueue = (want as Partial<JobWant> | undefined)?.jobQueue;
  if (typeof jobQueue !== 'string') return [];
  const summaries = await allPages(async nextToken => {
    const input = { jobQueue, filters: [{ name: 'JOB_NAME', values: [name] }], nextToken };
    const page = await aws.batch.send(new ListJobsCommand(input), { abortSignal: signal });
    return { items: page.jobSummaryList, next: page.nextToken };
  });
  return summaries.flatMap(({ jobId }) => (jobId === undefined ? [] : [jobId]));
}

async function described(aws: Aws, jobs: readonly string[], signal: AbortSignal): Promise<readonly JobDetail[]> {
  const answer = await aws.batch.send(new DescribeJobsCommand({ jobs: [...jobs] }), { abortSignal: signal });
  return answer.jobs ?? [];
}

function observed(detail: JobDetail): JobObserved {
  const last = detail.attempts?.at(-1)?.container;
  const { container } = detail;
  return {
    jobId: detail.jobId ?? '',
    jobArn: detail.jobArn ?? '',
    status: detail.status ?? 'UNKNOWN',
    statusReason: detail.statusReason,
    hash: detail.tags?.[tagKeys.hash],
    tags: detail.tags ?? {},
    exitCode: container?.exitCode ?? last?.exitCode,
    reason: container?.reason ?? last?.reason,
    logStreamName: container?.logStreamName ?? last?.logStreamName,
    attempts: detail.attempts?.length ?? 0,
    createdAt: detail.createdAt,
    startedAt: detail.startedAt,
    stoppedAt: detail.stoppedAt,
    stopping: detail.isCancelled === true || detail.isTerminated === true,
  };
}

function remembered(finished: JsonObject): JobObserved {
  return finished as unknown as JobObserved;
}

/** What to remember of a job: its id, and everything once it is finished. */
export function memoOf(seen: JobObserved): JobMemo {
  if (!isFinished(seen.status)) return { jobId: seen.jobId };
  return { jobId: seen.jobId, finished: JSON.parse(JSON.stringify(seen)) as JsonObject };
}
