import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Client, client } from '../client.ts';
import { job, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { configMaps, jobs } = paths;
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

describe('create', () => {
  it('sets what belongs to the server, defaults, and drops status and unknown fields', async () => {
    const sent = {
      ...job('a', { colour: 'red' }, { uid: 'mine', generation: 7, creationTimestamp: null }),
      status: { observedGeneration: 1 },
    };
    const reply = await admin.post(jobs, sent);

    expect([reply.status, reply.headers['warning']]).toEqual([201, '299 - "unknown field \\"spec.colour\\""']);
    expect(reply.body).toMatchObject({
      apiVersion: 'batchwright.dev/v1alpha1',
      kind: 'JobDefinition',
      metadata: {
        name: 'a',
        namespace: 'default',
        generation: 1,
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
      spec: { type: 'container', timeoutSeconds: 3600 },
    });
    expect(reply.body.spec).not.toHaveProperty('colour');
    expect(reply.body).not.toHaveProperty('status');
    expect(reply.body.metadata.uid).not.toBe('mine');
    expect((await admin.get(`${jobs}/a`)).body).toEqual(reply.body);
  });

  it('makes names', async () => {
    const reply = await admin.post(jobs, job('', {}, { name: undefined, generateName: 'made-' }));
    expect(reply.body.metadata).toMatchObject({
      name: expect.stringMatching(/^made-[a-z0-9]{5}$/),
      generateName: 'made-',
    });
    expect(server.audit.at(-1)).toMatchObject({ verb: 'create', name: reply.body.metadata.name });
  });

  it.each([
    {
      name: 'a taken name',
      body: job('taken'),
      status: 409,
      says: 'jobdefinitions.batchwright.dev "taken" already exists',
    },
    {
      name: 'a resourceVersion',
      body: job('b', {}, { resourceVersion: '1' }),
      status: 400,
      says: 'resourceVersion should not be set',
    },
    {
      name: 'another namespace',
      body: job('b', {}, { namespace: 'other' }),
      status: 400,
      says: 'the namespace of the provided object does not match',
    },
    {
      name: 'another kind',
      body: { ...job('b'), kind: 'RegistryCredential' },
      status: 400,
      says: 'this path takes JobDefinition',
    },
    {
      name: 'another version',
      body: { ...job('b'), apiVersion: 'batchwright.dev/v1' },
      status: 400,
      says: 'this path takes JobDefinition',
    },
    {
      name: 'no kind',
      body: { metadata: { name: 'b' }, spec: { type: 'container' } },
      status: 400,
      says: 'this path takes JobDefinition',
    },
    { name: 'no name', body: job(''), status: 422, says: 'metadata.name: Required value' },
    { name: 'a bad name', body: job('Bad_Name'), status: 422, says: 'metadata.name: Invalid value: "Bad_Name"' },
    {
      name: 'a bad label',
      body: job('b', {}, { labels: { x: 'not ok!' } }),
      status: 422,
      says: 'metadata.labels: Invalid value: "not ok!"',
    },
    {
      name: 'metadata of a wrong type',
      body: job('b', {}, { labels: 'text' }),
      status: 422,
      says: 'metadata.labels: Invalid value: "string"',
    },
    {
      name: 'metadata that is a list',
      body: { ...job('b'), metadata: [] },
      status: 400,
      says: 'metadata is not an object',
    },
    { name: 'no spec', body: { ...job('b'), spec: null }, status: 422, says: 'spec: Required value' },
    {
      name: 'a spec of a wrong type',
      body: { ...job('b'), spec: 'text' },
      status: 422,
      says: 'spec: Invalid value: "string"',
    },
    {
      name: 'an unsupported value',
      body: job('b', { type: 'lambda' }),
      status: 422,
      says: 'spec.type: Unsupported value: "lambda": supported values: "container", "multinode"',
    },
    {
      name: 'a broken rule across fields',
      body: job('b', { type: 'multinode', command: ['x'] }),
      status: 422,
      says: 'spec.command: Invalid value: "array": must not be set for multinode jobs',
    },
  ])('refuses $name', async ({ body, says, status }) => {
    await admin.post(jobs, job('taken'));
    const reply = await admin.post(jobs, body);
    expect([reply.status, reply.body.message]).toEqual([status, expect.stringContaining(says)]);
  });

  it('names every mistake at once, with its field', async () => {
    const reply = await admin.post(jobs, job('b', { type: 'lambda', retryStrategy: { attempts: 99 } }));
    expect(reply.body.details).toMatchObject({ kind: 'JobDefinition', group: 'batchwright.dev', name: 'b' });
    expect(reply.body.details.causes.map(({ field }: { field: string }) => field)).toEqual([
      'spec.type',
      'spec.retryStrategy.attempts',
    ]);
  });

  it('refuses unknown and repeated fields when that is asked for', async () => {
    const body =
      '{"apiVersion":"batchwright.dev/v1alpha1","kind":"JobDefinition","metadata":{"name":"s"},"spec":{"type":"container","type":"container","x":1}}';
    const strict = await admin.send('POST', `${jobs}?fieldValidation=Strict`, { body });
    const ignored = await admin.send('POST', `${jobs}?fieldValidation=Ignore`, { body });
    expect([strict.status, strict.body.message]).toEqual([
      400,
      'JobDefinition in version "v1alpha1" cannot be handled as a JobDefinition: strict decoding error: unknown field "spec.x", duplicate field "spec.type"',
    ]);
    expect([ignored.status, ignored.headers['warning']]).toEqual([201, undefined]);
  });

  it('stores nothing in a dry run', async () => {
    const reply = await admin.post(`${jobs}?dryRun=All`, job('dry'));
    expect([reply.status, reply.body.spec.timeoutSeconds, reply.body.metadata.resourceVersion]).toEqual([
      201,
      3600,
      undefined,
    ]);
    expect((await admin.get(`${jobs}/dry`)).status).toBe(404);
    expect(server.audit.at(-1)).toMatchObject({ verb: 'create', name: 'dry', dryRun: true, outcome: 'done' });
  });

  it('takes YAML', async () => {
    const body =
      'apiVersion: batchwright.dev/v1alpha1\nkind: JobDefinition\nmetadata: {name: yaml}\nspec:\n  type: container\n';
    const reply = await admin.send('POST', jobs, { body, headers: { 'content-type': 'application/yaml' } });
    expect([reply.status, reply.body.metadata.name]).toEqual([201, 'yaml']);
    const aliases = await admin.send('POST', jobs, {
      body: 'a: &x 1\nb: *x\n',
      headers: { 'content-type': 'application/yaml' },
    });
    expect([aliases.status, aliases.body.message]).toEqual([400, expect.stringContaining('without aliases')]);
  });

  it('fills in what built-in kinds leave out', async () => {
    const reply = await admin.post(configMaps, { metadata: { name: 'cm' }, data: { a: 'b' } });
    expect(reply.body).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
    await admin.delete(`${configMaps}/cm`);
  });
});

describe('update', () => {
  it('keeps status and what belongs to the server, and counts generations of the spec', async () => {
    const created = (await admin.post(jobs, job('u'))).body;
    await admin.patch(`${jobs}/u/status`, { status: { observedGeneration: 1 } });
    const current = (await admin.get(`${jobs}/u`)).body;

    const reply = await admin.put(`${jobs}/u`, {
      ...current,
      spec: { type: 'multinode' },
      status: {},
      metadata: { ...current.metadata, generation: 99, creationTimestamp: '2000-01-01T00:00:00Z' },
    });

    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ spec: { type: 'multinode' }, status: { observedGeneration: 1 } });
    expect(reply.body.metadata).toMatchObject({
      generation: 2,
      uid: created.metadata.uid,
      creationTimestamp: created.metadata.creationTimestamp,
    });
  });

  it('does not count generations of metadata, and writes nothing when nothing changes', async () => {
    const created = (await admin.post(jobs, job('u'))).body;
    const labelled = (
      await admin.put(`${jobs}/u`, { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } })
    ).body;
    const same = (await admin.put(`${jobs}/u`, labelled)).body;
    expect([labelled.metadata.generation, same.metadata.resourceVersion]).toEqual([
      1,
      labelled.metadata.resourceVersion,
    ]);
  });

  it.each([
    {
      name: 'a missing object',
      of: 'none',
      change: {},
      status: 404,
      says: 'jobdefinitions.batchwright.dev "none" not found',
    },
    {
      name: 'no version',
      of: 'u',
      change: { resourceVersion: undefined },
      status: 422,
      says: 'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    },
    {
      name: 'an old version',
      of: 'u',
      change: { resourceVersion: '1' },
      status: 409,
      says: 'the object has been modified',
    },
    {
      name: 'another uid',
      of: 'u',
      change: { uid: 'other' },
      status: 409,
      says: 'Precondition failed: UID in precondition: other',
    },
    { name: 'another name', of: 'u', change: { name: 'v' }, status: 400, says: 'does not match the name on the URL' },
    {
      name: 'another namespace',
      of: 'u',
      change: { namespace: 'other' },
      status: 400,
      says: 'does not match the namespace',
    },
  ])('refuses $name', async ({ change, of, says, status }) => {
    const created = (await admin.post(jobs, job('u'))).body;
    const reply = await admin.put(`${jobs}/${of}`, {
      ...created,
      metadata: { ...created.metadata, name: of, ...change },
    });
    expect([reply.status, reply.body.message]).toEqual([status, expect.stringContaining(says)]);
  });
});

