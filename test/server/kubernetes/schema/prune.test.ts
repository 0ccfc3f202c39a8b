import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../controller/model/json.ts';
import { pruned } from '../../../../controller/server/kubernetes/schema/prune.ts';
import type { Schema } from '../../../../controller/server/kubernetes/schema/schema.ts';

const text: Schema = { type: 'string' };
const schema: Schema = {
  type: 'object',
  properties: {
    a: text,
    inner: { type: 'object', properties: { b: text } },
    list: { type: 'array', items: { type: 'object', properties: { n: text } } },
    map: { type: 'object', additionalProperties: { type: 'object', properties: { v: text } } },
    open: { type: 'object', additionalProperties: true },
    free: {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { known: { type: 'object', properties: { b: text } } },
    },
  },
};

describe('pruned', () => {
  it.each<{ name: string; value: Json; kept: Json; unknown: string[] }>([
    { name: 'a field at the top', value: { a: 'x', z: 1 }, kept: { a: 'x' }, unknown: ['z'] },
    {
      name: 'a field below',
      value: { inner: { b: 'x', z: { y: 1 } } },
      kept: { inner: { b: 'x' } },
      unknown: ['inner.z'],
    },
    {
      name: 'fields in list items',
      value: { list: [{ n: 'x' }, { m: 1 }, { n: 'y', m: 1 }] },
      kept: { list: [{ n: 'x' }, {}, { n: 'y' }] },
      unknown: ['list[1].m', 'list[2].m'],
    },
    {
      name: 'fields in map values',
      value: { map: { k: { v: 'x', w: 1 } } },
      kept: { map: { k: { v: 'x' } } },
      unknown: ['map.k.w'],
    },
    {
      name: 'nothing below additionalProperties',
      value: { open: { x: { y: [{ z: 1 }] } } },
      kept: { open: { x: { y: [{ z: 1 }] } } },
      unknown: [],
    },
    {
      name: 'only what is declared below preserve-unknown-fields',
      value: { free: { x: [{ y: 1 }], known: { b: 'x', c: 1 } } },
      kept: { free: { x: [{ y: 1 }], known: { b: 'x' } } },
      unknown: ['free.known.c'],
    },
    {
      name: 'a name that all objects inherit',
      value: { inner: { toString: 1 } },
      kept: { inner: {} },
      unknown: ['inner.toString'],
    },
    {
      name: 'nothing in values of a wrong type',
      value: { inner: 'text', list: { x: 1 }, a: { x: 1 } },
      kept: { inner: 'text', list: { x: 1 }, a: { x: 1 } },
      unknown: [],
    },
  ])('drops $name', ({ kept, unknown, value }) => {
    expect(pruned(schema, value)).toEqual({ value: kept, unknown });
  });

  it('answers the same references where nothing is dropped', () => {
    const value = { a: 'x', inner: { b: 'y' }, list: [{ n: 'z' }], z: 1 };

    const { value: kept } = pruned(schema, value);

    expect(pruned(schema, { inner: value.inner, list: value.list }).value['inner']).toBe(value.inner);
    expect(kept.list).toBe(value.list);
  });

  it('leaves nothing for a second time', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
        const once = pruned(schema, value as Json);

        expect(pruned(schema, once.value)).toEqual({ value: once.value, unknown: [] });
      }),
      { numRuns: 100 },
    );
  });
});
