import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../controller/model/json.ts';
import { emptySet, fieldSetFrom } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import { without } from '../../../../controller/server/kubernetes/apply/remove.ts';
import { setOf } from '../../../../controller/server/kubernetes/apply/set-of.ts';
import { frozen } from '../frozen.ts';
import { anySpec, sampleSpec } from './sample.ts';

const setFromJson = (json: object) => fieldSetFrom(json) ?? emptySet;

describe('without', () => {
  it.each<{ name: string; value: JsonObject; gone: object; kept?: object; result: JsonObject }>([
    { name: 'a field', value: { text: 'a', number: 1 }, gone: { 'f:text': {} }, result: { number: 1 } },
    {
      name: 'the last field of a struct, and the struct',
      value: { text: 'a', inner: { a: 'x' } },
      gone: { 'f:inner': { 'f:a': {} } },
      result: { text: 'a' },
    },
    {
      name: 'the last field of a struct that is kept',
      value: { inner: { a: 'x' } },
      gone: { 'f:inner': { 'f:a': {} } },
      kept: { 'f:inner': {} },
      result: { inner: {} },
    },
    {
      name: 'the last item of a list that is kept',
      value: { set: ['a'] },
      gone: { 'f:set': { 'v:"a"': {} } },
      kept: { 'f:set': {} },
      result: { set: [] },
    },
    {
      name: 'a struct with all in it',
      value: { inner: { a: 'x' }, text: 'a' },
      gone: { 'f:inner': {} },
      result: { text: 'a' },
    },
    {
      name: 'an item',
      value: { env: [{ name: 'A' }, { name: 'B' }] },
      gone: { 'f:env': { 'k:{"name":"A"}': {} } },
      result: { env: [{ name: 'B' }] },
    },
    {
      name: 'a field of an item',
      value: { env: [{ name: 'A', value: 'x' }] },
      gone: { 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } },
      result: { env: [{ name: 'A' }] },
    },
    {
      name: 'nothing below a whole',
      value: { list: ['a'], text: 'a' },
      gone: { 'f:list': { 'v:"a"': {} } },
      result: { list: ['a'], text: 'a' },
    },
    {
      name: 'nothing that is not there',
      value: { text: 'a' },
      gone: { 'f:inner': { 'f:a': {} }, 'f:number': {} },
      result: { text: 'a' },
    },
    {
      name: 'nothing from what is empty',
      value: { inner: {}, text: 'a' },
      gone: { 'f:inner': { 'f:a': {} } },
      result: { inner: {}, text: 'a' },
    },
  ])('takes $name', ({ gone, kept = {}, result, value }) => {
    expect(without(sampleSpec, frozen(value), setFromJson(gone), setFromJson(kept))).toEqual(result);
  });

  it('takes everything when told everything, and keeps the same reference when told nothing', () => {
    fc.assert(
      fc.property(anySpec, value => {
        expect(without(sampleSpec, value, setOf(sampleSpec, value), emptySet)).toEqual({});
        expect(without(sampleSpec, value, emptySet, emptySet)).toBe(value);
      }),
      { numRuns: 100 },
    );
  });
});
