import type {
  ComputeEnvironmentOrder,
  CreateJobQueueRequest,
  CreateJobQueueResponse,
  DeleteJobQueueRequest,
  DescribeJobQueuesRequest,
  DescribeJobQueuesResponse,
  UpdateJobQueueRequest,
  UpdateJobQueueResponse,
} from '@aws-sdk/client-batch';
import type { Request } from '../operation.ts';
import { clientException } from '../service.ts';
import type { View } from '../table.ts';
import { latest } from '../table.ts';
import type { World } from '../world.ts';
import { batchArn, batchName } from './arns.ts';
import type { JobQueue } from './batch.ts';
import { alive, isBusy } from './compute-environments.ts';
import { batchPage, limitNames } from './describe.ts';
import { orderedEnvironments, queueCreationRules, queueRules, queueTypeOf } from './job-queue-rules.ts';
import { startJobs, terminateJobsOf } from './job-run.ts';
import { refuse, upper } from './refuse.ts';
import { reordered } from './reordered.ts';

const quota = 50;
const healthyReason = 'JobQueue Healthy';

/** CreateJobQueue. */
export function createJobQueue({ world, input }: Request<CreateJobQueueRequest>): CreateJobQueueResponse {
  refuse(world, queueCreationRules, input);
  const { jobQueues } = world.batch;
  const name = input.jobQueueName ?? '';
  if (alive(jobQueues.get(name))) throw clientException('Object already exists', 409);
  if (jobQueues.values().filter(alive).length >= quota) {
    throw clientException(`You have reached the maximum number of job queues: ${quota}.`);
  }
  refuse(world, queueRules, { world, sent: input, before: undefined });
  const [first] = orderedEnvironments({ world, sent: input });
  const jobQueueType = input.jobQueueType ?? (first && queueTypeOf(first));
  const queue: JobQueue = {
    ...input,
    jobQueueName: name,
    jobQueueArn: batchArn(world.account, 'job-queue', name),
    state: upper(input.state ?? 'ENABLED'),
    priority: input.priority,
    status: 'CREATING',
    statusReason: '',
    computeEnvironmentOrder: described(world, input.computeEnvironmentOrder),
    serviceEnvironmentOrder: input.serviceEnvironmentOrder ?? [],
    jobStateTimeLimitActions: input.jobStateTimeLimitActions ?? [],
    ...(jobQueueType === undefined ? {} : { jobQueueType }),
    tags: input.tags ?? {},
  };
  jobQueues.set(name, queue);
  finishLater(world, queue, world.durations.createJobQueue);
  return { jobQueueName: name, jobQueueArn: queue.jobQueueArn };
}

/** Names become ARNs; the order of the answer is by `order`. */
function described(
  world: World,
  order: readonly ComputeEnvironmentOrder[] | undefined,
): JobQueue['computeEnvironmentOrder'] {
  return (order ?? [])
    .map(({ order: place = 0, computeEnvironment }) => ({
      order: place,
      computeEnvironment: batchArn(
        world.account,
        'compute-environment',
        batchName(world.account, 'compute-environment', computeEnvironment),
      ),
    }))
    .sort((a, b) => a.order - b.order);
}

function finishLater(world: World, { jobQueueName, jobQueueArn }: JobQueue, ms: number): void {
  const turn = world.batch.nextTurn(jobQueueArn);
  world.agenda.after(ms, () => {
    const { jobQueues } = world.batch;
    const queue = jobQueues.get(jobQueueName);
    if (queue === undefined || !['CREATING', 'UPDATING'].includes(queue.status ?? '')) return;
    if (!world.batch.isTurn(jobQueueArn, turn)) return;
    const lost = lostEnvironment(world, queue) ?? lostPolicy(world, queue);
    jobQueues.set(jobQueueName, {
      ...queue,
      status: lost === undefined ? 'VALID' : 'INVALID',
      statusReason: lost === undefined ? healthyReason : `CLIENT_ERROR - ${lost} does not exist`,
    });
    startJobs(world);
  });
}

