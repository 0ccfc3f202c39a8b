import type { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../contract.ts';
import { meta } from './meta.ts';

/** Says in the file itself whose database it is: "bwrt" in ASCII. */
const applicationId = 0x62_77_72_74;

/** One step per schema version; a file with fewer steps than these is brought up to date when it is opened. */
const steps: readonly string[] = [
  `CREATE TABLE versions (
     revision INTEGER PRIMARY KEY,
     type TEXT NOT NULL,
     kind TEXT NOT NULL,
     namespace TEXT NOT NULL,
     name TEXT NOT NULL,
     supersedes INTEGER,
     body TEXT NOT NULL,
     sha256 TEXT NOT NULL
   ) STRICT;
   CREATE TABLE meta (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     version INTEGER NOT NULL,
     floor INTEGER NOT NULL,
     sha256 TEXT NOT NULL
   ) STRICT;
   CREATE TABLE scratch (filler BLOB NOT NULL) STRICT;`,
];

/** The schema version that this program writes. */
const schemaVersion = steps.length;

/** Single number that a pragma answers. */
export function pragmaNumber(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/**
 * Brings a database to the present schema in one transaction, an empty one starting at `firstVersion`. Refuses files of
 * other programs and of newer versions. Answers whether the database was empty.
 */
export function migrate(database: DatabaseSync, path: string, firstVersion: number): boolean {
  const owner = pragmaNumber(database, 'application_id');
  const present = pragmaNumber(database, 'user_version');
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  const empty = owner === 0 && tables === 0;
  if (!empty && owner !== applicationId) {
    throw new StoreFailure('Unavailable', `${path} is a database of another program; choose another data directory`);
  }
  if (present > schemaVersion) {
    const versions = `it has schema version ${present}, this program knows up to ${schemaVersion}`;
    throw new StoreFailure('Unavailable', `${path} was written by a newer version: ${versions}; run that version`);
  }
  if (present === schemaVersion) return false;
  database.exec('BEGIN IMMEDIATE');
  for (const step of steps.slice(present)) database.exec(step);
  if (empty) meta(database).write({ version: firstVersion, floor: firstVersion });
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT`);
  return empty;
}
