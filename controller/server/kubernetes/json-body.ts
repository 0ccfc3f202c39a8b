import type { Json } from '../../model/json.ts';
import { badRequest } from './status.ts';

/** How deep objects and lists may nest in a body. */
export const maxDepth = 64;

const maxDuplicates = 100;

/** A parsed body, and the paths of members that stand in it more than once (the last one counts). */
export interface Body {
  readonly value: Json;
  readonly duplicates: readonly string[];
}

/**
 * Parses a JSON body. A body that is not UTF-8 or not JSON, is nested too deeply, or holds a key that reaches for
 * object prototypes is a 400 that says where.
 */
export function jsonBody(body: Uint8Array | string): Body {
  const text = typeof body === 'string' ? body : textOf(body);
  const value = parsed(text);
  return { value, duplicates: scanned(text) };
}

/**
 * The value itself, when a body could have held it: refuses one nested too deeply or with keys that reach for
 * prototypes. For values that come from elsewhere: YAML, the result of a patch.
 */
export function asBody<T>(value: T): T {
  assertSafe(value, 0, '');
  return value;
}

// Merging objects that hold these keys could change what every object inherits.
function assertKey(name: string, parent: string): void {
  if (name === '__proto__' || (name === 'prototype' && parent === 'constructor')) {
    throw badRequest(`the key ${JSON.stringify(name)} is not allowed in a body`);
  }
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw badRequest('the body is not valid UTF-8', cause);
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw badRequest(`the body is not valid JSON${text.trim() === '' ? ': it is empty' : placeIn(text, cause)}`);
  }
}

// Only the place is kept: the engine's message quotes the text around it, which could be a secret in the wrong field.
function placeIn(text: string, cause: unknown): string {
  const position = cause instanceof Error ? /position (\d+)/u.exec(cause.message)?.[1] : undefined;
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function assertSafe(value: unknown, depth: number, parent: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= maxDepth) throw tooDeep();
  for (const [name, member] of Object.entries(value)) {
    assertKey(name, parent);
    assertSafe(member, depth + 1, name);
  }
}

function tooDeep(): Error {
  return badRequest(`the body is nested more than ${maxDepth} levels deep`);
}

/** One object or list that is open while scanning. */
interface Open {
  /** Names seen so far; undefined in a list. */
  readonly names: Set<string> | undefined;
  /** The member that the scanner is in. */
  name: string;
  index: number;
  expectsName: boolean;
}

// Walks a text that is known to be JSON. JSON.parse keeps only the last of equal keys and says nothing.
function scanned(text: string): readonly string[] {
  const duplicates: string[] = [];
  const open: Open[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      nameMember(open, text.slice(at, end + 1), duplicates);
      at = end;
    } else if (character === '{' || character === '[') {
      if (open.length >= maxDepth) throw tooDeep();
      const names = character === '{' ? new Set<string>() : undefined;
      open.push({ names, name: '', index: 0, expectsName: names !== undefined });
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === ',') {
      nextMember(open.at(-1));
    }
  }
  return duplicates;
}

function nextMember(inside: Open | undefined): void {
  if (inside === undefined) return;
  inside.index += 1;
  inside.expectsName = inside.names !== undefined;
}

function nameMember(open: readonly Open[], quoted: string, duplicates: string[]): void {
  const inside = open.at(-1);
  if (inside?.expectsName !== true) return;
  inside.name = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  inside.expectsName = false;
  assertKey(inside.name, open.at(-2)?.name ?? '');
  if (inside.names?.has(inside.name) && duplicates.length < maxDuplicates) duplicates.push(pathOf(open));
  inside.names?.add(inside.name);
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '"' || character === undefined) return at;
  }
}

function pathOf(open: readonly Open[]): string {
  return open.reduce((path, { index, name, names }) => {
    if (names === undefined) return `${path}[${index}]`;
    return path === '' ? name : `${path}.${name}`;
  }, '');
}
