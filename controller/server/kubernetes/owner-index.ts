import { type ApiObject, type Key, keyOf, type Ref, refFrom, refOf } from '../../model/object.ts';

/** Which objects exist in which namespace, and which depend on which owner. Follows the store's changes. */
export class OwnerIndex {
  readonly #dependents = new Map<string, Set<Key>>();
  readonly #owners = new Map<Key, readonly string[]>();
  readonly #namespaces = new Map<string, Set<Key>>();

  /** Takes in a new state of an object. */
  put(object: ApiObject): void {
    const key = keyOf(refOf(object));
    const owners = (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
    for (const uid of this.#owners.get(key) ?? []) drop(this.#dependents, uid, key);
    for (const uid of owners) add(this.#dependents, uid, key);
    if (owners.length > 0) this.#owners.set(key, owners);
    else this.#owners.delete(key);
    if (object.metadata.namespace) add(this.#namespaces, object.metadata.namespace, key);
  }

  /** Forgets an object. */
  remove(object: ApiObject): void {
    const key = keyOf(refOf(object));
    for (const uid of this.#owners.get(key) ?? []) drop(this.#dependents, uid, key);
    this.#owners.delete(key);
    if (object.metadata.namespace) drop(this.#namespaces, object.metadata.namespace, key);
  }

  /** The objects with a reference to an owner's uid. */
  dependentsOf(uid: string): readonly Ref[] {
    return [...(this.#dependents.get(uid) ?? [])].map(refFrom);
  }

  /** Every object that has an owner. */
  owned(): readonly Ref[] {
    return [...this.#owners.keys()].map(refFrom);
  }

  /** How many objects are in a namespace. */
  within(namespace: string): number {
    return this.#namespaces.get(namespace)?.size ?? 0;
  }
}

function add(map: Map<string, Set<Key>>, name: string, key: Key): void {
  const set = map.get(name);
  if (set === undefined) map.set(name, new Set([key]));
  else set.add(key);
}

function drop(map: Map<string, Set<Key>>, name: string, key: Key): void {
  const set = map.get(name);
  set?.delete(key);
  if (set?.size === 0) map.delete(name);
}
