import { StoreFailure } from './contract.ts';
import { type Journal, versionOf } from './journal.ts';
import type { Change } from './lifecycle.ts';

/** How much of the past a store keeps for watches: a change is kept when `fewest` or `youngMs` asks for it. */
export interface HistoryLimits {
  /** At least so many changes are kept, however old. */
  readonly fewest: number;
  /** Younger changes than this, in milliseconds, are kept. */
  readonly youngMs: number;
  /** But never more than this many. */
  readonly most: number;
}

/** 10,000 changes and ten minutes, but never more than 100,000 changes. */
export const historyLimits: HistoryLimits = { fewest: 10_000, youngMs: 10 * 60_000, most: 100_000 };

/** The store stood at `version` at the instant `at`, milliseconds since the epoch. */
export interface Mark {
  readonly at: number;
  readonly version: number;
}

/** The floor that the limits ask for now; never below the present one. */
export function nextFloor(
  { version, floor, marks, now }: { version: number; floor: number; marks: readonly Mark[]; now: number },
  { fewest, youngMs, most }: HistoryLimits,
): number {
  const old = marks.filter(mark => mark.at <= now - youngMs).map(mark => mark.version);
  return Math.max(floor, version - most, Math.min(version - fewest, Math.max(floor, ...old)));
}

const recentChanges = 1024;

/** The changes that watches can still ask for: the newest in memory, the others in the journal. */
export class History {
  readonly #journal: Journal;
  readonly #recent: Change[] = [];
  #version: number;
  #floor: number;

  constructor(journal: Journal, version: number, floor: number) {
    this.#journal = journal;
    this.#version = version;
    this.#floor = floor;
  }

  /** The version of the newest change. */
  get version(): number {
    return this.#version;
  }

  /** Changes up to this version are forgotten. */
  get floor(): number {
    return this.#floor;
  }

  /** Adds a change that is in the journal already; its version is the next one. */
  append(change: Change): void {
    this.#recent.push(change);
    this.#version = versionOf(change);
    if (this.#recent.length > 2 * recentChanges) this.#recent.splice(0, recentChanges);
  }

  /** Forgets the changes up to a version, here and in the journal. */
  forget(floor: number): void {
    this.#journal.forget(floor);
    this.#floor = floor;
  }

  /** At most `limit` changes after a version, oldest first. Throws `Expired` when some of them are forgotten. */
  after(version: number, limit: number): readonly Change[] {
    if (version < this.#floor) {
      const kept = `changes are kept from version ${this.#floor} on`;
      throw new StoreFailure('Expired', `version ${version} is too old: ${kept}; list again and watch from there`);
    }
    const skipped = version - (this.#version - this.#recent.length);
    return skipped >= 0 ? this.#recent.slice(skipped, skipped + limit) : this.#journal.changes(version, limit);
  }
}
