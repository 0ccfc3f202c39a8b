// A process that writes as fast as it can and says on standard output what was acknowledged, until it is killed
// or has made as many updates per object as its second argument says.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openStore } from '../../../controller/store/sqlite/open-store.ts';
import type { SqliteStore } from '../../../controller/store/sqlite/sqlite-store.ts';
import { draft, ref } from '../drafts.ts';
import { shortHistory } from './short-history.ts';
import { systemClock } from './system-clock.ts';

const [directory = '', updates = 'Infinity'] = process.argv.slice(2);
try {
  const store = await openStore({
    directory,
    clock: systemClock,
    ids: randomUUID,
    limits: shortHistory,
    reserveBytes: 0,
  });
  await Promise.all(Array.from({ length: 8 }, (_, writer) => count(store, `w-${writer}`)));
  await store.compact();
  await store.close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function count(store: SqliteStore, name: string): Promise<void> {
  const held = (await store.get(ref(name))) ?? (await store.create(draft(name, { spec: { value: 0, copy: 0 } })));
  for (let value = Number(held.spec?.['value']) + 1; value <= Number(updates); value++) {
    const spec = { value, padding: 'x'.repeat(value % 5000), copy: value };
    const { metadata } = await store.update(draft(name, { spec }));
    writeSync(1, `${name} ${value} ${metadata.resourceVersion}\n`);
    if (value % 10 === 0) {
      await store.create(draft(`${name}-${value}`));
      await store.delete(ref(`${name}-${value}`));
      await store.compact();
    }
  }
}
