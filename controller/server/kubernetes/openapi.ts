import { contentHash, type Json, type JsonObject } from '../../model/json.ts';
import {
  deleteOptionsName,
  headProperties,
  listMetaName,
  reference,
  sharedSchemas,
  statusName,
  typeProperties,
} from './openapi-meta.ts';
import { apiVersionOf, type ResourceType, type Verb } from './resource-type.ts';
import type { Schema } from './schema/schema.ts';

/** One OpenAPI v3 document, ready to send, with the hash that its address carries. */
export interface OpenApiDocument {
  /** `api/v1` or `apis/GROUP/VERSION`. */
  readonly path: string;
  readonly text: string;
  readonly hash: string;
}

/** The OpenAPI v3 documents of everything that is served, one per group version. */
export function openApiDocuments(
  types: readonly ResourceType[],
  title: string,
  version: string,
): readonly OpenApiDocument[] {
  const paths = [...new Set(types.map(pathOf))];
  return paths.map(path => {
    const document = openApiDocument(
      types.filter(type => pathOf(type) === path),
      title,
      version,
    );
    return { path, text: JSON.stringify(document), hash: contentHash(document, 64).toUpperCase() };
  });
}

/** `GET /openapi/v3`. */
export function openApiIndex(documents: readonly OpenApiDocument[]): JsonObject {
  return {
    paths: Object.fromEntries(
      documents.map(({ path, hash }) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]),
    ),
  };
}

function pathOf(type: ResourceType): string {
  return type.group === '' ? `api/${type.version}` : `apis/${apiVersionOf(type)}`;
}

function openApiDocument(types: readonly ResourceType[], title: string, version: string): JsonObject {
  return {
    openapi: '3.0.0',
    info: { title, version },
    paths: Object.assign({}, ...types.map(resourcePaths)) as JsonObject,
    components: {
      schemas: {
        ...(Object.assign({}, ...types.map(schemasOf)) as JsonObject),
        ...sharedSchemas,
      },
      securitySchemes: { BearerToken: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ BearerToken: [] }],
  };
}

function resourcePaths(type: ResourceType): JsonObject {
  const base = `/${pathOf(type)}`;
  const list = type.namespaced ? `${base}/namespaces/{namespace}/${type.plural}` : `${base}/${type.plural}`;
  const across =
    type.namespaced && type.verbs.includes('list') ? { [`${base}/${type.plural}`]: acrossNamespaces(type) } : {};
  const one = type.verbs.includes('get') ? { [`${list}/{name}`]: objectPath(type, '') } : {};
  const status = type.status ? { [`${list}/{name}/status`]: objectPath(type, 'status') } : {};
  return { [list]: collectionPath(type), ...across, ...one, ...status };
}

function acrossNamespaces(type: ResourceType): JsonObject {
  return { get: operation(type, 'list', listParameters, listName(type)), parameters: [pretty] };
}

function collectionPath(type: ResourceType): JsonObject {
  const has = (verb: Verb) => type.verbs.includes(verb);
  return {
    ...(has('list') ? { get: operation(type, 'list', listParameters, listName(type)) } : {}),
    ...(has('create')
      ? {
          post: {
            ...operation(type, 'post', writeParameters, schemaName(type)),
            requestBody: body(jsonTypes, schemaName(type)),
          },
        }
      : {}),
    ...(has('deletecollection')
      ? { delete: operation(type, 'deletecollection', [...listParameters, ...deleteParameters], statusName) }
      : {}),
    parameters: type.namespaced ? [namespaceParameter, pretty] : [pretty],
  };
}

function objectPath(type: ResourceType, subresource: '' | 'status'): JsonObject {
  const has = (verb: Verb) => type.verbs.includes(verb);
  const name = schemaName(type);
  const put = { ...operation(type, 'put', writeParameters, name), requestBody: body(jsonTypes, name) };
  const patchTypes = type.builtIn ? [...patchMediaTypes, 'application/strategic-merge-patch+json'] : patchMediaTypes;
  const patch = {
    ...operation(type, 'patch', [...writeParameters, force], name),
    requestBody: body(patchTypes, undefined),
  };
  const remove = {
    ...operation(type, 'delete', deleteParameters, statusName),
    requestBody: { ...body(jsonTypes, deleteOptionsName), required: false },
  };
  return {
    get: operation(type, 'get', [], name),
    ...(has('update') ? { put } : {}),
    ...(has('patch') ? { patch } : {}),
    ...(has('delete') && subresource === '' ? { delete: remove } : {}),
    parameters: [nameParameter, ...(type.namespaced ? [namespaceParameter] : []), pretty],
  };
}

