import { hostname } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';
import { columnsOf, objectSchema, specProblems } from '../kinds/schemas.ts';
import { scalarsAt } from '../model/json-path.ts';
import { managedTls, prepareAccess, type Reachable } from '../server/access/access-files.ts';
import { accessPaths } from '../server/access/access-paths.ts';
import { auditFile } from '../server/audit/audit-file.ts';
import { accessFile } from '../server/auth/access-file.ts';
import { kubernetesApi } from '../server/kubernetes/api.ts';
import type { KindInfo } from '../server/kubernetes/kind-info.ts';
import type { ApiLog } from '../server/kubernetes/log.ts';
import type { Schema } from '../server/kubernetes/schema/schema.ts';
import type { Store } from '../store/contract.ts';
import { systemClock } from './clock.ts';
import { address } from './options.ts';
import { packageVersion } from './version.ts';

/** Age stands in every table already. */
const shown = (kind: Kind) => columnsOf(kind).filter(({ name }) => name !== 'Age');

function kindInfo(kind: Kind): KindInfo {
  return {
    kind: kind.kind,
    plural: kind.plural,
    singular: kind.singular,
    shortNames: kind.shortNames,
    categories: ['batchwright', 'all'],
    description: kind.description,
    schema: objectSchema(kind) as unknown as Schema,
    columns: shown(kind).map(({ name, type, description, jsonPath, priority = 0 }) => ({
      name,
      type,
      description,
      priority,
      value: object => {
        const found = scalarsAt(object, jsonPath);
        return found.length > 1 ? found.join(',') : (found[0] ?? null);
      },
    })),
    validate: object => specProblems(kind, object.spec),
  };
}

/** The kinds as the HTTP API serves them. */
const apiKinds: readonly KindInfo[] = kinds.map(kindInfo);

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

/** What the API needs of the process around it. */
interface ApiOptions {
  readonly data: string;
  readonly at: string;
  readonly hosts: readonly string[];
  readonly store: Store;
  readonly log: ApiLog;
  readonly notReady: () => string | undefined;
}

/** An API that listens. */
export interface RunningApi {
  readonly url: string;
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** Starts the Kubernetes-style API, with certificates, tokens and a kubeconfig made at the first start. */
export async function startApi({ data, at, hosts, store, log, notReady }: ApiOptions): Promise<RunningApi> {
  const { host, port: wanted } = apiAddress(at);
  const audit = await auditFile(join(data, 'audit.jsonl'));
  const first = reachable(data, host, wanted, hosts);
  await prepareAccess(first);
  const api = kubernetesApi({
    store,
    kinds: apiKinds,
    clock: systemClock,
    log,
    authenticate: await accessFile(first.paths.accessList, systemClock, problem =>
      log.warn({ problem }, 'the access list cannot be read; the last good one holds'),
    ),
    tls: managedTls(first, () => systemClock.now()),
    hosts,
    audit: audit.append,
    version: await packageVersion(),
    notReady,
  });
  const { port } = await api.listen({ host, port: wanted });
  const reached = reachable(data, host, port, hosts);
  for (const made of await prepareAccess(reached)) log.info({ made }, 'access to the API was prepared');
  log.info({ url: reached.server, kubeconfig: reached.paths.kubeconfig }, 'the API is served');
  return {
    url: reached.server,
    kubeconfig: reached.paths.kubeconfig,
    close: async () => {
      await api.close();
      await audit.close();
    },
  };
}
