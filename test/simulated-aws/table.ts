import type { Agenda } from './agenda.ts';

/** How far a reader can see: changes up to a number and up to an instant. */
export interface View {
  readonly change: number;
  readonly at: number;
}

/** The view that misses nothing. */
export const latest: View = { change: Number.POSITIVE_INFINITY, at: Number.POSITIVE_INFINITY };

interface Version<Row> extends View {
  readonly row: Row | undefined;
}

/** Counts the changes of all tables together. */
export class Changes {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  next(): number {
    this.#count += 1;
    return this.#count;
  }
}

const versionsKept = 64;

/** Rows by key with their past, so that reads can be answered as a replica that lags behind would answer them. */
export class Table<Row extends object> {
  readonly #agenda: Agenda;
  readonly #changes: Changes;
  readonly #versions = new Map<string, Version<Row>[]>();

  constructor(agenda: Agenda, changes: Changes) {
    this.#agenda = agenda;
    this.#changes = changes;
  }

  /** The row as it stands, or stood in a view. Rows are frozen: change them with `edit`. */
  get(key: string, view: View = latest): Row | undefined {
    this.#agenda.settle();
    return visible(this.#versions.get(key), view);
  }

  /** All rows in the order in which their keys were first seen. */
  values(view: View = latest): readonly Row[] {
    this.#agenda.settle();
    return [...this.#versions.values()].flatMap(versions => visible(versions, view) ?? []);
  }

  /** How many rows there are. */
  get size(): number {
    return this.values().length;
  }

  /** Puts a row in place, whatever stood there. */
  set(key: string, row: Row): void {
    this.#agenda.settle();
    this.#add(key, frozen(row));
  }

  /** Changes a row behind everybody's back; a key without a row is the test's mistake. */
  edit(key: string, change: Partial<Row> | ((row: Row) => Row)): Row {
    const row = this.get(key);
    if (row === undefined) throw new Error(`no row ${key}; there are: ${[...this.#versions.keys()].join(', ')}`);
    const next = typeof change === 'function' ? change(row) : { ...row, ...change };
    this.#add(key, frozen(next));
    return next;
  }

  /** Takes a row away; harmless when there is none. */
  delete(key: string): void {
    if (this.get(key) !== undefined) this.#add(key, undefined);
  }

  #add(key: string, row: Row | undefined): void {
    const versions = this.#versions.get(key) ?? [];
    versions.push({ row, change: this.#changes.next(), at: this.#agenda.now() });
    if (versions.length > versionsKept) versions.shift();
    this.#versions.set(key, versions);
  }
}

function visible<Row>(versions: readonly Version<Row>[] | undefined, view: View): Row | undefined {
  return versions?.findLast(version => version.change <= view.change && version.at <= view.at)?.row;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
