import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../controller/model/clock.ts';
import { AnswerMemory, type ReadLag } from './answer-memory.ts';
import { type Call, CallLog } from './call-log.ts';
import { commonError, errorAnswer } from './error-answer.ts';
import { type Decision, type Fault, Faults } from './faults.ts';
import { isAnswer, type Paging, paged } from './paging.ts';
import { type Answer, type AwsRequest, identified, isMutating } from './request.ts';
import type { Stage } from './stage.ts';
import type { Upstream } from './upstream.ts';

const KEEP_ALIVE_MS = 60_000;
const GATEWAY_PAGE: Answer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
};

/** What the proxy is made of. */
export interface AwsProxyParts {
  readonly upstream: Upstream;
  readonly clock: Clock;
  /** The account of every call, except with credentials of a role that was assumed through this proxy. */
  readonly account: string;
  readonly stages: readonly Stage[];
  readonly readLag: ReadLag;
  readonly paging: Paging;
}

/** An AWS endpoint that counts its calls and can misbehave as AWS does. */
export class AwsProxy {
  readonly calls = new CallLog();
  readonly faults: Faults;
  readonly #parts: AwsProxyParts;
  readonly #memory = new AnswerMemory();
  readonly #assumed = new Map<string, string>();
  #batchTurn: Promise<unknown> = Promise.resolve();
  readonly #server = createServer((incoming, outgoing) => {
    this.#serve(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(501, { 'content-type': 'text/plain' }).end(String(error));
    });
  });

  constructor(parts: AwsProxyParts) {
    this.#parts = parts;
    this.faults = new Faults(() => parts.clock.now());
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Listens on a free loopback port and returns the endpoint. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts connections that wait for a next call, as a load balancer does when it gets tired of them. */
  cutIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(chunks).toString('utf8');
    const request = identified(incoming.method ?? 'GET', incoming.url ?? '/', headers, body);
    const account = this.#assumed.get(request.accessKeyId) ?? this.#parts.account;
    const call = this.calls.record(request, account, this.#parts.clock.now());
    const decision = this.faults.decide(call);
    await this.#delay(decision);
    const answer = await this.#met(request, account, call, decision.fault);
    if (answer === 'cut') outgoing.destroy();
    if (typeof answer === 'string') return;
    call.status = answer.status;
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
    outgoing.end(answer.body);
  }

  async #delay({ delayMs }: Decision): Promise<void> {
    if (delayMs > 0) await new Promise<void>(resolve => this.#parts.clock.timer(delayMs, resolve));
  }

  /** The answer after the fault had its way; `cut` and `hang` are the two ways to give none. */
  async #met(request: AwsRequest, account: string, call: Call, fault: Fault): Promise<Answer | 'cut' | 'hang'> {
    if (fault !== 'none') call.fault = typeof fault === 'string' ? fault : Object.keys(fault)[0];
    if (typeof fault === 'object') return 'error' in fault ? errorAnswer(request, fault.error) : fault.answer;
    switch (fault) {
      case 'cutBefore':
        return 'cut';
      case 'hang':
        return 'hang';
      case 'cutAfter':
        await this.#answer(request, account);
        return 'cut';
      case 'html':
        return GATEWAY_PAGE;
      case 'stale':
        return this.#memory.last(request, account) ?? (await this.#answer(request, account));
      case 'none':
        return this.#answer(request, account);
      default:
        return errorAnswer(request, commonError(request.service, fault));
    }
  }

  async #answer(request: AwsRequest, account: string): Promise<Answer> {
    const { clock, readLag } = this.#parts;
    const old = this.#memory.lagging(request, account, readLag, clock.now());
    if (old !== undefined) return old;
    const answer = await this.#staged(request, account);
    if (isMutating(request.operation)) this.#memory.outdate(request, account, clock.now());
    else if (answer.status === 200) this.#memory.keep(request, account, answer);
    return answer;
  }

  /** Calls of Batch take turns: its stages look at the store before and after a call, and nobody may come in between. */
  #staged(request: AwsRequest, account: string): Promise<Answer> {
    if (request.service !== 'batch') return this.#passed(request, account);
    const turn = this.#batchTurn.then(() => this.#passed(request, account));
    this.#batchTurn = turn.catch(() => undefined);
    return turn;
  }

  async #passed(request: AwsRequest, account: string): Promise<Answer> {
    const { stages, upstream, paging } = this.#parts;
    for (const stage of stages) {
      const refusal = await stage.before?.(request, account);
      if (refusal !== undefined) return refusal;
    }
    const sent = paged(request, paging);
    if (isAnswer(sent)) return sent;
    const headers = Object.assign({}, ...stages.map(stage => stage.headers?.(request) ?? {}));
    const answer = await upstream.answer(sent, account, headers);
    this.#noteAssumedRole(request, answer);
    return stages.reduce((seen, stage) => stage.after?.(request, account, seen) ?? seen, answer);
  }

  #noteAssumedRole(request: AwsRequest, answer: Answer): void {
    const key = /<AccessKeyId>([^<]+)</.exec(answer.body)?.[1];
    const account = String(request.input['RoleArn'] ?? '').split(':')[4];
    if (request.service === 'sts' && key !== undefined && account !== undefined) this.#assumed.set(key, account);
  }
}
