import type { ResourceType } from '../resource-type.ts';
import { objectSchema } from '../schema/object-schema.ts';

/** `v1` Services: there are none, but `kubectl cluster-info` fails without the resource. */
export const services: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: [],
  namespaced: true,
  verbs: ['list'],
  status: false,
  builtIn: true,
  description: 'There are no services here.',
  schema: objectSchema({ properties: {} }),
  columns: [],
  fields: () => ({}),
  validate: () => [],
  virtual: () => [],
};
