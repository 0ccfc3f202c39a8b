import type { Difference } from './differences.ts';

/** Runs an assertion: without a difference it has to hold, with one it has to fail exactly as the difference says. */
export async function judge(difference: Difference | undefined, run: () => Promise<void>): Promise<void> {
  if (difference === undefined) return run();
  const failure = await run().then(
    () => undefined,
    (error: unknown) => String(error),
  );
  if (failure === undefined) {
    throw new Error(`this holds now: take its difference out of differences.ts (${difference.where})`);
  }
  if (!failure.includes(difference.what)) {
    throw new Error(`this fails otherwise than with "${difference.what}", which differences.ts says: ${failure}`);
  }
}
