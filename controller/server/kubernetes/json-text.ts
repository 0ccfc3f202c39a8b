import type { ApiObject } from '../../model/object.ts';
import type { LiveStatus } from './live-status.ts';

/** The JSON text of an object, cut where live members of its status go; whole where it has no status. */
type Text = readonly [whole: string] | readonly [beforeMembers: string, members: string];

const texts = new WeakMap<ApiObject, Text>();

/**
 * The JSON text of an object, with live members in its status if it has one. Objects of the store are frozen, so the rest
 * of their text is made once for all lists and watches.
 */
export function jsonText(object: ApiObject, live: LiveStatus): string {
  const [before, stored] = textOf(object, live);
  if (stored === undefined) return before;
  const members = [JSON.stringify(live.of(object)).slice(1, -1), stored].filter(text => text !== '');
  return `${before}${members.join(',')}}}`;
}

/** The same as an object. */
export function withLiveStatus(object: ApiObject, live: LiveStatus): ApiObject {
  const { status } = object;
  return status === undefined || live.members.length === 0
    ? object
    : { ...object, status: { ...live.of(object), ...storedMembers(status, live) } };
}

function textOf(object: ApiObject, live: LiveStatus): Text {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = cut(object, live);
  if (Object.isFrozen(object)) texts.set(object, text);
  return text;
}

function cut({ status, ...rest }: ApiObject, live: LiveStatus): Text {
  if (status === undefined) return [JSON.stringify(rest)];
  return [`${JSON.stringify(rest).slice(0, -1)},"status":{`, JSON.stringify(storedMembers(status, live)).slice(1, -1)];
}

function storedMembers(status: NonNullable<ApiObject['status']>, { members }: LiveStatus): object {
  return Object.fromEntries(Object.entries(status).filter(([name]) => !members.includes(name)));
}
