import { timestamp } from '../model/clock.ts';
import { sameJson } from '../model/json.ts';
import {
  type ApiObject,
  apiVersion,
  type Draft,
  describeRef,
  group,
  type Metadata,
  type Ref,
  refOf,
} from '../model/object.ts';
import { type Preconditions, StoreFailure, type WatchEvent } from './contract.ts';

/** What the store gives to a write: `now` in milliseconds since the epoch, a fresh UUID, the version it would get. */
export interface Stamp {
  readonly now: number;
  readonly uid: () => string;
  readonly resourceVersion: string;
}

/** A write that changes something, in the shape in which watches see it. */
export type Change = Exclude<WatchEvent, { type: 'BOOKMARK' }>;

/** What a write comes to: a change, nothing to do (the stored object is the answer), or a refusal. */
export type Outcome = Change | { readonly type: 'UNCHANGED'; readonly object: ApiObject } | StoreFailure;

/** The outcome of a create: server-owned metadata is set, deletion fields and the status of our kinds are dropped. */
export function creation(stored: ApiObject | undefined, draft: Draft, stamp: Stamp): Outcome {
  if (stored) return new StoreFailure('AlreadyExists', `${describeRef(refOf(draft))} already exists`);
  const { status, ...kept } = draft;
  const object: ApiObject = {
    ...kept,
    metadata: {
      ...clientMetadata(draft.metadata, draft.metadata.managedFields),
      uid: stamp.uid(),
      resourceVersion: stamp.resourceVersion,
      generation: 1,
      creationTimestamp: timestamp(stamp.now),
    },
    ...(status !== undefined && !isOurs(draft) && { status }),
  };
  return { type: 'ADDED', object };
}

/**
 * The outcome of an update: everything but status and server-owned metadata comes from the draft. Absent `managedFields`
 * keep the stored ones, an empty list clears them. While deletion is pending finalizers only shrink, and emptying them
 * removes the object.
 */
export function replacement(stored: ApiObject | undefined, draft: Draft, stamp: Stamp): Outcome {
  if (!stored) return missing(refOf(draft));
  const refusal = unmet(stored, draft.metadata) ?? addedFinalizers(stored, draft);
  if (refusal) return refusal;
  const { status: _, ...kept } = draft;
  const next: ApiObject = {
    ...kept,
    metadata: {
      ...clientMetadata(draft.metadata, draft.metadata.managedFields ?? stored.metadata.managedFields),
      ...serverMetadata(stored.metadata),
    },
    ...(stored.status !== undefined && { status: stored.status }),
  };
  const released = stored.metadata.deletionTimestamp !== undefined && next.metadata.finalizers === undefined;
  if (released) return { type: 'DELETED', object: stamped(next, stamp), previous: stored };
  const asDesired = sameJson(desired(stored), desired(next));
  if (asDesired && sameMetadata(stored, next)) return { type: 'UNCHANGED', object: stored };
  const generation = stored.metadata.generation + (asDesired ? 0 : 1);
  return { type: 'MODIFIED', object: stamped(next, stamp, { generation }), previous: stored };
}

/** The outcome of a status update: only `status` and given `managedFields` come from the draft. */
export function statusReplacement(stored: ApiObject | undefined, draft: Draft, stamp: Stamp): Outcome {
  if (!stored) return missing(refOf(draft));
  const refusal = unmet(stored, draft.metadata);
  if (refusal) return refusal;
  const { status: _, ...kept } = stored;
  const next: ApiObject = {
    ...kept,
    metadata: {
      ...clientMetadata(stored.metadata, draft.metadata.managedFields ?? stored.metadata.managedFields),
      ...serverMetadata(stored.metadata),
    },
    ...(draft.status !== undefined && { status: draft.status }),
  };
  if (sameJson(stored.status, next.status) && sameMetadata(stored, next)) return { type: 'UNCHANGED', object: stored };
  return { type: 'MODIFIED', object: stamped(next, stamp), previous: stored };
}

