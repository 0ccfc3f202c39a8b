import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListenerTls } from '../../../controller/server/kubernetes/listener-tls.ts';
import { validated } from '../../../controller/server/kubernetes/schema/validate.ts';
import { certificateAuthority, serverCertificate } from '../../../controller/server/tls/certificate.ts';
import { MemoryJournal, memoryStore } from '../../../controller/store/memory.ts';
import { systemClock } from '../../store/sqlite/system-clock.ts';
import { type Client, client } from '../client.ts';
import { fuzz } from '../fuzz.ts';
import { job, paths } from '../objects.ts';
import { jobDefinitions } from '../test-kinds.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { jobs } = paths;

async function withServer<T>(
  use: (server: TestServer, admin: Client) => Promise<T>,
  options?: Parameters<typeof testServer>[0],
): Promise<T> {
  const server = await testServer(options);
  const admin = client(server, tokens.admin);
  try {
    return await use(server, admin);
  } finally {
    admin.close();
    await server.close();
    expect(server.problems).toEqual([]);
  }
}

describe('concurrent writers of one object', () => {
  it('see one history: every accepted update builds on the one before it', async () => {
    await withServer(async (server, admin) => {
      await admin.post(jobs, job('counter', { parameters: { n: '0' } }));
      const accepted: { version: number; from: number; to: number }[] = [];
      const writer = async () => {
        const own = client(server, tokens.editor);
        for (let done = 0; done < 15; ) {
          const { body } = await own.get(`${jobs}/counter`);
          const from = Number(body.spec.parameters.n);
          const reply = await own.put(`${jobs}/counter`, {
            ...body,
            spec: { ...body.spec, parameters: { n: String(from + 1) } },
          });
          expect([200, 409]).toContain(reply.status);
          if (reply.status === 409) continue;
          accepted.push({
            version: Number(reply.body.metadata.resourceVersion),
            from,
            to: Number(reply.body.spec.parameters.n),
          });
          done += 1;
        }
        own.close();
      };
      const watch = await admin.watch(`${jobs}/counter?watch=true&resourceVersion=0`);
      await Promise.all(Array.from({ length: 6 }, writer));

      accepted.sort((a, b) => a.version - b.version);
      expect(accepted.map(({ from, to }) => [from, to])).toEqual(accepted.map((_, index) => [index, index + 1]));
      const seen: string[] = [];
      for (let line = await watch.next(); line !== undefined; line = await watch.next()) {
        seen.push((line.object.spec as unknown as { parameters: { n: string } }).parameters.n);
        if (seen.length > accepted.length) break;
      }
      expect(seen).toEqual(Array.from({ length: accepted.length + 1 }, (_, index) => String(index)));
      watch.stop();
    });
  });
});

describe('random bodies', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const spec = fc.record(
    {
      type: fc.oneof(fc.constantFrom('container', 'multinode'), value),
      retryStrategy: fc.oneof(fc.record({ attempts: fc.oneof(fc.integer(), value) }), value),
      parameters: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.string(), value)), value),
      environment: fc.oneof(
        fc.array(fc.oneof(fc.record({ name: fc.constantFrom('A', 'B'), value: fc.string() }), value)),
        value,
      ),
      command: fc.oneof(fc.array(fc.string()), value),
      other: value,
    },
    { requiredKeys: [] },
  );
  const metadata = fc.record(
    {
      name: fc.oneof(fc.constant('fuzz'), value),
      labels: fc.oneof(fc.dictionary(fc.string(), fc.string()), value),
      annotations: fc.oneof(fc.dictionary(fc.string(), fc.string()), value),
      finalizers: fc.oneof(fc.array(fc.string()), value),
      ownerReferences: value,
      managedFields: fc.oneof(fc.array(value), value),
      resourceVersion: value,
      uid: value,
      generateName: value,
      namespace: fc.oneof(fc.constant('default'), value),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    value,
    fc.record({
      apiVersion: fc.oneof(fc.constant('batchwright.dev/v1alpha1'), value),
      kind: fc.oneof(fc.constant('JobDefinition'), value),
      metadata: fc.oneof(metadata, value),
      spec: fc.oneof(spec, value),
      status: value,
    }),
  );
  const operation = fc.constantFrom(
    { method: 'POST', path: jobs, type: 'application/json' },
    { method: 'PUT', path: `${jobs}/fuzz`, type: 'application/json' },
    { method: 'PATCH', path: `${jobs}/fuzz`, type: 'application/merge-patch+json' },
    { method: 'PATCH', path: `${jobs}/fuzz`, type: 'application/json-patch+json' },
    { method: 'PATCH', path: `${jobs}/fuzz?fieldManager=f&force=true`, type: 'application/apply-patch+yaml' },
    { method: 'PATCH', path: `${jobs}/fuzz/status`, type: 'application/merge-patch+json' },
    { method: 'DELETE', path: `${jobs}/fuzz?dryRun=All`, type: 'application/json' },
  );

  it(
    'never break the server, and nothing gets in that does not fit its schema',
    async () => {
      await withServer(async (server, admin) => {
        await admin.post(jobs, job('fuzz'));
        await fc.assert(
          fc.asyncProperty(operation, body, async ({ method, path, type }, sent) => {
            const reply = await admin.send(method, path, {
              body: JSON.stringify(sent),
              headers: { 'content-type': type },
            });
            // A configuration that cannot be typed is a 500 without a reason, as in Kubernetes.
            expect(reply.status < 500 || (reply.body.reason === undefined && type.includes('apply'))).toBe(true);
            expect(reply.body.kind).toMatch(/^(Status|JobDefinition)$/);
            for (const { metadata: _, status: __, ...object } of (await server.store.list('JobDefinition')).items) {
              expect(validated(jobDefinitions.schema, JSON.parse(JSON.stringify(object)))).toEqual([]);
            }
          }),
          { numRuns: fuzz(300) },
        );
        expect((await admin.get('/readyz')).text).toBe('ok');
      });
    },
    fuzz(60_000),
  );

  it(
    'of damaged text are refused',
    async () => {
      await withServer(async (_server, admin) => {
        const text = JSON.stringify(job('t', { parameters: { a: 'b' } }));
        await fc.assert(
          fc.asyncProperty(fc.nat(text.length - 1), fc.string({ minLength: 0, maxLength: 3 }), async (at, piece) => {
            const damaged = `${text.slice(0, at)}${piece}${text.slice(at + 1)}`;
            const reply = await admin.send('POST', `${jobs}?dryRun=All`, {
              body: damaged,
              headers: { 'content-type': 'application/json' },
            });
            expect(reply.status).toBeLessThan(500);
          }),
          { numRuns: fuzz(150) },
        );
      });
    },
    fuzz(60_000),
  );
});

