import { everyVerb, type ResourceType } from '../resource-type.ts';
import { objectSchema } from '../schema/object-schema.ts';
import { ageColumn, nameColumn } from '../table.ts';

const texts = { type: 'object', additionalProperties: { type: 'string' } } as const;

/** `v1` ConfigMaps: kept for tools that remember something beside our objects, such as the parents of kubectl's apply sets. */
export const configMaps: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  status: false,
  builtIn: true,
  description: 'Texts kept for tools. Nothing in Batchwright reads them; no secrets, please.',
  schema: objectSchema({
    properties: {
      data: { ...texts, description: 'Texts by key.' },
      binaryData: { ...texts, description: 'Bytes by key, in base64.' },
      immutable: { type: 'boolean', description: 'Accepted and ignored.' },
    },
  }),
  columns: [
    nameColumn,
    {
      name: 'Data',
      type: 'integer',
      description: 'Number of keys.',
      priority: 0,
      value: object => size(object['data']) + size(object['binaryData']),
    },
    ageColumn,
  ],
  fields: () => ({}),
  validate: () => [],
};

function size(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
