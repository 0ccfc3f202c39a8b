import { type JsonObject, sameJson } from '../../../model/json.ts';
import { withoutNulls } from '../schema/default.ts';
import { normalisedMetadata } from '../schema/metadata.ts';
import type { Schema } from '../schema/schema.ts';
import { badRequest } from '../status.ts';
import { type Changes, changes, written } from './compare.ts';
import { type Conflict, conflictError } from './conflict.ts';
import { difference, emptySet, type FieldSet, intersection, isEmpty, sameSet, union } from './field-set.ts';
import { handedOver, handOverManager, withLastApplied } from './last-applied.ts';
import {
  metadataOf,
  neverOwned,
  type Ownership,
  ownershipsFrom,
  sameOwner,
  type Writer,
  withOwnerships,
} from './managed-fields.ts';
import { merged } from './merge.ts';
import { without } from './remove.ts';
import { setOf, withNamedFields } from './set-of.ts';
import { assertTyped } from './typing.ts';
import { managedFieldsIn, owned } from './update.ts';

/** A server-side apply. */
export interface ApplyRequest {
  /** Of whole objects. */
  readonly schema: Schema;
  /** Undefined when the object does not exist. */
  readonly stored: JsonObject | undefined;
  /** As the client sent it; apiVersion, kind and name fit the endpoint. */
  readonly config: JsonObject;
  readonly writer: Writer;
  /** Take fields from other managers instead of failing. */
  readonly force: boolean;
  /** The type has a status subresource, so that its main endpoint leaves `status` alone. */
  readonly statusSubresource: boolean;
}

/**
 * The object that results from applying a configuration, with ownership; still to be defaulted and validated. Exactly
 * the stored object when nothing changes. What the manager applied before and leaves out now disappears unless somebody
 * else owns it.
 *
 * Throws the 409 of unforced conflicts, the 400 of a configuration that holds managedFields, and the 500 (so answers
 * Kubernetes) of one that its schema cannot type. Preconditions (uid, resourceVersion, existence) are the caller's.
 */
export function applied(request: ApplyRequest): JsonObject {
  const { config, force, schema, stored, writer } = request;
  const sent = configOf(request);
  if (stored === undefined) return withOwnerships(sent, [mineOf(schema, sent, writer)]);
  const state: State = { ...request, stored: owned(stored), entries: entriesOf(request, stored) };
  const outcome = applyTo(state, sent);
  const allowed = writer.manager === handOverManager ? handedOver(schema, state.stored) : emptySet;
  const conflicts = outcome.conflicts.filter(({ fields }) => !isEmpty(difference(fields, allowed)));
  if (!force && conflicts.length > 0) {
    throw conflictError(conflicts.map(conflict => ({ ...conflict, fields: difference(conflict.fields, allowed) })));
  }
  const handsOver = writer.manager === handOverManager && writer.subresource === '';
  const result = handsOver ? withLastApplied(outcome.result, withoutServerMetadata(config)) : outcome.result;
  const object = withOwnerships(result, outcome.entries);
  return sameJson(object, stored) ? stored : object;
}

/** What an apply starts from: a request whose stored object is without managedFields. */
interface State extends ApplyRequest {
  readonly stored: JsonObject;
  readonly entries: readonly Ownership[];
}

interface Outcome {
  readonly result: JsonObject;
  /** As they are when conflicts are won. */
  readonly entries: readonly Ownership[];
  readonly conflicts: readonly Conflict[];
}

function applyTo(state: State, config: JsonObject): Outcome {
  const { entries, schema, stored, writer } = state;
  const mine = mineOf(schema, config, writer);
  const previous = entries.find(entry => sameOwner(entry, mine));
  const others = entries.filter(entry => entry !== previous);
  const everybody = [...others, mine].reduce<FieldSet>((set, entry) => union(set, entry.set), emptySet);
  const result = limited(state, pruned(schema, merged(schema, stored, config), previous?.set ?? emptySet, everybody));
  const change = changes(schema, stored, result);
  const conflicts = others
    .map(owner => ({ owner, fields: intersection(owner.set, written(change)) }))
    .filter(({ fields }) => !isEmpty(fields));
  const losers = others.map(entry => lost(entry, change));
  const settled = previous !== undefined && sameJson(result, stored) && sameSet(previous.set, mine.set);
  return { result, conflicts, entries: [...losers, settled ? previous : mine] };
}

