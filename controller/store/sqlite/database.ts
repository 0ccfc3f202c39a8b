import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../contract.ts';
import type { StoreLog } from '../embedded-store.ts';
import type { DataDirectory } from './data-directory.ts';
import { migrate, pragmaNumber } from './schema.ts';
import { isBusy, isDamage, meaning } from './sqlite-error.ts';

const lockWaitMs = 1000;

/** These can only be chosen before the first page is written. */
const firstSettings = [
  // Two objects of 3 KB would not fit on a page of 4 KB, and half of the file would be air.
  'PRAGMA page_size = 8192',
  // Without it no space is ever given back.
  'PRAGMA auto_vacuum = INCREMENTAL',
] as const;

/** For every open. The first access after EXCLUSIVE takes the lock that keeps other processes out. */
const settings = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  // macOS only: fsync alone leaves data in the cache of the disk there.
  'PRAGMA fullfsync = ON',
  'PRAGMA checkpoint_fullfsync = ON',
  'PRAGMA trusted_schema = OFF',
  'PRAGMA cell_size_check = ON',
  'PRAGMA journal_size_limit = 16777216',
] as const;

/** An open database that this process alone may use. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  /** There was no database before. */
  readonly created: boolean;
}

/**
 * Opens the database of a data directory: takes its lock, brings the schema up to date and checks every page. Throws
 * `Unavailable`, fit to end the process with, when it is held by another process, damaged, or not to be written.
 */
export function openDatabase(directory: DataDirectory, firstVersion: number, log?: StoreLog): OpenDatabase {
  const path = directory.database;
  if (directory.emptied) throw damage(path, 'it is empty');
  let database: DatabaseSync | undefined;
  let claimed = false;
  try {
    database = new DatabaseSync(path, {
      timeout: lockWaitMs,
      defensive: true,
      enableDoubleQuotedStringLiterals: false,
    });
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    if (pragmaNumber(database, 'page_count') === 0) for (const setting of firstSettings) database.exec(setting);
    for (const setting of settings) database.exec(setting);
    directory.claim();
    claimed = true;
    // The log first: it may hold the sound copy of a page that is damaged in the file.
    checkpoint(database, log);
    const created = migrate(database, path, firstVersion);
    check(database, path);
    return { database, created };
  } catch (error) {
    if (claimed) directory.unclaim();
    if (database?.isOpen) database.close();
    throw openFailure(directory, error);
  }
}

/** Moves the log into the database and shortens it to nothing. What fails for want of space succeeds another time. */
export function checkpoint(database: DatabaseSync, log?: StoreLog): void {
  try {
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  } catch (error) {
    if (isDamage(error)) throw error;
    log?.warn({ err: error }, 'store log cannot be moved into the database');
  }
}

function check(database: DatabaseSync, path: string): void {
  const findings = database
    .prepare('PRAGMA quick_check(5)')
    .all()
    .map(row => String(Object.values(row)[0]));
  if (findings.length === 1 && findings[0] === 'ok') return;
  throw damage(path, findings.join('; '));
}

function openFailure(directory: DataDirectory, error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  if (isBusy(error)) {
    const advice = 'stop it, or choose another data directory';
    return new StoreFailure('Unavailable', `${directory.path} is in use by ${directory.holder()}; ${advice}`, {
      cause: error,
    });
  }
  if (isDamage(error)) return damage(directory.database, meaning(error), error);
  return new StoreFailure('Unavailable', `${directory.database} cannot be opened: ${meaning(error)}`, { cause: error });
}

/** The failure for a database that can't be trusted any more. Starting with an empty one is for people to decide. */
export function damage(path: string, finding: string, cause?: unknown): StoreFailure {
  const advice =
    'put a backup in its place, or move it away to start empty (declared objects and AWS stay as they are)';
  return new StoreFailure('Unavailable', `${path} is damaged: ${finding}; ${advice}`, { cause });
}
