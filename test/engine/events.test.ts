import { expect, it } from 'vitest';
import { Events } from '../../controller/engine/events.ts';
import { apiVersion } from '../../controller/model/object.ts';
import { memoryStore } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';

const minute = 60_000;

async function world() {
  const clock = new FakeClock();
  let id = 0;
  const store = memoryStore({ clock, ids: () => `uid-${++id}` });
  const events = new Events(store, clock);
  const object = await store.create({
    apiVersion,
    kind: 'JobDefinition',
    metadata: { name: 'hello', namespace: 'default' },
    spec: {},
  });
  const list = async () =>
    (await store.list('Event')).items.map(({ reason, message, type, count }) => ({ reason, message, type, count }));
  return { clock, store, events, object, list };
}

const created = { type: 'Normal', reason: 'Created', message: 'created job definition hello' } as const;

it('joins repeats of an occurrence and keeps different ones apart', async () => {
  const { clock, events, object, list, store } = await world();

  await events.record(object, created);
  await clock.advance(5 * minute);
  await events.record(object, created);
  await events.record(object, { ...created, reason: 'Changed' });

  expect(await list()).toEqual(
    expect.arrayContaining([
      { ...created, count: 2 },
      { ...created, reason: 'Changed', count: 1 },
    ]),
  );
  const [event] = (await store.list('Event')).items.filter(({ count }) => count === 2);
  expect(event?.['involvedObject']).toMatchObject({
    kind: 'JobDefinition',
    namespace: 'default',
    name: 'hello',
    uid: object.metadata.uid,
  });
  expect([event?.['firstTimestamp'], event?.['lastTimestamp']]).toEqual([
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:05:00Z',
  ]);
});

it('deletes events an hour after they were last seen', async () => {
  const { clock, events, object, list } = await world();
  await events.record(object, created);
  await events.record(object, { ...created, reason: 'Changed' });
  await clock.advance(50 * minute);
  await events.record(object, created);
  await clock.advance(20 * minute);

  await events.expire();

  expect(await list()).toEqual([{ ...created, count: 2 }]);
});
