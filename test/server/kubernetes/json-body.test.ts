import { describe, expect, it } from 'vitest';
import { asBody, jsonBody, maxDepth } from '../../../controller/server/kubernetes/json-body.ts';

const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;

describe('jsonBody', () => {
  it('parses bytes and text alike', () => {
    expect(jsonBody(Buffer.from('{"a":"ü"}'))).toEqual({ value: { a: 'ü' }, duplicates: [] });
    expect(jsonBody('[1, "a,{b", true]')).toEqual({ value: [1, 'a,{b', true], duplicates: [] });
  });

  it.each<{ name: string; body: string; duplicates: string[] }>([
    { name: 'none', body: '{"a":{"b":1},"c":{"b":1}}', duplicates: [] },
    { name: 'at the top', body: '{"a":1,"a":2}', duplicates: ['a'] },
    { name: 'below', body: '{"spec":{"x":1,"y":{"z":[]},"x":2}}', duplicates: ['spec.x'] },
    { name: 'in a list', body: '{"l":[{"n":1},{"n":1,"n":2}]}', duplicates: ['l[1].n'] },
    { name: 'three times', body: '{"a":1,"a":1,"a":1}', duplicates: ['a', 'a'] },
    { name: 'spelt with escapes', body: '{"a":1,"\\u0061":2}', duplicates: ['a'] },
    { name: 'values that look like keys', body: '{"a":"a","b":["a","a"],"c":"}\\",\\"a\\":"}', duplicates: [] },
    { name: 'after a list of lists', body: '{"a":[[1,2],[3]],"a":1}', duplicates: ['a'] },
  ])('finds repeated members: $name', ({ body, duplicates }) => {
    expect(jsonBody(body).duplicates).toEqual(duplicates);
  });

  it('lists at most 100 repeated members', () => {
    const body = `{${Array.from({ length: 500 }, () => '"a":1').join(',')}}`;

    expect(jsonBody(body).duplicates).toHaveLength(100);
  });

  it.each([
    { name: 'nothing', body: '', message: 'the body is not valid JSON: it is empty' },
    {
      name: 'a stray character',
      body: '{\n  "a": 1 2}',
      message: 'the body is not valid JSON at line 2, column 10',
    },
    { name: 'a missing end', body: '{"a', message: 'the body is not valid JSON at line 1, column 4' },
    { name: '__proto__', body: '{"a":{"__proto__":{"b":1}}}', message: 'the key "__proto__" is not allowed in a body' },
    {
      name: 'escaped __proto__',
      body: '{"\\u005f_proto__":1}',
      message: 'the key "__proto__" is not allowed in a body',
    },
    {
      name: 'constructor.prototype',
      body: '{"constructor":{"prototype":1}}',
      message: 'the key "prototype" is not allowed in a body',
    },
    { name: 'too deep', body: nested(maxDepth + 1), message: 'the body is nested more than 64 levels deep' },
    {
      name: 'a million brackets',
      body: '['.repeat(1e6) + ']'.repeat(1e6),
      message: 'the body is nested more than 64 levels deep',
    },
  ])('refuses $name', ({ body, message }) => {
    expect(() => jsonBody(body)).toThrow(expect.objectContaining({ reason: 'BadRequest', message }));
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => jsonBody(Uint8Array.of(0x22, 0xff, 0x22))).toThrow('the body is not valid UTF-8');
  });

  it('quotes nothing of a malformed body', () => {
    expect(() => jsonBody('{"password": hunter2}')).toThrow(
      expect.objectContaining({ message: 'the body is not valid JSON', cause: undefined }),
    );
  });

  it('takes the deepest body allowed, and harmless uses of the words', () => {
    expect(jsonBody(nested(maxDepth)).duplicates).toEqual([]);
    expect(jsonBody('{"constructor":1,"prototype":"__proto__"}').value).toEqual({
      constructor: 1,
      prototype: '__proto__',
    });
  });
});

describe('asBody', () => {
  it('answers the value itself', () => {
    const value = { a: [{ b: 1 }] };

    expect(asBody(value)).toBe(value);
  });

  it.each([
    { name: 'depth', value: JSON.parse(nested(maxDepth + 1)) },
    { name: 'a prototype key', value: JSON.parse('{"a":[{"__proto__":1}]}') },
  ])('refuses $name', ({ value }) => {
    expect(() => asBody(value)).toThrow(expect.objectContaining({ reason: 'BadRequest' }));
  });
});
