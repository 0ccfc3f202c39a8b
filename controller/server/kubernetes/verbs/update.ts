import type { JsonObject } from '../../../model/json.ts';
import type { ApiObject, Draft } from '../../../model/object.ts';
import { assertAdmitted } from '../admission.ts';
import type { Backend, Call } from '../call.ts';
import { endpointOf, missingVersion, updateDraft } from '../draft.ts';
import { owned, writerOf } from '../field-ownership.ts';
import { incomingObject } from '../incoming.ts';
import { writeQuery } from '../options.ts';
import type { Result } from '../result.ts';
import { invalid } from '../status.ts';
import { isConflict } from '../store-errors.ts';
import { objectNamed } from './get.ts';

const attempts = 10;

/** `PUT` of an object or of its status. */
export async function update(backend: Backend, call: Call): Promise<Result> {
  const options = writeQuery(call.query, 'UpdateOptions');
  const sent = incomingObject(call, options.fieldValidation);
  const object = await rewritten(backend, call, options.dryRun, stored => {
    const draft = updateDraft(call.type, stored, sent, endpointOf(call));
    const metadata = sent['metadata'] as JsonObject | undefined;
    if (!call.type.builtIn && !metadata?.['resourceVersion']) {
      throw invalid(call.type, stored.metadata.name, [missingVersion]);
    }
    return owned(call.type, stored, draft, writerOf(backend, call, options));
  });
  return { type: 'object', code: 200, object };
}

/**
 * Stores the next state of the object that a call names. `next` makes it from the stored state and is asked again when
 * another write came in between, so that changes without a version never fail for that reason.
 */
export async function rewritten(
  backend: Backend,
  call: Call,
  dryRun: boolean,
  next: (stored: ApiObject) => Draft,
): Promise<ApiObject> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await objectNamed(backend, call);
    try {
      return await replaced(backend, call, stored, next(stored), dryRun);
    } catch (error) {
      if (!isConflict(error) || attempt >= attempts) throw error;
    }
  }
}

/** Stores the next state of an object, after every rule was asked, unless somebody else was faster. */
export async function replaced(
  { store, ...rest }: Backend,
  call: Call,
  stored: ApiObject,
  draft: Draft,
  dryRun: boolean,
): Promise<ApiObject> {
  const endpoint = endpointOf(call);
  const complete = endpoint === 'main' ? (call.type.complete?.(draft) ?? draft) : draft;
  assertAdmitted({ store, ...rest }, call, stored, complete, endpoint);
  const based = { ...complete, metadata: { ...complete.metadata, resourceVersion: stored.metadata.resourceVersion } };
  const object = await (endpoint === 'main' ? store.update(based, { dryRun }) : store.updateStatus(based, { dryRun }));
  call.changed(stored, object);
  return object;
}
