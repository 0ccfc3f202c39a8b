import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../controller/model/json.ts';
import { fieldSetFrom, fieldsV1Of } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import { setOf, withNamedFields } from '../../../../controller/server/kubernetes/apply/set-of.ts';
import { sampleSpec } from './sample.ts';

describe('setOf', () => {
  it.each<{ name: string; value: JsonObject; set: object }>([
    {
      name: 'scalars',
      value: { text: 'a', number: 1, percent: '1%' },
      set: { 'f:text': {}, 'f:number': {}, 'f:percent': {} },
    },
    {
      name: 'structs by their fields',
      value: { inner: { a: 'x', deep: { c: 'y' } } },
      set: { 'f:inner': { 'f:a': {}, 'f:deep': { 'f:c': {} } } },
    },
    { name: 'entries of maps', value: { map: { k: 'v' } }, set: { 'f:map': { 'f:k': {} } } },
    {
      name: 'entries of maps of structs, themselves too',
      value: { maps: { k: { x: 'a' } } },
      set: { 'f:maps': { 'f:k': { '.': {}, 'f:x': {} } } },
    },
    {
      name: 'atomic maps and lists as wholes',
      value: { whole: { k: 'v' }, list: ['a'] },
      set: { 'f:whole': {}, 'f:list': {} },
    },
    { name: 'items of sets', value: { set: ['a', 'b'] }, set: { 'f:set': { 'v:"a"': {}, 'v:"b"': {} } } },
    {
      name: 'items by keys, themselves too',
      value: { env: [{ name: 'A', value: 'x' }] },
      set: { 'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} } } },
    },
    {
      name: 'items by keys with defaults',
      value: { ports: [{ port: 1 }] },
      set: { 'f:ports': { 'k:{"port":1,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } },
    },
    {
      name: 'undeclared content: objects by members, lists as wholes',
      value: { free: { a: { b: 'c' }, l: [1] } },
      set: { 'f:free': { 'f:a': { '.': {}, 'f:b': {} }, 'f:l': {} } },
    },
    {
      name: 'null and what is empty',
      value: { maybe: null, inner: {}, map: {}, env: [], list: [] },
      set: { 'f:maybe': {}, 'f:inner': {}, 'f:map': {}, 'f:env': {}, 'f:list': {} },
    },
    {
      name: 'repeated items without looking inside',
      value: { env: [{ name: 'A', value: 'x' }, { name: 'A' }] },
      set: { 'f:env': { 'k:{"name":"A"}': {} } },
    },
    {
      name: 'values of a wrong type as wholes',
      value: { inner: 'x', env: { a: 1 } },
      set: { 'f:inner': {}, 'f:env': {} },
    },
  ])('owns $name', ({ set, value }) => {
    expect(fieldsV1Of(setOf(sampleSpec, value))).toEqual(set);
  });
});

describe('withNamedFields', () => {
  it('adds structs, maps and lists that hold owned fields, but no entries and items', () => {
    const set = {
      'f:inner': { 'f:deep': { 'f:c': {} } },
      'f:maps': { 'f:k': { 'f:x': {} } },
      'f:env': { 'k:{"name":"A"}': { 'f:value': {} } },
      'f:free': { 'f:a': { 'f:b': {} } },
    };

    expect(fieldsV1Of(withNamedFields(sampleSpec, fieldSetFrom(set) ?? setOf(sampleSpec, {})))).toEqual({
      'f:inner': { '.': {}, 'f:deep': { '.': {}, 'f:c': {} } },
      'f:maps': { '.': {}, 'f:k': { 'f:x': {} } },
      'f:env': { '.': {}, 'k:{"name":"A"}': { 'f:value': {} } },
      'f:free': { '.': {}, 'f:a': { 'f:b': {} } },
    });
  });
});
