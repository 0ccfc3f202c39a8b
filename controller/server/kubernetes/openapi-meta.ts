import type { JsonObject } from '../../model/json.ts';

const objectMetaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
/** Name of the schema of a list's metadata. */
export const listMetaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
/** Name of the schema of an answer without an object. */
export const statusName = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
/** Name of the schema of a deletion's options. */
export const deleteOptionsName = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/** A reference to a schema of the same document. */
export function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

function text(description: string): JsonObject {
  return { type: 'string', description };
}

/** What every object says first. */
export const typeProperties: JsonObject = {
  apiVersion: text('Group and version of this kind of object.'),
  kind: text('Kind of the object.'),
};

/** Everything in an object that is not its own. */
export const headProperties: JsonObject = {
  ...typeProperties,
  metadata: {
    description: 'Name, labels, annotations and what the server records about every object.',
    default: {},
    allOf: [reference(objectMetaName)],
  },
};

const textMap = { type: 'object', additionalProperties: { type: 'string', default: '' } };

const objectMeta: JsonObject = {
  type: 'object',
  description: 'Metadata of an object.',
  properties: {
    annotations: { ...textMap, description: 'Texts for tools and people; not selectable. Together at most 256 KiB.' },
    creationTimestamp: {
      type: 'string',
      format: 'date-time',
      description: 'When the object was created. Set by the server.',
    },
    deletionGracePeriodSeconds: {
      type: 'integer',
      format: 'int64',
      description: 'Always 0 while deletion is pending. Set by the server.',
    },
    deletionTimestamp: {
      type: 'string',
      format: 'date-time',
      description: 'When deletion was requested. Set by the server.',
    },
    finalizers: {
      type: 'array',
      description: 'Who must finish something before the object goes.',
      items: { type: 'string', default: '' },
      'x-kubernetes-list-type': 'set',
    },
    generateName: text('Prefix from which the server makes a name when name is empty.'),
    generation: {
      type: 'integer',
      format: 'int64',
      description: 'Rises when anything outside metadata and status changes. Set by the server.',
    },
    labels: { ...textMap, description: 'Selectable key and value pairs.' },
    managedFields: {
      type: 'array',
      description: 'Which manager owns which fields.',
      items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      'x-kubernetes-list-type': 'atomic',
    },
    name: text('Name, unique for the kind in the namespace. Cannot change.'),
    namespace: text('Namespace of the object. Cannot change.'),
    ownerReferences: {
      type: 'array',
      description: 'Objects that this one depends on; when all are gone it goes too.',
      items: {
        type: 'object',
        required: ['apiVersion', 'kind', 'name', 'uid'],
        properties: {
          apiVersion: text('Group and version of the owner.'),
          blockOwnerDeletion: {
            type: 'boolean',
            description: 'Foreground deletion of the owner waits for this object.',
          },
          controller: { type: 'boolean', description: 'The owner is the managing controller.' },
          kind: text('Kind of the owner.'),
          name: text('Name of the owner.'),
          uid: text('UID of the owner.'),
        },
        'x-kubernetes-map-type': 'atomic',
      },
      'x-kubernetes-list-map-keys': ['uid'],
      'x-kubernetes-list-type': 'map',
    },
    resourceVersion: text('Version of the object, for optimistic concurrency and watches. Set by the server.'),
    selfLink: text('Not used.'),
    uid: text('Identity of the object in time. Set by the server.'),
  },
};

const listMeta: JsonObject = {
  type: 'object',
  description: 'Metadata of a list.',
  properties: {
    continue: text('Token of the next page; absent on the last one.'),
    remainingItemCount: {
      type: 'integer',
      format: 'int64',
      description: 'Objects on later pages; absent when selectors are used.',
    },
    resourceVersion: text('Version of the store at the moment of the list.'),
  },
};

const deleteOptions: JsonObject = {
  type: 'object',
  description: 'Options of a deletion.',
  properties: {
    ...typeProperties,
    dryRun: { type: 'array', items: { type: 'string' }, description: 'All: do everything but delete.' },
    gracePeriodSeconds: { type: 'integer', format: 'int64', description: 'Accepted and ignored.' },
    preconditions: {
      type: 'object',
      description: 'What must be true of the object.',
      properties: { resourceVersion: text('Its version.'), uid: text('Its UID.') },
    },
    propagationPolicy: text('What happens to dependents: Background, Foreground or Orphan.'),
  },
  'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'DeleteOptions' }],
};

/** The schemas that all documents share. */
export const sharedSchemas: JsonObject = {
  [objectMetaName]: objectMeta,
  [listMetaName]: listMeta,
  [statusName]: { type: 'object', description: 'The outcome of a request that answers no object.' },
  [deleteOptionsName]: deleteOptions,
};
