import { isObject, type JsonObject, sameJson } from '../../model/json.ts';
import type { ApiObject, Draft, Metadata } from '../../model/object.ts';
import { type Cause, invalidValue } from './cause.ts';
import type { ResourceType } from './resource-type.ts';
import type { ResourceRoute } from './route.ts';
import { defaulted } from './schema/default.ts';
import { metadataChangeCauses, normalisedMetadata, validatedMetadata } from './schema/metadata.ts';
import { metadataSchema } from './schema/object-schema.ts';
import type { Schema } from './schema/schema.ts';
import { validated } from './schema/validate.ts';
import { badRequest, conflict, invalid, tooLarge } from './status.ts';

/** Which part of an object a request may write. */
export type Endpoint = 'main' | 'status';

/** The part of the object that a path stands for. */
export function endpointOf({ route }: { readonly route: ResourceRoute }): Endpoint {
  return route.subresource === 'status' ? 'status' : 'main';
}

/** Where a request puts an object. */
export interface Place {
  readonly namespace: string;
  /** Empty where the object names itself. */
  readonly name: string;
}

type SentMetadata = Partial<Metadata>;

/**
 * The draft of a new object: without what belongs to the server, with defaults. `name` makes a name from a generateName
 * where the object has none. Its JSON types may still be wrong: see `assertValid`.
 */
export function creationDraft(
  type: ResourceType,
  sent: JsonObject,
  place: Place,
  name: (prefix: string) => string,
): Draft {
  const { metadata: sentMetadata, status, ...body } = defaulted(type.schema, sent);
  const metadata = asMetadata(sentMetadata);
  if (metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  assertPlace(metadata, place);
  const generated = !metadata.name && metadata.generateName ? name(String(metadata.generateName)) : metadata.name;
  return assembled(
    body,
    normalised(clientMetadata(metadata), { ...place, name: place.name || (generated ?? '') }),
    type.status ? undefined : status,
  );
}

/**
 * The draft of an object's next state: what the endpoint may write comes from `sent`, the rest from `stored`. A
 * resourceVersion or uid that was sent and is not the stored one is a conflict.
 */
export function updateDraft(type: ResourceType, stored: ApiObject, sent: JsonObject, endpoint: Endpoint): Draft {
  const { metadata: sentMetadata, status, ...body } = defaulted(type.schema, sent);
  const metadata = asMetadata(sentMetadata);
  assertSame(type, stored, metadata);
  if (endpoint === 'status') {
    const { status: _, ...kept } = stored;
    return { ...kept, ...(status === undefined ? {} : { status: status as JsonObject }) };
  }
  const { name, namespace = '' } = stored.metadata;
  const draft = assembled(
    body,
    normalised({ ...clientMetadata(metadata), ...serverMetadata(stored.metadata) }, { name, namespace }),
    type.status ? stored.status : status,
  );
  // An object that was stored without some default keeps lacking it until somebody changes more than that.
  return sameContent(type, stored, draft) ? { ...stored, metadata: draft.metadata } : draft;
}

/** Bodies have been checked to carry apiVersion and kind: see `typed`. */
function assembled(body: JsonObject, metadata: Draft['metadata'], status: unknown): Draft {
  return { ...body, metadata, ...(status === undefined ? {} : { status }) } as Draft;
}

/**
 * Refuses a draft that breaks a rule, with everything that is wrong at once. Only what the endpoint writes is looked
 * at, and of an update only what changes: an object that older rules let in can still be labelled and released.
 */
export function assertValid(type: ResourceType, stored: ApiObject | undefined, draft: Draft, endpoint: Endpoint): void {
  const causes = endpoint === 'status' ? statusCauses(type, draft) : mainCauses(type, stored, draft);
  if (causes.length > 0) throw invalid(type, draft.metadata.name, causes);
}

/** Refuses an object whose JSON is larger than the store wants it. */
export function assertSize(draft: Draft, maxBytes: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(draft));
  if (bytes <= maxBytes) return;
  throw tooLarge(`the object has ${bytes} bytes as JSON, its managed fields included; at most ${maxBytes} are stored`);
}

function statusCauses(type: ResourceType, draft: Draft): readonly Cause[] {
  const schema = type.schema.properties?.['status'];
  return schema === undefined || draft.status === undefined ? [] : validated(schema, draft.status, 'status');
}

