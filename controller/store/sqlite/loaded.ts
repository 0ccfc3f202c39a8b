import type { DatabaseSync } from 'node:sqlite';
import { type ApiObject, keyOf, type Ref } from '../../model/object.ts';
import { meta } from './meta.ts';
import { isIntact, objectIn, type Row, refIn, rowIn } from './row.ts';

/** An object that was left out because its row is damaged. It can be created again. */
export interface Quarantined {
  readonly ref: Ref;
  readonly resourceVersion: string;
  readonly reason: string;
}

/** What a database holds. History is `sound` when every change after the floor can be read again. */
export interface Loaded {
  readonly version: number;
  readonly floor: number;
  readonly sound: boolean;
  readonly objects: readonly ApiObject[];
  readonly quarantined: readonly Quarantined[];
  /** Revisions of rows that are only there for the history. */
  readonly past: readonly number[];
}

interface Latest {
  readonly row: Row;
  readonly suspicion?: string;
}

/** Reads all rows, checks their hashes, and keeps the newest of each object. */
export function loaded(database: DatabaseSync): Loaded {
  const latest = new Map<string, Latest>();
  const paths = new Map<number, string>();
  const damagedRows: Row[] = [];
  let version = 0;
  for (const record of database.prepare('SELECT * FROM versions ORDER BY revision').iterate()) {
    const row = rowIn(record);
    const path = keyOf(refIn(row));
    const intact = isIntact(row);
    version = row.revision;
    paths.set(row.revision, path);
    latest.set(path, intact ? { row } : { row, suspicion: 'its hash does not match' });
    if (!intact) damagedRows.push(row);
  }
  // Which object a damaged row belongs to is uncertain too: the row it supersedes must not come back to life.
  for (const { supersedes, revision } of damagedRows) {
    const path = supersedes === null ? undefined : paths.get(supersedes);
    const held = path === undefined ? undefined : latest.get(path);
    if (path === undefined || !held || held.row.revision !== supersedes) continue;
    latest.set(path, { ...held, suspicion: `damaged row ${revision} says that it supersedes it` });
  }
  const counters = meta(database).read();
  return {
    version: Math.max(version, counters?.version ?? 0),
    floor: counters?.floor ?? 0,
    sound: counters !== undefined && damagedRows.length === 0,
    ...sorted([...latest.values()], paths.keys()),
  };
}

function sorted(all: readonly Latest[], revisions: Iterable<number>): Pick<Loaded, 'objects' | 'quarantined' | 'past'> {
  const objects: ApiObject[] = [];
  const quarantined: Quarantined[] = [];
  const past = new Set(revisions);
  for (const { row, suspicion } of all) {
    if (suspicion) {
      quarantined.push({ ref: refIn(row), resourceVersion: String(row.revision), reason: suspicion });
    } else if (row.type !== 'DELETED') {
      objects.push(objectIn(row));
    } else continue;
    past.delete(row.revision);
  }
  return { objects, quarantined, past: [...past] };
}
