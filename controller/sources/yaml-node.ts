import type { FieldPath, Position } from './yaml-problem.ts';

/** A scalar as it is written. `plain` is false for quoted and block scalars, which are always strings. */
export interface ScalarNode extends Position {
  readonly kind: 'scalar';
  readonly text: string;
  readonly plain: boolean;
}

/** A list of values. */
export interface SequenceNode extends Position {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}

/** A mapping; every key is a string and stands once. */
export interface MappingNode extends Position {
  readonly kind: 'mapping';
  readonly entries: readonly MappingEntry[];
}

/** One key with its value; the position is the key's. */
export interface MappingEntry extends Position {
  readonly key: string;
  readonly value: YamlNode;
}

/** Part of a document: structure and source text, not yet typed. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;

/** One document of a file. */
export interface YamlDocument {
  readonly file: string;
  readonly root: MappingNode;
}

/** The entry of a mapping under a key. */
export function entryOf(node: MappingNode, key: string): MappingEntry | undefined {
  return node.entries.find(entry => entry.key === key);
}

/**
 * Where the value at `path` begins; for a path that leaves the document, the key (or list item) at which the way ends,
 * so that a missing field is reported where it would have to be added.
 */
export function positionOf(document: YamlDocument, path: FieldPath): Position {
  let node: YamlNode = document.root;
  let owner: Position = document.root;
  for (const step of path) {
    const next: { owner: Position; node: YamlNode } | undefined = child(node, step);
    if (next === undefined) return at(owner);
    ({ owner, node } = next);
  }
  return at(node);
}

function child(node: YamlNode, step: string | number): { owner: Position; node: YamlNode } | undefined {
  if (node.kind === 'sequence') {
    const item = node.items[Number(step)];
    return item && { owner: item, node: item };
  }
  const entry = node.kind === 'mapping' ? entryOf(node, String(step)) : undefined;
  return entry && { owner: entry, node: entry.value };
}

function at({ line, column }: Position): Position {
  return { line, column };
}
