import type { JsonObject } from '../../model/json.ts';
import type { ApiObject, Draft } from '../../model/object.ts';
import type { Endpoint } from './draft.ts';
import type { ResourceType } from './resource-type.ts';

const managerLength = 128;

/** The name under which a client's writes are recorded: the one it gives, or its program's name. */
export function managerOf(fieldManager: string, userAgent: string): string {
  const program = userAgent.split('/', 1).join('').replace(/\p{C}/gu, '').slice(0, managerLength);
  return fieldManager || program || 'unknown';
}

/** One update, for finding out who owns which fields after it. */
export interface OwnershipChange {
  readonly stored: ApiObject;
  readonly draft: Draft;
  /** The object as the client wants it. */
  readonly sent: JsonObject;
  readonly endpoint: Endpoint;
  readonly manager: string;
  readonly nowMs: number;
}

/** A new object with its creator as the owner of its fields. */
export function ownedAfterCreate(_type: ResourceType, draft: Draft, _manager: string, _nowMs: number): Draft {
  return draft;
}

/** An object's next state with the owners of its fields. */
export function ownedAfterUpdate(_type: ResourceType, { draft }: OwnershipChange): Draft {
  return draft;
}
