import type { ApiObject } from '../model/object.ts';
import type { Change } from './lifecycle.ts';

/** One change together with the JSON text of its object, exactly as it is to be kept. */
export interface Entry {
  readonly change: Change;
  readonly text: string;
}

/** What a journal holds when it is opened. Changes after `floor` up to `version` can be read again. */
export interface Contents {
  readonly version: number;
  readonly floor: number;
  readonly objects: readonly ApiObject[];
}

/** Bytes on disk: of the database, and of the part of its log that is not yet in the database. */
export interface Size {
  readonly databaseBytes: number;
  readonly logBytes: number;
}

/**
 * Where an embedded store keeps its changes. One owner, synchronous.
 *
 * Guarantees: `commit` is all or nothing, and durable when it returns; when it throws (a StoreFailure, `Unavailable`),
 * nothing was changed and the next commit may succeed. Objects handed out are frozen.
 * Assumes: versions rise by one from change to change.
 */
export interface Journal {
  load(): Contents;
  commit(entries: readonly Entry[]): void;
  /** Changes after a version that is not below the floor, oldest first. Throws `Expired` when they can't be read. */
  changes(after: number, limit: number): readonly Change[];
  /** Raises the floor: changes up to and including it can no longer be read. Throws as `commit` does. */
  forget(floor: number): void;
  /** Throws as `commit` does when the commit of an object, however large, would fail now. */
  probe(): void;
  /** Gives back space, as far as possible at once, and says how much is used. */
  tidy(): Size;
  close(): void;
}

/** The version that a change was given. */
export function versionOf(change: Change): number {
  return Number(change.object.metadata.resourceVersion);
}

/**
 * The version before the first write of a new store. Taken from the clock, so that versions that clients remember from
 * an earlier store are always older than its history. `now` is in milliseconds since the epoch.
 */
export function firstVersion(now: number): number {
  return Math.max(1, now * 1000);
}
