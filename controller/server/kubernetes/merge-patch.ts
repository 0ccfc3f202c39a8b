import { isObject, type Json, type JsonObject } from '../../model/json.ts';

/**
 * The result of a JSON merge patch (RFC 7386). The target is not changed; parts that the patch does not touch are the
 * same references as before. The patch itself must have come through `jsonBody`, which refuses prototype keys.
 */
export function mergePatched(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target as JsonObject) : []);
  for (const [name, change] of Object.entries(patch as JsonObject)) {
    if (change === null || change === undefined) members.delete(name);
    else members.set(name, mergePatched(members.get(name), change));
  }
  return Object.fromEntries(members);
}

/**
 * A strategic merge patch as a plain one: without the directives (`$patch`, `$setElementOrder/…`, `$retainKeys`) that
 * tell how lists merge. Lists are then replaced.
 */
export function withoutDirectives(patch: Json): Json {
  if (Array.isArray(patch)) return patch.map(withoutDirectives);
  if (!isObject(patch)) return patch;
  const kept = Object.entries(patch as JsonObject).filter(([name]) => !name.startsWith('$'));
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutDirectives(value ?? null)]));
}
