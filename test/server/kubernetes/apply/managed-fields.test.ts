import { describe, expect, it } from 'vitest';
import { pathsOf, setFrom } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import {
  isReset,
  managedFieldsOf,
  maxUpdaters,
  type Ownership,
  ownershipsFrom,
  withOwnerships,
} from '../../../../controller/server/kubernetes/apply/managed-fields.ts';
import { shownPath } from '../../../../controller/server/kubernetes/apply/path-element.ts';

const entry = (manager: string, more: Partial<Ownership> = {}): Ownership => ({
  manager,
  operation: 'Update',
  apiVersion: 'g/v1',
  time: '2024-01-01T00:00:00Z',
  subresource: '',
  set: setFrom(['f:spec', `f:${manager}`]),
  ...more,
});
const written = {
  manager: 'kubectl',
  operation: 'Apply',
  apiVersion: 'g/v1',
  time: '2024-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:status': { 'f:phase': {} } },
  subresource: 'status',
};

describe('managedFields', () => {
  it('are read and written alike', () => {
    expect(managedFieldsOf(ownershipsFrom([written]) ?? [])).toEqual([written]);
  });

  it('leave out what is not said', () => {
    const { subresource, time, ...bare } = written;

    expect(managedFieldsOf(ownershipsFrom([bare]) ?? [])).toEqual([bare]);
  });

  it('are sorted by operation, time and manager, without those that own nothing', () => {
    const entries = [
      entry('z'),
      entry('late', { time: '2024-01-02T00:00:00Z' }),
      entry('a'),
      entry('applier', { operation: 'Apply', time: '2024-01-03T00:00:00Z' }),
      entry('nothing', { set: setFrom() }),
    ];

    expect(managedFieldsOf(entries).map(({ manager }) => manager)).toEqual(['applier', 'a', 'z', 'late']);
  });

  it('fold the oldest updates into one when there are more than ten', () => {
    const updates = Array.from({ length: 13 }, (_, day) =>
      entry(`m${day}`, { time: `2024-01-${String(day + 10)}T00:00:00Z` }),
    );
    const fields = managedFieldsOf([...updates, entry('applier', { operation: 'Apply' })]);

    expect(fields.map(({ manager }) => manager)).toEqual([
      'applier',
      'ancient-changes',
      'm4',
      'm5',
      'm6',
      'm7',
      'm8',
      'm9',
      'm10',
      'm11',
      'm12',
    ]);
    expect(fields.filter(({ operation }) => operation === 'Update')).toHaveLength(maxUpdaters);
    expect(fields[1]).toEqual({
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: 'g/v1',
      time: '2024-01-13T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:m0': {}, 'f:m1': {}, 'f:m2': {}, 'f:m3': {} } },
    });
  });

  it('keep folding into the same entry', () => {
    const old = managedFieldsOf(
      Array.from({ length: 13 }, (_, day) => entry(`m${day}`, { time: `2024-01-${day + 10}T00:00:00Z` })),
    );
    const fields = managedFieldsOf([...(ownershipsFrom(old) ?? []), entry('new', { time: '2024-02-01T00:00:00Z' })]);

    expect(fields.map(({ manager }) => manager)).toEqual([
      'ancient-changes',
      'm5',
      'm6',
      'm7',
      'm8',
      'm9',
      'm10',
      'm11',
      'm12',
      'new',
    ]);
  });

  it('never claim what belongs to the server, whoever wrote them', () => {
    const forged = {
      ...written,
      fieldsV1: { 'f:apiVersion': {}, 'f:metadata': { '.': {}, 'f:uid': {}, 'f:labels': { 'f:a': {} } }, 'f:spec': {} },
    };

    const [ownership] = ownershipsFrom([forged]) ?? [];

    expect([...pathsOf(ownership?.set ?? setFrom())].map(shownPath)).toEqual(['.metadata.labels.a', '.spec']);
  });

  it.each([
    { name: 'a text', value: 'x' },
    { name: 'an entry without operation', value: [{ ...written, operation: 'Create' }] },
    { name: 'an entry of another format', value: [{ ...written, fieldsType: 'FieldsV2' }] },
    { name: 'fields that are none', value: [{ ...written, fieldsV1: { spec: {} } }] },
    { name: 'an entry without version', value: [{ ...written, apiVersion: 1 }] },
    { name: 'an entry that is a text', value: ['x'] },
  ])('are not read from $name', ({ value }) => {
    expect(ownershipsFrom(value)).toBeUndefined();
  });

  it('stay away from an object that nobody owns', () => {
    const object = { kind: 'K', metadata: { name: 'n', managedFields: [written] } };

    expect(withOwnerships(object, [])).toEqual({ kind: 'K', metadata: { name: 'n' } });
  });
});

it.each([
  { value: [], reset: true },
  { value: [{}], reset: true },
  { value: [{}, {}], reset: false },
  { value: [written], reset: false },
  { value: undefined, reset: false },
  { value: null, reset: false },
])('takes $value for a reset: $reset', ({ reset, value }) => {
  expect(isReset(value)).toBe(reset);
});
