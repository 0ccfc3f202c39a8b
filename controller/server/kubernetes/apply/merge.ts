import { type Json, type JsonObject, sameJson } from '../../../model/json.ts';
import { anything, itemsOf, type Schema } from '../schema/schema.ts';
import { compositionOf, memberSchema } from './composition.ts';
import { itemElement, type PathElement } from './path-element.ts';

/**
 * The stored value with everything that the configuration says: wholes are replaced, objects merge member by member,
 * lists of type `set` and `map` item by item, in the order of the configuration; items that only the stored list has
 * keep their place behind the item they follow. Null for an object or list that composes says nothing. Parts that do not
 * change are the same references as before.
 */
export function merged<T extends Json>(schema: Schema, stored: T, config: T): T {
  // The cast is safe: two objects merge into an object, and of others the result is one of the two.
  return merge(schema, stored, config) as T;
}

function merge(schema: Schema, stored: Json | undefined, config: Json | undefined): Json | undefined {
  if (config === undefined || stored === config) return stored;
  if (stored === undefined) return config;
  const composition = compositionOf(schema, stored);
  if (composition === 'leaf') return sameJson(stored, config) ? stored : config;
  if (config === null) return stored;
  if (composition !== compositionOf(schema, config)) return config;
  // The casts are safe: the composition says so.
  if (composition === 'items') return mergeItems(schema, stored as readonly Json[], config as readonly Json[]);
  return mergeMembers(schema, stored as JsonObject, config as JsonObject);
}

function mergeMembers(schema: Schema, stored: JsonObject, config: JsonObject): JsonObject {
  const names = new Set([...Object.keys(stored), ...Object.keys(config)]);
  const members = [...names].flatMap(name => {
    const value = merge(memberSchema(schema, name).schema, memberOf(stored, name), memberOf(config, name));
    return value === undefined ? [] : [[name, value] as const];
  });
  const same =
    members.length === Object.keys(stored).length && members.every(([name, value]) => value === stored[name]);
  return same ? stored : Object.fromEntries(members);
}

function mergeItems(schema: Schema, stored: readonly Json[], config: readonly Json[]): readonly Json[] {
  const items = itemsOf(schema) ?? anything;
  const wanted = new Set(config.map(item => itemElement(schema, item)));
  const shared = new Map<PathElement, Json[]>();
  const followers = new Map<PathElement | undefined, Json[]>();
  let anchor: PathElement | undefined;
  for (const item of stored) {
    const element = itemElement(schema, item);
    if (wanted.has(element)) {
      anchor = element;
      append(shared, element, item);
    } else {
      append(followers, anchor, item);
    }
  }
  const mergedItems = config.flatMap(item => {
    const element = itemElement(schema, item);
    const [before, ...repeated] = shared.get(element) ?? [];
    // Stored items that repeat an element cannot be merged one by one: the configuration's item takes their place.
    const value = repeated.length > 0 ? item : merge(items, before, item);
    return [value ?? item, ...(followers.get(element) ?? [])];
  });
  const all = [...(followers.get(undefined) ?? []), ...mergedItems];
  return all.length === stored.length && all.every((item, index) => item === stored[index]) ? stored : all;
}

function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function append<K>(lists: Map<K, Json[]>, key: K, item: Json): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
