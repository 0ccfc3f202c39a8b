import type { JsonObject } from '../../model/json.ts';
import type { Tags } from '../../model/ownership.ts';

/** What is wanted of a job: SubmitJob's input, references resolved. */
export interface JobWant {
  readonly jobName: string;
  /** ARN or name. */
  readonly jobQueue: string;
  /** ARN of a revision. */
  readonly jobDefinition: string;
  /** The rest of SubmitJob's input. */
  readonly submission: Readonly<Record<string, unknown>>;
  /** Content hash of what the user asked for, also carried as a tag: a job cannot be changed. */
  readonly hash: string;
  readonly tags: Tags;
}

/** What is remembered of a job. A finished one is never looked for again: AWS forgets jobs after some days. */
export interface JobMemo extends JsonObject {
  readonly jobId: string;
  readonly jobArn?: string;
  readonly hash?: string;
  /** As AWS last showed it; absent until it has. */
  readonly status?: string;
  readonly finished?: JsonObject;
}

/** How one container ended, or stands. */
export interface ContainerEnd extends JsonObject {
  /** Absent for the only container of a job. */
  readonly name?: string;
  readonly exitCode?: number;
  /** Why it ended, or never began, in the words of ECS or Kubernetes. */
  readonly reason?: string;
  readonly logStreamName?: string;
}

/** One attempt that has ended. */
export interface Attempt extends ContainerEnd {
  readonly statusReason?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly stoppedAt?: number;
}

/** The children of an array. */
interface ArraySummary extends JsonObject {
  readonly size: number;
  /** How many children are in each status. */
  readonly statusSummary: Readonly<Record<string, number>>;
}

/** A job as DescribeJobs shows it. */
export interface JobObserved {
  readonly jobId: string;
  readonly jobArn: string;
  /** FORGOTTEN for one that AWS shows no longer; UNSEEN for one that it does not show yet. */
  readonly status: string;
  readonly statusReason?: string | undefined;
  readonly hash: string | undefined;
  readonly tags: Tags;
  /** Of the container that tells most: one that failed, else the first. */
  readonly container?: ContainerEnd | undefined;
  /** Of a task or a pod of several containers. */
  readonly containers?: readonly ContainerEnd[];
  readonly attempts?: readonly Attempt[];
  readonly array?: ArraySummary | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined;
  readonly startedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
  /** A stop has been asked for that will come about. */
  readonly stopping?: boolean;
  /** Why it waits in RUNNABLE, as far as AWS tells, and what to do. */
  readonly waiting?: string | undefined;
}

/** Marks a job that its object has let go, so that a later object of the same name submits a new one. */
export const releasedTag = 'batchwright.dev/released';

/** True when a job will not change any more. */
export function isFinished(status: string): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED';
}

/** True for a job that may have something that runs; also for a status that is new to us. */
export function hasStarted(status: string): boolean {
  return !['SUBMITTED', 'PENDING', 'RUNNABLE', 'UNSEEN'].includes(status);
}
