import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../controller/model/json.ts';
import { assertTyped } from '../../../../controller/server/kubernetes/apply/typing.ts';
import { sample, sampleSchema } from './sample.ts';

describe('assertTyped', () => {
  it.each<{ name: string; spec: JsonObject; problem: string }>([
    { name: 'an unknown field', spec: { x: 1 }, problem: '.spec.x: field not declared in schema' },
    {
      name: 'an unknown field in an item',
      spec: { env: [{ name: 'A', x: 1 }] },
      problem: '.spec.env[name="A"].x: field not declared in schema',
    },
    {
      name: 'a repeated item',
      spec: { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] },
      problem: '.spec.ports: duplicate entries for key [port=1,protocol="TCP"]',
    },
    { name: 'a repeated value', spec: { set: ['a', 'a'] }, problem: '.spec.set: duplicate entries for key [="a"]' },
    {
      name: 'an item without key',
      spec: { env: [{ name: 'A' }, { value: 'x' }] },
      problem: '.spec.env[1]: the item lacks its key "name"',
    },
  ])('refuses $name', ({ problem, spec }) => {
    expect(() => assertTyped(sampleSchema, sample(spec))).toThrow(
      expect.objectContaining({
        code: 500,
        reason: '',
        message: `failed to create typed patch object (ns/n; batchwright.dev/v1alpha1, Kind=Sample): ${problem}`,
      }),
    );
  });

  it('leaves other mistakes to validation, and undeclared content alone', () => {
    const spec = {
      text: 1,
      inner: 'x',
      env: 'y',
      free: { a: [{ b: 1 }, { b: 1 }] },
      list: ['a', 'a'],
      map: { a: 'b' },
    };

    expect(() => assertTyped(sampleSchema, sample(spec))).not.toThrow();
  });
});
