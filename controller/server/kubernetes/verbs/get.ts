import type { ApiObject, Ref } from '../../../model/object.ts';
import type { Backend, Call } from '../call.ts';
import type { Result } from '../result.ts';
import { notFound } from '../status.ts';

/** `GET` of one object, or of its status subresource, which looks the same. */
export async function get(backend: Backend, call: Call): Promise<Result> {
  return { type: 'object', code: 200, object: await objectNamed(backend, call) };
}

/** The object that a call names; 404 when there is none. */
export async function objectNamed(
  { store }: Pick<Backend, 'store'>,
  call: Pick<Call, 'type' | 'route'>,
): Promise<ApiObject> {
  const { name } = call.route;
  const { type } = call;
  const object = type.virtual
    ? type.virtual().find(({ metadata }) => metadata.name === name)
    : await store.get(refOfCall(call));
  if (object === undefined) throw notFound(type, name);
  return object;
}

/** Where the store keeps the object that a call names. */
export function refOfCall({ route, type }: Pick<Call, 'type' | 'route'>): Ref {
  return { kind: type.kind, namespace: type.namespaced ? route.namespace : '', name: route.name };
}
