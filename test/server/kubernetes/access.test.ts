import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotations } from '../../../controller/model/annotations.ts';
import type { AuditEntry } from '../../../controller/server/audit/audit.ts';
import { type Client, client, type Reply } from '../client.ts';
import { job, jobsIn, namespace, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

const { jobs, namespaces } = paths;
type Caller = keyof typeof tokens;

let server: TestServer;
const callers = {} as Record<Caller, Client>;
beforeAll(async () => {
  server = await testServer({
    limits: { failedLoginsPerMinute: 1000 },
    admit: ({ name }, operation, object) =>
      name === 'editor' && object.metadata.labels?.['forbidden']
        ? `labels say that an editor may not ${operation} this`
        : undefined,
  });
  for (const name of Object.keys(tokens) as Caller[]) callers[name] = client(server, tokens[name]);
  await callers.admin.post(namespaces, namespace('team-a'));
  await callers.admin.post(namespaces, namespace('team-b'));
});
afterAll(async () => {
  for (const caller of Object.values(callers)) caller.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

/** Every way of using the API, with the roles for which it is allowed. */
const uses: readonly { name: string; use: (caller: Client) => Promise<Reply>; allowed: readonly Caller[] }[] = [
  { name: 'discovery', use: caller => caller.get('/apis'), allowed: ['admin', 'editor', 'viewer', 'tenant'] },
  { name: 'list everywhere', use: caller => caller.get(paths.allJobs), allowed: ['admin', 'editor', 'viewer'] },
  {
    name: 'list in its room',
    use: caller => caller.get(jobsIn('team-a')),
    allowed: ['admin', 'editor', 'viewer', 'tenant'],
  },
  { name: 'list in another room', use: caller => caller.get(jobsIn('team-b')), allowed: ['admin', 'editor', 'viewer'] },
  { name: 'get', use: caller => caller.get(`${jobsIn('team-b')}/x`), allowed: ['admin', 'editor', 'viewer'] },
  {
    name: 'watch',
    use: caller => caller.get(`${jobsIn('team-b')}?watch=true&timeoutSeconds=1`),
    allowed: ['admin', 'editor', 'viewer'],
  },
  {
    name: 'create',
    use: caller => caller.post(`${jobsIn('team-b')}?dryRun=All`, job('x')),
    allowed: ['admin', 'editor'],
  },
  {
    name: 'create in its room',
    use: caller => caller.post(`${jobsIn('team-a')}?dryRun=All`, job('x')),
    allowed: ['admin', 'editor', 'tenant'],
  },
  { name: 'update', use: caller => caller.put(`${jobsIn('team-b')}/x`, job('x')), allowed: ['admin', 'editor'] },
  { name: 'patch', use: caller => caller.patch(`${jobsIn('team-b')}/x`, {}), allowed: ['admin', 'editor'] },
  { name: 'delete', use: caller => caller.delete(`${jobsIn('team-b')}/x`), allowed: ['admin', 'editor'] },
  {
    name: 'delete all',
    use: caller => caller.delete(`${jobsIn('team-b')}?labelSelector=none`),
    allowed: ['admin', 'editor'],
  },
  {
    name: 'read a status',
    use: caller => caller.get(`${jobsIn('team-a')}/x/status`),
    allowed: ['admin', 'editor', 'viewer', 'tenant'],
  },
  { name: 'write a status', use: caller => caller.patch(`${jobsIn('team-a')}/x/status`, {}), allowed: ['admin'] },
  { name: 'read namespaces', use: caller => caller.get(namespaces), allowed: ['admin', 'editor', 'viewer'] },
  {
    name: 'read its namespace',
    use: caller => caller.get(`${namespaces}/team-a`),
    allowed: ['admin', 'editor', 'viewer', 'tenant'],
  },
  {
    name: 'create a namespace',
    use: caller => caller.post(`${namespaces}?dryRun=All`, namespace('n')),
    allowed: ['admin'],
  },
  { name: 'delete a namespace', use: caller => caller.delete(`${namespaces}/none`), allowed: ['admin'] },
  {
    name: 'write an event',
    use: caller =>
      caller.post('/api/v1/namespaces/team-a/events?dryRun=All', { metadata: { name: 'e' }, involvedObject: {} }),
    allowed: ['admin', 'editor', 'tenant'],
  },
  {
    name: 'write a config map',
    use: caller => caller.post('/api/v1/namespaces/team-b/configmaps?dryRun=All', { metadata: { name: 'c' } }),
    allowed: ['admin', 'editor'],
  },
  { name: 'read secrets', use: caller => caller.get('/api/v1/namespaces/team-a/secrets'), allowed: [] },
];

describe('roles', () => {
  it.each(uses)('$name', async ({ allowed, use }) => {
    const replies = await Promise.all(
      (Object.keys(callers) as Caller[]).map(async name => ({ name, status: (await use(callers[name])).status })),
    );
    expect(
      replies
        .filter(({ status }) => status !== 403)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...allowed].sort());
  });

  it.each(uses)('$name without credentials', async ({ use }) => {
    const nobody = client(server);
    expect((await use(nobody)).status).toBe(401);
    nobody.close();
  });

  it('say what is not allowed', async () => {
    const reply = await callers.viewer.post(jobs, job('x'));
    expect(reply.body.message).toBe(
      'jobdefinitions.batchwright.dev is forbidden: User "viewer" cannot create resource "jobdefinitions" in API group "batchwright.dev" in the namespace "default"',
    );
  });
});

describe('reviews', () => {
  const access = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const ask = async (name: Caller, resourceAttributes: object) =>
    (
      await callers[name].post(access, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      })
    ).body.status;

  it('answer as requests would be decided', async () => {
    const create = { verb: 'create', group: 'batchwright.dev', resource: 'jobdefinitions' };
    expect((await ask('tenant', { ...create, namespace: 'team-a' })).allowed).toBe(true);
    expect(await ask('tenant', { ...create, namespace: 'team-b' })).toEqual({
      allowed: false,
      reason: expect.stringContaining('cannot create'),
    });
    expect((await ask('viewer', { ...create, verb: '*', namespace: 'team-a' })).allowed).toBe(false);
    expect((await ask('admin', { ...create, verb: '*', group: '*', resource: '*' })).allowed).toBe(true);
  });

  it('tell the rules of a room', async () => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview' };
    const verbs = async (room: string) =>
      (await callers.tenant.post(path, { ...body, spec: { namespace: room } })).body.status.resourceRules.flatMap(
        (rule: { verbs: string[] }) => rule.verbs,
      );
    expect([(await verbs('team-a')).includes('delete'), (await verbs('team-b')).includes('delete')]).toEqual([
      true,
      false,
    ]);
  });

  it.each(['v1', 'v1beta1'])('tell who the caller is (%s)', async version => {
    const apiVersion = `authentication.k8s.io/${version}`;
    const reply = await callers.viewer.post(`/apis/${apiVersion}/selfsubjectreviews`, {
      apiVersion,
      kind: 'SelfSubjectReview',
    });
    expect([reply.status, reply.body.status]).toEqual([
      201,
      { userInfo: { username: 'viewer', uid: 'viewer', groups: ['system:authenticated'] } },
    ]);
  });
});