/** The result as far as the endpoint may change the object, whatever earlier entries claim to own. */
function limited({ statusSubresource, stored, writer }: State, result: JsonObject): JsonObject {
  if (!statusSubresource) return result;
  const [outside, inside] = writer.subresource === 'status' ? [stored, result] : [result, stored];
  const { status: _, ...rest } = outside;
  return inside['status'] === undefined ? rest : { ...rest, status: inside['status'] };
}

function lost(entry: Ownership, change: Changes): Ownership {
  return { ...entry, set: difference(entry.set, union(written(change), change.removed)) };
}

/** What is left of a merged object when everything goes that only the manager's previous configuration held. */
function pruned(schema: Schema, object: JsonObject, previous: FieldSet, everybody: FieldSet): JsonObject {
  const named = (set: FieldSet): FieldSet => withNamedFields(schema, set);
  const everybodys = named(everybody);
  const last = named(previous);
  if (isEmpty(difference(last, everybodys))) return object;
  const namedSetOf = (value: JsonObject): FieldSet => named(setOf(schema, value));
  const all = namedSetOf(object);
  const bare = without(schema, object, last, everybody);
  // What somebody owns stays, also inside something that the manager owned as a whole entry.
  const ownedByAny = union(namedSetOf(bare), everybodys);
  const kept = without(schema, object, difference(all, ownedByAny), everybody);
  // What nobody owns, such as defaults, was not the manager's to remove.
  return without(schema, object, intersection(difference(all, namedSetOf(kept)), last), everybody);
}

function mineOf(schema: Schema, config: JsonObject, writer: Writer): Ownership {
  const { apiVersion, manager, now, subresource } = writer;
  const set = difference(setOf(schema, config), neverOwned);
  return { manager, operation: 'Apply', apiVersion, subresource, time: now, set };
}

/** Manager of everything in an object that nobody owned before the first apply. */
const firstManager = 'before-first-apply';

function entriesOf(request: ApplyRequest, stored: JsonObject): readonly Ownership[] {
  const entries = ownershipsFrom(managedFieldsIn(stored)) ?? [];
  if (entries.length > 0) return entries;
  const { apiVersion, now } = request.writer;
  const existing = changes(request.schema, {}, withoutReset(request, owned(stored))).added;
  const set = difference(existing, neverOwned);
  return [{ manager: firstManager, operation: 'Update', apiVersion, time: now, subresource: '', set }];
}

/** The configuration as far as this endpoint takes it. */
function configOf(request: ApplyRequest): JsonObject {
  const { config, schema, writer } = request;
  const managedFields = managedFieldsIn(config);
  if (managedFields !== undefined && managedFields !== null && Object.keys(managedFields).length > 0) {
    throw badRequest('metadata.managedFields must not be set in an apply configuration');
  }
  const sent = withoutServerMetadata(withoutNulls(schema, config));
  assertTyped(schema, sent);
  if (writer.subresource === '') return withoutReset(request, sent);
  const { name, namespace } = metadataOf(sent);
  const { apiVersion, kind, status } = sent;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: { ...(name === undefined ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) },
    ...(status === undefined ? {} : { status }),
  };
}

function withoutReset({ statusSubresource, writer }: ApplyRequest, object: JsonObject): JsonObject {
  if (writer.subresource !== '' || !statusSubresource || object['status'] === undefined) return object;
  const { status: _, ...rest } = object;
  return rest;
}

const serverMetadata = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
]);

function withoutServerMetadata(config: JsonObject): JsonObject {
  const kept = Object.entries(metadataOf(config)).filter(([name]) => !serverMetadata.has(name));
  return { ...config, metadata: normalisedMetadata(Object.fromEntries(kept)) };
}
