// How fast and how large the HTTP API is over the embedded store, with durability on:
//   node bench/api.ts [DIRECTORY]
// The server runs in a process of its own; the directory decides which disk is measured.
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servedKinds } from '../controller/commands/api.ts';
import { auditFile } from '../controller/server/audit/audit-file.ts';
import { authenticator, tokenDigest } from '../controller/server/auth/authentication.ts';
import { kubernetesApi } from '../controller/server/kubernetes/api.ts';
import { certificateAuthority, serverCertificate } from '../controller/server/tls/certificate.ts';
import { openStore } from '../controller/store/sqlite/open-store.ts';
import { systemClock } from '../test/store/sqlite/system-clock.ts';
import { residentBytes } from './resident.ts';

const token = 'bench';
const objects = 10_000;
const jobs = '/apis/batchwright.dev/v1alpha1/namespaces/default/jobdefinitions';
const [mode = '', serveDirectory = ''] = process.argv.slice(2);

if (mode === 'serve') await serve(serveDirectory);
else await measure(mode);

async function serve(directory: string): Promise<void> {
  const store = await openStore({ directory, clock: systemClock, ids: randomUUID, reserveBytes: 0 });
  const audit = await auditFile(join(directory, 'audit.jsonl'));
  const authority = certificateAuthority(Date.now());
  const { certificate, privateKey } = serverCertificate(authority, ['localhost', '127.0.0.1'], Date.now());
  const bindings = [{ role: 'admin' as const }];
  const digest = tokenDigest(token).toString('hex');
  const users = [{ name: 'bench', groups: [], tokens: [{ sha256: digest }], bindings }];
  const authenticate = authenticator({ users, groups: [] });
  const quiet = () => undefined;
  const api = kubernetesApi({
    store,
    kinds: servedKinds(() => undefined),
    clock: systemClock,
    log: { debug: quiet, info: quiet, warn: quiet, error: (data, message) => console.error(message, data) },
    authenticate: async () => authenticate,
    tls: { read: async () => ({ certificate, key: privateKey }) },
    hosts: [],
    version: '0.0.0',
    audit: audit.append,
    limits: { requestsPerSecond: 1e9, requestBurst: 1e9 },
  });
  const { port } = await api.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ port, ca: authority.certificate });
  process.on('message', async () => {
    await api.close();
    await audit.close();
    await store.close();
    process.exit(0);
  });
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ca: string;
}

function start(directory: string): Promise<Running> {
  const child = fork(import.meta.filename, ['serve', directory], {
    execArgv: (process.env['BENCH_SERVER_FLAGS'] ?? '').split(' ').filter(Boolean),
  });
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve({ child, ...(message as { port: number; ca: string }) }));
    child.once('exit', code => reject(new Error(`the server ended with ${code}`)));
  });
}

function stop({ child }: Running): Promise<void> {
  return new Promise(resolve => {
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.send('stop');
  });
}

type Send = (method: string, path: string, body?: object) => Promise<string>;

function sender({ ca, port }: Running, agent = new Agent({ ca, keepAlive: true, maxSockets: 64 })): Send {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers: Record<string, string | number> = { authorization: `Bearer ${token}` };
      if (text !== undefined)
        Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      const outgoing = request(
        { host: '127.0.0.1', servername: 'localhost', port, agent, method, path, headers },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', chunk => chunks.push(chunk));
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString();
            if ((response.statusCode ?? 500) < 400) resolve(answer);
            else reject(new Error(answer));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(text);
    });
}

/** A job definition of about 1 KB. */
function job(n: number, step: number) {
  const environment = Array.from({ length: 12 }, (_, i) => ({
    name: `VARIABLE_${i}`,
    value: `value ${i} of step ${step}`,
  }));
  const name = `object-${String(n).padStart(6, '0')}`;
  return {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind: 'JobDefinition',
    metadata: { name },
    spec: {
      containerProperties: {
        image: 'docker.io/acme/fetch-and-run:1.4.2',
        environment,
        resourceRequirements: [
          { type: 'VCPU', value: '1' },
          { type: 'MEMORY', value: '2048' },
        ],
      },
    },
  };
}

/**
 * Runs `use` for every number below `count`, `width` at a time; the answer is how many per second, the p50 and p99 in ms, and
 * what each cost the server, which does not depend on what else the machine does.
 */
