import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Client, client, type WatchLine } from '../client.ts';
import { job, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { allJobs, jobs, logins } = paths;
let server: TestServer;
let admin: Client;
beforeAll(async () => {
  server = await testServer();
  admin = client(server, tokens.admin);
});
afterEach(() => admin.delete(jobs));
afterAll(async () => {
  admin.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

const shown = (line: WatchLine | undefined) => `${line?.type} ${line?.object.metadata?.name}`;
async function take(watch: { next(): Promise<WatchLine | undefined> }, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) lines.push(shown(await watch.next()));
  return lines;
}
const versionNow = async () => (await admin.get(jobs)).body.metadata.resourceVersion;

describe('a watch', () => {
  it('from nothing begins with what is there and goes on with every change', async () => {
    await admin.post(jobs, job('there'));
    const watch = await admin.watch(`${jobs}?watch=true`);
    await admin.post(jobs, job('new'));
    await admin.patch(`${jobs}/new`, { metadata: { labels: { a: 'b' } } });
    await admin.delete(`${jobs}/new`);
    expect(await take(watch, 4)).toEqual(['ADDED there', 'ADDED new', 'MODIFIED new', 'DELETED new']);
    expect([
      watch.status,
      watch.headers['content-type'],
      watch.headers['transfer-encoding'],
      watch.headers['content-encoding'],
    ]).toEqual([200, 'application/json', 'chunked', undefined]);
    watch.stop();
  });

  it('from a version has the changes since then, each with its version', async () => {
    const since = await versionNow();
    const created = (await admin.post(jobs, job('x'))).body;
    await admin.post(logins, {
      apiVersion: 'batchwright.dev/v1alpha1',
      kind: 'RegistryCredential',
      metadata: { name: 'other' },
      spec: {},
    });
    await admin.delete(`${jobs}/x`);
    const watch = await admin.watch(`${allJobs}?watch=1&resourceVersion=${since}`);
    const [added, deleted] = [await watch.next(), await watch.next()];
    expect(added).toEqual({ type: 'ADDED', object: created });
    expect(shown(deleted)).toBe('DELETED x');
    expect(Number(deleted?.object.metadata.resourceVersion)).toBe(Number(created.metadata.resourceVersion) + 2);
    watch.stop();
    await admin.delete(logins);
  });

  it('with selectors tells what comes into sight and what leaves it', async () => {
    await admin.post(jobs, job('s'));
    const since = await versionNow();
    const watch = await admin.watch(`${jobs}?watch=true&labelSelector=a%3D1&resourceVersion=${since}`);
    await admin.patch(`${jobs}/s`, { metadata: { labels: { a: '1' } } });
    await admin.patch(`${jobs}/s`, { metadata: { labels: { b: '2' } } });
    const last = (await admin.patch(`${jobs}/s`, { metadata: { labels: { a: '3' } } })).body;
    expect(await take(watch, 2)).toEqual(['ADDED s', 'MODIFIED s']);
    const left = await watch.next();
    expect([left?.type, left?.object.metadata.labels, left?.object.metadata.resourceVersion]).toEqual([
      'DELETED',
      { a: '1', b: '2' },
      last.metadata.resourceVersion,
    ]);
    watch.stop();
  });

  it.each([
    { name: 'of one path', path: `${jobs}/w?watch=true&resourceVersion=0` },
    { name: 'of one name', path: `${jobs}?watch=true&fieldSelector=metadata.name%3Dw` },
  ])('$name shows that object only', async ({ path }) => {
    await admin.post(jobs, job('other'));
    await admin.post(jobs, job('w'));
    const watch = await admin.watch(path);
    await admin.delete(`${jobs}/other`);
    await admin.delete(`${jobs}/w`);
    expect(await take(watch, 2)).toEqual(['ADDED w', 'DELETED w']);
    watch.stop();
  });

  it('ends when its time is up', async () => {
    const watch = await admin.watch(`${jobs}?watch=true&timeoutSeconds=1`);
    expect(await watch.rest()).toEqual([]);
  });

  it('can mark where the initial state ends', async () => {
    await admin.post(jobs, job('i'));
    const options = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watch = await admin.watch(`${jobs}?${options}`);
    const [added, mark] = [await watch.next(), await watch.next()];
    expect([shown(added), mark]).toEqual([
      'ADDED i',
      {
        type: 'BOOKMARK',
        object: {
          kind: 'JobDefinition',
          apiVersion: 'batchwright.dev/v1alpha1',
          metadata: { resourceVersion: await versionNow(), annotations: { 'k8s.io/initial-events-end': 'true' } },
        },
      },
    ]);
    watch.stop();
  });

  it.each([
    { name: 'the future', version: '99999999999999999' },
    { name: 'before the history', version: '1' },
  ])('from $name is told to begin again', async ({ version }) => {
    const watch = await admin.watch(`${jobs}?watch=true&resourceVersion=${version}`);
    const lines = await watch.rest();
    expect(lines.map(({ object, type }) => [type, object.code, object.kind])).toEqual([['ERROR', 410, 'Status']]);
  });

  it('can come as tables, whose columns stand in the first only', async () => {
    await admin.post(jobs, job('t1'));
    await admin.post(jobs, job('t2'));
    const reply = await admin.get(`${jobs}?watch=true&timeoutSeconds=1`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const lines = reply.text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(
      lines.map(({ object, type }) => [type, object.kind, object.columnDefinitions.length, object.rows[0].cells[0]]),
    ).toEqual([
      ['ADDED', 'Table', 4, 't1'],
      ['ADDED', 'Table', 0, 't2'],
    ]);
  });

  it('of metadata has metadata', async () => {
    await admin.post(jobs, job('m'));
    const reply = await admin.get(`${jobs}?watch=true&timeoutSeconds=1`, {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    });
    const { object } = JSON.parse(reply.text);
    expect([object.kind, object.spec, object.metadata.name]).toEqual(['PartialObjectMetadata', undefined, 'm']);
  });

  it('is refused with options that make no sense', async () => {
    const reply = await admin.get(`${jobs}?watch=true&sendInitialEvents=true`);
    expect([reply.status, reply.body.message]).toEqual([422, expect.stringContaining('resourceVersionMatch')]);
  });
});

describe('many watches', () => {
  it('see every change in order, whoever else reads slowly', async () => {
    const slow = await admin.watch(`${jobs}?watch=true`);
    const quick = await Promise.all(Array.from({ length: 20 }, () => admin.watch(`${jobs}?watch=true`)));
    const names = Array.from({ length: 50 }, (_, index) => `m-${String(index).padStart(2, '0')}`);
    for (const name of names) await admin.post(jobs, job(name));
    for (const watch of quick) expect(await take(watch, names.length)).toEqual(names.map(name => `ADDED ${name}`));
    expect(await take(slow, names.length)).toEqual(names.map(name => `ADDED ${name}`));
    for (const watch of [slow, ...quick]) watch.stop();
  });
});

describe('shutting down', () => {
  it('ends watches in order and tells new requests to come again', async () => {
    const other = await testServer();
    const caller = client(other, tokens.admin);
    await caller.post(jobs, job('x'));
    const watch = await caller.watch(`${jobs}?watch=true`);
    const first = await watch.next();
    const closing = other.close();
    const rest = await watch.rest();
    await closing;
    expect([shown(first), rest]).toEqual(['ADDED x', []]);
    caller.close();
    await expect(client(other, tokens.admin).get(jobs)).rejects.toThrow('ECONNREFUSED');
  });
});
