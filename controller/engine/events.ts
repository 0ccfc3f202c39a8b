import { type Clock, timestamp } from '../model/clock.ts';
import { contentHash } from '../model/json.ts';
import type { ApiObject } from '../model/object.ts';
import { type Store, StoreFailure } from '../store/contract.ts';

/** Something that people want to see beside an object. */
export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

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
}
