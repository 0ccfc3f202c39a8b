import type { Json, JsonObject } from '../../../model/json.ts';

/** JSON types that a schema can name. */
export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/**
 * A Kubernetes structural schema: the part of OpenAPI v3 that CRDs allow, with its extensions. Everything that shapes
 * an object stands in `type`, `properties`, `additionalProperties` and `items`; `allOf`, `anyOf`, `oneOf` and `not`
 * only judge values.
 */
export interface Schema {
  readonly type?: SchemaType;
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly default?: Json;
  readonly example?: Json;
  readonly enum?: readonly Json[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean | number;
  readonly exclusiveMaximum?: boolean | number;
  readonly multipleOf?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'granular' | 'atomic';
}

/** The schema below one member of an object; `named` when the member stands in `properties`. Undefined: not declared. */
export interface Member {
  readonly schema: Schema;
  readonly named: boolean;
}

/** Accepts and keeps anything: what lies below `x-kubernetes-preserve-unknown-fields`. */
export const anything: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** The declaration of an object's member, undefined when the schema does not know it. */
export function memberOf(schema: Schema, name: string): Member | undefined {
  const { additionalProperties, properties } = schema;
  const property = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (property !== undefined) return { schema: property, named: true };
  if (typeof additionalProperties === 'object') return { schema: additionalProperties, named: false };
  if (additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true) {
    return { schema: anything, named: false };
  }
  return undefined;
}

/** The schema of a list's items, undefined when nothing is declared about them. */
export function itemsOf(schema: Schema): Schema | undefined {
  return schema.items ?? (schema['x-kubernetes-preserve-unknown-fields'] === true ? anything : undefined);
}

/** Where a member stands: `parent.name`, or the name alone at the top. */
export function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** How the items of a list are told apart. */
export function listTypeOf(schema: Schema): 'atomic' | 'set' | 'map' {
  return schema['x-kubernetes-list-type'] ?? 'atomic';
}

/** The members that identify an item of a list of type `map`. */
export function listKeysOf(schema: Schema): readonly string[] {
  return schema['x-kubernetes-list-map-keys'] ?? [];
}

/** The value of an item's key member, or its default from the item's schema; undefined when neither is there. */
export function keyValueOf(list: Schema, item: JsonObject, key: string): Json | undefined {
  const value = Object.hasOwn(item, key) ? item[key] : undefined;
  return value ?? list.items?.properties?.[key]?.default;
}

const understood: ReadonlySet<string> = new Set<keyof Schema>([
  'type',
  'title',
  'description',
  'format',
  'nullable',
  'default',
  'example',
  'enum',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'items',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
]);

/**
 * What in a schema this engine would not honour, as `path: reason` lines; empty for a schema that is safe to serve.
 * `x-kubernetes-validations` and the like are reported too: nobody should believe that they are enforced.
 */
export function unsupported(schema: Schema): readonly string[] {
  return problems(schema, '', true);
}

function problems(schema: Schema, path: string, shaping: boolean): readonly string[] {
  const at = path === '' ? '(root)' : path;
  const unknown = Object.keys(schema).filter(keyword => !understood.has(keyword));
  const untyped =
    schema.type === undefined &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true &&
    schema['x-kubernetes-int-or-string'] !== true;
  return [
    ...unknown.map(keyword => `${at}: keyword ${keyword} is not supported`),
    ...(shaping && untyped ? [`${at}: neither a type nor x-kubernetes-preserve-unknown-fields`] : []),
    ...(listTypeOf(schema) === 'map' && listKeysOf(schema).length === 0 ? [`${at}: list type map without keys`] : []),
    ...below(schema, path).flatMap(([member, memberPath]) => problems(member, memberPath, shaping)),
    ...branches(schema, path).flatMap(([member, memberPath]) => problems(member, memberPath, false)),
  ];
}

function below(schema: Schema, path: string): readonly (readonly [Schema, string])[] {
  const { additionalProperties, items, properties = {} } = schema;
  return [
    ...Object.entries(properties).map(([name, member]) => [member, memberPath(path, name)] as const),
    ...(typeof additionalProperties === 'object' ? [[additionalProperties, `${path}.*`] as const] : []),
    ...(items === undefined ? [] : [[items, `${path}[]`] as const]),
  ];
}

function branches(schema: Schema, path: string): readonly (readonly [Schema, string])[] {
  const listed = (['allOf', 'anyOf', 'oneOf'] as const).flatMap(keyword =>
    (schema[keyword] ?? []).map((member, index) => [member, `${path}<${keyword}[${index}]>`] as const),
  );
  return schema.not === undefined ? listed : [...listed, [schema.not, `${path}<not>`]];
}
