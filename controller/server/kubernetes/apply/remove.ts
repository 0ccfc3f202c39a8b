import type { Json } from '../../../model/json.ts';
import type { Schema } from '../schema/schema.ts';
import { type Part, partsOf } from './composition.ts';
import { emptySet, type FieldSet, isEmpty } from './field-set.ts';
import { memberNameOf } from './path-element.ts';

/**
 * The value without the paths of `gone`. An object or list that loses its last part goes too, unless its own path is in
 * `kept`. A whole loses nothing to paths below it.
 */
export function without<T extends Json>(schema: Schema, value: T, gone: FieldSet, kept: FieldSet): T {
  // The cast is safe: the top of an object always keeps apiVersion and kind, so something is left.
  return (remove(schema, value, gone, kept) ?? {}) as T;
}

function remove(schema: Schema, value: Json, gone: FieldSet, kept: FieldSet): Json | undefined {
  const parts = gone.children.size === 0 ? [] : partsOf(schema, value);
  if (parts.length === 0) return value;
  const left = parts.flatMap(part => {
    const rest = removeFrom(part, gone, kept);
    return rest === undefined ? [] : [{ part, rest }];
  });
  if (left.length === parts.length && left.every(({ part, rest }) => rest === part.value)) return value;
  if (left.length === 0 && !kept.self) return undefined;
  if (Array.isArray(value)) return left.map(({ rest }) => rest);
  return Object.fromEntries(left.map(({ part, rest }) => [memberNameOf(part.element) ?? '', rest]));
}

function removeFrom(part: Part, gone: FieldSet, kept: FieldSet): Json | undefined {
  const goneBelow = gone.children.get(part.element) ?? emptySet;
  if (goneBelow.self) return undefined;
  if (isEmpty(goneBelow)) return part.value;
  return remove(part.schema, part.value, goneBelow, kept.children.get(part.element) ?? emptySet);
}
