import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, sameJson } from '../../../../controller/model/json.ts';
import { changes, unchanged, written } from '../../../../controller/server/kubernetes/apply/compare.ts';
import { fieldsV1Of, intersection, isEmpty } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import { anySpec, describesExisting, sampleSpec } from './sample.ts';

describe('changes', () => {
  it.each<{ name: string; before: JsonObject; after: JsonObject; added?: object; modified?: object; removed?: object }>(
    [
      { name: 'nothing', before: { text: 'a' }, after: { text: 'a' } },
      { name: 'a scalar', before: { text: 'a' }, after: { text: 'b' }, modified: { 'f:text': {} } },
      {
        name: 'fields that come and go',
        before: { text: 'a' },
        after: { number: 1 },
        added: { 'f:number': {} },
        removed: { 'f:text': {} },
      },
      {
        name: 'inside a struct',
        before: { inner: { a: 'x', b: 'y' } },
        after: { inner: { a: 'z' } },
        modified: { 'f:inner': { 'f:a': {} } },
        removed: { 'f:inner': { 'f:b': {} } },
      },
      {
        name: 'a struct that comes',
        before: {},
        after: { inner: { a: 'x' } },
        added: { 'f:inner': { '.': {}, 'f:a': {} } },
      },
      {
        name: 'a struct that goes',
        before: { inner: { a: 'x' } },
        after: {},
        removed: { 'f:inner': { '.': {}, 'f:a': {} } },
      },
      { name: 'an empty struct that comes', before: {}, after: { inner: {} }, added: { 'f:inner': {} } },
      {
        name: 'an empty struct that fills',
        before: { inner: {} },
        after: { inner: { a: 'x' } },
        added: { 'f:inner': { 'f:a': {} } },
      },
      { name: 'null for empty', before: { map: {} }, after: { map: null }, modified: { 'f:map': {} } },
      { name: 'null for full', before: { map: { a: 'x' } }, after: { map: null }, removed: { 'f:map': { 'f:a': {} } } },
      {
        name: 'entries of a map',
        before: { map: { a: '1', b: '2' } },
        after: { map: { b: '3', c: '4' } },
        added: { 'f:map': { 'f:c': {} } },
        modified: { 'f:map': { 'f:b': {} } },
        removed: { 'f:map': { 'f:a': {} } },
      },
      {
        name: 'an atomic map',
        before: { whole: { a: '1' } },
        after: { whole: { a: '1', b: '2' } },
        modified: { 'f:whole': {} },
      },
      { name: 'an atomic list', before: { list: ['a', 'b'] }, after: { list: ['b', 'a'] }, modified: { 'f:list': {} } },
      {
        name: 'items of a set, not their order',
        before: { set: ['a', 'b'] },
        after: { set: ['c', 'b'] },
        added: { 'f:set': { 'v:"c"': {} } },
        removed: { 'f:set': { 'v:"a"': {} } },
      },
      {
        name: 'items by keys, not their order',
        before: {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
        after: { env: [{ name: 'C' }, { name: 'B', value: '2' }, { name: 'A', value: '3' }] },
        added: { 'f:env': { 'k:{"name":"C"}': { '.': {}, 'f:name': {} } } },
        modified: { 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } },
      },
      {
        name: 'repeated items together',
        before: {
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
        after: { env: [{ name: 'A', value: '1' }] },
        modified: { 'f:env': { 'k:{"name":"A"}': {} } },
      },
      {
        name: 'undeclared content',
        before: { free: { a: { b: 1 }, l: [1] } },
        after: { free: { a: { b: 2 }, l: [2] } },
        modified: { 'f:free': { 'f:a': { 'f:b': {} }, 'f:l': {} } },
      },
      {
        name: 'an object that gives way to a text',
        before: { free: { a: 1 } },
        after: { free: 'x' },
        modified: { 'f:free': {} },
        removed: { 'f:free': { 'f:a': {} } },
      },
      {
        name: 'a text that gives way to an object',
        before: { free: 'x' },
        after: { free: { a: 1 } },
        modified: { 'f:free': {} },
        added: { 'f:free': { 'f:a': {} } },
      },
    ],
  )('sees $name', ({ added = {}, after, before, modified = {}, removed = {} }) => {
    const change = changes(sampleSpec, before, after);

    expect({
      added: fieldsV1Of(change.added),
      modified: fieldsV1Of(change.modified),
      removed: fieldsV1Of(change.removed),
    }).toEqual({ added, modified, removed });
  });

  it('agrees with itself in both directions, and its paths exist', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (before, after) => {
        const there = changes(sampleSpec, before, after);
        const back = changes(sampleSpec, after, before);

        expect(fieldsV1Of(there.added)).toEqual(fieldsV1Of(back.removed));
        expect(fieldsV1Of(there.modified)).toEqual(fieldsV1Of(back.modified));
        expect(describesExisting(sampleSpec, written(there), after)).toBe(true);
        expect(describesExisting(sampleSpec, there.removed, before)).toBe(true);
        expect(isEmpty(intersection(written(there), there.removed))).toBe(true);
        expect(unchanged(changes(sampleSpec, before, structuredClone(before)))).toBe(true);
        expect(sameJson(before, after) && !unchanged(there)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
