import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { priorities, WorkQueue } from '../../controller/engine/queue.ts';
import type { Key } from '../../controller/model/object.ts';
import { FakeClock, settled } from '../clock.ts';

const second = 1_000;
const minute = 60 * second;
const key = (name: string): Key => `JobDefinition/default/${name}`;

let clock: FakeClock;
let queue: WorkQueue;
beforeEach(() => {
  clock = new FakeClock();
  queue = new WorkQueue(clock, () => 1);
});

/** What is due now, in the order in which it would be worked on. */
async function drain(): Promise<readonly string[]> {
  const taken: string[] = [];
  while (queue.due > 0) {
    const next = await queue.take();
    if (next === undefined) break;
    taken.push(next.split('/')[2] ?? '');
    queue.done(next);
  }
  return taken;
}

describe('who goes first', () => {
  it('is the highest priority, the longest due among equals', async () => {
    queue.add(key('resync'), priorities.resync);
    queue.add(key('first'), priorities.retry);
    queue.add(key('second'), priorities.retry);
    queue.add(key('user'), priorities.user);
    queue.add(key('deletion'), priorities.deletion);

    expect(await drain()).toEqual(['user', 'deletion', 'first', 'second', 'resync']);
  });

  it('counts the time since a key fell due, not since it was added', async () => {
    queue.add(key('added first, due second'), priorities.retry, 20 * second);
    queue.add(key('added second, due first'), priorities.retry, 10 * second);
    await clock.advance(minute);

    expect(await drain()).toEqual(['added second, due first', 'added first, due second']);
  });

  it('is a resync after it waited long enough: nothing starves', async () => {
    queue.add(key('old'), priorities.resync);
    await clock.advance(20 * minute);
    queue.add(key('user'), priorities.user);

    expect(await drain()).toEqual(['old', 'user']);
  });

  it.each([
    { waited: 9 * minute, order: ['retry', 'old'] },
    { waited: 10 * minute, order: ['old', 'retry'] },
  ])('is decided by half a level every five minutes: after $waited ms', async ({ waited, order }) => {
    queue.add(key('old'), priorities.resync);
    await clock.advance(waited);
    queue.add(key('retry'), priorities.retry);

    expect(await drain()).toEqual(order);
  });
});

describe('a key that is added twice', () => {
  it('waits once, for the soonest of its due times', async () => {
    queue.add(key('a'), priorities.retry, 10 * second);
    queue.add(key('a'), priorities.retry, 5 * second);
    queue.add(key('a'), priorities.retry, 20 * second);

    await clock.advance(5 * second);
    expect([await drain(), queue.depth]).toEqual([['a'], 0]);
    await clock.advance(minute);
    expect(await drain()).toEqual([]);
  });

  it('keeps the highest of its priorities', async () => {
    queue.add(key('a'), priorities.resync);
    queue.add(key('b'), priorities.retry);
    queue.add(key('a'), priorities.user);
    queue.add(key('a'), priorities.resync);

    expect(await drain()).toEqual(['a', 'b']);
  });

  it('keeps its place in the waiting line when only its priority rises', async () => {
    queue.add(key('a'), priorities.retry);
    await clock.advance(second);
    queue.add(key('b'), priorities.user);
    queue.add(key('a'), priorities.user);

    expect(await drain()).toEqual(['a', 'b']);
  });
});

