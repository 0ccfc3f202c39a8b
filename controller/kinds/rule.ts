import { isObject } from '../model/json.ts';
import { valueAt } from '../model/path.ts';
import { repeated } from './repeated.ts';

export type Path = readonly (string | number)[];
export type Members = Readonly<Record<string, unknown>>;

/** A path as people write it, with its leading dot. */
export function pathText(path: Path): string {
  return path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
}

/** Notes a problem: where, from the root of the spec, and what AWS would refuse and the way out. */
export type Add = (path: Path, message: string) => void;

/** One thing that AWS is known to refuse, and that can be known without asking it. */
export interface Rule<Scope, Item = Members> {
  /** A list whose items are judged one by one, as a dotted path; left out, the whole is judged. */
  readonly each?: string;
  /** The member that is at fault, as a dotted path. */
  readonly at: string;
  readonly refuses: (item: Item, scope: Scope, index: number) => boolean;
  readonly message: string | ((item: Item, scope: Scope) => string);
}

/** Rules whose items have types of their own, each as the schema has made sure of. */
export type Rules<Scope> = readonly Rule<Scope, never>[];

/** Judges a value by rules. */
export function judge<Scope>(rules: Rules<Scope>, value: unknown, scope: Scope, path: Path, add: Add): void {
  for (const { each, at, refuses, message } of rules as readonly Rule<Scope>[]) {
    for (const [index, [place, item]] of placed(value, each).entries()) {
      if (!isObject(item) || !refuses(item, scope, index)) continue;
      const text = typeof message === 'string' ? message : message(item, scope);
      add([...path, ...place, ...(at === '' ? [] : at.split('.'))], text);
    }
  }
}

function placed(value: unknown, list: string | undefined): readonly (readonly [Path, unknown])[] {
  if (list === undefined) return [[[], value]];
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

/** Notes every item of a list whose key an earlier item has; where the key is a member, it is the one at fault. */
export function unique(
  value: unknown,
  list: string,
  key: string | ((item: unknown) => unknown),
  path: Path,
  add: Add,
): void {
  const [of, at] = typeof key === 'string' ? [(item: unknown) => valueAt(item, key), [key]] : [key, []];
  for (const { index, first, value: found } of repeated(listAt(value, list), of))
    add([...path, ...list.split('.'), index, ...at], `${String(found)} stands in entry ${first} already`);
}
