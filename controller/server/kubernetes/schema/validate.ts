import { isObject, type Json, type JsonObject, sameJson } from '../../../model/json.ts';
import { type Cause, duplicateValue, invalidType, invalidValue, required, unsupportedValue } from '../cause.ts';
import { limits } from './limits.ts';
import {
  itemsOf,
  keyValueOf,
  listKeysOf,
  listTypeOf,
  memberOf,
  memberPath,
  type Schema,
  type SchemaType,
} from './schema.ts';

/** An answer lists at most this many causes; a body of many broken items could otherwise give an answer many times its size. */
export const maxCauses = 500;

/**
 * Everything in a value that breaks its schema, in document order; empty for a valid one. `path` is where the value
 * stands in its object (`spec.env[0]`), empty for the whole object. Unknown fields are not its business: see `pruned`.
 */
export function validated(schema: Schema, value: Json, path = ''): readonly Cause[] {
  const causes: Cause[] = [];
  judge(schema, value, path, causes);
  return causes.slice(0, maxCauses);
}

function judge(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  if (causes.length >= maxCauses || (value === null && schema.nullable === true)) return;
  const mismatch = typeMismatch(schema, value, path);
  if (mismatch !== undefined) {
    causes.push(mismatch);
    return;
  }
  for (const limit of limits) causes.push(...limit(schema, value, path));
  if (schema.enum !== undefined && !schema.enum.some(member => sameJson(member, value))) {
    causes.push(unsupportedValue(path, value, schema.enum));
  }
  if (Array.isArray(value)) judgeList(schema, value, path, causes);
  else if (isObject(value)) judgeObject(schema, value as JsonObject, path, causes);
  judgeBranches(schema, value, path, causes);
}

function typeMismatch(schema: Schema, value: Json, path: string): Cause | undefined {
  const found = typeNameOf(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    return found === 'integer' || found === 'string' ? undefined : wrongType(path, 'integer,string', found);
  }
  if (schema.type === undefined || isOf(schema.type, found)) return undefined;
  return wrongType(path, schema.type, found);
}

function typeNameOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function isOf(type: SchemaType, found: string): boolean {
  return type === found || (type === 'number' && found === 'integer');
}

function wrongType(path: string, wanted: string, found: string): Cause {
  return invalidType(path, found, `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`);
}

function judgeObject(schema: Schema, value: JsonObject, path: string, causes: Cause[]): void {
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name) || value[name] === undefined) causes.push(required(memberPath(path, name)));
  }
  for (const [name, member] of Object.entries(value)) {
    const declared = memberOf(schema, name);
    if (declared !== undefined && member !== undefined) judge(declared.schema, member, memberPath(path, name), causes);
  }
}

function judgeList(schema: Schema, value: readonly Json[], path: string, causes: Cause[]): void {
  const items = itemsOf(schema);
  if (items !== undefined) {
    for (const [index, item] of value.entries()) judge(items, item, `${path}[${index}]`, causes);
  }
  const type = listTypeOf(schema);
  if (type === 'set') judgeRepeats(value, path, causes);
  if (type === 'map') judgeKeys(schema, value, path, causes);
}

function judgeKeys(schema: Schema, value: readonly Json[], path: string, causes: Cause[]): void {
  const alreadyRequired = new Set(schema.items?.required);
  const identities = value.map((item, index) => {
    if (!isObject(item)) return undefined;
    const pairs = listKeysOf(schema).map(key => [key, keyValueOf(schema, item as JsonObject, key)] as const);
    const missing = pairs.filter(([, member]) => member === undefined).map(([key]) => key);
    for (const key of missing) {
      if (!alreadyRequired.has(key)) causes.push(required(`${path}[${index}].${key}`, `it identifies the item`));
    }
    return missing.length === 0 ? Object.fromEntries(pairs) : undefined;
  });
  judgeRepeats(identities, path, causes);
}

function judgeRepeats(identities: readonly (Json | undefined)[], path: string, causes: Cause[]): void {
  const seen = new Set<string>();
  for (const [index, identity] of identities.entries()) {
    if (identity === undefined) continue;
    const text = JSON.stringify(identity);
    if (seen.has(text)) causes.push(duplicateValue(`${path}[${index}]`, identity));
    seen.add(text);
  }
}

function judgeBranches(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  const { allOf = [], anyOf, not, oneOf } = schema;
  const fitting = (branches: readonly Schema[]): number =>
    branches.filter(branch => validated(branch, value, path).length === 0).length;
  const refuse = (why: string): number => causes.push(invalidValue(path, value, `${path} in body ${why}`));
  for (const branch of allOf) judge(branch, value, path, causes);
  if (anyOf !== undefined && fitting(anyOf) === 0) refuse('must validate at least one schema (anyOf)');
  const fits = oneOf === undefined ? 1 : fitting(oneOf);
  if (fits !== 1) {
    refuse(`must validate one and only one schema (oneOf), but ${fits === 0 ? 'none' : fits} of them fit`);
  }
  if (not !== undefined && fitting([not]) === 1) refuse('must not validate the schema (not)');
}
