import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { unwritable } from '../../../controller/commands/opened-store.ts';
import { memoryStore } from '../../../controller/store/memory.ts';
import { FullJournal } from '../../store/full-journal.ts';
import { systemClock } from '../../store/sqlite/system-clock.ts';
import { client } from '../client.ts';
import { job, paths } from '../objects.ts';
import { testServer, tokens } from '../test-server.ts';

const { jobs } = paths;

async function serving(options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer(options);
  onTestFinished(() => server.close());
  const admin = client(server, tokens.admin);
  onTestFinished(() => admin.close());
  return { server, admin };
}

it('an error that nobody foresaw is logged whole and told without anything of it', async () => {
  const store = memoryStore({ clock: systemClock, ids: randomUUID });
  const { admin, server } = await serving({ store });
  const broken = async () => {
    throw new Error('SELECT secret FROM objects at /var/lib/batchwright/store.db');
  };
  Object.assign(store, { get: broken, list: broken, create: broken });

  const replies = [await admin.get(jobs), await admin.get(`${jobs}/a`), await admin.post(jobs, job('a'))];

  for (const { status, text } of replies) {
    expect([status, JSON.parse(text).message]).toEqual([
      500,
      'Internal error occurred: an unexpected error; the log of the process says more',
    ]);
    expect(text).not.toMatch(/SELECT|store\.db|at .*\.ts|Error:/);
  }
  expect(server.problems).toHaveLength(3);
  expect(server.problems[0]).toContain('SELECT secret FROM objects');
});

it('is not ready with a certificate that has expired, and says so once in the log', async () => {
  const inTwoYears = Date.now() + 2 * 365 * 24 * 60 * 60 * 1000;
  const due: (() => void)[] = [];
  const timer = (ms: number, run: () => void) => {
    if (ms === 10_000) due.push(run);
    return () => undefined;
  };
  const { admin, server } = await serving({ clock: { now: () => inTwoYears, timer } });
  const [ready, live] = [await admin.get('/readyz'), await admin.get('/livez')];
  for (const run of due.splice(0)) run();

  expect([ready.status, ready.text, live.status]).toEqual([
    503,
    'not ready: the server certificate has expired\n',
    200,
  ]);
  expect((await admin.get(jobs)).status).toBe(200);
  expect(server.problems).toEqual([expect.stringContaining('the certificate of the API has expired')]);
});

it('never speaks without TLS', async () => {
  const { server } = await serving();
  const answer = await new Promise<string>(resolve => {
    const outgoing = request({ host: '127.0.0.1', port: server.port, path: '/version' }, reply =>
      resolve(`answered ${reply.statusCode}`),
    );
    outgoing.on('error', ({ message }) => resolve(message));
    outgoing.end();
  });
  expect(answer).toMatch(/socket hang up|ECONNRESET|Parse Error/);
});

it('is not ready while the store cannot be written, serves reads, and takes writes again when it can', async () => {
  const journal = new FullJournal(1);
  const store = memoryStore({ clock: systemClock, ids: randomUUID, journal });
  const { admin } = await serving({ store, notReady: () => unwritable(store) });
  await admin.post(jobs, job('before'));
  journal.full = true;
  const refused = await admin.post(jobs, job('during'));
  const [ready, live, read] = [
    await admin.get('/readyz'),
    await admin.get('/livez'),
    await admin.get(`${jobs}/before`),
  ];
  journal.full = false;
  const taken = await admin.post(jobs, job('after'));

  expect([refused.status, refused.body.reason, refused.headers['retry-after']]).toEqual([
    503,
    'ServiceUnavailable',
    '1',
  ]);
  expect([ready.status, ready.text]).toEqual([503, 'not ready: the store cannot be written: the disk is full\n']);
  expect([live.status, read.status, taken.status, (await admin.get('/readyz')).status]).toEqual([200, 200, 201, 200]);
  await store.close();
});
