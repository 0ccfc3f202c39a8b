import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, client } from '../client.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const jobs = '/apis/batchwright.dev/v1alpha1/namespaces/default/jobdefinitions';
const job = (name: string, spec: object = { type: 'container' }) => ({
  apiVersion: 'batchwright.dev/v1alpha1',
  kind: 'JobDefinition',
  metadata: { name },
  spec,
});

let server: TestServer;
let admin: Client;
let nobody: Client;
beforeAll(async () => {
  server = await testServer({ limits: { failedLoginsPerMinute: 1000 } });
  admin = client(server, tokens.admin);
  nobody = client(server);
});
afterAll(async () => {
  admin.close();
  nobody.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

describe('who may come in', () => {
  it.each(['/healthz', '/livez/ping', '/readyz', '/version'])('%s needs no credentials', async path => {
    expect((await nobody.get(path)).status).toBe(200);
  });

  it.each(['/', '/api', '/apis', '/openapi/v2', '/openapi/v3', '/nothing', jobs])('%s does', async path => {
    const reply = await nobody.get(path);
    expect([reply.status, reply.body.reason]).toEqual([401, 'Unauthorized']);
  });

  it.each([
    { name: 'another host', headers: { host: 'evil.example' } },
    { name: 'another host that looks like a known one', headers: { host: 'localhost.evil.example' } },
    { name: 'a page of another origin', headers: { origin: 'https://evil.example' } },
    { name: 'a caller who asks to be somebody else', headers: { 'impersonate-user': 'root' } },
    { name: 'a caller who asks to be in a group', headers: { 'impersonate-group': 'system:masters' } },
  ])('$name is refused', async ({ headers }) => {
    const reply = await admin.get('/version', headers as never);
    const inside = await admin.get(jobs, headers as never);
    expect([headers.host || headers.origin ? reply.status : 403, inside.status, inside.body.reason]).toEqual([
      403,
      403,
      'Forbidden',
    ]);
  });

  it('localhost is a name of the server', async () => {
    expect((await admin.get(jobs, { host: `localhost:${server.port}` })).status).toBe(200);
  });

  it('a discovery that fails is answered in plain text, which is all that kubectl shows of it', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const reply = await admin.get('/api', { accept, host: 'batch.example' });
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([
      403,
      'text/plain; charset=utf-8',
      'this server is not known as "batch.example"; start it with --host batch.example too\n',
    ]);
  });

  it('answers bring no permission for other origins', async () => {
    const reply = await admin.send('OPTIONS', jobs, {
      headers: { origin: server.url, 'access-control-request-method': 'POST' },
    });
    expect([reply.status, Object.keys(reply.headers).filter(name => name.startsWith('access-control'))]).toEqual([
      405,
      [],
    ]);
  });

  it('failed logins of one address are slowed down, good ones are not', async () => {
    const other = await testServer();
    const wrong = client(other, 'wrong');
    const right = client(other, tokens.viewer);
    const codes: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) codes.push((await wrong.get('/api')).status);
    expect(codes).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await right.get('/api')).status).toBe(200);
    wrong.close();
    right.close();
    await other.close();
  });
});

