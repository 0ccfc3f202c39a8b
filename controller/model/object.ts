import type { JsonObject } from './json.ts';

/** API group of every kind that users write. */
export const group = 'batchwright.dev';
/** Version of every kind that users write. */
export const version = 'v1alpha1';
/** `apiVersion` of every kind that users write. */
export const apiVersion = `${group}/${version}`;

/** Names one object. `namespace` is empty for cluster-scoped kinds (Namespace). */
export interface Ref {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `Kind/namespace/name`: what queues and indexes are keyed by, and what the ownership tag says. */
export type Key = `${string}/${string}/${string}`;

/** A reference from one object to another object that has an owner. */
interface OwnerReference extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Kubernetes object metadata. Times are RFC 3339, UTC, whole seconds. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid: string;
  /** Decimal number; rises with every write to the store, never falls. */
  readonly resourceVersion: string;
  /** Rises when anything outside metadata and status changes, and when deletion is requested. */
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly JsonObject[];
}

/** Any object in the store: ours, or a Kubernetes built-in such as Event or Namespace. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly [member: string]: unknown;
}

/** What a client hands in: the server-owned metadata may be missing or is ignored. */
export interface Draft {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<Metadata> & { readonly name: string };
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly [member: string]: unknown;
}

/** The reference that names an object. */
export function refOf(object: { kind: string; metadata: { name: string; namespace?: string } }): Ref {
  return { kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** The key of a reference. */
export function keyOf(ref: Ref): Key {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** The reference behind a key. */
export function refFrom(key: Key): Ref {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  return { kind, namespace, name };
}

/** How a reference is written in messages: `Kind namespace/name`. */
export function describeRef(ref: Ref): string {
  return ref.namespace ? `${ref.kind} ${ref.namespace}/${ref.name}` : `${ref.kind} ${ref.name}`;
}
