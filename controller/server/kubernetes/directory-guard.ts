import { annotations, steering } from '../../model/annotations.ts';
import { sameJson } from '../../model/json.ts';
import type { ApiObject, Draft } from '../../model/object.ts';

/** The file that owns an object, if a directory does. */
export function owningFile(object: ApiObject | Draft | undefined): string | undefined {
  // Behind the file stands which of its objects this is.
  return source(object)?.replace(/#[^#]*$/, '');
}

/**
 * Why a change through the API to an object, or its creation, is refused because files own objects; undefined when it
 * is not. Steering annotations may change, and everything may once deletion is pending: the directory has let go then.
 */
export function directoryDenial(stored: ApiObject | undefined, next: Draft): string | undefined {
  const file = owningFile(stored);
  if (file !== undefined && stored?.metadata.deletionTimestamp === undefined) {
    return sameJson(ownedByFile(stored), ownedByFile(next)) ? undefined : refusal(file);
  }
  if (source(next) === source(stored)) return undefined;
  return `the annotation ${annotations.source} is set by the directory source only`;
}

/** Why deleting an object through the API is refused because a file owns it; undefined when it is not. */
export function directoryDeletionDenial(stored: ApiObject): string | undefined {
  const file = owningFile(stored);
  return file === undefined || stored.metadata.deletionTimestamp !== undefined ? undefined : refusal(file);
}

function source(object: ApiObject | Draft | undefined): string | undefined {
  return object?.metadata.annotations?.[annotations.source];
}

function refusal(file: string): string {
  return `the file ${file} owns this object; change or remove it there (only the annotations ${steering.join(', ')} can be set here)`;
}

/** What only the file may change. */
function ownedByFile(object: ApiObject | Draft | undefined): unknown {
  if (object === undefined) return undefined;
  const { metadata, status: _status, ...body } = object;
  const { annotations: all = {}, labels = {}, finalizers = [], ownerReferences = [] } = metadata;
  const kept = Object.entries(all).filter(([name]) => !steering.includes(name));
  return { ...body, annotations: Object.fromEntries(kept), labels, finalizers, ownerReferences };
}
