import { type BigIntStats, constants, type FSWatcher, watch } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { type FileContent, type FileStat, type Files, fileErrorCode, sameFile } from './files.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** The real file system. */
export const nodeFiles: Files = {
  async lstat(path) {
    return statOf(await lstat(path, { bigint: true }));
  },

  realpath: path => realpath(path),

  list: path => readdir(path),

  async read(path, stat, limit) {
    if (stat.size > BigInt(limit)) return 'too-large';
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      return await readAll(handle, stat);
    } finally {
      await handle.close();
    }
  },

  watch(path, hint, lost) {
    let watcher: FSWatcher | undefined;
    const close = () => {
      watcher?.close();
      watcher = undefined;
    };
    const fail = (error: unknown) => {
      close();
      lost(fileErrorCode(error) ?? 'EUNKNOWN');
    };
    try {
      watcher = watch(path, { persistent: false }, (_event, name) => hint(name ?? undefined));
      watcher.on('error', fail);
    } catch (error) {
      fail(error);
    }
    return close;
  },
};

async function readAll(handle: FileHandle, stat: FileStat): Promise<FileContent> {
  const opened = statOf(await handle.stat({ bigint: true }));
  if (!sameFile(opened, stat)) return 'changed';
  const size = Number(stat.size);
  const bytes = new Uint8Array(size + 1);
  let length = 0;
  // One byte more than expected shows that a file has grown; a read that ends at the expected size needs no second one.
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length === size) break;
  }
  const after = statOf(await handle.stat({ bigint: true }));
  return length === size && sameFile(after, stat) ? bytes.subarray(0, size) : 'changed';
}

function statOf(stats: BigIntStats): FileStat {
  return {
    type: typeOf(stats),
    device: stats.dev,
    inode: stats.ino,
    size: stats.size,
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
  };
}

function typeOf(stats: BigIntStats): FileStat['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