describe('what is too much', () => {
  it('a body over the limit', async () => {
    const reply = await admin.post(jobs, job('big', { type: 'container', parameters: { a: 'x'.repeat(1024 * 1024) } }));
    expect([reply.status, reply.body.reason]).toEqual([413, 'RequestEntityTooLarge']);
  });

  it('an object over the limit', async () => {
    const reply = await admin.post(jobs, job('big', { type: 'container', parameters: { a: 'x'.repeat(300 * 1024) } }));
    expect([reply.status, reply.body.message]).toEqual([
      413,
      expect.stringMatching(/^the object has \d+ bytes as JSON.*at most 262144/),
    ]);
  });

  it('a body that is nested too deeply', async () => {
    const reply = await admin.post(jobs, `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`);
    expect([reply.status, reply.body.message]).toEqual([400, expect.stringContaining('64 levels')]);
  });

  it('many headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`x-${index}`, '1']));
    expect((await admin.get(jobs, headers)).status).toBe(400);
  });

  it('large headers', async () => {
    expect((await admin.get(jobs, { 'x-large': 'x'.repeat(20_000) })).status).toBe(431);
  });

  it.each([
    { name: 'the key __proto__', body: '{"__proto__":{"admin":true}}' },
    { name: 'the key __proto__ deep inside', body: '{"metadata":{"labels":{"__proto__":"x"}}}' },
    { name: 'the prototype of a constructor', body: '{"constructor":{"prototype":{"x":1}}}' },
    { name: 'an escaped key', body: '{"__pro\\u0074o__":1}' },
    { name: 'no JSON', body: '{"kind":' },
    { name: 'no object', body: '[]' },
    { name: 'nothing', body: '' },
  ])('$name is a 400', async ({ body }) => {
    const reply = await admin.send('POST', jobs, { body, headers: { 'content-type': 'application/json' } });
    expect([reply.status, reply.body.reason]).toEqual([400, 'BadRequest']);
    const patch = await admin.patch(`${jobs}/none`, body);
    expect([400, 404]).toContain(patch.status);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/vnd.kubernetes.protobuf',
  ])('a body of type %s is a 415', async type => {
    const reply = await admin.send('POST', jobs, { body: JSON.stringify(job('x')), headers: { 'content-type': type } });
    expect([reply.status, reply.body.reason]).toEqual([415, 'UnsupportedMediaType']);
  });

  it.each([
    { size: 'small', bytes: 60_000, lines: ['HTTP/1.1 401 Unauthorized', 'HTTP/1.1 200 OK'] },
    { size: 'large', bytes: 70_000, lines: ['HTTP/1.1 401 Unauthorized'] },
  ])(
    'a refused request with a $size body that comes late is answered before its connection goes on or ends',
    async ({ bytes, lines }) => {
      const post = `POST ${jobs} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\n\r\n`;
      const get = 'GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
      const answer = await new Promise<string>(resolve => {
        const socket = connect({ port: server.port, host: '127.0.0.1', ca: server.ca }, () => {
          socket.write(post, () => socket.write(' '.repeat(bytes), () => socket.write(get)));
        });
        let text = '';
        socket.on('data', chunk => {
          text += chunk.toString();
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
      });
      expect(answer.match(/HTTP\/1\.1 \d+ .*(?=\r)/g)).toEqual(lines);
    },
  );

  it('a request that is no HTTP ends its connection only', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ port: server.port, host: '127.0.0.1', ca: server.ca }, () =>
        socket.write('NONSENSE\r\n\r\n'),
      );
      let text = '';
      socket.on('data', chunk => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect((await admin.get('/version')).status).toBe(200);
  });

  it('requests over the limit of a caller are told when to come again', async () => {
    const other = await testServer({ limits: { requestsPerSecond: 1, requestBurst: 2 } });
    const busy = client(other, tokens.admin);
    const calm = client(other, tokens.viewer);
    const replies = [await busy.get('/api'), await busy.get('/api'), await busy.get('/api')];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect([replies[2]?.headers['retry-after'], replies[2]?.body.details]).toEqual(['1', { retryAfterSeconds: 1 }]);
    const [read, written] = [await busy.get('/api'), await busy.post(jobs, job('x'))];
    expect([read, written].map(({ status, headers }) => [status, headers.connection])).toEqual([
      [429, 'keep-alive'],
      [429, 'keep-alive'],
    ]);
    expect((await calm.get('/api')).status).toBe(200);
    busy.close();
    calm.close();
    await other.close();
  });

  it('watches over their limit as well', async () => {
    const other = await testServer({ limits: { watches: 1 } });
    const caller = client(other, tokens.admin);
    const first = await caller.watch(`${jobs}?watch=true`);
    const second = await caller.watch(`${jobs}?watch=true`);
    const list = await caller.get(jobs);
    expect([first.status, second.status, list.status]).toEqual([200, 429, 200]);
    first.stop();
    second.stop();
    caller.close();
    await other.close();
  });
});

