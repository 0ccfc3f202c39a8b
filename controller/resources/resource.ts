import type { Aws } from '../aws/aws.ts';
import type { Field } from '../model/field.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Owner, Tags } from '../model/ownership.ts';
import type { Step } from '../model/plan.ts';

/** Everything that the engine may know about an observed resource. */
export interface View {
  /** `busy`: AWS is working on it, only wait. `failed`: AWS says it is broken; it may still be changed and deleted. */
  readonly phase: 'ready' | 'busy' | 'failed';
  /** Why it is busy or failed, in AWS's words. */
  readonly message?: string;
  /** Path of the wanted value that it failed for; where that is made by us and new, AWS may only not know it yet. */
  readonly failedFor?: string;
  /** How long AWS usually needs, in milliseconds; 5 s when left out. */
  readonly busyForMs?: number;
  readonly arn?: string;
  readonly tags: Tags;
  /** AWS is deleting it: its name will be free again, whoever it belonged to. */
  readonly vanishing?: true;
  /** What other resources and the status may use, by name. Absent: not known yet. */
  readonly outputs: Readonly<Record<string, Json>>;
}

/** A resource to look for. */
export interface Sought {
  readonly owner: Owner;
  readonly id: string;
  readonly name: string;
  /** What is wanted of it; absent for one that is no longer declared. */
  readonly want: unknown;
  /** What an operation returned for it earlier, or `read` put aside. */
  readonly memo: JsonObject | undefined;
  /** How it goes; only with what is no longer declared. */
  readonly manner?: Manner;
}

/** A job queue whose jobs a change of a resource is about, and how many there are that have not ended. */
export interface Affected {
  readonly jobQueue: string;
  /** STARTING and RUNNING. */
  readonly running: number;
  /** SUBMITTED, PENDING and RUNNABLE. */
  readonly waiting: number;
}

/** Why something cannot be changed in place. */
interface Hindrance {
  readonly fields: readonly string[];
  /** A phrase that goes on after "because". */
  readonly why: string;
}

/** What a plan tells people of a resource beside the differences. */
export interface Foresight<Want, Observed, Op extends string> {
  /** What an operation does to those who use the resource, as a phrase; undefined when there is nothing to say. */
  readonly effect?: (op: Op, want: Want, observed: Observed, step: Step) => string | undefined;
  /** The jobs that a change of what AWS has under a name is about. */
  readonly affected?: (aws: Aws, name: string, signal: AbortSignal) => Promise<readonly Affected[]>;
  /** Of one that another takes the place of: the fields for whose sake, those found by comparison among them, and what is in the way. */
  readonly hindrance?: (want: Want, observed: Observed, found: readonly string[]) => Hindrance;
  /** What stays as it is and why, a phrase each. */
  readonly notes?: (observed: Observed, want: Want) => readonly string[];
}

/** A resource under an earlier name. */
export interface Predecessor {
  /** The id under which its successor is declared. */
  readonly id: string;
  readonly name: string;
  readonly memo: Memo | undefined;
}

/** How something goes: `drain`, once the work on it has ended or has had its time; `now`, because all that used it goes too. */
export type Manner = 'drain' | 'now';

/** What decides about the next step towards absence, beside the resource itself. */
export interface Leaving {
  readonly manner: Manner;
  readonly memo: Memo | undefined;
  /** What is wanted of the resource that is declared in its place; undefined where nothing is. */
  readonly heir: unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The next step towards absence: an operation; `wait`, AWS is at work; a wait with its reason, nothing can be done before
 * `afterMs` milliseconds have passed; `again`, an operation that is repeated at the definition's own pace; `gone`, what is
 * left counts as absent, as a secret scheduled for deletion does.
 */
export type Exit<Op extends string> =
  | Op
  | 'wait'
  | 'gone'
  | { readonly wait: string; readonly afterMs: number }
  | { readonly again: Op };

/** One run of an operation. `want` is complete: nothing in it is unknown. */
export interface Call<Want, Observed> extends Sought {
  readonly want: Want;
  readonly observed: Observed;
  readonly step: Step;
}

/** What an operation leaves to be remembered with the resource; never a secret. */
export type Memo = JsonObject;

/**
 * Carries out one step. Must be harmless when repeated. Throws the SDK's own errors; the engine translates them.
 * `create` gets `observed: undefined`.
 */
export type Operation<Want, Observed> = (
  aws: Aws,
  call: Call<Want, Observed>,
  signal: AbortSignal,
  // biome-ignore lint/suspicious/noConfusingVoidType: most operations have nothing to remember
) => Promise<Memo | void>;

/**
 * One AWS resource: a table of fields, how it is read, and the calls that change it.
 *
 * `read` never changes anything and answers by `Sought.id`; absence is a missing entry, never an error. With
 * `exact` false it may answer from a snapshot shared by every object due (`aws.shared`); with `exact` true it asks AWS
 * about just the sought ones. Nothing is changed on the word of a snapshot alone.
 */
export interface Definition<Want, Observed, Op extends string> {
  readonly resource: string;
  /** How messages call it, for example `job queue`. */
  readonly noun: string;
  readonly fields: readonly Field<Want, Observed, NoInfer<Op>>[];
  readonly read: (
    aws: Aws,
    sought: readonly Sought[],
    exact: boolean,
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, Observed>>;
  readonly view: (observed: Observed, want: Want | undefined) => View;
  /** What the fields are compared with; the observed value itself when left out. */
  readonly facing?: (observed: Observed, want: Want) => Observed;
  /** A memo that follows from reading alone, for the next pass. */
  readonly memo?: (observed: Observed, want: Want, earlier: Memo | undefined) => Memo | undefined;
  readonly teardown: (observed: Observed, leaving: Leaving) => Exit<NoInfer<Op>>;
  /** Repairs run in this order; `create` and `delete` are always there. */
  readonly operations: Readonly<Record<Op, Operation<Want, Observed>>> & Readonly<Record<'create' | 'delete', unknown>>;
  /** Operations after which AWS works on for a while: nothing else is sent to the resource in the same pass. */
  readonly asynchronous?: readonly NoInfer<Op>[];
  /** The operation that has AWS look again at a resource that has failed, when nothing about it differs. */
  readonly revive?: NoInfer<Op>;
  /** How long a change needs to reach those who use the resource, in milliseconds; nothing is built on it before. */
  readonly propagationMs?: number;
  /** Its name in AWS may change while its id stays: creations are written down beforehand, so that none is forgotten. */
  readonly renamed?: true;
  /**
   * What AWS has under earlier names of sought resources, by their tags beyond doubt, and what is to be remembered of it:
   * for an object whose memory was lost while one was being replaced. May answer from a snapshot.
   */
  readonly predecessors?: (aws: Aws, sought: readonly Sought[]) => Promise<readonly Predecessor[]>;
  /** For plans only: nothing is decided by it. */
  readonly foresight?: Foresight<Want, Observed, NoInfer<Op>>;
  /** Operations without a token or natural key: intent is stored before them, and doubt is resolved by reading. */
  readonly unkeyed?: readonly NoInfer<Op>[];
}

/** A definition as the engine sees it. */
export type Resource = Definition<unknown, unknown, string>;

/** Checks a definition's types and forgets them: the one cast between the tables and the engine. */
export function defineResource<Want, Observed, const Op extends string>(
  definition: Definition<Want, Observed, Op>,
): Resource {
  return definition as unknown as Resource;
}
