import type { Clock } from '../../model/clock.ts';
import { StoreFailure } from '../contract.ts';
import type { StoreLog } from '../embedded-store.ts';
import type { HistoryLimits } from '../history.ts';
import { firstVersion } from '../journal.ts';
import { DataDirectory } from './data-directory.ts';
import { damage, openDatabase } from './database.ts';
import { meaning } from './sqlite-error.ts';
import { SqliteJournal } from './sqlite-journal.ts';
import { SqliteStore } from './sqlite-store.ts';
import { requireSafeSqlite } from './sqlite-version.ts';

const reserveBytes = 16 * 1024 * 1024;

/** How to open a store. */
export interface StoreOptions {
  /** On a local file system; made when it does not exist. */
  readonly directory: string;
  readonly clock: Clock;
  /** A new UUID per call. */
  readonly ids: () => string;
  readonly log?: StoreLog;
  readonly limits?: HistoryLimits;
  /** Space kept for an orderly stop on a full disk, in bytes; 16 MiB unless told otherwise. */
  readonly reserveBytes?: number;
}

/**
 * Opens the embedded store of a data directory and locks it for this process. Throws `Unavailable` when the store can't
 * be used: held by another process, damaged, written by a newer version, or not to be written. Damaged objects don't
 * count: they are left out and listed by `quarantined`.
 */
export async function openStore(options: StoreOptions): Promise<SqliteStore> {
  requireSafeSqlite(process.versions.sqlite ?? 'none');
  const { clock, ids, log, limits } = options;
  const directory = new DataDirectory(options.directory, log);
  const opened = openDatabase(directory, firstVersion(clock.now()), log);
  try {
    const journal = new SqliteJournal(opened, directory, log);
    const store = new SqliteStore({ journal, directory, ...opened }, { clock, ids, log, limits, later: setImmediate });
    directory.keepReserve(options.reserveBytes ?? reserveBytes);
    return store;
  } catch (error) {
    directory.unclaim();
    opened.database.close();
    throw error instanceof StoreFailure ? error : damage(directory.database, meaning(error), error);
  }
}
