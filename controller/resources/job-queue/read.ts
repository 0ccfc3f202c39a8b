import { DescribeJobQueuesCommand, type JobQueueDetail } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import type { Sought } from '../resource.ts';
import type { JobQueueObserved } from './shape.ts';

/** Every job queue there is, from a snapshot that all passes share; those already DELETED are left out. */
export async function allJobQueues(aws: Aws): Promise<readonly JobQueueDetail[]> {
  const details = await aws.shared('job queues', shared => described(aws, undefined, shared));
  return details.filter(({ status }) => status !== 'DELETED');
}

/** Glance: all queues for everybody. Exact: the sought ones by name, a hundred per call. */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JobQueueObserved>> {
  const names = sought.map(({ name }) => name);
  const details = exact
    ? (await Promise.all(chunks(names, 100).map(some => described(aws, [...some], signal)))).flat()
    : await allJobQueues(aws);
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
    jobQueueType: detail.jobQueueType,
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
