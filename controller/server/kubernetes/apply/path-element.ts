import { canonical, isObject, type Json, type JsonObject } from '../../../model/json.ts';
import { keyValueOf, listKeysOf, listTypeOf, type Schema } from '../schema/schema.ts';

/**
 * One step of a path into an object, in the text form of FieldsV1: `f:NAME` a member, `k:{"name":"A"}` the list item
 * with these keys, `v:"x"` the set item with this value, `i:0` the item at this position. Equal steps are equal texts.
 */
export type PathElement = `${'f' | 'k' | 'v' | 'i'}:${string}`;

/** The step to a member. */
export const memberElement = (name: string): PathElement => `f:${name}`;

/** The step to an item of a list of type `set` or `map`. An absent key counts as its default, and as null without one. */
export function itemElement(list: Schema, item: Json): PathElement {
  if (listTypeOf(list) === 'set' || !isObject(item)) return `v:${canonical(item)}`;
  const keys = listKeysOf(list).map(key => [key, keyValueOf(list, item as JsonObject, key) ?? null] as const);
  return `k:${canonical(Object.fromEntries(keys))}`;
}

/** The member that a step leads to, undefined for steps to list items. */
export function memberNameOf(element: PathElement): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

/** A step from a client's text, in the one spelling that this server uses; undefined when it is no step. */
export function parsedElement(text: string): PathElement | undefined {
  const rest = text.slice(2);
  if (text.startsWith('f:')) return `f:${rest}`;
  if (text.startsWith('i:')) return /^\d+$/u.test(rest) ? `i:${Number(rest)}` : undefined;
  if (!text.startsWith('k:') && !text.startsWith('v:')) return undefined;
  const value = parsedJson(rest);
  if (value === undefined || (text.startsWith('k:') && !isObject(value))) return undefined;
  return text.startsWith('k:') ? `k:${canonical(value)}` : `v:${canonical(value)}`;
}

/** A path as conflicts name it: `.spec.env[name="A"].value`, `.metadata.finalizers[="x"]`. */
export function shownPath(path: readonly PathElement[]): string {
  return path.map(shownElement).join('');
}

/** The keys of an item as messages show them: `name="A",port=80`. */
export function shownKeys(element: PathElement): string {
  const keys = Object.entries(parsedJson(element.slice(2)) as JsonObject);
  return keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',');
}

function shownElement(element: PathElement): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('k:')) return `[${shownKeys(element)}]`;
  return element.startsWith('v:') ? `[=${rest}]` : `[${rest}]`;
}

function parsedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
