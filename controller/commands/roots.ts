import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isObject } from '../model/json.ts';
import type { Root } from '../sources/root.ts';
import { UsageError } from './options.ts';

/** The directories of `--dir`, named by what they are called, so that names survive a move of the checkout. */
export async function rootsOf(directories: readonly string[]): Promise<readonly Root[]> {
  const roots = directories.map(directory => ({ path: resolve(directory), name: basename(resolve(directory)) }));
  const twice = roots.find(({ name }, index) => roots.findIndex(other => other.name === name) !== index);
  if (twice) {
    throw new UsageError(
      `--dir: two directories are called ${twice.name}; their names tell the files of objects apart, so give one of them another name`,
    );
  }
  for (const { path } of roots) {
    const there = await stat(path).catch((error: unknown) => (isObject(error) ? String(error['code']) : 'unreadable'));
    if (typeof there === 'string') throw new UsageError(`--dir: ${path} cannot be read (${there})`);
    if (!there.isDirectory()) throw new UsageError(`--dir: ${path} is not a directory`);
  }
  return roots;
}
