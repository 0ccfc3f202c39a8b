import { isObject, type JsonObject } from '../../../model/json.ts';
import type { Metadata } from '../../../model/object.ts';
import { type Cause, forbiddenValue, invalidValue, required, tooLong } from '../cause.ts';
import { dnsLabel, dnsSubdomain, labelValue, type NameRule, qualifiedName } from './names.ts';

/** All annotations of an object together, keys and values in bytes. */
export const maxAnnotationBytes = 256 * 1024;

/** What is particular about the metadata of a kind. */
export interface MetadataRules {
  readonly namespaced: boolean;
  /** How names of the kind look; DNS subdomains when left out. */
  readonly name?: NameRule;
}

/** The members of metadata that clients write: everything else belongs to the server. */
export type WritableMetadata = Pick<
  Partial<Metadata>,
  'name' | 'namespace' | 'generateName' | 'labels' | 'annotations' | 'finalizers' | 'ownerReferences'
>;

const droppedWhenEmpty = ['labels', 'annotations', 'finalizers', 'ownerReferences'];

/**
 * Metadata without selfLink, nulls and empty labels, annotations, finalizers, ownerReferences: what a client that says
 * `annotations: {}` means is no annotations. An empty managedFields stays: it asks for a reset, see `updated`. The same
 * reference when there is nothing to drop.
 */
export function normalisedMetadata<T extends JsonObject>(metadata: T): T {
  const kept = Object.entries(metadata).filter(
    ([name, value]) =>
      value !== null &&
      value !== undefined &&
      name !== 'selfLink' &&
      !(droppedWhenEmpty.includes(name) && Object.keys(value).length === 0),
  );
  // The cast is safe: every member that can be dropped is optional in metadata.
  return kept.length === Object.keys(metadata).length ? metadata : (Object.fromEntries(kept) as T);
}

/** Everything that is wrong with the metadata of an object about to be stored, its JSON types being right already. */
export function validatedMetadata(metadata: WritableMetadata, rules: MetadataRules): readonly Cause[] {
  return [
    ...nameCauses(metadata, rules),
    ...namespaceCauses(metadata, rules),
    ...labelCauses(metadata.labels ?? {}),
    ...annotationCauses(metadata.annotations ?? {}),
    ...(metadata.finalizers ?? []).flatMap((item, index) =>
      ruleCauses(qualifiedName, item, `metadata.finalizers[${index}]`),
    ),
    ...ownerCauses(metadata.ownerReferences ?? []),
  ];
}

/**
 * What an update may not do to metadata: rename, move, or add finalizers while deletion is pending. A wrong uid is a
 * conflict, not a cause: see the Store contract.
 */
export function metadataChangeCauses(stored: Metadata, next: WritableMetadata): readonly Cause[] {
  const immutable = (['name', 'namespace'] as const)
    .filter(member => (next[member] ?? '') !== (stored[member] ?? ''))
    .map(member => invalidValue(`metadata.${member}`, next[member] ?? '', 'field is immutable'));
  if (stored.deletionTimestamp === undefined) return immutable;
  const added = (next.finalizers ?? []).filter(finalizer => !stored.finalizers?.includes(finalizer));
  if (added.length === 0) return immutable;
  const found = added.map(finalizer => JSON.stringify(finalizer)).join(', ');
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${found}}`;
  return [...immutable, forbiddenValue('metadata.finalizers', why)];
}

function nameCauses({ generateName, name }: WritableMetadata, rules: MetadataRules): readonly Cause[] {
  const rule = rules.name ?? dnsSubdomain;
  if (name === undefined || name === '') return [required('metadata.name', 'name or generateName is required')];
  // A generated name is a prefix and five letters, so the prefix may end with '-' or '.'.
  const prefix = generateName === undefined ? [] : ruleCauses(rule, `${generateName}x`, 'metadata.generateName');
  return [...prefix, ...ruleCauses(rule, name, 'metadata.name')];
}

function namespaceCauses({ namespace = '' }: WritableMetadata, rules: MetadataRules): readonly Cause[] {
  if (rules.namespaced) return ruleCauses(dnsLabel, namespace, 'metadata.namespace');
  return namespace === '' ? [] : [forbiddenValue('metadata.namespace', 'not allowed on this type')];
}

function labelCauses(labels: Readonly<Record<string, string>>): readonly Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...ruleCauses(qualifiedName, key, 'metadata.labels'),
    ...ruleCauses(labelValue, value, 'metadata.labels'),
  ]);
}

function annotationCauses(annotations: Readonly<Record<string, string>>): readonly Cause[] {
  const entries = Object.entries(annotations);
  // Only the case of keys is free here, unlike in labels.
  const keys = entries.flatMap(([key]) => {
    const wrong = qualifiedName(key.toLowerCase());
    return wrong === undefined ? [] : [invalidValue('metadata.annotations', key, wrong)];
  });
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return bytes > maxAnnotationBytes ? [...keys, tooLong('metadata.annotations', maxAnnotationBytes, 'bytes')] : keys;
}

function ownerCauses(owners: NonNullable<WritableMetadata['ownerReferences']>): readonly Cause[] {
  const empty = owners.flatMap((owner, index) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter(member => isObject(owner) && owner[member] === '')
      .map(member => invalidValue(`metadata.ownerReferences[${index}].${member}`, '', 'must not be empty')),
  );
  const controllers = owners.filter(owner => owner['controller'] === true).map(({ kind, name }) => `${kind}/${name}`);
  if (controllers.length < 2) return empty;
  const why = `only one reference can have controller set to true, found ${controllers.join(' and ')}`;
  return [...empty, invalidValue('metadata.ownerReferences', controllers.length, why)];
}

function ruleCauses(rule: NameRule, value: string, field: string): readonly Cause[] {
  const wrong = rule(value);
  return wrong === undefined ? [] : [invalidValue(field, value, wrong)];
}
