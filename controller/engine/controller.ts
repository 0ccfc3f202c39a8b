import { annotations, finalizer } from '../model/annotations.ts';
import { type Clock, timestamp } from '../model/clock.ts';
import { conditionOf } from '../model/conditions.ts';
import { Failure } from '../model/failure.ts';
import { sameJson } from '../model/json.ts';
import { type ApiObject, type Key, keyOf, refOf } from '../model/object.ts';
import { StoreFailure, type WatchEvent } from '../store/contract.ts';
import type { Environment } from './environment.ts';
import { inventoryOf } from './inventory.ts';
import type { ObjectIndex } from './object-index.ts';
import { type Outcome, pass } from './pass.ts';
import { priorities, WorkQueue } from './queue.ts';
import type { Facts } from './report.ts';
import { type Place, Rounds } from './rounds.ts';

/** How the loop behaves. Milliseconds. */
export interface Rhythm {
  readonly resyncMs: number;
  readonly workers: number;
  /** A pass that takes longer is given up. */
  readonly passTimeoutMs: number;
}

/** When AWS was last compared with an object and when it will be, in milliseconds since the epoch. */
export interface Checks {
  readonly lastAt: number | undefined;
  readonly nextAt: number;
}

/** What is told to metrics after each pass. */
export type PassObserver = (result: {
  readonly kind: string;
  readonly key: Key;
  readonly result: 'success' | 'requeue' | 'requeue_after' | 'error';
  readonly ms: number;
  readonly outcome: Outcome | undefined;
}) => void;

const failing = { baseMs: 1_000, capMs: 5 * 60_000 };
/** What AWS refuses for now is tried again less and less often, at least once in this time. Milliseconds. */
const refusedCapMs = 2 * 60_000;
/** Looking at what is under way leaves the rest of the budget to changes, and to the reads that one look takes beside. */
const waitingShare = 0.9;
/** What is under way is looked at at least this often, whatever is left of the budget. Milliseconds. */
const rarestMs = 2 * 60_000;
const waitingForPeople = { baseMs: 30_000, capMs: 15 * 60_000 };

/**
 * The loop: watches the store, keeps the queue, runs passes on a few workers, and looks at everything again at every
 * resync. Everything is level-triggered: an event only says which key to look at.
 */
export class Controller {
  readonly #env: Environment;
  readonly #objects: ObjectIndex;
  readonly #queue: WorkQueue;
  readonly #rhythm: Rhythm;
  readonly #random: () => number;
  readonly #observe: PassObserver;
  /** Keys of which a person asked for a look with fresh eyes. */
  readonly #asked = new Set<Key>();
  readonly #checkedAt = new Map<Key, number>();
  readonly #rounds: Rounds;
  #listed = false;

  constructor(env: Environment, objects: ObjectIndex, rhythm: Rhythm, random: () => number, observe: PassObserver) {
    this.#env = env;
    this.#objects = objects;
    this.#rhythm = rhythm;
    this.#random = random;
    this.#observe = observe;
    this.#queue = new WorkQueue(env.clock, random);
    this.#rounds = new Rounds(env.clock, random, rhythm.resyncMs, env.budget, place => this.#begin(place));
  }

  /** The first full list has been read: absence means absence from now on. */
  get listed(): boolean {
    return this.#listed;
  }

  get queue(): Pick<WorkQueue, 'depth' | 'due' | 'working' | 'idleUntil'> {
    return this.#queue;
  }

