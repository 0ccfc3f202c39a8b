import type { DatabaseSync } from 'node:sqlite';
import { type ApiObject, keyOf, refOf } from '../../model/object.ts';
import { StoreFailure } from '../contract.ts';
import type { StoreLog } from '../embedded-store.ts';
import { type Contents, type Entry, type Journal, type Size, versionOf } from '../journal.ts';
import type { Change } from '../lifecycle.ts';
import type { DataDirectory } from './data-directory.ts';
import { checkpoint, type OpenDatabase } from './database.ts';
import { loaded, type Quarantined } from './loaded.ts';
import { type Meta, meta } from './meta.ts';
import { isIntact, objectIn, type Row, rowHash, rowIn } from './row.ts';
import { pragmaNumber } from './schema.ts';
import { writeFailure } from './sqlite-error.ts';

/** Versions that were acknowledged once and are not in the database any more. */
export interface Lost {
  readonly expected: number;
  readonly found: number;
}

const pagesFreedAtOnce = 4096;
const largestObjectBytes = 256 * 1024;

/**
 * A journal in an SQLite database: one row per version of each object. The newest row of an object is its present state,
 * the row that it supersedes is its previous one, and forgetting history deletes rows that are neither.
 */
export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #created: boolean;
  readonly #directory: DataDirectory;
  readonly #log: StoreLog | undefined;
  readonly #meta: Meta;
  readonly #quarantined = new Map<string, Quarantined>();
  readonly #statements: Statements;
  #version = 0;
  #floor = 0;
  #lost: Lost | undefined;

  constructor({ database, created }: OpenDatabase, directory: DataDirectory, log?: StoreLog) {
    this.#database = database;
    this.#created = created;
    this.#directory = directory;
    this.#log = log;
    this.#meta = meta(database);
    this.#statements = statements(database);
  }

  /** Objects that are left out because their rows are damaged, and that nobody has created again since. */
  get quarantined(): readonly Quarantined[] {
    return [...this.#quarantined.values()];
  }

  /** Set when the database is older than what was acknowledged: its log was lost, or an old copy was put in its place. */
  get lost(): Lost | undefined {
    return this.#lost;
  }

  load(): Contents {
    const { version, floor, sound, objects, quarantined, past } = loaded(this.#database);
    for (const item of quarantined) {
      this.#quarantined.set(keyOf(item.ref), item);
      this.#log?.error({ ...item.ref, reason: item.reason }, 'damaged object is left out');
    }
    const expected = this.#directory.expectedVersion();
    if (expected > version || (this.#created && expected > 0)) {
      this.#lost = { expected, found: this.#created ? 0 : version };
      this.#log?.error(this.#lost, 'store is older than what it acknowledged');
    }
    // Above every version that was ever handed out, so that nobody who holds one can take the new history for the old.
    this.#version = this.#lost ? Math.max(version, expected + 1) : version;
    this.#floor = floor;
    if (this.#lost || !sound) {
      this.#forgetAll(() => {
        for (const revision of past) this.#statements.remove.run(revision);
      });
    }
    this.#directory.rememberVersion(this.#version);
    return { version: this.#version, floor: this.#floor, objects };
  }

  commit(entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    const version = versionOf(last.change);
    this.#transaction(() => {
      for (const entry of entries) this.#insert(this.#row(entry));
      this.#saveCounters(version, this.#floor);
    });
    this.#version = version;
    this.#directory.rememberVersion(version);
    if (this.#quarantined.size === 0) return;
    for (const { change } of entries) this.#quarantined.delete(keyOf(refOf(change.object)));
  }

  changes(after: number, limit: number): readonly Change[] {
    return this.rows(after, limit).map(row => this.#change(row));
  }

  /** Rows after a revision, oldest first, as they are on disk. */
  rows(after: number, limit: number): readonly Row[] {
    return this.#statements.page.all(after, limit).map(rowIn);
  }

  forget(floor: number): void {
    this.#transaction(() => {
      this.#forgetTo(floor);
      this.#saveCounters(this.#version, floor);
    });
    this.#floor = floor;
  }

  /** As much as the largest object: on a disk that is all but full a few bytes would still fit. */
  probe(): void {
    this.#transaction(() => this.#statements.fill.run(largestObjectBytes));
    this.#transaction(() => this.#statements.empty.run());
  }

  /** Writes the present row of an object anew. This forgets the history. */
  rewrite(object: ApiObject): void {
    const { kind, namespace, name } = refOf(object);
    const row = this.#row({ change: { type: 'ADDED', object }, text: JSON.stringify(object) });
    this.#forgetAll(() => {
      this.#statements.removeObject.run(kind, namespace, name);
      this.#statements.remove.run(row.revision);
      this.#forgetTo(this.#version);
      this.#insert(row);
    });
  }

  /** Removes a row that no object needs. This forgets the history. */
  remove(revision: number): void {
    this.#forgetAll(() => {
      this.#statements.remove.run(revision);
      this.#forgetTo(this.#version);
    });
  }

  tidy(): Size {
    const database = this.#database;
    try {
      // Free pages are used again by later writes; only a file with many of them is worth shrinking.
      const spare = pragmaNumber(database, 'freelist_count') > pragmaNumber(database, 'page_count') / 4;
      if (spare) database.exec(`PRAGMA incremental_vacuum(${pagesFreedAtOnce})`);
      checkpoint(database, this.#log);
      const databaseBytes = pragmaNumber(database, 'page_count') * pragmaNumber(database, 'page_size');
      return { databaseBytes, logBytes: this.#directory.logBytes() };
    } catch (error) {
      throw writeFailure(this.#directory.database, error);
    }
  }

  close(): void {
    this.#directory.unclaim();
    this.#database.close();
  }

  #transaction(write: () => void): void {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      write();
      this.#database.exec('COMMIT');
    } catch (error) {
      throw writeFailure(this.#directory.database, this.#rolledBack() ?? error);
    }
  }

  /** Ends the transaction, unless SQLite has done so itself, as it does on a full disk. Answers why that failed. */
  #rolledBack(): unknown {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #forgetTo(floor: number): void {
    this.#statements.forget.run({ ':from': this.#floor, ':to': floor });
  }

  #forgetAll(write: () => void): void {
    this.#transaction(() => {
      write();
      this.#saveCounters(this.#version, this.#version);
    });
    this.#floor = this.#version;
  }

  #saveCounters(version: number, floor: number): void {
    this.#meta.write({ version, floor });
  }

  #row({ change, text }: Entry): Row {
    const { kind, namespace, name } = refOf(change.object);
    const previous = change.type === 'ADDED' ? this.#quarantined.get(keyOf({ kind, namespace, name })) : undefined;
    const supersedes = change.type === 'ADDED' ? previous?.resourceVersion : change.previous.metadata.resourceVersion;
    const row = {
      revision: versionOf(change),
      type: change.type,
      kind,
      namespace,
      name,
      supersedes: supersedes === undefined ? null : Number(supersedes),
      body: text,
    };
    return { ...row, sha256: rowHash(row) };
  }

  #insert({ revision, type, kind, namespace, name, supersedes, body, sha256 }: Row): void {
    this.#statements.insert.run(revision, type, kind, namespace, name, supersedes, body, sha256);
  }

  #change(row: Row): Change {
    const object = objectIn(this.#sound(row));
    if (row.type === 'ADDED') return { type: row.type, object };
    const previous = this.#statements.one.get(row.supersedes);
    return { type: row.type, object, previous: objectIn(this.#sound(previous && rowIn(previous))) };
  }

  #sound(row: Row | undefined): Row {
    if (row && isIntact(row)) return row;
    this.#log?.error({ revision: row?.revision }, 'history of the store is damaged');
    throw new StoreFailure('Expired', 'the kept changes are damaged; list again and watch from there');
  }
}

type Statements = ReturnType<typeof statements>;

function statements(database: DatabaseSync) {
  return {
    insert: database.prepare('INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    one: database.prepare('SELECT * FROM versions WHERE revision = ?'),
    page: database.prepare('SELECT * FROM versions WHERE revision > ? ORDER BY revision LIMIT ?'),
    forget: database.prepare(
      `DELETE FROM versions
       WHERE (type = 'DELETED' AND revision > :from AND revision <= :to)
          OR revision IN (
            SELECT earlier.revision FROM versions AS later JOIN versions AS earlier
              ON earlier.revision = later.supersedes
             AND earlier.kind = later.kind AND earlier.namespace = later.namespace AND earlier.name = later.name
             WHERE later.revision > :from AND later.revision <= :to)`,
    ),
    fill: database.prepare('INSERT INTO scratch VALUES (zeroblob(?))'),
    empty: database.prepare('DELETE FROM scratch'),
    remove: database.prepare('DELETE FROM versions WHERE revision = ?'),
    removeObject: database.prepare('DELETE FROM versions WHERE kind = ? AND namespace = ? AND name = ?'),
  };
}
