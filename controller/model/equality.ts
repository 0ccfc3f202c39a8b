import { canonical, isObject } from './json.ts';

/**
 * How two sides of a field compare. `exact`: equal JSON. `set`: equal lists whatever the order. `subset`: every member
 * that is wanted is there, at any depth. `tags`: equal maps of the tags that are ours. A function decides for itself.
 */
export type Equality = 'exact' | 'set' | 'subset' | ((want: unknown, have: unknown) => boolean);

/** True when `have` is as wanted. Empty lists and objects equal absence: AWS answers `[]` and `{}` for what was left out. */
export function equals(equality: Equality, want: unknown, have: unknown): boolean {
  if (typeof equality === 'function') return equality(want, have);
  const wanted = emptied(want);
  const had = emptied(have);
  if (equality === 'set') return canonical(sorted(wanted)) === canonical(sorted(had));
  if (equality === 'subset') return contains(wanted, had);
  return canonical(wanted) === canonical(had);
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (isObject(value)) return Object.values(value).every(member => member === undefined) ? undefined : value;
  return value ?? undefined;
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map(item => canonical(item)).sort() : value;
}

function contains(want: unknown, have: unknown): boolean {
  if (isObject(want)) {
    if (!isObject(have)) return Object.values(want).every(member => emptied(member) === undefined);
    return Object.entries(want).every(([key, member]) => contains(emptied(member), emptied(have[key])));
  }
  if (Array.isArray(want)) {
    if (!Array.isArray(have) || have.length !== want.length) return false;
    return want.every((item, index) => contains(item, have[index]));
  }
  return want === undefined || canonical(want) === canonical(have);
}
