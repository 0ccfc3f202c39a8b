import type { Cancel } from '../../../model/clock.ts';
import type { ApiObject } from '../../../model/object.ts';
import { StoreFailure, type WatchEvent } from '../../../store/contract.ts';
import type { Backend, Call } from '../call.ts';
import { type ListQuery, listQuery } from '../options.ts';
import type { ObjectChange, Result } from '../result.ts';
import { type Selection, selection } from '../selection.ts';
import { type ApiError, expired } from '../status.ts';
import { asApiError } from '../store-errors.ts';
import { matching } from './list.ts';

const minutes = 60_000;
/** A watch without timeoutSeconds ends at random between this and twice this, so that clients don't come back together. */
const shortestWatchMs = 30 * minutes;
const bookmarkMs = 30_000;

/** `GET` with `watch`: what is there (unless a version says where to begin), and then every change. */
export async function watch(backend: Backend, call: Call): Promise<Result> {
  const options = listQuery(call.query);
  const selected = selection(call.type, { ...options, ...namedOnly(call) });
  return { type: 'watch', changes: changes(backend, call, options, selected) };
}

/** A watch of one object's path is a watch of that name. */
function namedOnly({ query, route }: Call): { readonly fieldSelector?: string } {
  if (route.name === '') return {};
  const given = query.get('fieldSelector') ?? '';
  return { fieldSelector: [given, `metadata.name=${route.name}`].filter(Boolean).join(',') };
}

async function* changes(
  backend: Backend,
  call: Call,
  options: ListQuery,
  selected: Selection,
): AsyncGenerator<ObjectChange, void, undefined> {
  const { route, type } = call;
  const ending = ended(backend, call, options);
  const fromState = options.sendInitialEvents || options.resourceVersion === '' || options.resourceVersion === '0';
  try {
    let since = options.resourceVersion;
    if (fromState) {
      const { items, resourceVersion } = await matching(backend.store, type, route.namespace, selected);
      assertReached(options, resourceVersion);
      for (const object of items) yield { type: 'ADDED', object };
      since = resourceVersion;
    }
    if (options.sendInitialEvents && options.allowWatchBookmarks) {
      yield { type: 'BOOKMARK', resourceVersion: since, initialEventsEnd: true };
    }
    if (type.virtual) await ending.reached;
    else yield* following(backend, call, options, selected, since, ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) yield { type: 'ERROR', status: statusOf(error, call) };
  } finally {
    ending.forget();
  }
}

async function* following(
  { clock, store }: Backend,
  { route, type }: Call,
  { allowWatchBookmarks }: ListQuery,
  selected: Selection,
  since: string,
  signal: AbortSignal,
): AsyncGenerator<ObjectChange, void, undefined> {
  const scope = route.namespace === '' ? {} : { namespace: route.namespace };
  let toldAt = clock.now();
  for await (const event of store.watch({ kinds: [type.kind], ...scope, since }, signal)) {
    const change = transition(event, selected.matches);
    const resourceVersion = event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion;
    if (change !== undefined) {
      yield change;
    } else if (allowWatchBookmarks && (event.type === 'BOOKMARK' || clock.now() - toldAt >= bookmarkMs)) {
      yield { type: 'BOOKMARK', resourceVersion, initialEventsEnd: false };
    } else {
      continue;
    }
    toldAt = clock.now();
  }
}

/** What a change means to a client that sees only what its selectors choose. */
function transition(event: WatchEvent, matches: (object: ApiObject) => boolean): ObjectChange | undefined {
  if (event.type === 'BOOKMARK') return undefined;
  const { object, type } = event;
  if (type === 'ADDED') return matches(object) ? { type, object } : undefined;
  const before = matches(event.previous);
  if (type === 'DELETED') return before ? { type, object } : undefined;
  const after = matches(object);
  if (before && after) return { type, object };
  if (after) return { type: 'ADDED', object };
  if (!before) return undefined;
  // The client is to forget the state that it knows, at the version of the change.
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...event.previous, metadata: { ...event.previous.metadata, resourceVersion } } };
}

function assertReached({ resourceVersion }: ListQuery, current: string): void {
  if (resourceVersion !== '' && BigInt(resourceVersion) > BigInt(current)) {
    throw expired(
      `version ${resourceVersion} is not known here: the store is at ${current}; list again without a version`,
    );
  }
}

function statusOf(error: unknown, { route, type }: Call): ApiError['status'] {
  const known = asApiError(error, type, route.name);
  if (known instanceof Error && 'status' in known) return (known as ApiError).status;
  throw error instanceof StoreFailure ? known : error;
}

/** When a watch is over: the client has gone, the server stops, or its time is up. */
function ended({ clock, random }: Backend, call: Call, { timeoutSeconds }: ListQuery) {
  const over = new AbortController();
  const end = () => over.abort();
  const ms = timeoutSeconds > 0 ? timeoutSeconds * 1000 : shortestWatchMs + random(shortestWatchMs);
  const cancel: Cancel = clock.timer(ms, end);
  call.signal.addEventListener('abort', end, { once: true });
  if (call.signal.aborted) end();
  const reached = new Promise<void>(resolve => {
    over.signal.addEventListener('abort', () => resolve(), { once: true });
    if (over.signal.aborted) resolve();
  });
  const forget = () => {
    cancel();
    call.signal.removeEventListener('abort', end);
  };
  return { signal: over.signal, reached, forget };
}
