import { expect, it } from 'vitest';
import { Pause } from '../../controller/sources/pause.ts';
import { FakeClock } from '../clock.ts';

/** How long a pause of ten seconds lasts when hints come at these moments; before 0 means before it begins. */
async function lasts(hintsAt: readonly number[], ms = 10_000): Promise<number> {
  const clock = new FakeClock(0);
  const pause = new Pause(clock);
  for (const at of hintsAt) clock.timer(at, pause.hint);
  if (hintsAt.includes(0)) await clock.advance(0);
  let ended = Number.NaN;
  const waited = pause.wait(ms, new AbortController().signal).then(() => {
    ended = clock.now();
  });
  await clock.advance(60_000);
  await waited;
  return ended;
}

it.each([
  { name: 'its whole time without hints', hints: [], ms: 10_000, want: 10_000 },
  { name: 'until 200 ms after a hint', hints: [1000], ms: 10_000, want: 1200 },
  { name: 'until 200 ms after the last of some hints', hints: [1000, 1100, 1250], ms: 10_000, want: 1450 },
  {
    name: 'two seconds after the first of many hints at most',
    hints: Array.from({ length: 60 }, (_, row) => 1000 + row * 100),
    ms: 10_000,
    want: 3000,
  },
  { name: 'never longer for a hint', hints: [250], ms: 300, want: 300 },
  { name: '200 ms after a hint that came before', hints: [0], ms: 10_000, want: 200 },
])('lasts $name', async ({ hints, ms, want }) => {
  expect(await lasts(hints, ms)).toBe(want);
});

it('ends at once when it is aborted, before or meanwhile, and leaves no timer', async () => {
  const clock = new FakeClock();
  const pause = new Pause(clock);
  const stop = new AbortController();
  const waited = pause.wait(10_000, stop.signal);

  stop.abort();
  await waited;
  await pause.wait(10_000, stop.signal);

  expect(clock.pending).toEqual([]);
});

it('forgets the hints of the pause before', async () => {
  const clock = new FakeClock(0);
  const pause = new Pause(clock);
  const { signal } = new AbortController();
  const first = pause.wait(10_000, signal);
  pause.hint();
  await clock.advance(200);
  await first;

  const second = pause.wait(10_000, signal);
  await clock.advance(9999);

  expect(clock.pending).toEqual([10_200]);
  await clock.advance(1);
  await second;
});
