import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Clock } from '../../controller/model/clock.ts';
import { DirectorySource } from '../../controller/sources/directory.ts';
import type { Files } from '../../controller/sources/files.ts';
import { nodeFiles } from '../../controller/sources/node-files.ts';
import { YamlPool } from '../../controller/sources/yaml-pool.ts';
import type { Store } from '../../controller/store/contract.ts';
import { memoryStore } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';
import { validate } from './harness.ts';
import { kinds, widget } from './kinds.ts';

const commits = ['a', 'b', 'c'].map(digit => digit.repeat(40));
let top: string;
let clock: FakeClock;
let store: Store;
let parser: YamlPool;
let source: DirectorySource;

function start(path: string, time: Clock = clock, files: Files = nodeFiles): void {
  source = new DirectorySource({
    roots: [{ name: 'm', path }],
    files,
    clock: time,
    store,
    parser,
    kinds: ['Widget'],
    validate,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'directory-')));
  clock = new FakeClock(Date.now());
  let ids = 0;
  store = memoryStore({ clock, ids: () => `uid-${++ids}` });
  parser = new YamlPool({ clock, kinds });
});
afterEach(async () => {
  await parser.close();
  rmSync(top, { recursive: true, force: true });
});

/** Passes until so much time has gone by. */
async function pass(ms: number): Promise<void> {
  const end = clock.now() + ms;
  while (clock.now() < end) await clock.advance(await source.pass());
  await source.pass();
}

async function objects(): Promise<readonly string[]> {
  return (await store.list('Widget')).items
    .map(({ metadata, spec }) => `${metadata.name}: ${spec?.['text'] ?? ''}`)
    .sort();
}

function checkout(commit: string, names: readonly string[]): void {
  mkdirSync(join(top, '.worktrees', commit), { recursive: true });
  for (const name of names)
    writeFileSync(join(top, '.worktrees', commit, `${name}.yaml`), widget(name, `text: from-${commit[0]}`));
  symlinkSync(join('.worktrees', commit), join(top, 'next'));
  renameSync(join(top, 'next'), join(top, 'current'));
}

it('follows files on a real disk as they are written, replaced, renamed, broken and removed', async () => {
  start(top);
  writeFileSync(join(top, 'a.yaml'), widget('a', 'text: old'));
  mkdirSync(join(top, 'sub'));
  writeFileSync(join(top, 'sub', 'b.yaml'), widget('b', 'text: old'));
  writeFileSync(join(top, 'c.yaml'), widget('c', 'text: old'));
  await pass(2000);
  expect(await objects()).toEqual(['a: old', 'b: old', 'c: old']);

  writeFileSync(join(top, 'a.yaml'), widget('a', 'text: new'));
  writeFileSync(join(top, '.b'), widget('b', 'text: new'));
  renameSync(join(top, '.b'), join(top, 'sub', 'b.yaml'));
  appendFileSync(join(top, 'c.yaml'), 'broken: [');
  execFileSync('/usr/bin/env', ['mkfifo', join(top, 'fifo.yaml')]);
  await pass(2000);
  expect(await objects()).toEqual(['a: new', 'b: new', 'c: old']);

  renameSync(join(top, 'sub'), join(top, 'bus'));
  rmSync(join(top, 'a.yaml'));
  await pass(10_000);
  expect(await objects()).toEqual(['b: new', 'c: old']);
  expect(source.status.files.map(({ file }) => file.path).sort()).toEqual(['c.yaml', 'fifo.yaml']);
});

it('D39 reads a thousand files once and watches directories, not files', async () => {
  let reads = 0;
  for (let row = 0; row < 1000; row++) {
    const directory = join(top, `d${row % 10}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${row}.yaml`), widget(`w${row}`));
  }
  start(top, clock, {
    ...nodeFiles,
    read: (path, stat, limit) => {
      reads++;
      return nodeFiles.read(path, stat, limit);
    },
  });
  await clock.advance(10_000);
  await pass(20_000);

  expect(await objects()).toHaveLength(1000);
  expect(reads).toBe(1000);
  expect(source.status.hints).toEqual({ watched: 12, lost: [] });
});

it('follows a git-sync link, with old worktrees kept and removed', async () => {
  checkout(commits[0] ?? '', ['one', 'two', 'three']);
  start(join(top, 'current'));
  await pass(2000);
  expect(await objects()).toEqual(['one: from-a', 'three: from-a', 'two: from-a']);

  checkout(commits[1] ?? '', ['one', 'two', 'three']);
  await pass(1000);
  expect(await objects()).toEqual(['one: from-b', 'three: from-b', 'two: from-b']);

  checkout(commits[2] ?? '', ['one', 'two']);
  rmSync(join(top, '.worktrees', commits[1] ?? ''), { recursive: true });
  await pass(2000);
  expect(await objects()).toEqual(['one: from-c', 'two: from-c']);
});

it('deletes nothing while the directory is away, replaced by an empty one, or back', async () => {
  const root = join(top, 'root');
  mkdirSync(root);
  start(root);
  for (const name of ['a', 'b']) writeFileSync(join(root, `${name}.yaml`), widget(name));
  await pass(2000);

  renameSync(root, join(top, 'away'));
  await pass(60_000);
  mkdirSync(root);
  await pass(60_000);
  expect(await objects()).toEqual(['a: ', 'b: ']);
  expect(source.status.held.map(({ rule }) => rule)).toEqual(['G4', 'G4']);

  rmSync(root, { recursive: true });
  renameSync(join(top, 'away'), root);
  await pass(10_000);
  expect(await objects()).toEqual(['a: ', 'b: ']);
  expect(source.status.held).toEqual([]);
});
