import { beforeEach, describe, expect, it } from 'vitest';
import { walk } from '../../controller/sources/walk.ts';
import { FakeClock } from '../clock.ts';
import { MemoryFiles } from './memory-files.ts';

let files: MemoryFiles;
beforeEach(() => {
  files = new MemoryFiles(new FakeClock());
  files.write('/m/a.yaml', 'a');
  files.write('/outside/secret.yaml', 'secret');
  files.write('/outside/deep/secret.yaml', 'secret');
});

async function found(): Promise<Readonly<Record<string, string>>> {
  const walked = await walk(files, '/m');
  return Object.fromEntries([...walked.files].map(([path, { real }]) => [path, real]));
}

async function refused(): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await walk(files, '/m')).refused);
}

const leadsOut = 'the symbolic link leads out of the directory';
const leadsNowhere = 'the symbolic link leads nowhere';

describe('links and other ways out of a directory', () => {
  it.each<{ name: string; make: () => void; refuses: Readonly<Record<string, string>> }>([
    {
      name: 'a link to a file outside',
      make: () => files.symlink('/outside/secret.yaml', '/m/x.yaml'),
      refuses: { 'x.yaml': leadsOut },
    },
    {
      name: 'a relative link to a file outside',
      make: () => files.symlink('../outside/secret.yaml', '/m/x.yaml'),
      refuses: { 'x.yaml': leadsOut },
    },
    {
      name: 'a link that leaves and comes back under another name',
      make: () => {
        files.directory('/m2');
        files.write('/m2/a.yaml', '');
        files.symlink('../m2/a.yaml', '/m/x.yaml');
      },
      refuses: { 'x.yaml': leadsOut },
    },
    {
      name: 'a link to a link outside',
      make: () => {
        files.symlink('/m/hop.txt', '/m/x.yaml');
        files.symlink('/outside/secret.yaml', '/m/hop.txt');
      },
      refuses: { 'x.yaml': leadsOut },
    },
    { name: 'a link to a directory outside', make: () => files.symlink('/outside', '/m/x'), refuses: { x: leadsOut } },
    {
      name: 'a link to a directory outside that is named like a file',
      make: () => files.symlink('/outside', '/m/x.yaml'),
      refuses: { 'x.yaml': leadsOut },
    },
    { name: 'a link to the root of everything', make: () => files.symlink('/', '/m/x'), refuses: { x: leadsOut } },
    { name: 'a link to the parent', make: () => files.symlink('..', '/m/x'), refuses: { x: leadsOut } },
    {
      name: 'a link to a grandparent from below',
      make: () => files.symlink('../../..', '/m/b/c/x'),
      refuses: { 'b/c/x': leadsOut },
    },
    { name: 'a link to the directory itself', make: () => files.symlink('/m', '/m/x'), refuses: { x: leadsOut } },
    {
      name: 'a link to the directory itself by a dot',
      make: () => files.symlink('.', '/m/x'),
      refuses: { x: leadsOut },
    },
    {
      name: 'a link through the directory itself and out',
      make: () => files.symlink('../m/../outside/secret.yaml', '/m/x.yaml'),
      refuses: { 'x.yaml': leadsOut },
    },
    {
      name: 'a link to a process',
      make: () => {
        files.write('/proc/self/environ', '');
        files.symlink('/proc/self/environ', '/m/x.yaml');
      },
      refuses: { 'x.yaml': leadsOut },
    },
    { name: 'a link to itself', make: () => files.symlink('x.yaml', '/m/x.yaml'), refuses: { 'x.yaml': leadsNowhere } },
    {
      name: 'two links to each other',
      make: () => {
        files.symlink('y.yaml', '/m/x.yaml');
        files.symlink('x.yaml', '/m/y.yaml');
      },
      refuses: { 'x.yaml': leadsNowhere, 'y.yaml': leadsNowhere },
    },
    {
      name: 'a link to nothing',
      make: () => files.symlink('nothing.yaml', '/m/x.yaml'),
      refuses: { 'x.yaml': leadsNowhere },
    },
    {
      name: 'a link to nothing outside',
      make: () => files.symlink('/outside/nothing.yaml', '/m/x.yaml'),
      refuses: { 'x.yaml': leadsNowhere },
    },
    {
      name: 'a link through a file',
      make: () => files.symlink('a.yaml/x', '/m/x.yaml'),
      refuses: { 'x.yaml': leadsNowhere },
    },
    {
      name: 'a directory outside that begins with the same letters',
      make: () => {
        files.write('/mm/secret.yaml', '');
        files.symlink('/mm', '/m/x');
      },
      refuses: { x: leadsOut },
    },
    { name: 'a hidden link to outside', make: () => files.symlink('/outside', '/m/.x'), refuses: {} },
    {
      name: 'a link to outside that is no manifest',
      make: () => files.symlink('/outside/secret.yaml', '/m/x.txt'),
      refuses: {},
    },
    {
      name: 'a link inside a directory that is linked to from inside',
      make: () => {
        files.symlink('/outside', '/m/.real/y');
        files.symlink('.real', '/m/x');
      },
      refuses: { 'x/y': leadsOut },
    },
    {
      name: 'D37 a FIFO, a socket or a device',
      make: () => files.special('/m/x.yaml'),
      refuses: { 'x.yaml': 'is neither a file nor a directory' },
    },
    {
      name: 'D37 a link to a FIFO inside',
      make: () => {
        files.special('/m/pipe');
        files.symlink('pipe', '/m/x.yaml');
      },
      refuses: { 'x.yaml': 'is neither a file nor a directory' },
    },
    { name: 'D37 a FIFO that is no manifest', make: () => files.special('/m/pipe'), refuses: {} },
    {
      name: 'a name that is not UTF-8',
      make: () => files.write('/m/x\ufffd.yaml', ''),
      refuses: { 'x\ufffd.yaml': 'the name is not valid UTF-8' },
    },
    {
      name: 'more than sixteen levels',
      make: () => files.write(`/m${'/d'.repeat(17)}/x.yaml`, ''),
      refuses: { [Array(17).fill('d').join('/')]: 'directories can be 16 levels deep at most' },
    },
  ])('D36 refuses $name', async ({ make, refuses }) => {
    make();
    const looked: string[] = [];
    files.before = (operation, path) => {
      if (operation !== 'realpath') looked.push(path);
    };

    expect(await refused()).toEqual(refuses);
    expect(await found()).toEqual({ 'a.yaml': '/m/a.yaml' });
    expect(looked.filter(path => path !== '/m' && !path.startsWith('/m/'))).toEqual([]);
  });

  it.each<{ name: string; make: () => void; finds: Readonly<Record<string, string>> }>([
    {
      name: 'a link to a hidden file',
      make: () => {
        files.write('/m/.real/x.yaml', '');
        files.symlink('.real/x.yaml', '/m/x.yaml');
      },
      finds: { 'x.yaml': '/m/.real/x.yaml' },
    },
    {
      name: 'a link to a hidden directory',
      make: () => {
        files.write('/m/.real/x.yaml', '');
        files.symlink('.real', '/m/linked');
      },
      finds: { 'linked/x.yaml': '/m/.real/x.yaml' },
    },
    {
      name: 'a link to a file of another name',
      make: () => {
        files.write('/m/x.txt', '');
        files.symlink('x.txt', '/m/x.yaml');
      },
      finds: { 'x.yaml': '/m/x.txt' },
    },
    {
      name: 'sixteen levels',
      make: () => files.write(`/m${'/d'.repeat(15)}/x.yaml`, ''),
      finds: { [`${'d/'.repeat(15)}x.yaml`]: `/m${'/d'.repeat(15)}/x.yaml` },
    },
  ])('follows $name', async ({ make, finds }) => {
    make();

    expect(await found()).toEqual({ 'a.yaml': '/m/a.yaml', ...finds });
    expect(await refused()).toEqual({});
  });

  it.each<{ name: string; make: () => void }>([
    { name: 'a link to a file beside it', make: () => files.symlink('a.yaml', '/m/0.yaml') },
    { name: 'a hard link', make: () => files.hardLink('/m/a.yaml', '/m/b.yaml') },
    {
      name: 'a link to the directory it is in',
      make: () => {
        files.directory('/m/d');
        files.symlink('../d', '/m/d/again');
      },
    },
    {
      name: 'links between two directories',
      make: () => {
        files.symlink('../e', '/m/d/e');
        files.symlink('../d', '/m/e/d');
      },
    },
  ])('finds nothing twice through $name', async ({ make }) => {
    make();

    expect(await found()).toEqual({ 'a.yaml': '/m/a.yaml' });
  });
});