describe('audit', () => {
  const since = async (use: () => Promise<unknown>): Promise<readonly AuditEntry[]> => {
    const from = server.audit.length;
    await use();
    return server.audit.slice(from);
  };

  it('has one line for a write, with what it changed', async () => {
    const lines = await since(() => callers.admin.post(jobs, job('audited')));
    expect(lines).toEqual([
      {
        time: expect.stringMatching(/Z$/),
        requestId: expect.any(String),
        user: 'admin',
        address: '127.0.0.1',
        userAgent: '',
        verb: 'create',
        resource: 'jobdefinitions.batchwright.dev',
        namespace: 'default',
        name: 'audited',
        outcome: 'done',
        code: 201,
        after: expect.stringMatching(/^\d+:[0-9a-f]{16}$/),
      },
    ]);
    const [patched] = await since(() => callers.admin.patch(`${jobs}/audited`, { metadata: { labels: { a: 'b' } } }));
    expect(patched?.before).toBe(lines[0]?.after);
    expect(patched?.after).not.toBe(lines[0]?.after);
  });

  it.each([
    {
      name: 'a denied write',
      use: () => callers.viewer.post(jobs, job('x')),
      line: { user: 'viewer', verb: 'create', outcome: 'denied', code: 403, reason: 'Forbidden' },
    },
    {
      name: 'a denied read',
      use: () => callers.tenant.get(jobsIn('team-b')),
      line: { user: 'tenant', verb: 'list', namespace: 'team-b', outcome: 'denied', code: 403 },
    },
    {
      name: 'a write that failed',
      use: () => callers.admin.patch(`${jobs}/none`, {}),
      line: { user: 'admin', verb: 'patch', name: 'none', outcome: 'failed', code: 404, reason: 'NotFound' },
    },
    {
      name: 'an object that may not be created',
      use: () => callers.editor.post(jobs, job('marked', {}, { labels: { forbidden: 'yes' } })),
      line: { user: 'editor', verb: 'create', name: 'marked', outcome: 'denied', code: 403, reason: 'Forbidden' },
    },
    {
      name: 'an object that is not valid',
      use: () => callers.admin.post(jobs, job('wrong', { type: 5 })),
      line: { user: 'admin', verb: 'create', name: 'wrong', outcome: 'failed', code: 422, reason: 'Invalid' },
    },
    {
      name: 'an unknown caller',
      use: () => client(server, 'wrong').get(jobs),
      line: { user: '', verb: 'get', resource: jobs, outcome: 'denied', code: 401 },
    },
    {
      name: 'a foreign host',
      use: () => callers.admin.get('/version', { host: 'evil.example' }),
      line: { user: '', resource: '/version', outcome: 'denied', code: 403 },
    },
    {
      name: 'secrets',
      use: () => callers.admin.get('/api/v1/namespaces/default/secrets'),
      line: { user: 'admin', verb: 'list', resource: 'secrets', outcome: 'denied', code: 403 },
    },
  ])('has one line for $name', async ({ line, use }) => {
    expect(await since(use)).toEqual([expect.objectContaining(line)]);
  });

  it('has none for reading, discovery and questions', async () => {
    const lines = await since(async () => {
      await callers.admin.get(jobs);
      await callers.admin.get('/apis');
      await callers.admin.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        kind: 'SelfSubjectReview',
        apiVersion: 'authentication.k8s.io/v1',
      });
    });
    expect(lines).toEqual([]);
  });

  it('holds writes up while it cannot be written', async () => {
    let full = true;
    const kept: AuditEntry[] = [];
    const other = await testServer({
      audit: entry => {
        if (full) throw new Error('disk full');
        kept.push(entry);
      },
    });
    const admin = client(other, tokens.admin);
    const first = await admin.post(jobs, job('a'));
    const second = await admin.post(jobs, job('b'));
    const read = await admin.get(jobs);
    full = false;
    expect([first.status, second.status, second.body.reason, read.body.items.length]).toEqual([
      201,
      503,
      'ServiceUnavailable',
      1,
    ]);
    expect(other.problems).toEqual(
      [expect.stringContaining('audit log cannot be written'), expect.anything()].slice(0, other.problems.length),
    );
    admin.close();
    await other.close();
  });
});

