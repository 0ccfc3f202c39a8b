import { describe, expect, it } from 'vitest';
import { objectSchema } from '../../../../controller/server/kubernetes/schema/object-schema.ts';
import { memberOf, type Schema, unsupported } from '../../../../controller/server/kubernetes/schema/schema.ts';

describe('memberOf', () => {
  const text: Schema = { type: 'string' };

  it.each<{ name: string; schema: Schema; member: string; found: unknown }>([
    { name: 'a property', schema: { properties: { a: text } }, member: 'a', found: { schema: text, named: true } },
    { name: 'nothing', schema: { properties: { a: text } }, member: 'b', found: undefined },
    { name: 'nothing inherited', schema: { properties: { a: text } }, member: 'toString', found: undefined },
    { name: 'a map value', schema: { additionalProperties: text }, member: 'b', found: { schema: text, named: false } },
    { name: 'nothing in a closed object', schema: { additionalProperties: false }, member: 'b', found: undefined },
    {
      name: 'anything in an open object',
      schema: { 'x-kubernetes-preserve-unknown-fields': true },
      member: 'b',
      found: { schema: { 'x-kubernetes-preserve-unknown-fields': true }, named: false },
    },
  ])('finds $name', ({ found, member, schema }) => {
    expect(memberOf(schema, member)).toEqual(found);
  });
});

describe('unsupported', () => {
  it('accepts the schema of whole objects', () => {
    expect(unsupported(objectSchema({ properties: { spec: { type: 'object' } } }))).toEqual([]);
  });

  it('names what would not be honoured, wherever it stands', () => {
    const schema = {
      type: 'object',
      'x-kubernetes-validations': [],
      properties: {
        a: { $ref: '#/x' },
        l: { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'string', const: 'a' } },
        m: { type: 'object', additionalProperties: {}, oneOf: [{ required: ['a'], if: {} }], not: { else: {} } },
      },
    };

    // The cast is the point: generated schemas are not checked by the compiler.
    expect(unsupported(schema as Schema)).toEqual([
      '(root): keyword x-kubernetes-validations is not supported',
      'a: keyword $ref is not supported',
      'a: neither a type nor x-kubernetes-preserve-unknown-fields',
      'l: list type map without keys',
      'l[]: keyword const is not supported',
      'm.*: neither a type nor x-kubernetes-preserve-unknown-fields',
      'm<oneOf[0]>: keyword if is not supported',
      'm<not>: keyword else is not supported',
    ]);
  });
});
