import type { AttemptDetail, EvaluateOnExit, JobStatus } from '@aws-sdk/client-batch';
import type { World } from '../world.ts';
import { batchName } from './arns.ts';
import type { ComputeEnvironment, Job, JobQueue } from './batch.ts';
import { scaled } from './compute-environment-detail.ts';
import { missingCredential } from './job-credentials.ts';
import type { Remains } from './job-detail.ts';
import { withRemains } from './job-detail.ts';
import { nowRunnable, overdueHeads } from './job-limits.ts';
import type { JobPlan } from './job-plan.ts';

type Started = Exclude<JobPlan, { outcome: 'waits' }>;

/** How one attempt of a job ended. */
interface Ending {
  readonly succeeded: boolean;
  readonly statusReason: string;
  /** The container's own reason and exit code; neither when it never ran. */
  readonly reason?: string | undefined;
  readonly exitCode?: number | undefined;
}

/** How jobs end. */
export const finals: readonly (JobStatus | undefined)[] = ['SUCCEEDED', 'FAILED'];

/** Moves a job on if it still stands where it is expected; the answer is the job, or nothing. */
export function move(world: World, jobId: string, from: readonly JobStatus[], change: Partial<Job>): Job | undefined {
  const job = world.batch.jobs.get(jobId);
  if (job === undefined || !from.includes(job.status ?? 'FAILED')) return undefined;
  return world.batch.jobs.edit(jobId, change);
}

/** Moves a submitted job on: PENDING while it depends on others, RUNNABLE otherwise. */
export function release(world: World, jobId: string): void {
  const dependencies = world.batch.jobs.get(jobId)?.dependsOn ?? [];
  const statuses = dependencies.map(one => world.batch.jobs.get(one.jobId ?? '')?.status);
  if (statuses.includes('FAILED')) {
    const statusReason = 'Dependent Job failed';
    move(world, jobId, ['SUBMITTED', 'PENDING'], { status: 'FAILED', statusReason, stoppedAt: world.agenda.now() });
    return;
  }
  if (statuses.some(status => status !== undefined && status !== 'SUCCEEDED')) {
    move(world, jobId, ['SUBMITTED'], { status: 'PENDING' });
    return;
  }
  const job = move(world, jobId, ['SUBMITTED', 'PENDING'], { status: 'RUNNABLE' });
  if (job === undefined) return;
  nowRunnable(world, job, () => cancelOverdue(world));
  startJobs(world);
}

/** Cancels what a time limit of its queue says, one head after the other. */
function cancelOverdue(world: World): void {
  for (const { jobId, reason } of overdueHeads(world)) {
    const cancelled = { status: 'FAILED', statusReason: reason, stoppedAt: world.agenda.now() } as const;
    if (move(world, jobId, ['RUNNABLE'], cancelled)) leave(world, jobId);
  }
}

/** Starts every RUNNABLE job whose plan, queue and compute environments let it. */
export function startJobs(world: World): void {
  for (const job of world.batch.jobs.values()) {
    if (job.status !== 'RUNNABLE') continue;
    const environment = roomFor(world, job);
    if (environment === undefined) continue;
    const plan = world.batch.plan(job);
    if (plan.outcome === 'waits') continue;
    place(world, job, environment);
    const taskArn = taskArnOn(environment, job);
    const container = job.container && taskArn ? { container: { ...job.container, taskArn } } : {};
    world.batch.jobs.edit(job.jobId, { status: 'STARTING', ...container });
    const attempt = (job.attempts ?? []).length;
    world.agenda.after(world.durations.jobStep, () => run(world, job.jobId, attempt, plan));
  }
  cancelOverdue(world);
}

/** The ECS task of a job, on the cluster of the compute environment; there is none on EKS. */
function taskArnOn({ ecsClusterArn, containerOrchestrationType }: ComputeEnvironment, { jobId }: Job) {
  return containerOrchestrationType === 'EKS' ? undefined : `${ecsClusterArn?.replace(':cluster/', ':task/')}/${jobId}`;
}

