import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';
import { objectSchema, specProblems } from '../kinds/schemas.ts';
import { givenTls, managedTls, prepareAccess, type Reachable } from '../server/access/access-files.ts';
import { accessPaths } from '../server/access/access-paths.ts';
import { auditFile } from '../server/audit/audit-file.ts';
import { accessFile } from '../server/auth/access-file.ts';
import { kubernetesApi } from '../server/kubernetes/api.ts';
import type { KindInfo } from '../server/kubernetes/kind-info.ts';
import type { ApiLimits } from '../server/kubernetes/limits.ts';
import type { TlsSource } from '../server/kubernetes/listener-tls.ts';
import type { ApiLog } from '../server/kubernetes/log.ts';
import type { Schema } from '../server/kubernetes/schema/schema.ts';
import type { Store } from '../store/contract.ts';
import { systemClock } from './clock.ts';
import { editorRules } from './editor-rules.ts';
import { address, count, type OptionName, type Options, UsageError } from './options.ts';
import { type ChecksOf, checkTimes, printedColumns } from './printed-columns.ts';
import { packageVersion } from './version.ts';

function kindInfo(kind: Kind, checks: ChecksOf): KindInfo {
  return {
    kind: kind.kind,
    plural: kind.plural,
    singular: kind.singular,
    shortNames: kind.shortNames,
    categories: ['batchwright', 'all'],
    description: kind.description,
    schema: objectSchema(kind) as unknown as Schema,
    ...printedColumns(kind, checks),
    live: { members: ['lastCheckedAt', 'nextCheckAt'], of: object => checkTimes(checks(object)) },
    validate: object => specProblems(kind, object.spec),
  };
}

/** Every kind as the API serves it. */
export function servedKinds(checks: ChecksOf): readonly KindInfo[] {
  return kinds.map(kind => kindInfo(kind, checks));
}

/** Where the API is served when nothing else is said. */
export const defaultApi = ':6480';

/** How the API of a data directory is reached: its files, its address, its names. */
export function reachable(data: string, host: string, port: number, hosts: readonly string[]): Reachable {
  const name = hosts[0] ?? (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);
  const server = `https://${name.includes(':') ? `[${name}]` : name}:${port}`;
  return { paths: accessPaths(data), server, hostname: hostname(), hosts: [...hosts], nowMs: systemClock.now() };
}

/** Host and port of `--api`; without a host, loopback. */
export function apiAddress(at: string): { readonly host: string; readonly port: number } {
  const { host, port } = address('api', at);
  return { host: at.startsWith(':') ? '127.0.0.1' : host, port };
}

/** Options of every command that serves the API. */
export const apiOptions = [
  'api',
  'host',
  'tls-certificate',
  'tls-key',
  'client-ca',
  'access-list',
  'editor-source',
  'requests-per-second',
  'request-burst',
] as const satisfies readonly OptionName[];

/** What the API needs of the process around it. */
interface ApiParts {
  readonly options: Options;
  readonly at: string;
  readonly store: Store;
  readonly log: ApiLog;
  readonly notReady: () => string | undefined;
  readonly checks: ChecksOf;
}

/** An API that listens. */
export interface RunningApi {
  /** The command that uses it. */
  readonly use: string;
  close(): Promise<void>;
}

/**
 * Starts the Kubernetes-style API. What is not given (certificate, access list) is made in the data directory at the first
 * start, with a kubeconfig for the administrator.
 */
export async function startApi({ options, at, store, log, notReady, checks }: ApiParts): Promise<RunningApi> {
  const { data = './data', host: hosts = [] } = options;
  const { host, port: wanted } = apiAddress(at);
  const audit = await auditFile(join(data, 'audit.jsonl'));
  const { 'access-list': givenList, 'tls-certificate': certificate } = options;
  const authority =
    certificate === undefined ? undefined : await readFile(certificate, 'utf8').catch(unreadable(certificate));
  const first = { ...reachable(data, host, wanted, hosts), authority };
  // With a list of their own, whoever may come in has credentials already.
  const prepare = async (at: Reachable) => (givenList === undefined ? prepareAccess(at) : []);
  const made = [...(await prepare(first))];
  const api = kubernetesApi({
    store,
    kinds: servedKinds(checks),
    clock: systemClock,
    log,
    authenticate: await accessFile(givenList ?? first.paths.accessList, systemClock, problem =>
      log.warn({ problem }, 'the access list cannot be read; the last good one holds'),
    ),
    tls: tlsOf(options, first, prepare),
    hosts: [...hosts, first.hostname],
    audit: audit.append,
    version: await packageVersion(),
    admit: editorRules(options['editor-source'] ?? []),
    limits: requestLimits(options),
    notReady,
  });
  const { port } = await api.listen({ host, port: wanted }).catch((error: unknown) => {
    const taken = error instanceof Error && 'syscall' in error && error.syscall === 'listen';
    throw taken ? new UsageError(`--api: cannot listen on ${at}: ${error.message}`) : error;
  });
  const reached = { ...reachable(data, host, port, hosts), authority };
  made.push(...(await prepare(reached)));
  if (made.length > 0) log.info({ made }, 'access to the API was prepared');
  const { authority: ownAuthority, kubeconfig } = reached.paths;
  const trust = certificate === undefined ? ` --certificate-authority ${ownAuthority}` : '';
  const use =
    givenList === undefined
      ? `kubectl --kubeconfig ${kubeconfig} get all`
      : `kubectl --server ${reached.server}${trust} get all`;
  log.info({ url: reached.server, use }, 'the API is served');
  return {
    use,
    close: async () => {
      await api.close();
      await audit.close();
    },
  };
}

/** How often one user may ask; what is not given is as usual. */
export function requestLimits(options: Options): Partial<ApiLimits> {
  const { 'requests-per-second': perSecond, 'request-burst': burst } = options;
  return {
    ...(perSecond === undefined ? {} : { requestsPerSecond: count('requests-per-second', perSecond, mostRequests) }),
    ...(burst === undefined ? {} : { requestBurst: count('request-burst', burst, mostRequests) }),
  };
}

const mostRequests = 1_000_000;

function unreadable(path: string): (error: unknown) => never {
  return error => {
    throw new UsageError(`--tls-certificate: ${path}: ${error instanceof Error ? error.message : String(error)}`);
  };
}

function tlsOf(options: Options, first: Reachable, prepare: (at: Reachable) => Promise<unknown>): TlsSource {
  const { 'tls-certificate': certificate, 'tls-key': key, 'client-ca': clientCa } = options;
  if ((certificate === undefined) !== (key === undefined))
    throw new UsageError('--tls-certificate and --tls-key are given together or not at all');
  if (certificate !== undefined && key !== undefined) return givenTls({ certificate, key, clientCa });
  return managedTls(first, () => systemClock.now(), clientCa, prepare);
}
