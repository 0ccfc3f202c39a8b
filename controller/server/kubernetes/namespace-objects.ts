import { sameJson } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import { type Store, StoreFailure } from '../../store/contract.ts';
import { completeNamespace, namespaceFinalizer, namespaces } from './types/namespace.ts';

/** The Namespace object of a name. */
export async function namespaceNamed(store: Store, name: string): Promise<ApiObject | undefined> {
  return store.get({ kind: namespaces.kind, namespace: '', name });
}

/** Makes sure that a namespace is there. One that is being deleted stays as it is. */
export async function ensureNamespace(store: Store, name: string): Promise<void> {
  if ((await namespaceNamed(store, name)) !== undefined) return;
  try {
    await store.create(completeNamespace({ apiVersion: 'v1', kind: namespaces.kind, metadata: { name } }));
  } catch (error) {
    if (!(error instanceof StoreFailure && error.reason === 'AlreadyExists')) throw error;
  }
}

/**
 * Writes down what a namespace that is being deleted waits for; `left` are the kinds of the objects in it. With
 * nothing left the namespace goes.
 */
export async function settleNamespace(store: Store, namespace: ApiObject, left: ReadonlySet<string>): Promise<void> {
  const { finalizers = [] } = namespace.metadata;
  if (left.size === 0) {
    const rest = finalizers.filter(finalizer => finalizer !== namespaceFinalizer);
    if (rest.length < finalizers.length) {
      await store.update({ ...namespace, metadata: { ...namespace.metadata, finalizers: rest } });
    }
    return;
  }
  const status = { phase: 'Terminating', conditions: [waiting(namespace, left)] };
  if (!sameJson(status, namespace.status)) await store.updateStatus({ ...namespace, status });
}

function waiting(namespace: ApiObject, left: ReadonlySet<string>) {
  return {
    type: 'NamespaceContentRemaining',
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: `objects of these kinds are still being deleted: ${[...left].sort().join(', ')}`,
    lastTransitionTime: namespace.metadata.deletionTimestamp ?? namespace.metadata.creationTimestamp,
  };
}
