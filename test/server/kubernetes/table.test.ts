import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../../controller/model/object.ts';
import {
  ageColumn,
  includeObject,
  nameColumn,
  partialMetadata,
  partialMetadataList,
  type TableContent,
  table,
} from '../../../controller/server/kubernetes/table.ts';

const object: ApiObject = {
  apiVersion: 'batchwright.dev/v1alpha1',
  kind: 'JobDefinition',
  metadata: {
    name: 'sample',
    namespace: 'ns',
    uid: 'u',
    resourceVersion: '12',
    generation: 1,
    creationTimestamp: '2024-01-01T00:00:00Z',
  },
  spec: { type: 'container' },
};
const content: TableContent = {
  apiVersion: 'meta.k8s.io/v1',
  columns: [
    nameColumn,
    { name: 'Ready', type: 'string', description: 'Ready?', priority: 0, value: () => 'True' },
    { name: 'Revision', type: 'integer', description: 'Newest.', priority: 1, value: () => null },
    { name: 'Last Run', type: 'date', description: 'When.', priority: 0, value: () => null },
    ageColumn,
  ],
  objects: [object],
  metadata: { resourceVersion: '12' },
  includeObject: 'Metadata',
  whole: object => object,
  definitions: true,
  nowMs: Date.parse('2024-01-01T00:05:12Z'),
};
const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };

describe('table', () => {
  it('has columns and rows', () => {
    expect(table(content)).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '12' },
      columnDefinitions: [
        {
          name: 'Name',
          type: 'string',
          format: 'name',
          description: 'Name of the object, unique within its namespace and kind.',
          priority: 0,
        },
        { name: 'Ready', type: 'string', format: '', description: 'Ready?', priority: 0 },
        { name: 'Revision', type: 'integer', format: '', description: 'Newest.', priority: 1 },
        { name: 'Last Run', type: 'date', format: '', description: 'When.', priority: 0 },
        { name: 'Age', type: 'date', format: '', description: 'Time since the object was created.', priority: 0 },
      ],
      rows: [{ cells: ['sample', 'True', null, null, '5m12s'], object: partial }],
    });
  });

  it.each([
    { include: 'Metadata', rest: { object: partial } },
    { include: 'Object', rest: { object } },
    { include: 'None', rest: {} },
  ] as const)('carries of each object: $include', ({ include, rest }) => {
    const { rows } = table({ ...content, columns: [nameColumn], includeObject: include });

    expect(rows).toEqual([{ cells: ['sample'], ...rest }]);
  });

  it('leaves out the definitions that a watcher knows already, and never the rows', () => {
    expect(table({ ...content, objects: [], definitions: false })).toMatchObject({ columnDefinitions: [], rows: [] });
  });
});

it('cuts objects to their metadata', () => {
  expect(partialMetadata(object)).toEqual(partial);
  expect(partialMetadataList([object], { resourceVersion: '12' })).toEqual({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '12' },
    items: [partial],
  });
});

it('reads includeObject', () => {
  expect([undefined, '', 'None', 'Object', 'none'].map(includeObject)).toEqual([
    'Metadata',
    'Metadata',
    'None',
    'Object',
    undefined,
  ]);
});
