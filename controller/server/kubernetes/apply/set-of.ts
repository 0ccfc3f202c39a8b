import type { Json } from '../../../model/json.ts';
import { anything, itemsOf, type Schema } from '../schema/schema.ts';
import { memberSchema, type Part, partsOf } from './composition.ts';
import { type FieldSet, node, ownedLeaf } from './field-set.ts';
import { memberNameOf, type PathElement } from './path-element.ts';

/**
 * The paths that somebody owns who says exactly this value: every whole, every list item and map entry itself, and
 * every null, `{}` and `[]`. Named fields are not owned beside what is in them.
 */
export function setOf(schema: Schema, value: Json): FieldSet {
  return node(false, partSets(partsOf(schema, value)));
}

/** The same set, in which every named field that has owned fields below it is owned too. */
export function withNamedFields(schema: Schema, set: FieldSet): FieldSet {
  if (set.children.size === 0) return set;
  const children = [...set.children].map(([element, child]) => {
    const name = memberNameOf(element);
    const below =
      name === undefined ? { schema: itemsOf(schema) ?? anything, named: false } : memberSchema(schema, name);
    const filled = withNamedFields(below.schema, child);
    return [element, below.named && !filled.self ? node(true, filled.children) : filled] as const;
  });
  return node(set.self, children);
}

function partSets(parts: readonly Part[]): ReadonlyMap<PathElement, FieldSet> {
  const sets = new Map<PathElement, FieldSet>();
  for (const part of parts) {
    // Of items that repeat an element nothing inside can be told apart.
    sets.set(part.element, sets.has(part.element) ? ownedLeaf : partSet(part));
  }
  return sets;
}

function partSet({ named, schema, value }: Part): FieldSet {
  const parts = partsOf(schema, value);
  return parts.length === 0 ? ownedLeaf : node(!named, partSets(parts));
}
