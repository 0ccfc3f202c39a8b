import { createHash } from 'node:crypto';
import { type FileStat, type Files, fileErrorCode, sameFile } from './files.ts';
import { type PinnedRoot, pinnedRoot, type Root, samePin } from './root.ts';
import { type FoundFile, type Walked, WalkFailure, type WalkLimits, walk, walkLimits } from './walk.ts';

/** The content of a manifest file, or why there is none. */
export type ScannedFile =
  | {
      readonly state: 'read';
      readonly stat: FileStat;
      /** SHA-256 of the bytes, hexadecimal. */
      readonly hash: string;
      readonly bytes: Uint8Array;
      /** True when a later change is sure to show in the file's times. */
      readonly dated: boolean;
    }
  | { readonly state: 'changing'; readonly stat: FileStat }
  | { readonly state: 'refused'; readonly reason: 'too-large' | 'not-a-file'; readonly message: string };

/** Everything a root held at one moment. */
export interface CompleteScan {
  readonly complete: true;
  readonly root: PinnedRoot;
  /** By path relative to the root. */
  readonly files: ReadonlyMap<string, ScannedFile>;
  readonly directories: ReadonlyMap<string, FileStat>;
}

/** What a root held, or why nobody can tell: then nothing at all is known. */
export type Scan = CompleteScan | { readonly complete: false; readonly code: string; readonly message: string };

/** How a scan reads. */
export interface ScanOptions {
  /** Wall-clock time in milliseconds. */
  readonly now: number;
  /** Read every file, whatever its times say. */
  readonly full: boolean;
  readonly fileBytes: number;
  readonly limits?: WalkLimits;
}

/** Times of files closer than this to the moment of reading do not tell a later change apart. */
const doubtMs = 2000;
const parallel = 16;

/**
 * Looks at a root once. Files that look as they did in the scan before are not read again. If anything cannot be
 * looked at, or the root leads elsewhere at the end than at the beginning, the whole scan counts for nothing.
 */
export async function scan(
  files: Files,
  root: Root,
  before: CompleteScan | undefined,
  options: ScanOptions,
): Promise<Scan> {
  try {
    const pinned = await pinnedRoot(files, root);
    const walked = await walk(files, pinned.path, options.limits ?? walkLimits);
    const known = before?.root.path === pinned.path ? before.files : new Map<string, ScannedFile>();
    const contents = await readFiles(files, walked, known, options);
    if (!samePin(pinned, await pinnedRoot(files, root))) {
      return { complete: false, code: 'ECHANGED', message: 'the directory was replaced while it was read' };
    }
    return { complete: true, root: pinned, files: contents, directories: walked.directories };
  } catch (error) {
    if (error instanceof WalkFailure) return { complete: false, code: error.code, message: error.message };
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    return { complete: false, code, message: `the directory cannot be read (${code})` };
  }
}

async function readFiles(
  files: Files,
  walked: Walked,
  known: ReadonlyMap<string, ScannedFile>,
  options: ScanOptions,
): Promise<ReadonlyMap<string, ScannedFile>> {
  const contents = new Map<string, ScannedFile>();
  for (const [path, message] of walked.refused) contents.set(path, { state: 'refused', reason: 'not-a-file', message });
  const unread: [string, FoundFile][] = [];
  for (const [path, found] of walked.files) {
    const before = known.get(path);
    if (before && !options.full && isKnown(before, found)) contents.set(path, before);
    else unread.push([path, found]);
  }
  for (let start = 0; start < unread.length; start += parallel) {
    const batch = unread.slice(start, start + parallel);
    const read = await Promise.all(batch.map(([path, found]) => readFile(files, path, found, options)));
    batch.forEach(([path], index) => {
      const content = read[index];
      if (content) contents.set(path, content);
    });
  }
  return contents;
}

function isKnown(before: ScannedFile, { stat }: FoundFile): boolean {
  return before.state === 'read' && before.dated && sameFile(before.stat, stat);
}

/** Whether the times of a file that was read at a moment are older than that by more than clocks and file systems blur. */
function isDated({ mtimeNs, ctimeNs }: FileStat, readAt: number): boolean {
  const newest = Math.max(Number(mtimeNs / 1_000_000n), Number(ctimeNs / 1_000_000n));
  return readAt - newest > doubtMs;
}

async function readFile(
  files: Files,
  path: string,
  { real, stat }: FoundFile,
  { fileBytes, now }: ScanOptions,
): Promise<ScannedFile> {
  try {
    const bytes = await files.read(real, stat, fileBytes);
    if (bytes === 'changed') return { state: 'changing', stat };
    if (bytes === 'too-large') {
      return { state: 'refused', reason: 'too-large', message: `a file can have ${fileBytes} bytes at most` };
    }
    const hash = createHash('sha256').update(bytes).digest('hex');
    return { state: 'read', stat, hash, bytes, dated: isDated(stat, now) };
  } catch (error) {
    const code = fileErrorCode(error);
    throw code === undefined ? error : new WalkFailure(path, code, { cause: error });
  }
}
