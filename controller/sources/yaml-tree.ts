import { EVENT_ID, type Event, getScalarValue, type ScalarEvent } from 'js-yaml';
import type { YamlLimits } from './yaml-limits.ts';
import type { MappingEntry, MappingNode, YamlNode } from './yaml-node.ts';
import type { Position } from './yaml-problem.ts';
import { plainScalar } from './yaml-scalar.ts';

/** What the tree of one chunk of a file is built from. */
export interface TreeSource {
  /** The text that the events' offsets refer to. */
  readonly text: string;
  readonly events: readonly Event[];
  readonly limits: YamlLimits;
  position(offset: number): Position;
  report(position: Position, message: string): void;
}

interface Size {
  readonly nodes: number;
  readonly characters: number;
}

interface Built {
  readonly node: YamlNode;
  readonly size: Size;
}

interface Properties {
  readonly anchorStart: number;
  readonly anchorEnd: number;
  readonly tagStart: number;
}

const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const plainStyle = 1;

/**
 * Builds the root mappings of the documents in an event stream, in order; documents without content are left out.
 * Everything that YAML allows and a manifest must not hold is reported with its position: tags, merge keys, keys that
 * are not strings, duplicate keys, unknown or cyclic or too many aliases.
 */
export function yamlTrees(source: TreeSource): readonly MappingNode[] {
  const roots: MappingNode[] = [];
  const builder = new TreeBuilder(source);
  for (let document = builder.document(); document !== undefined; document = builder.document()) {
    if (document.root) roots.push(document.root);
  }
  return roots;
}

/** Walks the events once. One builder per chunk; anchors are forgotten at each document's end. */
class TreeBuilder {
  readonly #source: TreeSource;
  #next = 0;
  #offset = 0;
  #aliases = 0;
  #aliasSize: Size = { nodes: 0, characters: 0 };
  #anchors = new Map<string, Built | 'open'>();

  constructor(source: TreeSource) {
    this.#source = source;
  }

  document(): { root: MappingNode | undefined } | undefined {
    if (this.#take()?.type !== EVENT_ID.DOCUMENT) return undefined;
    this.#anchors = new Map();
    this.#aliases = 0;
    this.#aliasSize = { nodes: 0, characters: 0 };
    const content = this.#source.events[this.#next];
    const { node } = this.#node();
    this.#take();
    if (node.kind === 'mapping') return { root: node };
    const empty = content?.type === EVENT_ID.SCALAR && content.valueStart < 0 && content.tagStart < 0;
    if (!empty) this.#source.report(node, 'the document must be a mapping of fields');
    return { root: undefined };
  }

  #take(): Event | undefined {
    return this.#source.events[this.#next++];
  }

