import { isObject, type JsonObject } from '../../../model/json.ts';
import type { ApiObject, Draft } from '../../../model/object.ts';
import type { Writer } from '../apply/managed-fields.ts';
import type { Backend, Call } from '../call.ts';
import { assertPlace, assertSame, creationDraft, endpointOf, updateDraft } from '../draft.ts';
import { appliedTo, withManagedFields, writerOf } from '../field-ownership.ts';
import { typed } from '../incoming.ts';
import { type WriteQuery, writeQuery } from '../options.ts';
import type { Result } from '../result.ts';
import { findings, strictDecodingError } from '../schema/strict.ts';
import { ApiError, conflict, notFound } from '../status.ts';
import { isConflict } from '../store-errors.ts';
import { yamlBody } from '../yaml-body.ts';
import { stored as created } from './create.ts';
import { refOfCall } from './get.ts';
import { replaced } from './update.ts';

const attempts = 10;

/** `PATCH` with an apply configuration: server-side apply. Creates the object where there is none. */
export async function apply(backend: Backend, call: Call): Promise<Result> {
  const options = writeQuery(call.query, 'PatchOptions', true);
  const config = configOf(call, options);
  const writer = writerOf(backend, call, options);
  for (let attempt = 1; ; attempt += 1) {
    const stored = await backend.store.get(refOfCall(call));
    try {
      if (stored === undefined) return await createdFrom(backend, call, config, writer, options);
      return await appliedOn(backend, call, stored, config, writer, options);
    } catch (error) {
      const overtaken = isConflict(error) || (error instanceof ApiError && error.reason === 'AlreadyExists');
      if (!overtaken || attempt >= attempts) throw error;
    }
  }
}

async function createdFrom(
  backend: Backend,
  call: Call,
  config: JsonObject,
  writer: Writer,
  { dryRun, force }: WriteQuery,
): Promise<Result> {
  const { route, type } = call;
  const { resourceVersion, uid } = metadataOf(config);
  if (endpointOf(call) === 'status') throw notFound(type, route.name);
  if (uid)
    throw conflict(
      type,
      route.name,
      `uid mismatch: the provided object specified uid ${String(uid)}, and no existing object was found`,
    );
  if (resourceVersion) throw conflict(type, route.name);
  const object = appliedTo(type, undefined, config, writer, force);
  const draft = creationDraft(
    type,
    asJson(object),
    { namespace: namespaceOf(call), name: route.name },
    () => route.name,
  );
  return { type: 'object', code: 201, object: await created(backend, call, draft, dryRun) };
}

async function appliedOn(
  backend: Backend,
  call: Call,
  stored: ApiObject,
  config: JsonObject,
  writer: Writer,
  { dryRun, force }: WriteQuery,
): Promise<Result> {
  const { type } = call;
  assertSame(type, stored, metadataOf(config) as Partial<ApiObject['metadata']>);
  const result = appliedTo(type, stored, config, writer, force);
  const draft = withManagedFields(updateDraft(type, stored, asJson(result), endpointOf(call)), result);
  return { type: 'object', code: 200, object: await replaced(backend, call, stored, draft, dryRun) };
}

function configOf(call: Call, { fieldValidation }: WriteQuery): JsonObject {
  const { route, type, warn } = call;
  const { duplicates, value } = yamlBody(call.body);
  const found = findings([], duplicates);
  if (found.length > 0 && fieldValidation === 'Strict') throw strictDecodingError(type.kind, type.version, found);
  if (fieldValidation === 'Warn') for (const text of found) warn(text);
  const config = typed(type, value);
  const metadata = metadataOf(config);
  const namespace = namespaceOf(call);
  assertPlace(metadata as Partial<ApiObject['metadata']>, { namespace, name: route.name });
  return { ...config, metadata: { ...metadata, name: route.name, ...(namespace === '' ? {} : { namespace }) } };
}

function namespaceOf({ route, type }: Call): string {
  return type.namespaced ? route.namespace : '';
}

function metadataOf(config: JsonObject): JsonObject {
  const { metadata } = config;
  return isObject(metadata) ? (metadata as JsonObject) : {};
}

function asJson(value: Draft): JsonObject {
  return value as unknown as JsonObject;
}
