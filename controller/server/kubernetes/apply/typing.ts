import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import { keyValueOf, listKeysOf, listTypeOf, memberOf, type Schema } from '../schema/schema.ts';
import { untypedPatch } from '../status.ts';
import { compositionOf, partsOf } from './composition.ts';
import { itemElement, memberElement, type PathElement, shownKeys, shownPath } from './path-element.ts';

/**
 * Refuses a configuration whose ownership could not be told: one with fields that the schema does not declare, or with
 * list items that repeat or lack their keys. Other mistakes are found by validation.
 */
export function assertTyped(schema: Schema, config: JsonObject): void {
  const problem = firstProblem(schema, config, []);
  if (problem === undefined) return;
  const { metadata } = config;
  const { name, namespace } = isObject(metadata) ? metadata : {};
  const object = `${namespace ?? ''}/${name ?? ''}; ${config['apiVersion']}, Kind=${config['kind']}`;
  throw untypedPatch(object, problem);
}

function firstProblem(schema: Schema, value: Json, path: readonly PathElement[]): string | undefined {
  if (compositionOf(schema, value) === 'items') {
    const problem = keyProblem(schema, value as readonly Json[], path);
    if (problem !== undefined) return problem;
  }
  for (const part of partsOf(schema, value)) {
    const below = [...path, part.element];
    if (isUndeclared(schema, value, part.element)) return `${shownPath(below)}: field not declared in schema`;
    const problem = firstProblem(part.schema, part.value, below);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isUndeclared(schema: Schema, value: Json, element: PathElement): boolean {
  // What has no type can be anything.
  if (Array.isArray(value) || schema.type === undefined) return false;
  return memberOf(schema, element.slice(memberElement('').length)) === undefined;
}

function keyProblem(schema: Schema, items: readonly Json[], path: readonly PathElement[]): string | undefined {
  const seen = new Set<PathElement>();
  for (const [index, item] of items.entries()) {
    const at = shownPath([...path, `i:${index}`]);
    const missing = listTypeOf(schema) === 'map' ? missingKey(schema, item) : undefined;
    if (missing !== undefined) return `${at}: the item lacks its key ${JSON.stringify(missing)}`;
    const element = itemElement(schema, item);
    if (seen.has(element)) return `${shownPath(path)}: duplicate entries for key [${shownItem(element)}]`;
    seen.add(element);
  }
  return undefined;
}

function missingKey(schema: Schema, item: Json): string | undefined {
  if (!isObject(item)) return undefined;
  return listKeysOf(schema).find(key => keyValueOf(schema, item as JsonObject, key) === undefined);
}

function shownItem(element: PathElement): string {
  return element.startsWith('k:') ? shownKeys(element) : `=${element.slice(2)}`;
}
