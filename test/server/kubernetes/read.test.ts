import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, client } from '../client.ts';
import { job, jobsIn, namespace, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { allJobs, events, jobs, namespaces } = paths;
const tables = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const partial = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
interface Named {
  readonly metadata: { readonly name: string };
}
const names = (items: readonly Named[]) => items.map(({ metadata }) => metadata.name);

let server: TestServer;
let admin: Client;
beforeAll(async () => {
  server = await testServer();
  admin = client(server, tokens.admin);
  await admin.post(namespaces, namespace('a'));
  await admin.post(namespaces, namespace('b'));
  for (const [room, name, tier] of [
    ['b', 'one', 'x'],
    ['a', 'two', 'y'],
    ['a', 'one', 'x'],
    ['a', 'three', undefined],
  ] as const) {
    await admin.post(jobsIn(room), job(name, {}, tier === undefined ? {} : { labels: { tier } }));
  }
  await admin.patch(`${jobsIn('a')}/one/status`, {
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Reconciled', message: '' }] },
  });
});
afterAll(async () => {
  admin.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

describe('list', () => {
  it('comes in order, with the kind of list and every object whole', async () => {
    const { body } = await admin.get(allJobs);
    expect(body).toMatchObject({
      kind: 'JobDefinitionList',
      apiVersion: 'batchwright.dev/v1alpha1',
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
    });
    expect(
      body.items.map(
        ({ metadata }: { metadata: { namespace: string; name: string } }) => `${metadata.namespace}/${metadata.name}`,
      ),
    ).toEqual(['a/one', 'a/three', 'a/two', 'b/one']);
    expect(body.items[0]).toMatchObject({
      kind: 'JobDefinition',
      apiVersion: 'batchwright.dev/v1alpha1',
      spec: { type: 'container' },
    });
  });

  it('is never null and never older than its objects', async () => {
    const empty = (await admin.get(jobs)).body;
    const full = (await admin.get(allJobs)).body;
    expect(empty.items).toEqual([]);
    for (const { metadata } of full.items)
      expect(Number(metadata.resourceVersion)).toBeLessThanOrEqual(Number(full.metadata.resourceVersion));
  });

  it.each([
    { query: 'labelSelector=tier%3Dx', names: ['one', 'one'] },
    { query: 'labelSelector=tier+in+(x,y)', names: ['one', 'two', 'one'] },
    { query: 'labelSelector=!tier', names: ['three'] },
    { query: 'labelSelector=tier!%3Dx', names: ['three', 'two'] },
    { query: 'fieldSelector=metadata.name%3Done', names: ['one', 'one'] },
    { query: 'fieldSelector=metadata.name%3Done,metadata.namespace%3Db', names: ['one'] },
    { query: 'fieldSelector=metadata.name!%3Done', names: ['three', 'two'] },
    { query: 'labelSelector=tier%3Dx&fieldSelector=metadata.namespace%3Da', names: ['one'] },
    { query: 'fieldSelector=metadata.name%3Dnone', names: [] },
    { query: 'resourceVersion=0', names: ['one', 'three', 'two', 'one'] },
  ])('of $query has $names', async ({ names: expected, query }) => {
    expect(names((await admin.get(`${allJobs}?${query}`)).body.items)).toEqual(expected);
  });

  it('comes in pages that leave nothing out', async () => {
    const first = (await admin.get(`${allJobs}?limit=2`)).body;
    const second = (await admin.get(`${allJobs}?limit=2&continue=${first.metadata.continue}`)).body;
    expect([
      names(first.items),
      first.metadata.remainingItemCount,
      names(second.items),
      second.metadata.continue,
    ]).toEqual([['one', 'three'], 2, ['two', 'one'], undefined]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('goes on behind an object that went in between', async () => {
    await admin.post(jobsIn('a'), job('p'));
    const first = (await admin.get(`${jobsIn('a')}?limit=2`)).body;
    expect(names(first.items)).toEqual(['one', 'p']);
    await admin.delete(`${jobsIn('a')}/p`);
    const second = (await admin.get(`${jobsIn('a')}?limit=2&continue=${first.metadata.continue}`)).body;
    expect(names(second.items)).toEqual(['three', 'two']);
  });

  it('does not count what is left when selectors are used', async () => {
    const { metadata } = (await admin.get(`${allJobs}?limit=1&labelSelector=tier`)).body;
    expect([typeof metadata.continue, metadata.remainingItemCount]).toEqual(['string', undefined]);
  });

  it.each([
    { query: 'continue=bogus', status: 400 },
    { query: 'labelSelector=a%3D%3D%3D%3Db,,', status: 400 },
    { query: 'fieldSelector=spec.type%3Dx', status: 400 },
    { query: 'resourceVersion=99999999999999999', status: 410 },
    { query: 'resourceVersion=1&resourceVersionMatch=Exact', status: 410 },
    { query: 'resourceVersion=1&resourceVersionMatch=NotOlderThan', status: 200 },
    { query: 'sendInitialEvents=true', status: 422 },
  ])('of $query is a $status', async ({ query, status }) => {
    expect((await admin.get(`${allJobs}?${query}`)).status).toBe(status);
  });
});

describe('tables', () => {
  it('have the columns of the kind, and rows with metadata', async () => {
    const { body } = await admin.get(jobsIn('a'), { accept: tables });
    expect([body.kind, body.apiVersion]).toEqual(['Table', 'meta.k8s.io/v1']);
    expect(
      body.columnDefinitions.map(({ name, priority }: { name: string; priority: number }) => [name, priority]),
    ).toEqual([
      ['Name', 0],
      ['Ready', 0],
      ['Reason', 1],
      ['Age', 0],
    ]);
    expect(body.rows[0].cells).toEqual(['one', 'True', 'Reconciled', expect.stringMatching(/^\d+s$/)]);
    expect(body.rows[0].object).toMatchObject({
      kind: 'PartialObjectMetadata',
      metadata: { name: 'one', namespace: 'a' },
    });
    expect(body.rows[1].cells.slice(0, 3)).toEqual(['three', null, null]);
  });

  it('carry as much of the object as is asked for', async () => {
    const whole = (await admin.get(`${jobsIn('a')}?includeObject=Object`, { accept: tables })).body.rows[0].object;
    const none = (await admin.get(`${jobsIn('a')}?includeObject=None`, { accept: tables })).body.rows[0];
    const wrong = await admin.get(`${jobsIn('a')}?includeObject=Half`, { accept: tables });
    expect([whole.spec.type, none.object, wrong.status]).toEqual(['container', undefined, 422]);
  });

  it('of one object and of a created one have one row', async () => {
    const one = (await admin.get(`${jobsIn('a')}/one`, { accept: tables })).body;
    expect(one.rows.length).toBe(1);
  });

  it('of events begin with when they were last seen', async () => {
    const involvedObject = { kind: 'JobDefinition', name: 'one', namespace: 'default' };
    await admin.post(events, {
      metadata: { name: 'e' },
      involvedObject,
      reason: 'Why',
      message: 'what',
      type: 'Normal',
      count: 2,
    });
    const { body } = await admin.get(events, { accept: tables });
    const shown = body.columnDefinitions
      .filter(({ priority }: { priority: number }) => priority === 0)
      .map(({ name }: { name: string }) => name);
    expect(shown).toEqual(['Last Seen', 'Type', 'Reason', 'Object', 'Message']);
    expect(body.rows[0].cells).toEqual(expect.arrayContaining(['Normal', 'Why', 'jobdefinition/one', 'what', 2, 'e']));
  });

  it('are not the only other form', async () => {
    const { body } = await admin.get(jobsIn('a'), { accept: partial });
    expect([body.kind, Object.keys(body.items[0]).sort()]).toEqual([
      'PartialObjectMetadataList',
      ['apiVersion', 'kind', 'metadata'],
    ]);
  });
});

describe('events', () => {
  it.each([
    { selector: 'involvedObject.name=one,reason=Why', found: 1 },
    { selector: 'involvedObject.kind=JobDefinition,involvedObject.uid=', found: 1 },
    { selector: 'involvedObject.name=two', found: 0 },
    { selector: 'type!=Normal', found: 0 },
  ])('can be chosen by $selector', async ({ found, selector }) => {
    expect((await admin.get(`${events}?fieldSelector=${encodeURIComponent(selector)}`)).body.items.length).toBe(found);
  });

  it('must name their object', async () => {
    const reply = await admin.post(events, { metadata: { name: 'f' }, reason: 'x' });
    expect([reply.status, reply.body.message]).toEqual([
      422,
      expect.stringContaining('involvedObject: Required value'),
    ]);
  });
});

describe('what follows from the kinds', () => {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

  it('is there to read as definitions', async () => {
    const { body } = await admin.get(definitions);
    expect(names(body.items)).toEqual(['jobdefinitions.batchwright.dev', 'registrycredentials.batchwright.dev']);
    const one = (await admin.get(`${definitions}/jobdefinitions.batchwright.dev`)).body;
    expect(one.status.conditions.find(({ type }: { type: string }) => type === 'Established').status).toBe('True');
    expect(one.spec.versions[0].schema.openAPIV3Schema.properties.spec.required).toEqual(['type']);
  });

  it('cannot be written', async () => {
    const reply = await admin.post(definitions, {});
    expect([reply.status, (await admin.delete(`${definitions}/jobdefinitions.batchwright.dev`)).status]).toEqual([
      405, 405,
    ]);
  });

  it('can be watched', async () => {
    const watch = await admin.watch(`${definitions}?watch=true&timeoutSeconds=1`);
    expect((await watch.rest()).map(({ type }) => type)).toEqual(['ADDED', 'ADDED']);
  });

  it('has no services', async () => {
    const reply = await admin.get(
      '/api/v1/namespaces/kube-system/services?labelSelector=kubernetes.io/cluster-service%3Dtrue',
    );
    expect([reply.status, reply.body.kind, reply.body.items]).toEqual([200, 'ServiceList', []]);
  });
});
