import type { Cancel, Clock } from '../model/clock.ts';

/** How hints shorten a pause: so much quiet after the last one, and so long after the first at most. Milliseconds. */
export interface QuietTimes {
  readonly quietMs: number;
  readonly mostMs: number;
}

/** The times in force unless the caller says otherwise. */
const quietTimes: QuietTimes = { quietMs: 200, mostMs: 2000 };

/** The pause between two passes. Hints end it early, once they have stopped coming; so do hints from before it began. */
export class Pause {
  readonly #clock: Clock;
  readonly #times: QuietTimes;
  #firstHintAt: number | undefined;
  #wake: (() => void) | undefined;
  #cancel: Cancel | undefined;
  #until = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, times: QuietTimes = quietTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  hint = (): void => {
    const now = this.#clock.now();
    this.#firstHintAt ??= now;
    if (this.#wake) this.#schedule(Math.min(this.#until, this.#hinted(now)));
  };

  /** Resolves after `ms` or soon after a hint, and at once when `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const now = this.#clock.now();
    this.#wake = wake;
    this.#until = now + ms;
    signal.addEventListener('abort', wake, { once: true });
    this.#schedule(this.#firstHintAt === undefined ? this.#until : Math.min(this.#until, this.#hinted(now)));
    await promise;
    signal.removeEventListener('abort', wake);
    this.#cancel?.();
    this.#wake = undefined;
    this.#firstHintAt = undefined;
  }

  #hinted(now: number): number {
    return Math.min(now + this.#times.quietMs, (this.#firstHintAt ?? now) + this.#times.mostMs);
  }

  #schedule(at: number): void {
    this.#cancel?.();
    this.#cancel = this.#clock.timer(Math.max(0, at - this.#clock.now()), () => this.#wake?.());
  }
}
