import { setTimeout as pause } from 'node:timers/promises';

const limitMs = 60_000;
const pollMs = 25;

/**
 * What `look` finds, as soon as that is neither undefined nor false. Fails after a minute with what was waited for and
 * what `seen` says.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  seen: () => string = () => '',
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s\n${seen()}`);
    await pause(pollMs);
  }
}
