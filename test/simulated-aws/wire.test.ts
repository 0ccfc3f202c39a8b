import { expect, it } from 'vitest';
import { wire } from './wire.ts';

it('copies deeply and drops what has no value', () => {
  const at = new Date(0);
  const bytes = Uint8Array.from([1]);
  const value = { a: [{ b: undefined, c: 1 }], d: null, at, bytes, empty: {}, text: '' };

  const copy = wire(value);

  expect(copy).toEqual({ a: [{ c: 1 }], at: new Date(0), bytes: Uint8Array.from([1]), empty: {}, text: '' });
  expect(Object.keys(copy)).not.toContain('d');
  expect(copy.a).not.toBe(value.a);
  expect([copy.at === at, copy.bytes === bytes]).toEqual([false, false]);
});

it.each([
  { name: 'a function', value: { a: () => 1 }, message: '$.a: a function cannot be sent to AWS' },
  { name: 'not a number', value: [Number.NaN], message: '$[0]: a number cannot be sent to AWS' },
  { name: 'an instance', value: { a: new Map() }, message: '$.a: an instance of Map cannot be sent to AWS' },
])('refuses $name', ({ value, message }) => {
  expect(() => wire<unknown>(value)).toThrow(message);
});
