import { load } from 'js-yaml';
import { valueAt } from '../../model/path.ts';
import type { Binding, Role } from '../auth/principal.ts';
import type { ListenerTls, TlsSource } from '../kubernetes/listener-tls.ts';
import { serverNames } from '../tls/server-names.ts';
import type { AccessPaths } from './access-paths.ts';
import { type KubeconfigParts, kubeconfig } from './kubeconfig.ts';
import { managedCertificates } from './managed-certificates.ts';
import { optionalText, writePrivate } from './private-file.ts';
import { knowsToken, newToken, readAccessList, withoutTokens, withToken, writeAccessList } from './tokens.ts';

/** How clients reach the API of a data directory. */
export interface Reachable {
  readonly paths: AccessPaths;
  /** `https://host:port`, as it stands in kubeconfigs. */
  readonly server: string;
  /** The machine's name and the names that were configured, for the certificate. */
  readonly hostname: string;
  readonly hosts: readonly string[];
  readonly nowMs: number;
  /** Certificates in PEM that clients are to trust where the server's certificate is given; a CA of our own when left out. */
  readonly authority?: string | undefined;
}

/** Who the kubeconfig of the data directory is for. */
const administrator = 'admin';

/**
 * Makes sure that a data directory has everything that the API and its administrator need: CA, server certificate,
 * access list with an admin token, kubeconfig. What is there and good stays. The answer says what was made, fit for a log.
 */
export async function prepareAccess(reachable: Reachable): Promise<readonly string[]> {
  const { paths, server } = reachable;
  const { ca, reasons } = await trusted(reachable);
  const list = await readAccessList(paths.accessList);
  const known = parsedKubeconfig(await optionalText(paths.kubeconfig));
  if (list !== undefined && !list.users.some(({ name }) => name === administrator)) return reasons;
  if (list !== undefined && known !== undefined && knowsToken(list, administrator, known.token)) {
    if (known.server === server && known.ca === ca) return reasons;
    await writePrivate(paths.kubeconfig, kubeconfig({ ...known, server, ca }));
    return [...reasons, 'kubeconfig: the address or the certificate authority changed'];
  }
  await replaceAdministratorToken(reachable, ca);
  return [
    ...reasons,
    `new token for ${administrator}: ${list === undefined ? 'there was none' : 'the kubeconfig held none that is known'}`,
  ];
}

/** Replaces the administrator's tokens by a new one, which then stands in the kubeconfig of the data directory and nowhere else. */
export async function rotateToken(reachable: Reachable): Promise<void> {
  const { ca } = await trusted(reachable);
  await replaceAdministratorToken(reachable, ca);
}

/** Replaces CA and server certificate. Every kubeconfig that was given out must be made anew; that of the data directory is. */
export async function rotateCertificates(reachable: Reachable): Promise<readonly string[]> {
  const { paths } = reachable;
  for (const path of [paths.authorityKey, paths.authority, paths.serverKey, paths.server]) await writePrivate(path, '');
  return prepareAccess(reachable);
}

/** How clients of a data directory reached its API last, as its kubeconfig says; undefined while there is none. */
export async function lastServed(paths: AccessPaths): Promise<Pick<KubeconfigParts, 'server' | 'ca'> | undefined> {
  return parsedKubeconfig(await optionalText(paths.kubeconfig));
}

async function trusted(reachable: Reachable): Promise<{ readonly ca: string; readonly reasons: readonly string[] }> {
  const { authority: given, hostname, hosts, nowMs, paths } = reachable;
  if (given !== undefined) return { ca: given, reasons: [] };
  const { authority, reasons } = await managedCertificates(paths, serverNames(hostname, hosts), nowMs);
  return { ca: authority.certificate, reasons };
}

async function replaceAdministratorToken({ paths, server }: Reachable, ca: string): Promise<void> {
  const list = (await readAccessList(paths.accessList)) ?? { users: [], groups: [] };
  const token = newToken();
  const bindings = list.users.find(({ name }) => name === administrator)?.bindings ?? [{ role: 'admin' }];
  // The kubeconfig comes first: a crash in between leaves one whose token is not known, and the next start replaces it.
  await writePrivate(paths.kubeconfig, kubeconfig({ server, ca, user: administrator, token }));
  await writeAccessList(
    paths.accessList,
    withToken(withoutTokens(list, administrator), token, { user: administrator, bindings }),
  );
}

