import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DataDirectory } from '../../../controller/store/sqlite/data-directory.ts';
import { openDatabase } from '../../../controller/store/sqlite/database.ts';
import { openStore } from '../../../controller/store/sqlite/open-store.ts';
import { SqliteJournal } from '../../../controller/store/sqlite/sqlite-journal.ts';
import { SqliteStore } from '../../../controller/store/sqlite/sqlite-store.ts';
import { FakeClock } from '../../clock.ts';
import { draft, failure, fakeIds, ref, refusal, versionOf } from '../drafts.ts';
import { follow } from '../follow.ts';
import { freshDirectory, opened } from './directories.ts';

/** Changes rows behind the back of the store, as a disk that loses bits would, with every hash left as it was. */
function alter(directory: string, sql: string): void {
  const database = new DatabaseSync(join(directory, 'store.db'));
  database.exec(sql);
  database.close();
}

async function names(store: SqliteStore): Promise<string[]> {
  return (await store.list('JobDefinition')).items.map(({ metadata }) => metadata.name);
}

/** A closed store with `a` (written twice), `b` and `c`; the answer is the version of the second write of `a`. */
async function written(): Promise<{ directory: string; second: number }> {
  const directory = freshDirectory();
  const store = await opened(directory);
  await store.create(draft('a', { spec: { word: 'first' } }));
  await store.create(draft('b'));
  const second = versionOf(await store.update(draft('a', { spec: { word: 'second' } })));
  await store.create(draft('c'));
  await store.close();
  return { directory, second };
}

