import type { JsonObject } from '../../model/json.ts';
import type { ApiError } from './status.ts';

/** Additional headers of an answer. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What goes back to the client: a whole text, or lines that come as things happen. */
export type Answer =
  | {
      readonly type: 'text';
      readonly code: number;
      readonly contentType: string;
      readonly text: string;
      readonly headers?: Headers;
    }
  | { readonly type: 'stream'; readonly contentType: string; readonly lines: AsyncIterable<string> };

/** A JSON answer. */
export function jsonAnswer(code: number, body: JsonObject, headers: Headers = {}): Answer {
  return { type: 'text', code, contentType: 'application/json', text: JSON.stringify(body), headers };
}

/**
 * The answer to a request that failed: a Status. Go clients show what a failed discovery says only when it is plain text,
 * and `unknown` else.
 */
export function errorAnswer(error: ApiError, accept = ''): Answer {
  const seconds = error.details.retryAfterSeconds;
  const headers: Headers = seconds === undefined ? {} : { 'Retry-After': String(seconds) };
  const discovery = accept.includes('as=APIGroupDiscoveryList');
  return {
    type: 'text',
    code: error.code,
    contentType: discovery ? 'text/plain; charset=utf-8' : 'application/json',
    text: discovery ? `${error.message}\n` : JSON.stringify(error.status),
    headers,
  };
}
