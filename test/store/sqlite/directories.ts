import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HistoryLimits } from '../../../controller/store/history.ts';
import { openStore } from '../../../controller/store/sqlite/open-store.ts';
import type { SqliteStore } from '../../../controller/store/sqlite/sqlite-store.ts';
import { FakeClock } from '../../clock.ts';
import { fakeIds } from '../drafts.ts';

/** A data directory that does not exist yet and is removed after the test. */
export function freshDirectory(): string {
  const parent = mkdtempSync(join(tmpdir(), 'batchwright-store-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'data');
}

/** Opens a store on a directory; it is closed after the test. */
export async function opened(directory: string, clock = new FakeClock(), limits?: HistoryLimits): Promise<SqliteStore> {
  const store = await openStore({ directory, clock, ids: fakeIds(), reserveBytes: 0, ...(limits && { limits }) });
  onTestFinished(() => store.close());
  return store;
}

/** What a crash at this moment would leave behind of an open store: a copy of its files. */
export function crashed(directory: string): string {
  const copy = freshDirectory();
  cpSync(directory, copy, { recursive: true });
  return copy;
}
