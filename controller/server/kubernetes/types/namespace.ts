import { type Draft, group as ourGroup } from '../../../model/object.ts';
import type { ResourceType } from '../resource-type.ts';
import { dnsLabel } from '../schema/names.ts';
import { objectSchema } from '../schema/object-schema.ts';
import { ageColumn, nameColumn } from '../table.ts';

/** Keeps a Namespace until nothing is left in it. */
export const namespaceFinalizer = `${ourGroup}/namespace-content`;

/** The label that carries a namespace's own name. */
const namespaceLabel = 'kubernetes.io/metadata.name';

/** Namespaces that are always there and cannot be deleted. */
export const permanentNamespaces: readonly string[] = ['default', 'kube-system'];

/** A Namespace as it is stored: with the label of its name and what holds it until its content is gone. */
export function completeNamespace(draft: Draft): Draft {
  const { finalizers = [], labels = {}, name } = draft.metadata;
  const held = isTerminating(draft) || finalizers.includes(namespaceFinalizer);
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      labels: { ...labels, [namespaceLabel]: name },
      finalizers: held ? finalizers : [...finalizers, namespaceFinalizer],
    },
    spec: { finalizers: ['kubernetes'] },
    status: draft.status ?? { phase: 'Active' },
  };
}

/** True once deletion of the namespace was requested. */
export function isTerminating(namespace: Draft): boolean {
  return namespace.metadata.deletionTimestamp !== undefined;
}

/** `v1` Namespaces. */
export const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  status: true,
  builtIn: true,
  nameRule: dnsLabel,
  description: 'A room for names. Deleting one deletes everything in it.',
  schema: objectSchema({
    properties: {
      spec: {
        type: 'object',
        description: 'What the namespace should be.',
        properties: {
          finalizers: {
            type: 'array',
            description: 'Always kubernetes.',
            items: { type: 'string' },
            'x-kubernetes-list-type': 'atomic',
          },
        },
      },
      status: {
        type: 'object',
        description: 'What the namespace is.',
        properties: {
          phase: { type: 'string', description: 'Active, or Terminating while its content is being deleted.' },
          conditions: {
            type: 'array',
            description: 'What deletion waits for.',
            items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['type'],
          },
        },
      },
    },
  }),
  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Active, or Terminating while its content is being deleted.',
      priority: 0,
      value: object => phaseOf(object.status?.['phase']),
    },
    ageColumn,
  ],
  fields: object => ({ 'status.phase': phaseOf(object.status?.['phase']) }),
  validate: () => [],
  complete: completeNamespace,
};

function phaseOf(phase: unknown): string {
  return typeof phase === 'string' ? phase : 'Active';
}
