interface Snapshot {
  readonly startedAt: number;
  readonly value: Promise<unknown>;
}

/**
 * What was read once for everybody, by name. A reader says how fresh it must be; a snapshot whose reading started too
 * early is read again, and all who ask meanwhile share the new one. A failed reading is kept by nobody.
 */
export class Snapshots {
  readonly #now: () => number;
  readonly #kept = new Map<string, Snapshot>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A value whose reading started at `notBefore` (milliseconds since the epoch) or later. */
  get<T>(name: string, notBefore: number, load: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(name);
    if (kept && kept.startedAt >= notBefore) return kept.value as Promise<T>;
    const value = load();
    const snapshot = { startedAt: this.#now(), value };
    this.#kept.set(name, snapshot);
    value.catch(() => {
      if (this.#kept.get(name) === snapshot) this.#kept.delete(name);
    });
    return value;
  }
}