/** The outcome of a delete: gone without finalizers; with them marked once and kept. */
export function removal(ref: Ref, stored: ApiObject | undefined, preconditions: Preconditions, stamp: Stamp): Outcome {
  if (!stored) return missing(ref);
  const refusal = unmet(stored, preconditions);
  if (refusal) return refusal;
  const { finalizers, deletionTimestamp, generation } = stored.metadata;
  if (finalizers === undefined) return { type: 'DELETED', object: stamped(stored, stamp), previous: stored };
  if (deletionTimestamp !== undefined) return { type: 'UNCHANGED', object: stored };
  const object = stamped(stored, stamp, {
    generation: generation + 1,
    deletionTimestamp: timestamp(stamp.now),
    deletionGracePeriodSeconds: 0,
  });
  return { type: 'MODIFIED', object, previous: stored };
}

function isOurs(draft: Draft): boolean {
  return draft.apiVersion === apiVersion || draft.apiVersion.startsWith(`${group}/`);
}

function missing(ref: Ref): StoreFailure {
  return new StoreFailure('NotFound', `${describeRef(ref)} not found`);
}

function unmet(stored: ApiObject, { uid, resourceVersion }: Preconditions): StoreFailure | undefined {
  const what = describeRef(refOf(stored));
  const { metadata } = stored;
  if (uid && uid !== metadata.uid) {
    return new StoreFailure('Conflict', `${what} has uid ${metadata.uid}, the request is for uid ${uid}`);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    const versions = `it is at version ${metadata.resourceVersion}, the request is based on ${resourceVersion}`;
    return new StoreFailure('Conflict', `${what} has changed: ${versions}; read it again and repeat the change`);
  }
  return undefined;
}

function addedFinalizers(stored: ApiObject, draft: Draft): StoreFailure | undefined {
  if (stored.metadata.deletionTimestamp === undefined) return undefined;
  const added = (draft.metadata.finalizers ?? []).filter(name => !stored.metadata.finalizers?.includes(name));
  if (added.length === 0) return undefined;
  const what = describeRef(refOf(stored));
  return new StoreFailure('Invalid', `${what} is being deleted: metadata.finalizers must not gain ${added.join(', ')}`);
}

type ServerOwned =
  | 'uid'
  | 'resourceVersion'
  | 'generation'
  | 'creationTimestamp'
  | 'deletionTimestamp'
  | 'deletionGracePeriodSeconds';

/** The fields that clients own; empty ones are left out, because a stored `{}` shows up as a difference in `kubectl diff`. */
function clientMetadata(
  { name, namespace, generateName, labels, annotations, finalizers, ownerReferences }: Draft['metadata'],
  managedFields: Metadata['managedFields'],
): Omit<Metadata, ServerOwned> {
  return {
    name,
    ...(namespace && { namespace }),
    ...(generateName && { generateName }),
    ...(filled(labels) && { labels }),
    ...(filled(annotations) && { annotations }),
    ...(filled(finalizers) && { finalizers }),
    ...(filled(ownerReferences) && { ownerReferences }),
    ...(filled(managedFields) && { managedFields }),
  };
}

/** Clients do send `labels: null`, whatever the type says. */
function filled<T extends object>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null && Object.keys(value).length > 0;
}

function serverMetadata(stored: Metadata): Pick<Metadata, ServerOwned> {
  const { uid, resourceVersion, generation, creationTimestamp } = stored;
  const { deletionTimestamp, deletionGracePeriodSeconds } = stored;
  return {
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  };
}

function stamped(object: ApiObject, { resourceVersion }: Stamp, changed: Partial<Metadata> = {}): ApiObject {
  return { ...object, metadata: { ...object.metadata, ...changed, resourceVersion } };
}

/** Everything that generation counts. */
function desired({ metadata: _metadata, status: _status, ...body }: ApiObject): object {
  return body;
}

/** When a manager last wrote does not count, or repeated applies would never settle. */
function sameMetadata(a: ApiObject, b: ApiObject): boolean {
  return sameJson(timeless(a.metadata), timeless(b.metadata));
}

function timeless(metadata: Metadata): object {
  return { ...metadata, managedFields: metadata.managedFields?.map(({ time: _, ...entry }) => entry) };
}
