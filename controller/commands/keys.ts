import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../model/json.ts';

/**
 * The key of this installation for fingerprints of secrets: 32 random bytes in the data directory, readable by its owner
 * only, made at the first start. Losing it costs one read of each secret.
 */
export async function fingerprintKey(directory: string): Promise<Uint8Array> {
  const path = join(directory, 'fingerprint.key');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, randomBytes(32), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isObject(error) || error['code'] !== 'EEXIST') throw error;
  }
  const key = await readFile(path);
  if (key.length !== 32) throw new Error(`${path} has ${key.length} bytes instead of 32; delete it to get a new one`);
  return key;
}
