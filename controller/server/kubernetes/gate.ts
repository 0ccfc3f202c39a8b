import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../model/clock.ts';
import type { Authenticator, Credentials } from '../auth/authentication.ts';
import type { Principal } from '../auth/principal.ts';
import type { HostCheck } from '../http/host-check.ts';
import { inFlight } from '../http/in-flight.ts';
import { tokenBuckets } from '../http/token-bucket.ts';
import type { ApiLimits } from './limits.ts';
import { type Route, routeOf } from './route.ts';
import { ApiError, badRequest, serviceUnavailable, tooManyRequests, unauthorized } from './status.ts';

/** A request that was let in. */
export interface Admitted {
  readonly path: string;
  readonly route: Route | undefined;
  readonly query: URLSearchParams;
  /** Absent on the routes that need no credentials. */
  readonly principal: Principal | undefined;
  /** Gives its place in the in-flight limits back. */
  readonly release: () => void;
}

/** A request that was not let in, and whether that is a denial for the audit log. */
export interface Refused {
  readonly error: ApiError;
  readonly denied: boolean;
}

/** What the gate works with. */
export interface GateParts {
  readonly clock: Clock;
  readonly limits: ApiLimits;
  readonly hosts: HostCheck;
  readonly authenticate: () => Promise<Authenticator>;
  readonly draining: () => boolean;
}

const retryAfterSeconds = 1;
const withoutCredentials: ReadonlySet<Route['type']> = new Set<Route['type']>(['health', 'version']);

/**
 * Decides by its head whether a request comes in, in this order: the server is staying up, the request is meant for it,
 * the caller is known and does not ask to be somebody else, and there is room.
 */
export function gate(parts: GateParts): (request: IncomingMessage) => Promise<Admitted | Refused> {
  const { clock, limits } = parts;
  const rates = tokenBuckets(limits.requestsPerSecond, limits.requestBurst, () => clock.now());
  const failures = tokenBuckets(limits.failedLoginsPerMinute / 60, limits.failedLoginsPerMinute, () => clock.now());
  const places = inFlight<'reads' | 'writes' | 'watches'>(limits);

  async function principalOf(request: IncomingMessage): Promise<Principal | Refused> {
    if (Object.keys(request.headers).some(name => name.startsWith('impersonate-'))) {
      return { error: new ApiError('Forbidden', 'impersonation is not offered here'), denied: true };
    }
    const result = (await parts.authenticate())(credentialsOf(request), clock.now());
    if ('principal' in result) return result.principal;
    const patient = failures.take(request.socket.remoteAddress ?? '');
    return {
      error: patient ? unauthorized() : new ApiError('TooManyRequests', 'too many failed logins; wait a minute'),
      denied: true,
    };
  }

  return async request => {
    if (parts.draining())
      return { error: serviceUnavailable('the server is stopping', retryAfterSeconds), denied: false };
    const problem = headProblem(request, limits, parts.hosts);
    if (problem !== undefined) return problem;
    const { path, query } = target(request);
    const route = routeOf(path);
    const open = route !== undefined && withoutCredentials.has(route.type);
    const principal = open ? undefined : await principalOf(request);
    if (principal !== undefined && 'error' in principal) return principal;
    if (principal !== undefined && !rates.take(principal.name)) return busy;
    const release = places.enter(classOf(request, query));
    return release === undefined ? busy : { path, route, query, principal, release };
  };
}

const busy: Refused = { error: tooManyRequests(retryAfterSeconds), denied: false };

function headProblem(request: IncomingMessage, { headers }: ApiLimits, hosts: HostCheck): Refused | undefined {
  const count = request.rawHeaders.length / 2;
  if (count > headers)
    return { error: badRequest(`the request has ${count} headers; at most ${headers} are read`), denied: false };
  const foreign = hosts(request.headers.host, request.headers.origin);
  return foreign === undefined ? undefined : { error: new ApiError('Forbidden', foreign), denied: true };
}

function target(request: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function classOf(request: IncomingMessage, query: URLSearchParams): 'reads' | 'writes' | 'watches' {
  if (request.method !== 'GET') return 'writes';
  const watch = query.get('watch');
  return watch === null || watch === 'false' || watch === '0' ? 'reads' : 'watches';
}

function credentialsOf(request: IncomingMessage): Credentials {
  const { authorization } = request.headers;
  const socket = request.socket as TLSSocket;
  const certificate = socket.authorized ? subjectOf(socket) : undefined;
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function subjectOf(socket: TLSSocket): Credentials['certificate'] {
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  // Node gives a list where a name part stands more than once, whatever the types say.
  const all = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.map(String) : value ? [String(value)] : [];
  const [commonName = ''] = all(subject.CN);
  return { commonName, organizations: all(subject.O) };
}
