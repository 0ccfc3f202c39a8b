import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataDirectory } from '../../../controller/store/sqlite/data-directory.ts';
import { freshDirectory } from './directories.ts';

describe('DataDirectory', () => {
  it.each([
    { name: 'digits', content: '0000001767225600', expected: 1767225600 },
    { name: 'nothing', content: '', expected: 0 },
    { name: 'garbage', content: 'x\u0000\u0001', expected: 0 },
    { name: 'too many digits', content: '9'.repeat(17), expected: 0 },
  ])('reads a version file with $name as $expected', ({ content, expected }) => {
    const directory = new DataDirectory(freshDirectory());
    writeFileSync(join(directory.path, 'store.version'), content);

    expect(directory.expectedVersion()).toBe(expected);
  });

  it('remembers the newest version, in the place of the older ones', () => {
    const directory = new DataDirectory(freshDirectory());
    expect(directory.expectedVersion()).toBe(0);
    for (const version of [1, 999, 1_767_225_600_000_000]) {
      directory.rememberVersion(version);
      expect(directory.expectedVersion()).toBe(version);
    }
    directory.unclaim();
  });

  it.each([
    { name: 'a holder', content: '123 host-a\n', expected: 'process 123 on host-a' },
    { name: 'no host', content: '123', expected: 'process 123 on an unknown host' },
    { name: 'garbage', content: 'rm -rf', expected: 'another process' },
    { name: 'nothing', content: '', expected: 'another process' },
  ])('says who holds the store after $name was written', ({ content, expected }) => {
    const directory = new DataDirectory(freshDirectory());
    expect(directory.holder()).toBe('another process');
    writeFileSync(join(directory.path, 'store.pid'), content);

    expect(directory.holder()).toBe(expected);
  });

  it('names this process as the holder until it takes that back', () => {
    const directory = new DataDirectory(freshDirectory());
    directory.claim();
    expect(directory.holder()).toBe(`process ${process.pid} on ${hostname()}`);
    directory.unclaim();

    expect(readdirSync(directory.path)).toEqual(['store.db']);
  });

  it('warns of what it cannot do, and goes on', () => {
    const path = freshDirectory();
    mkdirSync(join(path, 'store.version'), { recursive: true });
    mkdirSync(join(path, 'store.pid'));
    const warnings: string[] = [];
    const warn = (_: object, message: string): number => warnings.push(message);
    const directory = new DataDirectory(path, { info: warn, warn, error: warn });
    warnings.length = 0;

    directory.claim();
    directory.rememberVersion(1);
    directory.rememberVersion(2);

    expect(directory.expectedVersion()).toBe(0);
    expect(warnings).toEqual(['cannot say who holds the store', 'cannot remember the version of the store']);
  });
});