  /** The last look at an object since the start of the process, and the next one. */
  checks(key: Key): Checks {
    const dueAt = this.#queue.dueAt(key) ?? Number.POSITIVE_INFINITY;
    return { lastAt: this.#checkedAt.get(key), nextAt: Math.min(dueAt, this.#rounds.nextAt(this.#place(key))) };
  }

  /** Runs until `signal` aborts; resolves when the last pass has ended. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#env.intents.load();
    const since = await this.#list();
    this.#rounds.start();
    signal.addEventListener('abort', () => this.#queue.close(), { once: true });
    if (signal.aborted) this.#queue.close();
    const workers = Array.from({ length: this.#rhythm.workers }, () => this.#work(signal));
    await Promise.all([this.#watch(since, signal), ...workers]);
    this.#rounds.close();
  }

  /** Looks at everything again now, with fresh reads. */
  resync(): void {
    this.#rounds.refresh();
    for (const key of this.#objects.keys) this.#queue.add(key, priorities.resync);
  }

  /** A round of a place: everything in it is looked at again. */
  #begin(place: Place): void {
    for (const key of this.#objects.keys) if (this.#place(key) === place) this.#queue.add(key, priorities.resync);
    if (place === undefined) this.#expireEvents();
  }

  /** Account and Region that an object's resources are in. */
  #place(key: Key): Place {
    return inventoryOf(this.#objects.get(key)?.status).find(({ place }) => place !== undefined)?.place;
  }

  #expireEvents(): void {
    this.#env.events.expire().catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error);
      this.#env.log.warn({ error: problem }, 'old events could not be deleted; they will be at the next resync');
    });
  }

  async #list(): Promise<string> {
    let version = '0';
    const present = new Set<Key>();
    for (const kind of this.#env.kinds.keys()) {
      const { items, resourceVersion } = await this.#env.store.list(kind);
      if (version === '0') version = resourceVersion;
      for (const object of items) present.add(this.#index(object));
    }
    for (const key of this.#objects.keys.filter(k => !present.has(k))) this.#forget(key);
    for (const key of this.#objects.keys) this.#queue.add(key, priorities.resync);
    this.#listed = true;
    return version;
  }

  #index(object: ApiObject): Key {
    const key = keyOf(refOf(object));
    const spec = this.#objects.set(object);
    const kind = this.#env.kinds.get(object.kind);
    const names = kind && spec !== undefined ? kind.claims(object, spec) : [];
    for (const other of this.#env.claims.set(key, object.metadata.creationTimestamp, names))
      if (this.#listed) this.#queue.add(other, priorities.dependant);
    return key;
  }

  #forget(key: Key): void {
    this.#objects.delete(key);
    for (const other of this.#env.claims.delete(key)) this.#queue.add(other, priorities.dependant);
    this.#asked.delete(key);
    this.#checkedAt.delete(key);
    this.#env.observations.forget(key);
    this.#queue.forget(key);
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    let since = from;
    while (!signal.aborted) {
      try {
        for await (const event of this.#env.store.watch({ kinds: [...this.#env.kinds.keys()], since }, signal)) {
          since = this.#saw(event);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof StoreFailure) || error.reason !== 'Expired') throw error;
        this.#env.log.info({}, 'fell behind the history of the store, listing again');
        since = await this.#list();
      }
    }
  }

  #saw(event: WatchEvent): string {
    if (event.type === 'BOOKMARK') return event.resourceVersion;
    const { object } = event;
    const key = keyOf(refOf(object));
    const before = event.type === 'ADDED' ? undefined : event.previous;
    const named = this.#objects.references(key);
    if (event.type === 'DELETED') this.#forget(key);
    else this.#index(object);
    if (event.type !== 'DELETED' && matters(before, object)) this.#wake(key, before, object);
    if (event.type === 'DELETED' || before === undefined || statusMatters(before, object)) {
      for (const other of [...this.#objects.dependants(key), ...this.#watchers(object)])
        this.#queue.add(other, priorities.dependant);
    }
    for (const other of this.#released(key, named)) this.#queue.add(other, priorities.dependant);
    return object.metadata.resourceVersion;
  }

  #wake(key: Key, before: ApiObject | undefined, object: ApiObject): void {
    const asked = object.metadata.annotations?.[annotations.reconcileAt];
    if (asked !== before?.metadata.annotations?.[annotations.reconcileAt]) this.#asked.add(key);
    this.#queue.forget(key);
    this.#queue.add(key, object.metadata.deletionTimestamp ? priorities.deletion : priorities.user);
  }

  /** Objects whose kind looks at all objects of this kind in the namespace. */
  #watchers(object: ApiObject): readonly Key[] {
    const namespace = object.metadata.namespace ?? '';
    return [...this.#env.kinds.values()]
      .filter(({ watches }) => watches?.includes(object.kind))
      .flatMap(({ kind }) => this.#objects.ofKind(kind, namespace).map(peer => keyOf(refOf(peer))));
  }

  /** Objects on their way out that this one named and names no more. */
  #released(key: Key, named: readonly Key[]): readonly Key[] {
    const still = this.#objects.references(key);
    return named.filter(other => {
      const leaving = this.#objects.get(other)?.metadata.deletionTimestamp !== undefined;
      return leaving && !still.includes(other);
    });
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      try {
        await this.#attend(key, signal);
      } finally {
        this.#queue.done(key);
      }
    }
  }

  async #attend(key: Key, signal: AbortSignal): Promise<void> {
    const startedAt = this.#env.clock.now();
    const kind = key.split('/')[0] ?? '';
    const limit = deadline(this.#env.clock, this.#rhythm.passTimeoutMs, signal);
    try {
      const outcome = await pass(this.#env, key, this.#freshness(key), limit.signal);
      const result = this.#settle(key, outcome);
      this.#observe({ kind, key, result, ms: this.#env.clock.now() - startedAt, outcome });
    } catch (error) {
      if (!signal.aborted) this.#stumble(key, error);
      this.#observe({ kind, key, result: 'error', ms: this.#env.clock.now() - startedAt, outcome: undefined });
    } finally {
      limit.cancel();
    }
  }

  #freshness(key: Key): number {
    return this.#asked.has(key) ? Number.POSITIVE_INFINITY : this.#rounds.startedAt(this.#place(key));
  }

  #stumble(key: Key, error: unknown): void {
    if (error instanceof StoreFailure && error.reason === 'Conflict') {
      this.#queue.add(key, priorities.user);
      return;
    }
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    const expected = error instanceof StoreFailure || error instanceof Failure;
    const delayMs = this.#queue.retry(key, failing);
    this.#env.log.error(
      { object: key, name, error: message, ...(expected ? {} : { stack }), delayMs },
      'a pass could not be finished',
    );
  }

  /** The whole policy of how a pass ends. */
  #settle(key: Key, outcome: Outcome | undefined): 'success' | 'requeue' | 'requeue_after' | 'error' {
    if (!outcome) return 'success';
    const { report, facts } = outcome;
    if (facts.place !== undefined) this.#rounds.meet(facts.place);
    if (outcome.object) this.#checkedAt.set(key, this.#env.clock.now());
    this.#log(key, outcome);
    if (facts.failures.length === 0) this.#asked.delete(key);
    if (outcome.expiresAt !== undefined)
      this.#queue.add(key, priorities.resync, outcome.expiresAt - this.#env.clock.now());
    switch (report.schedule.kind) {
      case 'backoff':
        this.#queue.retry(key, failing);
        // What stands in the way is the source, which costs AWS nothing to look at.
        if (facts.failures.every(({ reason }) => reason === 'SourceUnreadable')) this.#poll(key, facts.object);
        return 'error';
      case 'slow':
        this.#queue.retry(key, waitingForPeople);
        return facts.failures.length > 0 ? 'error' : 'requeue';
      case 'refused':
        this.#queue.retry(key, {
          baseMs: report.schedule.afterMs,
          capMs: Math.max(report.schedule.afterMs, refusedCapMs),
        });
        return 'requeue_after';
      case 'again':
        if (facts.applied.length > 0 || report.settled) this.#queue.forget(key);
        this.#queue.add(key, priorities.retry, this.#affordable(facts, report.schedule.afterMs));
        return 'requeue_after';
      default:
        this.#queue.forget(key);
        this.#env.observations.rest(key, this.#rounds.startedAt(facts.place));
        this.#poll(key, facts.object);
        return 'success';
    }
  }

  /** Looking whether something has come about gets rarer as the budget is spent; seeing what came of a change does not. */
  #affordable({ applied, place }: Facts, askedMs: number): number {
    if (place === undefined || applied.length > 0) return askedMs;
    return Math.min(this.#env.budget.delay(place, askedMs, waitingShare), Math.max(askedMs, rarestMs));
  }

  #poll(key: Key, object: ApiObject): void {
    const pollMs = this.#env.kinds.get(object.kind)?.pollMs;
    if (pollMs !== undefined) this.#queue.add(key, priorities.resync, pollMs * (0.9 + this.#random() * 0.2));
  }

  #log(key: Key, { report, facts }: Outcome): void {
    const ready = conditionOf(report.status, 'Ready');
    const before = conditionOf(facts.object.status, 'Ready');
    if (report.drifted && facts.applied.length > 0)
      this.#env.log.warn({ object: key, changes: report.occurrences.map(({ message }) => message) }, 'drift repaired');
    if (
      !ready ||
      sameJson([ready.status, ready.reason, ready.message], [before?.status, before?.reason, before?.message])
    )
      return;
    const data = {
      object: key,
      ready: ready.status,
      reason: ready.reason,
      message: ready.message,
      at: timestamp(this.#env.clock.now()),
      requestIds: facts.failures.flatMap(({ requestId }) => requestId ?? []),
    };
    if (facts.failures.some(({ disposition }) => disposition !== 'wait'))
      this.#env.log.warn(data, 'object is not ready');
    else this.#env.log.info(data, 'object status changed');
  }
}

