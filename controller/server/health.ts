import { type FastifyInstance, fastify } from 'fastify';
import type { Registry } from 'prom-client';

/** One thing that must be true for the process to be ready: undefined when it is, else what is missing. */
type Check = () => string | undefined;

/** What the health server shows. */
export interface Health {
  readonly live: Check;
  readonly ready: Readonly<Record<string, Check>>;
  readonly metrics: Registry;
  readonly version: Readonly<Record<string, string>>;
}

/** Health, metrics and version over plain HTTP: nothing here is secret, nothing here changes anything. */
export function healthServer({ live, ready, metrics, version }: Health): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true, requestTimeout: 10_000, bodyLimit: 1024 });
  const plain = 'text/plain; charset=utf-8';
  const healthz = (checks: Readonly<Record<string, Check>>) => () => {
    const results = Object.entries(checks).map(([name, check]) => ({ name, problem: check() }));
    const lines = results.map(({ name, problem }) =>
      problem === undefined ? `[+] ${name} ok` : `[-] ${name}: ${problem}`,
    );
    return { ok: results.every(({ problem }) => problem === undefined), text: `${lines.join('\n')}\n` };
  };
  const routes = { '/healthz': healthz({ loop: live }), '/livez': healthz({ loop: live }), '/readyz': healthz(ready) };
  for (const [path, answer] of Object.entries(routes)) {
    server.get(path, async (_, reply) => {
      const { ok, text } = answer();
      return reply
        .code(ok ? 200 : 503)
        .type(plain)
        .send(text);
    });
  }
  server.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  server.get('/version', async () => version);
  return server;
}
