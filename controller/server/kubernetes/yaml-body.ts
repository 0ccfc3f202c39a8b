import { load } from 'js-yaml';
import type { Json } from '../../model/json.ts';
import { type Body, jsonBody, maxDepth } from './json-body.ts';
import { badRequest } from './status.ts';

/**
 * Parses a YAML body, without aliases, by the same rules as JSON. A key that stands twice in a mapping is a 400, and so
 * is a text that is no single document; neither message quotes the text.
 */
export function yamlBody(body: Uint8Array): Body {
  const text = decoded(body);
  if (text.trimStart().startsWith('{')) return jsonBody(text);
  // Going through JSON applies the rules about depth and keys, and leaves nothing that JSON cannot carry.
  return jsonBody(JSON.stringify(loaded(text)) ?? 'null');
}

function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw badRequest('the body is not valid UTF-8', cause);
  }
}

function loaded(text: string): Json {
  try {
    return load(text, { maxDepth, maxAliases: 0 }) as Json;
  } catch (error) {
    // The error itself holds the whole text, so it goes no further.
    const line = (error as { mark?: { line?: number } }).mark?.line;
    const where = line === undefined ? '' : `, see line ${line + 1}`;
    throw badRequest(`the body is not one YAML document without aliases and repeated keys${where}`);
  }
}
