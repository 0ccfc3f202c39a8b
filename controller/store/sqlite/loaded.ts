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

/** What is known of an object by its newest row. Neither object nor suspicion: it was deleted. */
interface Newest {
  readonly ref: Ref;
  readonly revision: number;
  readonly object?: ApiObject;
  readonly suspicion?: string;
}

/**
 * Reads all rows and checks their hashes. Newest first, so that only the rows that count are parsed and no text is kept:
 * the other way round the start of a store with a long history needs several times the memory.
 */
export function loaded(database: DatabaseSync): Loaded {
  const newest = new Map<string, Newest>();
  const paths = new Map<number, string>();
  let newestRevision = 0;
  const damaged: Pick<Row, 'revision' | 'supersedes'>[] = [];
  for (const record of database.prepare('SELECT * FROM versions ORDER BY revision DESC').iterate()) {
    const row = rowIn(record);
    const path = keyOf(refIn(row));
    const intact = isIntact(row);
    newestRevision ||= row.revision;
    paths.set(row.revision, path);
    if (!intact) damaged.push({ revision: row.revision, supersedes: row.supersedes });
    if (!newest.has(path)) newest.set(path, found(row, intact));
  }
  // Which object a damaged row belongs to is uncertain too: the row it supersedes must not come back to life.
  for (const { supersedes, revision } of damaged) {
    const path = supersedes === null ? undefined : paths.get(supersedes);
    const held = path === undefined ? undefined : newest.get(path);
    if (path === undefined || !held || held.revision !== supersedes) continue;
    newest.set(path, { ...held, suspicion: `damaged row ${revision} says that it supersedes it` });
  }
  const counters = meta(database).read();
  return {
    version: Math.max(counters?.version ?? 0, newestRevision),
    floor: counters?.floor ?? 0,
    sound: counters !== undefined && damaged.length === 0,
    ...sorted(newest.values(), paths.keys()),
  };
}

function found(row: Row, intact: boolean): Newest {
  const { revision, type } = row;
  const ref = refIn(row);
  if (!intact) return { ref, revision, suspicion: 'its hash does not match' };
  return type === 'DELETED' ? { ref, revision } : { ref, revision, object: objectIn(row) };
}

function sorted(all: Iterable<Newest>, revisions: Iterable<number>): Pick<Loaded, 'objects' | 'quarantined' | 'past'> {
  const objects: ApiObject[] = [];
  const quarantined: Quarantined[] = [];
  const past = new Set(revisions);
  for (const { ref, revision, object, suspicion } of all) {
    if (suspicion) quarantined.push({ ref, resourceVersion: String(revision), reason: suspicion });
    else if (object) objects.push(object);
    if (suspicion || object) past.delete(revision);
  }
  return { objects, quarantined, past: [...past] };
}
