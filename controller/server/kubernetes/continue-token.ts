import { isObject } from '../../model/json.ts';
import { badRequest } from './status.ts';

/** Where the next page of a list begins. */
export interface PagePosition {
  /** `namespace/name` of the last object that was sent. */
  readonly after: string;
  /** Version of the list that the first page showed. */
  readonly resourceVersion: string;
}

/** The `continue` token for a position. Opaque to clients. */
export function continueToken({ after, resourceVersion }: PagePosition): string {
  return Buffer.from(JSON.stringify({ v: 1, rv: resourceVersion, after })).toString('base64url');
}

/** The position in a `continue` token; 400 for anything that this server did not make. */
export function pagePosition(token: string): PagePosition {
  const value = parsed(token);
  if (isObject(value) && value['v'] === 1) {
    const { after, rv } = value;
    if (typeof after === 'string' && typeof rv === 'string' && /^\d+$/.test(rv)) return { after, resourceVersion: rv };
  }
  throw badRequest('continue key is not valid: begin the list again without it');
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
