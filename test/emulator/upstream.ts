import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { errorAnswer } from './error-answer.ts';
import type { Answer, AwsRequest } from './request.ts';
import { isMutating } from './request.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const HOP_BY_HOP = ['connection', 'content-length', 'date', 'keep-alive', 'server', 'status', 'transfer-encoding'];
const IS_HTML = /^\s*<!?(doctype html|html)/i;

/** The moto behind the proxy. */
export class Upstream {
  readonly #endpoint: URL;

  /** Refuses anything but this machine: rewritten requests and invented answers have no business with a real AWS. */
  constructor(endpoint: string) {
    this.#endpoint = new URL(endpoint);
    if (!LOOPBACK.has(this.#endpoint.hostname)) {
      throw new Error(`the emulator's proxy forwards to this machine only, not to ${this.#endpoint.hostname}`);
    }
  }

  /** moto's answer for that account, with what only moto would do to a caller taken out. */
  async answer(
    request: AwsRequest,
    account: string | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const owner = account === undefined ? {} : { 'x-moto-account-id': account };
    const sent = { ...request.headers, ...owner, ...headers };
    const first = await this.#send(request, sent);
    // moto's lists fail now and then while something is created; AWS's don't.
    const retried = isPage(first) && first.status === 500 && !isMutating(request.operation);
    const answer = retried ? await this.#send(request, sent) : first;
    return isPage(answer) ? unanswerable(request, answer) : typed(request, answer);
  }

  async #send(request: AwsRequest, headers: Readonly<Record<string, string>>): Promise<Answer> {
    // moto reads JSON bodies as query strings too: an ampersand inside a string would overwrite parameters.
    const body = Buffer.from(request.protocol === 'json' ? request.body.replaceAll('&', '\\u0026') : request.body);
    const { hostname, port } = this.#endpoint;
    const outgoing = httpRequest({
      host: hostname,
      port,
      method: request.method,
      path: request.path,
      headers: { ...headers, 'content-length': body.length, connection: 'close' },
      agent: false,
    });
    outgoing.end(body);
    try {
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      return await received(incoming);
    } catch (cause) {
      throw new Error(`the AWS emulator at ${this.#endpoint.origin} does not answer; has its process ended?`, {
        cause,
      });
    }
  }
}

async function received(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string' && !HOP_BY_HOP.includes(name)) headers[name] = value;
  }
  return { status: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') };
}

function isPage(answer: Answer): boolean {
  return answer.status >= 400 && IS_HTML.test(answer.body);
}

/** A page instead of an answer means that moto lacks the operation or broke on it. SDKs would retry a 500; 501 ends it. */
function unanswerable(request: AwsRequest, page: Answer): Answer {
  const why = page.headers['x-emulator-error'] ?? `HTTP ${page.status}`;
  const message = `the emulator can't answer ${request.service}:${request.operation} (${why})`;
  return errorAnswer(request, { status: 501, code: 'NotImplementedByEmulator', message });
}

function typed(request: AwsRequest, answer: Answer): Answer {
  if (request.service !== 'batch') return answer;
  return { ...answer, headers: { ...answer.headers, 'content-type': 'application/json' } };
}
