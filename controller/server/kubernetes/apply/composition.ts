import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import { anything, itemsOf, listTypeOf, memberOf, type Schema } from '../schema/schema.ts';
import { itemElement, memberElement, type PathElement } from './path-element.ts';

/**
 * How ownership looks at a value: as one whole (`leaf`), member by member, or item by item. Lists are wholes unless
 * their type is `set` or `map`; what the schema says nothing about is member by member for objects.
 */
export type Composition = 'leaf' | 'members' | 'items';

/** How a value composes under its schema. A value that does not fit its schema is a whole. */
export function compositionOf(schema: Schema, value: Json | undefined): Composition {
  if (Array.isArray(value)) return schema.type === 'array' && listTypeOf(schema) !== 'atomic' ? 'items' : 'leaf';
  if (!isObject(value) || schema['x-kubernetes-map-type'] === 'atomic') return 'leaf';
  return schema.type === 'object' || isUntyped(schema) ? 'members' : 'leaf';
}

/** One part of a value that composes. `named`: a field that the schema lists, as against an entry of a map or list. */
export interface Part {
  readonly element: PathElement;
  readonly schema: Schema;
  readonly named: boolean;
  readonly value: Json;
}

/** The parts of a value, in its order; none for a whole. Items of a list can repeat an element. */
export function partsOf(schema: Schema, value: Json | undefined): readonly Part[] {
  const composition = compositionOf(schema, value);
  if (composition === 'leaf') return [];
  if (Array.isArray(value)) {
    const items = itemsOf(schema) ?? anything;
    return value.map(item => ({ element: itemElement(schema, item), schema: items, named: false, value: item }));
  }
  return Object.entries((value ?? {}) as JsonObject).flatMap(([name, member]) =>
    member === undefined ? [] : [{ element: memberElement(name), value: member, ...memberSchema(schema, name) }],
  );
}

/** The schema of an object's member; what is not declared can be anything. */
export function memberSchema(schema: Schema, name: string): { readonly schema: Schema; readonly named: boolean } {
  return memberOf(schema, name) ?? { schema: anything, named: false };
}

function isUntyped(schema: Schema): boolean {
  return schema.type === undefined && schema['x-kubernetes-int-or-string'] !== true;
}
