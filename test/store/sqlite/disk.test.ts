import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DataDirectory } from '../../../controller/store/sqlite/data-directory.ts';
import { openDatabase } from '../../../controller/store/sqlite/database.ts';
import { SqliteJournal } from '../../../controller/store/sqlite/sqlite-journal.ts';
import { SqliteStore } from '../../../controller/store/sqlite/sqlite-store.ts';
import { FakeClock } from '../../clock.ts';
import { draft, failure, fakeIds, ref } from '../drafts.ts';
import { follow } from '../follow.ts';
import { freshDirectory, opened } from './directories.ts';

/** Runs a command with a file system of its own in memory, mounted at `disk`, which nobody else sees. */
function onSmallDisk(disk: string, command: readonly string[]): ReturnType<typeof spawnSync> {
  const script = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"';
  const unshared = 'exec unshare --user --map-root-user --mount sh -c "$@"';
  return spawnSync('sh', ['-c', unshared, 'sh', script, disk, ...command], {
    encoding: 'utf8',
    timeout: 60_000,
  });
}

function smallDisk(): string {
  const disk = freshDirectory();
  mkdirSync(disk);
  return disk;
}

const canMount = onSmallDisk('/tmp', ['true']).status === 0;

describe.skipIf(!canMount)('on a disk of 3 MB', () => {
  it('the store refuses writes while it is full, serves reads, recovers by itself and loses nothing', () => {
    const disk = smallDisk();

    const { stdout, stderr } = onSmallDisk(disk, [
      process.execPath,
      fileURLToPath(new URL('./small-disk.ts', import.meta.url)),
      disk,
    ]);

    expect(stderr).toBe('');
    const { refused, readOnly, ...seen } = JSON.parse(String(stdout));
    expect(refused).toBe(
      `the store cannot write to ${disk}/data/store.db: the disk is full or the size limit of the store is reached ` +
        '(database or disk is full); nothing was changed, reads go on, writes are tried again by themselves',
    );
    expect(readOnly).toMatch(/^the data directory .*data cannot be written: .*(EROFS|read-only)/i);
    expect(seen).toEqual({
      readsWhileFull: true,
      faultWhileFull: true,
      faultStays: true,
      recovered: true,
      wroteAgain: true,
      damaged: 0,
      reserveReleased: true,
      completeAfterRestart: true,
      completeAtTheEnd: true,
      closing: 'NotFound',
    });
  });
});

describe('a database that may not grow', () => {
  it('refuses writes, serves reads and watches, and takes writes again when it may', async () => {
    const directory = freshDirectory();
    const clock = new FakeClock();
    const files = new DataDirectory(directory);
    const connection = openDatabase(files, 1);
    const journal = new SqliteJournal(connection, files);
    const parts = { clock, ids: fakeIds(), later: setImmediate };
    const store = new SqliteStore({ journal, directory: files, ...connection }, parts);
    onTestFinished(() => store.close());
    const created = await store.create(draft('a'));
    connection.database.exec('PRAGMA max_page_count = 8');

    const large = draft('b', { spec: { padding: 'x'.repeat(40_000) } });
    const refused = await failure(store.create(large));

    expect(refused.reason).toBe('Unavailable');
    expect(store.fault).toBe(refused.message);
    expect(await store.get(ref('a'))).toEqual(created);
    expect(await follow(store, { since: '1' }).take(1)).toEqual([{ type: 'ADDED', object: created }]);
    connection.database.exec('PRAGMA max_page_count = 10000');
    await clock.advance(5000);
    expect(store.fault).toBeUndefined();
    const again = await store.create(large);
    await store.close();
    expect((await (await opened(directory)).list('JobDefinition')).items).toEqual([created, again]);
  });
});
