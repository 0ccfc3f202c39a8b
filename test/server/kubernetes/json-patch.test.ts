import { describe, expect, it } from 'vitest';
import type { Json } from '../../../controller/model/json.ts';
import { jsonPatched, maxOperations } from '../../../controller/server/kubernetes/json-patch.ts';
import { frozen } from './frozen.ts';

describe('jsonPatched', () => {
  it.each<{ name: string; target: Json; patch: Json; result: Json }>([
    {
      name: 'add a member',
      target: { foo: 'bar' },
      patch: [{ op: 'add', path: '/baz', value: 'qux' }],
      result: { foo: 'bar', baz: 'qux' },
    },
    { name: 'add over a member', target: { a: 1 }, patch: [{ op: 'add', path: '/a', value: 2 }], result: { a: 2 } },
    {
      name: 'add an item',
      target: { foo: ['bar', 'baz'] },
      patch: [{ op: 'add', path: '/foo/1', value: 'qux' }],
      result: { foo: ['bar', 'qux', 'baz'] },
    },
    {
      name: 'add behind the last item',
      target: { l: [1] },
      patch: [{ op: 'add', path: '/l/1', value: 2 }],
      result: { l: [1, 2] },
    },
    {
      name: 'add at the end',
      target: { l: [1] },
      patch: [{ op: 'add', path: '/l/-', value: [2] }],
      result: { l: [1, [2]] },
    },
    { name: 'add null', target: {}, patch: [{ op: 'add', path: '/a', value: null }], result: { a: null } },
    { name: 'remove a member', target: { a: 1, b: 2 }, patch: [{ op: 'remove', path: '/a' }], result: { b: 2 } },
    {
      name: 'remove an item',
      target: { l: [1, 2, 3] },
      patch: [{ op: 'remove', path: '/l/1' }],
      result: { l: [1, 3] },
    },
    {
      name: 'replace a member',
      target: { a: { b: 1 } },
      patch: [{ op: 'replace', path: '/a/b', value: { c: 1 } }],
      result: { a: { b: { c: 1 } } },
    },
    {
      name: 'replace an item',
      target: { l: [1, 2] },
      patch: [{ op: 'replace', path: '/l/0', value: 9 }],
      result: { l: [9, 2] },
    },
    {
      name: 'replace everything',
      target: { a: 1 },
      patch: [{ op: 'replace', path: '', value: { b: 1 } }],
      result: { b: 1 },
    },
    {
      name: 'move a member',
      target: { a: { x: 1 }, b: {} },
      patch: [{ op: 'move', from: '/a/x', path: '/b/y' }],
      result: { a: {}, b: { y: 1 } },
    },
    {
      name: 'move an item',
      target: { l: [1, 2, 3] },
      patch: [{ op: 'move', from: '/l/0', path: '/l/2' }],
      result: { l: [2, 3, 1] },
    },
    { name: 'move nowhere', target: { a: 1 }, patch: [{ op: 'move', from: '/a', path: '/a' }], result: { a: 1 } },
    {
      name: 'move to a name that begins alike',
      target: { a: 1 },
      patch: [{ op: 'move', from: '/a', path: '/ab' }],
      result: { ab: 1 },
    },
    {
      name: 'copy',
      target: { a: { x: [1] } },
      patch: [{ op: 'copy', from: '/a', path: '/b' }],
      result: { a: { x: [1] }, b: { x: [1] } },
    },
    {
      name: 'a copy that changes alone',
      target: { a: { x: [1] } },
      patch: [
        { op: 'add', path: '/a/x/-', value: 2 },
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'add', path: '/b/x/-', value: 3 },
        { op: 'add', path: '/a/y', value: 4 },
      ],
      result: { a: { x: [1, 2], y: 4 }, b: { x: [1, 2, 3] } },
    },
    {
      name: 'test, whatever the order of members',
      target: { a: { x: 1, y: 2 } },
      patch: [{ op: 'test', path: '/a', value: { y: 2, x: 1 } }],
      result: { a: { x: 1, y: 2 } },
    },
    {
      name: 'escaped names',
      target: { 'a/b': { 'm~n': 1, '~1': 2 } },
      patch: [
        { op: 'remove', path: '/a~1b/m~0n' },
        { op: 'test', path: '/a~1b/~01', value: 2 },
      ],
      result: { 'a/b': { '~1': 2 } },
    },
    {
      name: 'an empty name',
      target: { '': { '': 1 } },
      patch: [{ op: 'replace', path: '//', value: 2 }],
      result: { '': { '': 2 } },
    },
    { name: 'nothing', target: { a: 1 }, patch: [], result: { a: 1 } },
    {
      name: 'values of the patch that later operations change',
      target: {},
      patch: [
        { op: 'add', path: '/a', value: { l: [] } },
        { op: 'add', path: '/a/l/-', value: 1 },
      ],
      result: { a: { l: [1] } },
    },
  ])('can $name', ({ patch, result, target }) => {
    const before = JSON.stringify([target, patch]);

    expect(jsonPatched(frozen(target), frozen(patch))).toEqual(result);
    expect(JSON.stringify([target, patch])).toBe(before);
  });

  it('shares what no operation touches', () => {
    const target = frozen({ metadata: { labels: {} }, spec: { a: 1 } });

    const result = jsonPatched(target, [{ op: 'add', path: '/metadata/labels/a', value: 'b' }]) as typeof target;

    expect(result.spec).toBe(target.spec);
  });

  it.each<{ name: string; patch: Json; pointer: string; why: string }>([
    {
      name: 'a failing test',
      patch: [{ op: 'test', path: '/spec/a', value: 2 }],
      pointer: '/spec/a',
      why: 'the value is not the one that the patch tests for',
    },
    {
      name: 'a missing parent',
      patch: [{ op: 'add', path: '/no/such', value: 1 }],
      pointer: '/no/such',
      why: 'there is no value at this place',
    },
    {
      name: 'removing nothing',
      patch: [{ op: 'remove', path: '/spec/no/such/path' }],
      pointer: '/spec/no/such/path',
      why: 'there is no value at this place',
    },
    {
      name: 'replacing nothing',
      patch: [{ op: 'replace', path: '/spec/b', value: 1 }],
      pointer: '/spec/b',
      why: 'there is no value at this place',
    },
    {
      name: 'going into a scalar',
      patch: [{ op: 'add', path: '/spec/a/b', value: 1 }],
      pointer: '/spec/a/b',
      why: 'there is no value at this place',
    },
    {
      name: 'an inherited name',
      patch: [{ op: 'test', path: '/spec/toString', value: 1 }],
      pointer: '/spec/toString',
      why: 'there is no value at this place',
    },
    {
      name: 'an item beyond the end',
      patch: [{ op: 'add', path: '/list/2', value: 1 }],
      pointer: '/list/2',
      why: 'the list is shorter than that',
    },
    {
      name: 'removing beyond the end',
      patch: [{ op: 'remove', path: '/list/1' }],
      pointer: '/list/1',
      why: 'the list is shorter than that',
    },
    {
      name: 'an item with a leading zero',
      patch: [{ op: 'remove', path: '/list/00' }],
      pointer: '/list/00',
      why: 'a list is addressed by a number (or - for its end)',
    },
    {
      name: 'a value moved into itself',
      patch: [{ op: 'move', from: '/spec', path: '/spec/x' }],
      pointer: '/spec/x',
      why: 'a value cannot be moved into itself',
    },
    {
      name: 'removing everything',
      patch: [{ op: 'remove', path: '' }],
      pointer: '',
      why: 'the whole object cannot be removed',
    },
    {
      name: 'copying nothing',
      patch: [{ op: 'copy', from: '/no', path: '/a' }],
      pointer: '/no',
      why: 'there is no value at this place',
    },
  ])('refuses $name with 422', ({ patch, pointer, why }) => {
    expect(() => jsonPatched({ spec: { a: 1 }, list: [0] }, patch)).toThrow(
      expect.objectContaining({
        reason: 'Invalid',
        message: 'the server rejected our request due to an error in our request',
        details: { causes: [{ reason: 'FieldValueInvalid', field: pointer, message: why }] },
      }),
    );
  });

  it.each<{ name: string; patch: Json; message: string }>([
    { name: 'an object', patch: {}, message: 'a JSON patch is a list of operations' },
    { name: 'an operation that is none', patch: ['add'], message: 'operation 0 of the JSON patch: is not an object' },
    {
      name: 'an unknown operation',
      patch: [{ op: 'toString', path: '' }],
      message: 'operation 0 of the JSON patch: op must be one of add, remove, replace, move, copy, test',
    },
    {
      name: 'a missing path',
      patch: [{ op: 'remove' }],
      message: 'operation 0 of the JSON patch: path must be a JSON pointer',
    },
    {
      name: 'a bad escape',
      patch: [{ op: 'remove', path: '/a~2' }],
      message: 'operation 0 of the JSON patch: path must be a JSON pointer',
    },
    {
      name: 'a pointer without slash',
      patch: [
        { op: 'test', path: '', value: {} },
        { op: 'remove', path: 'a' },
      ],
      message: 'operation 1 of the JSON patch: path must be a JSON pointer',
    },
    {
      name: 'a missing from',
      patch: [{ op: 'move', path: '/a' }],
      message: 'operation 0 of the JSON patch: from must be a JSON pointer',
    },
    {
      name: 'a missing value',
      patch: [{ op: 'add', path: '/a' }],
      message: 'operation 0 of the JSON patch: value is missing',
    },
    {
      name: 'a prototype key',
      patch: [{ op: 'add', path: '/__proto__', value: {} }],
      message: 'the key "__proto__" is not allowed in a body',
    },
    {
      name: 'constructor.prototype',
      patch: [
        { op: 'add', path: '/constructor', value: {} },
        { op: 'add', path: '/constructor/prototype', value: {} },
      ],
      message: 'the key "prototype" is not allowed in a body',
    },
  ])('refuses $name with 400', ({ message, patch }) => {
    expect(() => jsonPatched({}, patch)).toThrow(expect.objectContaining({ reason: 'BadRequest', message }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes as many operations as allowed, and no more', () => {
    const operation = { op: 'test', path: '/a', value: 1 };
    const patch = Array.from({ length: maxOperations }, () => operation);

    expect(jsonPatched({ a: 1 }, patch)).toEqual({ a: 1 });
    expect(() => jsonPatched({ a: 1 }, [...patch, operation])).toThrow(
      expect.objectContaining({ reason: 'RequestEntityTooLarge' }),
    );
  });

  it('refuses copies of copies that would fill the memory', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '/a', path: `/a/${index}` }));

    expect(() => jsonPatched({ a: {} }, doubling)).toThrow(
      expect.objectContaining({ reason: 'RequestEntityTooLarge' }),
    );
  });

  it('refuses a result that is nested too deeply', () => {
    const nesting = Array.from({ length: 70 }, (_, index) => ({ op: 'add', path: '/a'.repeat(index + 1), value: {} }));

    expect(() => jsonPatched({}, nesting)).toThrow('the body is nested more than 64 levels deep');
  });
});
