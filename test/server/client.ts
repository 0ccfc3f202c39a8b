import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { gunzipSync } from 'node:zlib';
import type { ApiObject } from '../../controller/model/object.ts';
import type { TestServer } from './test-server.ts';

/** An answer that was read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON, for assertions. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly body: any;
}

/** What a request may carry beside method and path. */
interface Extras {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as it is when it is a text, else as JSON. */
  readonly body?: unknown;
}

/** A client with a token; without one, with none. */
export interface Client {
  send(method: string, path: string, extras?: Extras): Promise<Reply>;
  get(path: string, headers?: Extras['headers']): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  put(path: string, body: unknown): Promise<Reply>;
  /** `type` is the first part of the content type: merge-patch, json-patch, … */
  patch(path: string, body: unknown, type?: string): Promise<Reply>;
  delete(path: string, body?: unknown): Promise<Reply>;
  /** The lines of a watch as they come, until it ends or `stop` is called. */
  watch(path: string): Promise<Watched>;
  close(): void;
}

/** A watch that is being read. */
interface Watched {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next event; undefined when the watch has ended. */
  next(): Promise<WatchLine | undefined>;
  /** Every event until the watch ends. */
  rest(): Promise<readonly WatchLine[]>;
  stop(): void;
}

/** One event of a watch. */
export interface WatchLine {
  readonly type: string;
  readonly object: ApiObject & {
    readonly code?: number;
    readonly rows?: readonly unknown[];
    readonly columnDefinitions?: readonly unknown[];
  };
}

const patchTypes: Readonly<Record<string, string>> = { 'apply-patch': 'application/apply-patch+yaml' };

/** A client of a test server. */
export function client({ ca, port }: Pick<TestServer, 'ca' | 'port'>, token?: string): Client {
  const agent = new Agent({ ca, keepAlive: true });
  const base = { host: '127.0.0.1', servername: 'localhost', port, agent } as const;
  const credentials: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  function send(method: string, path: string, { body, headers = {} }: Extras = {}): Promise<Reply> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const json: Record<string, string> =
      text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        { ...base, method, path, headers: { ...credentials, ...json, ...headers } as never },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', chunk => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            const plain = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text: plain, body: parsed(plain) });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }

  return {
    send,
    get: (path, headers) => send('GET', path, headers === undefined ? {} : { headers }),
    post: (path, body) => send('POST', path, { body }),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, body, type = 'merge-patch') =>
      send('PATCH', path, { body, headers: { 'content-type': patchTypes[type] ?? `application/${type}+json` } }),
    delete: (path, body) => send('DELETE', path, body === undefined ? {} : { body }),
    watch: path => watched({ ...base, path, headers: credentials }),
    close: () => agent.destroy(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function watched(options: RequestOptions): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(options, response => {
      const lines = linesOf(response);
      const next = async () => {
        const { done, value } = await lines.next();
        return done ? undefined : (JSON.parse(value) as WatchLine);
      };
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        next,
        async rest() {
          const all: WatchLine[] = [];
          for (let line = await next(); line !== undefined; line = await next()) all.push(line);
          return all;
        },
        stop: () => outgoing.destroy(),
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    yield* lines;
  }
}
