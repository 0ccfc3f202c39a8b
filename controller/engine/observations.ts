import type { Key } from '../model/object.ts';

/** One exact reading of one AWS resource. `observed` is undefined when it was not there. */
interface Sighting {
  readonly observed: unknown;
  /** When the reading began, milliseconds since the epoch. */
  readonly at: number;
}

/**
 * What passes over an object that is on its way have read, so that waiting for one resource does not mean reading all of
 * them again, and what was changed since, which shared snapshots may not show yet. A cache: losing it costs reads.
 */
export class Observations {
  readonly #seen = new Map<Key, Map<string, Sighting>>();
  readonly #touched = new Map<Key, Map<string, number>>();

  /** A resource was read by itself; the reading began at `at`. */
  saw(key: Key, id: string, observed: unknown, at: number): void {
    entry(this.#seen, key).set(id, { observed, at });
  }

  /** A change of a resource is about to be sent: what was seen before says nothing any more. */
  touch(key: Key, id: string, at: number): void {
    entry(this.#touched, key).set(id, at);
    this.#seen.get(key)?.delete(id);
  }

  /** The last reading of a resource, if it began at `notBefore` or later. */
  recall(key: Key, id: string, notBefore: number): Sighting | undefined {
    const sighting = this.#seen.get(key)?.get(id);
    return sighting && sighting.at >= notBefore ? sighting : undefined;
  }

  /** When a resource was last changed, in milliseconds since the epoch; undefined when that is not known. */
  touchedAt(key: Key, id: string): number | undefined {
    return this.#touched.get(key)?.get(id);
  }

  /** A snapshot begun at `notBefore` may show a resource as it was before its last change. */
  outdates(key: Key, id: string, notBefore: number): boolean {
    return (this.touchedAt(key, id) ?? Number.NEGATIVE_INFINITY) >= notBefore;
  }

  /** The object is at rest: what was read is of no more use, nor what was changed before `notBefore`. */
  rest(key: Key, notBefore: number): void {
    this.#seen.delete(key);
    const touched = this.#touched.get(key);
    if (touched && [...touched.values()].every(at => at < notBefore)) this.#touched.delete(key);
  }

  /** The object is gone. */
  forget(key: Key): void {
    this.#seen.delete(key);
    this.#touched.delete(key);
  }
}

function entry<Value>(all: Map<Key, Map<string, Value>>, key: Key): Map<string, Value> {
  const existing = all.get(key);
  if (existing) return existing;
  const fresh = new Map<string, Value>();
  all.set(key, fresh);
  return fresh;
}
