import { expect, it } from 'vitest';
import { kinds } from '../../controller/kinds/index.ts';
import { objectSchema } from '../../controller/kinds/schemas.ts';

/** What of a published schema `kubectl explain` reads. */
interface Explained {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Explained>>;
  readonly items?: Explained;
  readonly additionalProperties?: Explained | boolean;
}

interface Field {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

function fields(schema: Explained, path: string): readonly Field[] {
  const { additionalProperties: more, items, properties = {} } = schema;
  const own = Object.entries(properties).flatMap(([name, field]) => [
    { path: `${path}.${name}`, name, type: field.type ?? '', description: field.description ?? '' },
    ...fields(field, `${path}.${name}`),
  ]);
  const below = items ? fields(items, path) : [];
  return [...own, ...below, ...(typeof more === 'object' ? fields(more, path) : [])];
}

const all = kinds.flatMap(kind => fields(objectSchema(kind) as Explained, kind.kind));

it('every field of every kind says what it is', () => {
  const mute = all.filter(({ description }) => !/^\S.{4,}\.$/s.test(description));
  expect(mute.map(({ path }) => path)).toEqual([]);
  expect(all.length).toBeGreaterThan(800);
});

// biome-ignore format: a table reads best in columns
const units: readonly { readonly name: RegExp; readonly type: string; readonly unit: RegExp }[] = [
  { name: /timeout$|seconds$|duration|ttl|scaleInAfter/i,        type: 'integer', unit: /\bseconds\b/i },
  { name: /minutes$/i,                                           type: 'integer', unit: /\bminutes\b/i },
  { name: /days$/i,                                              type: 'integer', unit: /\bdays\b/i },
  { name: /size(GiB|InGiB)?$|^memory$|^maxSwap$/i,               type: 'integer', unit: /\b[MG]iB\b|number of children/i },
  { name: /throughput/i,                                         type: 'integer', unit: /MiB\/s/ },
  { name: /iops/i,                                               type: 'integer', unit: /per second/ },
  { name: /percentage|reservation$/i,                            type: 'integer', unit: /percent/i },
  { name: /vcpus$/i,                                             type: 'integer', unit: /vCPUs/ },
  { name: /limit$/i,                                             type: 'integer', unit: /unit of the limit|\d/ },
  { name: /quantity$/i,                                          type: 'integer', unit: /how many/i },
  { name: /^value$/,                                             type: 'string',  unit: /MiB of memory|Value|value/ },
  { name: /(At|Since|TransitionTime)$/,                          type: 'string',  unit: /RFC 3339/ },
];

it.each(units)('fields like $name say their unit', ({ name, type, unit }) => {
  const meant = all.filter(field => name.test(field.name) && field.type === type);
  expect(meant).not.toEqual([]);
  expect(
    meant.filter(({ description }) => !unit.test(description)).map(({ path, description }) => [path, description]),
  ).toEqual([]);
});

it('every number says its unit, its range or what it counts', () => {
  const told =
    /\d|\b(seconds|minutes|days|percent|MiB|GiB|vCPUs|number|index|id|port|code|how (many|often|much)|attempts|revision|generation|unit|per second)\b/i;
  const bare = all.filter(
    ({ type, description }) => (type === 'integer' || type === 'number') && !told.test(description),
  );
  expect(bare.map(({ path, description }) => [path, description])).toEqual([]);
});
