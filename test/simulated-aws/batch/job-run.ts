import type { JobStatus } from '@aws-sdk/client-batch';
import type { World } from '../world.ts';
import { batchName } from './arns.ts';
import type { Job, JobQueue } from './batch.ts';
import type { JobPlan } from './job-plan.ts';

const finals: readonly (JobStatus | undefined)[] = ['SUCCEEDED', 'FAILED'];

/** Moves a job on if it still stands where it is expected; the answer is the job, or nothing. */
export function move(world: World, jobId: string, from: readonly JobStatus[], change: Partial<Job>): Job | undefined {
  const job = world.batch.jobs.get(jobId);
  if (job === undefined || !from.includes(job.status ?? 'FAILED')) return undefined;
  return world.batch.jobs.edit(jobId, change);
}

/** Makes a submitted job RUNNABLE. */
export function becomeRunnable(world: World, jobId: string): void {
  if (move(world, jobId, ['SUBMITTED', 'PENDING'], { status: 'RUNNABLE' })) startJobs(world);
}

/** Starts every RUNNABLE job whose plan and queue let it. */
export function startJobs(world: World): void {
  for (const job of world.batch.jobs.values()) {
    if (job.status !== 'RUNNABLE' || !hasCapacity(world, job)) continue;
    const plan = world.batch.plan(job);
    if (plan.outcome === 'waits') continue;
    world.batch.jobs.edit(job.jobId, { status: 'STARTING' });
    world.agenda.after(world.durations.jobStep, () => run(world, job.jobId, plan));
  }
}

function hasCapacity(world: World, job: Job): boolean {
  const queue = world.batch.jobQueues.get(batchName(world.account, 'job-queue', job.jobQueue));
  return (queue?.computeEnvironmentOrder ?? []).some(({ computeEnvironment }) => {
    const name = batchName(world.account, 'compute-environment', computeEnvironment);
    const environment = world.batch.computeEnvironments.get(name);
    return environment?.state === 'ENABLED' && ['VALID', 'UPDATING'].includes(environment.status ?? '');
  });
}

function run(world: World, jobId: string, plan: Exclude<JobPlan, { outcome: 'waits' }>): void {
  if (plan.outcome === 'fails' && plan.inStarting) {
    end(world, jobId, 'FAILED', plan.reason ?? 'CannotPullContainerError', undefined);
    return;
  }
  if (!move(world, jobId, ['STARTING'], { status: 'RUNNING', startedAt: world.agenda.now() })) return;
  world.agenda.after(plan.runsForMs ?? world.durations.jobRun, () => {
    if (plan.outcome === 'succeeds') end(world, jobId, 'SUCCEEDED', undefined, 0);
    else end(world, jobId, 'FAILED', plan.reason, plan.exitCode ?? 1);
  });
}

function end(
  world: World,
  jobId: string,
  status: 'SUCCEEDED' | 'FAILED',
  reason: string | undefined,
  exitCode: number | undefined,
): void {
  const job = world.batch.jobs.get(jobId);
  if (job === undefined || !['STARTING', 'RUNNING'].includes(job.status ?? '')) return;
  const outcome = { ...(reason === undefined ? {} : { reason }), ...(exitCode === undefined ? {} : { exitCode }) };
  world.batch.jobs.set(jobId, {
    ...job,
    status,
    stoppedAt: world.agenda.now(),
    statusReason: exitCode === undefined ? 'Task failed to start' : 'Essential container in task exited',
    container: { ...job.container, ...outcome },
    attempts: [
      ...(job.attempts ?? []),
      { container: outcome, startedAt: job.startedAt, stoppedAt: world.agenda.now() },
    ],
  });
}

/** Ends all jobs of a queue that is being deleted. */
export function terminateJobsOf(world: World, { jobQueueArn }: JobQueue, reason: string): void {
  for (const job of world.batch.jobs.values()) {
    if (job.jobQueue !== jobQueueArn || finals.includes(job.status)) continue;
    world.batch.jobs.edit(job.jobId, { status: 'FAILED', statusReason: reason, stoppedAt: world.agenda.now() });
  }
}
