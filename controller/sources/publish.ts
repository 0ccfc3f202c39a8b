import { annotations, steering } from '../model/annotations.ts';
import { canonical } from '../model/json.ts';
import { type ApiObject, type Draft, type Key, keyOf } from '../model/object.ts';
import { type Store, StoreFailure } from '../store/contract.ts';
import type { Declaration } from './reading.ts';
import { fileLabel, sourceAnnotation, sourceOf } from './source-annotation.ts';
import type { Problem } from './yaml-problem.ts';

/** What became of one declaration in the store. */
export type Publication =
  | { readonly outcome: 'same' | 'waiting' }
  | { readonly outcome: 'created' | 'updated'; readonly object: ApiObject }
  | { readonly outcome: 'refused'; readonly problem: Problem }
  | { readonly outcome: 'failed'; readonly message: string };

/** What earlier writes and comparisons came to, so that neither is repeated for nothing. */
export type Written = Map<Key, Comparison>;

interface Comparison {
  readonly declaration: Declaration;
  readonly version: string;
  readonly wanted: string;
  /** The store may answer with defaults filled in, and that is no difference. */
  readonly stored: string;
}

/**
 * Makes the object in the store what its file declares, like any other client: create, or update with the version it
 * was read at. An object that does not belong to a file of these roots is never touched.
 */
export async function publish(
  store: Store,
  declaration: Declaration,
  stored: ApiObject | undefined,
  roots: readonly string[],
  written: Written,
): Promise<Publication> {
  const key = keyOf(declaration.ref);
  const before = written.get(key);
  const version = stored?.metadata.resourceVersion;
  if (before?.declaration === declaration && before.version === version) return { outcome: 'same' };
  const draft = draftOf(declaration, stored);
  if (stored) {
    if (sourceOf(stored, roots) === undefined) return foreign(declaration, stored);
    if (stored.metadata.deletionTimestamp !== undefined) return { outcome: 'waiting' };
    const wanted = contentOf(draft);
    const have = contentOf(stored);
    if (wanted === have || (before?.wanted === wanted && before.stored === have)) {
      written.set(key, { declaration, version: stored.metadata.resourceVersion, wanted, stored: have });
      return { outcome: 'same' };
    }
  }
  try {
    const answer = stored ? await store.update(draft) : await store.create(draft);
    const { resourceVersion } = answer.metadata;
    written.set(key, { declaration, version: resourceVersion, wanted: contentOf(draft), stored: contentOf(answer) });
    return { outcome: stored ? 'updated' : 'created', object: answer };
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    if (error.reason !== 'Invalid') return { outcome: 'failed', message: error.message };
    return {
      outcome: 'refused',
      problem: problemAt(declaration, '', `the store refused the object: ${error.message}`),
    };
  }
}

/** The object that the store is to hold: the file's, with what others may set or the server owns carried over. */
function draftOf({ ref, object, file }: Declaration, stored: ApiObject | undefined): Draft {
  const have = stored?.metadata.annotations ?? {};
  const carried = Object.fromEntries(steering.flatMap(name => (have[name] === undefined ? [] : [[name, have[name]]])));
  const { labels, annotations: declared } = object.metadata;
  return {
    ...object,
    metadata: {
      name: ref.name,
      namespace: ref.namespace,
      ...(labels && { labels }),
      annotations: { ...carried, ...declared, [annotations.source]: sourceAnnotation(file, ref) },
      ...(stored && { uid: stored.metadata.uid, resourceVersion: stored.metadata.resourceVersion }),
      ...(stored?.metadata.finalizers && { finalizers: stored.metadata.finalizers }),
      ...(stored?.metadata.ownerReferences && { ownerReferences: stored.metadata.ownerReferences }),
    },
  };
}

/** What a file decides about an object, as text that equals for equal content. */
function contentOf({ metadata, status: _, ...rest }: Draft | ApiObject): string {
  return canonical({ ...rest, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} });
}

function foreign(declaration: Declaration, stored: ApiObject): Publication {
  const owner = stored.metadata.annotations?.[annotations.source];
  const whose = owner === undefined ? 'was not created from a directory' : 'belongs to another directory';
  const value = sourceAnnotation(declaration.file, declaration.ref);
  const advice = `to hand it over to this file, set its annotation ${annotations.source} to ${value}`;
  return {
    outcome: 'refused',
    problem: problemAt(declaration, 'metadata.name', `the object exists already and ${whose}; ${advice}`),
  };
}

function problemAt({ file, position }: Declaration, path: string, message: string): Problem {
  return { file: fileLabel(file), ...position, path, message };
}
