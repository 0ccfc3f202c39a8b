import type { Json, JsonObject } from '../../../model/json.ts';
import type { Schema } from '../schema/schema.ts';
import { type Changes, changes, written } from './compare.ts';
import { difference, type FieldSet, isEmpty, union } from './field-set.ts';
import {
  isReset,
  metadataOf,
  neverOwned,
  type Ownership,
  ownershipsFrom,
  sameOwner,
  type Writer,
  withOwnerships,
} from './managed-fields.ts';

/** A write other than apply: POST, PUT, merge patch or JSON patch, on an object or its status. */
export interface UpdateRequest {
  /** Of whole objects. */
  readonly schema: Schema;
  /** Undefined when the object is created. */
  readonly stored: JsonObject | undefined;
  /** The object to be stored: defaulted, normalised, and with `metadata.managedFields` as the client left it. */
  readonly next: JsonObject;
  readonly writer: Writer;
}

/**
 * The object to be stored, with ownership as it follows from the change: what the writer added or changed is the
 * writer's alone, what was removed is nobody's. A write that changes nothing leaves managedFields as they were. The
 * client can replace managedFields by a well-formed list, and reset them with `[]` or `[{}]`, except through /status.
 */
export function updated({ next, schema, stored, writer }: UpdateRequest): JsonObject {
  const change = changes(schema, stored === undefined ? {} : owned(stored), owned(next));
  const base = baseOf(stored, next, writer);
  return withOwnerships(next, afterUpdate(base, change, writer));
}

/** The entries after a change by `writer`: everything in it taken from all, and what it brought given to the writer. */
function afterUpdate(base: readonly Ownership[], change: Changes, writer: Writer): readonly Ownership[] {
  const claimed = difference(written(change), neverOwned);
  const taken = union(written(change), change.removed);
  const left = base.map(entry => ({ ...entry, set: difference(entry.set, taken) }));
  return isEmpty(claimed) ? left : withClaim(left, claimed, writer);
}

function withClaim(entries: readonly Ownership[], claimed: FieldSet, writer: Writer): readonly Ownership[] {
  const { apiVersion, manager, now, subresource } = writer;
  const identity = { manager, operation: 'Update', apiVersion, subresource } as const;
  const mine = entries.find(entry => sameOwner(entry, identity));
  const joined: Ownership = { ...identity, time: now, set: mine === undefined ? claimed : union(mine.set, claimed) };
  return [...entries.filter(entry => entry !== mine), joined];
}

function baseOf(stored: JsonObject | undefined, next: JsonObject, writer: Writer): readonly Ownership[] {
  const before = stored === undefined ? [] : (ownershipsFrom(managedFieldsIn(stored)) ?? []);
  const sent = managedFieldsIn(next);
  if (writer.subresource !== '' || sent === undefined) return before;
  if (isReset(sent)) return [];
  const replaced = ownershipsFrom(sent);
  return replaced === undefined || replaced.length === 0 ? before : replaced;
}

/** The part of an object that ownership is about: everything but the record of ownership itself. */
export function owned(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}

/** `metadata.managedFields` of an object. */
export function managedFieldsIn(object: JsonObject): Json | undefined {
  return metadataOf(object)['managedFields'];
}
