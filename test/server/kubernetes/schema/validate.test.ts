import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../controller/model/json.ts';
import type { Schema } from '../../../../controller/server/kubernetes/schema/schema.ts';
import { maxCauses, validated } from '../../../../controller/server/kubernetes/schema/validate.ts';

const spec = (schema: Schema): Schema => ({ type: 'object', properties: { spec: schema } });
const lines = (schema: Schema, value: Json): readonly string[] =>
  validated(spec(schema), { spec: value }).map(({ field, message, reason }) => `${reason} ${field}: ${message}`);

const keyed: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name', 'port'],
  items: { type: 'object', properties: { name: { type: 'string' }, port: { type: 'integer', default: 80 } } },
};

describe('validated', () => {
  it.each<{ name: string; schema: Schema; value: Json; causes: string[] }>([
    { name: 'a fitting text', schema: { type: 'string' }, value: 'a', causes: [] },
    {
      name: 'a text for an integer',
      schema: { type: 'integer' },
      value: 'a',
      causes: ['FieldValueTypeInvalid spec: Invalid value: "string": spec in body must be of type integer: "string"'],
    },
    {
      name: 'a fraction for an integer',
      schema: { type: 'integer' },
      value: 1.5,
      causes: ['FieldValueTypeInvalid spec: Invalid value: "number": spec in body must be of type integer: "number"'],
    },
    { name: 'an integer for a number', schema: { type: 'number' }, value: 1, causes: [] },
    {
      name: 'null',
      schema: { type: 'object' },
      value: null,
      causes: ['FieldValueTypeInvalid spec: Invalid value: "null": spec in body must be of type object: "null"'],
    },
    { name: 'an allowed null', schema: { type: 'object', nullable: true, required: ['a'] }, value: null, causes: [] },
    { name: 'int or string: int', schema: { 'x-kubernetes-int-or-string': true }, value: 1, causes: [] },
    { name: 'int or string: string', schema: { 'x-kubernetes-int-or-string': true }, value: '1%', causes: [] },
    {
      name: 'int or string: neither',
      schema: { 'x-kubernetes-int-or-string': true },
      value: true,
      causes: [
        'FieldValueTypeInvalid spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"',
      ],
    },
    {
      name: 'an integer beyond 2^53',
      schema: { type: 'integer' },
      value: 2 ** 53,
      causes: [
        'FieldValueInvalid spec: Invalid value: 9007199254740992: spec in body should be between -9007199254740991 and 9007199254740991',
      ],
    },
    {
      name: 'a number that JSON cannot carry, where nothing is declared',
      schema: { 'x-kubernetes-preserve-unknown-fields': true },
      value: [Number.POSITIVE_INFINITY],
      causes: ['FieldValueInvalid spec[0]: Invalid value: "Infinity": spec[0] in body is too large a number'],
    },
    {
      name: 'below the minimum',
      schema: { type: 'integer', minimum: 1 },
      value: 0,
      causes: ['FieldValueInvalid spec: Invalid value: 0: spec in body should be greater than or equal to 1'],
    },
    {
      name: 'at an exclusive minimum (boolean)',
      schema: { type: 'integer', minimum: 1, exclusiveMinimum: true },
      value: 1,
      causes: ['FieldValueInvalid spec: Invalid value: 1: spec in body should be greater than 1'],
    },
    {
      name: 'at an exclusive minimum (number)',
      schema: { type: 'number', exclusiveMinimum: 0 },
      value: 0,
      causes: ['FieldValueInvalid spec: Invalid value: 0: spec in body should be greater than 0'],
    },
    {
      name: 'above the maximum',
      schema: { type: 'number', maximum: 2 },
      value: 2.5,
      causes: ['FieldValueInvalid spec: Invalid value: 2.5: spec in body should be less than or equal to 2'],
    },
    {
      name: 'at an exclusive maximum',
      schema: { type: 'number', maximum: 2, exclusiveMaximum: true },
      value: 2,
      causes: ['FieldValueInvalid spec: Invalid value: 2: spec in body should be less than 2'],
    },
    { name: 'a decimal multiple', schema: { type: 'number', multipleOf: 0.1 }, value: 0.3, causes: [] },
    {
      name: 'not a multiple',
      schema: { type: 'number', multipleOf: 0.25 },
      value: 0.3,
      causes: ['FieldValueInvalid spec: Invalid value: 0.3: spec in body should be a multiple of 0.25'],
    },
    {
      name: 'too long, counted in characters',
      schema: { type: 'string', maxLength: 2 },
      value: '😀😀😀',
      causes: ['FieldValueTooLong spec: Too long: may not be more than 2 characters'],
    },
    { name: 'long enough in characters', schema: { type: 'string', maxLength: 2 }, value: '😀😀', causes: [] },
    {
      name: 'too short',
      schema: { type: 'string', minLength: 1 },
      value: '',
      causes: ['FieldValueInvalid spec: Invalid value: "": spec in body should be at least 1 chars long'],
    },
    {
      name: 'a pattern',
      schema: { type: 'string', pattern: '^[a-z]+$' },
      value: 'A',
      causes: ['FieldValueInvalid spec: Invalid value: "A": spec in body should match \'^[a-z]+$\''],
    },
    {
      name: 'an enum',
      schema: { type: 'string', enum: ['a', 'b'] },
      value: 'x',
      causes: ['FieldValueNotSupported spec: Unsupported value: "x": supported values: "a", "b"'],
    },
    {
      name: 'a format',
      schema: { type: 'string', format: 'date-time' },
      value: 'yesterday',
      causes: [
        'FieldValueTypeInvalid spec: Invalid value: "yesterday": spec in body must be of type date-time: "yesterday"',
      ],
    },
    { name: 'a format nobody checks', schema: { type: 'string', format: 'hat-size' }, value: 'x', causes: [] },
    {
      name: 'too many items',
      schema: { type: 'array', maxItems: 1, items: { type: 'string' } },
      value: ['a', 'b'],
      causes: ['FieldValueTooMany spec: Too many: 2: must have at most 1 items'],
    },
    {
      name: 'too few items',
      schema: { type: 'array', minItems: 1, items: { type: 'string' } },
      value: [],
      causes: ['FieldValueInvalid spec: Invalid value: 0: spec in body should have at least 1 items'],
    },
    {
      name: 'repeated items',
      schema: { type: 'array', uniqueItems: true, items: { type: 'object' } },
      value: [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      causes: [
        'FieldValueInvalid spec: Invalid value: [{"a":1,"b":2},{"b":2,"a":1}]: spec in body shouldn\'t contain duplicates',
      ],
    },
    {
      name: 'too many members',
      schema: { type: 'object', maxProperties: 1, additionalProperties: { type: 'string' } },
      value: { a: '', b: '' },
      causes: ['FieldValueTooMany spec: Too many: 2: must have at most 1 items'],
    },
    {
      name: 'too few members',
      schema: { type: 'object', minProperties: 1 },
      value: {},
      causes: ['FieldValueInvalid spec: Invalid value: 0: spec in body should have at least 1 properties'],
    },
    {
      name: 'all mistakes at once, with their places',
      schema: {
        type: 'object',
        required: ['a', 'b'],
        properties: {
          b: { type: 'string' },
          list: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } } } },
          map: { type: 'object', additionalProperties: { type: 'boolean' } },
        },
      },
      value: { b: 1, list: [{ n: 1 }, { n: 'x' }], map: { k: 'y' } },
      causes: [
        'FieldValueRequired spec.a: Required value',
        'FieldValueTypeInvalid spec.b: Invalid value: "integer": spec.b in body must be of type string: "integer"',
        'FieldValueTypeInvalid spec.list[1].n: Invalid value: "string": spec.list[1].n in body must be of type integer: "string"',
        'FieldValueTypeInvalid spec.map.k: Invalid value: "string": spec.map.k in body must be of type boolean: "string"',
      ],
    },
    {
      name: 'a member named like an inherited one',
      schema: { type: 'object', required: ['toString'], properties: { a: { type: 'string' } } },
      value: { constructor: 1 },
      causes: ['FieldValueRequired spec.toString: Required value'],
    },
    {
      name: 'a repeated item of a set',
      schema: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      value: ['a', 'b', 'a'],
      causes: ['FieldValueDuplicate spec[2]: Duplicate value: "a"'],
    },
    {
      name: 'repeated keys, one of them by default',
      schema: keyed,
      value: [{ name: 'A', port: 80 }, { name: 'A' }, { name: 'A', port: 81 }],
      causes: ['FieldValueDuplicate spec[1]: Duplicate value: {"name":"A","port":80}'],
    },
    {
      name: 'a missing key',
      schema: keyed,
      value: [{ port: 1 }, { port: 1 }],
      causes: [
        'FieldValueRequired spec[0].name: Required value: it identifies the item',
        'FieldValueRequired spec[1].name: Required value: it identifies the item',
      ],
    },
    {
      name: 'a missing key that is required anyway',
      schema: { ...keyed, items: { ...keyed.items, required: ['name'] } },
      value: [{ port: 1 }],
      causes: ['FieldValueRequired spec[0].name: Required value'],
    },
    {
      name: 'no branch of anyOf',
      schema: { type: 'string', anyOf: [{ pattern: '^a' }, { pattern: '^b' }] },
      value: 'c',
      causes: ['FieldValueInvalid spec: Invalid value: "c": spec in body must validate at least one schema (anyOf)'],
    },
    {
      name: 'two branches of oneOf',
      schema: { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      value: { a: 1, b: 1 },
      causes: [
        'FieldValueInvalid spec: Invalid value: {"a":1,"b":1}: spec in body must validate one and only one schema (oneOf), but 2 of them fit',
      ],
    },
    {
      name: 'a part of allOf, and not',
      schema: { type: 'string', allOf: [{ maxLength: 1 }, { pattern: '^a' }], not: { enum: ['bb'] } },
      value: 'bb',
      causes: [
        'FieldValueTooLong spec: Too long: may not be more than 1 characters',
        'FieldValueInvalid spec: Invalid value: "bb": spec in body should match \'^a\'',
        'FieldValueInvalid spec: Invalid value: "bb": spec in body must not validate the schema (not)',
      ],
    },
  ])('$name', ({ causes, schema, value }) => {
    expect(lines(schema, value)).toEqual(causes);
  });

  it('says at most 500 things', () => {
    const value = Array.from({ length: 10_000 }, () => 'x');

    expect(validated({ type: 'array', items: { type: 'integer' } }, value)).toHaveLength(maxCauses);
  });

  it('can begin below the top', () => {
    expect(validated({ type: 'object', required: ['a'] }, {}, 'spec.env[0]')).toEqual([
      { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.env[0].a' },
    ]);
  });
});
