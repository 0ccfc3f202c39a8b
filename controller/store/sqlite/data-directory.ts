import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { StoreFailure } from '../contract.ts';
import type { StoreLog } from '../embedded-store.ts';

/** File system types of statfs(2) where neither file locks nor a write-ahead log can be relied on. */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x69_69, 'NFS'],
  [0x51_7b, 'SMB'],
  [0xff_53_4d_42, 'CIFS'],
  [0xfe_53_4d_42, 'SMB2'],
]);

const privateFile = 0o600;
const privateDirectory = 0o700;
const mebibyte = 1024 * 1024;

/** The files of one store. Nobody but the owner can read them. */
export class DataDirectory {
  readonly path: string;
  readonly database: string;
  /** The database file is there but empty, although a store was written here: somebody or something has cut it off. */
  readonly emptied: boolean;
  readonly #holder: string;
  readonly #version: string;
  readonly #reserve: string;
  readonly #log: StoreLog | undefined;
  #versionFile: number | undefined;
  #versionFault: string | undefined;

  /** Makes the directory and an empty database file when there are none. Throws `Unavailable` when it cannot be written. */
  constructor(path: string, log?: StoreLog) {
    this.path = path;
    this.database = join(path, 'store.db');
    this.#holder = join(path, 'store.pid');
    this.#version = join(path, 'store.version');
    this.#reserve = join(path, 'store.reserve');
    this.#log = log;
    try {
      mkdirSync(path, { recursive: true, mode: privateDirectory });
      accessSync(path, constants.W_OK);
      this.#makePrivate(path, privateDirectory);
      // Opening and closing an existing database file here would drop the lock of a store open in this process (POSIX).
      const existed = existsSync(this.database);
      this.emptied =
        existed && statSync(this.database).size === 0 && this.logBytes() === 0 && this.expectedVersion() > 0;
      if (existed) {
        accessSync(this.database, constants.W_OK);
        this.#makePrivate(this.database, privateFile);
      } else writeFileSync(this.database, '', { flag: 'wx', mode: privateFile });
      // A new name is durable only when its directory is, whatever was synced in the file.
      for (const directory of existed ? [] : [path, dirname(resolve(path))]) sync(directory);
    } catch (cause) {
      const advice = 'give the process a writable local directory (--data)';
      throw new StoreFailure(
        'Unavailable',
        `the data directory ${path} cannot be written: ${words(cause)}; ${advice}`,
        {
          cause,
        },
      );
    }
    const network = networkFileSystems.get(statfsSync(path).type);
    if (network) this.#log?.warn({ path, fileSystem: network }, 'data directory is on a network file system');
  }

  /** Who holds the lock, as far as it is known. */
  holder(): string {
    try {
      const [pid = '', host = ''] = readFileSync(this.#holder, 'utf8').split(/\s+/);
      return /^\d+$/.test(pid) ? `process ${pid} on ${host || 'an unknown host'}` : 'another process';
    } catch {
      return 'another process';
    }
  }

  /** Writes down that this process holds the lock. Only the holder may call it. */
  claim(): void {
    this.#try('cannot say who holds the store', () => {
      writeFileSync(this.#holder, `${process.pid} ${hostname()}\n`, { mode: privateFile });
    });
  }

  /** Takes back `claim`. To be called while the lock is still held. */
  unclaim(): void {
    this.#try('cannot remove the holder of the store', () => rmSync(this.#holder, { force: true }));
    if (this.#versionFile !== undefined) closeSync(this.#versionFile);
    this.#versionFile = undefined;
  }

  /** The newest version that was ever written here; 0 when that is not known. */
  expectedVersion(): number {
    try {
      const digits = readFileSync(this.#version, 'utf8').trim();
      return /^\d{1,16}$/.test(digits) ? Number(digits) : 0;
    } catch {
      return 0;
    }
  }

  /**
   * Remembers a committed version beside the database. Not synced: it is there to notice a database that lost its log or
   * was restored, and after a power cut it is at most too low, which raises no alarm.
   */
  rememberVersion(version: number): void {
    try {
      this.#versionFile ??= openSync(this.#version, constants.O_WRONLY | constants.O_CREAT, privateFile);
      writeSync(this.#versionFile, String(version).padStart(16, '0'), 0);
      this.#versionFault = undefined;
    } catch (error) {
      const fault = words(error);
      if (fault !== this.#versionFault) this.#log?.warn({ err: error }, 'cannot remember the version of the store');
      this.#versionFault = fault;
    }
  }

  /** Puts space aside, in bytes, that `releaseReserve` gives back when the disk is full. */
  keepReserve(bytes: number): void {
    if (bytes === 0 || existsSync(this.#reserve)) return;
    const kept = this.#try('cannot keep space in reserve', () => {
      const file = openSync(this.#reserve, 'wx', privateFile);
      try {
        // Random bytes, because a file system that compresses would keep no space for zeros.
        for (let left = bytes; left > 0; left -= mebibyte) writeSync(file, randomBytes(Math.min(left, mebibyte)));
      } finally {
        closeSync(file);
      }
    });
    if (!kept) this.releaseReserve();
  }

  /** Gives the reserved space back to the file system. */
  releaseReserve(): void {
    this.#try('cannot release the reserved space', () => rmSync(this.#reserve, { force: true }));
  }

  /** Size of the write-ahead log in bytes. */
  logBytes(): number {
    return statSync(`${this.database}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  #makePrivate(path: string, mode: number): void {
    if ((statSync(path).mode & 0o077) === 0) return;
    this.#try('others may read the store', () => chmodSync(path, mode));
  }

  #try(message: string, run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      this.#log?.warn({ err: error, path: this.path }, message);
      return false;
    }
  }
}

function sync(path: string): void {
  const file = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
