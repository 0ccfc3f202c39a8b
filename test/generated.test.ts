import { expect, it } from 'vitest';
import { staleFiles } from '../controller/generate.ts';
import { kinds } from '../controller/kinds/index.ts';
import { customResourceDefinition } from '../controller/kinds/schemas.ts';
import { isObject } from '../controller/model/json.ts';

it('has every generated file as `npm run generate` would write it', async () => {
  expect(await staleFiles()).toEqual([]);
});

/** Paths of fields for which `wrong` holds, below a schema. */
function fields(schema: unknown, path: string, wrong: (schema: Record<string, unknown>) => boolean): readonly string[] {
  if (!isObject(schema)) return [];
  const { properties, items, additionalProperties } = schema;
  const below = isObject(properties) ? Object.entries(properties) : [];
  return [
    ...(wrong(schema) ? [path] : []),
    ...below.flatMap(([name, child]) => fields(child, `${path}.${name}`, wrong)),
    ...fields(items, `${path}[]`, wrong),
    ...fields(additionalProperties, `${path}{}`, wrong),
  ];
}

function schemaOf(index: number): unknown {
  const crd = customResourceDefinition(kinds[index] ?? kinds[0] ?? (undefined as never)) as {
    spec: { versions: { schema: { openAPIV3Schema: unknown } }[] };
  };
  return crd.spec.versions[0]?.schema.openAPIV3Schema;
}

const all = kinds.map(({ kind }, index) => ({ kind, index }));

it.each(all)('describes every field of $kind', ({ index }) => {
  expect(fields(schemaOf(index), '', () => true).length).toBeGreaterThan(20);
  const undescribed = fields(schemaOf(index), '', schema => schema['description'] === undefined);

  expect(undescribed.filter(path => !path.endsWith('[]') && !path.endsWith('{}'))).toEqual([]);
});

it.each(all)('says an, not a, before a vowel in $kind', ({ index }) => {
  const wrong = fields(schemaOf(index), '', ({ description }) => /\b[Aa] [AEIO]/.test(String(description)));

  expect(wrong).toEqual([]);
});

/** What a CRD schema may hold: https://kubernetes.io/docs, "Specifying a structural schema". */
const allowed = new Set([
  'type',
  'description',
  'properties',
  'required',
  'items',
  'additionalProperties',
  'enum',
  'pattern',
  'format',
  'default',
  'nullable',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'x-kubernetes-preserve-unknown-fields',
]);

it.each(all)('gives $kind a structural schema', ({ index }) => {
  const odd = fields(
    schemaOf(index),
    '',
    schema => typeof schema['type'] !== 'string' || Object.keys(schema).some(key => !allowed.has(key)),
  );

  expect(odd).toEqual([]);
});
