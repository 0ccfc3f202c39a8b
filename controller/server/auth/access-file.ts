import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../../model/clock.ts';
import { accessList } from './access-list.ts';
import { type Authenticator, authenticator } from './authentication.ts';

const checkEveryMs = 1000;

/** Called when the file could not be used; the list read before stays in force. */
export type OnProblem = (message: string) => void;

/**
 * The authenticator of an access file, read again when the file has changed; a change holds within a second. The first
 * read throws when the file is missing or wrong; later ones keep the last good list and report the problem.
 */
export async function accessFile(
  path: string,
  clock: Clock,
  onProblem: OnProblem,
): Promise<() => Promise<Authenticator>> {
  let version = await versionOf(path);
  let current = await read(path);
  let checkedAt = clock.now();

  async function check(): Promise<void> {
    try {
      const seen = await versionOf(path);
      if (seen === version) return;
      version = seen;
      current = await read(path);
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return async () => {
    if (clock.now() - checkedAt >= checkEveryMs) {
      checkedAt = clock.now();
      await check();
    }
    return current;
  };
}

async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}/${size}/${ino}`;
}

async function read(path: string): Promise<Authenticator> {
  const text = await readFile(path, 'utf8');
  try {
    return authenticator(accessList(text));
  } catch (error) {
    throw new Error(`access file ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
