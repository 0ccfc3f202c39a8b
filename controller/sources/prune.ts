import { annotations } from '../model/annotations.ts';
import { type ApiObject, group, keyOf, refOf } from '../model/object.ts';
import { type Store, StoreFailure } from '../store/contract.ts';
import type { GuardVerdict, Owned } from './prune-guard.ts';
import { fileLabel, sourceOf } from './source-annotation.ts';

/** Annotation that keeps an object when its file no longer declares it: set to `disabled`, it is let go instead. */
const pruneAnnotation = `${group}/prune`;

/** The objects that files of these roots own; those that are being deleted already are left out. */
export function inventoryOf(objects: Iterable<ApiObject>, roots: readonly string[]): readonly Owned[] {
  const owned: Owned[] = [];
  for (const object of objects) {
    const file = sourceOf(object, roots);
    if (file === undefined || object.metadata.deletionTimestamp !== undefined) continue;
    const ref = refOf(object);
    const keep = object.metadata.annotations?.[pruneAnnotation] === 'disabled';
    owned.push({ key: keyOf(ref), ref, file, keep });
  }
  return owned;
}

/**
 * Deletes or releases an object by a verdict of the guard, after a fresh look that it is still the same file's. Answers
 * why it could not be done this time.
 */
export async function prune(
  store: Store,
  { owned, action }: GuardVerdict,
  roots: readonly string[],
): Promise<string | undefined> {
  try {
    const object = await store.get(owned.ref);
    const file = object && sourceOf(object, roots);
    if (object === undefined || file === undefined || fileLabel(file) !== fileLabel(owned.file)) return undefined;
    const { uid, resourceVersion } = object.metadata;
    if (action === 'delete') await store.delete(owned.ref, { uid, resourceVersion });
    else await store.update(released(object));
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    return error.reason === 'NotFound' ? undefined : error.message;
  }
}

function released(object: ApiObject): ApiObject {
  const { [annotations.source]: _, ...rest } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations: rest } };
}
