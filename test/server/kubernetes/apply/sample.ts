import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../controller/model/json.ts';
import { partsOf } from '../../../../controller/server/kubernetes/apply/composition.ts';
import type { FieldSet } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import type { PathElement } from '../../../../controller/server/kubernetes/apply/path-element.ts';
import { objectSchema } from '../../../../controller/server/kubernetes/schema/object-schema.ts';
import type { Schema } from '../../../../controller/server/kubernetes/schema/schema.ts';

const text: Schema = { type: 'string' };

/** One field of every composition. */
export const sampleSpec: Schema = {
  type: 'object',
  properties: {
    text,
    number: { type: 'integer' },
    maybe: { type: 'string', nullable: true },
    percent: { 'x-kubernetes-int-or-string': true },
    inner: { type: 'object', properties: { a: text, b: text, deep: { type: 'object', properties: { c: text } } } },
    map: { type: 'object', additionalProperties: text },
    maps: { type: 'object', additionalProperties: { type: 'object', properties: { x: text, y: text } } },
    whole: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' },
    list: { type: 'array', items: text },
    set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    env: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', required: ['name'], properties: { name: text, value: text, from: text } },
    },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: {
        type: 'object',
        required: ['port'],
        properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, name: text },
      },
    },
    free: { 'x-kubernetes-preserve-unknown-fields': true },
  },
};

/** Whole objects with that spec. */
export const sampleSchema: Schema = objectSchema({
  properties: { spec: sampleSpec, status: { type: 'object', properties: { phase: text, ready: text } } },
});

/** An object of the sample kind. */
export function sample(spec: JsonObject | undefined, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind: 'Sample',
    metadata: { name: 'n', namespace: 'ns', ...metadata },
    ...(spec === undefined ? {} : { spec }),
  };
}

const word = fc.constantFrom('a', 'b', 'c');
const optional = { requiredKeys: [] };
const item = fc.record({ name: word, value: word, from: word }, { requiredKeys: ['name'] });
const port = fc.record(
  { port: fc.integer({ min: 1, max: 2 }), protocol: fc.constantFrom('TCP', 'UDP'), name: word },
  { requiredKeys: ['port'] },
);

/** Any spec that fits the sample schema, without nulls. Small alphabets, so that specs often share fields. */
export const anySpec: fc.Arbitrary<JsonObject> = fc.record(
  {
    text: word,
    number: fc.integer({ min: 0, max: 2 }),
    percent: fc.constantFrom<Json>(1, '1%'),
    inner: fc.record({ a: word, b: word, deep: fc.record({ c: word }, optional) }, optional),
    map: fc.dictionary(word, word),
    maps: fc.dictionary(word, fc.record({ x: word, y: word }, optional)),
    whole: fc.dictionary(word, word),
    list: fc.array(word, { maxLength: 3 }),
    set: fc.uniqueArray(word, { maxLength: 3 }),
    env: fc.uniqueArray(item, { maxLength: 3, selector: ({ name }) => name }),
    ports: fc.uniqueArray(port, {
      maxLength: 3,
      selector: ({ port: number, protocol = 'TCP' }) => `${number}${protocol}`,
    }),
    free: fc.oneof(fc.dictionary(word, fc.oneof(word, fc.dictionary(word, word), fc.array(word))), word),
  },
  optional,
) as fc.Arbitrary<JsonObject>;

/** True when the path of every member leads to something in the value. */
export function describesExisting(schema: Schema, set: FieldSet, value: Json): boolean {
  const parts = new Map(partsOf(schema, value).map(part => [part.element, part]));
  return [...set.children].every(([element, child]) => {
    const part = parts.get(element);
    return part !== undefined && describesExisting(part.schema, child, part.value);
  });
}

/** The value that a path leads to, undefined when there is none. */
export function valueAtPath(schema: Schema, value: Json, path: readonly PathElement[]): Json | undefined {
  const [element, ...rest] = path;
  if (element === undefined) return value;
  const part = partsOf(schema, value).find(candidate => candidate.element === element);
  return part === undefined ? undefined : valueAtPath(part.schema, part.value, rest);
}
