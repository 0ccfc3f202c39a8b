import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../../controller/model/object.ts';
import { FakeClock } from '../../clock.ts';
import { draft, ref, versionOf } from '../drafts.ts';
import { follow } from '../follow.ts';
import { freshDirectory, opened } from './directories.ts';
import { shortHistory } from './short-history.ts';

/** More rounds on demand: `KILL_ROUNDS=1000 vitest run test/store/sqlite/kill.test.ts`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 30);

interface Acknowledged {
  readonly value: number;
  readonly version: number;
}

/** Runs a writer until it has acknowledged so many writes, kills it, and answers the newest one of each object. */
async function killed(directory: string, writes: number): Promise<Map<string, Acknowledged>> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./writer.ts', import.meta.url)), directory]);
  let output = '';
  let errors = '';
  child.stderr.on('data', chunk => {
    errors += chunk;
  });
  child.stdout.on('data', chunk => {
    output += chunk;
    if (output.split('\n').length > writes) child.kill('SIGKILL');
  });
  const signal = await new Promise(resolve => child.once('close', (_, closedBy) => resolve(closedBy)));
  expect(errors).toBe('');
  expect(signal).toBe('SIGKILL');
  const newest = new Map<string, Acknowledged>();
  for (const line of output.split('\n').slice(0, -1)) {
    const [name = '', value, version] = line.split(' ');
    newest.set(name, { value: Number(value), version: Number(version) });
  }
  return newest;
}

function isWhole({ spec }: ApiObject): boolean {
  const value = Number(spec?.['value']);
  return spec?.['copy'] === value && (value === 0 || String(spec?.['padding']).length === value % 5000);
}

describe('kill -9 of a process that writes', () => {
  it(`loses nothing that was acknowledged and tears nothing, ${rounds} times`, { timeout: rounds * 5000 }, async () => {
    const directory = freshDirectory();
    let version = 0;
    for (let round = 0; round < rounds; round++) {
      const newest = await killed(directory, 1 + ((round * 37) % 200));
      const store = await opened(directory, new FakeClock(), shortHistory);
      expect(store.lost).toBeUndefined();
      expect(store.quarantined()).toEqual([]);
      const { items, resourceVersion } = await store.list('JobDefinition');
      const writers = items.filter(({ metadata }) => /^w-\d$/.test(metadata.name));
      expect(writers).toHaveLength(8);
      expect(writers.filter(object => !isWhole(object))).toEqual([]);
      for (const [name, acknowledged] of newest) {
        const held = await store.get(ref(name));
        const value = Number(held?.spec?.['value']);
        expect([acknowledged.value, acknowledged.value + 1]).toContain(value);
        expect(Number(resourceVersion)).toBeGreaterThanOrEqual(acknowledged.version);
      }
      await expectWholeHistory(store, version || Number(resourceVersion) - 5, Number(resourceVersion));
      expect(await store.scrub()).toMatchObject({ repaired: 0, removed: 0, left: 0 });
      version = versionOf(await store.create(draft(`round-${round}`)));
      await store.close();
    }
  });
});

async function expectWholeHistory(store: Awaited<ReturnType<typeof opened>>, from: number, to: number): Promise<void> {
  const watch = follow(store, { since: String(from) });
  const events = await watch.take(to - from);
  await watch.stop();
  const versions = events.map(event => ('object' in event ? versionOf(event.object) : 0));
  expect(versions).toEqual(Array.from({ length: to - from }, (_, count) => from + count + 1));
}
