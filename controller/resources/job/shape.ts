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
  readonly finished?: JsonObject;
}

/** A job as DescribeJobs shows it. */
export interface JobObserved {
  readonly jobId: string;
  readonly jobArn: string;
  readonly status: string;
  readonly statusReason: string | undefined;
  readonly hash: string | undefined;
  readonly tags: Tags;
  readonly exitCode: number | undefined;
  /** Why the container ended, or never began, in the words of ECS. */
  readonly reason: string | undefined;
  readonly logStreamName: string | undefined;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  /** A stop has been asked for. */
  readonly stopping: boolean;
}

/** Marks a job that its object has let go, so that a later object of the same name submits a new one. */
export const releasedTag = 'batchwright.dev/released';

/** True when a job will not change any more. */
export function isFinished(status: string): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED';
}
