import { type ComputeEnvironmentDetail, DescribeComputeEnvironmentsCommand } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import { ownership, tagKeys } from '../../model/ownership.ts';
import { allJobQueues } from '../job-queue/read.ts';
import type { Predecessor, Sought } from '../resource.ts';
import { activity } from './activity.ts';
import { type DrainMemo, memoOf } from './drain.ts';
import {
  type ComputeEnvironmentObserved,
  type ComputeEnvironmentWant,
  imageRefreshTag,
  isServiceLinked,
} from './shape.ts';

/**
 * Glance: all of them, one page per hundred, for everybody. Exact: the sought ones by name, a hundred per call; of those
 * that are no longer declared also which queues name them, and, as they drain, what is on them.
 */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ComputeEnvironmentObserved>> {
  const names = sought.map(({ name }) => name);
  const details = exact
    ? (await Promise.all(chunks(names, 100).map(some => described(aws, [...some], signal)))).flat()
    : await allComputeEnvironments(aws);
  const byName = new Map(details.map(detail => [detail.computeEnvironmentName, detail]));
  const found = sought.flatMap(item => {
    const detail = byName.get(item.name);
    return detail === undefined || detail.status === 'DELETED' ? [] : [{ item, seen: observed(detail) }];
  });
  const entries = await Promise.all(
    found.map(async ({ item, seen }) => [item.id, exact ? await closer(aws, item, seen, signal) : seen] as const),
  );
  return new Map(entries);
}

/**
 * Those that carry the tags of a sought one, down to its id, and a name that differs in nothing but the hash at its end:
 * tags alone could have been copied by people.
 */
export async function predecessors(aws: Aws, sought: readonly Sought[]): Promise<readonly Predecessor[]> {
  const all = await allComputeEnvironments(aws);
  return sought.flatMap(item =>
    all
      .filter(detail => isPredecessor(item, detail))
      .map(({ computeEnvironmentName: name = '' }) => ({
        id: item.id,
        name,
        memo: memoOf(item.want as ComputeEnvironmentWant),
      })),
  );
}

function isPredecessor(
  { id, name, owner }: Sought,
  { computeEnvironmentName = '', status, tags = {} }: ComputeEnvironmentDetail,
): boolean {
  const [stem, older] = [name, computeEnvironmentName].map(whole => hashed.exec(whole)?.[1]);
  return (
    computeEnvironmentName !== name &&
    stem !== undefined &&
    stem === older &&
    ownership(tags, owner).whose === 'ours' &&
    tags[tagKeys.resource] === id &&
    status !== 'DELETED'
  );
}

/** A generated name. */
const hashed = /^(.+)-[0-9a-f]{8}$/;

/** Every compute environment there is, from a snapshot that all passes share. */
export function allComputeEnvironments(aws: Aws): Promise<readonly ComputeEnvironmentDetail[]> {
  return aws.shared('compute environments', shared => described(aws, undefined, shared));
}

function described(
  aws: Aws,
  computeEnvironments: string[] | undefined,
  signal: AbortSignal,
): Promise<readonly ComputeEnvironmentDetail[]> {
  return allPages(async nextToken => {
    const page = await aws.batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments, nextToken }), {
      abortSignal: signal,
    });
    return { items: page.computeEnvironments, next: page.nextToken };
  });
}

/** What decides whether one that is no longer declared may go. */
async function closer(
  aws: Aws,
  { manner, memo }: Sought,
  seen: ComputeEnvironmentObserved,
  signal: AbortSignal,
): Promise<ComputeEnvironmentObserved> {
  if (manner === undefined || (seen.status !== 'VALID' && seen.status !== 'INVALID')) return seen;
  const namedBy = (await allJobQueues(aws))
    .filter(({ computeEnvironmentOrder = [] }) =>
      computeEnvironmentOrder.some(({ computeEnvironment }) => computeEnvironment === seen.computeEnvironmentArn),
    )
    .map(({ jobQueueName = '' }) => jobQueueName);
  const { jobQueues = [], drainingSince } = (memo ?? {}) as DrainMemo;
  const silent = seen.computeResources?.desiredvCpus === undefined;
  if (manner !== 'drain' || drainingSince === undefined || !silent) return { ...seen, namedBy };
  return { ...seen, namedBy, activity: await activity(aws, seen.ecsClusterArn, jobQueues, signal) };
}

function observed(detail: ComputeEnvironmentDetail): ComputeEnvironmentObserved {
  const { computeResources, serviceRole, tags = {} } = detail;
  const refreshed = tags[imageRefreshTag];
  return {
    computeEnvironmentName: detail.computeEnvironmentName ?? '',
    computeEnvironmentArn: detail.computeEnvironmentArn ?? '',
    type: detail.type?.toUpperCase(),
    state: detail.state ?? 'ENABLED',
    status: detail.status ?? 'UNKNOWN',
    statusReason: detail.statusReason,
    serviceRole: serviceRole === undefined || isServiceLinked(serviceRole) ? undefined : serviceRole,
    unmanagedvCpus: detail.unmanagedvCpus,
    eksConfiguration: detail.eksConfiguration,
    ecsSettings: detail.ecsSettings,
    computeResources: computeResources && {
      ...computeResources,
      ...(computeResources.type ? { type: computeResources.type.toUpperCase() as 'EC2' } : {}),
    },
    updatePolicy: detail.updatePolicy,
    imageRefresh: refreshed === undefined ? undefined : Number(refreshed),
    ecsClusterArn: detail.ecsClusterArn,
    tags,
  };
}
