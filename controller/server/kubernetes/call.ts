import type { Clock } from '../../model/clock.ts';
import type { ApiObject } from '../../model/object.ts';
import type { Store } from '../../store/contract.ts';
import type { Principal } from '../auth/principal.ts';
import type { ResourceType } from './resource-type.ts';
import type { ResourceRoute } from './route.ts';
import type { ServedTypes } from './served-types.ts';

/** What a change does, for the admission hook. */
export type Operation = 'create' | 'update' | 'delete';

/** Why a caller may not make a change that its role would allow; undefined when it may. */
export type Admit = (
  principal: Principal,
  operation: Operation,
  object: ApiObject,
  previous: ApiObject | undefined,
) => string | undefined;

/** What all verbs work with. */
export interface Backend {
  readonly store: Store;
  readonly clock: Clock;
  readonly types: ServedTypes;
  readonly admit: Admit;
  /** A random whole number from 0 to `bound` - 1. */
  readonly random: (bound: number) => number;
  /** Most bytes that the JSON of a stored object may have. */
  readonly maxObjectBytes: number;
}

/** One request on a resource, authenticated and authorised. */
export interface Call {
  readonly type: ResourceType;
  readonly route: ResourceRoute;
  readonly query: URLSearchParams;
  readonly principal: Principal;
  /** Without parameters, lower case; empty when there is none. */
  readonly contentType: string;
  readonly body: Buffer;
  readonly userAgent: string;
  /** Ends when the client has gone or the server stops. */
  readonly signal: AbortSignal;
  /** Adds a `Warning` header to the answer. */
  readonly warn: (text: string) => void;
  /** Tells the audit log what changed. */
  readonly changed: (before: ApiObject | undefined, after: ApiObject | undefined) => void;
}
