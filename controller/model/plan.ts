import { Unknown, unknowns } from './declared.ts';
import { type Equality, equals } from './equality.ts';
import type { Reason } from './failure.ts';
import type { Repair } from './field.ts';
import { valueAt } from './path.ts';

/** One field that differs. Sensitive values are absent. */
export interface Change {
  readonly path: string;
  readonly want?: unknown;
  readonly have?: unknown;
  readonly sensitive?: true;
}

/** One operation, and the differences that it repairs. */
export interface Step {
  readonly op: string;
  readonly changes: readonly Change[];
  /** Doing it again and again is expected, at the pace that the resource sets: repetition is no sign of a fight. */
  readonly patient?: true;
}

/** How long to leave alone what AWS cannot take yet. Milliseconds. */
const laterMs = 30_000;

/** What should happen to one AWS resource. `apply` holds its steps in the order in which they must run. */
export type Plan =
  | { readonly action: 'none' }
  | { readonly action: 'apply'; readonly steps: readonly Step[] }
  | {
      readonly action: 'wait';
      readonly reason: Reason;
      readonly message: string;
      readonly afterMs?: number;
      /** What will be done once the wait is over, as far as it is known. */
      readonly steps?: readonly Step[];
    }
  | {
      readonly action: 'block';
      readonly reason: Reason;
      readonly message: string;
      readonly changes: readonly Change[];
    };

/** A row of any table, as the engine sees it. */
interface Row {
  readonly want: string;
  readonly have?: string;
  readonly repair: Repair<string> | ((want: never, observed: never) => Repair<string>);
  readonly equal?: Equality;
  readonly because?: string;
  readonly unset?: unknown;
  readonly sensitive?: true;
}
type Rows = readonly Row[];

/** The creation of a resource: every field that is wanted. */
export function creation(rows: Rows, want: unknown): Step {
  const changes = rows
    .map(row => change(row, wantedAt(want, row.want), undefined))
    .filter(({ want: value, sensitive }) => sensitive || value !== undefined);
  return { op: 'create', changes };
}

/**
 * What repairs the differences between a wanted and an observed value: steps in the order of `order`, blocked as a
 * whole when any difference is immutable, a wait when all that is left has to wait. Fields with unknown parts do not
 * differ yet.
 */
export function repairs(rows: Rows, order: readonly string[], want: unknown, observed: unknown): Plan {
  const found = rows.flatMap(row => difference(row, want, observed));
  const immutable = found.filter(({ repair }) => repair === 'immutable');
  if (immutable.length > 0) {
    const message = `${paths(immutable)} cannot be changed in place; ${reasons(immutable, 'restore the earlier value, or delete and create again')}`;
    return { action: 'block', reason: 'ImmutableField', message, changes: immutable.map(({ change: c }) => c) };
  }
  const steps = order
    .map(op => ({ op, changes: found.filter(({ repair }) => repair === op).map(({ change: c }) => c) }))
    .filter(({ changes }) => changes.length > 0);
  if (steps.length > 0) return { action: 'apply', steps };
  const later = found.filter(({ repair }) => repair === 'later');
  if (later.length === 0) return { action: 'none' };
  const message = `${paths(later)} cannot be changed yet; ${reasons(later, 'AWS is asked again soon')}`;
  return { action: 'wait', reason: 'InUse', message, afterMs: laterMs };
}

function paths(found: readonly Difference[]): string {
  return found.map(({ change: { path } }) => path).join(', ');
}

function reasons(found: readonly Difference[], otherwise: string): string {
  return [...new Set(found.map(({ because = otherwise }) => because))].join('; ');
}

interface Difference {
  readonly repair: Repair<string>;
  readonly change: Change;
  readonly because?: string;
}

function difference(row: Row, want: unknown, observed: unknown): readonly Difference[] {
  const wanted = wantedAt(want, row.want) ?? row.unset;
  if (wanted === undefined || unknowns(wanted).length > 0) return [];
  const had = valueAt(observed, row.have ?? row.want);
  if (equals(row.equal ?? 'exact', wanted, had)) return [];
  const repair = typeof row.repair === 'function' ? row.repair(want as never, observed as never) : row.repair;
  if (repair === 'ignored') return [];
  const because = row.because === undefined ? {} : { because: row.because };
  return [{ repair, change: change(row, wanted, had), ...because }];
}

/** The wanted value at a path; what lies below something unknown is unknown itself. */
function wantedAt(want: unknown, path: string): unknown {
  const steps = path.split('.');
  const unknown = steps
    .map((_, index) => valueAt(want, steps.slice(0, index + 1).join('.')))
    .find(value => value instanceof Unknown);
  return unknown ?? valueAt(want, path);
}

function change(row: Row, want: unknown, have: unknown): Change {
  const path = row.want;
  if (row.sensitive) return { path, sensitive: true };
  return { path, want: want instanceof Unknown ? want.toString() : want, have };
}
