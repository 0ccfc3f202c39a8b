import { randomInt, randomUUID, X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Cancel, type Clock, timestamp } from '../../model/clock.ts';
import { group } from '../../model/object.ts';
import type { Store } from '../../store/contract.ts';
import { type AppendAudit, type AuditTrail, auditTrail } from '../audit/audit.ts';
import type { Authenticator } from '../auth/authentication.ts';
import { authorizer } from '../auth/authorization.ts';
import { discarded } from '../http/discarded.ts';
import { hostCheck } from '../http/host-check.ts';
import { type Answer, errorAnswer, type Headers } from './answer.ts';
import type { Admit, Backend } from './call.ts';
import { dispatcher } from './dispatch.ts';
import { fixedAnswers } from './fixed-answers.ts';
import { type Admitted, gate, type Refused } from './gate.ts';
import { Housekeeping } from './housekeeping.ts';
import type { KindInfo } from './kind-info.ts';
import { type ApiLimits, defaultLimits } from './limits.ts';
import { type Listener, listener } from './listener.ts';
import type { ListenerTls, TlsSource } from './listener-tls.ts';
import type { ApiLog } from './log.ts';
import { sendLines, sendText } from './send.ts';
import { servedTypes } from './served-types.ts';
import { ApiError, badRequest, internalError, timedOut, tooLarge } from './status.ts';
import { warningHeaders } from './warning.ts';

/** Everything that the API needs from the outside. */
export interface KubernetesApiOptions {
  readonly store: Store;
  readonly kinds: readonly KindInfo[];
  readonly clock: Clock;
  readonly log: ApiLog;
  /** The authenticator in force; asked for every request, so that a changed access file holds at once. */
  readonly authenticate: () => Promise<Authenticator>;
  readonly tls: TlsSource;
  /** Names and addresses by which clients may call this server, beside the loopback ones. */
  readonly hosts: readonly string[];
  readonly audit: AppendAudit;
  /** Our own version, for `/version`. */
  readonly version: string;
  readonly admit?: Admit;
  /** Why the process as a whole is not ready; undefined when it is. */
  readonly notReady?: () => string | undefined;
  readonly limits?: Partial<ApiLimits>;
  readonly random?: (bound: number) => number;
}

/** The HTTP API. */
export interface KubernetesApi {
  /** Begins to listen, with the permanent namespaces in place; the answer is the address with its real port. */
  listen(at: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly host: string; readonly port: number }>;
  /** Ends watches, refuses new requests, waits for those that are being worked on (ten seconds at most), and closes. */
  close(): Promise<void>;
}

const loopbackNames = ['localhost', '127.0.0.1', '::1'];
const tlsCheckMs = 10_000;
const closeWithinMs = 10_000;

const unreadableErrors: Readonly<Record<number, (limits: ApiLimits) => ApiError>> = {
  408: () => timedOut('the body did not come in time'),
  413: ({ bodyBytes }) => tooLarge(`the body is larger than ${bodyBytes} bytes`),
};

/** A Kubernetes-style API over a store and a set of kinds. Nothing listens before `listen`. */
export function kubernetesApi(options: KubernetesApiOptions): KubernetesApi {
  return new Server(options);
}

class Server implements KubernetesApi {
  readonly #options: KubernetesApiOptions;
  readonly #limits: ApiLimits;
  readonly #audit: AuditTrail;
  readonly #housekeeping: Housekeeping;
  readonly #dispatch: ReturnType<typeof dispatcher>;
  readonly #stopping = new AbortController();
  readonly #admitted = new WeakMap<IncomingMessage, Admitted & { readonly id: string }>();
  readonly #open = new Set<ServerResponse>();
  #listener: Listener | undefined;
  #housekeepingDone: Promise<void> = Promise.resolve();
  #tls: ListenerTls | undefined;
  #cancelTlsCheck: Cancel | undefined;
  #expiredTold = false;

