import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../controller/model/json.ts';
import { changes, written } from '../../../../controller/server/kubernetes/apply/compare.ts';
import { difference, isEmpty } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import {
  neverOwned,
  ownershipsFrom,
  type Writer,
} from '../../../../controller/server/kubernetes/apply/managed-fields.ts';
import { managedFieldsIn, owned, updated } from '../../../../controller/server/kubernetes/apply/update.ts';
import { anySpec, describesExisting, sample, sampleSchema } from './sample.ts';

const apiVersion = 'batchwright.dev/v1alpha1';
const by = (manager: string, more: Partial<Writer> = {}): Writer => ({
  manager,
  apiVersion,
  subresource: '',
  now: '2024-01-01T00:00:00Z',
  ...more,
});
const update = (stored: JsonObject | undefined, next: JsonObject, writer: Writer): JsonObject =>
  updated({ schema: sampleSchema, stored, next, writer });
/** Manager and owned fields of each entry. */
const owners = (object: JsonObject): readonly unknown[] =>
  ((managedFieldsIn(object) ?? []) as JsonObject[]).map(({ fieldsV1, manager, subresource, time }) => ({
    manager,
    fieldsV1,
    ...(time === '2024-01-01T00:00:00Z' ? {} : { time }),
    ...(subresource === undefined ? {} : { subresource }),
  }));

const created = update(
  undefined,
  sample({ text: 'a', map: { k: 'v' } }, { labels: { l: '1' }, uid: 'u', generation: 1 }),
  by('create'),
);
const inSpec = (fields: JsonObject) => ({ 'f:spec': fields });

describe('updated', () => {
  it('gives everything to the creator, but not what belongs to the server', () => {
    expect(managedFieldsIn(created)).toEqual([
      {
        manager: 'create',
        operation: 'Update',
        apiVersion,
        time: '2024-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
          'f:spec': { '.': {}, 'f:text': {}, 'f:map': { '.': {}, 'f:k': {} } },
        },
      },
    ]);
  });

  it('moves what changed to who changed it, and drops what is gone', () => {
    const next = { ...created, spec: { text: 'b', map: { j: 'w' } } };

    expect(owners(update(created, next, by('edit')))).toEqual([
      {
        manager: 'create',
        fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } }, ...inSpec({ '.': {}, 'f:map': {} }) },
      },
      { manager: 'edit', fieldsV1: inSpec({ 'f:text': {}, 'f:map': { 'f:j': {} } }) },
    ]);
  });

  it('joins what a manager owned with what it changes, and sets the time', () => {
    const first = update(created, { ...created, spec: { text: 'b', map: { k: 'v' } } }, by('edit'));
    const second = update(
      first,
      { ...first, spec: { text: 'b', map: { k: 'w' } } },
      by('edit', { now: '2024-01-02T00:00:00Z' }),
    );

    expect(owners(second)[1]).toEqual({
      manager: 'edit',
      fieldsV1: inSpec({ 'f:text': {}, 'f:map': { 'f:k': {} } }),
      time: '2024-01-02T00:00:00Z',
    });
  });

  it('takes changes from appliers, too', () => {
    const applied = {
      ...created,
      metadata: {
        ...(created['metadata'] as JsonObject),
        managedFields: [
          {
            manager: 'a',
            operation: 'Apply',
            apiVersion,
            time: '2024-01-01T00:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: inSpec({ 'f:text': {} }),
          },
        ],
      },
    };

    expect(owners(update(applied, { ...applied, spec: { text: 'b', map: { k: 'v' } } }, by('a')))).toEqual([
      { manager: 'a', fieldsV1: inSpec({ 'f:text': {} }) },
    ]);
  });

  it('changes nothing when nothing changes', () => {
    expect(update(created, created, by('other', { now: '2030-01-01T00:00:00Z' }))).toEqual(created);
  });

  it('keeps versions apart', () => {
    const next = update(
      created,
      { ...created, spec: { text: 'b', map: { k: 'v' } } },
      by('create', { apiVersion: 'batchwright.dev/v1' }),
    );

    expect((managedFieldsIn(next) as JsonObject[]).map(entry => entry['apiVersion'])).toEqual([
      'batchwright.dev/v1',
      apiVersion,
    ]);
  });

  const withManaged = (managedFields: unknown): JsonObject => ({
    ...created,
    metadata: { ...(created['metadata'] as JsonObject), managedFields: managedFields as never },
  });
  const replacement = [
    {
      manager: 'r',
      operation: 'Apply',
      apiVersion,
      time: '2024-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: inSpec({ 'f:text': {} }),
    },
  ];

  it.each<{ name: string; sent: unknown; expected: unknown }>([
    { name: 'kept when the client leaves them out', sent: undefined, expected: managedFieldsIn(created) },
    { name: 'kept when the client sends nonsense', sent: [{ manager: 'x' }], expected: managedFieldsIn(created) },
    { name: 'reset by an empty list', sent: [], expected: undefined },
    { name: 'reset by a list of an empty entry', sent: [{}], expected: undefined },
    { name: 'replaced by a good list', sent: replacement, expected: replacement },
  ])('managedFields are $name', ({ expected, sent }) => {
    expect(managedFieldsIn(update(created, withManaged(sent), by('x')))).toEqual(expected);
  });

  it('cannot be replaced through /status, where changes are recorded by themselves', () => {
    const next = { ...withManaged([]), status: { phase: 'a' } };

    expect(owners(update(created, next, by('create', { subresource: 'status' })))).toEqual([
      ...owners(created),
      { manager: 'create', fieldsV1: { 'f:status': { '.': {}, 'f:phase': {} } }, subresource: 'status' },
    ]);
  });

  it('always describes what exists, and gives the writer all it wrote', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), anySpec), { minLength: 1, maxLength: 4 }),
        steps => {
          let stored: JsonObject | undefined;
          for (const [manager, spec] of steps) {
            const next = update(stored, sample(spec), by(manager));
            const entries = ownershipsFrom(managedFieldsIn(next)) ?? [];
            const mine = entries.find(entry => entry.manager === manager);
            const wrote = difference(written(changes(sampleSchema, owned(stored ?? {}), owned(next))), neverOwned);

            expect(entries.every(({ set }) => describesExisting(sampleSchema, set, next))).toBe(true);
            expect(isEmpty(mine === undefined ? wrote : difference(wrote, mine.set))).toBe(true);
            stored = next;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
