import { writeFileSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';
import type { ApiObject } from '../../model/object.ts';
import { StoreFailure } from '../contract.ts';
import { EmbeddedStore, type StoreParts } from '../embedded-store.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Quarantined } from './loaded.ts';
import { isIntact, type Row } from './row.ts';
import { meaning } from './sqlite-error.ts';
import type { Lost, SqliteJournal } from './sqlite-journal.ts';

const rowsPerTurn = 200;

/** What `scrub` found: rows read, and how many damaged ones it repaired from memory, removed as history, or left. */
export interface Scrubbed {
  readonly rows: number;
  readonly repaired: number;
  readonly removed: number;
  readonly left: number;
}

/** The parts that only a store on disk has. */
export interface SqliteParts {
  readonly journal: SqliteJournal;
  readonly database: DatabaseSync;
  readonly directory: DataDirectory;
  readonly created: boolean;
}

/** The embedded store on disk, with what its owner does besides reading and writing. */
export class SqliteStore extends EmbeddedStore {
  /** There was no store in the directory: what AWS holds is not known here, so nothing may be deleted for being unknown. */
  readonly created: boolean;
  readonly #journal: SqliteJournal;
  readonly #database: DatabaseSync;
  readonly #directory: DataDirectory;

  constructor({ journal, database, directory, created }: SqliteParts, parts: Omit<StoreParts, 'journal'>) {
    super({ ...parts, journal });
    this.created = created;
    this.#journal = journal;
    this.#database = database;
    this.#directory = directory;
  }

  /** Set when the store is older than what it acknowledged once: treat it like `created`. */
  get lost(): Lost | undefined {
    return this.#journal.lost;
  }

  /** Objects that were left out because their rows are damaged and that nobody has created again since. */
  quarantined(): readonly Quarantined[] {
    return this.#journal.quarantined;
  }

  /** Writes a consistent copy to a new file while writes go on. Rejects with `Unavailable`; the copy is then worthless. */
  async backup(path: string): Promise<void> {
    try {
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
      await backup(this.#database, path);
    } catch (cause) {
      throw new StoreFailure('Unavailable', `the backup to ${path} failed: ${meaning(cause)}`, { cause });
    }
  }

  /**
   * Reads every row and compares it with its hash: the disk may lose bits that SQLite does not miss. To be called about
   * once a day. Rejects with `Unavailable` when the database cannot be read or repaired.
   */
  async scrub(): Promise<Scrubbed> {
    const scrubbed = { rows: 0, repaired: 0, removed: 0, left: 0 };
    try {
      let after = 0;
      for (
        let rows = this.#journal.rows(after, rowsPerTurn);
        rows.length > 0;
        rows = this.#journal.rows(after, rowsPerTurn)
      ) {
        for (const row of rows) if (!isIntact(row)) scrubbed[this.#mend(row)] += 1;
        scrubbed.rows += rows.length;
        after = rows.at(-1)?.revision ?? after;
        await this.pause();
      }
    } catch (cause) {
      throw new StoreFailure('Unavailable', `the store cannot be checked: ${meaning(cause)}`, { cause });
    }
    return scrubbed;
  }

  /** Gives back the space kept for an orderly stop. To be called before the last writes when `fault` is set. */
  releaseReserve(): void {
    this.#directory.releaseReserve();
  }

  override async close(): Promise<void> {
    if (this.fault) this.releaseReserve();
    await super.close();
  }

  #mend({ revision }: Row): 'repaired' | 'removed' | 'left' {
    if (this.#journal.quarantined.some(({ resourceVersion }) => resourceVersion === String(revision))) return 'left';
    // By version, because the columns that name the object may be the damaged ones.
    const object: ApiObject | undefined = this.objectAt(revision);
    if (object) this.#journal.rewrite(object);
    else this.#journal.remove(revision);
    this.forget(this.version);
    return object ? 'repaired' : 'removed';
  }
}
