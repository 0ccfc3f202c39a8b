import type { Clock } from '../../../controller/model/clock.ts';

/** Real time, for tests that run real processes. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer(delayMs, run) {
    const timeout = setTimeout(run, delayMs);
    return () => clearTimeout(timeout);
  },
};
