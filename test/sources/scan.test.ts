import { beforeEach, describe, expect, it } from 'vitest';
import { type CompleteScan, type Scan, scan } from '../../controller/sources/scan.ts';
import { FakeClock } from '../clock.ts';
import { MemoryFiles } from './memory-files.ts';

const commit = `${'c0ffee'.repeat(6)}abcd`;
let clock: FakeClock;
let files: MemoryFiles;
beforeEach(() => {
  clock = new FakeClock();
  files = new MemoryFiles(clock);
});

function look(path = '/m', before?: CompleteScan, full = false): Promise<Scan> {
  return scan(files, { name: 'm', path }, before, { now: clock.now(), full, fileBytes: 100 });
}

async function complete(path = '/m', before?: CompleteScan, full = false): Promise<CompleteScan> {
  const found = await look(path, before, full);
  if (!found.complete) throw new Error(found.message);
  return found;
}

function texts({ files }: CompleteScan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...files].map(([path, file]) => [path, file.state === 'read' ? Buffer.from(file.bytes).toString() : file.state]),
  );
}

describe('what a root is', () => {
  it.each([
    {
      name: 'a plain directory',
      make: () => files.write('/m/a.yaml', 'x'),
      path: '/m',
      want: { path: '/m', revision: undefined, atomic: false },
    },
    {
      name: 'a link to a plain directory',
      make: () => {
        files.write('/real/a.yaml', 'x');
        files.symlink('/real', '/m');
      },
      path: '/m',
      want: { path: '/real', revision: undefined, atomic: false },
    },
    {
      name: 'a git-sync link',
      make: () => {
        files.write(`/git/.worktrees/${commit}/a.yaml`, 'x');
        files.symlink(`.worktrees/${commit}`, '/git/current');
      },
      path: '/git/current',
      want: { path: `/git/.worktrees/${commit}`, revision: commit, atomic: true },
    },
    {
      name: 'a directory below a git-sync link',
      make: () => {
        files.write(`/git/.worktrees/${commit}/sub/a.yaml`, 'x');
        files.symlink(`.worktrees/${commit}`, '/git/current');
      },
      path: '/git/current/sub',
      want: { path: `/git/.worktrees/${commit}/sub`, revision: commit, atomic: true },
    },
    {
      name: 'a directory that is only named like a commit',
      make: () => files.write(`/${commit}/a.yaml`, 'x'),
      path: `/${commit}`,
      want: { path: `/${commit}`, revision: undefined, atomic: false },
    },
    {
      name: 'a ConfigMap volume',
      make: () => {
        files.write('/m/..2026_01/a.yaml', 'x');
        files.symlink('..2026_01', '/m/..data');
        files.symlink('..data/a.yaml', '/m/a.yaml');
      },
      path: '/m',
      want: { path: '/m/..2026_01', revision: '..2026_01', atomic: true },
    },
  ])('knows $name', async ({ make, path, want }) => {
    make();

    const found = await complete(path);

    expect(found.root).toMatchObject(want);
    expect(texts(found)).toEqual({ 'a.yaml': 'x' });
  });

  it('does not follow published data out of the directory', async () => {
    files.write('/outside/a.yaml', 'secret');
    files.symlink('/outside', '/m/..data');

    expect(texts(await complete())).toEqual({});
  });
});

describe('reading', () => {
  it('does not read a file again that looks as before, once its times are old enough', async () => {
    files.write('/m/a.yaml', 'x');
    await clock.advance(2000);
    const first = await complete();
    await clock.advance(1);
    const second = await complete('/m', first);
    await clock.advance(10_000);
    const third = await complete('/m', second);

    expect(files.reads).toHaveLength(2);
    expect(third.files.get('a.yaml')).toBe(second.files.get('a.yaml'));
  });

  it('reads a file again whose time is not older than the first look, because a second write may have followed', async () => {
    files.write('/m/a.yaml', 'x');
    const first = await complete();
    files.corrupt('/m/a.yaml', 'y');

    expect(texts(await complete('/m', first))).toEqual({ 'a.yaml': 'y' });
  });

  it('reads everything again when asked to', async () => {
    files.write('/m/a.yaml', 'x');
    await clock.advance(10_000);
    const first = await complete();
    files.corrupt('/m/a.yaml', 'y');

    expect(texts(await complete('/m', first))).toEqual({ 'a.yaml': 'x' });
    expect(texts(await complete('/m', first, true))).toEqual({ 'a.yaml': 'y' });
  });

  it('refuses a file that is too large and marks one that changes', async () => {
    files.write('/m/a.yaml', 'x'.repeat(101));
    files.write('/m/b.yaml', 'x'.repeat(100));
    files.before = (operation, path) => {
      if (operation === 'read' && path === '/m/b.yaml') files.write('/m/b.yaml', 'other');
    };

    expect(texts(await complete())).toEqual({ 'a.yaml': 'refused', 'b.yaml': 'changing' });
  });
});

describe('a scan that cannot be whole', () => {
  it.each([
    { name: 'the root is missing', make: () => undefined, code: 'ENOENT' },
    { name: 'the root is a file', make: () => files.write('/m', ''), code: 'ENOTDIR' },
    {
      name: 'a file goes away between listing and looking',
      make: () => {
        files.write('/m/a.yaml', 'x');
        files.before = (operation, path) => {
          if (operation === 'lstat' && path === '/m/a.yaml') files.remove(path);
        };
      },
      code: 'ENOENT',
    },
    {
      name: 'a file cannot be read',
      make: () => {
        files.write('/m/a.yaml', 'x');
        files.fail('read /m/a.yaml', 'EIO');
      },
      code: 'EIO',
    },
    {
      name: 'the root is exchanged while it is read',
      make: () => {
        files.write('/m/a.yaml', 'x');
        files.write('/n/a.yaml', 'y');
        files.before = operation => {
          if (operation !== 'read') return;
          files.rename('/m', '/old');
          files.rename('/n', '/m');
        };
      },
      code: 'ECHANGED',
    },
  ])('counts for nothing when $name', async ({ make, code }) => {
    make();

    expect(await look()).toMatchObject({ complete: false, code });
  });

  it('throws bugs as they are', async () => {
    files.write('/m/a.yaml', 'x');
    files.before = operation => {
      if (operation === 'read') throw new TypeError('a bug');
    };

    await expect(look()).rejects.toThrow(TypeError);
  });
});