/** Our finalizer's coming is our own doing. */
function matters(before: ApiObject | undefined, after: ApiObject): boolean {
  if (before === undefined) return true;
  const held = ({ metadata }: ApiObject) => metadata.finalizers?.includes(finalizer) ?? false;
  const steering = ({ metadata }: ApiObject) => [metadata.generation, metadata.annotations, metadata.uid];
  return (held(before) && !held(after)) || !sameJson(steering(before), steering(after));
}

function statusMatters(before: ApiObject, after: ApiObject): boolean {
  const shown = ({ status, metadata, spec }: ApiObject) => {
    const {
      conditions: _c,
      resources: _r,
      bookkeeping: _b,
      observedGeneration: _g,
      appliedHash: _h,
      ...own
    } = status ?? {};
    const ready = conditionOf(status, 'Ready')?.status;
    return [own, ready, metadata.deletionTimestamp, spec];
  };
  return !sameJson(shown(before), shown(after));
}

function deadline(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const cancelTimer = clock.timer(ms, () =>
    controller.abort(new Failure('retry', 'AwsUnreachable', `no answer within ${ms / 1000} s`, { unclear: true })),
  );
  return {
    signal: controller.signal,
    cancel: () => {
      cancelTimer();
      signal.removeEventListener('abort', stop);
    },
  };
}