function lostEnvironment(world: World, { computeEnvironmentOrder }: JobQueue): string | undefined {
  return computeEnvironmentOrder
    .map(({ computeEnvironment }) => computeEnvironment)
    .find(arn => !alive(world.batch.computeEnvironments.get(batchName(world.account, 'compute-environment', arn))));
}

function lostPolicy(world: World, { schedulingPolicyArn }: JobQueue): string | undefined {
  if (schedulingPolicyArn === undefined) return undefined;
  return world.batch.schedulingPolicies.get(schedulingPolicyArn) === undefined ? schedulingPolicyArn : undefined;
}

/** DescribeJobQueues. */
export function describeJobQueues({
  world,
  input,
  view,
}: Request<DescribeJobQueuesRequest>): DescribeJobQueuesResponse {
  limitNames('jobQueues', input.jobQueues, input);
  const wanted = input.jobQueues?.map(reference => batchName(world.account, 'job-queue', reference));
  const found = world.batch.jobQueues.values(view).filter(({ jobQueueName }) => wanted?.includes(jobQueueName) ?? true);
  const cut = batchPage(world, 'DescribeJobQueues', found, one => one.jobQueueName, input);
  return { jobQueues: [...reordered(world, cut.items)], nextToken: cut.nextToken };
}

/** The queue of a name or ARN; missing is the caller's mistake. */
export function existingJobQueue(world: World, reference: string | undefined, view: View = latest): JobQueue {
  const name = batchName(world.account, 'job-queue', reference);
  const queue = world.batch.jobQueues.get(name, view);
  if (!alive(queue)) {
    const arn = reference?.startsWith('arn:') ? reference : batchArn(world.account, 'job-queue', name);
    throw clientException(`${arn} does not exist`);
  }
  return queue;
}

/** UpdateJobQueue. */
export function updateJobQueue({ world, input }: Request<UpdateJobQueueRequest>): UpdateJobQueueResponse {
  const before = existingJobQueue(world, input.jobQueue);
  if (isBusy(before)) throw clientException('Cannot update, resource is being modified.');
  refuse(world, queueRules, { world, sent: input, before });
  const { jobQueue: _, computeEnvironmentOrder, state, ...fields } = input;
  const after: JobQueue = {
    ...before,
    ...fields,
    priority: input.priority ?? before.priority,
    status: 'UPDATING',
    state: state === undefined ? before.state : upper(state),
    computeEnvironmentOrder:
      computeEnvironmentOrder === undefined
        ? before.computeEnvironmentOrder
        : described(world, computeEnvironmentOrder),
  };
  world.batch.jobQueues.set(before.jobQueueName, after);
  finishLater(world, after, world.durations.updateJobQueue);
  return { jobQueueName: after.jobQueueName, jobQueueArn: after.jobQueueArn };
}

/** DeleteJobQueue. */
export function deleteJobQueue({ world, input }: Request<DeleteJobQueueRequest>): void {
  const queue = existingJobQueue(world, input.jobQueue);
  if (isBusy(queue)) throw clientException('Cannot delete, resource is being modified.');
  if (queue.state !== 'DISABLED') {
    throw clientException('Cannot delete an enabled job queue, set the state to DISABLED first.');
  }
  const { jobQueues } = world.batch;
  jobQueues.set(queue.jobQueueName, { ...queue, status: 'DELETING' });
  const ms = terminateJobsOf(world, queue, 'Job queue deleted');
  world.agenda.after(Math.max(world.durations.deleteJobQueue, ms), () => vanish(world, queue));
}

function vanish(world: World, { jobQueueName }: JobQueue): void {
  const { jobQueues } = world.batch;
  const queue = jobQueues.get(jobQueueName);
  if (queue?.status !== 'DELETING') return;
  jobQueues.set(jobQueueName, { ...queue, status: 'DELETED' });
  world.agenda.after(world.durations.lingerDeleted, () => {
    if (jobQueues.get(jobQueueName)?.status === 'DELETED') jobQueues.delete(jobQueueName);
  });
}
