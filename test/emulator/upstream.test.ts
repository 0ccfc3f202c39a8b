import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Answer, identified } from './request.ts';
import { Upstream } from './upstream.ts';

const PAGE: Answer = {
  status: 500,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>500</title>',
};
const FINE: Answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '{"ok":true}' };

it.each([
  {
    name: 'a read that met a page once is asked again',
    operation: 'describejobqueues',
    answers: [PAGE, FINE],
    expected: 200,
  },
  {
    name: 'a read that meets pages is given up',
    operation: 'describejobqueues',
    answers: [PAGE, PAGE, FINE],
    expected: 501,
  },
  { name: 'a write is never repeated', operation: 'createjobqueue', answers: [PAGE, FINE], expected: 501 },
])('$name', async ({ operation, answers, expected }) => {
  const { upstream } = await scripted(answers);
  const answer = await upstream.answer(batchRequest(operation, '{}'), undefined);
  expect(answer).toMatchObject({ status: expected, headers: { 'content-type': 'application/json' } });
});

it('keeps ampersands away from moto, and names the account', async () => {
  const { upstream, seen } = await scripted([FINE]);
  await upstream.answer(batchRequest('describejobqueues', '{"a":"x&jobQueues=y&z"}'), '111122223333', {
    'x-more': 'y',
  });

  expect(seen).toMatchObject([{ headers: { 'x-moto-account-id': '111122223333', 'x-more': 'y' } }]);
  expect(seen[0]?.body).toBe('{"a":"x\\u0026jobQueues=y\\u0026z"}');
});

it('leaves form bodies alone', async () => {
  const { upstream, seen } = await scripted([FINE]);
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/ec2/aws4_request';
  await upstream.answer(identified('POST', '/', { authorization }, 'Action=A&B=1'), undefined);
  expect(seen[0]?.body).toBe('Action=A&B=1');
});

function batchRequest(operation: string, body: string) {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/batch/aws4_request';
  return identified('POST', `/v1/${operation}`, { authorization }, body);
}

/** An upstream that gives those answers in turn. */
async function scripted(answers: readonly Answer[]) {
  const seen: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const answer = answers[seen.length] ?? PAGE;
    seen.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') });
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { upstream: new Upstream(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), seen };
}
