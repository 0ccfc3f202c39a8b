/** One step of a traced process: a change to a file, a sync of it, or bytes said on standard output. */
export type Step =
  | { readonly type: 'write'; readonly file: string; readonly position: number; readonly data: Buffer }
  | { readonly type: 'truncate'; readonly file: string; readonly size: number }
  | { readonly type: 'sync'; readonly file: string }
  | { readonly type: 'remove'; readonly file: string }
  | { readonly type: 'said'; readonly text: string };

/** The steps in the output of `strace -y -xx`, of the files in one directory, by base name. */
export function steps(trace: string, directory: string): readonly Step[] {
  const found: Step[] = [];
  for (const line of trace.split('\n')) {
    const [, call = '', args = ''] = /^(\w+)\((.*)\)\s+= \d+$/.exec(line) ?? [];
    const step = calls[call]?.(args);
    if (step?.type === 'said') found.push(step);
    else if (step?.file.startsWith(`${directory}/`))
      found.push({ ...step, file: step.file.slice(directory.length + 1) });
  }
  return found;
}

/** Paths and data are written in hexadecimal digits, `\x2f\x64`. */
const calls: Readonly<Record<string, (args: string) => Step | undefined>> = {
  pwrite64(args) {
    const [, file, data, position] = /^\d+<(.*?)>, "(.*)", \d+, (\d+)$/.exec(args) ?? [];
    if (file === undefined || data === undefined) return undefined;
    return { type: 'write', file: text(file), position: Number(position), data: bytes(data) };
  },
  write(args) {
    const [, data] = /^1<.*?>, "(.*)", \d+$/.exec(args) ?? [];
    return data === undefined ? undefined : { type: 'said', text: text(data) };
  },
  ftruncate(args) {
    const [, file, size] = /^\d+<(.*?)>, (\d+)$/.exec(args) ?? [];
    return file === undefined ? undefined : { type: 'truncate', file: text(file), size: Number(size) };
  },
  unlink(args) {
    return { type: 'remove', file: text(args.slice(1, -1)) };
  },
  fdatasync: synced,
  fsync: synced,
};

function synced(args: string): Step | undefined {
  const [, file] = /^\d+<(.*?)>$/.exec(args) ?? [];
  return file === undefined ? undefined : { type: 'sync', file: text(file) };
}

function bytes(digits: string): Buffer {
  return Buffer.from(digits.replaceAll('\\x', ''), 'hex');
}

function text(digits: string): string {
  return bytes(digits).toString();
}

/**
 * The files as a power cut after some steps could leave them: what was synced is there; of every later write it is
 * chance whether all of it, some of its sectors or nothing is. Removals count at once.
 */
export function afterPowerCut(taken: readonly Step[], random: () => number): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  const synced = new Map(
    taken.flatMap((step, position) => (step.type === 'sync' ? [[step.file, position] as const] : [])),
  );
  for (const [position, step] of taken.entries()) {
    if (step.type === 'said' || step.type === 'sync') continue;
    if (step.type === 'remove') {
      files.delete(step.file);
      continue;
    }
    const before = files.get(step.file) ?? Buffer.alloc(0);
    const durable = position < (synced.get(step.file) ?? -1);
    files.set(step.file, durable ? applied(before, step, () => true) : chanced(before, step, random));
  }
  return files;
}

const sectorBytes = 512;

type Change = Extract<Step, { type: 'write' | 'truncate' }>;

/** All, nothing, or some sectors of a change. The buffer that is handed in may be changed. */
function chanced(file: Buffer, step: Change, random: () => number): Buffer {
  const fate = random();
  if (fate < 0.4) return file;
  return applied(file, step, fate < 0.8 ? () => true : () => random() < 0.5);
}

function applied(file: Buffer, step: Change, takes: () => boolean): Buffer {
  if (step.type === 'truncate')
    return Buffer.concat([file, Buffer.alloc(Math.max(0, step.size - file.length))], step.size);
  const { position, data } = step;
  const end = Math.max(file.length, position + data.length);
  const next = end > file.length ? Buffer.concat([file, Buffer.alloc(end - file.length)], end) : file;
  for (let sector = 0; sector < data.length; sector += sectorBytes) {
    if (takes()) data.copy(next, position + sector, sector, sector + sectorBytes);
  }
  return next;
}
