import { isObject, type JsonObject } from '../../../model/json.ts';
import { type ApiObject, refOf } from '../../../model/object.ts';
import { StoreFailure } from '../../../store/contract.ts';
import type { Backend, Call } from '../call.ts';
import { type Cause, unsupportedValue } from '../cause.ts';
import { directoryDeletionDenial, owningFile } from '../directory-guard.ts';
import { decodedBody } from '../incoming.ts';
import { dryRunCauses, listQuery } from '../options.ts';
import { apiVersionOf } from '../resource-type.ts';
import type { Result } from '../result.ts';
import { selection } from '../selection.ts';
import { badRequest, conflict, deleted, forbidden, invalidOptions } from '../status.ts';
import { isConflict } from '../store-errors.ts';
import { namespaces, permanentNamespaces } from '../types/namespace.ts';
import { objectNamed } from './get.ts';
import { matching } from './list.ts';

const policies = ['Background', 'Foreground', 'Orphan'] as const;
type Policy = (typeof policies)[number];

interface DeleteOptions {
  readonly policy: Policy;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly dryRun: boolean;
}

/** `DELETE` of one object: gone (a Status says so) or, with finalizers, marked (the object says so). */
export async function remove(backend: Backend, call: Call): Promise<Result> {
  const options = deleteOptions(call);
  const object = await objectNamed(backend, call);
  await assertDeletable(backend, call, object);
  const last = await removed(backend, call, object, options);
  if (last.metadata.deletionTimestamp !== undefined && last.metadata.finalizers !== undefined) {
    return { type: 'object', code: 200, object: last };
  }
  return { type: 'json', code: 200, body: deleted(call.type, last.metadata.name, last.metadata.uid) };
}

/** `DELETE` of a list: every object that the selectors choose, by the rules for one. All are looked at before the first goes. */
export async function removeCollection(backend: Backend, call: Call): Promise<Result> {
  const options = deleteOptions(call);
  const selected = selection(call.type, listQuery(call.query));
  const { items, resourceVersion } = await matching(backend.store, call.type, call.route.namespace, selected);
  for (const object of items) await assertDeletable(backend, call, object);
  const gone: ApiObject[] = [];
  for (const object of items) {
    try {
      gone.push(await removed(backend, call, object, options));
    } catch (error) {
      // Somebody else deleted it in between: that is what was asked for.
      if (!(error instanceof StoreFailure && error.reason === 'NotFound')) throw error;
    }
  }
  return { type: 'list', items: gone, metadata: { resourceVersion } };
}

