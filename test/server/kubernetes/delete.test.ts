import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Client, client } from '../client.ts';
import { job, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { jobs, logins } = paths;
let server: TestServer;
let admin: Client;
beforeAll(async () => {
  server = await testServer();
  admin = client(server, tokens.admin);
});
afterEach(async () => {
  const { items } = (await admin.get(jobs)).body;
  for (const { metadata } of items) {
    if (metadata.finalizers) await admin.patch(`${jobs}/${metadata.name}`, { metadata: { finalizers: null } });
  }
  await admin.delete(jobs);
});
afterAll(async () => {
  admin.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

const finalizers = ['test.example/hold'];
const login = (name: string, ...owners: readonly { name: string; uid: string }[]) => ({
  apiVersion: 'batchwright.dev/v1alpha1',
  kind: 'RegistryCredential',
  metadata: {
    name,
    ownerReferences: owners.map(owner => ({ apiVersion: 'batchwright.dev/v1alpha1', kind: 'JobDefinition', ...owner })),
  },
  spec: {},
});

/** Resolves when a path answers 404: garbage collection follows the store's changes. */
async function gone(path: string): Promise<void> {
  const now = await admin.get(path);
  if (now.status === 404) return;
  const watch = await admin.watch(
    `${path}?watch=true&timeoutSeconds=5&resourceVersion=${now.body.metadata.resourceVersion}`,
  );
  for (let line = await watch.next(); line !== undefined && line.type !== 'DELETED'; line = await watch.next());
  watch.stop();
  expect((await admin.get(path)).status).toBe(404);
}

describe('delete', () => {
  it('removes an object and says which one it was', async () => {
    const { uid } = (await admin.post(jobs, job('d'))).body.metadata;
    const reply = await admin.delete(`${jobs}/d`);
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'd', group: 'batchwright.dev', kind: 'jobdefinitions', uid },
      },
    ]);
    expect((await admin.delete(`${jobs}/d`)).status).toBe(404);
  });

  it('with finalizers marks it, once, and the last finalizer to go removes it', async () => {
    await admin.post(jobs, job('d', {}, { finalizers }));
    const first = await admin.delete(`${jobs}/d`);
    const second = await admin.delete(`${jobs}/d`);
    expect(first.body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      deletionGracePeriodSeconds: 0,
      generation: 2,
    });
    expect(second.body).toEqual(first.body);
    const more = await admin.patch(`${jobs}/d`, { metadata: { finalizers: [...finalizers, 'test.example/more'] } });
    expect([more.status, more.body.message]).toEqual([
      422,
      expect.stringContaining('no new finalizers can be added if the object is being deleted'),
    ]);
    const last = await admin.patch(`${jobs}/d`, { metadata: { finalizers: null } });
    expect([last.status, (await admin.get(`${jobs}/d`)).status]).toEqual([200, 404]);
  });

  it('holds to its preconditions', async () => {
    const { resourceVersion, uid } = (await admin.post(jobs, job('d'))).body.metadata;
    const wrongUid = await admin.delete(`${jobs}/d`, { preconditions: { uid: 'other' } });
    const wrongVersion = await admin.delete(`${jobs}/d`, { preconditions: { resourceVersion: '1' } });
    const right = await admin.delete(`${jobs}/d`, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions: { uid, resourceVersion },
    });
    expect([wrongUid.status, wrongUid.body.message, wrongVersion.status, right.status]).toEqual([
      409,
      expect.stringContaining(`Precondition failed: UID in precondition: other, UID in object meta: ${uid}`),
      409,
      200,
    ]);
  });

  it.each([
    { name: 'in the query', path: '?dryRun=All', body: undefined },
    { name: 'in the body', path: '', body: { dryRun: ['All'] } },
  ])('stores nothing in a dry run asked for $name', async ({ body, path }) => {
    await admin.post(jobs, job('d'));
    const reply = await admin.delete(`${jobs}/d${path}`, body);
    expect([reply.status, (await admin.get(`${jobs}/d`)).status]).toEqual([200, 200]);
  });

  it.each([
    {
      name: 'an unknown policy',
      body: { propagationPolicy: 'Sideways' },
      status: 422,
      says: 'propagationPolicy: Unsupported value',
    },
    { name: 'an unknown dry run', body: { dryRun: ['Some'] }, status: 422, says: 'dryRun: Unsupported value' },
    { name: 'another kind of body', body: job('d'), status: 400, says: 'DeleteOptions' },
  ])('refuses $name', async ({ body, says, status }) => {
    await admin.post(jobs, job('d'));
    const reply = await admin.delete(`${jobs}/d`, body);
    expect([reply.status, reply.body.message]).toEqual([status, expect.stringContaining(says)]);
  });

  it('of a collection takes what the selectors choose', async () => {
    for (const name of ['a', 'b', 'c'])
      await admin.post(jobs, job(name, {}, { labels: { keep: String(name === 'b') } }));
    const reply = await admin.delete(`${jobs}?labelSelector=keep%3Dfalse`);
    const left = (await admin.get(jobs)).body.items.map(
      ({ metadata }: { metadata: { name: string } }) => metadata.name,
    );
    expect([reply.body.kind, reply.body.items.length, left]).toEqual(['JobDefinitionList', 2, ['b']]);
    expect(server.audit.at(-1)).toMatchObject({ verb: 'deletecollection', objects: 2 });
  });
});

describe('dependents', () => {
  it('go after their owner', async () => {
    const { uid } = (await admin.post(jobs, job('o'))).body.metadata;
    await admin.post(logins, login('dep', { name: 'o', uid }));
    await admin.delete(`${jobs}/o`);
    await gone(`${logins}/dep`);
  });

  it('go before their owner in the foreground', async () => {
    const { uid } = (await admin.post(jobs, job('o'))).body.metadata;
    await admin.post(logins, login('dep', { name: 'o', uid }));
    await admin.delete(`${jobs}/o`, { propagationPolicy: 'Foreground' });
    expect((await admin.get(`${logins}/dep`)).status).toBe(404);
  });

  it('stay without their owner when orphaned', async () => {
    const { uid } = (await admin.post(jobs, job('o'))).body.metadata;
    await admin.post(logins, login('dep', { name: 'o', uid }));
    await admin.delete(`${jobs}/o?propagationPolicy=Orphan`);
    expect((await admin.get(`${logins}/dep`)).body.metadata.ownerReferences).toBeUndefined();
    await admin.delete(`${logins}/dep`);
  });

  it('stay while another owner lives', async () => {
    const one = (await admin.post(jobs, job('one'))).body.metadata;
    const two = (await admin.post(jobs, job('two'))).body.metadata;
    await admin.post(logins, login('dep', { name: 'one', uid: one.uid }, { name: 'two', uid: two.uid }));
    await admin.post(logins, login('mark', { name: 'one', uid: one.uid }));
    await admin.delete(`${jobs}/one`);
    await gone(`${logins}/mark`);
    expect((await admin.get(`${logins}/dep`)).status).toBe(200);
    await admin.delete(`${jobs}/two`);
    await gone(`${logins}/dep`);
  });

  it('of an owner that never was go too', async () => {
    await admin.post(jobs, job('o'));
    await admin.post(logins, login('dep', { name: 'o', uid: 'another' }));
    await admin.delete(`${jobs}/o`);
    expect((await admin.get(`${logins}/dep`)).status).toBe(200);
    await admin.delete(`${logins}/dep`);
  });
});
