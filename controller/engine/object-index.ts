import type { Kind } from '../kinds/kind.ts';
import { type ApiObject, type Key, keyOf, refOf } from '../model/object.ts';
import { valueAt } from '../model/path.ts';
import type { Objects } from './environment.ts';

/** The objects of our kinds as the store shows them, by kind and namespace, with who refers to whom. */
export class ObjectIndex implements Objects {
  readonly #objects = new Map<Key, ApiObject>();
  readonly #rooms = new Map<string, Map<Key, ApiObject>>();
  readonly #references = new Map<Key, readonly Key[]>();
  readonly #dependants = new Map<Key, Set<Key>>();
  readonly #kinds: ReadonlyMap<string, Kind>;

  constructor(kinds: ReadonlyMap<string, Kind>) {
    this.#kinds = kinds;
  }

  get(key: Key): ApiObject | undefined {
    return this.#objects.get(key);
  }

  ofKind(kind: string, namespace: string): readonly ApiObject[] {
    return [...(this.#rooms.get(`${kind}/${namespace}`)?.values() ?? [])];
  }

  dependants(key: Key): readonly Key[] {
    return [...(this.#dependants.get(key) ?? [])];
  }

  references(key: Key): readonly Key[] {
    return this.#references.get(key) ?? [];
  }

  get keys(): readonly Key[] {
    return [...this.#objects.keys()];
  }

  get all(): readonly ApiObject[] {
    return [...this.#objects.values()];
  }

  /** Takes over an object's present state; answers its parsed spec, undefined when it does not parse. */
  set(object: ApiObject): unknown {
    const key = keyOf(refOf(object));
    const kind = this.#kinds.get(object.kind);
    const spec = kind?.spec.safeParse(object.spec ?? {}).data;
    const { namespace = '' } = object.metadata;
    const named = kind && spec !== undefined ? kind.references(spec) : [];
    const refs = [...named, ...accountOf(object)].map(({ kind: to, name }) => keyOf({ kind: to, namespace, name }));
    this.#objects.set(key, object);
    this.#room(object).set(key, object);
    this.#refer(key, [...new Set(refs)]);
    return spec;
  }

  delete(key: Key): void {
    const object = this.#objects.get(key);
    if (object) this.#room(object).delete(key);
    this.#objects.delete(key);
    this.#refer(key, []);
  }

  #room({ kind, metadata: { namespace = '' } }: ApiObject): Map<Key, ApiObject> {
    const name = `${kind}/${namespace}`;
    const room = this.#rooms.get(name) ?? new Map<Key, ApiObject>();
    this.#rooms.set(name, room);
    return room;
  }

  #refer(from: Key, to: readonly Key[]): void {
    for (const key of this.#references.get(from) ?? []) {
      const dependants = this.#dependants.get(key);
      dependants?.delete(from);
      if (dependants?.size === 0) this.#dependants.delete(key);
    }
    if (to.length === 0) this.#references.delete(from);
    else this.#references.set(from, to);
    for (const key of to) this.#dependants.set(key, (this.#dependants.get(key) ?? new Set<Key>()).add(from));
  }
}

/** Every object lives in an AwsAccount, the one named `default` where it names none: that one outlives it. */
function accountOf({ kind, spec }: ApiObject): readonly { readonly kind: string; readonly name: string }[] {
  if (kind === 'AwsAccount') return [];
  const name = valueAt(spec, 'account.name');
  return [{ kind: 'AwsAccount', name: typeof name === 'string' ? name : 'default' }];
}
