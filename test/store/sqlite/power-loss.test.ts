import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ref } from '../drafts.ts';
import { freshDirectory, opened } from './directories.ts';
import { afterPowerCut, type Step, steps } from './traced-writes.ts';

/** More rounds on demand: `POWER_ROUNDS=200 vitest run test/store/sqlite/power-loss.test.ts`. */
const rounds = Number(process.env['POWER_ROUNDS'] ?? 20);

const strace = ['-c', 'exec strace "$@"', 'sh'];
const canTrace = spawnSync('sh', [...strace, '-o', '/dev/null', 'true']).status === 0;

/** What a writer did, from its start to its orderly stop. */
function traced(directory: string, updates: number): readonly Step[] {
  mkdirSync(dirname(directory), { recursive: true });
  const output = `${directory}.trace`;
  const traceOf = [
    '-y',
    '-xx',
    '-s',
    '1000000',
    '-e',
    'trace=pwrite64,write,fsync,fdatasync,ftruncate,unlink',
    '-o',
    output,
  ];
  const command = [
    process.execPath,
    fileURLToPath(new URL('./writer.ts', import.meta.url)),
    directory,
    String(updates),
  ];
  const { status, stderr } = spawnSync('sh', [...strace, ...traceOf, ...command], { encoding: 'utf8', maxBuffer: 1e9 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return steps(readFileSync(output, 'utf8'), directory);
}

/** Numbers from 0 up to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function acknowledgedIn(taken: readonly Step[]): Map<string, number> {
  const said = taken.map(step => (step.type === 'said' ? step.text : '')).join('');
  return new Map(
    said
      .split('\n')
      .filter(Boolean)
      .map(line => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  );
}

describe.skipIf(!canTrace)('a power cut', () => {
  it(`loses nothing that was acknowledged, ${rounds} times`, { timeout: 60_000 + rounds * 2000 }, async () => {
    const all = traced(freshDirectory(), 60);
    const firstSaid = all.findIndex(step => step.type === 'said');
    expect(firstSaid).toBeGreaterThan(10);
    for (let round = 0; round < rounds; round++) {
      const random = seeded(round);
      const taken = all.slice(0, firstSaid + 1 + Math.floor(random() * (all.length - firstSaid)));
      const directory = freshDirectory();
      mkdirSync(directory);
      for (const [file, content] of afterPowerCut(taken, random)) writeFileSync(join(directory, file), content);

      const store = await opened(directory);

      expect({ round, lost: store.lost, quarantined: store.quarantined() }).toEqual({
        round,
        lost: undefined,
        quarantined: [],
      });
      for (const [name, value] of acknowledgedIn(taken)) {
        const held = Number((await store.get(ref(name)))?.spec?.['value']);
        expect(held, `${name} in round ${round}`).toBeGreaterThanOrEqual(value);
      }
      expect(await store.scrub()).toMatchObject({ repaired: 0, removed: 0, left: 0 });
      await store.close();
    }
  });
});

describe('the model of a power cut', () => {
  const write = (position: number, text: string): Step => ({
    type: 'write',
    file: 'f',
    position,
    data: Buffer.from(text),
  });

  it('keeps what was synced and may lose the rest', () => {
    const taken = [write(0, 'aaaa'), { type: 'sync', file: 'f' } as const, write(2, 'bb')];

    const contents = Array.from({ length: 50 }, (_, seed) => afterPowerCut(taken, seeded(seed)).get('f')?.toString());

    expect(new Set(contents)).toEqual(new Set(['aaaa', 'aabb']));
  });

  it('reads what strace writes', () => {
    const hex = (text: string): string => Buffer.from(text).toString('hex').replaceAll(/../g, '\\x$&');
    const trace = [
      `pwrite64(21<${hex('/d/store.db-wal')}>, "${hex('ab')}", 2, 32) = 2`,
      `write(1<${hex('pipe:[1]')}>, "${hex('hi')}", 2)  = 2`,
      `write(2<${hex('/dev/null')}>, "${hex('hi')}", 2)  = 2`,
      `fdatasync(21<${hex('/d/store.db-wal')}>)  = 0`,
      `ftruncate(20<${hex('/d/store.db')}>, 4096) = 0`,
      `unlink("${hex('/d/x')}") = 0`,
      `pwrite64(21<${hex('/other')}>, "${hex('a')}", 1, 0) = 1`,
      '+++ exited with 0 +++',
    ].join('\n');

    expect(steps(trace, '/d')).toEqual([
      { type: 'write', file: 'store.db-wal', position: 32, data: Buffer.from('ab') },
      { type: 'said', text: 'hi' },
      { type: 'sync', file: 'store.db-wal' },
      { type: 'truncate', file: 'store.db', size: 4096 },
      { type: 'remove', file: 'x' },
    ]);
  });
});
