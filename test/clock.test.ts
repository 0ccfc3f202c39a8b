import { expect, it } from 'vitest';
import { FakeClock } from './clock.ts';

it('runs due timers in order of time, those of one instant in order of their making', async () => {
  const clock = new FakeClock(0);
  const ran: string[] = [];
  clock.timer(20, () => ran.push('late'));
  clock.timer(10, () => ran.push('first'));
  clock.timer(10, () => ran.push('second'));
  clock.timer(21, () => ran.push('never'));

  await clock.advance(20);

  expect(ran).toEqual(['first', 'second', 'late']);
  expect(clock.now()).toBe(20);
  expect(clock.pending).toEqual([21]);
});

it('shows each timer its own instant, and runs timers made meanwhile', async () => {
  const clock = new FakeClock(0);
  const at: number[] = [];
  const again = () => {
    at.push(clock.now());
    if (at.length < 3) clock.timer(5, again);
  };
  clock.timer(5, again);

  await clock.advanceTo(100);

  expect(at).toEqual([5, 10, 15]);
  expect(clock.now()).toBe(100);
});

it('lets promises settle between two timers', async () => {
  const clock = new FakeClock(0);
  const seen: string[] = [];
  clock.timer(1, () => {
    Promise.resolve()
      .then(() => Promise.resolve())
      .then(
        () => seen.push('after the first'),
        () => seen.push('never'),
      );
  });
  clock.timer(2, () => seen.push('second'));

  await clock.advance(2);

  expect(seen).toEqual(['after the first', 'second']);
});

it('forgets a timer that was cancelled', async () => {
  const clock = new FakeClock(0);
  const ran: string[] = [];
  const cancel = clock.timer(1, () => ran.push('cancelled'));

  cancel();
  cancel();
  await clock.advance(5);

  expect(ran).toEqual([]);
  expect(clock.pending).toEqual([]);
});

it('never goes back', async () => {
  const clock = new FakeClock(10);

  await clock.advanceTo(5);

  expect(clock.now()).toBe(10);
});
