import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../controller/model/json.ts';
import { defaulted, withoutNulls } from '../../../../controller/server/kubernetes/schema/default.ts';
import type { Schema } from '../../../../controller/server/kubernetes/schema/schema.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    a: { type: 'string', default: 'A' },
    inner: { type: 'object', properties: { b: { type: 'integer', default: 1 } } },
    made: { type: 'object', default: {}, properties: { c: { type: 'integer', default: 2 } } },
    list: { type: 'array', items: { type: 'object', properties: { d: { type: 'integer', default: 3 } } } },
    map: {
      type: 'object',
      additionalProperties: { type: 'object', properties: { e: { type: 'integer', default: 4 } } },
    },
    plain: { type: 'string' },
    nullable: { type: 'string', nullable: true, default: 'N' },
    free: { 'x-kubernetes-preserve-unknown-fields': true },
    port: { 'x-kubernetes-int-or-string': true },
  },
};
const top = { a: 'A', made: { c: 2 }, nullable: 'N' };

describe('defaulted', () => {
  it.each<{ name: string; value: Json; filled: Json }>([
    { name: 'an empty object', value: {}, filled: top },
    { name: 'what is there stays', value: { a: 'x' }, filled: { ...top, a: 'x' } },
    { name: 'inside a present parent', value: { inner: {} }, filled: { ...top, inner: { b: 1 } } },
    { name: 'inside items', value: { list: [{}, { d: 9 }] }, filled: { ...top, list: [{ d: 3 }, { d: 9 }] } },
    { name: 'inside map values', value: { map: { k: {} } }, filled: { ...top, map: { k: { e: 4 } } } },
    { name: 'a null that is not allowed', value: { a: null, plain: null, port: null }, filled: top },
    {
      name: 'a null that is allowed',
      value: { nullable: null, free: null },
      filled: { ...top, nullable: null, free: null },
    },
    { name: 'a null in a list', value: { list: [null] }, filled: { ...top, list: [null] } },
    { name: 'a null in a map', value: { map: { k: null } }, filled: { ...top, map: {} } },
    { name: 'a value of a wrong type', value: { inner: 'x' }, filled: { ...top, inner: 'x' } },
  ])('$name', ({ filled, value }) => {
    expect(defaulted(schema, value)).toEqual(filled);
  });

  it('answers the same reference when there is nothing to do', () => {
    const value = { ...top, list: [{ d: 1 }] };

    expect(defaulted(schema, value)).toBe(value);
  });
});

describe('withoutNulls', () => {
  it('drops nulls and fills in nothing', () => {
    expect(withoutNulls(schema, { a: null, inner: { b: null }, nullable: null })).toEqual({
      inner: {},
      nullable: null,
    });
  });
});
