import type { Cancel, Clock } from '../model/clock.ts';
import { type ApiObject, type Draft, type Ref, refOf } from '../model/object.ts';
import {
  type Listed,
  type Preconditions,
  type Store,
  StoreFailure,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from './contract.ts';
import { History, type HistoryLimits, historyLimits, type Mark, nextFloor } from './history.ts';
import type { Journal, Size } from './journal.ts';
import {
  type Change,
  creation,
  type Outcome,
  removal,
  replacement,
  type Stamp,
  statusReplacement,
} from './lifecycle.ts';
import { ObjectIndex } from './object-index.ts';
import { watched } from './watched.ts';
import { type Decision, evaluated } from './write-batch.ts';

/** The part of a logger that a store needs: data first, then a constant message. */
export interface StoreLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** What an embedded store works with. */
export interface StoreParts {
  readonly journal: Journal;
  readonly clock: Clock;
  /** A new UUID per call. */
  readonly ids: () => string;
  readonly log?: StoreLog | undefined;
  /** Runs a function a little later; writes that arrive until then share one commit. */
  readonly later: (run: () => void) => void;
  readonly limits?: HistoryLimits | undefined;
}

/** What `compact` has to say, for metrics. */
export interface Compacted extends Size {
  readonly version: number;
  readonly floor: number;
  readonly objects: number;
}

const writesPerCommit = 64;
const forgottenPerTurn = 5000;
const changesPerPage = 200;
const bookmarkMs = 30_000;
const probeMs = 5000;
const largeLogBytes = 64 * 1024 * 1024;

interface Waiting {
  readonly decision: Decision;
  readonly resolve: (object: ApiObject) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The Store over a journal: all objects in memory, the journal is read only at the start and for old changes.
 *
 * Guarantees: a write is acknowledged, and seen by readers and watches, after the journal has it. A failed commit changes
 * nothing, is answered with `Unavailable`, and is tried again every few seconds until one succeeds.
 */
export class EmbeddedStore implements Store {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #ids: () => string;
  readonly #log: StoreLog | undefined;
  readonly #later: (run: () => void) => void;
  readonly #limits: HistoryLimits;
  readonly #objects = new ObjectIndex();
  readonly #history: History;
  readonly #queue: Waiting[] = [];
  readonly #watches = new Set<() => void>();
  #marks: readonly Mark[];
  #fault: StoreFailure | undefined;
  #cancelProbe: Cancel | undefined;
  #closed = false;

  constructor({ journal, clock, ids, log, later, limits = historyLimits }: StoreParts) {
    this.#journal = journal;
    this.#clock = clock;
    this.#ids = ids;
    this.#log = log;
    this.#later = later;
    this.#limits = limits;
    const { version, floor, objects } = journal.load();
    for (const object of objects) this.#objects.put(object);
    this.#history = new History(journal, version, floor);
    // The age of what an earlier process wrote is not known: count it from here.
    this.#marks = [{ at: clock.now(), version }];
  }

  /** Why writes fail at the moment, fit for users; undefined while they succeed. */
  get fault(): string | undefined {
    return this.#fault?.message;
  }

  async list(kind: string, namespace?: string): Promise<Listed> {
    return { items: this.#objects.list(kind, namespace), resourceVersion: String(this.#history.version) };
  }

  async get(ref: Ref): Promise<ApiObject | undefined> {
    return this.#objects.get(ref);
  }

  create(draft: Draft, options?: WriteOptions): Promise<ApiObject> {
    return this.#write(refOf(draft), (stored, stamp) => creation(stored, draft, stamp), options);
  }

  update(object: Draft, options?: WriteOptions): Promise<ApiObject> {
    return this.#write(refOf(object), (stored, stamp) => replacement(stored, object, stamp), options);
  }

  updateStatus(object: Draft, options?: WriteOptions): Promise<ApiObject> {
    return this.#write(refOf(object), (stored, stamp) => statusReplacement(stored, object, stamp), options);
  }

  delete(ref: Ref, preconditions: Preconditions = {}, options?: WriteOptions): Promise<ApiObject> {
    return this.#write(ref, (stored, stamp) => removal(ref, stored, preconditions, stamp), options);
  }

  watch(options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent> {
    return watched(options, signal, {
      clock: this.#clock,
      bookmarkMs,
      changesPerPage,
      version: () => this.#history.version,
      after: (version, limit) => {
        if (this.#closed) throw closedFailure();
        return this.#history.after(version, limit);
      },
      onMoved: wake => {
        this.#watches.add(wake);
        return () => {
          this.#watches.delete(wake);
        };
      },
      pause: () => this.pause(),
    });
  }

  /**
   * Forgets history that the limits no longer ask for and gives space back. To be called every minute or so. Never
   * rejects: a failure is logged, shows in `fault`, and the next call goes on where this one stopped.
   */
  async compact(): Promise<Compacted | undefined> {
    const now = this.#clock.now();
    this.#marks = [
      ...this.#marks.filter(({ at }) => at > now - 2 * this.#limits.youngMs),
      { at: now, version: this.#history.version },
    ];
    const { version, floor } = this.#history;
    const goal = nextFloor({ version, floor, marks: this.#marks, now }, this.#limits);
    while (!this.#closed && this.#history.floor < goal) {
      if (!this.#attempt(() => this.forget(Math.min(goal, this.#history.floor + forgottenPerTurn)))) return undefined;
      await this.pause();
    }
    return this.#tidied();
  }

  /** Everything queued is written or refused, watches end with `Unavailable`, and the journal is closed. Reads go on. */
  async close(): Promise<void> {
    if (this.#closed) return;
    while (this.#queue.length > 0) this.#commitSome();
    this.#closed = true;
    this.#cancelProbe?.();
    this.#wakeWatches();
    this.#journal.close();
  }

  /** The object whose present state has this version. */
  protected objectAt(version: number): ApiObject | undefined {
    return this.#objects.find(object => object.metadata.resourceVersion === String(version));
  }

  protected get version(): number {
    return this.#history.version;
  }

  protected forget(floor: number): void {
    this.#history.forget(floor);
  }

  #tidied(): Compacted | undefined {
    if (this.#closed) return undefined;
    try {
      const { version, floor } = this.#history;
      const compacted = { version, floor, objects: this.#objects.size, ...this.#journal.tidy() };
      if (compacted.logBytes > largeLogBytes) this.#log?.warn(compacted, 'store log is large');
      return compacted;
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      this.#failed(error);
      return undefined;
    }
  }

  async #write(
    ref: Ref,
    decide: (stored: ApiObject | undefined, stamp: Stamp) => Outcome,
    { dryRun = false }: WriteOptions = {},
  ): Promise<ApiObject> {
    if (this.#closed) throw closedFailure();
    if (dryRun) return this.#foreseen(ref, decide);
    return new Promise((resolve, reject) => {
      if (this.#queue.length === 0) this.#later(() => this.#commitSome());
      this.#queue.push({ decision: { ref, decide }, resolve, reject });
    });
  }

  /** A dry run has no version of its own: a new object has none, an existing one keeps the one it has. */
  #foreseen(ref: Ref, decide: Decision['decide']): ApiObject {
    const lookup = (asked: Ref): ApiObject | undefined => this.#objects.get(asked);
    const resourceVersion = lookup(ref)?.metadata.resourceVersion ?? '';
    const { answers } = evaluated([{ ref, decide }], lookup, () => this.#stamp(resourceVersion));
    const [answer] = answers;
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  }

  #stamp(resourceVersion: string): Stamp {
    return { now: this.#clock.now(), uid: this.#ids, resourceVersion };
  }

  #commitSome(): void {
    const batch = this.#queue.splice(0, writesPerCommit);
    if (this.#queue.length > 0) this.#later(() => this.#commitSome());
    const { version } = this.#history;
    const { entries, answers } = evaluated(
      batch.map(({ decision }) => decision),
      ref => this.#objects.get(ref),
      changesBefore => this.#stamp(String(version + changesBefore + 1)),
    );
    // A refusal may rest on a change in the same commit, so a failed commit fails them all.
    const stored = entries.length === 0 || this.#attempt(() => this.#journal.commit(entries));
    if (stored) for (const { change } of entries) this.#apply(change);
    for (const [position, { resolve, reject }] of batch.entries()) {
      const answer = stored ? answers[position] : this.#fault;
      if (answer === undefined || answer instanceof Error) reject(answer);
      else resolve(answer);
    }
    if (stored && entries.length > 0) this.#wakeWatches();
  }

  #apply(change: Change): void {
    if (change.type === 'DELETED') this.#objects.remove(refOf(change.object));
    else this.#objects.put(change.object);
    this.#history.append(change);
  }

  #wakeWatches(): void {
    for (const wake of [...this.#watches]) wake();
  }

  /** Runs a write against the journal and keeps book of whether writes succeed. */
  #attempt(write: () => void): boolean {
    try {
      write();
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      this.#failed(error);
      return false;
    }
    if (this.#fault) this.#log?.info({}, 'store can write again');
    this.#fault = undefined;
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
    return true;
  }

  #failed(error: StoreFailure): void {
    if (this.#fault?.message !== error.message) this.#log?.error({ err: error }, 'store cannot write');
    this.#fault = error;
    this.#cancelProbe ??= this.#clock.timer(probeMs, () => {
      this.#cancelProbe = undefined;
      if (!this.#closed) this.#attempt(() => this.#journal.probe());
    });
  }

  protected pause(): Promise<void> {
    return new Promise(resolve => this.#later(resolve));
  }
}

function closedFailure(): StoreFailure {
  return new StoreFailure('Unavailable', 'the store is closed because the process is stopping');
}
