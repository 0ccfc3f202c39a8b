import type { Cancel, Clock } from '../model/clock.ts';
import type { Key } from '../model/object.ts';

/** Who goes first. Waiting raises an entry one level every five minutes, so that nothing starves. */
export const priorities = { user: 100, deletion: 50, retry: 0, resync: -100 } as const;

/** How long a failing key waits. Milliseconds. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

interface Entry {
  dueAt: number;
  addedAt: number;
  priority: number;
}

const agingMs = 5 * 60_000;
/** Beyond this, timers of the platform fire at once instead of late. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The work queue.
 *
 * Guarantees: a key is in work at most once; a key added while in work comes back afterwards; of several due times the
 * soonest wins and of several priorities the highest; among keys that are due the highest priority goes first, the
 * longest waiting among equals.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #entries = new Map<Key, Entry>();
  readonly #working = new Set<Key>();
  readonly #failures = new Map<Key, number>();
  readonly #takers: ((key: Key | undefined) => void)[] = [];
  #wake: { readonly at: number; readonly cancel: Cancel } | undefined;
  #closed = false;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Keys that wait, due or not. */
  get depth(): number {
    return this.#entries.size;
  }

  /** Keys that are due and wait for a worker. */
  get due(): number {
    const now = this.#clock.now();
    return [...this.#entries].filter(([key, { dueAt }]) => dueAt <= now && !this.#working.has(key)).length;
  }

  /** Keys in work. */
  get working(): number {
    return this.#working.size;
  }

  /** Nothing is in work and nothing is due before `ms`. */
  idleUntil(ms: number): boolean {
    return this.#working.size === 0 && [...this.#entries.values()].every(({ dueAt }) => dueAt > ms);
  }

  /** Makes a key due after `delayMs`. */
  add(key: Key, priority: number, delayMs = 0): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    const dueAt = now + Math.max(0, delayMs);
    const entry = this.#entries.get(key);
    if (entry) {
      entry.dueAt = Math.min(entry.dueAt, dueAt);
      entry.priority = Math.max(entry.priority, priority);
    } else {
      this.#entries.set(key, { dueAt, addedAt: now, priority });
    }
    this.#dispatch();
  }

  /** Makes a key due after its backoff: the base doubles with each failure in a row up to the cap, with full jitter above half. */
  retry(key: Key, { baseMs, capMs }: Backoff): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const longest = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
    const delayMs = Math.round(longest / 2 + (this.#random() * longest) / 2);
    this.add(key, priorities.retry, delayMs);
    return delayMs;
  }

  /** The key did well: its next failure starts from the base again. */
  forget(key: Key): void {
    this.#failures.delete(key);
  }

  /** The next key to work on; undefined once the queue is closed. Every key taken must be given to `done`. */
  take(): Promise<Key | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise(resolve => {
      this.#takers.push(resolve);
      this.#dispatch();
    });
  }

  /** The work on a key has ended. */
  done(key: Key): void {
    this.#working.delete(key);
    this.#dispatch();
  }

  /** Hands out nothing more; waiting takers get undefined. */
  close(): void {
    this.#closed = true;
    this.#wake?.cancel();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #dispatch(): void {
    while (this.#takers.length > 0) {
      const key = this.#next();
      if (key === undefined) break;
      this.#entries.delete(key);
      this.#working.add(key);
      this.#takers.shift()?.(key);
    }
    if (this.#takers.length > 0) this.#sleep();
  }

  #next(): Key | undefined {
    const now = this.#clock.now();
    let best: Key | undefined;
    let bestRank = Number.NEGATIVE_INFINITY;
    let bestAddedAt = 0;
    for (const [key, { dueAt, addedAt, priority }] of this.#entries) {
      if (dueAt > now || this.#working.has(key)) continue;
      const rank = priority + 50 * Math.floor((now - addedAt) / agingMs);
      if (rank > bestRank || (rank === bestRank && addedAt < bestAddedAt)) {
        best = key;
        bestRank = rank;
        bestAddedAt = addedAt;
      }
    }
    return best;
  }

  #sleep(): void {
    let soonest = Number.POSITIVE_INFINITY;
    for (const [key, { dueAt }] of this.#entries) {
      if (!this.#working.has(key)) soonest = Math.min(soonest, dueAt);
    }
    if (soonest === Number.POSITIVE_INFINITY || this.#wake?.at === soonest) return;
    this.#wake?.cancel();
    const delayMs = Math.min(Math.max(0, soonest - this.#clock.now()), longestTimerMs);
    const cancel = this.#clock.timer(delayMs, () => {
      this.#wake = undefined;
      this.#dispatch();
    });
    this.#wake = { at: soonest, cancel };
  }
}
