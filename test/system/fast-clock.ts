import type { Clock } from '../../controller/model/clock.ts';

/** A clock that runs so many times faster than that of the machine, from now on. */
export function fastClock(speed: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    timer: (delayMs, run) => {
      const timeout = setTimeout(run, delayMs / speed);
      return () => clearTimeout(timeout);
    },
  };
}
