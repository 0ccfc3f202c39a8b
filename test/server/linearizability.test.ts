import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, client } from './client.ts';
import { job } from './operations/step.ts';
import { history, type Operation, violations } from './register-history.ts';
import { Served } from './served.ts';

const jobs = '/apis/batchwright.dev/v1alpha1/namespaces/default/jobdefinitions';
const path = `${jobs}/register`;
const writers = 8;
const rounds = 40;

let served: Served;
const clients: Client[] = [];
beforeAll(async () => {
  served = await Served.start();
  const config = load(await readFile(served.kubeconfig, 'utf8')) as Config;
  const ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString();
  const port = Number(new URL(served.url).port);
  clients.push(...Array.from({ length: writers }, () => client({ ca, port }, config.users[0].user.token)));
});
afterAll(async () => {
  for (const one of clients) one.close();
  await served.remove();
});

interface Config {
  readonly clusters: readonly [{ readonly cluster: { readonly 'certificate-authority-data': string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** What one caller does, over and over: read, and then change what was read, in one of four ways. */
async function turns(caller: Client, name: string, note: (operation: Operation) => void): Promise<void> {
  const timed = history(note);
  for (let round = 0; round < rounds; round += 1) {
    const value = `${name}.${round}`;
    const read = await timed({ does: 'read' }, () => caller.get(path));
    const from = read.version;
    if (from === undefined) {
      await timed({ does: 'create', value }, () => caller.post(jobs, job('register', { labels: { value } })));
    } else if (round % 10 === 9) {
      const preconditions = { resourceVersion: String(from) };
      await timed({ does: 'delete', from }, () => caller.delete(path, { preconditions }));
    } else if (round % 3 === 0) {
      await timed({ does: 'patch', value }, () => caller.patch(path, { metadata: { labels: { value } } }));
    } else {
      const body = job('register', { labels: { value }, resourceVersion: String(from) });
      await timed({ does: 'replace', from, value }, () => caller.put(path, body));
    }
  }
}

it('reads and writes of one object by many callers look as if they came one after another', async () => {
  const operations: Operation[] = [];
  const note = (operation: Operation) => operations.push(operation);
  await clients[0]?.post(jobs, job('register', { labels: { value: 'first' } }));
  await Promise.all(clients.map((caller, index) => turns(caller, `w${index}`, note)));

  const done = operations.filter(({ status }) => status < 300);
  const tally = (does: Operation['does']) => done.filter(operation => operation.does === does).length;
  expect(Math.min(...(['read', 'create', 'delete', 'patch', 'replace'] as const).map(tally))).toBeGreaterThan(2);
  expect(
    operations.some(({ status }) => status === 409),
    'writers met',
  ).toBe(true);
  expect(operations.filter(({ status }) => ![200, 201, 404, 409].includes(status))).toEqual([]);
  expect(violations(operations)).toEqual([]);
}, 120_000);

const at = (begun: number, rest: Partial<Operation>): Operation => ({
  does: 'read',
  status: 200,
  begun,
  ended: begun + 10,
  ...rest,
});
const write = (begun: number, version: number, rest: Partial<Operation> = {}) =>
  at(begun, { does: 'patch', version, value: `v${version}`, seen: `v${version}`, ...rest });

it.each<{ name: string; operations: readonly Operation[]; found: RegExp }>([
  { name: 'a version twice', operations: [write(0, 1), write(0, 1)], found: /^one version for two writes/ },
  { name: "another's value in an answer", operations: [write(0, 1, { seen: 'x' })], found: /^answered with the value/ },
  {
    name: 'a value from nowhere',
    operations: [write(0, 1), at(0, { version: 1, seen: 'x' })],
    found: /^read what was/,
  },
  {
    name: 'a lost update',
    operations: [write(0, 1), write(0, 2), write(0, 3, { does: 'replace', from: 1 })],
    found: /^lost a write/,
  },
  {
    name: 'a stale read',
    operations: [write(0, 1), write(0, 2), at(20, { version: 1, seen: 'v1' })],
    found: /^went back in time/,
  },
  {
    name: 'what was deleted before',
    operations: [write(0, 1), at(20, { does: 'delete', from: 1 }), at(40, { version: 1, seen: 'v1' })],
    found: /^went back in time/,
  },
  { name: 'an order against time', operations: [write(0, 2), write(20, 1)], found: /^went back in time/ },
])('the checker finds $name', ({ operations, found }) => {
  expect(violations(operations)).toEqual([expect.stringMatching(found)]);
});
