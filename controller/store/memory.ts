import type { Clock } from '../model/clock.ts';
import { type ApiObject, keyOf, refOf } from '../model/object.ts';
import { EmbeddedStore, type StoreLog } from './embedded-store.ts';
import type { HistoryLimits } from './history.ts';
import { type Contents, type Entry, firstVersion, type Journal, type Size, versionOf } from './journal.ts';
import type { Change } from './lifecycle.ts';

/** A journal that lives as long as the process: a second store over it finds what a first one wrote, like a restart. */
export class MemoryJournal implements Journal {
  readonly #objects = new Map<string, ApiObject>();
  #changes: Change[] = [];
  #version: number;
  #floor: number;

  /** Starts empty at a version. */
  constructor(version: number) {
    this.#version = version;
    this.#floor = version;
  }

  load(): Contents {
    return { version: this.#version, floor: this.#floor, objects: [...this.#objects.values()] };
  }

  commit(entries: readonly Entry[]): void {
    for (const { change } of entries) {
      const key = keyOf(refOf(change.object));
      if (change.type === 'DELETED') this.#objects.delete(key);
      else this.#objects.set(key, change.object);
      this.#changes.push(change);
      this.#version = versionOf(change);
    }
  }

  changes(after: number, limit: number): readonly Change[] {
    const skipped = after - this.#floor;
    return this.#changes.slice(skipped, skipped + limit);
  }

  forget(floor: number): void {
    this.#changes = this.#changes.slice(floor - this.#floor);
    this.#floor = floor;
  }

  /** Memory can always be written. */
  probe(): undefined {
    return undefined;
  }

  tidy(): Size {
    return { databaseBytes: 0, logBytes: 0 };
  }

  /** Keeps everything, so that another store can be opened over it. */
  close(): undefined {
    return undefined;
  }
}

/** A store for tests and for `plan`: the embedded store without a disk. It needs no timers and no event-loop turns. */
export function memoryStore({
  clock,
  ids,
  log,
  limits,
  journal = new MemoryJournal(firstVersion(clock.now())),
}: {
  readonly clock: Clock;
  readonly ids: () => string;
  readonly log?: StoreLog | undefined;
  readonly limits?: HistoryLimits | undefined;
  readonly journal?: Journal;
}): EmbeddedStore {
  return new EmbeddedStore({ journal, clock, ids, log, limits, later: queueMicrotask });
}
