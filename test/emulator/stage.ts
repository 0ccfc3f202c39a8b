import type { Answer, AwsRequest } from './request.ts';

/** What a stage may ask of the store on its own account; extra headers reach the store too. */
export type Forward = (
  request: AwsRequest,
  account: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** One aspect of time that the store lacks. Stages see every call on its way to the store and every answer on its way back. */
export interface Stage {
  /** Answers instead of the store, or lets the call through. */
  before?(request: AwsRequest, account: string): Promise<Answer | undefined>;
  /** Headers for the store. */
  headers?(request: AwsRequest): Readonly<Record<string, string>>;
  /** The answer as the caller should see it. */
  after?(request: AwsRequest, account: string, answer: Answer): Answer;
}

/** How long things take, in milliseconds. Everything is immediate when nothing is said. */
export interface Times {
  /** A compute environment or job queue is CREATING. */
  createMs: number;
  /** A compute environment or job queue is UPDATING. */
  updateMs: number;
  /** A compute environment or job queue is DELETING; its name stays taken. */
  deleteMs: number;
  /** After that it is still listed, as DELETED. */
  deletedMs: number;
  /** A compute environment can't be deleted after the last job queue let go of it. */
  relationMs: number;
  /** A role or instance profile is not yet seen by Batch after a change. */
  iamPropagationMs: number;
  /** A name can't be used again after its secret was deleted without recovery. */
  secretDeletionMs: number;
  /** A job takes from submission to its end. */
  jobMs: number;
}

/** The times of an AWS that does everything at once. */
export const IMMEDIATE: Times = {
  createMs: 0,
  updateMs: 0,
  deleteMs: 0,
  deletedMs: 0,
  relationMs: 0,
  iamPropagationMs: 0,
  secretDeletionMs: 0,
  jobMs: 0,
};