function operation(type: ResourceType, action: string, parameters: readonly Json[], answer: string): JsonObject {
  return {
    description: `${action} ${type.kind}`,
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { '200': { description: 'OK', content: { 'application/json': { schema: reference(answer) } } } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: type.group, version: type.version, kind: type.kind },
  };
}

function body(mediaTypes: readonly string[], name: string | undefined): JsonObject {
  const schema = name === undefined ? { type: 'object' } : reference(name);
  return { content: Object.fromEntries(mediaTypes.map(mediaType => [mediaType, { schema }])), required: true };
}

const jsonTypes = ['application/json', 'application/yaml'];
const patchMediaTypes = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];

function parameter(name: string, type: 'string' | 'boolean' | 'integer', description: string): JsonObject {
  return { name, in: 'query', description, schema: { type, uniqueItems: true } };
}

function pathParameter(name: string, description: string): JsonObject {
  return { name, in: 'path', required: true, description, schema: { type: 'string', uniqueItems: true } };
}

const pretty = parameter('pretty', 'string', 'Ignored; answers are compact.');
const nameParameter = pathParameter('name', 'Name of the object.');
const namespaceParameter = pathParameter('namespace', 'Namespace of the object.');
const force = parameter('force', 'boolean', 'Server-side apply: take over fields that other managers own.');
const dryRun = parameter('dryRun', 'string', 'All: do everything but store.');
const writeParameters = [
  dryRun,
  parameter('fieldManager', 'string', 'Name under which the ownership of fields is recorded.'),
  parameter('fieldValidation', 'string', 'What unknown and duplicate fields lead to: Strict, Warn or Ignore.'),
];
const deleteParameters = [
  dryRun,
  parameter('gracePeriodSeconds', 'integer', 'Accepted and ignored.'),
  parameter('propagationPolicy', 'string', 'What happens to dependents: Background, Foreground or Orphan.'),
];
const listParameters = [
  parameter('allowWatchBookmarks', 'boolean', 'Send bookmarks in a watch.'),
  parameter('continue', 'string', 'Token of the next page.'),
  parameter('fieldSelector', 'string', 'Only objects whose fields match.'),
  parameter('labelSelector', 'string', 'Only objects whose labels match.'),
  parameter('limit', 'integer', 'Size of a page.'),
  parameter('resourceVersion', 'string', 'At least this version.'),
  parameter('resourceVersionMatch', 'string', 'NotOlderThan or Exact.'),
  parameter('sendInitialEvents', 'boolean', 'Begin a watch with the objects that are there.'),
  parameter('timeoutSeconds', 'integer', 'End the watch after this time.'),
  parameter('watch', 'boolean', 'Watch for changes instead of listing.'),
];

function schemasOf(type: ResourceType): JsonObject {
  const name = schemaName(type);
  const identity = [{ group: type.group, version: type.version, kind: type.kind }];
  const { properties = {}, ...rest } = type.schema;
  const object: JsonObject = {
    ...asJson(rest),
    type: 'object',
    description: type.description,
    properties: { ...asJson(properties), ...headProperties },
    'x-kubernetes-group-version-kind': identity,
  };
  const list: JsonObject = {
    type: 'object',
    description: `A list of ${type.kind} objects.`,
    required: ['items'],
    properties: {
      ...typeProperties,
      metadata: { description: 'Metadata of the list.', default: {}, allOf: [reference(listMetaName)] },
      items: { type: 'array', description: 'The objects.', items: reference(name) },
    },
    'x-kubernetes-group-version-kind': [{ group: type.group, version: type.version, kind: `${type.kind}List` }],
  };
  return type.verbs.includes('list') ? { [name]: object, [listName(type)]: list } : { [name]: object };
}

/** Schemas are JSON by nature; their type only says more than JsonObject can. */
function asJson(schema: Schema | Readonly<Record<string, Schema>>): JsonObject {
  return schema as unknown as JsonObject;
}

function schemaName(type: ResourceType): string {
  const domain = type.group === '' ? 'io.k8s.api.core' : type.group.split('.').reverse().join('.');
  return `${domain}.${type.version}.${type.kind}`;
}

function listName(type: ResourceType): string {
  return `${schemaName(type)}List`;
}