  constructor(options: KubernetesApiOptions) {
    this.#options = options;
    const { clock, log, store } = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#audit = auditTrail(
      options.audit,
      () => clock.now(),
      message => log.error({ problem: message }, 'audit log cannot be written; changes are refused until it can'),
    );
    const types = servedTypes(options.kinds, timestamp(clock.now()));
    this.#housekeeping = new Housekeeping({ store, types, clock, log });
    const backend: Backend = {
      store,
      clock,
      types,
      admit: options.admit ?? (() => undefined),
      random: options.random ?? randomInt,
      maxObjectBytes: this.#limits.objectBytes,
    };
    this.#dispatch = dispatcher({
      backend,
      authorize: authorizer(group),
      audit: this.#audit,
      fixed: fixedAnswers({ types: types.all, version: options.version, notReady: () => this.#notReady() }),
    });
  }

  async listen(at: { readonly host: string; readonly port: number }) {
    const { authenticate, clock, hosts, tls } = this.#options;
    await this.#housekeeping.seed();
    this.#housekeepingDone = this.#housekeeping.run(this.#stopping.signal);
    const enter = gate({
      clock,
      limits: this.#limits,
      hosts: hostCheck([...loopbackNames, at.host, ...hosts]),
      authenticate,
      draining: () => this.#stopping.signal.aborted,
    });
    this.#tls = await tls.read();
    this.#listener = await listener(at, this.#tls, this.#limits, {
      admit: async (request, response) => this.#enter(await enter(request), request, response),
      handle: (request, response, body) => this.#handle(request, response, body),
      unreadable: (response, code) => this.#unreadable(response, code),
    });
    this.#watchTls();
    return this.#listener.address;
  }

  async close(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#cancelTlsCheck?.();
    const cutOff = this.#options.clock.timer(closeWithinMs, () => {
      for (const response of this.#open) response.destroy();
    });
    await Promise.all([...this.#open].map(response => new Promise(resolve => response.once('close', resolve))));
    cutOff();
    await this.#listener?.close();
    await this.#housekeepingDone;
  }

  async #enter(outcome: Admitted | Refused, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const id = randomUUID();
    response.setHeader('Audit-Id', id);
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    if ('error' in outcome) {
      if (outcome.denied) await this.#recordRefusal(id, outcome.error, request);
      // A body that nobody reads would stand before the next request of the connection.
      if (!(await discarded(request, this.#options.clock))) response.setHeader('Connection', 'close');
      await this.#send(request, response, errorAnswer(outcome.error, request.headers.accept));
      return false;
    }
    response.once('close', outcome.release);
    if (outcome.principal !== undefined) this.#listener?.proven(request);
    this.#admitted.set(request, { ...outcome, id });
    return true;
  }

  async #handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const admitted = this.#admitted.get(request);
    if (admitted === undefined) return;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const warnings: string[] = [];
    const answer = await this.#answer({
      ...admitted,
      method: request.method ?? '',
      headers: request.headers,
      body,
      address: request.socket.remoteAddress ?? '',
      signal: AbortSignal.any([gone.signal, this.#stopping.signal]),
      warn: text => warnings.push(text),
    });
    await this.#send(request, response, answer, warningHeaders(warnings));
  }

  async #answer(request: Parameters<ReturnType<typeof dispatcher>>[0]): Promise<Answer> {
    try {
      return await this.#dispatch(request);
    } catch (error) {
      const known = error instanceof ApiError ? error : internalError('an unexpected error', error);
      if (known.code === 500 && known.reason === 'InternalError') {
        this.#options.log.error({ err: known.cause ?? known, requestId: request.id }, 'request failed unexpectedly');
      }
      return errorAnswer(known, request.headers.accept);
    }
  }

  async #send(request: IncomingMessage, response: ServerResponse, answer: Answer, extra: Headers = {}): Promise<void> {
    const common: Headers = { 'Cache-Control': 'no-cache, private', ...extra };
    try {
      if (this.#stopping.signal.aborted) response.setHeader('Connection', 'close');
      if (answer.type === 'stream') await sendLines(response, answer, common, this.#options.clock);
      else await sendText(response, answer, common, String(request.headers['accept-encoding'] ?? ''));
    } catch (error) {
      // The head may be out already: all that can be done is to end, which the client notices.
      this.#options.log.error({ err: error }, 'answer could not be sent');
      response.destroy();
    }
  }

  #unreadable(response: ServerResponse, code: number): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const error = unreadableErrors[code]?.(this.#limits) ?? badRequest('the body could not be read');
    const { code: status, contentType, headers = {}, text } = errorAnswer(error) as Extract<Answer, { type: 'text' }>;
    response.writeHead(status, { ...headers, 'Content-Type': contentType, Connection: 'close' } as Record<
      string,
      string
    >);
    response.end(text);
  }

  async #recordRefusal(id: string, error: ApiError, request: IncomingMessage): Promise<void> {
    const path = (request.url ?? '').split('?', 1).join('');
    await this.#audit.record({
      time: timestamp(this.#options.clock.now()),
      requestId: id,
      user: '',
      address: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
      verb: (request.method ?? '').toLowerCase(),
      resource: path,
      outcome: 'denied',
      code: error.code,
      reason: error.reason,
    });
  }

  #notReady(): string | undefined {
    if (this.#stopping.signal.aborted) return 'the server is stopping';
    if (this.#expiredSince() !== undefined) return 'the server certificate has expired';
    return this.#options.notReady?.();
  }

  #expiredSince(): string | undefined {
    if (this.#tls === undefined) return undefined;
    const { validTo } = new X509Certificate(this.#tls.certificate);
    return Date.parse(validTo) <= this.#options.clock.now() ? validTo : undefined;
  }

  #tellExpiry(): void {
    const since = this.#expiredSince();
    if (since !== undefined && !this.#expiredTold)
      this.#options.log.error({ since }, 'the certificate of the API has expired: clients refuse it; replace it');
    this.#expiredTold = since !== undefined;
  }

  /** Looks every few seconds whether the certificate has changed, and shows the new one to new connections. */
  #watchTls(): void {
    this.#tellExpiry();
    this.#cancelTlsCheck = this.#options.clock.timer(tlsCheckMs, () => {
      void this.#reloadTls().finally(() => {
        if (!this.#stopping.signal.aborted) this.#watchTls();
      });
    });
  }

  async #reloadTls(): Promise<void> {
    try {
      const next = await this.#options.tls.read();
      const { certificate, clientCa, key } = this.#tls ?? {};
      if (next.certificate === certificate && next.key === key && next.clientCa === clientCa) return;
      this.#listener?.useTls(next);
      this.#tls = next;
      this.#options.log.info({}, 'API certificate was replaced');
    } catch (error) {
      this.#options.log.error({ err: error }, 'new API certificate cannot be used; the one before stays');
    }
  }
}
