import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { Backend, Call } from '../call.ts';
import { endpointOf, updateDraft } from '../draft.ts';
import { owned, writerOf } from '../field-ownership.ts';
import { known, typed } from '../incoming.ts';
import { jsonBody } from '../json-body.ts';
import { jsonPatched } from '../json-patch.ts';
import { mergePatched, withoutDirectives } from '../merge-patch.ts';
import { writeQuery } from '../options.ts';
import type { ResourceType } from '../resource-type.ts';
import type { Result } from '../result.ts';
import { pruned } from '../schema/prune.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { apply } from './apply.ts';
import { rewritten } from './update.ts';

const mergePatch = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
const strategicPatch = 'application/strategic-merge-patch+json';
const applyPatch = 'application/apply-patch+yaml';

/** `PATCH` of an object or of its status, by the content type of the patch. */
export async function patch(backend: Backend, call: Call): Promise<Result> {
  if (call.contentType === applyPatch) return apply(backend, call);
  const options = writeQuery(call.query, 'PatchOptions');
  const { duplicates, patched } = patchOf(call);
  const object = await rewritten(backend, call, options.dryRun, stored => {
    const base = pruned(call.type.schema, stored as unknown as JsonObject).value;
    const result = typed(call.type, patched(base));
    const sent = known(call, result, options.fieldValidation, duplicates);
    const draft = updateDraft(call.type, stored, sent, endpointOf(call));
    return owned(call.type, stored, draft, writerOf(backend, call, options));
  });
  return { type: 'object', code: 200, object };
}

interface ReadPatch {
  readonly patched: (object: JsonObject) => Json;
  readonly duplicates: readonly string[];
}

function patchOf({ body, contentType, type }: Call): ReadPatch {
  if (contentType === jsonPatch) {
    const { value } = jsonBody(body);
    return { patched: object => jsonPatched(object, value), duplicates: [] };
  }
  if (contentType === mergePatch || (contentType === strategicPatch && type.builtIn)) {
    const { duplicates, value } = jsonBody(body);
    if (!isObject(value)) throw badRequest('the patch is not an object');
    const merged = contentType === strategicPatch ? withoutDirectives(value as JsonObject) : (value as JsonObject);
    return { patched: object => mergePatched(object, merged), duplicates };
  }
  throw unsupportedMediaType(acceptedPatches(type));
}

function acceptedPatches({ builtIn }: ResourceType): readonly string[] {
  return [jsonPatch, mergePatch, ...(builtIn ? [strategicPatch] : []), applyPatch];
}
