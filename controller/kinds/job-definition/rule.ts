import { isObject } from '../../model/json.ts';
import { valueAt } from '../../model/path.ts';
import { repeated } from '../repeated.ts';
import type { Path } from './places.ts';

export type Members = Readonly<Record<string, unknown>>;

/** Notes a problem: where, from the root of the spec, and what AWS would refuse and the way out. */
export type Add = (path: Path, message: string) => void;

/** One thing that AWS refuses. */
export interface Rule<Scope> {
  /** A list whose items are judged one by one; left out, the whole is judged. */
  readonly each?: string;
  /** The member that is at fault, as a dotted path. */
  readonly at: string;
  readonly refuses: (item: Members, scope: Scope) => boolean;
  readonly message: string | ((item: Members, scope: Scope) => string);
}

/** Judges a value by rules. */
export function judge<Scope>(rules: readonly Rule<Scope>[], value: unknown, scope: Scope, path: Path, add: Add): void {
  for (const { each, at, refuses, message } of rules) {
    for (const [place, item] of each === undefined ? [[[], value] as const] : items(value, each)) {
      if (!isObject(item) || !refuses(item, scope)) continue;
      const text = typeof message === 'string' ? message : message(item, scope);
      add([...path, ...place, ...(at === '' ? [] : at.split('.'))], text);
    }
  }
}

function items(value: unknown, list: string): readonly (readonly [Path, unknown])[] {
  return listAt(value, list).map((item, index) => [[...list.split('.'), index], item] as const);
}

/** The list at a dotted path, empty where there is none. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list : [];
}

/** True where something is said at a dotted path; an empty list says nothing. */
export function given(path: string): (item: Members) => boolean {
  return item => {
    const value = valueAt(item, path);
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  };
}

/** Rules that refuse members as such. */
export function refused<Scope>(members: readonly string[], message: string): readonly Rule<Scope>[] {
  return members.map(at => ({ at, refuses: given(at), message }));
}

/** Notes every item of a list whose key an earlier item has. */
export function unique(value: unknown, list: string, key: (item: unknown) => unknown, path: Path, add: Add): void {
  for (const { index, first, value: found } of repeated(listAt(value, list), key))
    add([...path, ...list.split('.'), index], `${String(found)} stands in entry ${first} already`);
}