describe('rules beside roles', () => {
  it('the admission hook can refuse what a role allows', async () => {
    const marked = job('marked', {}, { labels: { forbidden: 'yes' } });
    const refused = await callers.editor.post(jobs, marked);
    const allowed = await callers.admin.post(jobs, marked);
    const removal = await callers.editor.delete(`${jobs}/marked`);
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringContaining('an editor may not create this'),
    ]);
    expect([allowed.status, removal.status, removal.body.message]).toEqual([
      201,
      403,
      expect.stringContaining('may not delete this'),
    ]);
    await callers.admin.delete(`${jobs}/marked`);
  });

  it('what a file owns can only be steered', async () => {
    const source = { [annotations.source]: 'jobs/hello.yaml' };
    await server.store.create(job('owned', {}, { namespace: 'default', annotations: source }) as never);
    const { admin } = callers;
    const spec = await admin.patch(`${jobs}/owned`, { spec: { type: 'multinode' } });
    const label = await admin.patch(`${jobs}/owned?dryRun=All`, { metadata: { labels: { a: 'b' } } });
    const pause = await admin.patch(`${jobs}/owned`, { metadata: { annotations: { [annotations.paused]: 'true' } } });
    const status = await admin.patch(`${jobs}/owned/status`, { status: { observedGeneration: 1 } });
    const removal = await admin.delete(`${jobs}/owned`);
    const all = await admin.delete(jobs);
    const taking = await admin.post(jobs, job('mine', {}, { annotations: source }));
    expect([spec, label, pause, status, removal, all, taking].map(reply => reply.status)).toEqual([
      403, 403, 200, 200, 403, 403, 403,
    ]);
    expect(spec.body.message).toContain('the file jobs/hello.yaml owns this object');
    await server.store.delete({ kind: 'JobDefinition', namespace: 'default', name: 'owned' });
  });

  it('a room with objects that files own is not deleted', async () => {
    const source = { [annotations.source]: 'jobs/b.yaml' };
    await server.store.create(job('owned', {}, { namespace: 'team-b', annotations: source }) as never);
    const reply = await callers.admin.delete(`${namespaces}/team-b`);
    expect([reply.status, reply.body.message]).toEqual([
      403,
      expect.stringContaining('JobDefinition owned (jobs/b.yaml)'),
    ]);
  });
});
