import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../controller/store/sqlite/open-store.ts';
import { FakeClock } from '../../clock.ts';
import { storeContract } from '../contract.ts';
import { draft, failure, fakeIds, ref, refusal, versionOf } from '../drafts.ts';
import { follow } from '../follow.ts';
import { crashed, freshDirectory, opened } from './directories.ts';

storeContract('the SQLite store', async () => {
  const clock = new FakeClock();
  const directory = freshDirectory();
  const store = await openStore({ directory, clock, ids: fakeIds(), reserveBytes: 0 });
  return { store, advance: ms => clock.advance(ms), dispose: () => store.close() };
});

describe('a restart', () => {
  it('keeps objects, versions and the history with previous states', async () => {
    const directory = freshDirectory();
    const before = await opened(directory);
    const since = (await before.list('JobDefinition')).resourceVersion;
    const a = await before.create(draft('a'));
    const b = await before.create(draft('b'));
    const changed = await before.updateStatus(draft('a', { status: { ready: true } }));
    const gone = await before.delete(ref('b'));
    const again = await before.create(draft('b'));
    await before.close();

    const after = await opened(directory);

    expect(after.created).toBe(false);
    expect(after.lost).toBeUndefined();
    expect(await after.list('JobDefinition')).toEqual({
      items: [changed, again],
      resourceVersion: again.metadata.resourceVersion,
    });
    const watch = follow(after, { since });
    expect(await watch.take(5)).toEqual([
      { type: 'ADDED', object: a },
      { type: 'ADDED', object: b },
      { type: 'MODIFIED', object: changed, previous: a },
      { type: 'DELETED', object: gone, previous: b },
      { type: 'ADDED', object: again },
    ]);
    const next = await after.create(draft('c'));
    expect(versionOf(next)).toBe(versionOf(again) + 1);
    expect(await watch.take(1)).toEqual([{ type: 'ADDED', object: next }]);
  });

  it('after a crash finds everything that was acknowledged', async () => {
    const directory = freshDirectory();
    const before = await opened(directory);
    const created = await before.create(draft('a'));

    const after = await opened(crashed(directory));

    expect((await after.list('JobDefinition')).items).toEqual([created]);
    expect(after.lost).toBeUndefined();
  });

  it('serves more history than fits in memory', async () => {
    const directory = freshDirectory();
    const store = await opened(directory);
    const since = (await store.list('JobDefinition')).resourceVersion;
    const names = Array.from({ length: 3000 }, (_, count) => `d-${count}`);
    await Promise.all(names.map(name => store.create(draft(name))));

    const watch = follow(store, { since });

    const events = await watch.take(3000);
    expect(events.map(event => ('object' in event ? event.object.metadata.name : ''))).toEqual(names);
  });

  it('remembers what compaction has forgotten', async () => {
    const directory = freshDirectory();
    const clock = new FakeClock();
    const limits = { fewest: 2, youngMs: 1000, most: 100 };
    const before = await openStore({ directory, clock, ids: fakeIds(), limits, reserveBytes: 0 });
    const a = await before.create(draft('a'));
    const a2 = await before.update(draft('a', { spec: { step: 2 } }));
    const b = await before.create(draft('b'));
    await before.delete(ref('b'));
    const a3 = await before.update(draft('a', { spec: { step: 3 } }));
    const c = await before.create(draft('c'));
    await clock.advance(1000);
    await before.compact();
    await clock.advance(1000);
    expect(await before.compact()).toMatchObject({ floor: versionOf(b) + 1, objects: 2, logBytes: 0 });
    await before.close();

    const after = await opened(directory);

    expect((await after.list('JobDefinition')).items).toEqual([a3, c]);
    expect(await refusal(follow(after, { since: a.metadata.resourceVersion }).take(1))).toBe('Expired');
    expect(await follow(after, { since: String(versionOf(b) + 1) }).take(2)).toEqual([
      { type: 'MODIFIED', object: a3, previous: a2 },
      { type: 'ADDED', object: c },
    ]);
    await after.close();
    const file = new DatabaseSync(join(directory, 'store.db'));
    const revisions = file.prepare('SELECT revision FROM versions ORDER BY revision').all();
    file.close();
    expect(revisions.map(row => row['revision'])).toEqual([versionOf(a2), versionOf(a3), versionOf(c)]);
  });
});

