import { StoreFailure } from '../contract.ts';

/** SQLite's primary result codes that have a meaning for users. https://www.sqlite.org/rescode.html */
const meanings: ReadonlyMap<number, string> = new Map([
  [8, 'the file system is read-only or the file may not be written'],
  [10, 'the disk reported an input/output error'],
  [11, 'the database is damaged'],
  [13, 'the disk is full or the size limit of the store is reached'],
  [14, 'a file cannot be opened'],
  [26, 'the file is not a database'],
]);

const busy = 5;
const damaged: readonly number[] = [11, 26];

/** The primary result code of an error from SQLite; undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** True when another connection holds the lock of the database. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === busy;
}

/** True when SQLite says that the file is not, or no longer, a sound database. */
export function isDamage(error: unknown): boolean {
  return damaged.includes(resultCode(error) ?? 0);
}

/** What an error means, in words for users. SQLite's own words follow when they say more; they hold no values. */
export function meaning(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  const known = meanings.get(resultCode(error) ?? 0);
  return known ? `${known} (${words})` : words;
}

/** The failure that a write through a broken disk ends in. */
export function writeFailure(path: string, error: unknown): StoreFailure {
  const what = `the store cannot write to ${path}: ${meaning(error)}`;
  return new StoreFailure(
    'Unavailable',
    `${what}; nothing was changed, reads go on, writes are tried again by themselves`,
    {
      cause: error,
    },
  );
}