function mainCauses(type: ResourceType, stored: ApiObject | undefined, draft: Draft): readonly Cause[] {
  const typeCauses = validated(metadataSchema, asJson(draft.metadata), 'metadata');
  if (typeCauses.length > 0) return typeCauses;
  const rules = { namespaced: type.namespaced, ...(type.nameRule ? { name: type.nameRule } : {}) };
  const causes = [
    ...validatedMetadata(draft.metadata, rules),
    ...(stored === undefined ? [] : metadataChangeCauses(stored.metadata, draft.metadata)),
  ];
  if (stored !== undefined && sameJson(content(type, stored), content(type, draft))) return causes;
  const shape = validated(contentSchema(type), asJson(content(type, draft)));
  if (causes.length + shape.length > 0) return [...causes, ...shape];
  return type.validate(asStored(draft));
}

/** Whether two states are the same but for their metadata and for defaults that the stored one lacks. */
function sameContent(type: ResourceType, stored: ApiObject, draft: Draft): boolean {
  const complete = defaulted(type.schema, asJson(stored)) as unknown as Draft;
  return sameJson(content(type, complete), content(type, draft));
}

/** Everything that the main endpoint writes beside metadata. */
function content(type: ResourceType, object: Draft): object {
  const { metadata: _metadata, status, ...body } = object;
  return type.status ? body : { ...body, status };
}

function contentSchema({ schema, status }: ResourceType): Schema {
  const { metadata: _metadata, ...others } = schema.properties ?? {};
  const { status: _status, ...withoutStatus } = others;
  return { ...schema, properties: status ? withoutStatus : others };
}

/** Cross-field rules look at what clients write; what the server adds is not there yet. */
function asStored(draft: Draft): ApiObject {
  const metadata = { uid: '', resourceVersion: '', generation: 0, creationTimestamp: '', ...draft.metadata };
  return { ...draft, metadata };
}

/** Refuses metadata that names another object than its path does. */
export function assertPlace(metadata: SentMetadata, { name, namespace }: Place): void {
  if (metadata.namespace && namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name !== '' && metadata.name && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}

/** Refuses metadata with a uid or resourceVersion that is not the stored one, and names that differ. */
export function assertSame(type: ResourceType, stored: ApiObject, sent: SentMetadata): void {
  const { name, namespace = '', resourceVersion, uid } = stored.metadata;
  assertPlace(sent, { name, namespace });
  if (sent.uid && sent.uid !== uid) {
    throw conflict(type, name, `Precondition failed: UID in precondition: ${sent.uid}, UID in object meta: ${uid}`);
  }
  if (sent.resourceVersion && sent.resourceVersion !== resourceVersion) throw conflict(type, name);
}

function normalised(metadata: SentMetadata, { name, namespace }: Place): Draft['metadata'] {
  const { namespace: _, ...rest } = normalisedMetadata(asJson(metadata)) as SentMetadata;
  // Of all that is dropped when empty, this says something: that all ownership is to be forgotten.
  const reset = Array.isArray(metadata.managedFields) && metadata.managedFields.length === 0;
  return { ...rest, name, ...(namespace === '' ? {} : { namespace }), ...(reset ? { managedFields: [] } : {}) };
}

function clientMetadata(metadata: SentMetadata): SentMetadata {
  const {
    creationTimestamp: _created,
    deletionGracePeriodSeconds: _grace,
    deletionTimestamp: _deleted,
    generation: _generation,
    resourceVersion: _version,
    uid: _uid,
    ...rest
  } = metadata;
  return rest;
}

function serverMetadata(metadata: Metadata): SentMetadata {
  const { creationTimestamp, deletionGracePeriodSeconds, deletionTimestamp, generation, resourceVersion, uid } =
    metadata;
  return {
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
}

/** What a client sent as metadata; `assertValid` looks at the types of its members. */
function asMetadata(value: unknown): SentMetadata {
  if (value !== undefined && !isObject(value)) throw badRequest('metadata is not an object');
  return value ?? {};
}

function asJson(value: object): JsonObject {
  return value as JsonObject;
}

/** The cause of an update that must name the version it is based on and does not. */
export const missingVersion: Cause = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
