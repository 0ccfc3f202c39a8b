import type { JsonObject } from '../../model/json.ts';
import type { Cause } from './cause.ts';

/** HTTP status code of every `reason` a Status can carry. The empty reason is a failure that clients have no word for. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  '': 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

/** The `reason` of a Status. */
export type StatusReason = keyof typeof codes;

/** Names what a Status is about. `kind` is the plural, except in Invalid, where it is the Kind. */
export interface StatusDetails extends JsonObject {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** The Kubernetes Status object: the body of every error answer and of a finished deletion. */
export interface Status extends JsonObject {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: JsonObject;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** How an error names a resource: `group` is empty for the core group. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** The one error of the HTTP API. `message` is what kubectl prints and never holds a secret value. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly reason: StatusReason;
  readonly details: StatusDetails;

  constructor(reason: StatusReason, message: string, details: StatusDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.details = details;
  }

  /** HTTP status code of the answer. */
  get code(): number {
    return codes[this.reason];
  }

  /** Body of the answer, whatever representation the client asked for. */
  get status(): Status {
    const { code, details, message, reason } = this;
    const named: { readonly reason?: string } = reason === '' ? {} : { reason };
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...named, details, code };
  }
}

/** A malformed body, query or selector; a body that does not fit its URL; a strict-decoding refusal. */
export const badRequest = (message: string, cause?: unknown): ApiError =>
  new ApiError('BadRequest', message, {}, { cause });

/** No token, or one that nobody knows. */
export const unauthorized = (): ApiError => new ApiError('Unauthorized', 'Unauthorized');

/** The caller, or the state of the namespace, does not allow it. */
export function forbidden(resource: ResourceName, name: string, why: string, causes: readonly Cause[] = []): ApiError {
  const subject = name === '' ? qualified(resource) : `${qualified(resource)} ${JSON.stringify(name)}`;
  return new ApiError('Forbidden', `${subject} is forbidden: ${why}`, about(resource, name, causes));
}

/** No such object (or, with the namespaces resource, no such namespace). */
export const notFound = (resource: ResourceName, name: string): ApiError =>
  new ApiError('NotFound', `${subjectOf(resource, name)} not found`, about(resource, name));

/** Nothing lives at this URL. */
export const unknownPath = (): ApiError => new ApiError('NotFound', 'the server could not find the requested resource');

/** The resource exists but does not offer this verb (`create`, `delete`, …). */
export const methodNotAllowed = (resource: ResourceName, verb: string): ApiError =>
  new ApiError(
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind ${JSON.stringify(qualified(resource))}`,
    about(resource, ''),
  );

/** Nothing in Accept can be served; names what can. */
export const notAcceptable = (offered: readonly string[]): ApiError =>
  new ApiError('NotAcceptable', `only the following media types are accepted: ${offered.join(', ')}`);

/** The name is taken. */
export const alreadyExists = (resource: ResourceName, name: string): ApiError =>
  new ApiError('AlreadyExists', `${subjectOf(resource, name)} already exists`, about(resource, name));

/** A stale resourceVersion; with `why`, another precondition. */
export function conflict(
  resource: ResourceName,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  const message = `Operation cannot be fulfilled on ${subjectOf(resource, name)}: ${why}`;
  return new ApiError('Conflict', message, about(resource, name));
}

/** Server-side apply met fields that other managers own; one cause per field. */
export const applyConflict = (message: string, causes: readonly Cause[]): ApiError =>
  new ApiError('Conflict', message, { causes });

/** A resourceVersion or continue token that is no longer, or not yet, known. */
export const expired = (message: string): ApiError => new ApiError('Expired', message);

/** The request is larger than a limit, which the message names. */
export const tooLarge = (message: string): ApiError => new ApiError('RequestEntityTooLarge', message);

/** The body's content type is not one of `accepted`. */
export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** The object breaks its schema or another rule: all causes at once. */
export function invalid(
  resource: Pick<ResourceName, 'group' | 'kind'>,
  name: string,
  causes: readonly Cause[],
): ApiError {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const message = `${kind} ${JSON.stringify(name)} is invalid: ${listed(causes)}`;
  return new ApiError('Invalid', message, { name, group: resource.group, kind: resource.kind, causes });
}

/** Query parameters or options that contradict each other or have no meaning. `kind` is `CreateOptions`, `ListOptions`, … */
export const invalidOptions = (kind: string, causes: readonly Cause[]): ApiError =>
  new ApiError('Invalid', `${kind}.meta.k8s.io "" is invalid: ${listed(causes)}`, {
    group: 'meta.k8s.io',
    kind,
    causes,
  });

/** A patch that cannot be applied to the stored object; the cause names the pointer and the reason. */
export const failedPatch = (pointer: string, why: string): ApiError =>
  new ApiError('Invalid', 'the server rejected our request due to an error in our request', {
    causes: [{ reason: 'FieldValueInvalid', message: why, field: pointer }],
  });

/** An apply configuration that its schema cannot type, e.g. because it holds an unknown field. */
export const untypedPatch = (object: string, why: string): ApiError =>
  new ApiError('', `failed to create typed patch object (${object}): ${why}`);

/** Overload. Clients repeat the request after `retryAfterSeconds`, which the answer also carries as a header. */
export const tooManyRequests = (retryAfterSeconds: number): ApiError =>
  new ApiError('TooManyRequests', 'too many requests, please try again later', { retryAfterSeconds });

/** Shutting down or the store is gone. Clients repeat the request after `retryAfterSeconds`. */
export const serviceUnavailable = (why: string, retryAfterSeconds: number): ApiError =>
  new ApiError('ServiceUnavailable', why, { retryAfterSeconds });

/** The answer did not come in time. */
export const timedOut = (why: string): ApiError => new ApiError('Timeout', why);

/** A bug of ours or a broken disk; `why` is fit for users. */
export const internalError = (why: string, cause?: unknown): ApiError =>
  new ApiError('InternalError', `Internal error occurred: ${why}`, {}, cause === undefined ? undefined : { cause });

/** The answer to a deletion that is complete. kubectl recognises a re-created object by `uid`. */
export const deleted = (resource: ResourceName, name: string, uid: string): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { ...about(resource, name), uid },
});

function qualified(resource: ResourceName): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function subjectOf(resource: ResourceName, name: string): string {
  return `${qualified(resource)} ${JSON.stringify(name)}`;
}

function about(resource: ResourceName, name: string, causes: readonly Cause[] = []): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    ...(causes.length === 0 ? {} : { causes }),
  };
}

function listed(causes: readonly Cause[]): string {
  const lines = causes.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  const distinct = [...new Set(lines)];
  return distinct.length === 1 ? distinct.join('') : `[${distinct.join(', ')}]`;
}
