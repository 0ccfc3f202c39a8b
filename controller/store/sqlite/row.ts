import { hash } from 'node:crypto';
import type { SQLOutputValue } from 'node:sqlite';
import type { ApiObject, Ref } from '../../model/object.ts';
import { frozen } from '../frozen.ts';
import type { Change } from '../lifecycle.ts';

/** One version of one object as a row. A row without `supersedes` began a life; a `DELETED` row ended one. */
export interface Row {
  readonly revision: number;
  readonly type: Change['type'];
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The revision of the row that this one takes the place of. */
  readonly supersedes: number | null;
  readonly body: string;
  /** Over all other columns: SQLite does not notice a flipped bit inside a value. */
  readonly sha256: string;
}

/** The hash that belongs to a row. */
export function rowHash({ revision, type, kind, namespace, name, supersedes, body }: Omit<Row, 'sha256'>): string {
  return hash('sha256', `${JSON.stringify([revision, type, kind, namespace, name, supersedes])}${body}`);
}

/** True when a row is what was written. */
export function isIntact(row: Row): boolean {
  return rowHash(row) === row.sha256;
}

/** The object that an intact row holds, frozen. */
export function objectIn(row: Row): ApiObject {
  return frozen(JSON.parse(row.body));
}

/** The object that a row is a version of. */
export function refIn({ kind, namespace, name }: Row): Ref {
  return { kind, namespace, name };
}

/** A record of the table as a row. */
export function rowIn(record: Record<string, SQLOutputValue>): Row {
  return record as unknown as Row; // STRICT tables guarantee the column types, the hash that `type` is one of ours.
}
