import { DescribeJobsCommand, type JobDetail, ListJobsCommand } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import { ownership, tagKeys } from '../../model/ownership.ts';
import { allComputeEnvironments } from '../compute-environment/read.ts';
import { allJobQueues } from '../job-queue/read.ts';
import type { Sought } from '../resource.ts';
import { observed } from './detail.ts';
import { hasStarted, isFinished, type JobMemo, type JobObserved, type JobWant, releasedTag } from './shape.ts';
import { waiting } from './waiting.ts';

/**
 * A finished job comes from memory. A job whose id is known is described, a hundred per call; one that AWS does not
 * show is still there, so that it is not submitted again. One that may have been submitted without our hearing of it is
 * looked for by its name in its queue, and known by its tags.
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
    const { jobId, finished } = memoIn(item);
    // On its way out a job is asked for once more: its tags say whether it has been let go.
    if (isObject(finished) && item.want !== undefined) found.set(item.id, remembered(finished as JsonObject));
    else if (typeof jobId === 'string') ids.set(jobId, item);
    else for (const listed of await named(aws, item, signal)) ids.set(listed, item);
  }
  const details = await described(aws, [...ids.keys()], signal);
  const mains = await mainNodes(aws, details, signal);
  for (const detail of details) {
    const item = ids.get(detail.jobId ?? '');
    if (!item || !isOurs(detail, item)) continue;
    const seen = { ...observed(detail, mains.get(detail.jobId ?? '')), waiting: await whyWaiting(aws, detail, item) };
    found.set(item.id, newer(found.get(item.id), seen));
  }
  for (const item of ids.values()) {
    const memo = memoIn(item);
    if (!found.has(item.id) && memo.jobId !== undefined && item.want !== undefined)
      found.set(item.id, notShown(memo as JobMemo, item.want as JobWant));
  }
  return found;
}

function memoIn({ memo }: Sought): Partial<JobMemo> {
  return (memo ?? {}) as Partial<JobMemo>;
}

/** A job that we know to have been submitted, and that AWS does not show: not yet, or no longer. */
function notShown({ jobId, jobArn = '', status, hash }: JobMemo, want: JobWant): JobObserved {
  const known = hash ?? want.hash;
  const tags = { ...want.tags, [tagKeys.hash]: known };
  return { jobId, jobArn, status: status === undefined ? 'UNSEEN' : 'FORGOTTEN', hash: known, tags };
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
  const answers = chunks(jobs, 100).map(some =>
    aws.batch.send(new DescribeJobsCommand({ jobs: [...some] }), { abortSignal: signal }),
  );
  return (await Promise.all(answers)).flatMap(answer => answer.jobs ?? []);
}

/** The main nodes of multi-node jobs that have started, by the id of the job: they tell how it went. */
async function mainNodes(
  aws: Aws,
  details: readonly JobDetail[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JobDetail>> {
  const ids = new Map<string, string>(
    details.flatMap(({ jobId = '', status = '', nodeProperties }) =>
      nodeProperties && hasStarted(status) ? [[`${jobId}#${nodeProperties.mainNode ?? 0}`, jobId] as const] : [],
    ),
  );
  const nodes = await described(aws, [...ids.keys()], signal);
  return new Map(nodes.map(node => [ids.get(node.jobId ?? '') ?? '', node]));
}

/** Asked only of a job that waited in RUNNABLE the last time, too: most move on by themselves. */
async function whyWaiting(aws: Aws, detail: JobDetail, item: Sought): Promise<string | undefined> {
  if (detail.status !== 'RUNNABLE') return undefined;
  if (detail.statusReason || memoIn(item).status !== 'RUNNABLE') return waiting(detail, undefined, []);
  const [queues, environments] = await Promise.all([allJobQueues(aws), allComputeEnvironments(aws)]);
  const queue = queues.find(
    ({ jobQueueArn, jobQueueName }) => jobQueueArn === detail.jobQueue || jobQueueName === detail.jobQueue,
  );
  return waiting(detail, queue, environments);
}

function remembered(finished: JsonObject): JobObserved {
  return finished as unknown as JobObserved;
}

/** What to remember of a job: its id and how it stands, and everything once it is finished. */
export function memoOf(seen: JobObserved, earlier: JobMemo | undefined): JobMemo | undefined {
  const { jobId, jobArn, status, hash } = seen;
  if (status === 'UNSEEN' || status === 'FORGOTTEN') return earlier;
  const known = { jobId, jobArn, status, ...(hash === undefined ? {} : { hash }) };
  if (!isFinished(status)) return known;
  return { ...known, finished: JSON.parse(JSON.stringify(seen)) as JsonObject };
}
