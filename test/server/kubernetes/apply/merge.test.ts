import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../controller/model/json.ts';
import { changes } from '../../../../controller/server/kubernetes/apply/compare.ts';
import { isEmpty } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import { merged } from '../../../../controller/server/kubernetes/apply/merge.ts';
import { frozen } from '../frozen.ts';
import { anySpec, sampleSpec } from './sample.ts';

describe('merged', () => {
  it.each<{ name: string; stored: JsonObject; config: JsonObject; result: JsonObject }>([
    { name: 'scalars', stored: { text: 'a', number: 1 }, config: { text: 'b' }, result: { text: 'b', number: 1 } },
    {
      name: 'structs',
      stored: { inner: { a: 'x', b: 'y' } },
      config: { inner: { b: 'z' } },
      result: { inner: { a: 'x', b: 'z' } },
    },
    { name: 'maps', stored: { map: { a: '1' } }, config: { map: { b: '2' } }, result: { map: { a: '1', b: '2' } } },
    {
      name: 'an empty map with a full one',
      stored: { map: { a: '1' } },
      config: { map: {} },
      result: { map: { a: '1' } },
    },
    {
      name: 'wholes by replacing them',
      stored: { whole: { a: '1' }, list: ['a'] },
      config: { whole: { b: '2' }, list: [] },
      result: { whole: { b: '2' }, list: [] },
    },
    { name: 'sets', stored: { set: ['a', 'b'] }, config: { set: ['b', 'c'] }, result: { set: ['a', 'b', 'c'] } },
    { name: 'sets that share nothing', stored: { set: ['a'] }, config: { set: ['b'] }, result: { set: ['a', 'b'] } },
    {
      name: 'items by keys, in the order of the configuration',
      stored: { env: [{ name: 'A', value: '1' }, { name: 'x' }, { name: 'B', from: 'f' }, { name: 'y' }] },
      config: { env: [{ name: 'B', value: '2' }, { name: 'C' }, { name: 'A', value: '3' }] },
      result: {
        env: [
          { name: 'B', from: 'f', value: '2' },
          { name: 'y' },
          { name: 'C' },
          { name: 'A', value: '3' },
          { name: 'x' },
        ],
      },
    },
    {
      name: 'a key by default with a written one',
      stored: { ports: [{ port: 1, protocol: 'TCP', name: 'a' }] },
      config: { ports: [{ port: 1 }] },
      result: { ports: [{ port: 1, protocol: 'TCP', name: 'a' }] },
    },
    {
      name: 'repeated items by replacing them',
      stored: {
        env: [
          { name: 'A', value: '1' },
          { name: 'A', from: 'f' },
        ],
      },
      config: { env: [{ name: 'A' }] },
      result: { env: [{ name: 'A' }] },
    },
    {
      name: 'null as nothing said about an object',
      stored: { map: { a: '1' } },
      config: { map: null },
      result: { map: { a: '1' } },
    },
    { name: 'null as a value of a scalar', stored: { maybe: 'a' }, config: { maybe: null }, result: { maybe: null } },
    {
      name: 'undeclared objects',
      stored: { free: { a: { b: 1 } } },
      config: { free: { a: { c: 2 } } },
      result: { free: { a: { b: 1, c: 2 } } },
    },
    { name: 'other types by replacing them', stored: { free: { a: 1 } }, config: { free: 'x' }, result: { free: 'x' } },
  ])('merges $name', ({ config, result, stored }) => {
    expect(merged(sampleSpec, frozen(stored), frozen(config))).toEqual(result);
  });

  it('removes nothing, holds the configuration, and is stable', () => {
    fc.assert(
      fc.property(anySpec, anySpec, ({ free, ...stored }, config) => {
        // Without undeclared content: there a text can take the place of an object, which does remove something.
        const result = merged(sampleSpec, stored, config);
        const fromConfig = changes(sampleSpec, config, result);

        expect(isEmpty(changes(sampleSpec, stored, result).removed)).toBe(true);
        expect([isEmpty(fromConfig.modified), isEmpty(fromConfig.removed)]).toEqual([true, true]);
        expect(merged(sampleSpec, result, structuredClone(config))).toBe(result);
      }),
      { numRuns: 100 },
    );
  });
});
