import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../controller/server/audit/audit.ts';
import type { AccessList } from '../../controller/server/auth/access-list.ts';
import { authenticator, tokenDigest } from '../../controller/server/auth/authentication.ts';
import { type KubernetesApiOptions, kubernetesApi } from '../../controller/server/kubernetes/api.ts';
import type { ListenerTls } from '../../controller/server/kubernetes/listener-tls.ts';
import { certificateAuthority, serverCertificate } from '../../controller/server/tls/certificate.ts';
import type { Store } from '../../controller/store/contract.ts';
import { memoryStore } from '../../controller/store/memory.ts';
import { systemClock } from '../store/sqlite/system-clock.ts';
import { testKinds } from './test-kinds.ts';

/** Tokens of the test server's callers. */
export const tokens = { admin: 'admin-token', editor: 'editor-token', viewer: 'viewer-token', tenant: 'tenant-token' };

/** Who they are. */
const accessOfTests: AccessList = {
  users: [
    user('admin', [{ role: 'admin' }]),
    user('editor', [{ role: 'editor' }]),
    user('viewer', [{ role: 'viewer' }]),
    user('tenant', [{ role: 'editor', namespaces: ['team-a'] }]),
  ],
  groups: [],
};

function user(
  name: keyof typeof tokens,
  bindings: AccessList['users'][number]['bindings'],
): AccessList['users'][number] {
  return { name, groups: [], tokens: [{ sha256: tokenDigest(tokens[name]).toString('hex') }], bindings };
}

/** A server on a free loopback port. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly ca: string;
  readonly store: Store;
  readonly audit: readonly AuditEntry[];
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Starts a server over a memory store (or a given one) with the test kinds, on real TLS and real time. */
export async function testServer(options: Partial<KubernetesApiOptions> = {}): Promise<TestServer> {
  const store = options.store ?? memoryStore({ clock: systemClock, ids: randomUUID });
  const audit: AuditEntry[] = [];
  const problems: string[] = [];
  const note = (data: object, message: string) => problems.push(`${message} ${JSON.stringify(data, errors)}`);
  const authenticate = authenticator(accessOfTests);
  const api = kubernetesApi({
    kinds: testKinds,
    clock: systemClock,
    log: { debug: () => undefined, info: () => undefined, warn: note, error: note },
    authenticate: async () => authenticate,
    tls: { read: async () => material },
    hosts: [],
    version: '0.0.0',
    audit: entry => {
      audit.push(entry);
    },
    ...options,
    store,
  });
  const { port } = await api.listen({ host: '127.0.0.1', port: 0 });
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    ca: authority.certificate,
    store,
    audit,
    problems,
    async close() {
      await api.close();
      if (options.store === undefined) await store.close();
    },
  };
}

function errors(_name: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}

const authority = certificateAuthority(Date.now());
const { certificate, privateKey: key } = serverCertificate(authority, ['127.0.0.1', 'localhost'], Date.now());
const material: ListenerTls = { certificate, key };