describe('answers', () => {
  it('are compressed when they are large and the client takes it', async () => {
    const names = Array.from({ length: 80 }, (_, index) => `gz-${index}`);
    const parameters = { a: 'x'.repeat(3000) };
    for (const name of names) await admin.post(jobs, job(name, { type: 'container', parameters }));

    const zipped = await admin.get(jobs, { 'accept-encoding': 'gzip' });
    const plain = await admin.get(jobs, { 'accept-encoding': 'gzip;q=0' });
    const small = await admin.get(`${jobs}?limit=1`, { 'accept-encoding': 'gzip' });

    expect([zipped.headers['content-encoding'], zipped.headers.vary, zipped.body.items.length]).toEqual([
      'gzip',
      'Accept-Encoding',
      80,
    ]);
    expect([plain.headers['content-encoding'], small.headers['content-encoding']]).toEqual([undefined, undefined]);
    expect(plain.text).toBe(zipped.text);
    await admin.delete(jobs);
  });

  it('carry an id that the audit log knows', async () => {
    const reply = await admin.post(jobs, job('audited'));
    expect(server.audit.at(-1)?.requestId).toBe(reply.headers['audit-id']);
    await admin.delete(`${jobs}/audited`);
  });

  it('of OpenAPI documents can be kept when their hash is asked for', async () => {
    const index = await admin.get('/openapi/v3');
    const url: string = index.body.paths['apis/batchwright.dev/v1alpha1'].serverRelativeURL;
    const document = await admin.get(url);
    const again = await admin.get(url, { 'if-none-match': String(document.headers.etag) });
    const old = await admin.get(url.replace(/hash=.*/, 'hash=0'));
    expect(document.headers['cache-control']).toBe('public, immutable');
    expect([again.status, again.text]).toEqual([304, '']);
    expect([old.status, old.headers['cache-control']]).toEqual([200, 'no-cache, private']);
  });

  it('of OpenAPI v2 are an empty protobuf message', async () => {
    const reply = await admin.get('/openapi/v2', {
      accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
    });
    expect([reply.status, reply.text, reply.headers['content-type']]).toEqual([
      200,
      '',
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    ]);
  });

  it('of discovery come in the form that was asked for', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const aggregated = await admin.get('/apis', { accept });
    const legacy = await admin.get('/apis');
    expect([aggregated.body.kind, aggregated.headers['content-type'], aggregated.headers.vary]).toEqual([
      'APIGroupDiscoveryList',
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      'Accept',
    ]);
    expect([legacy.body.kind, legacy.headers['content-type']]).toEqual(['APIGroupList', 'application/json']);
  });

  it('say in which forms they cannot come', async () => {
    const reply = await admin.get(jobs, { accept: 'application/cbor' });
    expect([reply.status, reply.body.reason]).toEqual([406, 'NotAcceptable']);
  });

  it.each([
    { method: 'GET', path: '/nothing', status: 404 },
    { method: 'GET', path: '/apis/apps/v1', status: 404 },
    { method: 'GET', path: '/apis/batchwright.dev/v1/namespaces/default/jobdefinitions', status: 404 },
    { method: 'POST', path: '/version', status: 405 },
    { method: 'POST', path: `${jobs}/x`, status: 405 },
    { method: 'GET', path: '/api/v1/namespaces/default/secrets', status: 403 },
    { method: 'GET', path: '/%E0%A4%A', status: 404 },
    { method: 'GET', path: '/__proto__', status: 404 },
  ])('$method $path is a $status with a Status', async ({ method, path, status }) => {
    const reply = await admin.send(method, path);
    expect([reply.status, reply.body.kind, reply.body.code]).toEqual([status, 'Status', status]);
  });
});
