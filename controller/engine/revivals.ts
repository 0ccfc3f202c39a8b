import type { Key } from '../model/object.ts';

const firstMs = 5 * 60_000;
const longestMs = 60 * 60_000;

interface Attempts {
  readonly count: number;
  readonly at: number;
}

/**
 * When AWS may be asked again to look at a resource that has failed: at once, then after five minutes, and after twice as
 * long each time, an hour at most.
 */
export class Revivals {
  readonly #attempts = new Map<string, Attempts>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether it is time. */
  due(key: Key, id: string): boolean {
    const last = this.#attempts.get(`${key} ${id}`);
    return !last || this.#now() - last.at >= Math.min(longestMs, firstMs * 2 ** (last.count - 1));
  }

  /** AWS was asked. */
  tried(key: Key, id: string): void {
    const count = (this.#attempts.get(`${key} ${id}`)?.count ?? 0) + 1;
    this.#attempts.set(`${key} ${id}`, { count, at: this.#now() });
  }

  /** The resource is as declared. */
  settled(key: Key, id: string): void {
    this.#attempts.delete(`${key} ${id}`);
  }
}
