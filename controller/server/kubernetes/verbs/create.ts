import type { ApiObject, Draft } from '../../../model/object.ts';
import { assertAdmitted, assertNamespace } from '../admission.ts';
import type { Backend, Call } from '../call.ts';
import { creationDraft } from '../draft.ts';
import { owned, writerOf } from '../field-ownership.ts';
import { incomingObject } from '../incoming.ts';
import { writeQuery } from '../options.ts';
import type { Result } from '../result.ts';
import { generatedName } from '../schema/names.ts';
import { asApiError } from '../store-errors.ts';

/** `POST` of an object. */
export async function create(backend: Backend, call: Call): Promise<Result> {
  const { query, route, type } = call;
  const options = writeQuery(query, 'CreateOptions');
  const sent = incomingObject(call, options.fieldValidation);
  const place = { namespace: type.namespaced ? route.namespace : '', name: '' };
  const draft = creationDraft(type, sent, place, prefix => generatedName(prefix, backend.random));
  const complete = owned(type, undefined, draft, writerOf(backend, call, options));
  return { type: 'object', code: 201, object: await stored(backend, call, complete, options.dryRun) };
}

/** Stores a new object, after every rule was asked. */
export async function stored(backend: Backend, call: Call, draft: Draft, dryRun: boolean): Promise<ApiObject> {
  const { type } = call;
  const complete = type.complete?.(draft) ?? draft;
  await assertNamespace(backend, call, complete.metadata.namespace ?? '', complete.metadata.name);
  assertAdmitted(backend, call, undefined, complete, 'main');
  const object = await written(backend, call, complete, dryRun);
  call.changed(undefined, object);
  return dryRun ? withoutVersion(object) : object;
}

/** Errors name the object, which the path of a create does not. */
async function written({ store }: Backend, { type }: Call, draft: Draft, dryRun: boolean): Promise<ApiObject> {
  try {
    return await store.create(draft, { dryRun });
  } catch (error) {
    throw asApiError(error, type, draft.metadata.name);
  }
}

/** An object that was not stored has no version. */
function withoutVersion(object: ApiObject): ApiObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ApiObject['metadata'] };
}
