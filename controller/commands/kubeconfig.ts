import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  issueKubeconfig,
  lastServed,
  type Reachable,
  rotateCertificates,
  rotateToken,
} from '../server/access/access-files.ts';
import { accessPaths } from '../server/access/access-paths.ts';
import type { Role } from '../server/auth/principal.ts';
import { apiAddress, defaultApi, reachable } from './api.ts';
import { systemClock } from './clock.ts';
import type { Command } from './command.ts';
import { duration, type Options, UsageError } from './options.ts';

const roles: readonly string[] = ['viewer', 'editor', 'admin'];

/** Unless the command line says otherwise, the API is where it was served last, with the certificate it had there. */
async function place(options: Options): Promise<Reachable> {
  const { data = './data', api: at, host: hosts = [], server } = options;
  const { host, port } = apiAddress(at ?? defaultApi);
  const reached = reachable(data, host, port, hosts);
  const last = await lastServed(reached.paths);
  const known = at === undefined && hosts.length === 0 ? last?.server : undefined;
  return {
    ...reached,
    server: server ?? known ?? reached.server,
    authority: existsSync(reached.paths.authority) ? undefined : last?.ca,
  };
}

async function rotateOwnCertificates(at: Reachable): Promise<void> {
  if (at.authority !== undefined)
    throw new UsageError('--rotate certificates: the certificates are given with --tls-certificate; replace those');
  await rotateCertificates(at);
}

function validUntil(text: string | undefined): { readonly expiresAt?: string } {
  if (text === undefined) return {};
  return { expiresAt: new Date(systemClock.now() + duration('valid-for', text)).toISOString() };
}

function arns(prefixes: readonly string[]): readonly string[] {
  const wrong = prefixes.find(prefix => !prefix.startsWith('arn:'));
  if (wrong !== undefined) throw new UsageError(`--arn: ${wrong} does not begin like an ARN, with arn:`);
  return prefixes;
}

async function run(options: Options, { out }: { readonly out: (text: string) => void }): Promise<number> {
  const { data = './data', user, role = 'viewer', namespace, rotate } = options;
  const paths = accessPaths(data);
  if (!existsSync(paths.accessList))
    throw new UsageError(`${data} has no API yet; start it once with: batchwright serve --data ${data}`);
  if (rotate === 'token') await rotateToken(await place(options));
  else if (rotate === 'certificates') await rotateOwnCertificates(await place(options));
  else if (rotate !== undefined) throw new UsageError(`--rotate: ${rotate} is neither token nor certificates`);
  if (user === undefined) {
    out(await readFile(paths.kubeconfig, 'utf8'));
    return 0;
  }
  if (!roles.includes(role)) throw new UsageError(`--role: ${role} is none of ${roles.join(', ')}`);
  const recipient = {
    user,
    role: role as Role,
    ...(namespace ? { namespaces: namespace } : {}),
    ...(options.arn ? { arns: arns(options.arn) } : {}),
    ...validUntil(options['valid-for']),
  };
  out(await issueKubeconfig(await place(options), recipient));
  return 0;
}

/** Prints a kubeconfig: the administrator's, or a new one for a user with a role. */
export const kubeconfigCommand: Command = {
  name: 'kubeconfig',
  summary: 'Print a kubeconfig for a user and role, or rotate tokens and certificates.',
  options: ['data', 'api', 'host', 'server', 'user', 'role', 'namespace', 'arn', 'valid-for', 'rotate'],
  run,
};
