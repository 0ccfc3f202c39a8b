import { basename, dirname, join, sep } from 'node:path';
import type { FileStat, Files } from './files.ts';

/** A directory of manifests. */
export interface Root {
  /** Absolute path, possibly through symbolic links. */
  readonly path: string;
  /** What objects and messages call it; it must stay the same over restarts. */
  readonly name: string;
}

/** What a root is at one moment. All reads of a scan go through `path`, which holds no symbolic links. */
export interface PinnedRoot {
  readonly path: string;
  readonly stat: FileStat;
  /** What its publisher calls the content: a commit of git-sync, the directory of a ConfigMap update. */
  readonly revision: string | undefined;
  /** True when whole snapshots are published by replacing a link, so that a scan never sees half of one. */
  readonly atomic: boolean;
}

const commit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const published = '..data';

/** Follows the root's links to the directory they lead to now. */
export async function pinnedRoot(files: Files, root: Root): Promise<PinnedRoot> {
  const real = await files.realpath(root.path);
  const data = await publishedData(files, real);
  const path = data ?? real;
  const given = new Set(root.path.split(sep));
  const hash = real.split(sep).findLast(part => commit.test(part) && !given.has(part));
  return {
    path,
    stat: await files.lstat(path),
    revision: data === undefined ? hash : path.slice(dirname(path).length + 1),
    atomic: data !== undefined || hash !== undefined,
  };
}

/** True when two looks at a root found the same directory. */
export function samePin(a: PinnedRoot, b: PinnedRoot): boolean {
  return a.path === b.path && a.stat.device === b.stat.device && a.stat.inode === b.stat.inode;
}

/** True for a path inside a directory; both without symbolic links. */
export function isInside(directory: string, path: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/**
 * The names by which a root can be exchanged, under the real directories they stand in: its own, those of the links on
 * the way to it, and that of a volume's published data.
 */
export async function publishingNames(files: Files, root: Root): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  const add = (directory: string, name: string) => {
    found.set(directory, (found.get(directory) ?? new Set()).add(name));
  };
  const parts = root.path.split(sep);
  for (let count = parts.length; count > 1; count--) {
    const path = parts.slice(0, count).join(sep);
    const isRoot = count === parts.length;
    if (isRoot || (await files.lstat(path)).type === 'symlink')
      add(await files.realpath(dirname(path)), basename(path));
  }
  add(await files.realpath(root.path), published);
  return found;
}

/** Where a ConfigMap or Secret volume keeps its files, when the directory is one. */
async function publishedData(files: Files, real: string): Promise<string | undefined> {
  if (!(await files.list(real)).includes(published)) return undefined;
  const link = join(real, published);
  if ((await files.lstat(link)).type !== 'symlink') return undefined;
  const target = await files.realpath(link);
  return isInside(real, target) ? target : undefined;
}
