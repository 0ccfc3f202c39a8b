import { isObject, type Json, type JsonObject, sameJson } from '../../model/json.ts';
import { asBody } from './json-body.ts';
import { badRequest, failedPatch, tooLarge } from './status.ts';

/** Most operations that one JSON patch may hold. */
export const maxOperations = 10_000;
/** Most characters of JSON that the copy operations of one patch may add: copies of copies grow without bound. */
const maxCopiedCharacters = 3 * 1024 * 1024;

/**
 * The result of a JSON patch (RFC 6902). The target is not changed; parts that the patch does not touch are the same
 * references as before. A document that is no JSON patch is a 400; one that does not fit the target (a failing test, a
 * missing place) is a 422 whose cause names the pointer and the reason. Values are never quoted.
 */
export function jsonPatched(target: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  if (patch.length > maxOperations) {
    throw tooLarge(`a JSON patch may hold at most ${maxOperations} operations, this one holds ${patch.length}`);
  }
  const draft = new Draft(target);
  for (const [index, item] of patch.entries()) {
    const operation = operationOf(item, index);
    operations[operation.op](draft, operation);
  }
  return asBody(draft.root);
}

type Op = 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';

interface Operation {
  readonly op: Op;
  readonly path: string;
  readonly from: string;
  readonly value: Json;
}

const operations: Readonly<Record<Op, (draft: Draft, operation: Operation) => void>> = {
  add: (draft, { path, value }) => draft.add(path, value),
  remove: (draft, { path }) => draft.remove(path),
  replace: (draft, { path, value }) => draft.replace(path, value),
  move: (draft, { from, path }) => {
    if (path.startsWith(`${from}/`)) throw failedPatch(path, 'a value cannot be moved into itself');
    const value = draft.at(from);
    if (path === from) return;
    draft.remove(from);
    draft.add(path, value);
  },
  copy: (draft, { from, path }) => draft.add(path, draft.copied(from)),
  test: (draft, { path, value }) => {
    if (!sameJson(draft.at(path), value)) throw failedPatch(path, 'the value is not the one that the patch tests for');
  },
};

function operationOf(item: Json, index: number): Operation {
  const wrong = (why: string): Error => badRequest(`operation ${index} of the JSON patch: ${why}`);
  if (!isObject(item)) throw wrong('is not an object');
  const { from, op, path, value } = item;
  if (typeof op !== 'string' || !isOp(op)) throw wrong(`op must be one of ${Object.keys(operations).join(', ')}`);
  if (!isPointer(path)) throw wrong('path must be a JSON pointer');
  const moving = op === 'move' || op === 'copy';
  if (moving && !isPointer(from)) throw wrong('from must be a JSON pointer');
  const valued = op === 'add' || op === 'replace' || op === 'test';
  if (valued && value === undefined) throw wrong('value is missing');
  return { op, path, from: isPointer(from) ? from : '', value: (value ?? null) as Json };
}

function isOp(op: string): op is Op {
  return Object.hasOwn(operations, op);
}

function isPointer(value: unknown): value is string {
  return typeof value === 'string' && /^(?:\/(?:[^/~]|~[01])*)*$/u.test(value);
}

type Container = Json[] | Record<string, Json | undefined>;

/** A document while operations are applied to it: copied where it is written, shared where it is not. */
class Draft {
  root: Json;
  /** Containers made by this draft, which nobody else sees. */
  #own = new WeakSet<object>();
  #copied = 0;

  constructor(root: Json) {
    this.root = root;
  }

  at(pointer: string): Json {
    return tokensOf(pointer).reduce((value, token) => childOf(value, token, pointer), this.root);
  }

  copied(pointer: string): Json {
    const value = this.at(pointer);
    this.#copied += JSON.stringify(value).length;
    if (this.#copied > maxCopiedCharacters) {
      throw tooLarge(`the copy operations of a JSON patch may add at most ${maxCopiedCharacters} characters`);
    }
    // From now on parts of the value stand in two places, so none of them may be changed where it is.
    this.#own = new WeakSet();
    return value;
  }

  add(pointer: string, value: Json): void {
    const place = this.#place(pointer);
    if (place === undefined) {
      this.root = value;
    } else if (Array.isArray(place.parent)) {
      const index = place.token === '-' ? place.parent.length : indexOf(place.token, place.parent.length + 1, pointer);
      place.parent.splice(index, 0, value);
    } else {
      set(place.parent, place.token, value);
    }
  }

  replace(pointer: string, value: Json): void {
    const place = this.#place(pointer);
    if (place === undefined) {
      this.root = value;
      return;
    }
    childOf(place.parent, place.token, pointer);
    if (Array.isArray(place.parent)) place.parent[Number(place.token)] = value;
    else set(place.parent, place.token, value);
  }

  remove(pointer: string): void {
    const place = this.#place(pointer);
    if (place === undefined) throw failedPatch(pointer, 'the whole object cannot be removed');
    childOf(place.parent, place.token, pointer);
    if (Array.isArray(place.parent)) place.parent.splice(Number(place.token), 1);
    else delete place.parent[place.token];
  }

  /** The container that a pointer's last token is about, ready to be written; undefined for the root. */
  #place(pointer: string): { readonly parent: Container; readonly token: string } | undefined {
    const tokens = tokensOf(pointer);
    const token = tokens.pop();
    if (token === undefined) return undefined;
    let parent = this.#owned(this.root, pointer);
    this.root = parent;
    for (const step of tokens) {
      const child = this.#owned(childOf(parent, step, pointer), pointer);
      if (Array.isArray(parent)) parent[Number(step)] = child;
      else set(parent, step, child);
      parent = child;
    }
    return { parent, token };
  }

  #owned(value: Json, pointer: string): Container {
    if (typeof value !== 'object' || value === null) throw missing(pointer);
    // The cast is safe: only containers made below are in the set.
    if (this.#own.has(value)) return value as Container;
    const copy: Container = Array.isArray(value) ? [...value] : { ...(value as JsonObject) };
    this.#own.add(copy);
    return copy;
  }
}

function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function childOf(value: Json, token: string, pointer: string): Json {
  if (Array.isArray(value)) return value[indexOf(token, value.length, pointer)] ?? null;
  if (!isObject(value) || !Object.hasOwn(value, token) || value[token] === undefined) throw missing(pointer);
  // The cast is safe: members of JSON objects are JSON.
  return value[token] as Json;
}

function indexOf(token: string, end: number, pointer: string): number {
  if (!/^(?:0|[1-9]\d*)$/u.test(token))
    throw failedPatch(pointer, 'a list is addressed by a number (or - for its end)');
  if (Number(token) >= end) throw failedPatch(pointer, 'the list is shorter than that');
  return Number(token);
}

// Assignment would run the setter that every object inherits under the name __proto__.
function set(target: Record<string, Json | undefined>, name: string, value: Json): void {
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
}

function missing(pointer: string): Error {
  return failedPatch(pointer, 'there is no value at this place');
}
