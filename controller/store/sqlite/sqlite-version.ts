import { StoreFailure } from '../contract.ts';

/** 3.7.0 to 3.51.2 can damage a database when a write and a checkpoint meet. https://www.sqlite.org/wal.html */
const oldest: readonly number[] = [3, 51, 3];

/** Throws when a SQLite version, such as `3.53.4`, is not safe to write with. */
export function requireSafeSqlite(version: string): void {
  const parts = version.split('.').map(Number);
  const differing = oldest.findIndex((wanted, position) => parts[position] !== wanted);
  if (differing === -1 || (parts[differing] ?? 0) > (oldest[differing] ?? 0)) return;
  const need = `SQLite ${oldest.join('.')} or newer is needed, because older ones can damage the database`;
  throw new StoreFailure('Unavailable', `this Node.js carries SQLite ${version}; ${need}; use a newer Node.js 24`);
}
