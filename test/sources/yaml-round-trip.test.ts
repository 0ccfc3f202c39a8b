import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonical } from '../../controller/model/json.ts';
import { readManifests } from '../../controller/sources/manifest.ts';
import { kinds } from './kinds.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '012345678901',
    'no',
    '1.10',
    '~',
    '',
    ' ',
    '- x',
    '#',
    '---',
    '\n',
    '\u2028',
    '\ufeff',
    '"',
    '\\',
    '*a',
    '&a',
    '!t',
    '<<',
  ),
);
const integer = fc.maxSafeInteger();
const free = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    integer,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(member(), tie('value'), { maxKeys: 3 }),
  ),
})).value;

function member() {
  return fc
    .oneof(text, fc.string({ maxLength: 8 }))
    .filter(key => !['__proto__', 'constructor', 'prototype'].includes(key));
}

const spec = fc.record(
  {
    text,
    count: integer,
    ratio: fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => (Object.is(value, -0) ? 0 : value)),
    enabled: fc.boolean(),
    state: fc.constantFrom('ENABLED', 'DISABLED'),
    port: fc.oneof(integer, text),
    list: fc.array(text, { maxLength: 4 }),
    tags: fc.dictionary(member(), text, { maxKeys: 4 }),
    free: fc.dictionary(member(), free, { maxKeys: 4 }),
  },
  { requiredKeys: [] },
);

it('reads back every object from its canonical JSON', () => {
  fc.assert(
    fc.property(spec, spec => {
      const object = {
        apiVersion: 'batchwright.dev/v1alpha1',
        kind: 'Widget',
        metadata: { name: 'a', namespace: 'default' },
        spec,
      };

      const { manifests, problems } = readManifests(Buffer.from(canonical(object)), 'f.json', kinds);

      expect(problems).toEqual([]);
      expect(canonical(manifests[0]?.object)).toBe(canonical(object));
    }),
    { numRuns: Number(process.env['ROUND_TRIPS'] ?? 1000) },
  );
});
