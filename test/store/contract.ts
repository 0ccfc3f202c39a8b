import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiObject } from '../../controller/model/object.ts';
import { type Store, StoreFailure, type WatchEvent } from '../../controller/store/contract.ts';
import { draft, ref, refusal, versionOf } from './drafts.ts';
import { follow } from './follow.ts';

/** One store under test. `advance` moves its clock; a store whose time can't be moved leaves it out. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly advance?: (ms: number) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** What every store promises (controller/store/contract.ts), run against one that `open` makes empty for each test. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the Store contract`, () => {
    let opened: StoreUnderTest;
    let store: Store;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });

    afterEach(() => opened.dispose());

    async function versionNow(): Promise<string> {
      return (await store.list('JobDefinition')).resourceVersion;
    }

    describe('create', () => {
      it('answers the stored object with a uid and a version above that of the list before', async () => {
        const before = await versionNow();

        const created = await store.create(draft('a'));

        expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
        expect(versionOf(created)).toBeGreaterThan(Number(before));
        expect(created.metadata.generation).toBe(1);
        expect(created.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(await store.get(ref('a'))).toEqual(created);
      });

      it('refuses a name that is taken, and takes it again after a delete with a new uid', async () => {
        const first = await store.create(draft('a'));
        expect(await refusal(store.create(draft('a')))).toBe('AlreadyExists');
        await store.delete(ref('a'));

        const second = await store.create(draft('a'));

        expect(second.metadata.uid).not.toBe(first.metadata.uid);
        expect(versionOf(second)).toBeGreaterThan(versionOf(first) + 1);
      });

      it('does not care what happens to the draft afterwards', async () => {
        const spec = { list: [1] };
        await store.create(draft('a', { spec }));
        spec.list.push(2);

        expect((await store.get(ref('a')))?.spec).toEqual({ list: [1] });
      });

      it('stores nothing in a dry run, and answers without a version', async () => {
        const answer = await store.create(draft('a'), { dryRun: true });

        expect(answer.metadata.resourceVersion).toBe('');
        expect(answer.metadata.generation).toBe(1);
        expect(await store.get(ref('a'))).toBeUndefined();
      });

      it('keeps kinds, namespaces and cluster-scoped objects of one name apart', async () => {
        await store.create(draft('a'));
        await store.create(draft('a', { metadata: { namespace: 'other' } }));
        await store.create({
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'a' },
          status: { phase: 'Active' },
        });

        expect((await store.list('JobDefinition')).items).toHaveLength(2);
        expect((await store.get({ kind: 'Namespace', namespace: '', name: 'a' }))?.status).toEqual({ phase: 'Active' });
        expect(await store.get({ kind: 'Namespace', namespace: 'default', name: 'a' })).toBeUndefined();
      });
    });

    describe('list', () => {
      it('has a version when it is empty', async () => {
        const { items, resourceVersion } = await store.list('JobDefinition');

        expect(items).toEqual([]);
        expect(resourceVersion).toMatch(/^[1-9]\d*$/);
      });

      it('sorts by namespace and name, and filters by namespace', async () => {
        for (const [namespace, name] of [
          ['b', 'x'],
          ['a', 'z'],
          ['a', 'y'],
          ['b', 'w'],
        ] as const) {
          await store.create(draft(name, { metadata: { namespace } }));
        }

        const names = (objects: readonly ApiObject[]): string[] =>
          objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
        expect(names((await store.list('JobDefinition')).items)).toEqual(['a/y', 'a/z', 'b/w', 'b/x']);
        expect(names((await store.list('JobDefinition', 'b')).items)).toEqual(['b/w', 'b/x']);
        expect(names((await store.list('JobDefinition', 'c')).items)).toEqual([]);
      });

      it('has the version of the newest change, of whatever kind', async () => {
        await store.create(draft('a'));
        const other = await store.create(draft('b', { kind: 'BatchJob' }));
        expect(await versionNow()).toBe(other.metadata.resourceVersion);

        const gone = await store.delete({ kind: 'BatchJob', namespace: 'default', name: 'b' });
        expect(await versionNow()).toBe(gone.metadata.resourceVersion);
        expect(versionOf(gone)).toBeGreaterThan(versionOf(other));
      });

      it('hands out frozen objects that later writes do not touch', async () => {
        await store.create(draft('a', { spec: { nested: { list: [{}] } } }));
        const [object] = (await store.list('JobDefinition')).items;
        await store.update(draft('a', { spec: { nested: 'changed' } }));

        expect(object?.spec).toEqual({ nested: { list: [{}] } });
        expect(() => Object.assign(object?.spec?.['nested'] ?? {}, { list: [] })).toThrow(TypeError);
      });
    });

    describe('update', () => {
      it('keeps uid, creation time and status, and counts generations', async () => {
        const created = await store.create(draft('a'));
        await store.updateStatus(draft('a', { status: { ready: true } }));

        const updated = await store.update(draft('a', { spec: { type: 'multinode' } }));

        expect(updated).toEqual({
          ...created,
          metadata: { ...created.metadata, generation: 2, resourceVersion: updated.metadata.resourceVersion },
          spec: { type: 'multinode' },
          status: { ready: true },
        });
        expect(versionOf(updated)).toBe(versionOf(created) + 2);
      });

      it('writes nothing when nothing differs', async () => {
        const created = await store.create(draft('a'));

        expect(await store.update(draft('a'))).toEqual(created);
        expect(await versionNow()).toBe(created.metadata.resourceVersion);
      });

      it('refuses what is not there and what has changed', async () => {
        expect(await refusal(store.update(draft('a')))).toBe('NotFound');
        const created = await store.create(draft('a'));
        await store.update(draft('a', { spec: {} }));
        const { resourceVersion } = created.metadata;

        expect(await refusal(store.update(draft('a', { metadata: { resourceVersion } })))).toBe('Conflict');
        expect(await refusal(store.update(draft('a', { metadata: { uid: 'another' } })))).toBe('Conflict');
      });

      it('stores nothing in a dry run, but refuses what it would refuse', async () => {
        const created = await store.create(draft('a'));

        const answer = await store.update(draft('a', { spec: {} }), { dryRun: true });

        expect(answer.metadata).toMatchObject({ generation: 2, resourceVersion: created.metadata.resourceVersion });
        expect(await store.get(ref('a'))).toEqual(created);
        const outdated = draft('a', { metadata: { resourceVersion: '1' } });
        expect(await refusal(store.update(outdated, { dryRun: true }))).toBe('Conflict');
      });

      it('of the status leaves everything else', async () => {
        const created = await store.create(draft('a'));

        const updated = await store.updateStatus(draft('a', { spec: { type: 'other' }, status: { ready: true } }));

        expect(updated.spec).toEqual(created.spec);
        expect(updated.metadata.generation).toBe(1);
        expect(updated.status).toEqual({ ready: true });
      });
    });

    describe('delete', () => {
      it('removes an object without finalizers', async () => {
        const created = await store.create(draft('a'));

        const gone = await store.delete(ref('a'));

        expect(gone.metadata.uid).toBe(created.metadata.uid);
        expect(await store.get(ref('a'))).toBeUndefined();
        expect(await refusal(store.delete(ref('a')))).toBe('NotFound');
      });

      it('keeps an object with finalizers until an update empties them', async () => {
        await store.create(draft('a', { metadata: { finalizers: ['example.com/f'] } }));
        const marked = await store.delete(ref('a'));
        expect(marked.metadata).toMatchObject({ generation: 2, deletionGracePeriodSeconds: 0 });
        expect(marked.metadata.deletionTimestamp).toBeDefined();
        expect(await store.delete(ref('a'))).toEqual(marked);
        const grown = draft('a', { metadata: { finalizers: ['example.com/f', 'example.com/g'] } });
        expect(await refusal(store.update(grown))).toBe('Invalid');

        await store.update(draft('a'));

        expect(await store.get(ref('a'))).toBeUndefined();
      });

      it('respects preconditions', async () => {
        const { uid, resourceVersion } = (await store.create(draft('a'))).metadata;
        expect(await refusal(store.delete(ref('a'), { uid: 'another' }))).toBe('Conflict');
        expect(await refusal(store.delete(ref('a'), { resourceVersion: '1' }))).toBe('Conflict');

        await store.delete(ref('a'), { uid, resourceVersion });

        expect(await store.get(ref('a'))).toBeUndefined();
      });

      it('removes nothing in a dry run', async () => {
        await store.create(draft('a'));
        await store.delete(ref('a'), {}, { dryRun: true });

        expect(await store.get(ref('a'))).toBeDefined();
      });
    });

    describe('watch', () => {
      it('replays the changes after a version, then follows, in order and each once', async () => {
        const since = await versionNow();
        const first = await store.create(draft('a'));
        const second = await store.updateStatus(draft('a', { status: { ready: true } }));
        const watch = follow(store, { since });
        expect(await watch.take(2)).toEqual([
          { type: 'ADDED', object: first },
          { type: 'MODIFIED', object: second, previous: first },
        ]);

        await store.update(draft('a', { status: { ready: true } }));
        const gone = await store.delete(ref('a'));
        const again = await store.create(draft('a'));

        expect(await watch.take(2)).toEqual([
          { type: 'DELETED', object: gone, previous: second },
          { type: 'ADDED', object: again },
        ]);
        await watch.stop();
      });

      it('shows the life of an object with finalizers as MODIFIED, then DELETED', async () => {
        const created = await store.create(draft('a', { metadata: { finalizers: ['f'] } }));
        const watch = follow(store, { since: created.metadata.resourceVersion });
        const marked = await store.delete(ref('a'));
        const released = await store.update(draft('a'));

        expect(await watch.take(2)).toEqual([
          { type: 'MODIFIED', object: marked, previous: created },
          { type: 'DELETED', object: released, previous: marked },
        ]);
        expect(released.metadata.deletionTimestamp).toBe(marked.metadata.deletionTimestamp);
        await watch.stop();
      });

      it('covers the kinds and the namespace that were asked for', async () => {
        const since = await versionNow();
        const kinds = follow(store, { since, kinds: ['BatchJob', 'JobDefinition'] });
        const namespaced = follow(store, { since, namespace: 'other' });
        await store.create(draft('a', { kind: 'RegistryCredential' }));
        const a = await store.create(draft('a'));
        const b = await store.create(draft('b', { kind: 'BatchJob', metadata: { namespace: 'other' } }));

        expect(await kinds.take(2)).toEqual([
          { type: 'ADDED', object: a },
          { type: 'ADDED', object: b },
        ]);
        expect(await namespaced.take(1)).toEqual([{ type: 'ADDED', object: b }]);
        await Promise.all([kinds.stop(), namespaced.stop()]);
      });

      it('shows nothing of a dry run, a refusal, or a write that changes nothing', async () => {
        const created = await store.create(draft('a'));
        const watch = follow(store, { since: created.metadata.resourceVersion });
        await store.update(draft('a', { spec: {} }), { dryRun: true });
        await refusal(store.create(draft('a')));
        await store.update(draft('a'));
        const last = await store.create(draft('b'));

        expect(await watch.take(1)).toEqual([{ type: 'ADDED', object: last }]);
        await watch.stop();
      });

      it('sees a change only when readers see it too', async () => {
        const watch = follow(store, { since: await versionNow() });
        const creating = store.create(draft('a'));
        const [event] = await watch.take(1);

        expect(await store.get(ref('a'))).toEqual(event?.type === 'ADDED' ? event.object : undefined);
        await creating;
        await watch.stop();
      });

      it.each(['0', '1', '', 'x', '-1', '9007199254740991'])('answers Expired to the version %j', async since => {
        await store.create(draft('a'));
        const watch = follow(store, { since });

        expect(await refusal(watch.take(1))).toBe('Expired');
      });

      it('ends when its signal aborts, also while it waits', async () => {
        const watch = follow(store, { since: await versionNow() });
        const waiting = watch.take(1);

        await watch.stop();

        expect(await waiting).toEqual([]);
      });

      it('gives each of many watches everything, the one that never reads included', async () => {
        const since = await versionNow();
        const slow = follow(store, { since });
        const quick = Array.from({ length: 20 }, () => follow(store, { since }));
        for (let count = 0; count < 300; count++) await store.create(draft(`d-${count}`));

        for (const watch of [...quick, slow]) {
          expect((await watch.take(300)).map(nameIn)).toEqual(Array.from({ length: 300 }, (_, count) => `d-${count}`));
          await watch.stop();
        }
      });

      it('tells a silent watch how far the version has moved, and only then', async () => {
        const { advance } = opened;
        if (!advance) return;
        const since = await versionNow();
        const watch = follow(store, { since, kinds: ['BatchJob'] });
        const waiting = watch.take(2);
        await advance(10 * 60_000);
        const other = await store.create(draft('a'));
        await advance(10 * 60_000);
        await advance(10 * 60_000);
        const job = await store.create(draft('j', { kind: 'BatchJob' }));

        expect(await waiting).toEqual([
          { type: 'BOOKMARK', resourceVersion: other.metadata.resourceVersion },
          { type: 'ADDED', object: job },
        ]);
        await watch.stop();
      });
    });

    describe('together', () => {
      it('lets one of many writers with the same version win', async () => {
        const { resourceVersion } = (await store.create(draft('a'))).metadata;
        const writes = Array.from({ length: 8 }, (_, writer) =>
          store.update(draft('a', { metadata: { resourceVersion }, spec: { writer } })),
        );

        const results = await Promise.allSettled(writes);

        const refused = results.filter(result => result.status === 'rejected').map(({ reason }) => reason);
        expect(refused).toHaveLength(7);
        expect(refused.every(reason => reason instanceof StoreFailure && reason.reason === 'Conflict')).toBe(true);
      });

      it('loses no increment of 8 writers, and shows each to a watch once', { timeout: 120_000 }, async () => {
        const writers = 8;
        const each = 1000;
        const created = await store.create(draft('a', { spec: { count: 0 } }));
        const watch = follow(store, { since: created.metadata.resourceVersion });
        const counting = watch.take(writers * each);

        await Promise.all(Array.from({ length: writers }, () => increments(store, each)));

        expect((await store.get(ref('a')))?.spec).toEqual({ count: writers * each });
        const events = await counting;
        expect(events.map(countIn)).toEqual(Array.from({ length: writers * each }, (_, before) => before + 1));
        const versions = events.map(event => ('object' in event ? versionOf(event.object) : 0));
        expect(versions.every((version, position) => position === 0 || version > (versions[position - 1] ?? 0))).toBe(
          true,
        );
        await watch.stop();
      });
    });
  });
}

async function increments(store: Store, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const held = await store.get(ref('a'));
    const resourceVersion = held?.metadata.resourceVersion ?? '';
    const count = Number(held?.spec?.['count']) + 1;
    try {
      await store.update(draft('a', { metadata: { resourceVersion }, spec: { count } }));
      done += 1;
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.reason !== 'Conflict') throw error;
    }
  }
}

function nameIn(event: WatchEvent): string {
  return 'object' in event ? event.object.metadata.name : event.type;
}

function countIn(event: WatchEvent): unknown {
  return 'object' in event ? event.object.spec?.['count'] : event.type;
}
