import { annotations } from '../../model/annotations.ts';
import { type Clock, pause } from '../../model/clock.ts';
import { type ApiObject, type Ref, refOf } from '../../model/object.ts';
import { type Store, StoreFailure, type WatchEvent } from '../../store/contract.ts';
import type { ApiLog } from './log.ts';
import { ensureNamespace, namespaceNamed, settleNamespace } from './namespace-objects.ts';
import { OwnerIndex } from './owner-index.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import type { ServedTypes } from './served-types.ts';
import { events, lastSeen } from './types/event.ts';
import { isTerminating, namespaces, permanentNamespaces } from './types/namespace.ts';

/** What housekeeping works with. */
export interface HousekeepingParts {
  readonly store: Store;
  readonly types: ServedTypes;
  readonly clock: Clock;
  readonly log: ApiLog;
}

/** How long an Event is kept after it was last seen, in milliseconds. */
export const eventAgeMs = 60 * 60_000;

const sweepEveryMs = 60_000;
const restartMs = 1_000;

/**
 * Follows the store and does what a cluster's own controllers would: dependents go when their last owner has gone, what
 * is in a namespace goes with it, every namespace in use has its object, and Events go after an hour. Level-triggered
 * and repeatable: a restart begins by looking at everything.
 */
export class Housekeeping {
  readonly #store: Store;
  readonly #types: ServedTypes;
  readonly #clock: Clock;
  readonly #log: ApiLog;
  #index = new OwnerIndex();

  constructor({ store, types, clock, log }: HousekeepingParts) {
    this.#store = store;
    this.#types = types;
    this.#clock = clock;
    this.#log = log;
  }

  /** Makes sure of the namespaces that are always there; they exist when this settles. */
  async seed(): Promise<void> {
    for (const name of permanentNamespaces) await ensureNamespace(this.#store, name);
  }

  /** Works until the signal aborts; failures are logged and everything is looked at anew. */
  async run(signal: AbortSignal): Promise<void> {
    const sweeping = this.#sweep(signal);
    while (!signal.aborted) {
      try {
        const since = await this.#begin();
        for await (const event of this.#store.watch({ since }, signal)) await this.#follow(event);
      } catch (error) {
        if (signal.aborted) break;
        this.#log.warn({ err: error }, 'housekeeping begins again');
        await pause(this.#clock, restartMs, signal);
      }
    }
    await sweeping;
  }

  /** Looks at everything there is; the answer is the version from which to follow changes. */
  async #begin(): Promise<string> {
    this.#index = new OwnerIndex();
    let since: string | undefined;
    const all: ApiObject[] = [];
    for (const type of this.#types.stored) {
      const { items, resourceVersion } = await this.#store.list(type.kind);
      since ??= resourceVersion;
      all.push(...items);
    }
    for (const object of all) this.#index.put(object);
    for (const ref of this.#index.owned()) await this.#collectIfOrphaned(ref);
    const rooms = new Set(all.filter(object => this.#isOwn(object)).map(({ metadata }) => metadata.namespace ?? ''));
    for (const name of rooms) if (name !== '') await ensureNamespace(this.#store, name);
    for (const object of all) if (object.kind === namespaces.kind) await this.#settle(object.metadata.name);
    return since ?? '0';
  }

  async #follow(event: WatchEvent): Promise<void> {
    if (event.type === 'BOOKMARK') return;
    const { object, type } = event;
    const { name, namespace, uid } = object.metadata;
    if (type === 'DELETED') {
      this.#index.remove(object);
      for (const ref of this.#index.dependentsOf(uid)) await this.#collectIfOrphaned(ref);
      // Looking at each of many would take long; the last one is told by the index.
      if (namespace && this.#index.within(namespace) === 0) await this.#settle(namespace);
      return;
    }
    this.#index.put(object);
    if (object.kind === namespaces.kind) await this.#settle(name);
    if (type !== 'ADDED' || !namespace) return;
    if (this.#isOwn(object)) await ensureNamespace(this.#store, namespace);
    await this.#settle(namespace);
  }

  /** Deletes what is in a namespace whose deletion was requested, and the namespace after it. */
  async #settle(name: string): Promise<void> {
    if (!(await this.#terminating(name))) return;
    for (const object of await this.#within(name)) await this.#deleteQuietly(refOf(object));
    const left = new Set((await this.#within(name)).map(({ kind }) => kind));
    const namespace = await this.#terminating(name);
    if (namespace) await this.#quietly(() => settleNamespace(this.#store, namespace, left));
  }

  async #terminating(name: string): Promise<ApiObject | undefined> {
    const namespace = await namespaceNamed(this.#store, name);
    return namespace !== undefined && isTerminating(namespace) ? namespace : undefined;
  }

  /** From the store: the index is behind it by the changes that were not followed yet. */
  async #within(namespace: string): Promise<readonly ApiObject[]> {
    const lists = await Promise.all(
      this.#types.stored.filter(({ namespaced }) => namespaced).map(({ kind }) => this.#store.list(kind, namespace)),
    );
    return lists.flatMap(({ items }) => items);
  }

  /** Deletes an object when none of its owners exists any more. What a file owns stays: the file would bring it back. */
  async #collectIfOrphaned(ref: Ref): Promise<void> {
    const object = await this.#store.get(ref);
    const owners = object?.metadata.ownerReferences ?? [];
    if (object === undefined || owners.length === 0 || object.metadata.annotations?.[annotations.source]) return;
    for (const owner of owners) {
      const type = this.#types.stored.find(
        ({ kind, ...type }) => kind === owner.kind && apiVersionOf(type) === owner.apiVersion,
      );
      if (type === undefined) return;
      const namespace = type.namespaced ? (ref.namespace ?? '') : '';
      const living = await this.#store.get({ kind: owner.kind, namespace, name: owner.name });
      if (living?.metadata.uid === owner.uid) return;
    }
    await this.#quietly(async () => {
      await this.#store.delete(refOf(object), { uid: object.metadata.uid });
    });
  }

  async #deleteQuietly(ref: Ref): Promise<void> {
    const object = await this.#store.get(ref);
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
    await this.#quietly(async () => {
      await this.#store.delete(ref, { uid: object.metadata.uid });
    });
  }

  /** Somebody else was faster: the change they made brings us here again. */
  async #quietly(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof StoreFailure) || !['NotFound', 'Conflict'].includes(error.reason)) throw error;
    }
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.deleteOldEvents();
      } catch (error) {
        this.#log.warn({ err: error }, 'old events could not be deleted');
      }
      await pause(this.#clock, sweepEveryMs, signal);
    }
  }

  /** Deletes the Events that were last seen more than an hour ago. */
  async deleteOldEvents(): Promise<void> {
    const before = this.#clock.now() - eventAgeMs;
    const { items } = await this.#store.list(events.kind);
    for (const event of items) {
      if (!(Date.parse(lastSeen(event)) >= before) && !(Date.parse(event.metadata.creationTimestamp) >= before)) {
        await this.#deleteQuietly(refOf(event));
      }
    }
  }

  #isOwn(object: ApiObject): boolean {
    return this.#types.own.some((type: ResourceType) => type.kind === object.kind);
  }
}
