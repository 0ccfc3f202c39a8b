import type { World } from '../world.ts';
import type { Job, JobQueue } from './batch.ts';

/** Notes that a job is RUNNABLE from now on; what comes with the time limits of its queue is looked at when they are up. */
export function nowRunnable(world: World, { jobId, jobQueue }: Job, look: () => void): void {
  world.batch.runnableSince.set(jobId, world.agenda.now());
  for (const { maxTimeSeconds = 0 } of queueOf(world, jobQueue)?.jobStateTimeLimitActions ?? []) {
    world.agenda.after(maxTimeSeconds * 1_000, look);
  }
}

/** The jobs at the head of their queues that were RUNNABLE for longer than a time limit lets them, with its reason. */
export function overdueHeads(world: World): { readonly jobId: string; readonly reason: string }[] {
  const runnable = world.batch.jobs.values().filter(({ status }) => status === 'RUNNABLE');
  return world.batch.jobQueues.values().flatMap(queue => {
    const head = runnable.find(({ jobQueue }) => jobQueue === queue.jobQueueArn);
    if (head === undefined) return [];
    const waited = world.agenda.now() - (world.batch.runnableSince.get(head.jobId) ?? world.agenda.now());
    const action = queue.jobStateTimeLimitActions?.find(one => waited >= (one.maxTimeSeconds ?? 0) * 1_000);
    return action === undefined ? [] : [{ jobId: head.jobId, reason: action.reason ?? '' }];
  });
}

function queueOf(world: World, arn: string | undefined): JobQueue | undefined {
  return world.batch.jobQueues.values().find(({ jobQueueArn }) => jobQueueArn === arn);
}
