import { beforeEach, expect, it } from 'vitest';
import { Intents } from '../../controller/engine/intents.ts';
import type { Store } from '../../controller/store/contract.ts';
import { memoryStore } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';

const key = 'BatchEnvironment/default/blog';
const blue = { id: 'computeEnvironment/main', resource: 'ComputeEnvironment', name: 'blog-main-1' };
const green = { ...blue, name: 'blog-main-2' };

let clock: FakeClock;
let store: Store;
let intents: Intents;
beforeEach(() => {
  clock = new FakeClock();
  let ids = 0;
  store = memoryStore({ clock, ids: () => `uid-${ids++}` });
  intents = new Intents(store, clock);
});

async function afterRestart(): Promise<Intents> {
  const next = new Intents(store, clock);
  await next.load();
  return next;
}

it('is remembered across a restart until it is closed', async () => {
  await intents.open(key, blue, 'create');
  await clock.advance(5_000);
  const next = await afterRestart();

  expect(next.startedAt(key, blue)).toBe(clock.now() - 5_000);
  expect(next.of(key)).toEqual([{ object: key, ...blue, startedAt: clock.now() - 5_000 }]);
  await next.close(key, blue);
  expect(next.startedAt(key, blue)).toBeUndefined();
  expect((await afterRestart()).of(key)).toEqual([]);
});

it('is about one AWS name: another name under the same id is another intent', async () => {
  await intents.open(key, blue, 'create');
  await intents.open(key, green, 'create');
  await intents.close(key, blue);

  expect(intents.of(key).map(({ name }) => name)).toEqual(['blog-main-2']);
});

it('is about one object', async () => {
  await intents.open(key, blue, 'create');

  expect(intents.of('BatchEnvironment/default/other')).toEqual([]);
  expect(intents.startedAt('BatchEnvironment/default/other', blue)).toBeUndefined();
});

it('can be closed twice, and after somebody else has deleted it', async () => {
  await intents.open(key, blue, 'create');
  const next = await afterRestart();
  await next.close(key, blue);

  await expect(intents.close(key, blue)).resolves.toBeUndefined();
  await expect(intents.close(key, blue)).resolves.toBeUndefined();
});