describe('patch', () => {
  it('merges, removes and creates members', async () => {
    await admin.post(jobs, job('p', { parameters: { a: '1', b: '2' } }, { labels: { x: '1' } }));
    const reply = await admin.patch(`${jobs}/p`, {
      metadata: { labels: null },
      spec: { parameters: { a: null, c: '3' } },
    });
    expect([reply.body.metadata.labels, reply.body.spec.parameters, reply.body.metadata.generation]).toEqual([
      undefined,
      { b: '2', c: '3' },
      2,
    ]);
  });

  it('takes JSON patches', async () => {
    await admin.post(jobs, job('p', { command: ['a', 'b'] }));
    const operations = [
      { op: 'test', path: '/spec/command/0', value: 'a' },
      { op: 'add', path: '/spec/command/-', value: 'c' },
      { op: 'remove', path: '/spec/command/0' },
    ];
    expect((await admin.patch(`${jobs}/p`, operations, 'json-patch')).body.spec.command).toEqual(['b', 'c']);
  });

  it('names the place where a JSON patch fails', async () => {
    await admin.post(jobs, job('p'));
    const reply = await admin.patch(`${jobs}/p`, [{ op: 'remove', path: '/spec/no/such' }], 'json-patch');
    expect([reply.status, reply.body.details.causes[0].field]).toEqual([422, '/spec/no/such']);
  });

  it('takes a version in the patch as a precondition', async () => {
    const created = (await admin.post(jobs, job('p'))).body;
    const { resourceVersion } = created.metadata;
    const first = await admin.patch(`${jobs}/p`, { metadata: { resourceVersion, labels: { a: '1' } } });
    const second = await admin.patch(`${jobs}/p`, { metadata: { resourceVersion, labels: { a: '2' } } });
    expect([first.status, second.status, second.body.reason]).toEqual([200, 409, 'Conflict']);
  });

  it('of parallel writers all get through when they name no version', async () => {
    await admin.post(jobs, job('p', { parameters: {} }));
    const writers = Array.from({ length: 8 }, (_, index) => index);
    const replies = await Promise.all(
      writers.map(index => admin.patch(`${jobs}/p`, { spec: { parameters: { [`k${index}`]: 'v' } } })),
    );
    expect(replies.map(({ status }) => status)).toEqual(writers.map(() => 200));
    expect(Object.keys((await admin.get(`${jobs}/p`)).body.spec.parameters).sort()).toEqual(
      writers.map(index => `k${index}`),
    );
  });

  it('is not strategic for our kinds, and is a merge for built-in ones', async () => {
    await admin.post(jobs, job('p'));
    await admin.post(configMaps, { metadata: { name: 'cm' }, data: { a: '1' } });
    const ours = await admin.patch(`${jobs}/p`, {}, 'strategic-merge-patch');
    const core = await admin.patch(
      `${configMaps}/cm`,
      { $retainKeys: ['data'], data: { b: '2' } },
      'strategic-merge-patch',
    );
    expect([ours.status, core.body.data]).toEqual([415, { a: '1', b: '2' }]);
    await admin.delete(`${configMaps}/cm`);
  });

  it('can label an object that older rules let in, and not make it worse', async () => {
    await server.store.create({
      ...job('old', { type: 'lambda' }, { namespace: 'default' }),
      metadata: { name: 'old', namespace: 'default' },
    });
    const label = await admin.patch(`${jobs}/old`, { metadata: { labels: { a: 'b' } } });
    const worse = await admin.patch(`${jobs}/old`, { spec: { retryStrategy: { attempts: 2 } } });
    expect([label.status, worse.status]).toEqual([200, 422]);
  });

  it('stores nothing in a dry run', async () => {
    const created = (await admin.post(jobs, job('p'))).body;
    const reply = await admin.patch(`${jobs}/p?dryRun=All`, { spec: { type: 'multinode' } });
    expect([reply.body.spec.type, reply.body.metadata.generation]).toEqual(['multinode', 2]);
    expect((await admin.get(`${jobs}/p`)).body).toEqual(created);
  });
});

