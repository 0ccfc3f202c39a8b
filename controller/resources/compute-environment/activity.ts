import {
  DescribeJobsCommand,
  type JobDetail,
  type JobStatus,
  type JobSummary,
  ListJobsCommand,
} from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import { unlessAbsent } from '../absence.ts';
import type { Activity } from './shape.ts';

const under: readonly JobStatus[] = ['STARTING', 'RUNNING'];

/**
 * The jobs of some queues that are on the ECS cluster of a compute environment. Batch does not say where a job runs, but
 * the ARN of its task names the cluster.
 */
export async function activity(
  aws: Aws,
  ecsClusterArn: string | undefined,
  jobQueues: readonly string[],
  signal: AbortSignal,
): Promise<Activity> {
  const cluster = ecsClusterArn?.split('/').at(-1);
  const ids = (await Promise.all(jobQueues.map(jobQueue => underWay(aws, jobQueue, signal)))).flat();
  const jobs = await described(aws, [...new Set(ids)], signal);
  const places = jobs.map(job => ({ id: job.jobId ?? '', clusters: clustersOf(job) }));
  return {
    jobs: places.filter(({ clusters }) => cluster !== undefined && clusters.includes(cluster)).map(({ id }) => id),
    unplaced: places.filter(({ clusters }) => clusters.length === 0).length,
  };
}

async function underWay(aws: Aws, jobQueue: string, signal: AbortSignal): Promise<readonly string[]> {
  const list = (jobStatus: JobStatus) => listed(aws, { jobQueue, jobStatus }, signal);
  const [pending, ...begun] = await Promise.all([list('PENDING'), ...under.map(list)]);
  const jobs = begun.flat();
  // The parent of an array job is nowhere itself, and PENDING while its children run.
  const parents = [...(pending ?? []), ...jobs].filter(({ arrayProperties }) => arrayProperties?.size !== undefined);
  const children = await Promise.all(
    parents.flatMap(({ jobId }) => under.map(jobStatus => listed(aws, { arrayJobId: jobId, jobStatus }, signal))),
  );
  const single = jobs.filter(job => !parents.includes(job));
  return [...single, ...children.flat()].flatMap(({ jobId }) => jobId ?? []);
}

/** The jobs of a queue or an array in one status; none when the queue is not there any more. */
export async function listed(
  aws: Aws,
  selector: {
    readonly jobQueue?: string;
    readonly arrayJobId?: string | undefined;
    readonly jobStatus: JobStatus;
  },
  signal: AbortSignal,
): Promise<readonly JobSummary[]> {
  const found = await unlessAbsent(
    allPages(async nextToken => {
      const page = await aws.batch.send(new ListJobsCommand({ ...selector, nextToken }), { abortSignal: signal });
      return { items: page.jobSummaryList, next: page.nextToken };
    }),
  );
  return found ?? [];
}

async function described(aws: Aws, ids: readonly string[], signal: AbortSignal): Promise<readonly JobDetail[]> {
  const answers = await Promise.all(
    chunks(ids, 100).map(jobs => aws.batch.send(new DescribeJobsCommand({ jobs: [...jobs] }), { abortSignal: signal })),
  );
  return answers
    .flatMap(({ jobs }) => jobs ?? [])
    .filter(({ status }) => status === 'STARTING' || status === 'RUNNING');
}

/** `arn:…:task/CLUSTER/ID`. */
function clustersOf({ container, ecsProperties }: JobDetail): readonly string[] {
  const tasks = [container?.taskArn, ...(ecsProperties?.taskProperties ?? []).map(({ taskArn }) => taskArn)];
  return tasks.flatMap(task => task?.split(':task/')[1]?.split('/').slice(0, -1) ?? []);
}
