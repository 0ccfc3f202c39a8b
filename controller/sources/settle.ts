import type { CompleteScan, ScannedFile } from './scan.ts';

/** Content that was read from a file and found at rest. */
export type SettledFile = Exclude<ScannedFile, { state: 'changing' }>;

/** A file that is not at rest yet: what was accepted from it before, if anything, still counts. */
interface PendingFile {
  /** When the content that is there now was first seen; changes of the file start anew. */
  readonly since: number;
  /** When it will have been at rest for long enough. */
  readonly dueAt: number;
  /** When the file was first seen to differ from what was accepted. */
  readonly differsSince: number;
  /** True when the content looks like the beginning of what was there before. */
  readonly suspect: boolean;
}

/** What is known of one root's files. */
export interface Settled {
  /** The last content of each present file that was at rest. */
  readonly accepted: ReadonlyMap<string, SettledFile>;
  readonly pending: ReadonlyMap<string, PendingFile>;
  readonly seen: ReadonlyMap<string, Seen>;
  readonly departed: ReadonlyMap<string, Departed>;
}

interface Seen {
  readonly content: string;
  readonly since: number;
  readonly differsSince: number;
}

interface Departed {
  readonly file: SettledFile;
  readonly at: number;
}

/** How long a file must be at rest, in milliseconds. */
export interface SettleTimes {
  readonly settleMs: number;
  /** For content that looks unfinished: a prefix of the accepted one, much shorter, or with fewer documents. */
  readonly suspectMs: number;
}

/** The times in force unless the caller says otherwise. */
export const settleTimes: SettleTimes = { settleMs: 500, suspectMs: 30_000 };

/** Nothing seen yet. */
export const unsettled: Settled = { accepted: new Map(), pending: new Map(), seen: new Map(), departed: new Map() };

/**
 * What is known after one more complete scan. A file is accepted once two scans far enough apart found the same
 * content; at once when its publisher replaces whole snapshots. A file that is gone is gone at once: whether its
 * objects may go too is the prune guard's question.
 */
export function settle(before: Settled, scan: CompleteScan, now: number, times: SettleTimes = settleTimes): Settled {
  if (isUnchanged(before, scan)) return before;
  const accepted = new Map<string, SettledFile>();
  const pending = new Map<string, PendingFile>();
  const seen = new Map<string, Seen>();
  const departed = remainingDeparted(before, scan, now, times);
  for (const [path, file] of scan.files) {
    const old = before.accepted.get(path);
    if (old && file.state !== 'changing' && sameContent(old, file)) {
      accepted.set(path, file);
      continue;
    }
    const earlier = old ?? departed.get(path)?.file;
    const suspect = !scan.root.atomic && looksUnfinished(file, earlier);
    const look = seenNow(before.seen.get(path), file, now);
    const dueAt = look.since + restMs(scan.root.atomic, suspect, times);
    if (file.state !== 'changing' && dueAt <= now) {
      accepted.set(path, file);
      departed.delete(path);
      continue;
    }
    seen.set(path, look);
    pending.set(path, { since: look.since, dueAt, differsSince: look.differsSince, suspect });
    if (old) accepted.set(path, old);
  }
  return { accepted, pending, seen, departed };
}

/** True when everything is at rest and is the very content of the scan before. */
function isUnchanged({ accepted, pending, departed }: Settled, { files }: CompleteScan): boolean {
  if (pending.size > 0 || departed.size > 0 || accepted.size !== files.size) return false;
  return [...files].every(([path, file]) => accepted.get(path) === file);
}

function restMs(atomic: boolean, suspect: boolean, times: SettleTimes): number {
  if (atomic) return 0;
  return suspect ? times.suspectMs : times.settleMs;
}

function seenNow(before: Seen | undefined, file: ScannedFile, now: number): Seen {
  const content = file.state === 'changing' ? 'changing' : contentOf(file);
  const differsSince = Math.min(before?.differsSince ?? now, now);
  const same = before !== undefined && file.state !== 'changing' && before.content === content;
  return { content, since: same ? Math.min(before.since, now) : now, differsSince };
}

/** Accepted content whose file has gone lately: should the file come back, it is judged by it. */
function remainingDeparted(before: Settled, scan: CompleteScan, now: number, { suspectMs }: SettleTimes) {
  const departed = new Map([...before.departed].filter(([, { at }]) => now - at < suspectMs || at > now));
  for (const [path, file] of before.accepted) {
    if (!scan.files.has(path) && file.state === 'read') departed.set(path, { file, at: now });
  }
  return departed;
}

function sameContent(a: SettledFile, b: SettledFile): boolean {
  return a.state === 'read' ? b.state === 'read' && a.hash === b.hash : b.state === 'refused' && a.reason === b.reason;
}

/** What must stay the same for a file to be at rest. */
function contentOf(file: SettledFile): string {
  if (file.state === 'refused') return file.reason;
  const { device, inode, size, mtimeNs, ctimeNs } = file.stat;
  return [file.hash, device, inode, size, mtimeNs, ctimeNs].join(' ');
}

function looksUnfinished(file: ScannedFile, before: SettledFile | undefined): boolean {
  if (file.state !== 'read' || before?.state !== 'read' || file.hash === before.hash) return false;
  const { length } = file.bytes;
  const old = before.bytes;
  if (length < old.length * 0.8) return true;
  if (length < old.length && Buffer.compare(old.subarray(0, length), file.bytes) === 0) return true;
  return documentMarks(file.bytes) < documentMarks(old);
}

/** How many lines begin a document. */
function documentMarks(bytes: Uint8Array): number {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      .toString('latin1')
      .match(/^---(?=\s|$)/gm)?.length ?? 0
  );
}
