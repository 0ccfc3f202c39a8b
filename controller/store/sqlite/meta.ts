import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/** The counters of a store. */
interface Counters {
  readonly version: number;
  readonly floor: number;
}

/** The one row that holds the counters; `read` answers undefined when it is missing or damaged. */
export interface Meta {
  read(): Counters | undefined;
  write(counters: Counters): void;
}

/** Access to the counters of a database. */
export function meta(database: DatabaseSync): Meta {
  const select = database.prepare('SELECT version, floor, sha256 FROM meta WHERE id = 1');
  const replace = database.prepare('INSERT OR REPLACE INTO meta (id, version, floor, sha256) VALUES (1, ?, ?, ?)');
  return {
    read() {
      const row = select.get();
      if (!row) return undefined;
      const counters = { version: Number(row['version']), floor: Number(row['floor']) };
      return counterHash(counters) === row['sha256'] ? counters : undefined;
    },
    write(counters) {
      replace.run(counters.version, counters.floor, counterHash(counters));
    },
  };
}

function counterHash({ version, floor }: Counters): string {
  return hash('sha256', `${version} ${floor}`);
}