function vcpusOf({ container }: Job): number {
  const value = container?.resourceRequirements?.find(({ type }) => type === 'VCPU')?.value;
  return value === undefined ? (container?.vcpus ?? 1) : Number(value);
}

function usedOn(world: World, name: string): number {
  const placed = [...world.batch.placements].filter(([, where]) => where === name);
  return placed.reduce((sum, [id]) => sum + vcpusOf(world.batch.jobs.get(id) as Job), 0);
}

/** The first compute environment of the job's queue that is open and large enough. */
function roomFor(world: World, job: Job): ComputeEnvironment | undefined {
  const queue = world.batch.jobQueues.get(batchName(world.account, 'job-queue', job.jobQueue));
  const environments = (queue?.computeEnvironmentOrder ?? []).flatMap(
    ({ computeEnvironment }) =>
      world.batch.computeEnvironments.get(batchName(world.account, 'compute-environment', computeEnvironment)) ?? [],
  );
  return environments.find(({ computeEnvironmentName, state, status, computeResources }) => {
    if (state !== 'ENABLED' || !['VALID', 'UPDATING'].includes(status ?? '')) return false;
    const limit = computeResources?.maxvCpus ?? Number.POSITIVE_INFINITY;
    return usedOn(world, computeEnvironmentName) + vcpusOf(job) <= limit;
  });
}

function place(world: World, job: Job, { computeEnvironmentName: name }: ComputeEnvironment): void {
  world.batch.placements.set(job.jobId, name);
  follow(world, name);
}

/** Moves `desiredvCpus` with what is placed on a compute environment. */
export function follow(world: World, name: string): void {
  const environment = world.batch.computeEnvironments.get(name);
  const resources = environment?.computeResources;
  if (environment === undefined || resources?.desiredvCpus === undefined) return;
  const desiredvCpus = Math.max(resources.minvCpus ?? 0, usedOn(world, name));
  if (desiredvCpus !== resources.desiredvCpus) {
    world.batch.computeEnvironments.edit(name, { computeResources: scaled(resources, desiredvCpus) });
  }
}

/** Whether a job is still in the attempt that something was meant for. */
function isAttempt(job: Job | undefined, attempt: number): job is Job {
  return (
    job !== undefined && (job.attempts ?? []).length === attempt && ['STARTING', 'RUNNING'].includes(job.status ?? '')
  );
}

