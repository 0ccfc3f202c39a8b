import type { ComputeEnvironment, JobQueue } from '../simulated-aws/batch/batch.ts';
import { object } from './example.ts';
import { second, type World } from './world.ts';

/** What every object says that is as declared. */
export const allReady = 'True Reconciled: AWS is as declared';

type Members = Readonly<Record<string, unknown>>;

const network = { subnets: ['subnet-1'], securityGroupIds: ['sg-1'] };

/** Members of a compute environment on EC2, with some of its resources as given. */
export function onEc2(resources: Members = {}, more: Members = {}): Members {
  return { name: 'main', computeResources: { type: 'EC2', maxvCpus: 16, ...network, ...resources }, ...more };
}

/** Members of a compute environment on Fargate. */
export function onFargate(resources: Members = {}, more: Members = {}): Members {
  return onEc2({ type: 'FARGATE', ...resources }, more);
}

/** The BatchEnvironment `blog` with compute environments, and a queue `main` on them unless others are given. */
export function environment(computeEnvironments: readonly Members[], spec: Members = {}) {
  const computeEnvironmentOrder = computeEnvironments.map(({ name }, order) => ({ order, computeEnvironment: name }));
  const jobQueues = computeEnvironments.length > 0 ? [{ name: 'main', computeEnvironmentOrder }] : [];
  return object('BatchEnvironment', 'blog', { computeEnvironments, jobQueues, ...spec });
}

/** Applies an object and lets everything come to rest. */
export async function settled(world: World, draft: ReturnType<typeof environment>): Promise<void> {
  await world.apply(draft);
  await world.settle(4 * 60 * 60 * second);
}

/** The compute environments that are not gone. */
export function computeEnvironments({ aws }: World): readonly ComputeEnvironment[] {
  return aws.batch.computeEnvironments.values().filter(({ status }) => status !== 'DELETED');
}

/** The names of the compute environments that are not gone. */
export function names(world: World): readonly string[] {
  return computeEnvironments(world).map(({ computeEnvironmentName }) => computeEnvironmentName);
}

/** The compute environments that a queue names, by name. */
export function usedBy({ aws }: World, queue: string): readonly string[] {
  const { computeEnvironmentOrder = [] } = aws.batch.jobQueues.get(queue) ?? {};
  return computeEnvironmentOrder.map(({ computeEnvironment }) => String(computeEnvironment).split('/').at(-1) ?? '');
}

/**
 * Notes every call, and everything that time brings, at which a queue had no compute environment on which its jobs could
 * start: one that is ENABLED and in one of these statuses.
 */
export function watchCapacity(world: World, statuses: readonly string[] = ['VALID', 'UPDATING']): readonly string[] {
  const gaps: string[] = [];
  const check = (queue: JobQueue) => {
    const used = usedBy(world, queue.jobQueueName);
    const usable = computeEnvironments(world).some(
      ({ computeEnvironmentName, state, status }) =>
        used.includes(computeEnvironmentName) && state === 'ENABLED' && statuses.includes(status ?? ''),
    );
    if (!usable) gaps.push(`${queue.jobQueueName} on ${used.join(', ')}`);
  };
  const look = () => {
    for (const queue of world.aws.batch.jobQueues.values())
      if (queue.state === 'ENABLED' && queue.status !== 'DELETED') check(queue);
  };
  world.aws.onCall(look);
  world.clock.onTick(look);
  return gaps;
}
