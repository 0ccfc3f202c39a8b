import { timestamp } from '../../model/clock.ts';
import { contentHash } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import type { AuditEntry } from '../audit/audit.ts';
import type { ApiRequest } from './api-request.ts';
import type { Backend } from './call.ts';
import { qualifiedName } from './resource-type.ts';
import type { ApiError, ResourceName } from './status.ts';

/** What a request changed, for its audit line. */
export class Changes {
  #count = 0;
  #before: ApiObject | undefined;
  #after: ApiObject | undefined;

  add(before: ApiObject | undefined, after: ApiObject | undefined): void {
    this.#count += 1;
    this.#before = before;
    this.#after = after;
  }

  /** The object's name as stored, which a create with generateName learns only then. */
  get name(): string | undefined {
    return this.#count === 1 ? (this.#after ?? this.#before)?.metadata.name : undefined;
  }

  /** Digests of one changed object, or how many were changed. */
  get digests(): Pick<AuditEntry, 'before' | 'after' | 'objects'> {
    if (this.#count > 1) return { objects: this.#count };
    return {
      ...(this.#before === undefined ? {} : { before: digest(this.#before) }),
      ...(this.#after === undefined ? {} : { after: digest(this.#after) }),
    };
  }
}

function digest(object: ApiObject): string {
  const { metadata, ...body } = object;
  const { annotations = {}, finalizers = [], labels = {} } = metadata;
  return `${metadata.resourceVersion || 'dry-run'}:${contentHash({ ...body, annotations, finalizers, labels })}`;
}

/** The line of a request, once its outcome is known. */
export type Line = (outcome: AuditEntry['outcome'], code: number, changes: Changes, error?: ApiError) => AuditEntry;

/** How the audit log tells of a request on a resource. */
export function auditLine({ clock }: Backend, request: ApiRequest, type: ResourceName, verb: string): Line {
  const { route } = request;
  const { name = '', namespace = '', subresource = '' } = route?.type === 'resource' ? route : {};
  return (outcome, code, changes, error) => {
    const called = name || changes.name || (error && nameIn(error, type));
    const reason = error?.reason;
    return {
      time: timestamp(clock.now()),
      requestId: request.id,
      user: request.principal?.name ?? '',
      address: request.address,
      userAgent: request.headers['user-agent'] ?? '',
      verb,
      resource: qualifiedName(type),
      ...(subresource === '' ? {} : { subresource }),
      ...(namespace === '' ? {} : { namespace }),
      ...(called ? { name: called } : {}),
      ...(request.query.has('dryRun') ? { dryRun: true } : {}),
      outcome,
      code,
      ...(reason ? { reason } : {}),
      ...changes.digests,
    };
  };
}

/** The name of the object that an error is about, which the path of a creation does not tell. */
function nameIn({ details }: ApiError, { kind, plural }: ResourceName): string | undefined {
  return details.kind === kind || details.kind === plural ? details.name : undefined;
}
