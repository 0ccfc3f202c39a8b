import type { Tags } from '../../model/ownership.ts';

/** RegisterJobDefinition's input without name and tags, in normal form. */
export type Content = Readonly<Record<string, unknown>>;

/** The normal form of a content: its members, empties left out. */
export interface NormalForm {
  readonly type?: unknown;
  readonly parameters?: unknown;
  readonly schedulingPriority?: unknown;
  readonly containerProperties?: unknown;
  readonly ecsProperties?: unknown;
  readonly eksProperties?: unknown;
  readonly nodeProperties?: unknown;
  readonly retryStrategy?: unknown;
  readonly timeout?: unknown;
  readonly propagateTags?: unknown;
  readonly platformCapabilities?: unknown;
  readonly consumableResourceProperties?: unknown;
}

/** What is wanted of a job definition. */
export interface JobDefinitionWant {
  readonly jobDefinitionName: string;
  /** As it is sent. */
  readonly content: Content;
  /** `content` in normal form: what is compared. */
  readonly normal: NormalForm;
  /** Content hash of the normal form, also carried as a tag. */
  readonly hash: string;
  /** How many of our older revisions stay ACTIVE beside the newest. */
  readonly revisionHistoryLimit: number;
  /** For how long a revision stays ACTIVE at least once a newer one has taken its place, in milliseconds. */
  readonly revisionMinAgeMs: number;
  /** None of our revisions is to be left over. */
  readonly surplus: readonly [];
  readonly tags: Tags;
}

/** A job that has not ended and uses a revision. */
export interface Use {
  /** ARN of the revision. */
  readonly arn: string;
  /** The job, in words. */
  readonly job: string;
}

/** One ACTIVE revision. */
export interface Revision {
  readonly revision: number;
  readonly arn: string;
  readonly tags: Tags;
  readonly content: Content;
}

/** The ACTIVE revisions of a name, and what becomes of them once they face a wanted definition. */
export interface JobDefinitionObserved {
  /** Newest first. */
  readonly revisions: readonly Revision[];
  readonly tags: Tags;
  /** Normal form of the newest revision; empty when another one is ours but that one is not. */
  readonly normal: NormalForm;
  /** Hash tag of the newest revision; undefined when that one is not ours or has none. */
  readonly hash: string | undefined;
  readonly newest: Revision | undefined;
  /** ARN of the revision that we are known to have registered: the one whose hash tag can be believed. */
  readonly known?: string;
  /** When it was read, in milliseconds since the epoch. */
  readonly at: number;
  /** Jobs that use revisions of ours which could go; undefined when nobody has looked. */
  readonly uses?: readonly Use[];
  /** Since when revisions have been seen without a job, in RFC 3339 by ARN. */
  readonly unusedSince?: Readonly<Record<string, string>>;
  /** ARNs of our revisions that are not to stay, oldest last. */
  readonly surplus: readonly string[];
}
