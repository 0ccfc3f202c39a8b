import { type FileHandle, open, rename } from 'node:fs/promises';
import type { AppendAudit } from './audit.ts';

/** An open audit log. */
export interface AuditFile {
  readonly append: AppendAudit;
  close(): Promise<void>;
}

/**
 * An append-only file of JSON lines, mode 0600. `append` settles when the line has reached the disk; lines that arrive
 * while the disk is busy are written and synced together. At `maxBytes` the file becomes `PATH.1` (the older ones move
 * up, `keep` of them stay) and a new one is begun; no line is lost or split.
 */
export async function auditFile(path: string, maxBytes = 64 * 1024 * 1024, keep = 5): Promise<AuditFile> {
  let file: FileHandle | undefined = await open(path, 'a', 0o600);
  let size = (await file.stat()).size;
  let ended = false;
  let pending: { line: string; kept: () => void; failed: (error: unknown) => void }[] = [];
  let writing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        if (ended) throw new Error(`the audit log ${path} is closed`);
        const text = batch.map(({ line }) => line).join('');
        file ??= await open(path, 'a', 0o600);
        await file.appendFile(text);
        await file.datasync();
        size += Buffer.byteLength(text);
        for (const { kept } of batch) kept();
        if (size >= maxBytes) await rotate();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    writing = undefined;
  }

  async function rotate(): Promise<void> {
    await file?.close();
    file = undefined;
    for (let index = keep - 1; index >= 1; index -= 1) await moved(`${path}.${index}`, `${path}.${index + 1}`);
    await moved(path, `${path}.1`);
    size = 0;
  }

  return {
    append(entry) {
      return new Promise((kept, failed) => {
        pending.push({ line: `${JSON.stringify(entry)}\n`, kept, failed });
        writing ??= flush();
      });
    },
    async close() {
      await writing;
      ended = true;
      await file?.close();
    },
  };
}

async function moved(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
