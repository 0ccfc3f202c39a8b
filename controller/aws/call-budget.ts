const slotMs = 60_000;
const slots = 60;
const hourMs = slotMs * slots;

/** What has been asked of one account and Region, by minute. */
class Ledger {
  readonly #byMinute = new Map<number, number>();

  spend(now: number): void {
    const minute = Math.floor(now / slotMs);
    this.#byMinute.set(minute, (this.#byMinute.get(minute) ?? 0) + 1);
    for (const old of this.#byMinute.keys()) {
      if (old > minute - slots) break;
      this.#byMinute.delete(old);
    }
  }

  /** Minutes that still count, oldest first, with their calls. */
  entries(now: number): readonly (readonly [minute: number, calls: number])[] {
    const oldest = Math.floor(now / slotMs) - slots;
    return [...this.#byMinute].filter(([minute]) => minute > oldest);
  }
}

/**
 * How many calls of AWS an hour may take, per account and Region, and how much of that is spent. What people change is
 * never held back; it counts, and what can wait makes room for it.
 */
export class CallBudget {
  readonly #now: () => number;
  readonly #perHour: number;
  readonly #ledgers = new Map<string, Ledger>();

  /** `perHour`: calls that an account and Region may get in any 60 minutes. */
  constructor(now: () => number, perHour: number) {
    this.#now = now;
    this.#perHour = perHour;
  }

  /** A call is sent. */
  spend(scope: string): void {
    const ledger = this.#ledgers.get(scope) ?? new Ledger();
    this.#ledgers.set(scope, ledger);
    ledger.spend(this.#now());
  }

  /** Calls of the last hour by account and Region; for metrics. */
  get spent(): ReadonlyMap<string, number> {
    return new Map([...this.#ledgers.keys()].map(scope => [scope, this.#spent(scope)]));
  }

  /**
   * How long something that would be looked at after `askedMs` should wait, milliseconds: as asked until half of the budget
   * is spent, then longer and longer, and when `share` of it (0 to 1) is spent until there is room again.
   */
  delay(scope: string, askedMs: number, share: number): number {
    const used = this.#spent(scope) / (this.#perHour * share);
    if (used < 0.5) return askedMs;
    if (used < 1) return Math.min(askedMs * (0.5 / (1 - used)), Math.max(askedMs, hourMs));
    return Math.max(askedMs, this.#untilRoom(scope, share));
  }

  #spent(scope: string): number {
    return this.#entries(scope).reduce((sum, [, calls]) => sum + calls, 0);
  }

  /** Until so many of the oldest calls are an hour old that less than `share` of the budget is spent. */
  #untilRoom(scope: string, share: number): number {
    let spent = this.#spent(scope);
    for (const [minute, calls] of this.#entries(scope)) {
      spent -= calls;
      if (spent < this.#perHour * share) return (minute + slots) * slotMs - this.#now();
    }
    return 0;
  }

  #entries(scope: string): ReturnType<Ledger['entries']> {
    return this.#ledgers.get(scope)?.entries(this.#now()) ?? [];
  }
}
