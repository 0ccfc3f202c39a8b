import type { ApiObject, Draft } from '../../model/object.ts';
import type { Cause } from './cause.ts';
import type { LiveStatus } from './live-status.ts';
import type { NameRule } from './schema/names.ts';
import type { Schema } from './schema/schema.ts';
import type { ResourceName } from './status.ts';
import type { TableColumn } from './table.ts';

/** What clients may do with a resource, in the words of discovery. */
export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** One resource that the API serves: what discovery, OpenAPI and the verbs need to know of it. */
export interface ResourceType extends ResourceName {
  readonly version: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** It has a status subresource, and its main endpoint leaves `status` alone. */
  readonly status: boolean;
  readonly description: string;
  /** The whole object with its metadata. */
  readonly schema: Schema;
  readonly columns: readonly TableColumn[];
  /** A built-in type of Kubernetes: clients may send it as protobuf and patch it strategically. */
  readonly builtIn: boolean;
  /** How names look; DNS subdomains when left out. */
  readonly nameRule?: NameRule;
  /** The fields that a field selector may name, beside metadata.name and metadata.namespace. */
  readonly fields: (object: ApiObject) => Readonly<Record<string, string>>;
  /** Members of its status that are served from memory. */
  readonly live?: LiveStatus;
  /** Rules across fields; called only with objects that fit the schema. */
  readonly validate: (object: ApiObject) => readonly Cause[];
  /** Adds what the server itself puts into every object of the type before it is stored. */
  readonly complete?: (draft: Draft) => Draft;
  /** Objects that are not in the store but follow from what is served; read-only. */
  readonly virtual?: () => readonly ApiObject[];
}

/** The verbs of a resource that is stored. */
export const everyVerb: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** `group/version`, or only the version for the core group: what stands in `apiVersion`. */
export function apiVersionOf(type: { readonly group: string; readonly version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** `plural.group`, or only the plural for the core group. */
export function qualifiedName(type: Pick<ResourceName, 'group' | 'plural'>): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}
