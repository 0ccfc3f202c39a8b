import type { Json, JsonObject } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import { age } from './age.ts';
import type { Column } from './kind-info.ts';

/** How much of each object a Table row carries beside its cells. */
export type IncludeObject = 'Metadata' | 'Object' | 'None';

/** What a Table is made of. */
export interface TableContent {
  /** `meta.k8s.io/v1` or `meta.k8s.io/v1beta1`. */
  readonly apiVersion: string;
  readonly columns: readonly TableColumn[];
  readonly objects: readonly ApiObject[];
  /** Of the list: resourceVersion, continue, remainingItemCount. */
  readonly metadata: JsonObject;
  readonly includeObject: IncludeObject;
  /** An object as it is carried whole. */
  readonly whole: (object: ApiObject) => ApiObject;
  /** False in all events of a watch but the first: clients keep the column definitions. */
  readonly definitions: boolean;
  /** Milliseconds since the epoch; ages are counted from here. */
  readonly nowMs: number;
}

/** A column of a Table. `format` is `name` for the one that names the object. */
export interface TableColumn extends Column {
  readonly format?: string;
}

/** The first column of every kind that has none of its own. */
export const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  // Makes kubectl put the kind in front when it prints several kinds.
  format: 'name',
  description: 'Name of the object, unique within its namespace and kind.',
  priority: 0,
  value: object => object.metadata.name,
};

/** When the object was created: the last column of every kind that has none of its own. */
export const ageColumn: TableColumn = {
  name: 'Age',
  type: 'date',
  description: 'Time since the object was created.',
  priority: 0,
  value: object => object.metadata.creationTimestamp,
};

const includes: readonly IncludeObject[] = ['Metadata', 'Object', 'None'];

/** What an `includeObject` query parameter asks for: Metadata when it is absent, undefined when it makes no sense. */
export function includeObject(query: string | undefined): IncludeObject | undefined {
  return query === undefined || query === '' ? 'Metadata' : includes.find(include => include === query);
}

/** A Kubernetes Table with one row per object. Times in `date` columns are printed as ages. */
export function table(content: TableContent): JsonObject {
  const { apiVersion, columns, definitions, metadata, objects } = content;
  return {
    kind: 'Table',
    apiVersion,
    metadata,
    columnDefinitions: definitions ? columns.map(definition) : [],
    rows: objects.map(object => row(object, content)),
  };
}

/** The part of an object that metadata-only informers ask for. */
export function partialMetadata(object: ApiObject): JsonObject {
  // The cast is safe: objects come from the store, which holds JSON only.
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata as unknown as JsonObject,
  };
}

/** A list of such parts, with the metadata of the list. */
export function partialMetadataList(objects: readonly ApiObject[], metadata: JsonObject): JsonObject {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: objects.map(partialMetadata),
  };
}

function definition({ description, format = '', name, priority, type }: TableColumn): JsonObject {
  return { name, type, format, description, priority };
}

function row(object: ApiObject, { columns, includeObject: include, nowMs, whole }: TableContent): JsonObject {
  const cells = columns.map(column => cell(column, object, nowMs));
  if (include === 'None') return { cells };
  // The cast is safe for the same reason as above.
  return { cells, object: include === 'Object' ? (whole(object) as unknown as JsonObject) : partialMetadata(object) };
}

function cell(column: TableColumn, object: ApiObject, nowMs: number): Json {
  const value = column.value(object);
  return column.type === 'date' && typeof value === 'string' && value !== '' ? age(value, nowMs) : value;
}
