/** What stands behind a name, without following symbolic links. */
export interface FileStat {
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Bytes of a file; or that it is not what `stat` said any more, or larger than the limit. */
export type FileContent = Uint8Array | 'changed' | 'too-large';

/**
 * The file system as the directory source sees it. Paths are absolute. Methods reject with errors that carry the
 * system's `code`, such as ENOENT. Only paths from `realpath` and `list` are ever given to it, never a user's text.
 */
export interface Files {
  lstat(path: string): Promise<FileStat>;
  realpath(path: string): Promise<string>;
  /** Names in a directory, in no particular order. */
  list(path: string): Promise<readonly string[]>;
  /** Reads a regular file that `stat` describes. Never follows a link at the path's end, never blocks on a FIFO. */
  read(path: string, stat: FileStat, limit: number): Promise<FileContent>;
  /**
   * Calls `hint` after something may have changed in a directory (not below it), with the name if it is known, and
   * `lost` once if hints stop or cannot be had. A hint can be missing or mistaken. Returns what ends it.
   */
  watch(path: string, hint: (name: string | undefined) => void, lost: (code: string) => void): () => void;
}

/** True when two looks at a name saw the same file with, as far as times tell, the same content. */
export function sameFile(a: FileStat, b: FileStat): boolean {
  return (
    a.type === b.type &&
    a.device === b.device &&
    a.inode === b.inode &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  );
}

/** The system's code of an error of the file system; undefined for any other error, which is a bug. */
export function fileErrorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) && !code.startsWith('ERR_') ? code : undefined;
}
