/** Cancels a timer; harmless when it has already fired. */
export type Cancel = () => void;

/** The only source of time and delay in the core. `now` is wall-clock time in milliseconds since the epoch. */
export interface Clock {
  now(): number;
  timer(delayMs: number, run: () => void): Cancel;
}

/** RFC 3339 in UTC with whole seconds, as Kubernetes writes every time. */
export function timestamp(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Resolves after `ms` milliseconds, and at once when `signal` aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.timer(ms, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
