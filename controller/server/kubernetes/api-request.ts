import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../auth/principal.ts';
import type { Route } from './route.ts';

/** One request whose caller is known. */
export interface ApiRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly route: Route | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Absent on the few routes that need no credentials. */
  readonly principal: Principal | undefined;
  readonly address: string;
  readonly signal: AbortSignal;
  /** Adds a `Warning` header to the answer. */
  readonly warn: (text: string) => void;
}
