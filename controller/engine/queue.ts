import type { Cancel, Clock } from '../model/clock.ts';
import type { Key } from '../model/object.ts';
import { Heap } from './heap.ts';

/** Who goes first. Waiting raises a due key half a level every five minutes, so that nothing starves. */
export const priorities = { user: 100, deletion: 50, dependant: 50, retry: 0, resync: -100 } as const;

/** How long a failing key waits. Milliseconds. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** A key that waits. It moves by getting a new place; the old one stays behind, stale, until it comes to the top. */
interface Entry {
  readonly key: Key;
  readonly dueAt: number;
  readonly priority: number;
  place: Place | undefined;
}

interface Place {
  readonly entry: Entry;
  readonly dueAt: number;
  /** Of two that are due at the same instant, the one that was placed first goes first. */
  readonly order: number;
  readonly ready: boolean;
}

const agingMs = 5 * 60_000;
const agingStep = 50;
/** Beyond this, timers of the platform fire at once instead of late. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The work queue. Every operation costs O(log n) at most for n waiting keys.
 *
 * Guarantees: a key is in work at most once; a key added while in work comes back afterwards; of several due times the
 * soonest wins and of several priorities the highest; among keys that are due the highest priority goes first, the one
 * due for the longest time among equals.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #entries = new Map<Key, Entry>();
  /** Places of keys that are not due yet. */
  readonly #later = new Heap<Place>(goesFirst);
  /** Places of keys that are due, by priority. */
  readonly #ready = new Map<number, Heap<Place>>();
  readonly #working = new Set<Key>();
  readonly #failures = new Map<Key, number>();
  readonly #takers: ((key: Key | undefined) => void)[] = [];
  #readyCount = 0;
  #order = 0;
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
    this.#promote();
    return this.#readyCount;
  }

  /** Keys in work. */
  get working(): number {
    return this.#working.size;
  }

  /** Nothing is in work and nothing is due before or at `ms`. */
  idleUntil(ms: number): boolean {
    return this.#working.size === 0 && this.due === 0 && this.#soonest() > ms;
  }

  /** When a waiting key is due, in milliseconds since the epoch; undefined for one that does not wait. */
  dueAt(key: Key): number | undefined {
    return this.#entries.get(key)?.dueAt;
  }

  /** Makes a key due after `delayMs`. */
  add(key: Key, priority: number, delayMs = 0): void {
    if (this.#closed) return;
    const dueAt = this.#clock.now() + Math.max(0, delayMs);
    const waiting = this.#entries.get(key);
    if (!waiting) this.#enter({ key, dueAt, priority, place: undefined });
    else if (dueAt < waiting.dueAt || priority > waiting.priority) {
      this.#leave(waiting);
      this.#enter({
        key,
        dueAt: Math.min(dueAt, waiting.dueAt),
        priority: Math.max(priority, waiting.priority),
        place: undefined,
      });
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
    const waiting = this.#entries.get(key);
    if (waiting) this.#stand(waiting);
    this.#dispatch();
  }

  /** Hands out nothing more; waiting takers get undefined. */
  close(): void {
    this.#closed = true;
    this.#wake?.cancel();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #enter(entry: Entry): void {
    this.#entries.set(entry.key, entry);
    this.#stand(entry);
  }

  #leave(entry: Entry): void {
    this.#entries.delete(entry.key);
    if (entry.place?.ready) this.#readyCount -= 1;
    entry.place = undefined;
  }

  /** Gives a key its place; one that is in work gets it when the work has ended. */
  #stand(entry: Entry): void {
    if (this.#working.has(entry.key)) return;
    const ready = entry.dueAt <= this.#clock.now();
    // What fell due earlier lines up first.
    if (ready) this.#promote();
    entry.place = { entry, dueAt: entry.dueAt, order: this.#order++, ready };
    if (ready) this.#lineUp(entry.place);
    else this.#later.add(entry.place);
  }

  #lineUp(place: Place): void {
    const { priority } = place.entry;
    const line = this.#ready.get(priority) ?? new Heap(goesFirst);
    this.#ready.set(priority, line);
    line.add(place);
    this.#readyCount += 1;
  }

  /** Lines up what has fallen due. */
  #promote(): void {
    const now = this.#clock.now();
    for (let place = first(this.#later); place && place.dueAt <= now; place = first(this.#later)) {
      this.#later.take();
      const { entry } = place;
      entry.place = { ...place, ready: true };
      this.#lineUp(entry.place);
    }
  }

  #soonest(): number {
    return first(this.#later)?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  #dispatch(): void {
    this.#promote();
    while (this.#takers.length > 0) {
      const entry = this.#next();
      if (!entry) break;
      this.#leave(entry);
      this.#working.add(entry.key);
      this.#takers.shift()?.(entry.key);
    }
    if (this.#takers.length > 0) this.#sleep();
  }

  /** Within a line the first has waited longest, so only the firsts need to be compared. */
  #next(): Entry | undefined {
    const now = this.#clock.now();
    const rank = ({ dueAt, entry }: Place) => entry.priority + agingStep * Math.floor((now - dueAt) / agingMs);
    let best: Place | undefined;
    for (const line of this.#ready.values()) {
      const place = first(line);
      if (!place) continue;
      const lead = best ? rank(place) - rank(best) : 1;
      if (!best || lead > 0 || (lead === 0 && goesFirst(place, best))) best = place;
    }
    return best?.entry;
  }

  #sleep(): void {
    const soonest = this.#soonest();
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

function goesFirst(a: Place, b: Place): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}

/** The first place that still counts; stale ones before it are thrown away. */
function first(places: Heap<Place>): Place | undefined {
  while (places.top && places.top.entry.place !== places.top) places.take();
  return places.top;
}