describe('a key in work', () => {
  it('is handed out again only when its work has ended', async () => {
    queue.add(key('a'), priorities.retry);
    const first = await queue.take();
    queue.add(key('a'), priorities.user);
    const again: (Key | undefined)[] = [];
    const second = queue.take().then(next => again.push(next));

    await clock.advance(minute);
    expect([first, again, queue.depth, queue.due, queue.working]).toEqual([key('a'), [], 1, 0, 1]);
    queue.done(key('a'));
    await second;

    expect([again, queue.depth, queue.working]).toEqual([[key('a')], 0, 1]);
  });

  it('keeps the queue from being idle', async () => {
    queue.add(key('a'), priorities.retry);
    await queue.take();

    expect(queue.idleUntil(clock.now())).toBe(false);
    queue.done(key('a'));
    expect(queue.idleUntil(Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});

describe('a waiting worker', () => {
  it('is woken when the soonest key falls due', async () => {
    const taken: (Key | undefined)[] = [];
    void queue.take().then(next => taken.push(next));
    queue.add(key('late'), priorities.user, 10 * second);
    queue.add(key('soon'), priorities.resync, 5 * second);

    await clock.advance(5 * second - 1);
    expect(taken).toEqual([]);
    await clock.advance(1);
    expect(taken).toEqual([key('soon')]);
  });

  it('is not woken early by a delay that timers cannot express', async () => {
    const taken: (Key | undefined)[] = [];
    void queue.take().then(next => taken.push(next));
    const days = 24 * 60 * minute;
    queue.add(key('a'), priorities.retry, 30 * days);

    await settled();
    expect(clock.pending.every(at => at - clock.now() <= 2 ** 31 - 1)).toBe(true);
    await clock.advance(30 * days - 1);
    expect(taken).toEqual([]);
    await clock.advance(1);
    expect(taken).toEqual([key('a')]);
  });

  it('gets nothing more once the queue is closed', async () => {
    const waiting = queue.take();
    queue.close();
    queue.add(key('a'), priorities.user);

    expect([await waiting, await queue.take(), queue.depth]).toEqual([undefined, undefined, 0]);
  });

  it('leaves no timer behind when the queue is closed', () => {
    void queue.take();
    queue.add(key('a'), priorities.user, minute);
    queue.close();

    expect(clock.pending).toEqual([]);
  });
});

describe('backoff', () => {
  const backoff = { baseMs: second, capMs: 10 * second };

  it('doubles up to the cap, and begins anew when the key did well', () => {
    const fail = () => queue.retry(key('a'), backoff);

    expect([fail(), fail(), fail(), fail(), fail(), fail()]).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    queue.forget(key('a'));
    expect(fail()).toBe(1_000);
  });

  it.each([
    { random: 0, delayMs: 500 },
    { random: 0.5, delayMs: 750 },
    { random: 1, delayMs: 1_000 },
  ])('is spread over its upper half: $random', ({ random, delayMs }) => {
    queue = new WorkQueue(clock, () => random);

    expect(queue.retry(key('a'), backoff)).toBe(delayMs);
  });

  it('stays at the cap after thousands of failures', () => {
    for (let i = 0; i < 5_000; i++) queue.retry(key('a'), backoff);

    expect(queue.retry(key('a'), backoff)).toBe(10_000);
  });
});

it('hands out 10,000 keys without looking at all of them each time', async () => {
  for (let i = 0; i < 10_000; i++) queue.add(key(`k${i}`), i % 2 ? priorities.resync : priorities.retry, i % 100);
  await clock.advance(minute);
  const before = process.cpuUsage();

  const taken = new Set(await drain());

  expect(taken.size).toBe(10_000);
  // A scan of all keys for each one handed out took 8 s of processor time; this takes some hundredths of a second.
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
});

/** The queue as one would write it without minding the cost. */
class Plain {
  readonly waiting: { key: Key; dueAt: number; priority: number; order: number }[] = [];
  readonly working = new Set<Key>();
  readonly handed: Key[] = [];
  takers = 0;
  #order = 0;

  add(name: Key, priority: number, dueAt: number, now: number): void {
    const found = this.waiting.find(entry => entry.key === name);
    if (!found) this.waiting.push({ key: name, dueAt, priority, order: this.#order++ });
    else if (dueAt < found.dueAt || priority > found.priority)
      Object.assign(found, {
        dueAt: Math.min(dueAt, found.dueAt),
        priority: Math.max(priority, found.priority),
        order: this.#order++,
      });
    this.dispatch(now);
  }

  done(name: Key, now: number): void {
    this.working.delete(name);
    const found = this.waiting.find(entry => entry.key === name);
    if (found) found.order = this.#order++;
    this.dispatch(now);
  }

  dispatch(now: number): void {
    const rank = (entry: { priority: number; dueAt: number }) =>
      entry.priority + 50 * Math.floor((now - entry.dueAt) / (5 * minute));
    while (this.takers > 0) {
      const [best] = this.waiting
        .filter(entry => entry.dueAt <= now && !this.working.has(entry.key))
        .sort((a, b) => rank(b) - rank(a) || a.dueAt - b.dueAt || a.order - b.order);
      if (!best) return;
      this.waiting.splice(this.waiting.indexOf(best), 1);
      this.working.add(best.key);
      this.handed.push(best.key);
      this.takers -= 1;
    }
  }
}

it('hands out what a queue without any cleverness would hand out', async () => {
  const name = fc.constantFrom(key('a'), key('b'), key('c'), key('d'), key('e'));
  const command = fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      key: name,
      priority: fc.constantFrom(...Object.values(priorities)),
      delayMs: fc.constantFrom(0, 0, second, minute, 7 * minute),
    }),
    fc.record({ do: fc.constant('take' as const) }),
    fc.record({ do: fc.constant('done' as const), which: fc.nat(4) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, second, 59 * second, minute, 6 * minute) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async commands => {
      clock = new FakeClock();
      queue = new WorkQueue(clock, () => 1);
      const plain = new Plain();
      const handed: Key[] = [];
      for (const step of commands) {
        if (step.do === 'add') {
          queue.add(step.key, step.priority, step.delayMs);
          plain.add(step.key, step.priority, clock.now() + step.delayMs, clock.now());
        } else if (step.do === 'take') {
          void queue.take().then(next => next !== undefined && handed.push(next));
          plain.takers += 1;
          plain.dispatch(clock.now());
        } else if (step.do === 'done') {
          const working = [...plain.working];
          const ended = working[step.which % Math.max(1, working.length)];
          if (ended === undefined) continue;
          queue.done(ended);
          plain.done(ended, clock.now());
        } else {
          const end = clock.now() + step.ms;
          // Time goes from one due time to the next, as it does for the timer that wakes the workers.
          for (;;) {
            const next = Math.min(end, ...plain.waiting.map(({ dueAt }) => dueAt).filter(at => at > clock.now()));
            await clock.advanceTo(next);
            plain.dispatch(clock.now());
            if (next === end) break;
          }
        }
        await settled();
        expect(handed).toEqual(plain.handed);
        expect([queue.depth, queue.working]).toEqual([plain.waiting.length, plain.working.size]);
        expect(queue.due).toBe(
          plain.waiting.filter(entry => entry.dueAt <= clock.now() && !plain.working.has(entry.key)).length,
        );
      }
      queue.close();
    }),
    { numRuns: 300 },
  );
});

it('tells when a waiting key is due, and nothing of one that does not wait', async () => {
  queue.add(key('a'), priorities.retry, 30 * second);
  queue.add(key('a'), priorities.resync, 10 * second);
  expect(queue.dueAt(key('a'))).toBe(clock.now() + 10 * second);

  await clock.advance(10 * second);
  await drain();
  expect([queue.dueAt(key('a')), queue.dueAt(key('b'))]).toEqual([undefined, undefined]);
});