describe('the data directory', () => {
  it('is private, and so are the files in it', async () => {
    const directory = freshDirectory();
    const store = await openStore({ directory, clock: new FakeClock(), ids: fakeIds(), reserveBytes: 1000 });
    await store.create(draft('a'));

    const modes = readdirSync(directory).map(file => [file, statSync(join(directory, file)).mode & 0o777]);
    await store.close();

    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(Object.fromEntries(modes)).toEqual({
      'store.db': 0o600,
      'store.db-wal': 0o600,
      'store.pid': 0o600,
      'store.reserve': 0o600,
      'store.version': 0o600,
    });
  });

  it('is made private when it was not', async () => {
    const directory = freshDirectory();
    await (await opened(directory)).close();
    chmodSync(directory, 0o755);
    chmodSync(join(directory, 'store.db'), 0o644);

    await opened(directory);

    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'store.db')).mode & 0o777).toBe(0o600);
  });

  it('that cannot be made is refused in clear words', async () => {
    const parent = freshDirectory();
    mkdirSync(parent);
    writeFileSync(join(parent, 'file'), '');

    const { reason, message } = await failure(opened(join(parent, 'file', 'data')));

    expect(reason).toBe('Unavailable');
    expect(message).toMatch(
      /^the data directory .*data cannot be written: .*ENOTDIR.*give the process a writable local directory/,
    );
  });

  it('keeps nothing but the database and its version after an orderly stop', async () => {
    const directory = freshDirectory();
    const store = await opened(directory);
    await store.create(draft('a'));
    await store.close();

    expect(readdirSync(directory).sort()).toEqual(['store.db', 'store.version']);
  });
});

describe('a second process', () => {
  it('exits within three seconds and names the first', async () => {
    const directory = freshDirectory();
    const first = await opened(directory);
    const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
    const startedAt = process.hrtime.bigint();

    const { status, stderr } = spawnSync(process.execPath, [writer, directory], { encoding: 'utf8', timeout: 10_000 });

    expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeLessThan(3000);
    expect(status).toBe(1);
    expect(stderr).toBe(
      `${directory} is in use by process ${process.pid} on ${hostname()}; stop it, or choose another data directory\n`,
    );
    expect(await first.create(draft('a'))).toBeDefined();
  });

  it('in the same process is refused too, and does not break the lock of the first', async () => {
    const directory = freshDirectory();
    const first = await opened(directory);
    expect(await refusal(opened(directory))).toBe('Unavailable');

    const reading = `new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec('SELECT 1 FROM versions')`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', reading, join(directory, 'store.db')], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('database is locked');
    await first.close();
    expect(await (await opened(directory)).create(draft('a'))).toBeDefined();
  });
});

describe('a file that is not ours', () => {
  it.each([
    {
      name: 'of another program',
      sql: 'CREATE TABLE t (a); PRAGMA user_version = 1',
      message: /is a database of another program; choose another data directory$/,
    },
    {
      name: 'of a newer version',
      sql: 'PRAGMA user_version = 99; PRAGMA application_id = 1651995252; CREATE TABLE t (a)',
      message:
        /was written by a newer version: it has schema version 99, this program knows up to 1; run that version$/,
    },
  ])('$name is refused and left alone', async ({ sql, message }) => {
    const directory = freshDirectory();
    mkdirSync(directory);
    const database = new DatabaseSync(join(directory, 'store.db'));
    database.exec(sql);
    database.close();

    const refused = await failure(opened(directory));

    expect(refused.message).toMatch(message);
    const after = new DatabaseSync(join(directory, 'store.db'));
    expect(
      after
        .prepare('SELECT name FROM sqlite_schema')
        .all()
        .map(row => row['name']),
    ).toEqual(['t']);
    after.close();
    expect(readdirSync(directory)).not.toContain('store.pid');
  });
});

