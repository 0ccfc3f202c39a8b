import type { Key } from '../model/object.ts';

interface Claimant {
  readonly createdAt: string;
  readonly names: ReadonlySet<string>;
}

/**
 * Which object claims which AWS names. Of two that claim the same one the older may create it, the smaller key among
 * equals, so that the answer is the same in whatever order objects are looked at.
 */
export class Claims {
  readonly #claimants = new Map<Key, Claimant>();
  readonly #byName = new Map<string, Set<Key>>();

  /** Replaces what an object claims; answers the other objects whose standing may have changed by that. */
  set(key: Key, createdAt: string, names: readonly string[]): readonly Key[] {
    const before = this.#claimants.get(key)?.names ?? new Set<string>();
    const after = new Set(names);
    const gone = [...before].filter(name => !after.has(name));
    const come = names.filter(name => !before.has(name));
    for (const name of gone) this.#drop(key, name);
    for (const name of come) this.#byName.set(name, (this.#byName.get(name) ?? new Set<Key>()).add(key));
    this.#claimants.set(key, { createdAt, names: after });
    return this.#sharing(key, [...gone, ...come]);
  }

  /** Forgets an object; answers the other objects that claim names of its. */
  delete(key: Key): readonly Key[] {
    const names = [...(this.#claimants.get(key)?.names ?? [])];
    for (const name of names) this.#drop(key, name);
    this.#claimants.delete(key);
    return this.#sharing(key, names);
  }

  /** The objects that claim a name with better right than `key`, the best first. */
  rivals(key: Key, name: string): readonly Key[] {
    const sharing = [...(this.#byName.get(name) ?? [])].sort((a, b) => (this.#rank(a) < this.#rank(b) ? -1 : 1));
    return sharing.slice(0, Math.max(0, sharing.indexOf(key)));
  }

  #drop(key: Key, name: string): void {
    const sharing = this.#byName.get(name);
    sharing?.delete(key);
    if (sharing?.size === 0) this.#byName.delete(name);
  }

  #rank(key: Key): string {
    return `${this.#claimants.get(key)?.createdAt ?? ''} ${key}`;
  }

  #sharing(key: Key, names: readonly string[]): readonly Key[] {
    const others = names.flatMap(name => [...(this.#byName.get(name) ?? [])]).filter(other => other !== key);
    return [...new Set(others)];
  }
}