async function rate(
  { child }: Running,
  count: number,
  width: number,
  use: (n: number) => Promise<unknown>,
): Promise<string> {
  const times: number[] = [];
  let next = 0;
  const cpu = cpuMs(child);
  const begun = performance.now();
  const worker = async () => {
    for (let n = next++; n < count; n = next++) {
      const at = performance.now();
      await use(n);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  const seconds = (performance.now() - begun) / 1000;
  const each = ((cpuMs(child) - cpu) / count).toFixed(2);
  return `${Math.round(count / seconds)}/s, p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms (${width} at a time), ${each} ms CPU`;
}

function percentile(values: number[], part: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
}

async function measure(parent: string): Promise<void> {
  const directory = mkdtempSync(join(parent || tmpdir(), 'bench-api-'));
  try {
    let server = await start(directory);
    let send = sender(server);
    await rate(server, 200, 8, n => send('POST', jobs, job(1_000_000 + n, 0)));
    await send('DELETE', jobs);
    report('create', await rate(server, 1000, 16, n => send('POST', jobs, job(n, 0))));
    report('GET', await rate(server, 10_000, 16, n => send('GET', `${jobs}/${job(n % 1000, 0).metadata.name}`)));
    report('LIST 1,000', await rate(server, 200, 4, () => send('GET', jobs)));
    report('PUT, durable', await rate(server, 4000, 16, put(send)));
    report('PUT, durable, one after another', await rate(server, 500, 1, put(send)));
    report('watch latency, 100 watchers', await watchLatency(server, send));
    for (let n = 1000; n < objects; n += 1000) await rate(server, 1000, 16, k => send('POST', jobs, job(n + k, 0)));
    report(`RSS with ${objects} objects after this load`, rss(server));
    report(`LIST ${objects} in pages of 500`, await rate(server, 3, 1, () => pages(send)));
    await stop(server);
    const at = performance.now();
    server = await start(directory);
    send = sender(server);
    const listening = performance.now() - at;
    await send('GET', `${jobs}?limit=1`);
    report(
      `start with ${objects} objects`,
      `listening after ${listening.toFixed(0)} ms, first list after ${(performance.now() - at).toFixed(0)} ms`,
    );
    report(`RSS with ${objects} objects after a start`, rss(server));
    await stop(server);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function put(send: Send): (n: number) => Promise<void> {
  const versions = new Map<string, string>();
  return async n => {
    const next = job(n % 1000, n);
    const { name } = next.metadata;
    const resourceVersion =
      versions.get(name) ?? JSON.parse(await send('GET', `${jobs}/${name}`)).metadata.resourceVersion;
    const answer = await send('PUT', `${jobs}/${name}`, { ...next, metadata: { name, resourceVersion } });
    versions.set(name, JSON.parse(answer).metadata.resourceVersion);
  };
}

async function watchLatency(server: Running, send: Send): Promise<string> {
  const changes = 200;
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  const agent = new Agent({ ca: server.ca, keepAlive: true });
  const version = JSON.parse(await send('GET', `${jobs}?limit=1`)).metadata.resourceVersion;
  const watchers = Array.from({ length: 100 }, () =>
    watcher(server, agent, `${jobs}?watch=true&resourceVersion=${version}`, changes, step => {
      latencies.push(performance.now() - (sentAt.get(step) ?? Number.NaN));
    }),
  );
  await Promise.all(watchers.map(({ open }) => open));
  for (let n = 0; n < changes; n += 1) {
    const step = String(2_000_000 + n);
    sentAt.set(step, performance.now());
    await send('POST', jobs, job(Number(step), Number(step)));
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await Promise.all(watchers.map(({ done }) => done));
  agent.destroy();
  await send('DELETE', `${jobs}?fieldSelector=metadata.namespace%3Ddefault&labelSelector=none`);
  return `p50 ${percentile(latencies, 0.5)} ms, p99 ${percentile(latencies, 0.99)} ms, ${latencies.length} deliveries`;
}

function watcher(server: Running, agent: Agent, path: string, changes: number, seen: (step: string) => void) {
  const { promise: open, resolve: opened } = Promise.withResolvers<void>();
  let left = changes;
  const done = new Promise<void>(resolve => {
    const headers = { authorization: `Bearer ${token}` };
    const outgoing = request(
      { host: '127.0.0.1', servername: 'localhost', port: server.port, agent, path, headers },
      response => {
        opened();
        let text = '';
        response.on('data', chunk => {
          text += chunk;
          const lines = text.split('\n');
          text = lines.pop() ?? '';
          for (const line of lines) {
            seen(/"name":"object-(\d+)"/.exec(line)?.[1] ?? '');
            left -= 1;
          }
          if (left > 0) return;
          outgoing.destroy();
          resolve();
        });
      },
    );
    outgoing.on('error', error => {
      if (left > 0) throw error;
      resolve();
    });
    outgoing.end();
  });
  return { open, done };
}

async function pages(send: Send): Promise<void> {
  for (let token = ''; ; ) {
    const { metadata } = JSON.parse(await send('GET', `${jobs}?limit=500&continue=${token}`));
    token = metadata.continue ?? '';
    if (token === '') return;
  }
}

/** CPU time of a process since its start, in ms: clock ticks are 10 ms everywhere that matters. */
function cpuMs({ pid }: ChildProcess): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

function rss({ child }: Running): string {
  return `${Math.round(residentBytes(child.pid) / 1_048_576)} MiB`;
}

function report(what: string, figure: string): void {
  console.log(`${what.padEnd(42)} ${figure}`);
}
