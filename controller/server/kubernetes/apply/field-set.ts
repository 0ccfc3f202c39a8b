import { isObject, type JsonObject } from '../../../model/json.ts';
import { type PathElement, parsedElement } from './path-element.ts';

/**
 * A set of paths into an object, as a tree. `self`: the path that leads to this node is a member of the set. Immutable;
 * no node is without `self` and children, except the root of an empty set.
 */
export interface FieldSet {
  readonly self: boolean;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

/** The set without members. */
export const emptySet: FieldSet = { self: false, children: new Map() };
/** A node whose own path is the only member at or below it. */
export const ownedLeaf: FieldSet = { self: true, children: new Map() };

/** True when the set has no members. */
export function isEmpty(set: FieldSet): boolean {
  return !set.self && set.children.size === 0;
}

/** A node from its parts. Children without members are left out. */
export function node(self: boolean, children: Iterable<readonly [PathElement, FieldSet]>): FieldSet {
  const kept = new Map([...children].filter(([, child]) => !isEmpty(child)));
  if (kept.size > 0) return { self, children: kept };
  return self ? ownedLeaf : emptySet;
}

/** The set of the given paths. */
export function setFrom(...paths: readonly (readonly PathElement[])[]): FieldSet {
  return paths.reduce<FieldSet>((set, path) => union(set, chain(path)), emptySet);
}

function chain(path: readonly PathElement[]): FieldSet {
  return path.reduceRight<FieldSet>(
    (below, element) => ({ self: false, children: new Map([[element, below]]) }),
    ownedLeaf,
  );
}

/** The paths that are in `a` or in `b`. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || a === b) return b;
  if (isEmpty(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const mine = children.get(element);
    children.set(element, mine === undefined ? child : union(mine, child));
  }
  return { self: a.self || b.self, children };
}

/** The paths that are in `a` and not in `b`. What lies below a path of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || isEmpty(b)) return a;
  const children = [...a.children].map(([element, child]) => {
    const other = b.children.get(element);
    return [element, other === undefined ? child : difference(child, other)] as const;
  });
  return node(a.self && !b.self, children);
}

/** The paths that are in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = [...a.children].map(([element, child]) => {
    const other = b.children.get(element);
    return [element, other === undefined ? emptySet : intersection(child, other)] as const;
  });
  return node(a.self && b.self, children);
}

/** True when both hold the same paths. */
export function sameSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.self !== b.self || a.children.size !== b.children.size) return false;
  return [...a.children].every(([element, child]) => {
    const other = b.children.get(element);
    return other !== undefined && sameSet(child, other);
  });
}

/** Every path of the set, parents before children, members of one parent in the order of their texts. */
export function* pathsOf(set: FieldSet, prefix: readonly PathElement[] = []): Generator<readonly PathElement[]> {
  if (set.self) yield prefix;
  for (const [element, child] of sorted(set)) yield* pathsOf(child, [...prefix, element]);
}

/** The set as FieldsV1: `{}` is a member without others below, `"."` in a node with children says that it is one too. */
export function fieldsV1Of(set: FieldSet): JsonObject {
  const children = sorted(set).map(([element, child]) => [element, fieldsV1Of(child)] as const);
  return set.self && children.length > 0 ? { '.': {}, ...Object.fromEntries(children) } : Object.fromEntries(children);
}

/** The set that a FieldsV1 describes; undefined when it is none. */
export function fieldSetFrom(fieldsV1: unknown): FieldSet | undefined {
  if (!isObject(fieldsV1)) return undefined;
  const entries = Object.entries(fieldsV1).filter(([key]) => key !== '.');
  const children = entries.map(([key, value]) => {
    const child = fieldSetFrom(value);
    return child === undefined ? undefined : ([parsedElement(key), isEmpty(child) ? ownedLeaf : child] as const);
  });
  const complete = children.filter(child => child !== undefined && child[0] !== undefined);
  if (complete.length < children.length) return undefined;
  // The cast is safe: children without an element were filtered out above.
  return node(Object.hasOwn(fieldsV1, '.'), complete as readonly (readonly [PathElement, FieldSet])[]);
}

function sorted(set: FieldSet): readonly (readonly [PathElement, FieldSet])[] {
  return [...set.children].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
