import type { Declared } from '../model/declared.ts';
import { canonical, isObject, type Json, type JsonObject } from '../model/json.ts';

/** What is remembered in status about one AWS resource that the object owns. A cache: tags in AWS are the truth. */
export interface Owned extends Bookkeeping {
  readonly id: string;
  readonly resource: string;
  readonly name: string;
  readonly arn?: string;
  /** When we last created it. RFC 3339. */
  readonly createdAt?: string;
  /** When its creation was last sent without a clear answer. RFC 3339. */
  readonly attemptedAt?: string;
  /** When it was first seen to be declared no longer. RFC 3339. */
  readonly leavingSince?: string;
  /** Since when it has not been there any more. RFC 3339. */
  readonly goneSince?: string;
}

/** The part of it that tells people nothing. */
interface Bookkeeping extends JsonObject {
  /** Account and Region that it was made in. */
  readonly place?: string;
  /** Ids that outlive it. */
  readonly after: readonly string[];
  /** Tag keys that we set, so that those the user removes from the spec can be removed. */
  readonly tagKeys: readonly string[];
  readonly memo?: JsonObject;
}

/**
 * The members of a status that hold an inventory: `resources` for people, and in `bookkeeping` all that only the engine
 * needs, as one text (JSON by id) that is one line of `kubectl describe`, and plain, so that everybody can see what is kept.
 */
export function recorded(inventory: readonly Owned[]): { readonly resources: Json; readonly bookkeeping?: string } {
  const books: [string, Bookkeeping][] = [];
  const resources = inventory.map(({ after, tagKeys, memo, place, ...shown }) => {
    books.push([shown.id, { after, tagKeys, ...(memo ? { memo } : {}), ...(place === undefined ? {} : { place }) }]);
    return shown;
  });
  return { resources, ...(books.length > 0 ? { bookkeeping: canonical(Object.fromEntries(books)) } : {}) };
}

/**
 * The inventory in a status; entries that do not look like ours are left out. Entries that carry their bookkeeping
 * themselves, as they all once did, are read too; where it is lost there is none.
 */
export function inventoryOf(status: JsonObject | undefined): readonly Owned[] {
  const { resources, bookkeeping } = status ?? {};
  if (!Array.isArray(resources)) return [];
  const books = typeof bookkeeping === 'string' ? unpacked(bookkeeping) : {};
  return resources.filter(isNamed).map(entry => {
    const book = books[entry.id];
    return { after: [], tagKeys: [], ...entry, ...(isBookkeeping(book) ? book : {}) };
  });
}

function isNamed(
  entry: unknown,
): entry is Omit<Owned, keyof Bookkeeping> & { id: string; resource: string; name: string } {
  return isObject(entry) && [entry['id'], entry['resource'], entry['name']].every(value => typeof value === 'string');
}

function isBookkeeping(book: unknown): book is Bookkeeping {
  return isObject(book) && Array.isArray(book['after']) && Array.isArray(book['tagKeys']);
}

function unpacked(text: string): Readonly<Record<string, unknown>> {
  try {
    const books: unknown = JSON.parse(text);
    return isObject(books) ? books : {};
  } catch {
    return {};
  }
}

/**
 * Inventory entries that are no longer declared. One whose id is declared with another AWS name is being replaced: it
 * goes on under an id of its own.
 */
export function leftovers(inventory: readonly Owned[], declared: readonly Declared[]): readonly Owned[] {
  return inventory
    .filter(owned => !declared.some(({ resource, name }) => resource === owned.resource && name === owned.name))
    .map(owned => (declared.some(({ id }) => id === owned.id) ? { ...owned, id: replacedId(owned) } : owned));
}

/** The id of something that is being replaced: the id under which it was declared is its successor's now. */
export function replacedId({ id, name }: Pick<Owned, 'id' | 'name'>): string {
  return `${id}@${name}`;
}

/** The id under which something that is being replaced was declared. */
export function base(id: string): string {
  return id.replace(/@.*$/, '');
}

/** What an inventory says is elsewhere than in `place`: there it cannot be looked after, nor be found absent. */
export function elsewhere(inventory: readonly Owned[], place: string): Owned | undefined {
  return inventory.find(owned => owned.place !== undefined && owned.place !== place);
}
