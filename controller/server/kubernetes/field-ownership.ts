import { timestamp } from '../../model/clock.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ApiObject, Draft } from '../../model/object.ts';
import { applied } from './apply/apply.ts';
import type { Writer } from './apply/managed-fields.ts';
import { updated } from './apply/update.ts';
import type { Backend, Call } from './call.ts';
import { type Endpoint, endpointOf } from './draft.ts';
import type { WriteQuery } from './options.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';

const managerLength = 128;

/** Who a call writes as: the manager that it names, or its program; by which endpoint; and when. */
export function writerOf({ clock }: Backend, call: Call, { fieldManager }: WriteQuery): Writer {
  return {
    manager: fieldManager || programOf(call.userAgent),
    apiVersion: apiVersionOf(call.type),
    subresource: subresourceOf(endpointOf(call)),
    now: timestamp(clock.now()),
  };
}

/** A new object, or the next state of one, with the ownership of its fields as it follows from being written. */
export function owned(type: ResourceType, stored: ApiObject | undefined, draft: Draft, writer: Writer): Draft {
  const { schema } = type;
  const next = asDraft(updated({ schema, stored: stored && asJson(stored), next: asJson(draft), writer }));
  return withManagedFields(next, next);
}

/** What applying a configuration to an object (or to nothing) makes of it, ownership included. The stored object itself when nothing changes. */
export function appliedTo(
  type: ResourceType,
  stored: ApiObject | undefined,
  config: JsonObject,
  writer: Writer,
  force: boolean,
): Draft {
  const { schema, status } = type;
  return asDraft(
    applied({ schema, stored: stored && asJson(stored), config, writer, force, statusSubresource: status }),
  );
}

/** A draft with the ownership of another one, said outright: for the store, saying nothing means keeping what is there. */
export function withManagedFields(draft: Draft, { metadata: { managedFields = [] } }: Draft): Draft {
  return { ...draft, metadata: { ...draft.metadata, managedFields } };
}

function programOf(userAgent: string): string {
  const program = userAgent.split('/', 1).join('').replace(/\p{C}/gu, '').slice(0, managerLength);
  return program || 'unknown';
}

function subresourceOf(endpoint: Endpoint): Writer['subresource'] {
  return endpoint === 'status' ? 'status' : '';
}

/** Objects are JSON by nature; their type only says more than JsonObject can. */
function asJson(object: ApiObject | Draft): JsonObject {
  return object as unknown as JsonObject;
}

/** Ownership keeps what makes an object a draft: apiVersion, kind and the name. */
function asDraft(object: JsonObject): Draft {
  return object as unknown as Draft;
}
