import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  emptySet,
  type FieldSet,
  fieldSetFrom,
  fieldsV1Of,
  intersection,
  isEmpty,
  pathsOf,
  sameSet,
  setFrom,
  union,
} from '../../../../controller/server/kubernetes/apply/field-set.ts';
import type { PathElement } from '../../../../controller/server/kubernetes/apply/path-element.ts';

const anyElement = fc.constantFrom<PathElement>('f:a', 'f:b', 'k:{"name":"A"}', 'v:"x"', 'i:0');
const anyPath = fc.array(anyElement, { minLength: 1, maxLength: 4 });
const anyPaths = fc.array(anyPath, { maxLength: 8 });
const texts = (set: FieldSet): ReadonlySet<string> => new Set([...pathsOf(set)].map(path => path.join('/')));
const runs = { numRuns: 100 };

describe('a set of paths', () => {
  it('holds what it was made of', () => {
    fc.assert(
      fc.property(anyPaths, paths => {
        expect(texts(setFrom(...paths))).toEqual(new Set(paths.map(path => path.join('/'))));
      }),
      runs,
    );
  });

  it('unites, subtracts and intersects like a set', () => {
    fc.assert(
      fc.property(anyPaths, anyPaths, (left, right) => {
        const [a, b] = [setFrom(...left), setFrom(...right)];
        const [ofA, ofB] = [texts(a), texts(b)];

        expect(texts(union(a, b))).toEqual(new Set([...ofA, ...ofB]));
        expect(texts(difference(a, b))).toEqual(new Set([...ofA].filter(path => !ofB.has(path))));
        expect(texts(intersection(a, b))).toEqual(new Set([...ofA].filter(path => ofB.has(path))));
        expect(sameSet(a, b)).toBe(ofA.size === ofB.size && [...ofA].every(path => ofB.has(path)));
        expect(isEmpty(difference(a, b))).toBe([...ofA].every(path => ofB.has(path)));
      }),
      runs,
    );
  });

  it('survives the way through JSON', () => {
    fc.assert(
      fc.property(anyPaths, paths => {
        const set = setFrom(...paths);
        const json = JSON.parse(JSON.stringify(fieldsV1Of(set)));

        expect(texts(fieldSetFrom(json) ?? emptySet)).toEqual(texts(set));
      }),
      runs,
    );
  });

  it('is written as FieldsV1', () => {
    const set = setFrom(
      ['f:spec', 'f:env', 'k:{"name":"A"}'],
      ['f:spec', 'f:env', 'k:{"name":"A"}', 'f:value'],
      ['f:metadata', 'f:finalizers', 'v:"x"'],
      ['f:spec', 'f:b'],
    );

    expect(JSON.stringify(fieldsV1Of(set))).toBe(
      JSON.stringify({
        'f:metadata': { 'f:finalizers': { 'v:"x"': {} } },
        'f:spec': { 'f:b': {}, 'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:value': {} } } },
      }),
    );
  });

  it('keeps names apart that objects inherit', () => {
    expect(fieldsV1Of(setFrom(['f:__proto__'], ['f:constructor']))).toEqual({ 'f:__proto__': {}, 'f:constructor': {} });
  });
});

it.each([
  { name: 'a text', value: 'x' },
  { name: 'nothing', value: undefined },
  { name: 'a list', value: [] },
  { name: 'a step that is none', value: { spec: {} } },
  { name: 'a bad key below', value: { 'f:a': { 'k:x': {} } } },
  { name: 'a leaf that is no object', value: { 'f:a': 1 } },
])('is not read from $name', ({ value }) => {
  expect(fieldSetFrom(value)).toBeUndefined();
});
