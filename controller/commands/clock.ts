import type { Clock } from '../model/clock.ts';

/** The clock of the machine. Timers do not keep the process alive by themselves. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (delayMs, run) => {
    const timeout = setTimeout(run, Math.min(delayMs, 2 ** 31 - 1));
    timeout.unref();
    return () => clearTimeout(timeout);
  },
};
