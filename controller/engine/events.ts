import { type Clock, timestamp } from '../model/clock.ts';
import { contentHash } from '../model/json.ts';
import { type ApiObject, refOf } from '../model/object.ts';
import { type Store, StoreFailure } from '../store/contract.ts';

/** Something that people want to see beside an object. */
export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** As long as Kubernetes keeps them. Milliseconds. */
const eventLifeMs = 60 * 60_000;

/** Kubernetes Events about objects, kept in the store. */
export class Events {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Records an occurrence; the same one again raises count and lastTimestamp of the event that is there. */
  async record(object: ApiObject, occurrence: Occurrence): Promise<void> {
    const { name, namespace = 'default', uid } = object.metadata;
    const now = timestamp(this.#clock.now());
    const event = {
      kind: 'Event',
      namespace,
      name: `${name.slice(0, 230)}.${contentHash([uid, occurrence], 16)}`,
    };
    const existing = await this.#store.get(event);
    try {
      if (existing) {
        const count = typeof existing['count'] === 'number' ? existing['count'] + 1 : 2;
        await this.#store.update({ ...existing, count, lastTimestamp: now });
        return;
      }
      await this.#store.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: event.name, namespace },
        involvedObject: { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid },
        ...occurrence,
        source: { component: 'batchwright' },
        reportingComponent: 'batchwright',
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      });
    } catch (error) {
      // Somebody else wrote the same event in between: it is recorded, only the count may be one short.
      if (error instanceof StoreFailure && ['Conflict', 'AlreadyExists', 'NotFound'].includes(error.reason)) return;
      throw error;
    }
  }

  /** Deletes the events that were last seen more than an hour ago. */
  async expire(): Promise<void> {
    const oldest = this.#clock.now() - eventLifeMs;
    const { items } = await this.#store.list('Event');
    for (const event of items) {
      const lastAt = Date.parse(String(event['lastTimestamp'] ?? event.metadata.creationTimestamp));
      if (lastAt >= oldest) continue;
      try {
        await this.#store.delete(refOf(event));
      } catch (error) {
        // Somebody else was quicker.
        if (!(error instanceof StoreFailure) || error.reason !== 'NotFound') throw error;
      }
    }
  }
}