describe('status', () => {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'Fine',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };

  it('is written by its own endpoint only, and nothing else is', async () => {
    const created = (await admin.post(jobs, job('s'))).body;
    const main = await admin.patch(`${jobs}/s`, { status: { conditions: [condition] } });
    const own = await admin.patch(`${jobs}/s/status`, {
      metadata: { labels: { a: 'b' } },
      spec: { type: 'multinode' },
      status: { conditions: [condition] },
    });
    expect([main.body.status, main.body.metadata.resourceVersion]).toEqual([
      undefined,
      created.metadata.resourceVersion,
    ]);
    expect(own.body).toMatchObject({
      spec: created.spec,
      status: { conditions: [condition] },
      metadata: { generation: 1 },
    });
    expect(own.body.metadata.labels).toBeUndefined();
    expect((await admin.get(`${jobs}/s/status`)).body).toEqual(own.body);
  });

  it('must fit its schema', async () => {
    await admin.post(jobs, job('s'));
    const reply = await admin.patch(`${jobs}/s/status`, {
      status: { conditions: [{ ...condition, status: 'Perhaps' }] },
    });
    expect([reply.status, reply.body.message]).toEqual([
      422,
      expect.stringContaining('status.conditions[0].status: Unsupported value'),
    ]);
  });
});