describe('walk', () => {
  it('lists the directories it entered, which are those to watch', async () => {
    files.write('/m/b/c/x.yaml', '');
    files.write('/m/.hidden/x.yaml', '');

    expect([...(await walk(files, '/m')).directories.keys()]).toEqual(['/m', '/m/b', '/m/b/c']);
  });

  it.each([
    { path: '/m', code: 'EACCES', message: 'the directory cannot be read (EACCES)' },
    { path: '/m/b', code: 'EIO', message: 'b cannot be read (EIO)' },
    { path: 'list /m/b', code: 'EACCES', message: 'b cannot be read (EACCES)' },
    { path: '/m/b/x.yaml', code: 'ESTALE', message: 'b/x.yaml cannot be read (ESTALE)' },
    { path: '/m/link', code: 'EIO', message: 'link cannot be read (EIO)' },
  ])('gives up as a whole when $path answers $code', async ({ path, code, message }) => {
    files.write('/m/b/x.yaml', '');
    files.symlink('b', '/m/link');
    files.fail(path, code);

    await expect(walk(files, '/m')).rejects.toMatchObject({ name: 'WalkFailure', code, message });
  });

  it('gives up at a file and at too many names', async () => {
    await expect(walk(files, '/m/a.yaml')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(walk(files, '/m', { depth: 16, entries: 0 })).rejects.toMatchObject({ code: 'TOOMANY' });
  });

  it('throws bugs as they are', async () => {
    files.before = () => {
      throw new TypeError('a bug');
    };

    await expect(walk(files, '/m')).rejects.toThrow(TypeError);
  });
});