/** Whom a kubeconfig is issued to. */
export interface Recipient {
  readonly user: string;
  readonly role: Role;
  /** Where the role holds; everywhere when left out. */
  readonly namespaces?: readonly string[];
  /** Beginnings of the ARNs that an editor may name there; none when left out. */
  readonly arns?: readonly string[];
  /** RFC 3339; the token never expires when left out. */
  readonly expiresAt?: string;
}

/** The text of a kubeconfig with a new token for a user, whose bindings become the given role. */
export async function issueKubeconfig(
  reachable: Reachable,
  { arns, expiresAt, namespaces, role, user }: Recipient,
): Promise<string> {
  const { paths, server } = reachable;
  const { ca } = await trusted(reachable);
  const list = (await readAccessList(paths.accessList)) ?? { users: [], groups: [] };
  const token = newToken();
  const bindings: readonly Binding[] = [{ role, ...(namespaces && { namespaces }), ...(arns && { arns }) }];
  await writeAccessList(paths.accessList, withToken(list, token, { user, bindings, ...(expiresAt && { expiresAt }) }));
  const namespace = namespaces?.[0];
  return kubeconfig({ server, ca, user, token, ...(namespace && { namespace }) });
}

/**
 * The certificates of a data directory for the listener; renewed in time while it runs, and `prepare` is called then, so
 * that what names the authority can follow. `now` gives milliseconds since the epoch.
 */
export function managedTls(
  reachable: Omit<Reachable, 'nowMs'>,
  now: () => number,
  clientCa?: string,
  prepare: (at: Reachable) => Promise<unknown> = prepareAccess,
): TlsSource {
  return {
    async read() {
      const names = serverNames(reachable.hostname, reachable.hosts);
      const { reasons, server } = await managedCertificates(reachable.paths, names, now());
      if (reasons.length > 0) await prepare({ ...reachable, nowMs: now() });
      return withClientCa({ certificate: server.certificate, key: server.privateKey }, clientCa);
    },
  };
}

/** Certificates that somebody else keeps, in PEM files. */
export interface GivenTls {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa?: string | undefined;
}

/** Given certificate files for the listener. Whoever replaces them replaces both; a pair that does not fit is not used. */
export function givenTls({ certificate, clientCa, key }: GivenTls): TlsSource {
  return {
    async read() {
      const [certificateText, keyText] = [await required(certificate), await required(key)];
      return withClientCa({ certificate: certificateText, key: keyText }, clientCa);
    },
  };
}

async function withClientCa(tls: ListenerTls, clientCa: string | undefined): Promise<ListenerTls> {
  return clientCa === undefined ? tls : { ...tls, clientCa: await required(clientCa) };
}

async function required(path: string): Promise<string> {
  const text = await optionalText(path);
  if (text === undefined) throw new Error(`${path} is missing; the API needs it for TLS`);
  return text;
}

/** What a kubeconfig that we wrote says; undefined for anything else. */
function parsedKubeconfig(text: string | undefined): KubeconfigParts | undefined {
  if (text === undefined) return undefined;
  const document = parsed(text);
  const server = valueAt(first(document, 'clusters'), 'cluster.server');
  const ca = valueAt(first(document, 'clusters'), 'cluster.certificate-authority-data');
  const user = valueAt(first(document, 'users'), 'name');
  const token = valueAt(first(document, 'users'), 'user.token');
  if (![server, ca, user, token].every(value => typeof value === 'string')) return undefined;
  return {
    server: String(server),
    ca: Buffer.from(String(ca), 'base64').toString('utf8'),
    user: String(user),
    token: String(token),
  };
}

function first(document: unknown, member: string): unknown {
  const list = valueAt(document, member);
  return Array.isArray(list) ? list[0] : undefined;
}

function parsed(text: string): unknown {
  try {
    return load(text, { maxDepth: 16, maxAliases: 0 });
  } catch {
    return undefined;
  }
}