describe('server-side apply', () => {
  const url = (manager: string, more = '') => `${jobs}/ssa?fieldManager=${manager}${more}`;
  const apply = (manager: string, spec: object, more = '') =>
    admin.patch(url(manager, more), job('ssa', spec), 'apply-patch');

  it('creates, repeats without a change, and removes what its manager no longer names', async () => {
    const created = await apply('one', { parameters: { a: '1', b: '2' } });
    const again = await apply('one', { parameters: { a: '1', b: '2' } });
    const less = await apply('one', { parameters: { a: '1' } });
    expect([created.status, again.status, again.body.metadata.resourceVersion]).toEqual([
      201,
      200,
      created.body.metadata.resourceVersion,
    ]);
    expect(less.body.spec.parameters).toEqual({ a: '1' });
    expect(less.body.spec.timeoutSeconds).toBe(3600);
  });

  it('tells whose fields it would take, and takes them when forced', async () => {
    await apply('one', { parameters: { a: '1' } });
    const conflict = await apply('two', { parameters: { a: '2' } });
    const forced = await apply('two', { parameters: { a: '2' } }, '&force=true');
    expect([conflict.status, conflict.body.details.causes]).toEqual([
      409,
      [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.parameters.a' }],
    ]);
    expect(forced.body.spec.parameters).toEqual({ a: '2' });
  });

  it('records updates with their manager, and status with its subresource', async () => {
    await apply('one', {});
    await admin.patch(`${jobs}/ssa?fieldManager=label`, { metadata: { labels: { a: 'b' } } });
    const reply = await admin.patch(`${jobs}/ssa/status?fieldManager=ctl`, { status: { observedGeneration: 1 } });
    const entries = reply.body.metadata.managedFields.map(
      ({ manager, operation, subresource }: Record<string, string>) => [manager, operation, subresource],
    );
    expect(entries).toEqual(
      expect.arrayContaining([
        ['one', 'Apply', undefined],
        ['label', 'Update', undefined],
        ['ctl', 'Update', 'status'],
      ]),
    );
  });

  it('of a status takes only the status', async () => {
    await apply('one', {});
    const reply = await admin.patch(
      `${jobs}/ssa/status?fieldManager=ctl`,
      { ...job('ssa', { type: 'multinode' }), status: { observedGeneration: 3 } },
      'apply-patch',
    );
    expect([reply.status, reply.body.spec.type, reply.body.status]).toEqual([
      200,
      'container',
      { observedGeneration: 3 },
    ]);
    expect(reply.body.metadata.managedFields.map(({ manager }: { manager: string }) => manager)).toContain('ctl');
  });

  it('ownership can be reset', async () => {
    await apply('one', {});
    const reply = await admin.patch(`${jobs}/ssa`, { metadata: { managedFields: [] } });
    expect(reply.body.metadata.managedFields).toBeUndefined();
    const replaced = await admin.patch(
      `${jobs}/ssa`,
      [{ op: 'add', path: '/metadata/managedFields', value: [{}] }],
      'json-patch',
    );
    expect(replaced.body.metadata.managedFields).toBeUndefined();
  });

  it.each([
    { name: 'no manager', path: '', body: job('ssa'), status: 422, says: 'fieldManager: Required value' },
    {
      name: 'an unknown field',
      path: '?fieldManager=a',
      body: job('ssa', { x: 1 }),
      status: 500,
      says: '.spec.x: field not declared in schema',
    },
    {
      name: 'another name',
      path: '?fieldManager=a',
      body: job('other'),
      status: 400,
      says: 'does not match the name on the URL',
    },
    {
      name: 'a uid for an object that is not there',
      path: '?fieldManager=a',
      body: job('ssa', {}, { uid: 'u' }),
      status: 409,
      says: 'no existing object was found',
    },
    {
      name: 'a wrong value',
      path: '?fieldManager=a',
      body: job('ssa', { type: 'lambda' }),
      status: 422,
      says: 'spec.type: Unsupported value',
    },
    {
      name: 'recorded ownership',
      path: '?fieldManager=a',
      body: job('ssa', {}, { managedFields: [{ manager: 'x' }] }),
      status: 400,
      says: 'managedFields must not be set',
    },
  ])('refuses $name', async ({ body, path, says, status }) => {
    const reply = await admin.patch(`${jobs}/ssa${path}`, body, 'apply-patch');
    expect([reply.status, reply.body.message]).toEqual([status, expect.stringContaining(says)]);
  });
});
