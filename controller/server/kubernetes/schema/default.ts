import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import { memberOf, type Schema } from './schema.ts';

/**
 * Fills in the schema's defaults wherever the parent is present, at any depth, and drops (or defaults) each null that
 * its field does not allow. A null inside a list stays: validation reports it. Parts that gain and lose nothing are
 * the same references as before.
 */
export function defaulted<T extends Json>(schema: Schema, value: T): T {
  // The cast is safe: an object stays an object, a list a list, a scalar itself.
  return fill(schema, value, true) as T;
}

/** Drops each null that its field does not allow, and fills in nothing. */
export function withoutNulls<T extends Json>(schema: Schema, value: T): T {
  // The cast is safe for the same reason as above.
  return fill(schema, value, false) as T;
}

function fill(schema: Schema, value: Json, defaults: boolean): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value;
    const filled = value.map(item => fill(items, item, defaults));
    return filled.some((item, index) => item !== value[index]) ? filled : value;
  }
  return isObject(value) ? fillObject(schema, value as JsonObject, defaults) : value;
}

function fillObject(schema: Schema, value: JsonObject, defaults: boolean): Json {
  const members = new Map<string, Json>();
  let changed = false;
  for (const [name, member] of Object.entries(value)) {
    const declared = memberOf(schema, name);
    if (member === undefined || (member === null && declared !== undefined && !allowsNull(declared.schema))) {
      changed = true;
    } else {
      const inside = declared === undefined ? member : fill(declared.schema, member, defaults);
      changed ||= inside !== member;
      members.set(name, inside);
    }
  }
  for (const [name, property] of defaults ? Object.entries(schema.properties ?? {}) : []) {
    if (property.default === undefined || members.has(name)) continue;
    members.set(name, fill(property, property.default, defaults));
    changed = true;
  }
  return changed ? Object.fromEntries(members) : value;
}

// A schema without a type (preserve-unknown-fields) says nothing about its values, null included.
function allowsNull(schema: Schema): boolean {
  return schema.nullable === true || (schema.type === undefined && schema['x-kubernetes-int-or-string'] !== true);
}