describe('damage to the file', () => {
  const padding = 'x'.repeat(3000);

  async function written(count: number): Promise<string> {
    const directory = freshDirectory();
    const store = await opened(directory);
    await Promise.all(Array.from({ length: count }, (_, n) => store.create(draft(`d-${n}`, { spec: { padding } }))));
    await store.close();
    return directory;
  }

  function overwrite(path: string, position: number, bytes: Uint8Array): void {
    const file = openSync(path, 'r+');
    writeSync(file, bytes, 0, bytes.length, position);
    closeSync(file);
  }

  it.each([
    { name: 'a page of garbage', position: 10 * 8192, bytes: Buffer.alloc(8192, 0xa5) },
    { name: 'a zeroed header', position: 0, bytes: Buffer.alloc(100) },
    { name: 'a zeroed first page', position: 0, bytes: Buffer.alloc(8192) },
  ])('by $name stops the start, and nothing takes the place of the file', async ({ position, bytes }) => {
    const directory = await written(50);
    const path = join(directory, 'store.db');
    overwrite(path, position, bytes);
    const before = readFileSync(path);

    const { reason, message } = await failure(opened(directory));

    expect(reason).toBe('Unavailable');
    expect(message).toMatch(/store\.db is damaged: .*put a backup in its place, or move it away to start empty/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('by cutting it off to nothing stops the start', async () => {
    const directory = await written(1);
    truncateSync(join(directory, 'store.db'));

    expect((await failure(opened(directory))).message).toMatch(/store\.db is damaged: it is empty/);
  });

  it('that a start before the first write left empty is none', async () => {
    const directory = freshDirectory();
    mkdirSync(directory);
    writeFileSync(join(directory, 'store.db'), '');

    const store = await opened(directory);

    expect(store.created).toBe(true);
    expect(store.lost).toBeUndefined();
  });

  it('by cutting off its end stops the start', async () => {
    const directory = await written(50);
    truncateSync(join(directory, 'store.db'), 15 * 8192);

    expect((await failure(opened(directory))).message).toMatch(/is damaged/);
  });

  it('to a header that the log still holds is healed', async () => {
    const directory = freshDirectory();
    const store = await opened(directory);
    const created = await store.create(draft('a'));
    const copy = crashed(directory);
    overwrite(join(copy, 'store.db'), 0, Buffer.alloc(100));

    const after = await opened(copy);

    expect((await after.list('JobDefinition')).items).toEqual([created]);
    await after.close();
    expect((await (await opened(copy)).list('JobDefinition')).items).toEqual([created]);
  });

  it.each([
    { name: 'cut off', spoil: (wal: string): void => truncateSync(wal, Math.floor(statSync(wal).size / 2)) },
    { name: 'removed', spoil: (wal: string): void => rmSync(wal) },
  ])('by a log that was $name is noticed, and no version is given twice', async ({ spoil }) => {
    const directory = freshDirectory();
    const store = await opened(directory);
    await store.create(draft('early'));
    await store.compact();
    const acknowledged: number[] = [];
    for (let n = 0; n < 20; n++)
      acknowledged.push(versionOf(await store.create(draft(`d-${n}`, { spec: { padding } }))));
    const newest = acknowledged.at(-1) ?? 0;
    const copy = crashed(directory);
    spoil(join(copy, 'store.db-wal'));

    const after = await opened(copy);

    expect(after.lost).toEqual({
      expected: newest,
      found: newest - 20 + (await after.list('JobDefinition')).items.length - 1,
    });
    expect(await after.get(ref('early'))).toBeDefined();
    for (const since of acknowledged) {
      expect(await refusal(follow(after, { since: String(since) }).take(1))).toBe('Expired');
    }
    expect(versionOf(await after.create(draft('next')))).toBeGreaterThan(newest);
    await after.close();
    expect((await opened(copy)).lost).toBeUndefined();
  });

  it('of the whole database is noticed, and the new one starts above the old', async () => {
    const directory = await written(3);
    const before = Number(readFileSync(join(directory, 'store.version'), 'utf8'));
    rmSync(join(directory, 'store.db'));

    const after = await opened(directory);

    expect(after.created).toBe(true);
    expect(after.lost).toEqual({ expected: before, found: 0 });
    expect(versionOf(await after.create(draft('a')))).toBeGreaterThan(before);
  });

  it('by an old copy in its place is noticed', async () => {
    const directory = freshDirectory();
    const first = await opened(directory);
    const old = await first.create(draft('old'));
    await first.close();
    const copy = readFileSync(join(directory, 'store.db'));
    const second = await opened(directory);
    const newer = await second.create(draft('new'));
    await second.close();
    writeFileSync(join(directory, 'store.db'), copy);

    const after = await opened(directory);

    expect(after.lost).toEqual({ expected: versionOf(newer), found: versionOf(old) });
    expect((await after.list('JobDefinition')).items).toEqual([old]);
  });
});