function run(world: World, jobId: string, attempt: number, plan: Started): void {
  const job = world.batch.jobs.get(jobId);
  if (!isAttempt(job, attempt)) return;
  const reason =
    plan.outcome === 'fails' && plan.inStarting
      ? (plan.reason ?? 'CannotPullContainerError')
      : missingCredential(world, job);
  if (reason !== undefined) {
    end(world, jobId, attempt, { succeeded: false, statusReason: 'Task failed to start', reason });
    return;
  }
  world.batch.jobs.edit(jobId, { status: 'RUNNING', startedAt: world.agenda.now() });
  const limit = (job.timeout?.attemptDurationSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const runsForMs = plan.runsForMs ?? world.durations.jobRun;
  if (runsForMs > limit) {
    const ending = { succeeded: false, statusReason: 'Job attempt duration exceeded timeout', exitCode: 137 };
    world.agenda.after(limit, () => end(world, jobId, attempt, ending));
    return;
  }
  const statusReason = 'Essential container in task exited';
  const ending: Ending =
    plan.outcome === 'succeeds'
      ? { succeeded: true, statusReason, exitCode: 0 }
      : { succeeded: false, statusReason, reason: plan.reason, exitCode: plan.exitCode ?? 1 };
  world.agenda.after(runsForMs, () => end(world, jobId, attempt, ending));
}

/** Ends an attempt: the job is over, or RUNNABLE again where its retry strategy says so. */
function end(world: World, jobId: string, number: number, ending: Ending): void {
  const job = world.batch.jobs.get(jobId);
  if (!isAttempt(job, number)) return;
  const now = world.agenda.now();
  const { statusReason, reason, exitCode } = ending;
  const remains = { ...(reason === undefined ? {} : { reason }), ...(exitCode === undefined ? {} : { exitCode }) };
  const attempt = { startedAt: job.startedAt, stoppedAt: now, statusReason, ...left(job, remains) };
  const attempts = [...(job.attempts ?? []), attempt];
  const again = !ending.succeeded && isRetried(job, attempts.length, ending);
  world.batch.jobs.set(jobId, {
    ...job,
    attempts,
    statusReason,
    ...withRemains(job, remains),
    ...(again ? { status: 'RUNNABLE' } : { status: ending.succeeded ? 'SUCCEEDED' : 'FAILED', stoppedAt: now }),
  });
  if (again) nowRunnable(world, job, () => cancelOverdue(world));
  leave(world, jobId);
}

/** Where an attempt tells what its container left behind. */
function left(job: Job, remains: Remains): AttemptDetail {
  return job.ecsProperties === undefined ? { container: remains } : { taskProperties: [{ containers: [remains] }] };
}

function isRetried({ retryStrategy }: Job, attempts: number, ending: Ending): boolean {
  if (attempts >= (retryStrategy?.attempts ?? 1)) return false;
  const rule = retryStrategy?.evaluateOnExit?.find(one => matches(one, ending));
  return rule?.action?.toLowerCase() !== 'exit';
}

function matches({ onExitCode, onReason, onStatusReason }: EvaluateOnExit, ending: Ending): boolean {
  return (
    isLike(onExitCode, ending.exitCode?.toString()) &&
    isLike(onReason, ending.reason) &&
    isLike(onStatusReason, ending.statusReason)
  );
}

function isLike(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? (text ?? '').startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** Gives a job's room free and lets others move up. */
export function leave(world: World, jobId: string): void {
  const name = world.batch.placements.get(jobId);
  world.batch.placements.delete(jobId);
  if (name !== undefined) follow(world, name);
  for (const { jobId: other, status } of world.batch.jobs.values()) if (status === 'PENDING') release(world, other);
  startJobs(world);
}

/** Takes the instances away from under the jobs of a compute environment that are still on them this much later. */
export function retireInstances(world: World, { computeEnvironmentName }: ComputeEnvironment, ms: number): void {
  const { placements, jobs } = world.batch;
  const onThem = [...placements]
    .filter(([, name]) => name === computeEnvironmentName)
    .map(([jobId]) => ({ jobId, attempt: (jobs.get(jobId)?.attempts ?? []).length }));
  world.agenda.after(ms, () => {
    const ending = { succeeded: false, statusReason: 'Host EC2 (instance i-0) terminated.' };
    for (const { jobId, attempt } of onThem) end(world, jobId, attempt, ending);
  });
}

const terminatedPerSecond = 16;

/** Ends all jobs of a queue that is being deleted, sixteen a second; the answer is how long that takes, in milliseconds. */
export function terminateJobsOf(world: World, { jobQueueArn }: JobQueue, statusReason: string): number {
  const active = world.batch.jobs.values().filter(job => job.jobQueue === jobQueueArn && !finals.includes(job.status));
  for (const [index, { jobId }] of active.entries()) {
    world.agenda.after(Math.floor(index / terminatedPerSecond) * 1_000, () => {
      const job = world.batch.jobs.get(jobId);
      if (job === undefined || finals.includes(job.status)) return;
      world.batch.jobs.edit(jobId, { status: 'FAILED', statusReason, stoppedAt: world.agenda.now() });
      leave(world, jobId);
    });
  }
  return Math.ceil(active.length / terminatedPerSecond) * 1_000;
}
