import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import {
  difference,
  emptySet,
  type FieldSet,
  fieldSetFrom,
  fieldsV1Of,
  isEmpty,
  node,
  setFrom,
  union,
} from './field-set.ts';

/** Which fields of an object somebody owns, and how they came to own them. */
export interface Ownership {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** RFC 3339; absent in entries whose author did not say. */
  readonly time?: string;
  /** Empty for the main endpoint. */
  readonly subresource: string;
  readonly set: FieldSet;
}

/** Who writes, by which endpoint, and when. */
export interface Writer {
  readonly manager: string;
  /** Of the object that was sent. */
  readonly apiVersion: string;
  readonly subresource: '' | 'status';
  /** RFC 3339, whole seconds. */
  readonly now: string;
}

/** Most `Update` entries of an object; the oldest of more are folded into one. */
export const maxUpdaters = 10;
const foldedManager = 'ancient-changes';

/** What belongs to the server or identifies the object: nobody owns it. */
export const neverOwned: FieldSet = setFrom(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...(
    [
      'name',
      'namespace',
      'selfLink',
      'uid',
      'resourceVersion',
      'generation',
      'creationTimestamp',
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'managedFields',
    ] as const
  ).map(name => ['f:metadata', `f:${name}`] as const),
);

/** True when two entries are about the same writer; `Update` entries are kept apart by version, too. */
export function sameOwner(a: Omit<Ownership, 'set'>, b: Omit<Ownership, 'set'>): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** The entries of `metadata.managedFields`; undefined when it is not a list of well-formed entries. */
export function ownershipsFrom(managedFields: Json | undefined): readonly Ownership[] | undefined {
  if (managedFields === undefined || managedFields === null) return [];
  if (!Array.isArray(managedFields)) return undefined;
  const entries = managedFields.map(ownershipFrom);
  const wellFormed = entries.filter(entry => entry !== undefined);
  return wellFormed.length === entries.length ? wellFormed : undefined;
}

/** True for the ways of asking that all ownership be forgotten: `[]` and `[{}]`. */
export function isReset(managedFields: Json | undefined): boolean {
  if (!Array.isArray(managedFields)) return false;
  const [first, ...more] = managedFields;
  return first === undefined || (more.length === 0 && isObject(first) && Object.keys(first).length === 0);
}

/** `metadata.managedFields` from entries: without those that own nothing, folded and sorted. */
export function managedFieldsOf(ownerships: readonly Ownership[]): readonly JsonObject[] {
  const owning = ownerships.filter(({ set }) => !isEmpty(set));
  return folded(owning).toSorted(byOperationTimeAndManager).map(encoded);
}

/** An object with these entries as its managedFields. */
export function withOwnerships(object: JsonObject, ownerships: readonly Ownership[]): JsonObject {
  const { managedFields: _, ...metadata } = metadataOf(object);
  const managedFields = managedFieldsOf(ownerships);
  return { ...object, metadata: managedFields.length === 0 ? metadata : { ...metadata, managedFields } };
}

/** An object's metadata, `{}` when it has none. */
export function metadataOf(object: JsonObject): JsonObject {
  const { metadata } = object;
  return isObject(metadata) ? (metadata as JsonObject) : {};
}

function ownershipFrom(entry: Json): Ownership | undefined {
  if (!isObject(entry)) return undefined;
  const { apiVersion, fieldsType, fieldsV1, manager, operation, subresource, time } = entry;
  const set = fieldSetFrom(fieldsV1 ?? {});
  if ((operation !== 'Apply' && operation !== 'Update') || set === undefined || fieldsType !== 'FieldsV1') {
    return undefined;
  }
  if (typeof apiVersion !== 'string' || (manager !== undefined && typeof manager !== 'string')) return undefined;
  return {
    manager: manager ?? '',
    operation,
    apiVersion,
    ...(typeof time === 'string' ? { time } : {}),
    subresource: typeof subresource === 'string' ? subresource : '',
    set: difference(node(false, set.children), neverOwned),
  };
}

function encoded({ apiVersion, manager, operation, set, subresource, time }: Ownership): JsonObject {
  return {
    manager,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsV1Of(set),
    ...(subresource === '' ? {} : { subresource }),
  };
}

function folded(ownerships: readonly Ownership[]): readonly Ownership[] {
  const updates = ownerships.filter(({ operation }) => operation === 'Update').toSorted(byOperationTimeAndManager);
  if (updates.length <= maxUpdaters) return ownerships;
  // One place is for the fold itself, which stays the oldest of those that are left.
  const old = updates.slice(0, updates.length - maxUpdaters + 1);
  const rest = ownerships.filter(entry => !old.includes(entry));
  const versions = Map.groupBy(old, ({ apiVersion }) => apiVersion);
  return [...rest, ...[...versions].map(([apiVersion, entries]) => fold(apiVersion, entries))];
}

function fold(apiVersion: string, entries: readonly Ownership[]): Ownership {
  const time = entries.at(-1)?.time;
  return {
    manager: foldedManager,
    operation: 'Update',
    apiVersion,
    ...(time === undefined ? {} : { time }),
    subresource: '',
    set: entries.reduce<FieldSet>((set, entry) => union(set, entry.set), emptySet),
  };
}

function byOperationTimeAndManager(a: Ownership, b: Ownership): number {
  const keys = ({ apiVersion, manager, operation, subresource, time = '' }: Ownership): readonly string[] => [
    operation,
    time,
    manager,
    apiVersion,
    subresource,
  ];
  const others = keys(b);
  const [mine = '', other = ''] =
    keys(a)
      .map((key, index) => [key, others[index] ?? ''])
      .find(([x, y]) => x !== y) ?? [];
  if (mine === other) return 0;
  return mine < other ? -1 : 1;
}
