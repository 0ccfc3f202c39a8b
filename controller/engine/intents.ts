import { type Clock, timestamp } from '../model/clock.ts';
import { contentHash } from '../model/json.ts';
import type { Key } from '../model/object.ts';
import { type Store, StoreFailure } from '../store/contract.ts';

const kind = 'Intent';
const namespace = 'batchwright-system';

/**
 * Calls without a token or natural key that may have been sent and whose outcome is not known: stored before the call,
 * removed when the answer is clear or reading has resolved the doubt. Crash in between, and the next process reads
 * before it repeats.
 */
export class Intents {
  readonly #store: Store;
  readonly #clock: Clock;
  /** When each open intent began, milliseconds since the epoch. */
  readonly #open = new Map<string, number>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Remembers what an earlier process left open. */
  async load(): Promise<void> {
    const { items } = await this.#store.list(kind);
    for (const { metadata } of items) this.#open.set(metadata.name, Date.parse(metadata.creationTimestamp));
  }

  /** When the open intent of a resource began; undefined when there is none. */
  startedAt(key: Key, id: string): number | undefined {
    return this.#open.get(nameOf(key, id));
  }

  /** Makes an intent durable. The call may be sent when this resolves. */
  async open(key: Key, id: string, op: string): Promise<void> {
    const name = nameOf(key, id);
    const now = this.#clock.now();
    await this.#store.create({
      apiVersion: 'batchwright.dev/v1alpha1',
      kind,
      metadata: { name, namespace },
      spec: { object: key, resource: id, operation: op, startedAt: timestamp(now) },
    });
    this.#open.set(name, now);
  }

  /** The outcome is known. Harmless when nothing is open. */
  async close(key: Key, id: string): Promise<void> {
    const name = nameOf(key, id);
    if (!this.#open.has(name)) return;
    try {
      await this.#store.delete({ kind, namespace, name });
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.reason !== 'NotFound') throw error;
    }
    this.#open.delete(name);
  }
}

function nameOf(key: Key, id: string): string {
  return `intent-${contentHash([key, id], 24)}`;
}
