// A process on a small disk of its own (the argument), which it fills up, frees and makes read-only. Says what it saw as JSON.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../controller/store/sqlite/open-store.ts';
import type { SqliteStore } from '../../../controller/store/sqlite/sqlite-store.ts';
import { FakeClock } from '../../clock.ts';
import { draft, failure, fakeIds, refusal } from '../drafts.ts';

const [disk = ''] = process.argv.slice(2);
const directory = join(disk, 'data');
const ballast = join(disk, 'ballast');
const clock = new FakeClock();
const acknowledged: string[] = [];

const open = (): Promise<SqliteStore> => openStore({ directory, clock, ids: fakeIds(), reserveBytes: 200_000 });

/** Creates objects until the store refuses, and answers why. */
async function fill(store: SqliteStore): Promise<string> {
  for (;;) {
    const name = `d-${acknowledged.length}`;
    try {
      await store.create(draft(name, { spec: { padding: 'x'.repeat(3000) } }));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    acknowledged.push(name);
  }
}

function remount(mode: 'ro' | 'rw'): void {
  execFileSync('sh', ['-c', 'exec mount -o "remount,$1" "$2"', 'sh', mode, disk]);
}

async function complete(store: SqliteStore): Promise<boolean> {
  const { items } = await store.list('JobDefinition');
  return items.length === acknowledged.length && store.quarantined().length === 0 && store.lost === undefined;
}

writeFileSync(ballast, Buffer.alloc(1_000_000, 1));
const first = await open();
const refused = await fill(first);
const readsWhileFull = await complete(first);
const faultWhileFull = first.fault !== undefined;
await clock.advance(60_000);
const faultStays = first.fault !== undefined;
rmSync(ballast);
await clock.advance(5000);
const recovered = first.fault === undefined;
const before = acknowledged.length;
await fill(first);
const wroteAgain = acknowledged.length > before;
const scrubbed = await first.scrub();
await first.close();
const reserveReleased = !existsSync(join(directory, 'store.reserve'));

const second = await open();
const completeAfterRestart = await complete(second);
await fill(second);
await second.close();
remount('ro');
const readOnly = await failure(open());
remount('rw');

const third = await open();
const completeAtTheEnd = await complete(third);
const closing = refusal(third.update(draft('missing')));
await third.close();

process.stdout.write(
  JSON.stringify({
    refused,
    readsWhileFull,
    faultWhileFull,
    faultStays,
    recovered,
    wroteAgain,
    damaged: scrubbed.repaired + scrubbed.removed + scrubbed.left,
    reserveReleased,
    completeAfterRestart,
    readOnly: readOnly.message,
    completeAtTheEnd,
    closing: await closing,
  }),
);
