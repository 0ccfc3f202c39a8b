import type { Declared } from '../model/declared.ts';
import type { JsonObject } from '../model/json.ts';
import { isObject } from '../model/json.ts';

/** What is remembered in status about one AWS resource that the object owns. A cache: tags in AWS are the truth. */
export interface Owned extends JsonObject {
  readonly id: string;
  readonly resource: string;
  readonly name: string;
  readonly arn?: string;
  /** Account and Region that it was made in. */
  readonly place?: string;
  /** Ids that outlive it. */
  readonly after: readonly string[];
  /** Tag keys that we set, so that those the user removes from the spec can be removed. */
  readonly tagKeys: readonly string[];
  readonly memo?: JsonObject;
  /** When we last created it. RFC 3339. */
  readonly createdAt?: string;
  /** When its creation was last sent without a clear answer. RFC 3339. */
  readonly attemptedAt?: string;
  /** When it was first seen to be declared no longer. RFC 3339. */
  readonly leavingSince?: string;
  /** Since when it has not been there any more. RFC 3339. */
  readonly goneSince?: string;
}

/** The inventory in a status; entries that do not look like ours are left out. */
export function inventoryOf(status: JsonObject | undefined): readonly Owned[] {
  const list = status?.['resources'];
  return Array.isArray(list) ? list.filter(isOwned) : [];
}

function isOwned(entry: unknown): entry is Owned {
  if (!isObject(entry)) return false;
  const { id, resource, name, after, tagKeys } = entry;
  return (
    typeof id === 'string' &&
    typeof resource === 'string' &&
    typeof name === 'string' &&
    Array.isArray(after) &&
    Array.isArray(tagKeys)
  );
}

/**
 * Inventory entries that are no longer declared. One whose id is declared with another AWS name is being replaced: it
 * goes on under an id of its own.
 */
export function leftovers(inventory: readonly Owned[], declared: readonly Declared[]): readonly Owned[] {
  return inventory
    .filter(owned => !declared.some(({ resource, name }) => resource === owned.resource && name === owned.name))
    .map(owned => (declared.some(({ id }) => id === owned.id) ? { ...owned, id: `${owned.id}@${owned.name}` } : owned));
}

/** The id under which something that is being replaced was declared. */
export function base(id: string): string {
  return id.replace(/@.*$/, '');
}

/** What an inventory says is elsewhere than in `place`: there it cannot be looked after, nor be found absent. */
export function elsewhere(inventory: readonly Owned[], place: string): Owned | undefined {
  return inventory.find(owned => owned.place !== undefined && owned.place !== place);
}
