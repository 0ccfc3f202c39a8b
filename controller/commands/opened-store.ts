import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { StoreFailure } from '../store/contract.ts';
import type { EmbeddedStore } from '../store/embedded-store.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { systemClock } from './clock.ts';
import type { Closing } from './closing.ts';
import { UsageError } from './options.ts';

const compactMs = 60_000;

/** The store of a data directory, compacted now and then, closed at the end. */
export async function openedStore(directory: string, log: Logger, closing: Closing) {
  const store = await openStore({ directory, clock: systemClock, ids: randomUUID, log }).catch((error: unknown) => {
    throw error instanceof StoreFailure ? new UsageError(error.message) : error;
  });
  const compact = () =>
    store.compact().catch((error: unknown) => log.warn({ error: String(error) }, 'the store could not be compacted'));
  const compaction = setInterval(() => void compact(), compactMs);
  closing.add(() => {
    clearInterval(compaction);
    return store.close();
  });
  return store;
}

/** Why a store is not ready: nothing can be written to it for now. Undefined while it can. */
export function unwritable({ fault }: Pick<EmbeddedStore, 'fault'>): string | undefined {
  return fault === undefined ? undefined : `the store cannot be written: ${fault}`;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
