import type { AuditTrail } from '../audit/audit.ts';
import type { Attributes } from '../auth/authorization.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { auditLine, Changes } from './audit-line.ts';
import type { Backend, Call } from './call.ts';
import type { FixedRequest } from './fixed-answers.ts';
import { LiveAnswers, nothingLive } from './live-status.ts';
import { mediaTypeOf } from './negotiation.ts';
import { listQuery } from './options.ts';
import { presentation, type Wanted, watchPresentation } from './presentation.ts';
import type { ResourceType, Verb } from './resource-type.ts';
import { askedVerb, verbOf } from './resource-verb.ts';
import type { ObjectChange, Result } from './result.ts';
import type { ResourceRoute } from './route.ts';
import { ApiError, forbidden, internalError, type ResourceName, serviceUnavailable, unknownPath } from './status.ts';
import { asApiError } from './store-errors.ts';
import { create } from './verbs/create.ts';
import { remove, removeCollection } from './verbs/delete.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';
import { patch } from './verbs/patch.ts';
import { type Authorize, review } from './verbs/review.ts';
import { update } from './verbs/update.ts';
import { watch } from './verbs/watch.ts';

/** What requests are answered with. */
export interface DispatchParts {
  readonly backend: Backend;
  readonly authorize: Authorize;
  readonly audit: AuditTrail;
  readonly fixed: (request: FixedRequest) => Answer;
}

interface Parts extends DispatchParts {
  readonly live: LiveAnswers;
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

/** Not served: values never come to rest here. */
const secrets: ResourceName = { group: '', plural: 'secrets', kind: 'Secret' };

const reading: readonly Verb[] = ['get', 'list', 'watch'];

/** Answers requests: finds the resource and the verb, asks whether the caller may, does it, and writes the audit line. */
export function dispatcher(given: DispatchParts): (request: ApiRequest) => Promise<Answer> {
  const parts: Parts = { ...given, live: new LiveAnswers() };
  return async request => {
    const { headers, method, query, route } = request;
    if (route === undefined) throw unknownPath();
    if (route.type === 'resource') return onResource(parts, request, route);
    if (method !== 'GET') throw new ApiError('MethodNotAllowed', `${method} is not supported on ${request.path}`);
    return parts.fixed({ route, query, headers });
  };
}

async function onResource(parts: Parts, request: ApiRequest, route: ResourceRoute): Promise<Answer> {
  const { audit, backend } = parts;
  const { method } = request;
  if (route.group === '' && route.resource === 'secrets') return refusedSecrets(parts, request, route);
  const type = backend.types.find(route.group, route.version, route.resource);
  if (type === undefined) throw unknownPath();
  const verb = verbOf(method, route, type, isWatch(request));
  const line = auditLine(backend, request, type, verb);
  const changes = new Changes();
  try {
    const answer = await answered(parts, request, { type, verb, route }, changes);
    if (isChange(type, verb)) await audit.record(line('done', codeOf(answer), changes));
    return answer;
  } catch (error) {
    const known = knownError(error, type, route.name);
    const denied = known.reason === 'Forbidden';
    if (denied || isChange(type, verb)) {
      await audit.record(line(denied ? 'denied' : 'failed', known.code, changes, known));
    }
    throw known;
  }
}

async function refusedSecrets(
  { audit, backend }: DispatchParts,
  request: ApiRequest,
  route: ResourceRoute,
): Promise<never> {
  const verb = askedVerb(request.method, route, isWatch(request)) ?? request.method.toLowerCase();
  const error = forbidden(
    secrets,
    route.name,
    'no secret values are stored here; name a source in a RegistryCredential instead',
  );
  await audit.record(auditLine(backend, request, secrets, verb)('denied', error.code, new Changes(), error));
  throw error;
}

interface Target {
  readonly type: ResourceType;
  readonly verb: Verb;
  readonly route: ResourceRoute;
}

async function answered(
  { audit, authorize, backend, live }: Omit<Parts, 'fixed'>,
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
  const wanted: Wanted = {
    type,
    accept: request.headers.accept,
    query: request.query,
    now: () => backend.clock.now(),
    live: live.for(type.live ?? nothingLive, { dryRun: request.query.has('dryRun'), get: verb === 'get' }),
  };
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
function knownError(error: unknown, type: Pick<ResourceType, 'group' | 'plural' | 'kind'>, name: string): ApiError {
  const known = asApiError(error, type, name);
  return known instanceof ApiError
    ? known
    : internalError('an unexpected error; the log of the process says more', error);
}

function codeOf(answer: Answer): number {
  return answer.type === 'text' ? answer.code : 200;
}
