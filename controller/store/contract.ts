import type { ApiObject, Draft, Ref } from '../model/object.ts';

/** Why the store refused. The same words as the `reason` of a Kubernetes Status. */
export type StoreReason = 'NotFound' | 'AlreadyExists' | 'Conflict' | 'Invalid' | 'Expired' | 'Unavailable';

/** The one error type that a store throws. `message` is fit for users and holds no object content. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly reason: StoreReason;

  constructor(reason: StoreReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** What a write would need to be true; a mismatch is a `Conflict`. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Options of every write. */
export interface WriteOptions {
  /** Do everything but store: the answer is what would have been stored. */
  readonly dryRun?: boolean;
}

/** A consistent list: `resourceVersion` is the store's version at the moment of the list, also when it is empty. */
export interface Listed {
  readonly items: readonly ApiObject[];
  readonly resourceVersion: string;
}

/**
 * One change. `object` carries the resourceVersion of the change (a DELETED object: its last state with the version of
 * the deletion). `previous` is the state before a MODIFIED or DELETED, for selectors that look at transitions.
 */
export type WatchEvent =
  | { readonly type: 'ADDED'; readonly object: ApiObject }
  | { readonly type: 'MODIFIED' | 'DELETED'; readonly object: ApiObject; readonly previous: ApiObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** What a watch covers. Without `kinds`, everything. */
export interface WatchOptions {
  readonly kinds?: readonly string[];
  readonly namespace?: string;
  /** Changes after this version. Older than the kept history, or from the future: `Expired` is thrown. */
  readonly since: string;
}

/**
 * Where objects live: the embedded database or a Kubernetes API.
 *
 * Guarantees, whatever stands behind it:
 * - One version counter for all kinds, persisted with each write, never lower after a restart.
 * - An acknowledged write is durable. Objects handed out are frozen; every write takes a whole object.
 * - `create` sets uid, resourceVersion, generation 1 and creationTimestamp, drops deletion fields, and drops `status`
 *   of our kinds. Empty labels, annotations, finalizers and ownerReferences are not stored.
 * - `update` keeps status and the server-owned metadata of the stored object. `metadata.resourceVersion`, when given,
 *   must be the stored one. generation rises when anything outside metadata and status differs. Nothing differs:
 *   nothing is written and the stored object is the answer. While deletion is pending finalizers can only shrink, and
 *   the update that empties them removes the object.
 * - `updateStatus` takes only `status` and `metadata.managedFields`; generation stays.
 * - `delete` removes an object without finalizers and answers its last state; one with finalizers gets
 *   deletionTimestamp (generation + 1) and stays. A second delete changes nothing.
 */
export interface Store {
  list(kind: string, namespace?: string): Promise<Listed>;
  get(ref: Ref): Promise<ApiObject | undefined>;
  create(draft: Draft, options?: WriteOptions): Promise<ApiObject>;
  update(object: Draft, options?: WriteOptions): Promise<ApiObject>;
  updateStatus(object: Draft, options?: WriteOptions): Promise<ApiObject>;
  delete(ref: Ref, preconditions?: Preconditions, options?: WriteOptions): Promise<ApiObject>;
  /**
   * Changes in order, each exactly once, until `signal` aborts. A reader that falls behind the kept history gets
   * `Expired` and must list again. BOOKMARK events come only when other objects moved the counter.
   */
  watch(options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent>;
  close(): Promise<void>;
}
