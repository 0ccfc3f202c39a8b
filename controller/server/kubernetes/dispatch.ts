import type { IncomingHttpHeaders } from 'node:http';
import { timestamp } from '../../model/clock.ts';
import { contentHash } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import type { AuditEntry, AuditTrail } from '../audit/audit.ts';
import type { Attributes } from '../auth/authorization.ts';
import type { Principal } from '../auth/principal.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { Backend, Call } from './call.ts';
import type { FixedRequest } from './fixed-answers.ts';
import { mediaTypeOf } from './negotiation.ts';
import { listQuery } from './options.ts';
import { presentation, type Wanted, watchPresentation } from './presentation.ts';
import { qualifiedName, type ResourceType, type Verb } from './resource-type.ts';
import { verbOf } from './resource-verb.ts';
import type { ObjectChange, Result } from './result.ts';
import type { ResourceRoute, Route } from './route.ts';
import { ApiError, forbidden, internalError, serviceUnavailable, unknownPath } from './status.ts';
import { asApiError } from './store-errors.ts';
import { create } from './verbs/create.ts';
import { remove, removeCollection } from './verbs/delete.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';
import { patch } from './verbs/patch.ts';
import { type Authorize, review } from './verbs/review.ts';
import { update } from './verbs/update.ts';
import { watch } from './verbs/watch.ts';

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

/** What requests are answered with. */
export interface DispatchParts {
  readonly backend: Backend;
  readonly authorize: Authorize;
  readonly audit: AuditTrail;
  readonly fixed: (request: FixedRequest) => Answer;
}

type Run = (backend: Backend, call: Call) => Promise<Result>;

const runs: Readonly<Record<Verb, Run>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
};

const reading: readonly Verb[] = ['get', 'list', 'watch'];

/** Answers requests: finds the resource and the verb, asks whether the caller may, does it, and writes the audit line. */
export function dispatcher({
  audit,
  authorize,
  backend,
  fixed,
}: DispatchParts): (request: ApiRequest) => Promise<Answer> {
  return async request => {
    const { headers, method, query, route } = request;
    if (route === undefined) throw unknownPath();
    if (route.type !== 'resource') {
      if (method !== 'GET') throw new ApiError('MethodNotAllowed', `${method} is not supported on ${request.path}`);
      return fixed({ route, query, headers });
    }
    const type = typeOf(backend, route);
    const verb = verbOf(method, route, type, isWatch(request));
    const line = auditLine(backend, request, type, verb);
    const changes = new Changes();
    try {
      const answer = await answered({ backend, authorize, audit }, request, { type, verb, route }, changes);
      if (isChange(type, verb)) await audit.record(line('done', codeOf(answer), changes));
      return answer;
    } catch (error) {
      const known = knownError(error, type, route.name);
      const denied = known.reason === 'Forbidden' || known.reason === 'Unauthorized';
      if (denied || isChange(type, verb)) {
        await audit.record(line(denied ? 'denied' : 'failed', known.code, changes, known.reason));
      }
      throw known;
    }
  };
}

interface Target {
  readonly type: ResourceType;
  readonly verb: Verb;
  readonly route: ResourceRoute;
}

async function answered(
  { audit, authorize, backend }: Omit<DispatchParts, 'fixed'>,
  request: ApiRequest,
  { route, type, verb }: Target,
  changes: Changes,
): Promise<Answer> {
  const { principal } = request;
  if (principal === undefined) throw internalError('a request on a resource came without its caller');
  const decision = authorize(principal, attributesOf(route, type, verb));
  if (!decision.allowed) throw forbidden(type, route.name, decision.reason);
  const blocked = isChange(type, verb) ? audit.blocked() : undefined;
  if (blocked !== undefined) throw serviceUnavailable(blocked, 5);
  const call: Call = {
    type,
    route,
    query: request.query,
    principal,
    contentType: mediaTypeOf(request.headers['content-type']),
    body: request.body,
    userAgent: request.headers['user-agent'] ?? '',
    signal: request.signal,
    warn: request.warn,
    changed: (before, after) => changes.add(before, after),
  };
  const wanted: Wanted = { type, accept: request.headers.accept, query: request.query, now: () => backend.clock.now() };
  if (verb === 'watch') return watchAnswer(wanted, await watch(backend, call));
  const shown = presentation(wanted, verb === 'list' || verb === 'deletecollection');
  const isReview = type.verbs.length === 1 && type.verbs[0] === 'create';
  const result = isReview ? review(call, authorize) : await runs[verb](backend, call);
  if (result.type === 'json') return jsonAnswer(result.code, result.body);
  if (result.type === 'object') return json(result.code, shown.object(result.object));
  if (result.type === 'list') return json(200, shown.list(result.items, result.metadata));
  throw internalError(`${verb} cannot be answered with a watch`);
}

function watchAnswer(wanted: Wanted, result: Result): Answer {
  if (result.type !== 'watch') throw internalError('a watch was not answered with one');
  const line = watchPresentation(wanted, listQuery(wanted.query).sendInitialEvents);
  return { type: 'stream', contentType: 'application/json', lines: lines(result.changes, line) };
}

async function* lines(
  changes: AsyncIterable<ObjectChange>,
  line: (change: ObjectChange) => string,
): AsyncGenerator<string, void, undefined> {
  for await (const change of changes) yield line(change);
}

function json(code: number, text: string): Answer {
  return { type: 'text', code, contentType: 'application/json', text };
}

function typeOf({ types }: Backend, { group, name, resource, version }: ResourceRoute): ResourceType {
  const type = types.find(group, version, resource);
  if (type !== undefined) return type;
  if (group === '' && resource === 'secrets') {
    const why = 'no secret values are stored here; name a source in a RegistryCredential instead';
    throw forbidden({ group, plural: 'secrets', kind: 'Secret' }, name, why);
  }
  throw unknownPath();
}

function isWatch({ query }: ApiRequest): boolean {
  const value = query.get('watch');
  return value !== null && value !== 'false' && value !== '0';
}

function isChange(type: ResourceType, verb: Verb): boolean {
  return !reading.includes(verb) && type.verbs.length > 1;
}

function attributesOf({ name, namespace, subresource }: ResourceRoute, type: ResourceType, verb: Verb): Attributes {
  return {
    verb,
    group: type.group,
    resource: type.plural,
    namespace,
    ...(subresource === '' ? {} : { subresource }),
    ...(name === '' ? {} : { name }),
  };
}

/** Every failure in the words of the API. What is not known is a bug: the client learns only that. */
export function knownError(
  error: unknown,
  type: Pick<ResourceType, 'group' | 'plural' | 'kind'>,
  name: string,
): ApiError {
  const known = asApiError(error, type, name);
  return known instanceof ApiError
    ? known
    : internalError('an unexpected error; the log of the process says more', error);
}

function codeOf(answer: Answer): number {
  return answer.type === 'text' ? answer.code : 200;
}

/** What a request changed, for its audit line. */
class Changes {
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

type Line = (outcome: AuditEntry['outcome'], code: number, changes: Changes, reason?: string) => AuditEntry;

function auditLine({ clock }: Backend, request: ApiRequest, type: ResourceType, verb: Verb): Line {
  const { route } = request;
  const { name = '', namespace = '', subresource = '' } = route?.type === 'resource' ? route : {};
  return (outcome, code, changes, reason) => {
    const called = name || changes.name;
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
