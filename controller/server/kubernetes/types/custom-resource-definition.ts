import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { ApiObject } from '../../../model/object.ts';
import type { Column } from '../kind-info.ts';
import { qualifiedName, type ResourceType } from '../resource-type.ts';
import { objectSchema } from '../schema/object-schema.ts';
import { nameColumn } from '../table.ts';

const anyObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;

/**
 * `apiextensions.k8s.io/v1` CustomResourceDefinitions: a read-only view of our kinds for tools that look there.
 * `since` is the creation time that they show.
 */
export function customResourceDefinitions(kinds: readonly ResourceType[], since: string): ResourceType {
  const objects = kinds.map(kind => definition(kind, since));
  return {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    singular: 'customresourcedefinition',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
    verbs: ['get', 'list', 'watch'],
    status: false,
    builtIn: true,
    description: 'A kind of object that is served here. Read-only.',
    schema: objectSchema({
      properties: {
        spec: { ...anyObject, description: 'What the kind is.' },
        status: { ...anyObject, description: 'That it is served.' },
      },
    }),
    columns: [
      nameColumn,
      {
        name: 'Created At',
        type: 'string',
        description: 'Since when it is served.',
        priority: 0,
        value: object => object.metadata.creationTimestamp,
      },
    ],
    fields: () => ({}),
    validate: () => [],
    virtual: () => objects,
  };
}

function definition(kind: ResourceType, since: string): ApiObject {
  const names: JsonObject = {
    plural: kind.plural,
    singular: kind.singular,
    kind: kind.kind,
    listKind: `${kind.kind}List`,
    shortNames: kind.shortNames,
    categories: kind.categories,
  };
  const { apiVersion, kind: kindName, metadata, ...own } = kind.schema.properties ?? {};
  const condition = (type: string, reason: string, message: string): JsonObject => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: since,
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: qualifiedName(kind),
      uid: uuidOf(qualifiedName(kind)),
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: since,
    },
    spec: {
      group: kind.group,
      names,
      scope: 'Namespaced',
      conversion: { strategy: 'None' },
      versions: [
        {
          name: kind.version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: kind.description,
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                // Schemas are JSON by nature; their type only says more than Json can.
                ...(own as unknown as JsonObject),
              },
            },
          },
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns.filter(column => column.format !== 'name').map(printerColumn),
        },
      ],
    },
    status: {
      acceptedNames: names,
      storedVersions: [kind.version],
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
    },
  };
}

/** Columns are computed by functions here; the path only satisfies the shape of a definition. */
function printerColumn({ description, name, priority, type }: Column): Json {
  return { name, type, description, priority, jsonPath: '.metadata.name' };
}

/** The same identity at every start, in the form of a UUID. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
