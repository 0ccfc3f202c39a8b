import type {
  ComputeEnvironmentDetail,
  JobDefinition,
  JobDetail,
  JobQueueDetail,
  SchedulingPolicyDetail,
} from '@aws-sdk/client-batch';
import { Table } from '../table.ts';
import type { World } from '../world.ts';
import { scaled } from './compute-environment-detail.ts';
import type { JobPlan } from './job-plan.ts';
import { succeeds } from './job-plan.ts';
import { startJobs } from './job-run.ts';

/** A compute environment as Describe returns it, with what is always there. */
export type ComputeEnvironment = ComputeEnvironmentDetail & {
  computeEnvironmentName: string;
  computeEnvironmentArn: string;
  uuid: string;
  tags: Record<string, string>;
};

/** A job queue as Describe returns it, with what is always there. */
export type JobQueue = JobQueueDetail & {
  jobQueueName: string;
  jobQueueArn: string;
  tags: Record<string, string>;
  computeEnvironmentOrder: { order: number; computeEnvironment: string }[];
};

/** A scheduling policy as Describe returns it. */
export type SchedulingPolicy = SchedulingPolicyDetail & { name: string; arn: string; tags: Record<string, string> };

/** A revision as Describe returns it. */
export type JobDefinitionRevision = JobDefinition & {
  jobDefinitionName: string;
  jobDefinitionArn: string;
  revision: number;
  tags: Record<string, string>;
};

/** A job as Describe returns it. */
export type Job = JobDetail & { jobId: string; jobArn: string };

/** A launch template version that a compute environment's instances start from. */
export interface ResolvedLaunchTemplate {
  readonly launchTemplateId: string;
  readonly versionNumber: number;
}

/** A defect that a test gave a compute environment. */
export interface Defect {
  readonly reason: string;
  readonly healedByUpdate: boolean;
}

/** The ground truth of AWS Batch. Tests look at it and change it behind everybody's back. */
export class SimulatedBatch {
  /** By name. */
  readonly computeEnvironments: Table<ComputeEnvironment>;
  /** By name. */
  readonly jobQueues: Table<JobQueue>;
  /** By ARN. */
  readonly schedulingPolicies: Table<SchedulingPolicy>;
  /** By `name:revision`. */
  readonly jobDefinitions: Table<JobDefinitionRevision>;
  /** By id. */
  readonly jobs: Table<Job>;
  /** The newest revision number each name ever had; numbers never go back. */
  readonly newestRevisions = new Map<string, number>();
  /** By compute environment name. */
  readonly defects = new Map<string, Defect>();
  /** What the instances of a compute environment start from, by its name; moved only when Batch looks again. */
  readonly resolvedLaunchTemplates = new Map<string, ResolvedLaunchTemplate>();
  /** The compute environment that each job under way was placed on, by its id. */
  readonly placements = new Map<string, string>();
  /** When each job turned RUNNABLE the last time, by its id. */
  readonly runnableSince = new Map<string, number>();
  readonly #turns = new Map<string, number>();
  readonly #world: World;
  #plan: (job: Job) => JobPlan = succeeds;

  constructor(world: World) {
    this.#world = world;
    this.computeEnvironments = new Table(world.agenda, world.changes);
    this.jobQueues = new Table(world.agenda, world.changes);
    this.schedulingPolicies = new Table(world.agenda, world.changes);
    this.jobDefinitions = new Table(world.agenda, world.changes);
    this.jobs = new Table(world.agenda, world.changes);
  }

  /** What becomes of a job once it may start: all succeed unless `steer` was told otherwise. */
  get plan(): (job: Job) => JobPlan {
    return this.#plan;
  }

  /** Decides what becomes of jobs from now on, those that wait included. */
  steer(plan: (job: Job) => JobPlan): void {
    this.#plan = plan;
    startJobs(this.#world);
  }

  /** Turns a compute environment INVALID now, and again at every later look until it is healed. */
  invalidate(name: string, reason: string, options: { readonly healedByUpdate?: boolean } = {}): void {
    this.defects.set(name, { reason, healedByUpdate: options.healedByUpdate ?? false });
    this.computeEnvironments.edit(name, { status: 'INVALID', statusReason: reason });
  }

  /** Begins a piece of work on a resource: the end of an earlier piece no longer counts. */
  nextTurn(id: string): number {
    const turn = (this.#turns.get(id) ?? 0) + 1;
    this.#turns.set(id, turn);
    return turn;
  }

  /** Whether a piece of work on a resource is still the newest. */
  isTurn(id: string, turn: number): boolean {
    return this.#turns.get(id) === turn;
  }

  /** Takes a defect away; the next update of the compute environment finds it healthy. */
  heal(name: string): void {
    this.defects.delete(name);
  }

  /** Moves `desiredvCpus`, as the scheduler does. */
  scale(name: string, desiredvCpus: number): void {
    this.computeEnvironments.edit(name, ({ computeResources, ...rest }) => {
      if (computeResources === undefined) throw new Error(`${name} is unmanaged: it has no desiredvCpus`);
      return { ...rest, computeResources: scaled(computeResources, desiredvCpus) };
    });
  }
}