  #node(): Built {
    const event = this.#take();
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#remember(event, this.#scalar(event));
      case EVENT_ID.SEQUENCE:
        this.#open(event);
        return this.#remember(event, this.#sequence(event.start));
      case EVENT_ID.MAPPING:
        this.#open(event);
        return this.#remember(event, this.#mapping(event.start));
      case EVENT_ID.ALIAS:
        return this.#alias(event.anchorStart, event.anchorEnd);
      default:
        throw new Error('a YAML event stream ended inside a node');
    }
  }

  #scalar(event: ScalarEvent): Built {
    const { text, report } = this.#source;
    const plain = event.style === plainStyle;
    if (event.valueStart >= 0) this.#offset = plain ? event.valueStart : Math.max(event.valueStart - 1, 0);
    const position = this.#source.position(this.#offset);
    const value = getScalarValue(text, event);
    if (event.valueEnd >= 0) this.#offset = event.valueEnd;
    if (event.tagStart >= 0) this.#rejectTag(event.tagStart);
    if (!value.isWellFormed()) report(position, 'the text holds half of a character (a lone surrogate)');
    return {
      node: { kind: 'scalar', text: value, plain, ...position },
      size: { nodes: 1, characters: value.length },
    };
  }

  #sequence(start: number): Built {
    this.#offset = start;
    const position = this.#source.position(start);
    const items: YamlNode[] = [];
    let size: Size = { nodes: 1, characters: 0 };
    while (!this.#atEnd()) {
      const item = this.#node();
      items.push(item.node);
      size = sum(size, item.size);
    }
    return { node: { kind: 'sequence', items, ...position }, size };
  }

  #mapping(start: number): Built {
    this.#offset = start;
    const position = this.#source.position(start);
    const { keysPerMapping } = this.#source.limits;
    const entries = new Map<string, MappingEntry>();
    let size: Size = { nodes: 1, characters: 0 };
    let keys = 0;
    while (!this.#atEnd()) {
      const key = this.#key();
      const value = this.#node();
      size = sum(size, value.size);
      if (++keys === keysPerMapping + 1) {
        this.#source.report(key, `a mapping can have ${keysPerMapping} keys at most`);
      }
      if (key.text === undefined || keys > keysPerMapping) continue;
      const first = entries.get(key.text);
      if (first) this.#source.report(key, `duplicate key; it stands on line ${first.line} already`);
      else entries.set(key.text, { key: key.text, value: value.node, line: key.line, column: key.column });
    }
    return { node: { kind: 'mapping', entries: [...entries.values()], ...position }, size };
  }

  #key(): Position & { readonly text: string | undefined } {
    const event = this.#source.events[this.#next];
    const { node } = this.#node();
    const position = { line: node.line, column: node.column };
    const fault =
      node.kind !== 'scalar' || event?.type === EVENT_ID.ALIAS ? notAString : keyFault(node.text, node.plain);
    if (fault !== undefined) this.#source.report(position, fault);
    return { ...position, text: fault === undefined && node.kind === 'scalar' ? node.text : undefined };
  }

  #alias(start: number, end: number): Built {
    this.#offset = end;
    const { limits, report, text } = this.#source;
    const position = this.#source.position(Math.max(start - 1, 0));
    const nothing: Built = {
      node: { kind: 'scalar', text: '', plain: true, ...position },
      size: { nodes: 1, characters: 0 },
    };
    const target = this.#anchors.get(text.slice(start, end));
    if (++this.#aliases > limits.aliases) {
      if (this.#aliases === limits.aliases + 1)
        report(position, `a document can have ${limits.aliases} aliases at most`);
      return nothing;
    }
    if (target === undefined || target === 'open') {
      report(
        position,
        target ? 'the alias stands inside the value it refers to' : 'the alias refers to no anchor above it',
      );
      return nothing;
    }
    const within = this.#withinAliasLimits();
    this.#aliasSize = sum(this.#aliasSize, target.size);
    if (this.#withinAliasLimits()) return { node: { ...target.node, ...position }, size: target.size };
    if (within)
      report(position, 'the aliases of the document stand for too much content; write it out or split the file');
    return nothing;
  }

  #withinAliasLimits(): boolean {
    const { aliasNodes, aliasCharacters } = this.#source.limits;
    return this.#aliasSize.nodes <= aliasNodes && this.#aliasSize.characters <= aliasCharacters;
  }

  #open(properties: Properties): void {
    if (properties.tagStart >= 0) this.#rejectTag(properties.tagStart);
    if (properties.anchorStart >= 0) this.#anchors.set(this.#anchor(properties), 'open');
  }

  #remember(properties: Properties, built: Built): Built {
    if (properties.anchorStart >= 0) this.#anchors.set(this.#anchor(properties), built);
    return built;
  }

  #anchor({ anchorStart, anchorEnd }: Properties): string {
    return this.#source.text.slice(anchorStart, anchorEnd);
  }

  #rejectTag(offset: number): void {
    this.#source.report(
      this.#source.position(offset),
      'tags are not supported; leave it out, and quote what is a string',
    );
  }

  #atEnd(): boolean {
    if (this.#source.events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }
}

const notAString = 'a key must be a string';

function keyFault(text: string, plain: boolean): string | undefined {
  if (forbiddenKeys.has(text)) return 'this key is not allowed';
  if (!plain) return undefined;
  if (text === '<<') return 'merge keys are not supported; write the fields out';
  const scalar = plainScalar(text);
  switch (scalar.looks) {
    case 'text':
      return undefined;
    case 'word':
      return `${notAString}: ${scalar.advice}`;
    default:
      return `${notAString}; quote it`;
  }
}

function sum(a: Size, b: Size): Size {
  return { nodes: a.nodes + b.nodes, characters: a.characters + b.characters };
}
