import { describe, expect, it } from 'vitest';
import { firstVersion } from '../../controller/store/journal.ts';
import { MemoryJournal, memoryStore } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';
import { storeContract } from './contract.ts';
import { draft, fakeIds, ref } from './drafts.ts';
import { follow } from './follow.ts';

storeContract('the memory store', async () => {
  const clock = new FakeClock();
  const store = memoryStore({ clock, ids: fakeIds() });
  return { store, advance: ms => clock.advance(ms), dispose: () => store.close() };
});

describe('memoryStore', () => {
  it('goes on where the store before it over the same journal ended', async () => {
    const clock = new FakeClock();
    const journal = new MemoryJournal(firstVersion(clock.now()));
    const before = memoryStore({ clock, ids: fakeIds(), journal });
    const created = await before.create(draft('a'));
    const gone = await before.delete(ref('a'));
    const kept = await before.create(draft('b'));
    await before.close();

    const after = memoryStore({ clock, ids: fakeIds(), journal });

    expect((await after.list('JobDefinition')).items).toEqual([kept]);
    const watch = follow(after, { since: created.metadata.resourceVersion });
    expect(await watch.take(2)).toEqual([
      { type: 'DELETED', object: gone, previous: created },
      { type: 'ADDED', object: kept },
    ]);
    await watch.stop();
  });

  it('starts above every version of an earlier store without its journal', async () => {
    const clock = new FakeClock();
    const before = memoryStore({ clock, ids: fakeIds() });
    const created = await before.create(draft('a'));
    await clock.advance(1000);
    const { resourceVersion } = await memoryStore({ clock, ids: fakeIds() }).list('JobDefinition');

    expect(Number(resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
  });
});
