import type { ApiObject } from '../../../model/object.ts';
import type { Listed, Store } from '../../../store/contract.ts';
import type { Backend, Call } from '../call.ts';
import { continueToken, pagePosition } from '../continue-token.ts';
import { type ListQuery, listQuery } from '../options.ts';
import type { ResourceType } from '../resource-type.ts';
import type { Result } from '../result.ts';
import { type Selection, selection } from '../selection.ts';
import { badRequest, expired } from '../status.ts';

/** `GET` of a list: one page of what the selectors choose, in the order of `namespace/name`. */
export async function list({ store }: Backend, { query, route, type }: Call): Promise<Result> {
  const options = listQuery(query);
  const selected = selection(type, options);
  const listed = await matching(store, type, route.namespace, selected);
  assertServable(options, listed.resourceVersion);
  return page(listed, options, selected.everything);
}

/** The objects of a type in a namespace (or in all) that a selection chooses, and the version at which that was so. */
export async function matching(
  store: Store,
  type: ResourceType,
  namespace: string,
  selected: Selection,
): Promise<Listed> {
  if (type.virtual) return { items: type.virtual().filter(selected.matches), resourceVersion: '1' };
  const room = namespace || (selected.namespace ?? '');
  const listed = await store.list(type.kind, room);
  if (selected.everything) return listed;
  if (selected.name !== undefined && (room !== '' || !type.namespaced)) {
    const object = await store.get({ kind: type.kind, namespace: room, name: selected.name });
    return { ...listed, items: object !== undefined && selected.matches(object) ? [object] : [] };
  }
  return { ...listed, items: listed.items.filter(selected.matches) };
}

/** All reads show the latest state, so a version is only checked to be one that this store has reached. */
function assertServable(
  { continueToken: token, resourceVersion, resourceVersionMatch }: ListQuery,
  current: string,
): void {
  if (resourceVersion === '' || resourceVersion === '0') return;
  if (token !== '') throw badRequest('specifying resource version is not allowed when using continue');
  if (BigInt(resourceVersion) > BigInt(current)) {
    throw expired(
      `version ${resourceVersion} is not known here: the store is at ${current}; list again without a version`,
    );
  }
  if (resourceVersionMatch === 'Exact' && resourceVersion !== current) {
    throw expired(`version ${resourceVersion} is past and only the latest state is kept; list again without a version`);
  }
}

function page(
  { items, resourceVersion }: Listed,
  { continueToken: token, limit }: ListQuery,
  countable: boolean,
): Result {
  const from = token === '' ? undefined : pagePosition(token);
  const start = from === undefined ? 0 : firstAfter(items, from.after);
  const end = limit === 0 ? items.length : Math.min(items.length, start + limit);
  const version = from?.resourceVersion ?? resourceVersion;
  const last = items[end - 1];
  const more = end < items.length && last !== undefined;
  return {
    type: 'list',
    items: start === 0 && end === items.length ? items : items.slice(start, end),
    metadata: {
      resourceVersion: version,
      ...(more ? { continue: continueToken({ after: position(last), resourceVersion: version }) } : {}),
      ...(more && countable ? { remainingItemCount: items.length - end } : {}),
    },
  };
}

function position({ metadata: { name, namespace = '' } }: ApiObject): string {
  return `${namespace}/${name}`;
}

/** The index of the first object behind a position; the objects are in order, the position may be gone. */
function firstAfter(items: readonly ApiObject[], after: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && position(item) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
