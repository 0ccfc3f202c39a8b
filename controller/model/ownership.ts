import type { Key } from './object.ts';
import { group } from './object.ts';

/** AWS tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** The tags that say whose a resource is. They are the truth about ownership; the store only remembers it. */
export const tagKeys = {
  controller: `${group}/controller`,
  object: `${group}/object`,
  resource: `${group}/resource`,
  hash: `${group}/hash`,
  registeredAt: `${group}/registered-at`,
} as const;

/** Who declares a resource: this controller, for this object, under this id. */
export interface Owner {
  readonly controller: string;
  readonly object: Key;
}

/** The ownership tags of one resource of an owner. */
export function ownerTags(owner: Owner, id: string): Tags {
  return { [tagKeys.controller]: owner.controller, [tagKeys.object]: owner.object, [tagKeys.resource]: id };
}

/** Whose a resource is, in the eyes of an owner. */
export type Ownership =
  | { readonly whose: 'ours' }
  | { readonly whose: 'nobody' }
  | { readonly whose: 'object'; readonly object: string }
  | { readonly whose: 'controller'; readonly controller: string; readonly object: string };

/** Reads the ownership tags. A resource without our controller tag belongs to nobody we know. */
export function ownership(tags: Tags, owner: Owner): Ownership {
  const controller = tags[tagKeys.controller];
  const object = tags[tagKeys.object] ?? 'unknown';
  if (controller === undefined) return { whose: 'nobody' };
  if (controller !== owner.controller) return { whose: 'controller', controller, object };
  return object === owner.object ? { whose: 'ours' } : { whose: 'object', object };
}

/** The tags that are ours to compare: those wanted, and those that we set earlier. AWS's own `aws:` tags never count. */
export function managedTags(have: Tags, wanted: Tags, earlier: readonly string[]): Tags {
  const keys = new Set([...Object.keys(wanted), ...earlier]);
  return Object.fromEntries(Object.entries(have).filter(([key]) => keys.has(key) && !key.startsWith('aws:')));
}
