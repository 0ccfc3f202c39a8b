import { execFileSync } from 'node:child_process';
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
