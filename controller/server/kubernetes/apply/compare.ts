import { type Json, sameJson } from '../../../model/json.ts';
import { anything, type Schema } from '../schema/schema.ts';
import { type Composition, compositionOf, type Part, partsOf } from './composition.ts';
import { emptySet, type FieldSet, isEmpty, node, ownedLeaf, union } from './field-set.ts';
import type { PathElement } from './path-element.ts';

/** What differs between two states of an object, as paths. */
export interface Changes {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/**
 * The paths that are in `after` only, that differ, and that are in `before` only. Wholes differ when their JSON does;
 * the order of items in lists of type `set` and `map` does not count. A struct, map or item that is on one side only is
 * itself among the paths, beside what is in it.
 */
export function changes(schema: Schema, before: Json, after: Json): Changes {
  return compared(schema, before, after);
}

/** True when nothing differs. */
export function unchanged({ added, modified, removed }: Changes): boolean {
  return isEmpty(added) && isEmpty(modified) && isEmpty(removed);
}

/** The paths whose values `after` brought: what the author of the change owns. */
export function written({ added, modified }: Changes): FieldSet {
  return union(added, modified);
}

const none: Changes = { added: emptySet, modified: emptySet, removed: emptySet };

function compared(schema: Schema, before: Json | undefined, after: Json | undefined): Changes {
  if (before === after) return none;
  const composes = compositionsOf(schema, before, after);
  if (composes.size > 1) return replaced(schema, before, after);
  if (composes.has('leaf') || isHollow(before, after)) return comparedAsWhole(before, after);
  const sides = grouped(partsOf(schema, before), partsOf(schema, after));
  const children = [...sides].map(([element, side]) => [element, comparedSide(side)] as const);
  const part = (name: keyof Changes, self: boolean): FieldSet =>
    node(
      self,
      children.map(([element, child]) => [element, child[name]] as const),
    );
  return {
    added: part('added', before === undefined),
    modified: part('modified', false),
    removed: part('removed', after === undefined),
  };
}

// Null says nothing about composition: it is like nothing inside.
function compositionsOf(schema: Schema, ...sides: readonly (Json | undefined)[]): ReadonlySet<Composition> {
  const values = sides.filter(value => value !== undefined && value !== null);
  return new Set(values.map(value => compositionOf(schema, value)));
}

// Compared part by part, null, {} and absence could not be told apart.
function isHollow(...sides: readonly (Json | undefined)[]): boolean {
  return sides.every(value => Object.keys(value ?? {}).length === 0);
}

/** A value gave way to one of another composition: nothing inside either is on the other side. */
function replaced(schema: Schema, before: Json | undefined, after: Json | undefined): Changes {
  return {
    added: node(false, compared(schema, undefined, after).added.children),
    modified: ownedLeaf,
    removed: node(false, compared(schema, before, undefined).removed.children),
  };
}

function comparedAsWhole(before: Json | undefined, after: Json | undefined): Changes {
  if (before === undefined) return { ...none, added: ownedLeaf };
  if (after === undefined) return { ...none, removed: ownedLeaf };
  return sameJson(before, after) ? none : { ...none, modified: ownedLeaf };
}

interface Side {
  readonly schema: Schema;
  readonly before: Json[];
  readonly after: Json[];
}

function grouped(before: readonly Part[], after: readonly Part[]): ReadonlyMap<PathElement, Side> {
  const sides = new Map<PathElement, Side>();
  const sideOf = ({ element, schema }: Part): Side => {
    const side = sides.get(element) ?? { schema, before: [], after: [] };
    sides.set(element, side);
    return side;
  };
  for (const part of before) sideOf(part).before.push(part.value);
  for (const part of after) sideOf(part).after.push(part.value);
  return sides;
}

function comparedSide({ after, before, schema }: Side): Changes {
  if (before.length <= 1 && after.length <= 1) return compared(schema, before[0], after[0]);
  // Items that repeat an element are compared together, without looking inside.
  return compared(
    { ...anything, type: 'array' },
    before.length > 0 ? before : undefined,
    after.length > 0 ? after : undefined,
  );
}
