import { type ApiObject, type Ref, refOf } from '../model/object.ts';

interface KindIndex {
  readonly objects: Map<string, ApiObject>;
  /** Paths in order; undefined after an object came or went. */
  sorted: readonly string[] | undefined;
}

/** Objects in memory, by kind, listed in the order of `namespace/name`. */
export class ObjectIndex {
  readonly #kinds = new Map<string, KindIndex>();

  get(ref: Ref): ApiObject | undefined {
    return this.#kinds.get(ref.kind)?.objects.get(pathOf(ref));
  }

  put(object: ApiObject): void {
    const ref = refOf(object);
    const path = pathOf(ref);
    const index = this.#kindIndex(ref.kind);
    if (!index.objects.has(path)) index.sorted = undefined;
    index.objects.set(path, object);
  }

  remove(ref: Ref): void {
    const index = this.#kinds.get(ref.kind);
    if (index?.objects.delete(pathOf(ref))) index.sorted = undefined;
  }

  /** The objects of a kind, in one namespace or (absent or empty) in all. */
  list(kind: string, namespace = ''): readonly ApiObject[] {
    const index = this.#kinds.get(kind);
    if (!index) return [];
    index.sorted ??= [...index.objects.keys()].sort();
    const items: ApiObject[] = [];
    for (const path of index.sorted) {
      const object = index.objects.get(path);
      if (object && (namespace === '' || object.metadata.namespace === namespace)) items.push(object);
    }
    return items;
  }

  /** Some object that passes a test. Looks at all of them. */
  find(test: (object: ApiObject) => boolean): ApiObject | undefined {
    for (const { objects } of this.#kinds.values()) {
      for (const object of objects.values()) if (test(object)) return object;
    }
    return undefined;
  }

  get size(): number {
    let size = 0;
    for (const { objects } of this.#kinds.values()) size += objects.size;
    return size;
  }

  #kindIndex(kind: string): KindIndex {
    let index = this.#kinds.get(kind);
    if (!index) {
      index = { objects: new Map(), sorted: undefined };
      this.#kinds.set(kind, index);
    }
    return index;
  }
}

function pathOf({ namespace, name }: Ref): string {
  return `${namespace}/${name}`;
}
