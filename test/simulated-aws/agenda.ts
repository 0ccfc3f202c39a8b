interface Item {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * What the simulated AWS does by itself later on. Nothing runs on a timer: whoever looks at the state first settles it,
 * and each item runs at the instant it was due, so that the result never depends on when somebody looked.
 */
export class Agenda {
  readonly #clock: () => number;
  readonly #items: Item[] = [];
  #order = 0;
  #running: number | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Now, or the instant an item was due while it runs; milliseconds since the epoch. */
  now(): number {
    return this.#running ?? this.#clock();
  }

  /** When the next item is due; `undefined` when AWS has come to rest. */
  get nextAt(): number | undefined {
    this.settle();
    return this.#items[0]?.at;
  }

  /** Runs something once, this many milliseconds from now. */
  after(delayMs: number, run: () => void): void {
    const item = { at: this.now() + delayMs, order: this.#order++, run };
    const place = this.#items.findIndex(other => other.at > item.at);
    this.#items.splice(place === -1 ? this.#items.length : place, 0, item);
  }

  /** Runs all that is due, in order. */
  settle(): void {
    if (this.#running !== undefined) return;
    try {
      for (let item = this.#items[0]; item !== undefined && item.at <= this.#clock(); item = this.#items[0]) {
        this.#items.shift();
        this.#running = item.at;
        item.run();
      }
    } finally {
      this.#running = undefined;
    }
  }
}
