import { canonical } from '../model/json.ts';
import type { Key } from '../model/object.ts';
import type { Step } from '../model/plan.ts';

interface Bout {
  readonly generation: number;
  readonly hash: string;
  readonly count: number;
  readonly at: number;
}

const rounds = 3;
/** After this long a repair is tried once more. Milliseconds. */
const truceMs = 60 * 60_000;

/**
 * Repairs that come back unchanged although AWS took them: something undoes them, or AWS shows the value in another form
 * than it was given. After three in a row for the same generation there is no point in hammering on.
 */
export class Fights {
  readonly #bouts = new Map<string, Bout>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** AWS took this repair. */
  took(key: Key, id: string, generation: number, step: Step): void {
    const hash = canonical(step);
    const before = this.#bouts.get(`${key} ${id}`);
    const again = before?.generation === generation && before.hash === hash && this.#now() - before.at < truceMs;
    this.#bouts.set(`${key} ${id}`, { generation, hash, count: again ? before.count + 1 : 1, at: this.#now() });
  }

  /** The resource is as declared. */
  settled(key: Key, id: string): void {
    this.#bouts.delete(`${key} ${id}`);
  }

  /** This very repair has been taken three times in a row and is asked for again. */
  lost(key: Key, id: string, generation: number, step: Step): boolean {
    const bout = this.#bouts.get(`${key} ${id}`);
    if (!bout || bout.generation !== generation || bout.hash !== canonical(step)) return false;
    return bout.count >= rounds && this.#now() - bout.at < truceMs;
  }
}
