import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiObject } from '../../../controller/model/object.ts';
import { LiveAnswers, type LiveStatus } from '../../../controller/server/kubernetes/live-status.ts';
import { type Client, client } from '../client.ts';
import { job, paths } from '../objects.ts';
import { jobDefinitions } from '../test-kinds.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

/** Every answer says something new. */
let looks = 0;
const live: LiveStatus = { members: ['lastCheckedAt'], of: () => ({ lastCheckedAt: `look ${++looks}` }) };

let server: TestServer;
let admin: Client;
beforeAll(async () => {
  server = await testServer({ kinds: [{ ...jobDefinitions, live }] });
  admin = client(server, tokens.admin);
});
afterAll(async () => {
  admin.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

const path = (name: string) => `${paths.jobs}/${name}`;
const look = expect.stringMatching(/^look \d+$/);

async function withStatus(name: string, status: object): Promise<void> {
  await admin.post(paths.jobs, job(name));
  await admin.patch(`${path(name)}/status`, { status });
}

it('is in every form of an object, and never in the store', async () => {
  await withStatus('one', { observedGeneration: 1 });
  const stored = await server.store.get({ kind: 'JobDefinition', namespace: 'default', name: 'one' });
  expect(stored?.status).toEqual({ observedGeneration: 1 });

  const shown = { status: { observedGeneration: 1, lastCheckedAt: look } };
  expect((await admin.get(path('one'))).body).toEqual({ ...stored, ...shown });
  expect((await admin.get(paths.jobs)).body.items).toEqual([{ ...stored, ...shown }]);
  const table = await admin.get(`${path('one')}?includeObject=Object`, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  });
  expect(table.body.rows[0].object).toEqual({ ...stored, ...shown });
  const watch = await admin.watch(`${paths.jobs}?watch=true`);
  expect((await watch.next())?.object).toEqual({ ...stored, ...shown });
  watch.stop();
});

it('is as new as each answer', async () => {
  await withStatus('fresh', { observedGeneration: 1 });
  const first = (await admin.get(path('fresh'))).body.status.lastCheckedAt;
  expect((await admin.get(path('fresh'))).body.status.lastCheckedAt).not.toBe(first);
});

it('is in a dry run what it was in the GET before it', async () => {
  await withStatus('dry', { observedGeneration: 1 });
  const before = (await admin.get(path('dry'))).body;
  await admin.get(paths.jobs);
  const patch = { spec: { timeoutSeconds: 60 } };
  expect((await admin.patch(`${path('dry')}?dryRun=All`, patch)).body.status).toEqual(before.status);
  expect((await admin.patch(path('dry'), patch)).body.status.lastCheckedAt).not.toBe(before.status.lastCheckedAt);
});

it('stands in for what a client wrote there', async () => {
  await withStatus('written', { lastCheckedAt: 'never' });
  const { text } = await admin.get(path('written'));
  expect(text).not.toContain('never');
  expect(JSON.parse(text).status).toEqual({ lastCheckedAt: look });
});

it('is not said of an object without a status', async () => {
  await admin.post(paths.jobs, job('new'));
  expect((await admin.get(path('new'))).body).not.toHaveProperty('status');
});

it('remembers the answers about a thousand objects', () => {
  const answers = new LiveAnswers();
  const object = (uid: string): ApiObject => ({
    ...job('one'),
    metadata: { name: 'one', namespace: 'default', uid, resourceVersion: '1', generation: 1, creationTimestamp: '' },
  });
  const get = answers.for(live, { dryRun: false, get: true });
  const dry = answers.for(live, { dryRun: true, get: false });
  const said = Array.from({ length: 1001 }, (_, at) => get.of(object(`${at}`)));
  expect(dry.of(object('1000'))).toEqual(said[1000]);
  expect(dry.of(object('1'))).toEqual(said[1]);
  expect(dry.of(object('0'))).not.toEqual(said[0]);
});
