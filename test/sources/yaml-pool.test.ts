import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../controller/model/clock.ts';
import { positionOf } from '../../controller/sources/yaml-node.ts';
import { YamlPool, type YamlPoolOptions } from '../../controller/sources/yaml-pool.ts';
import { FakeClock } from '../clock.ts';
import { bombs } from './bombs.ts';
import { kinds, widget } from './kinds.ts';

/** A worker that misbehaves for the files named loop, memory and exit, and answers every other one. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ file }) => {
      if (file === 'loop') for (;;);
      if (file === 'memory') for (const all = []; ; ) all.push(new Array(10000).fill(file + all.length));
      if (file === 'exit') process.exit(1);
      if (file === 'throw') throw new Error('secret');
      parentPort.postMessage({ result: { manifests: [], problems: [], claims: [], unreadable: false } });
    });
    parentPort.postMessage({ ready: true });
  `)}`,
);

function pool(options: Partial<YamlPoolOptions> = {}): YamlPool {
  const pool = new YamlPool({ clock: new FakeClock(), kinds, ...options });
  onTestFinished(() => pool.close());
  return pool;
}

/** A clock whose first timer a test can let go off. */
function scriptedClock() {
  const { promise, resolve } = Promise.withResolvers<() => void>();
  const clock: Clock = {
    now: () => 0,
    timer: (_delayMs, run) => {
      resolve(run);
      return () => undefined;
    },
  };
  return { clock, firstTimer: promise };
}

describe('YamlPool', () => {
  it('reads files in another thread, in order, with types and positions', async () => {
    const parser = pool();
    const texts = [widget('a', 'count: 1'), widget('b', 'count: "1"'), widget('c', 'text: "007"')];

    const results = await Promise.all(texts.map((text, index) => parser.parse(Buffer.from(text), `${index}.yaml`)));

    expect(results.map(({ manifests }) => manifests.map(({ object }) => object.spec))).toEqual([
      [{ count: 1 }],
      [],
      [{ text: '007' }],
    ]);
    expect(results[1]?.problems).toEqual([
      { file: '1.yaml', line: 6, column: 10, path: 'spec.count', message: 'must be an integer without quotes' },
    ]);
    const document = results[2]?.manifests[0]?.document;
    expect(document && positionOf(document, ['spec', 'text'])).toEqual({ line: 6, column: 9 });
  });

  it('gives up on a file after the deadline and reads the next one', async () => {
    const { clock, firstTimer } = scriptedClock();
    const parser = pool({ clock, program });
    const stuck = parser.parse(Buffer.from('x'), 'loop');
    const next = parser.parse(Buffer.from('x'), 'fine');

    (await firstTimer)();

    const message = 'reading took longer than 2000 ms';
    const problems = [{ file: 'loop', line: 1, column: 1, path: '', message }];
    expect(await stuck).toEqual({ manifests: [], problems, claims: [], unreadable: true, retry: true });
    expect((await next).problems).toEqual([]);
  });

  it.each([
    { file: 'memory', message: 'reading it needs too much memory, or the reader failed' },
    { file: 'throw', message: 'reading it needs too much memory, or the reader failed' },
    { file: 'exit', message: 'the reader ended unexpectedly' },
  ])('survives a worker that ends by $file', async ({ file, message }) => {
    const parser = pool({ program, heapMib: 16 });

    const [broken, next] = await Promise.all([
      parser.parse(Buffer.from('x'), file),
      parser.parse(Buffer.from('x'), 'fine'),
    ]);

    expect(broken.problems.map(problem => problem.message)).toEqual([message]);
    expect(broken.unreadable).toBe(true);
    expect(next.problems).toEqual([]);
  });

  it('fails files, not the process, when no worker can start', async () => {
    const parser = pool({ program: new URL('data:text/javascript,throw new Error("no")') });

    const results = await Promise.all(['a', 'b'].map(file => parser.parse(Buffer.from('x'), file)));

    expect(results.map(({ unreadable }) => unreadable)).toEqual([true, true]);
  });

  it('answers everything that still waits when it is closed', async () => {
    const { clock, firstTimer } = scriptedClock();
    const parser = pool({ clock, program });
    const running = parser.parse(Buffer.from('x'), 'loop');
    const waiting = parser.parse(Buffer.from('x'), 'fine');
    await firstTimer;

    await parser.close();

    expect((await Promise.all([running, waiting])).map(({ unreadable }) => unreadable)).toEqual([true, true]);
    expect((await parser.parse(Buffer.from('x'), 'late')).unreadable).toBe(true);
  });

  it('rejects everything made to exhaust it and goes on', async () => {
    const parser = pool();
    const inputs = bombs.map(({ text }) => Buffer.from(text()));

    const results = await Promise.all(inputs.map(bytes => parser.parse(bytes, 'f')));
    const { problems } = await parser.parse(Buffer.from(widget('a')), 'f');

    expect(results.filter(({ problems }) => problems.length === 0)).toEqual([]);
    expect(problems).toEqual([]);
  });
});
