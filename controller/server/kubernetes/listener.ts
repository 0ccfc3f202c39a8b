import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import Fastify from 'fastify';
import { type ConnectionLimits, connections } from '../http/connections.ts';
import type { ListenerTls } from './listener-tls.ts';

/** Limits that hold before a request is looked at. */
export interface TransportLimits extends ConnectionLimits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** What happens to requests. */
export interface Handlers {
  /** Looks at a request before its body is read; false when it has been answered already. */
  readonly admit: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Answers a request that was admitted. Never rejects. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, body: Buffer) => Promise<void>;
  /** Answers a request whose body could not be read. `code` is the HTTP status that fits. */
  readonly unreadable: (response: ServerResponse, code: number) => void;
}

/** A listening HTTPS server. */
export interface Listener {
  readonly address: { readonly host: string; readonly port: number };
  /** New connections get other certificates; those that are open go on. */
  useTls(material: ListenerTls): void;
  /** Tells the connection limits that a connection's client is welcome. */
  proven(request: IncomingMessage): void;
  /** Stops listening and waits until the open requests have ended. */
  close(): Promise<void>;
}

const handshakeTimeoutMs = 10_000;
const checkEveryMs = 5_000;
const keepAliveMs = 5_000;

/** What is wrong with a request that Node could not read; everything else is a 400. */
const clientErrorCodes: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/**
 * Listens for HTTP/1.1 over TLS (clients fall back to it from HTTP/2) and hands every request, whatever its path,
 * method and content type, to the handlers. A client certificate is asked for when there is a CA to check it with.
 */
export async function listener(
  at: { readonly host: string; readonly port: number },
  tls: ListenerTls,
  limits: TransportLimits,
  { admit, handle, unreadable }: Handlers,
): Promise<Listener> {
  const app = Fastify({
    https: {
      ...contextOf(tls),
      ALPNProtocols: ['http/1.1'],
      requestCert: tls.clientCa !== undefined,
      // Requests without a certificate come in too: they may carry a token.
      rejectUnauthorized: false,
      handshakeTimeout: handshakeTimeoutMs,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(checkEveryMs, limits.headersTimeoutMs / 2),
      maxHeaderSize: limits.headerBytes,
    },
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    bodyLimit: limits.bodyBytes,
    logger: false,
    clientErrorHandler: (error, socket) => {
      const code = clientErrorCodes[error.code] ?? 400;
      if (socket.writable)
        socket.write(`HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      socket.destroySoon();
    },
    // One route for everything: the path is ours to read, and no router has an opinion about it.
    rewriteUrl: () => '/',
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    request.raw.url = request.originalUrl;
    if (!(await admit(request.raw, reply.raw))) reply.hijack();
  });
  app.setErrorHandler((error, _request, reply) => {
    reply.hijack();
    unreadable(reply.raw, codeOf(error));
  });
  app.route({
    method: app.supportedMethods.filter(method => method !== 'HEAD'),
    url: '/',
    handler: async (request, reply) => {
      reply.hijack();
      await handle(request.raw, reply.raw, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    },
  });
  const server = serverOf(app);
  // The sockets below TLS: also those that never finish their handshake count.
  const sockets = connections(limits);
  server.on('connection', (socket: Socket) => sockets.opened(socket));
  await app.listen({ host: at.host, port: at.port });
  const bound = server.address();
  return {
    address: { host: at.host, port: typeof bound === 'object' && bound !== null ? bound.port : at.port },
    useTls: material => server.setSecureContext(contextOf(material)),
    proven: request => sockets.proven(request.socket),
    close: () => app.close(),
  };
}

function contextOf({ certificate, clientCa, key }: ListenerTls) {
  return {
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    ...(clientCa === undefined ? {} : { ca: clientCa }),
  } as const;
}

function serverOf(app: { readonly server: unknown }): HttpsServer {
  return app.server as HttpsServer;
}

function codeOf(error: unknown): number {
  const code = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  return code >= 400 && code < 600 ? code : 500;
}
