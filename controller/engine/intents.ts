import { type Clock, timestamp } from '../model/clock.ts';
import { contentHash } from '../model/json.ts';
import type { Key } from '../model/object.ts';
import { type Store, StoreFailure } from '../store/contract.ts';

const kind = 'Intent';
const namespace = 'batchwright-system';

/** The AWS resource that a call is about. */
interface Subject {
  /** Within its object. */
  readonly id: string;
  /** Name of the resource definition. */
  readonly resource: string;
  /** The name in AWS. */
  readonly name: string;
}

/** A call that may have been sent. */
export interface Intent extends Subject {
  readonly object: Key;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/**
 * Calls that may have been sent and whose outcome is not known: stored before the call, removed when the answer is clear
 * or reading has resolved the doubt. Crash in between, and the next process reads before it repeats a call that has
 * neither a token nor a natural key, and finds what was made under a name that is declared no longer.
 */
export class Intents {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #open = new Map<string, Intent>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Remembers what an earlier process left open. */
  async load(): Promise<void> {
    const { items } = await this.#store.list(kind);
    for (const { metadata, spec } of items) {
      const { object, id, resource, name } = (spec ?? {}) as unknown as Intent;
      this.#open.set(metadata.name, { object, id, resource, name, startedAt: Date.parse(metadata.creationTimestamp) });
    }
  }

  /** When the open intent about a resource began; undefined when there is none. */
  startedAt(key: Key, subject: Subject): number | undefined {
    return this.#open.get(nameOf(key, subject))?.startedAt;
  }

  /** The open intents of an object. */
  of(key: Key): readonly Intent[] {
    return [...this.#open.values()].filter(({ object }) => object === key);
  }

  /** Makes an intent durable. The call may be sent when this resolves. */
  async open(key: Key, { id, resource, name }: Subject, op: string): Promise<void> {
    const now = this.#clock.now();
    const intent = { object: key, id, resource, name };
    await this.#store.create({
      apiVersion: 'batchwright.dev/v1alpha1',
      kind,
      metadata: { name: nameOf(key, intent), namespace },
      spec: { ...intent, operation: op, startedAt: timestamp(now) },
    });
    this.#open.set(nameOf(key, intent), { ...intent, startedAt: now });
  }

  /** The outcome is known. Harmless when nothing is open. */
  async close(key: Key, subject: Subject): Promise<void> {
    const name = nameOf(key, subject);
    if (!this.#open.has(name)) return;
    try {
      await this.#store.delete({ kind, namespace, name });
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.reason !== 'NotFound') throw error;
    }
    this.#open.delete(name);
  }
}

function nameOf(key: Key, { resource, name }: Pick<Subject, 'resource' | 'name'>): string {
  return `intent-${contentHash([key, resource, name], 24)}`;
}
