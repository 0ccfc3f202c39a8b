import type { ApiObject } from '../../model/object.ts';

const texts = new WeakMap<ApiObject, string>();

/** The JSON text of an object. Objects of the store are frozen, so their text is made once for all lists and watches. */
export function jsonText(object: ApiObject): string {
  if (!Object.isFrozen(object)) return JSON.stringify(object);
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}
