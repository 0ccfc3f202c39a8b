import type { Cancel, Clock } from '../controller/model/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Lets every promise that can go on without time passing go on, however long its chain is. */
export async function settled(): Promise<void> {
  await new Promise<void>(resolve => setImmediate(resolve));
}

/** A clock that stands still until a test moves it. Starts at 2026-01-01T00:00:00Z unless told otherwise. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #watchers = new Set<() => void>();
  #now: number;
  #order = 0;

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  timer(delayMs: number, run: () => void): Cancel {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Has something looked at after everything that fell due, once its promises have settled. */
  onTick(watch: () => void): void {
    this.#watchers.add(watch);
  }

  /** When the timers still running are due, soonest first, in milliseconds since the epoch. */
  get pending(): readonly number[] {
    return [...this.#timers].map(timer => timer.at).sort((a, b) => a - b);
  }

  /** Moves time forward, runs what falls due in order of time, and lets promises settle before and after each. */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#now + ms);
  }

  /** As `advance`, up to an instant in milliseconds since the epoch; an instant in the past only settles promises. */
  async advanceTo(at: number): Promise<void> {
    await settled();
    for (let next = this.#next(at); next !== undefined; next = this.#next(at)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settled();
      for (const watch of this.#watchers) watch();
    }
    this.#now = Math.max(this.#now, at);
  }

  #next(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > until) continue;
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  }
}
