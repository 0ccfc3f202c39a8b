import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import { itemsOf, memberOf, memberPath, type Schema } from './schema.ts';

/** A value without the fields that its schema does not declare, and their paths in document order. */
export interface Pruned<T extends Json = Json> {
  readonly value: T;
  readonly unknown: readonly string[];
}

/**
 * Drops every field that the schema does not declare, keeping what lies below
 * `x-kubernetes-preserve-unknown-fields`. Values of the wrong type stay as they are: validation reports them. Parts
 * that lose nothing are the same references as before.
 */
export function pruned<T extends Json>(schema: Schema, value: T): Pruned<T> {
  const unknown: string[] = [];
  // The cast is safe: pruning never changes what kind of JSON value a value is.
  return { value: prune(schema, value, '', unknown) as T, unknown };
}

function prune(schema: Schema, value: Json, path: string, unknown: string[]): Json {
  if (schema['x-kubernetes-int-or-string'] === true) return value;
  const { type } = schema;
  if (Array.isArray(value)) {
    return type === undefined || type === 'array' ? pruneList(schema, value, path, unknown) : value;
  }
  if (!isJsonObject(value)) return value;
  return type === undefined || type === 'object' ? pruneObject(schema, value, path, unknown) : value;
}

function pruneObject(schema: Schema, value: JsonObject, path: string, unknown: string[]): Json {
  const kept: [string, Json][] = [];
  let changed = false;
  for (const [name, member] of Object.entries(value)) {
    const declared = memberOf(schema, name);
    const at = memberPath(path, name);
    if (declared === undefined) {
      unknown.push(at);
      changed = true;
    } else if (member === undefined) {
      changed = true;
    } else {
      const inside = prune(declared.schema, member, at, unknown);
      changed ||= inside !== member;
      kept.push([name, inside]);
    }
  }
  return changed ? Object.fromEntries(kept) : value;
}

function pruneList(schema: Schema, value: readonly Json[], path: string, unknown: string[]): Json {
  const items = itemsOf(schema);
  if (items === undefined) return value;
  const kept = value.map((item, index) => prune(items, item, `${path}[${index}]`, unknown));
  return kept.some((item, index) => item !== value[index]) ? kept : value;
}

function isJsonObject(value: Json): value is JsonObject {
  return isObject(value);
}