async function removed(backend: Backend, call: Call, object: ApiObject, options: DeleteOptions): Promise<ApiObject> {
  const { store } = backend;
  const { dryRun, policy, resourceVersion, uid } = options;
  const { metadata } = object;
  const { name } = metadata;
  if (uid !== '' && uid !== metadata.uid) {
    throw conflict(
      call.type,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  if (resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) {
    const versions = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(call.type, name, `Precondition failed: ${versions}`);
  }
  if (!dryRun && policy === 'Orphan') await orphanDependents(backend, object);
  if (!dryRun && policy === 'Foreground') await deleteDependents(backend, object, new Set([metadata.uid]));
  const preconditions = { uid: metadata.uid, ...(resourceVersion === '' ? {} : { resourceVersion }) };
  const last = await store.delete(refOf(object), preconditions, { dryRun });
  call.changed(object, last.metadata.deletionTimestamp === undefined ? undefined : last);
  return last;
}

async function assertDeletable(backend: Backend, { principal, type }: Call, object: ApiObject): Promise<void> {
  const { name } = object.metadata;
  const denial =
    directoryDeletionDenial(object) ??
    (type === namespaces ? await namespaceDenial(backend, name) : undefined) ??
    backend.admit(principal, 'delete', object, object);
  if (denial !== undefined) throw forbidden(type, name, denial);
}

async function namespaceDenial({ store, types }: Backend, name: string): Promise<string | undefined> {
  if (permanentNamespaces.includes(name)) return 'this namespace may not be deleted';
  for (const { kind } of types.own) {
    const { items } = await store.list(kind, name);
    const owned = items.find(object => directoryDeletionDenial(object) !== undefined);
    if (owned !== undefined)
      return `files own objects in it, for example ${kind} ${owned.metadata.name} (${owningFile(owned)}); remove them there first`;
  }
  return undefined;
}

/** Everything that refers to an owner, of all types. */
async function dependents({ store, types }: Backend, owner: ApiObject): Promise<readonly ApiObject[]> {
  const found: ApiObject[] = [];
  for (const { kind } of types.stored) {
    const { items } = await store.list(kind, owner.metadata.namespace);
    found.push(...items.filter(item => item.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid)));
  }
  return found;
}

async function orphanDependents(backend: Backend, owner: ApiObject): Promise<void> {
  for (const dependent of await dependents(backend, owner)) {
    await withoutOwner(backend, dependent, owner.metadata.uid);
  }
}

async function withoutOwner({ store }: Backend, dependent: ApiObject, uid: string): Promise<void> {
  for (let now: ApiObject | undefined = dependent; now !== undefined; now = await store.get(refOf(dependent))) {
    const ownerReferences = (now.metadata.ownerReferences ?? []).filter(reference => reference.uid !== uid);
    try {
      await store.update({ ...now, metadata: { ...now.metadata, ownerReferences } });
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

/** Deletes dependents before their owner, each after its own; those with another owner, or that a file owns, stay. */
async function deleteDependents(backend: Backend, owner: ApiObject, visited: Set<string>): Promise<void> {
  for (const dependent of await dependents(backend, owner)) {
    const { ownerReferences = [], uid } = dependent.metadata;
    if (visited.has(uid) || ownerReferences.length > 1 || owningFile(dependent) !== undefined) continue;
    visited.add(uid);
    await deleteDependents(backend, dependent, visited);
    try {
      await backend.store.delete(refOf(dependent), { uid });
    } catch (error) {
      if (!(error instanceof StoreFailure && ['NotFound', 'Conflict'].includes(error.reason))) throw error;
    }
  }
}

function deleteOptions(call: Call): DeleteOptions {
  const body = call.body.length === 0 ? {} : optionsBody(call);
  const preconditions = isObject(body['preconditions']) ? body['preconditions'] : {};
  const asked = Array.isArray(body['dryRun']) ? body['dryRun'].map(String) : [];
  const dryRun = [...call.query.getAll('dryRun'), ...asked];
  const orphan = body['orphanDependents'] === true ? 'Orphan' : undefined;
  const named = body['propagationPolicy'] ?? call.query.get('propagationPolicy') ?? orphan ?? 'Background';
  const policy = policies.find(known => known === named);
  const causes: readonly Cause[] = [
    ...dryRunCauses(dryRun),
    ...(policy === undefined ? [unsupportedValue('propagationPolicy', String(named), [...policies])] : []),
  ];
  if (causes.length > 0) throw invalidOptions('DeleteOptions', causes);
  return {
    policy: policy ?? 'Background',
    uid: text(preconditions['uid']),
    resourceVersion: text(preconditions['resourceVersion']),
    dryRun: dryRun.length > 0,
  };
}

function optionsBody(call: Call): JsonObject {
  // Every type takes these options as protobuf, whatever its own objects come as.
  const { value } = decodedBody({ ...call, type: { ...call.type, builtIn: true } });
  if (!isObject(value)) throw badRequest('the body is not an object');
  const { kind = 'DeleteOptions', apiVersion = 'v1' } = value as JsonObject;
  const fits =
    kind === 'DeleteOptions' && [apiVersionOf(call.type), 'v1', 'meta.k8s.io/v1'].includes(String(apiVersion));
  if (!fits) throw badRequest('the body of a deletion holds DeleteOptions or nothing');
  return value as JsonObject;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