describe('quarantined', () => {
  it.each([
    { column: 'body', change: `body = replace(body, 'second', 'secord')` },
    { column: 'body, no JSON any more', change: `body = ''` },
    { column: 'sha256', change: `sha256 = ''` },
    { column: 'type', change: `type = 'DELETED'` },
    { column: 'type, unknown', change: `type = 'X'` },
    { column: 'name', change: `name = 'z'` },
    { column: 'namespace', change: `namespace = ''` },
    { column: 'kind', change: `kind = 'BatchJob'` },
    { column: 'supersedes, gone', change: 'supersedes = NULL' },
    { column: 'supersedes, wild', change: 'supersedes = 5' },
  ])('lists an object whose $column was altered; it is left out and the others are served', async ({ change }) => {
    const { directory, second } = await written();
    alter(directory, `UPDATE versions SET ${change} WHERE revision = ${second}`);

    const store = await opened(directory);

    expect(await names(store)).toEqual(['b', 'c']);
    expect(store.quarantined().map(({ resourceVersion }) => resourceVersion)).toContain(String(second));
    expect(await refusal(follow(store, { since: String(second) }).take(1))).toBe('Expired');
  });

  it('lists the object that an altered row says it supersedes too, because either may be right', async () => {
    const { directory, second } = await written();
    alter(directory, `UPDATE versions SET supersedes = ${second - 1} WHERE revision = ${second}`);

    const store = await opened(directory);

    expect(await names(store)).toEqual(['c']);
    expect(store.quarantined()).toEqual([
      { ref: ref('a'), resourceVersion: String(second), reason: 'its hash does not match' },
      {
        ref: ref('b'),
        resourceVersion: String(second - 1),
        reason: `damaged row ${second} says that it supersedes it`,
      },
    ]);
  });

  it('lists an object after one byte of the file changed', async () => {
    const { directory } = await written();
    const path = join(directory, 'store.db');
    const bytes = readFileSync(path);
    const position = bytes.indexOf('"second"');
    bytes[position + 1] = (bytes[position + 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);

    const store = await opened(directory);

    expect(store.quarantined().map(({ ref: { name } }) => name)).toEqual(['a']);
    expect(await names(store)).toEqual(['b', 'c']);
  });

  it('forgets an object that is created again, and so does the file', async () => {
    const { directory, second } = await written();
    alter(directory, `UPDATE versions SET body = '' WHERE revision = ${second}`);
    const store = await opened(directory);
    const again = await store.create(draft('a'));
    expect(store.quarantined()).toEqual([]);
    await store.close();

    const after = await opened(directory);

    expect(after.quarantined()).toEqual([]);
    expect(await after.get(ref('a'))).toEqual(again);
    expect(await after.scrub()).toEqual({ rows: 3, repaired: 0, removed: 0, left: 0 });
  });

  it('does not count a damaged row that is only history; the history is forgotten', async () => {
    const { directory, second } = await written();
    alter(directory, `UPDATE versions SET body = '' WHERE revision = ${second - 2}`);

    const store = await opened(directory);

    expect(store.quarantined()).toEqual([]);
    expect(await names(store)).toEqual(['a', 'b', 'c']);
    expect(await refusal(follow(store, { since: String(second) }).take(1))).toBe('Expired');
    expect(await store.scrub()).toEqual({ rows: 3, repaired: 0, removed: 0, left: 0 });
  });
});

describe('damaged counters', () => {
  it.each([
    'UPDATE meta SET version = 1',
    'UPDATE meta SET floor = 1',
    `UPDATE meta SET sha256 = ''`,
    'DELETE FROM meta',
  ])('%s: the version is kept, the history is forgotten', async sql => {
    const { directory, second } = await written();
    alter(directory, sql);

    const store = await opened(directory);

    expect(await names(store)).toEqual(['a', 'b', 'c']);
    expect((await store.list('JobDefinition')).resourceVersion).toBe(String(second + 1));
    expect(await refusal(follow(store, { since: String(second) }).take(1))).toBe('Expired');
    expect(versionOf(await store.create(draft('d')))).toBe(second + 2);
  });
});

describe('scrub', () => {
  /** A store with the objects of `written`, together with its connection: the only one that can alter rows meanwhile. */
  async function altered(
    sql: (second: number) => string,
  ): Promise<{ directory: string; store: SqliteStore; second: number }> {
    const { directory, second } = await written();
    const files = new DataDirectory(directory);
    const connection = openDatabase(files, 1);
    const journal = new SqliteJournal(connection, files);
    const parts = { clock: new FakeClock(), ids: fakeIds(), later: setImmediate };
    const store = new SqliteStore({ journal, directory: files, ...connection }, parts);
    onTestFinished(() => store.close());
    connection.database.exec(sql(second));
    return { directory, store, second };
  }

  it('finds nothing in a sound store, and keeps the history', async () => {
    const { store, second } = await altered(() => 'SELECT 1');

    expect(await store.scrub()).toEqual({ rows: 4, repaired: 0, removed: 0, left: 0 });
    expect(await follow(store, { since: String(second) }).take(1)).toHaveLength(1);
  });

  it.each([
    { column: 'body', change: `body = ''` },
    { column: 'name', change: `name = 'b'` },
    { column: 'type', change: `type = 'DELETED'` },
    { column: 'supersedes', change: 'supersedes = supersedes + 1' },
  ])('writes a present row whose $column was altered anew from memory', async ({ change }) => {
    const { directory, store, second } = await altered(
      version => `UPDATE versions SET ${change} WHERE revision = ${version}`,
    );
    const held = await store.get(ref('a'));

    expect(await store.scrub()).toMatchObject({ repaired: 1, removed: 0, left: 0 });
    expect(await refusal(follow(store, { since: String(second) }).take(1))).toBe('Expired');
    await store.update(draft('c', { spec: {} }));
    await store.close();
    const after = await opened(directory);
    expect(after.quarantined()).toEqual([]);
    expect(await names(after)).toEqual(['a', 'b', 'c']);
    expect(await after.get(ref('a'))).toEqual(held);
  });

  it('removes a damaged row that is only history', async () => {
    const { directory, store, second } = await altered(
      version => `UPDATE versions SET body = '' WHERE revision = ${version - 2}`,
    );

    expect(await store.scrub()).toMatchObject({ repaired: 0, removed: 1, left: 0 });
    expect(await refusal(follow(store, { since: String(second) }).take(1))).toBe('Expired');
    expect(await store.scrub()).toEqual({ rows: 3, repaired: 0, removed: 0, left: 0 });
    await store.close();
    expect(await names(await opened(directory))).toEqual(['a', 'b', 'c']);
  });

  it('leaves what is quarantined for people to look at', async () => {
    const { directory, second } = await written();
    alter(directory, `UPDATE versions SET body = '' WHERE revision = ${second}`);
    const store = await opened(directory);

    expect(await store.scrub()).toMatchObject({ repaired: 0, removed: 0, left: 1 });
    expect(store.quarantined()).toHaveLength(1);
  });

  it('answers Unavailable when the database cannot be read any more', async () => {
    const { store } = await altered(() => 'SELECT 1');
    await store.close();

    expect(await refusal(store.scrub())).toBe('Unavailable');
  });
});

describe('backup', () => {
  it('copies one moment of the store while writes go on, and the copy starts as a store', async () => {
    const store = await opened(freshDirectory());
    const padding = 'x'.repeat(2000);
    await Promise.all(
      Array.from({ length: 500 }, (_, n) => store.create(draft(`d-${n}`, { spec: { n: 0, padding } }))),
    );
    const directory = freshDirectory();
    mkdirSync(directory);
    const path = join(directory, 'store.db');

    let writing = true;
    const rounds = (async (): Promise<void> => {
      for (let n = 1; writing; n++) {
        await Promise.all(
          Array.from({ length: 50 }, (_, d) => store.update(draft(`d-${d}`, { spec: { n, padding } }))),
        );
      }
    })();
    await store.backup(path);
    writing = false;
    await rounds;

    expect(statSync(path).mode & 0o777).toBe(0o600);
    const copy = await opened(directory);
    const { items, resourceVersion } = await copy.list('JobDefinition');
    expect(items).toHaveLength(500);
    expect(Math.max(...items.map(versionOf))).toBe(Number(resourceVersion));
    expect(copy.quarantined()).toEqual([]);
    expect(await copy.scrub()).toMatchObject({ repaired: 0, removed: 0, left: 0 });
  });

  it('does not write over a file', async () => {
    const directory = freshDirectory();
    const store = await opened(directory);
    const path = join(directory, 'other');
    writeFileSync(path, 'kept');

    expect((await failure(store.backup(path))).message).toMatch(/^the backup to .*other failed: .*EEXIST/);
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });
});

describe('compact', () => {
  it('gives the space of forgotten objects back to the file system', async () => {
    const clock = new FakeClock();
    const directory = freshDirectory();
    const limits = { fewest: 10, youngMs: 1000, most: 100_000 };
    const store = await openStore({ directory, clock, ids: fakeIds(), limits, reserveBytes: 0 });
    const names = Array.from({ length: 1000 }, (_, n) => `d-${n}`);
    await Promise.all(names.map(name => store.create(draft(name, { spec: { padding: 'x'.repeat(3000) } }))));
    const full = await store.compact();
    await Promise.all(names.map(name => store.delete(ref(name))));
    await store.compact();
    await clock.advance(1000);

    const empty = await store.compact();

    expect(full?.databaseBytes).toBeGreaterThan(3_000_000);
    expect(empty?.databaseBytes).toBeLessThan(200_000);
    expect(empty).toMatchObject({ objects: 0, logBytes: 0 });
    expect(statSync(join(directory, 'store.db')).size).toBe(empty?.databaseBytes);
    await store.close();
  });
});

describe('a process that stops on a full disk', () => {
  it('gives back its reserve', async () => {
    const directory = freshDirectory();
    const store = await openStore({ directory, clock: new FakeClock(), ids: fakeIds(), reserveBytes: 3_000_000 });
    expect(statSync(join(directory, 'store.reserve')).size).toBe(3_000_000);
    store.releaseReserve();

    expect(statSync(join(directory, 'store.reserve'), { throwIfNoEntry: false })).toBeUndefined();
    await store.close();
  });
});
