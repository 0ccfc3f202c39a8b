import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { client } from '../client.ts';
import { job, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { jobs } = paths;

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
});
afterAll(() => server.close());

/** What a connection that sends these pieces, and then the last one over and over, is answered before it is closed. */
function answerTo(first: string, drip = ''): Promise<string> {
  return new Promise(resolve => {
    const socket = connect({ port: server.port, host: '127.0.0.1', ca: server.ca }, () => socket.write(first));
    const dripping = setInterval(() => drip && socket.writable && socket.write(drip), 50);
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(dripping);
      resolve(text.split('\r\n', 1).join());
    });
  });
}

const head = `POST ${jobs} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${tokens.admin}\r\n`;
const withBody = `${head}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n`;

it.each([
  { name: 'says nothing', first: '' },
  { name: 'stops amid its headers', first: head },
  { name: 'drips its headers', first: head, drip: 'X: y\r\n' },
  { name: 'sends no body', first: withBody },
  { name: 'drips its body', first: withBody, drip: ' ' },
])('a request that $name is ended in time', async ({ first, drip }) => {
  expect(await answerTo(first, drip)).toMatch(/^(HTTP\/1\.1 408 .*)?$/);
});

it('a watch goes on for longer than a request may take', async () => {
  const admin = client(server, tokens.admin);
  const watch = await admin.watch(`${jobs}?watch=true`);
  await answerTo(withBody, ' ');
  await answerTo(withBody, ' ');
  await admin.post(jobs, job('late'));
  expect((await watch.next())?.object.metadata.name).toBe('late');
  watch.stop();
  admin.close();
});

it('takes nothing older than TLS 1.2', async () => {
  const options = { port: server.port, host: '127.0.0.1', ca: server.ca, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const problem = await new Promise<string>(resolve => {
    const socket = connect({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }, () => resolve('connected'));
    socket.on('error', error => resolve(String(error)));
  });
  expect(problem).toMatch(/protocol version|unsupported protocol|alert/i);
});
