import { afterAll, beforeAll, expect, it } from 'vitest';
import { servedKinds } from '../../../controller/commands/api.ts';
import { type Client, client } from '../client.ts';
import { namespace, paths } from '../objects.ts';
import { type TestServer, testServer, tokens } from '../test-server.ts';

/** One thing that discovery says can be done. */
interface Use {
  readonly group: string;
  readonly base: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespaced: boolean;
  readonly verb: string;
}

type Caller = 'nobody' | 'unknown' | keyof typeof tokens;

let server: TestServer;
const callers = {} as Record<Caller, Client>;
beforeAll(async () => {
  const limits = { failedLoginsPerMinute: 1e6, requestsPerSecond: 1e6, requestBurst: 1e6, writes: 1e6, reads: 1e6 };
  server = await testServer({ kinds: servedKinds(() => undefined), limits });
  callers.nobody = client(server);
  callers.unknown = client(server, 'unknown-token');
  for (const name of Object.keys(tokens) as (keyof typeof tokens)[]) callers[name] = client(server, tokens[name]);
  for (const room of ['team-a', 'team-b']) await callers.admin.post(paths.namespaces, namespace(room));
});
afterAll(async () => {
  for (const caller of Object.values(callers)) caller.close();
  await server.close();
  expect(server.problems).toEqual([]);
});

/** Everything that discovery offers. */
async function offered(): Promise<readonly Use[]> {
  const { admin } = callers;
  const { body } = await admin.get('/apis');
  const versions: string[] = body.groups.map(
    (one: { preferredVersion: { groupVersion: string } }) => one.preferredVersion.groupVersion,
  );
  const bases = ['/api/v1', ...versions.map(version => `/apis/${version}`)];
  const lists = await Promise.all(bases.map(async base => ({ base, body: (await admin.get(base)).body })));
  return lists.flatMap(({ base, body: { resources } }) =>
    resources.flatMap(({ name, namespaced, verbs }: { name: string; namespaced: boolean; verbs: string[] }) => {
      const [resource = '', subresource = ''] = name.split('/');
      const group = base === '/api/v1' ? '' : (base.split('/')[2] ?? '');
      return verbs.map(verb => ({ group, base, resource, subresource, namespaced, verb }));
    }),
  );
}

const methods: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

async function statusOf(
  caller: Client,
  { base, namespaced, resource, subresource, verb }: Use,
  room: string,
): Promise<number> {
  const named = ['get', 'update', 'patch', 'delete'].includes(verb) ? '/nobody' : '';
  const path = `${base}${namespaced ? `/namespaces/${room}` : ''}/${resource}${named}${subresource && `/${subresource}`}`;
  const query = verb === 'watch' ? '?watch=true&timeoutSeconds=1' : '?dryRun=All&labelSelector=none';
  const body =
    verb === 'patch' ? {} : ['create', 'update'].includes(verb) ? { metadata: { name: 'nobody' } } : undefined;
  const headers = verb === 'patch' ? { 'content-type': 'application/merge-patch+json' } : {};
  const { status } = await caller.send(
    methods[verb] ?? verb,
    path + query,
    body === undefined ? {} : { body, headers },
  );
  return status;
}

const reading = ['get', 'list', 'watch'];
const everybodys = ['authorization.k8s.io', 'authentication.k8s.io'];
const editable = ['configmaps', 'events'];

/** Who may do something, said anew: anybody about themselves, and then what the roles are for. */
function mayDo(caller: Caller, use: Use, room: string): boolean {
  const { group, namespaced, resource, subresource, verb } = use;
  const reads = reading.includes(verb);
  if (everybodys.includes(group) || (group === 'apiextensions.k8s.io' && reads)) return true;
  if (caller === 'admin') return true;
  if (group === 'apiextensions.k8s.io') return false;
  if (caller === 'tenant' && !(namespaced && room === 'team-a')) return false;
  if (reads) return true;
  if (caller === 'viewer' || subresource !== '') return false;
  return group === 'batchwright.dev' || editable.includes(resource);
}

it.each(['team-a', 'team-b'])(
  'everything that is offered in %s is denied to everybody who may not do it',
  async room => {
    const uses = await offered();
    const all = uses.flatMap(use =>
      (Object.entries(callers) as [Caller, Client][]).map(async ([name, caller]) => {
        const status = await statusOf(caller, use, room);
        const known = name !== 'nobody' && name !== 'unknown';
        const denied = status === 403;
        const fits = known ? denied === !mayDo(name, use, room) && status !== 401 && status < 500 : status === 401;
        const { group, resource, subresource, verb } = use;
        return fits ? [] : [`${name} ${verb} ${group}/${resource}/${subresource} in ${room}: ${status}`];
      }),
    );

    expect(uses.length).toBeGreaterThan(60);
    expect((await Promise.all(all)).flat()).toEqual([]);
  },
);