describe('clients who only hold connections', () => {
  it('shut nobody out', async () => {
    await withServer(
      async (server, admin) => {
        const holding = Array.from({ length: 40 }, () => connect({ port: server.port, host: '127.0.0.1' }));
        for (const socket of holding) socket.on('error', () => undefined);
        await Promise.all(holding.map(socket => new Promise(resolve => socket.once('connect', resolve))));
        const replies = await Promise.all(Array.from({ length: 4 }, () => admin.get('/version')));
        expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        for (const socket of holding) socket.destroy();
      },
      { limits: { unprovenPerAddress: 10, total: 30 } },
    );
  });
});

describe('certificates', () => {
  it('that were replaced are shown to new connections, and watches go on', async () => {
    const [first, second] = [Date.now(), Date.now()].map(now => certificateAuthority(now));
    const of = (authority = first): ListenerTls => {
      const { certificate, privateKey } = serverCertificate(authority as never, ['localhost', '127.0.0.1'], Date.now());
      return { certificate, key: privateKey };
    };
    let material = of();
    const due: (() => void)[] = [];
    const clock = {
      now: () => Date.now(),
      timer: (ms: number, run: () => void) => {
        if (ms !== 10_000) return systemClock.timer(ms, run);
        due.push(run);
        return () => undefined;
      },
    };
    const server = await testServer({
      clock,
      tls: { read: async () => material },
      store: memoryStore({ clock: systemClock, ids: randomUUID }),
    });
    const at = { port: server.port, host: '127.0.0.1', servername: 'localhost' };
    const trusted = (ca: string) =>
      new Promise<boolean>(resolve => {
        const socket = tlsConnect({ ...at, ca, rejectUnauthorized: false }, () => {
          resolve(socket.authorized);
          socket.destroy();
        });
      });
    const admin = client({ port: server.port, ca: String(first?.certificate) }, tokens.admin);
    const watch = await admin.watch(`${jobs}?watch=true`);

    material = of(second);
    for (const run of due.splice(0)) run();
    while (!(await trusted(String(second?.certificate))));

    expect(await trusted(String(first?.certificate))).toBe(false);
    await server.store.create(job('x', {}, { namespace: 'default' }) as never);
    expect((await watch.next())?.object.metadata.name).toBe('x');
    watch.stop();
    admin.close();
    await server.close();
    await server.store.close();
  });
});

describe('a restart', () => {
  it('loses no change for those who watch from the version they know', async () => {
    const journal = new MemoryJournal(1000);
    const parts = { clock: systemClock, ids: randomUUID, journal };
    const before = memoryStore(parts);
    const { since, uid } = await withServer(
      async (_server, admin) => {
        const created = (await admin.post(jobs, job('a'))).body;
        await admin.patch(`${jobs}/a`, { metadata: { labels: { step: '1' } } });
        return { since: created.metadata.resourceVersion, uid: created.metadata.uid };
      },
      { store: before },
    );
    await before.close();
    const after = memoryStore(parts);
    await withServer(
      async (_server, admin) => {
        await admin.patch(`${jobs}/a`, { metadata: { labels: { step: '2' } } });
        const watch = await admin.watch(`${jobs}?watch=true&resourceVersion=${since}`);
        const steps = [await watch.next(), await watch.next()].map(line => line?.object.metadata.labels?.['step']);
        expect(steps).toEqual(['1', '2']);
        expect((await admin.get(`${jobs}/a`)).body.metadata.uid).toBe(uid);
        watch.stop();
      },
      { store: after },
    );
    await after.close();
  });
});
