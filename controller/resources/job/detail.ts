import type { AttemptDetail, EksAttemptDetail, JobDetail } from '@aws-sdk/client-batch';
import { defined } from '../../model/json.ts';
import { tagKeys } from '../../model/ownership.ts';
import { type Attempt, type ContainerEnd, hasStarted, type JobObserved } from './shape.ts';

interface Ended {
  readonly name?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
  readonly logStreamName?: string | undefined;
}

/**
 * What matters of DescribeJobs, whatever the shape of the job: one container, a task or a pod of several. What is not
 * known to us is passed over. `main`: the detail of the main node, which is where a multi-node job tells how it went.
 */
export function observed(detail: JobDetail, main: JobDetail = detail): JobObserved {
  const containers = containersOf(main);
  const attempts = attemptsOf(main);
  const { arrayProperties: array, status = 'UNKNOWN' } = detail;
  return {
    jobId: detail.jobId ?? '',
    jobArn: detail.jobArn ?? '',
    status,
    statusReason: detail.statusReason,
    hash: detail.tags?.[tagKeys.hash],
    tags: detail.tags ?? {},
    container: telling(containers) ?? attempts.at(-1),
    containers,
    attempts,
    array: array?.size === undefined ? undefined : { size: array.size, statusSummary: array.statusSummary ?? {} },
    createdAt: detail.createdAt,
    startedAt: detail.startedAt,
    stoppedAt: detail.stoppedAt,
    // A cancellation that came when the job had started already comes to nothing.
    stopping: detail.isTerminated === true || (detail.isCancelled === true && !hasStarted(status)),
  };
}

function containersOf({ container, ecsProperties, eksProperties }: JobDetail): readonly ContainerEnd[] {
  const tasks = (ecsProperties?.taskProperties ?? []).flatMap(task => task.containers ?? []);
  const pod = eksProperties?.podProperties;
  return ends([
    ...(container ? [{ ...container, name: undefined }] : []),
    ...tasks,
    ...(pod?.initContainers ?? []),
    ...(pod?.containers ?? []),
  ]);
}

function attemptsOf({ attempts = [], eksAttempts = [] }: JobDetail): readonly Attempt[] {
  return [...attempts.map(attempt), ...eksAttempts.map(podAttempt)];
}

function attempt({ container, taskProperties = [], ...rest }: AttemptDetail): Attempt {
  const tasks = taskProperties.flatMap(task => task.containers ?? []);
  return ended(ends([...(container ? [container] : []), ...tasks]), rest);
}

function podAttempt({ containers = [], initContainers = [], ...rest }: EksAttemptDetail): Attempt {
  return ended(ends([...initContainers, ...containers]), rest);
}

function ended(
  containers: readonly ContainerEnd[],
  { statusReason, startedAt, stoppedAt }: Pick<AttemptDetail, 'statusReason' | 'startedAt' | 'stoppedAt'>,
): Attempt {
  const { name: _, ...told } = telling(containers) ?? {};
  return defined({ ...told, statusReason, startedAt, stoppedAt });
}

function ends(containers: readonly Ended[]): readonly ContainerEnd[] {
  return containers.map(({ name, exitCode, reason, logStreamName }) =>
    defined({ name, exitCode, reason, logStreamName }),
  );
}

/** The container that tells most: one that failed or never began, else the first that says anything. */
function telling(containers: readonly ContainerEnd[]): ContainerEnd | undefined {
  const failed = containers.find(({ exitCode, reason }) => (exitCode ?? 0) !== 0 || (exitCode === undefined && reason));
  return failed ?? containers.find(one => Object.keys(one).some(member => member !== 'name'));
}
