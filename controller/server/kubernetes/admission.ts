import type { ApiObject, Draft } from '../../model/object.ts';
import type { Backend, Call, Operation } from './call.ts';
import { directoryDenial } from './directory-guard.ts';
import { assertSize, assertValid, type Endpoint } from './draft.ts';
import { namespaceNamed } from './namespace-objects.ts';
import { forbidden, notFound } from './status.ts';
import { isTerminating, namespaces } from './types/namespace.ts';

/** Refuses a write that a rule forbids: files own the object, it is not valid, too large, or the admission hook objects. */
export function assertAdmitted(
  { admit, maxObjectBytes }: Backend,
  { principal, type }: Call,
  stored: ApiObject | undefined,
  draft: Draft,
  endpoint: Endpoint,
): void {
  const { name } = draft.metadata;
  const owned = endpoint === 'main' ? directoryDenial(stored, draft) : undefined;
  if (owned !== undefined) throw forbidden(type, name, owned);
  assertValid(type, stored, draft, endpoint);
  assertSize(draft, maxObjectBytes);
  const operation: Operation = stored === undefined ? 'create' : 'update';
  const denial = endpoint === 'main' ? admit(principal, operation, asObject(draft), stored) : undefined;
  if (denial !== undefined) throw forbidden(type, name, denial);
}

/** Refuses to create anything in a namespace that is not there or is being deleted. */
export async function assertNamespace(
  { store }: Backend,
  { type }: Call,
  namespace: string,
  name: string,
): Promise<void> {
  if (!type.namespaced) return;
  const room = await namespaceNamed(store, namespace);
  if (room === undefined) throw notFound(namespaces, namespace);
  if (!isTerminating(room)) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(type, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}

function asObject(draft: Draft): ApiObject {
  const metadata = { uid: '', resourceVersion: '', generation: 1, creationTimestamp: '', ...draft.metadata };
  return { ...draft, metadata };
}
