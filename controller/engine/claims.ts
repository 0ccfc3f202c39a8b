import type { Key } from '../model/object.ts';

interface Claimant {
  readonly createdAt: string;
  readonly names: ReadonlySet<string>;
}

/**
 * Which object claims which AWS names. Of two that claim the same one the older keeps it, the smaller key among equals,
 * so that the answer is the same in whatever order objects are looked at.
 */
export class Claims {
  readonly #claimants = new Map<Key, Claimant>();
  readonly #byName = new Map<string, Set<Key>>();

  /** Replaces what an object claims; answers the other objects whose standing may have changed. */
  set(key: Key, createdAt: string, names: readonly string[]): readonly Key[] {
    const affected = this.delete(key);
    this.#claimants.set(key, { createdAt, names: new Set(names) });
    for (const name of names) {
      const sharing = this.#byName.get(name) ?? new Set();
      this.#byName.set(name, sharing.add(key));
    }
    return [...new Set([...affected, ...this.#sharing(key, names)])];
  }

  /** Forgets an object; answers the other objects that claimed the same names. */
  delete(key: Key): readonly Key[] {
    const names = [...(this.#claimants.get(key)?.names ?? [])];
    const affected = this.#sharing(key, names);
    for (const name of names) {
      const sharing = this.#byName.get(name);
      sharing?.delete(key);
      if (sharing?.size === 0) this.#byName.delete(name);
    }
    this.#claimants.delete(key);
    return affected;
  }

  /** The object that keeps a name that `key` claims too; undefined when `key` keeps it. */
  rival(key: Key, name: string): Key | undefined {
    const sharing = [...(this.#byName.get(name) ?? [])];
    const first = sharing.sort((a, b) => this.#rank(a).localeCompare(this.#rank(b)))[0];
    return first === key ? undefined : first;
  }

  #rank(key: Key): string {
    return `${this.#claimants.get(key)?.createdAt ?? ''} ${key}`;
  }

  #sharing(key: Key, names: readonly string[]): readonly Key[] {
    return names.flatMap(name => [...(this.#byName.get(name) ?? [])]).filter(other => other !== key);
  }
}
