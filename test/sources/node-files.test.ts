import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sameFile } from '../../controller/sources/files.ts';
import { nodeFiles } from '../../controller/sources/node-files.ts';

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'files-')));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('nodeFiles', () => {
  it('tells files, directories, links and others apart, without following links', async () => {
    writeFileSync(join(top, 'file'), 'x');
    mkdirSync(join(top, 'directory'));
    symlinkSync('file', join(top, 'link'));
    execFileSync('/usr/bin/env', ['mkfifo', join(top, 'fifo')]);

    const types = ['file', 'directory', 'link', 'fifo'].map(
      async name => (await nodeFiles.lstat(join(top, name))).type,
    );

    expect(await Promise.all(types)).toEqual(['file', 'directory', 'symlink', 'other']);
    expect([...(await nodeFiles.list(top))].sort()).toEqual(['directory', 'fifo', 'file', 'link']);
    expect(await nodeFiles.realpath(join(top, 'link'))).toBe(join(top, 'file'));
  });

  it('reads a file that is as it was seen', async () => {
    const path = join(top, 'a');
    for (const text of ['', 'hello', 'x'.repeat(200_000)]) {
      writeFileSync(path, text);

      const content = await nodeFiles.read(path, await nodeFiles.lstat(path), 1_000_000);

      expect(Buffer.from(content).toString()).toBe(text);
    }
  });

  it('does not read a file that is larger than allowed, at its limit it does', async () => {
    const path = join(top, 'a');
    writeFileSync(path, 'hello');
    const stat = await nodeFiles.lstat(path);

    expect(await nodeFiles.read(path, stat, 4)).toBe('too-large');
    expect(await nodeFiles.read(path, stat, 5)).toBeInstanceOf(Uint8Array);
  });

  it.each([
    { name: 'was written to', change: (path: string) => writeFileSync(path, 'other') },
    { name: 'grew', change: (path: string) => writeFileSync(path, 'hello, world') },
    {
      name: 'was replaced',
      change: (path: string) => {
        writeFileSync(`${path}.new`, 'hello');
        renameSync(`${path}.new`, path);
      },
    },
    { name: 'got other times', change: (path: string) => utimesSync(path, 1, 1) },
    {
      name: 'was written to with its times restored',
      change: (path: string) => {
        writeFileSync(path, 'HELLO');
        utimesSync(path, 1000, 1000);
      },
    },
  ])('says that a file $name since it was seen', async ({ change }) => {
    const path = join(top, 'a');
    writeFileSync(path, 'hello');
    utimesSync(path, 1000, 1000);
    const stat = await nodeFiles.lstat(path);
    change(path);

    expect(await nodeFiles.read(path, stat, 100)).toBe('changed');
    expect(sameFile(stat, await nodeFiles.lstat(path))).toBe(false);
  });

  it('never follows a link that took the place of a file, and never blocks on a FIFO that did', async () => {
    const path = join(top, 'a');
    writeFileSync(join(top, 'secret'), 'secret');
    writeFileSync(path, 'hello');
    const stat = await nodeFiles.lstat(path);

    rmSync(path);
    symlinkSync('secret', path);
    await expect(nodeFiles.read(path, stat, 100)).rejects.toMatchObject({ code: 'ELOOP' });
    rmSync(path);
    execFileSync('/usr/bin/env', ['mkfifo', path]);
    expect(await nodeFiles.read(path, stat, 100)).toBe('changed');
  });

  it('sees a hard link as the same file', async () => {
    writeFileSync(join(top, 'a'), 'x');
    linkSync(join(top, 'a'), join(top, 'b'));

    expect(sameFile(await nodeFiles.lstat(join(top, 'a')), await nodeFiles.lstat(join(top, 'b')))).toBe(true);
  });

  it.each([
    { name: 'a file in it', change: () => writeFileSync(join(top, 'a'), 'x') },
    { name: 'a link in it', change: () => symlinkSync('b', join(top, 'a')) },
    { name: 'the mode of a file in it', change: () => chmodSync(join(top, 'old'), 0o600) },
  ])('gives a hint after a change of $name', async ({ change }) => {
    writeFileSync(join(top, 'old'), 'x');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const close = nodeFiles.watch(top, () => resolve(), reject);

    change();

    await promise;
    close();
  });

  it('says at once that it cannot watch what is not there', () => {
    const lost: string[] = [];
    nodeFiles.watch(
      join(top, 'gone'),
      () => undefined,
      code => lost.push(code),
    );

    expect(lost).toEqual(['ENOENT']);
  });
});
