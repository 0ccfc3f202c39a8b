import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { annotations } from '../../../controller/model/annotations.ts';
import type { Draft, Ref } from '../../../controller/model/object.ts';
import { eventAgeMs, Housekeeping } from '../../../controller/server/kubernetes/housekeeping.ts';
import { servedTypes } from '../../../controller/server/kubernetes/served-types.ts';
import { completeNamespace } from '../../../controller/server/kubernetes/types/namespace.ts';
import { MemoryJournal, memoryStore } from '../../../controller/store/memory.ts';
import { FakeClock, settled } from '../../clock.ts';
import { testKinds } from '../test-kinds.ts';

const types = servedTypes(testKinds, '2026-01-01T00:00:00Z');
const apiVersion = 'batchwright.dev/v1alpha1';

let clock: FakeClock;
let store: ReturnType<typeof memoryStore>;
let stop: AbortController;
let running: Promise<void>;
const problems: string[] = [];
let uid = 0;
beforeEach(() => {
  clock = new FakeClock();
  problems.length = 0;
  store = memoryStore({ clock, ids: () => `uid-${++uid}`, journal: new MemoryJournal(1) });
});
afterEach(async () => {
  stop.abort();
  await running;
  expect(problems).toEqual([]);
});

async function start(): Promise<void> {
  const note = (_data: object, message: string) => problems.push(message);
  const housekeeping = new Housekeeping({
    store,
    types,
    clock,
    log: { debug: note, info: note, warn: note, error: note },
  });
  stop = new AbortController();
  await housekeeping.seed();
  running = housekeeping.run(stop.signal);
  await quiet();
}

/** Lets everything that follows from a change happen. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await settled();
}

const ref = (name: string, namespace = 'a', kind = 'JobDefinition'): Ref => ({ kind, namespace, name });
const exists = async (of: Ref) => (await store.get(of)) !== undefined;
const object = (name: string, metadata: Partial<Draft['metadata']> = {}): Draft => ({
  apiVersion,
  kind: 'JobDefinition',
  metadata: { name, namespace: 'a', ...metadata },
  spec: {},
});
const owner = (name: string, ownerUid: string) => ({ apiVersion, kind: 'JobDefinition', name, uid: ownerUid });
const room = (name: string): Draft => completeNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describe('namespaces', () => {
  it('that are always there, are', async () => {
    await start();
    expect([await exists(ref('default', '', 'Namespace')), await exists(ref('kube-system', '', 'Namespace'))]).toEqual([
      true,
      true,
    ]);
  });

  it('come into being with what a directory puts into them', async () => {
    await start();
    await store.create(object('x', { namespace: 'fresh' }));
    await quiet();
    expect(await exists(ref('fresh', '', 'Namespace'))).toBe(true);
  });

  it('of objects that were there before the start come into being', async () => {
    await store.create(object('x', { namespace: 'fresh' }));
    await start();
    expect(await exists(ref('fresh', '', 'Namespace'))).toBe(true);
  });

  it('do not come into being for events', async () => {
    await start();
    await store.create({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'gone' } });
    await quiet();
    expect(await exists(ref('gone', '', 'Namespace'))).toBe(false);
  });

  it('take their content with them', async () => {
    await start();
    await store.create(room('a'));
    await store.create(object('x'));
    await store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'a' } });
    await store.create(object('elsewhere', { namespace: 'b' }));
    await store.delete(ref('a', '', 'Namespace'));
    await quiet();
    expect([
      await exists(ref('x')),
      await exists(ref('c', 'a', 'ConfigMap')),
      await exists(ref('a', '', 'Namespace')),
    ]).toEqual([false, false, false]);
    expect(await exists(ref('elsewhere', 'b'))).toBe(true);
  });

  it('wait for finalizers in them and say so', async () => {
    await start();
    await store.create(room('a'));
    await store.create(object('x', { finalizers: ['a/b'] }));
    await store.delete(ref('a', '', 'Namespace'));
    await quiet();
    const waiting = await store.get(ref('a', '', 'Namespace'));
    expect(waiting?.status).toMatchObject({
      phase: 'Terminating',
      conditions: [{ message: 'objects of these kinds are still being deleted: JobDefinition' }],
    });

    const held = await store.get(ref('x'));
    await store.update({ ...object('x'), metadata: { ...held?.metadata, name: 'x', namespace: 'a', finalizers: [] } });
    await quiet();
    expect(await exists(ref('a', '', 'Namespace'))).toBe(false);
  });

  it('whose deletion was requested before a restart go after it', async () => {
    await store.create(room('a'));
    await store.create(object('x'));
    await store.delete(ref('a', '', 'Namespace'));
    await start();
    expect([await exists(ref('x')), await exists(ref('a', '', 'Namespace'))]).toEqual([false, false]);
  });

  it('that are being deleted take nothing in', async () => {
    await start();
    await store.create(room('a'));
    await store.create(object('x', { finalizers: ['a/b'] }));
    await store.delete(ref('a', '', 'Namespace'));
    await store.create(object('late'));
    await quiet();
    expect(await exists(ref('late'))).toBe(false);
  });
});

describe('dependents', () => {
  it('go when their last owner goes, all the way down', async () => {
    await start();
    const top = await store.create(object('top'));
    const middle = await store.create(object('middle', { ownerReferences: [owner('top', top.metadata.uid)] }));
    await store.create(object('leaf', { ownerReferences: [owner('middle', middle.metadata.uid)] }));
    await store.delete(ref('top'));
    await quiet();
    expect([await exists(ref('middle')), await exists(ref('leaf'))]).toEqual([false, false]);
  });

  it('whose owner went while nobody looked go at the start', async () => {
    await store.create(object('dep', { ownerReferences: [owner('gone', 'uid-of-old')] }));
    await start();
    expect(await exists(ref('dep'))).toBe(false);
  });

  it('stay when their owner has another identity than before', async () => {
    await start();
    const first = await store.create(object('o'));
    await store.delete(ref('o'));
    await quiet();
    await store.create(object('o'));
    await store.create(object('dep', { ownerReferences: [owner('o', first.metadata.uid)] }));
    await store.create(object('unrelated'));
    await store.delete(ref('unrelated'));
    await quiet();
    expect(await exists(ref('dep'))).toBe(true);
  });

  it.each([
    {
      name: 'of kinds that are not served',
      metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'u' }] },
    },
    {
      name: 'that files own',
      metadata: { ownerReferences: [owner('gone', 'u')], annotations: { [annotations.source]: 'f.yaml' } },
    },
  ])('$name stay', async ({ metadata }) => {
    await store.create(object('dep', metadata));
    await start();
    expect(await exists(ref('dep'))).toBe(true);
  });
});

describe('events', () => {
  const event = (name: string, lastTimestamp?: string): Draft => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default' },
    ...(lastTimestamp === undefined ? {} : { lastTimestamp }),
  });

  it('go an hour after they were last seen', async () => {
    await start();
    await store.create(event('old'));
    await clock.advance(eventAgeMs / 2);
    await store.create(event('young', '2026-01-01T00:00:00Z'));
    await store.create(event('repeated', '2026-01-01T00:30:00Z'));
    await clock.advance(eventAgeMs / 2 + 120_000);
    await quiet();
    const left = (await store.list('Event')).items.map(({ metadata }) => metadata.name);
    expect(left).toEqual(['repeated', 'young']);
  });
});
