import { describe, expect, it } from 'vitest';
import type { EmbeddedStore } from '../../controller/store/embedded-store.ts';
import { memoryStore } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';
import { draft, fakeIds, ref, refusal } from './drafts.ts';
import { follow } from './follow.ts';
import { FullJournal } from './full-journal.ts';

const limits = { fewest: 10, youngMs: 60_000, most: 100 };

function opened(): { store: EmbeddedStore; journal: FullJournal; clock: FakeClock; lines: string[] } {
  const clock = new FakeClock();
  const journal = new FullJournal(1000);
  const lines: string[] = [];
  const line = (_: object, message: string): number => lines.push(message);
  const log = { info: line, warn: line, error: line };
  return { store: memoryStore({ clock, ids: fakeIds(), journal, limits, log }), journal, clock, lines };
}

describe('a commit', () => {
  it('takes writes that arrive together, 64 at most, in the order of their calls', async () => {
    const { store, journal } = opened();

    const written = await Promise.all(Array.from({ length: 150 }, (_, count) => store.create(draft(`d-${count}`))));

    expect(journal.commits).toEqual([64, 64, 22]);
    expect(written.map(({ metadata }) => Number(metadata.resourceVersion) - 1000)).toEqual(
      Array.from({ length: 150 }, (_, count) => count + 1),
    );
  });

  it('lets a write see those before it in the same commit', async () => {
    const { store, journal } = opened();

    const results = await Promise.allSettled([
      store.create(draft('a')),
      store.update(draft('a', { spec: { count: 1 } })),
      store.create(draft('a')),
      store.delete(ref('a')),
      store.update(draft('a')),
      store.create(draft('a')),
    ]);

    expect(results.map(result => (result.status === 'fulfilled' ? 'stored' : result.reason.reason))).toEqual([
      'stored',
      'stored',
      'AlreadyExists',
      'stored',
      'NotFound',
      'stored',
    ]);
    expect(journal.commits).toEqual([4]);
  });

  it('is not made for refusals alone', async () => {
    const { store, journal } = opened();
    await refusal(store.update(draft('a')));

    expect(journal.commits).toEqual([]);
  });

  it('is not spoilt by a draft that is no object', async () => {
    const { store } = opened();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;

    const results = await Promise.allSettled([
      store.create(draft('a', { spec: circular })),
      store.create(draft('b', { spec: { size: 1n } })),
      store.create(draft('c')),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await refusal(store.create(draft('a', { spec: circular })))).toBe('Invalid');
  });
});

describe('a disk that is full', () => {
  it('fails all writes of the commit and changes nothing, for readers and watches alike', async () => {
    const { store, journal } = opened();
    const created = await store.create(draft('a'));
    const watch = follow(store, { since: created.metadata.resourceVersion });
    journal.full = true;

    const writes = [store.update(draft('a', { spec: {} })), store.create(draft('a')), store.create(draft('b'))];
    const results = await Promise.allSettled(writes);

    expect(results.map(result => (result.status === 'rejected' ? result.reason.reason : result.value))).toEqual([
      'Unavailable',
      'Unavailable',
      'Unavailable',
    ]);
    expect(await store.list('JobDefinition')).toEqual({
      items: [created],
      resourceVersion: created.metadata.resourceVersion,
    });
    expect(store.fault).toBe('the disk is full');
    journal.full = false;
    const next = await store.create(draft('c'));
    expect(await watch.take(1)).toEqual([{ type: 'ADDED', object: next }]);
    await watch.stop();
  });

  it('still answers dry runs and writes that change nothing', async () => {
    const { store, journal } = opened();
    const created = await store.create(draft('a'));
    journal.full = true;

    expect(await store.update(draft('a'))).toEqual(created);
    expect((await store.update(draft('a', { spec: {} }), { dryRun: true })).metadata.generation).toBe(2);
  });

  it('is tried again by itself every five seconds, and said once', async () => {
    const { store, journal, clock, lines } = opened();
    journal.full = true;
    await refusal(store.create(draft('a')));
    await refusal(store.create(draft('a')));
    await clock.advance(60_000);
    expect(store.fault).toBe('the disk is full');
    expect(clock.pending).toHaveLength(1);

    journal.full = false;
    await clock.advance(5000);

    expect(store.fault).toBeUndefined();
    expect(clock.pending).toEqual([]);
    expect(lines).toEqual(['store cannot write', 'store can write again']);
  });

  it('ends the fault with the first write that succeeds', async () => {
    const { store, journal, clock } = opened();
    journal.full = true;
    await refusal(store.create(draft('a')));
    journal.full = false;
    await store.create(draft('a'));

    expect(store.fault).toBeUndefined();
    expect(clock.pending).toEqual([]);
  });
});

describe('compact', () => {
  it('forgets what the limits no longer ask for, and answers Expired for it', async () => {
    const { store, clock } = opened();
    for (let count = 0; count < 50; count++) await store.create(draft(`d-${count}`));
    await clock.advance(60_000);
    expect(await store.compact()).toMatchObject({ version: 1050, floor: 1000, objects: 50 });
    await clock.advance(60_000);
    expect(await store.compact()).toMatchObject({ version: 1050, floor: 1040 });

    expect(await refusal(follow(store, { since: '1039' }).take(1))).toBe('Expired');
    const watch = follow(store, { since: '1040' });
    expect(await watch.take(10)).toHaveLength(10);
    await watch.stop();
  });

  it('overtakes a slow watch with Expired, after the changes that it had asked for', async () => {
    const { store, clock } = opened();
    const slow = follow(store, { since: '1000' });
    for (let count = 0; count < 400; count++) await store.create(draft(`d-${count}`));
    await slow.take(1);
    await clock.advance(200_000);
    await store.compact();
    const quick = follow(store, { since: '1400' });
    const last = await store.create(draft('last'));

    expect(await quick.take(1)).toEqual([{ type: 'ADDED', object: last }]);
    expect(await refusal(slow.take(400))).toBe('Expired');
    await quick.stop();
  });
});

describe('a closed store', () => {
  it('has written what was queued, refuses the rest, ends watches and serves reads', async () => {
    const { store } = opened();
    const watch = follow(store, { since: '1000' });
    const waiting = refusal(watch.take(2));
    const creating = store.create(draft('a'));
    await store.close();
    await store.close();

    expect(await store.get(ref('a'))).toEqual(await creating);
    expect(await waiting).toBe('Unavailable');
    expect(await refusal(store.create(draft('b')))).toBe('Unavailable');
    expect(await refusal(follow(store, { since: '1001' }).take(1))).toBe('Unavailable');
    expect(await store.compact()).toBeUndefined();
  });
});
