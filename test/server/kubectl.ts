import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A kubectl of this machine. */
export interface Kubectl {
  readonly path: string;
  /** `1.32`. */
  readonly version: string;
}

/**
 * The kubectls of this machine, oldest first, one per version: the one on the PATH, those that lie beside it under names
 * with a version, and those that BATCHWRIGHT_KUBECTL lists.
 */
export function kubectls(): readonly Kubectl[] {
  const listed = (process.env['BATCHWRIGHT_KUBECTL'] ?? '').split(delimiter).filter(Boolean);
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'kubectl'))
    .find(existsSync);
  const beside = onPath === undefined ? [] : siblings(realpathSync(onPath));
  const found = [...listed, ...(onPath === undefined ? [] : [onPath]), ...beside].map(path => ({
    path,
    version: versionOf(path),
  }));
  const distinct = new Map(found.map(kubectl => [kubectl.version, kubectl]));
  distinct.delete('');
  return [...distinct.values()].sort((a, b) => minorOf(a) - minorOf(b));
}

/** The two that differ most, or as many as there are. */
export function oldestAndNewest(): readonly Kubectl[] {
  const all = kubectls();
  return all.length > 1 ? [...all.slice(0, 1), ...all.slice(-1)] : all;
}

function siblings(path: string): readonly string[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .filter(name => /^kubectl[.-]v?\d/.test(name))
    .map(name => join(folder, name));
}

/** Empty for what does not run. */
function versionOf(path: string): string {
  try {
    const text = execFileSync(path, ['version', '--client', '-o', 'json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { major, minor } = JSON.parse(text).clientVersion;
    return `${major}.${String(minor).replace(/\D.*/, '')}`;
  } catch {
    return '';
  }
}

function minorOf({ version }: Kubectl): number {
  return Number(version.split('.')[1]);
}

/** How a kubectl command ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a kubectl is called. */
export interface Call {
  readonly kubeconfig: string;
  /** Folder for what kubectl remembers of the server. */
  readonly cache: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a kubectl command; it is killed after a minute. */
export function started(kubectl: Kubectl, args: readonly string[], call: Call): ChildProcess {
  const { cache, environment, input, kubeconfig } = call;
  const child = spawn(kubectl.path, ['--kubeconfig', kubeconfig, '--cache-dir', cache, ...args], {
    env: { PATH: process.env['PATH'], HOME: cache, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  child.stdin?.end(input ?? '');
  return child;
}

/** Runs a kubectl command to its end. */
export async function ran(kubectl: Kubectl, args: readonly string[], call: Call): Promise<Ran> {
  const child = started(kubectl, args, call);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
}

async function text(stream: AsyncIterable<Buffer> | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
