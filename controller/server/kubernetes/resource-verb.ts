import type { ResourceType, Verb } from './resource-type.ts';
import type { ResourceRoute } from './route.ts';
import { type ApiError, methodNotAllowed, unknownPath } from './status.ts';

const onLists: Readonly<Record<string, Verb>> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' };
const onObjects: Readonly<Record<string, Verb>> = { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const onStatus: readonly Verb[] = ['get', 'update', 'patch'];

/** The verb that a request on a resource would have, if the resource offered it. */
export function askedVerb(method: string, { name }: ResourceRoute, watch: boolean): Verb | undefined {
  return watch && method === 'GET' ? 'watch' : (name === '' ? onLists : onObjects)[method];
}

/** The verb of a request on a resource; 404 or 405 for what is not offered. */
export function verbOf(method: string, route: ResourceRoute, type: ResourceType, watch: boolean): Verb {
  const { name, namespace, subresource } = route;
  if (subresource !== '' && !(subresource === 'status' && type.status)) throw unknownPath();
  if (!type.namespaced && namespace !== '') throw unknownPath();
  const verb = askedVerb(method, route, watch);
  if (verb === undefined || !type.verbs.includes(verb)) throw notOffered(type, verb ?? method.toLowerCase());
  if (subresource !== '' && !onStatus.includes(verb)) throw notOffered(type, verb);
  const reading = verb === 'list' || verb === 'watch';
  if (type.namespaced && namespace === '' && (name !== '' || !reading)) throw notOffered(type, verb);
  return verb;
}

function notOffered(type: ResourceType, verb: string): ApiError {
  return methodNotAllowed(type, verb);
}
