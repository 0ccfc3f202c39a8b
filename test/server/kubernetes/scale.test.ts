import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { slowReaderMs } from '../../../controller/server/kubernetes/send.ts';
import { memoryStore } from '../../../controller/store/memory.ts';
import { systemClock } from '../../store/sqlite/system-clock.ts';
import { until } from '../../system/until.ts';
import { type Client, client } from '../client.ts';
import { job, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { jobs } = paths;

async function started(options: Parameters<typeof testServer>[0] = {}): Promise<[TestServer, Client]> {
  const limits = { requestsPerSecond: 1e9, requestBurst: 1e9 };
  const server = await testServer({ limits, ...options });
  const admin = client(server, tokens.admin);
  onTestFinished(async () => {
    admin.close();
    await server.close();
  });
  return [server, admin];
}

it('ten thousand objects come in pages, each once, while others are made and deleted', async () => {
  const store = memoryStore({ clock: systemClock, ids: randomUUID });
  const [, admin] = await started({ store });
  onTestFinished(() => store.close());
  const name = (n: number) => `job-${String(n).padStart(5, '0')}`;
  const all = Array.from({ length: 10_000 }, (_, n) => name(n));
  await Promise.all(all.map(one => store.create(job(one, {}, { namespace: 'default' }) as never)));
  const found: string[] = [];
  let pages = 0;
  for (let token: string | undefined = ''; token !== undefined; pages += 1) {
    const { body } = await admin.get(`${jobs}?limit=500&continue=${encodeURIComponent(token)}`);
    found.push(...body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name));
    token = body.metadata.continue;
    // Both lie before what comes next.
    if (token !== undefined) await admin.post(jobs, job(`${name(pages)}-new`));
    if (token !== undefined) await admin.delete(`${jobs}/${name(pages * 500)}`);
  }

  expect(pages).toBe(20);
  expect(found).toEqual(all);
  const { body } = await admin.get(`${jobs}?limit=1`);
  expect(body.metadata.remainingItemCount).toBe(9_999);
}, 60_000);

/** A watch whose reader takes nothing at all. */
async function stuck({ ca, port }: TestServer): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${tokens.admin}` };
  const outgoing = request({
    host: '127.0.0.1',
    servername: 'localhost',
    port,
    ca,
    path: `${jobs}?watch=true`,
    headers,
  });
  outgoing.on('error', () => undefined);
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  response.socket.pause();
  return response;
}

/** What has come and still comes, to its end. */
async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.socket.resume();
  await once(response, 'close');
  return Buffer.concat(chunks).toString();
}

it('a watch that nobody reads is cut off after ten seconds, and holds nobody up until then', async () => {
  const due: (() => void)[] = [];
  const clock = {
    now: () => Date.now(),
    timer: (ms: number, run: () => void) => {
      if (ms !== slowReaderMs) return systemClock.timer(ms, run);
      due.push(run);
      return () => undefined;
    },
  };
  const [server, admin] = await started({ clock });
  const response = await stuck(server);
  const quick = await admin.watch(`${jobs}?watch=true`);
  const count = 150;
  const text = 'x'.repeat(200_000);

  for (let n = 0; n < count; n += 1) {
    await admin.post(jobs, job('big', { parameters: { text } }));
    expect((await quick.next())?.type).toBe('ADDED');
    await admin.delete(`${jobs}/big`);
    expect((await quick.next())?.type).toBe('DELETED');
  }

  await until('the reader is late', () => due.length > 0);
  for (const run of due) run();
  const lines = (await textOf(response)).trim().split('\n');
  expect(lines.length).toBeLessThan(2 * count);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  quick.stop();
}, 60_000);
