import { beforeEach, expect, it } from 'vitest';
import { type Budget, type Place, Rounds } from '../../controller/engine/rounds.ts';
import { FakeClock } from '../clock.ts';

const minute = 60_000;
const unlimited: Budget = { delay: (_, askedMs) => askedMs };

let clock: FakeClock;
let begun: (readonly [place: Place, minute: number])[];
let start: number;
beforeEach(() => {
  clock = new FakeClock();
  start = clock.now();
  begun = [];
});

function rounds(budget: Budget = unlimited): Rounds {
  const made = new Rounds(
    clock,
    () => 0.5,
    10 * minute,
    budget,
    place => void begun.push([place, (clock.now() - start) / minute]),
  );
  made.start();
  return made;
}

it('begins a round of every place in every interval, places met later in step with the rest', async () => {
  const all = rounds();
  await clock.advance(minute);
  all.meet('a');
  all.meet('a');
  expect([all.startedAt('a'), all.nextAt('a')]).toEqual([start, start + 10 * minute]);

  await clock.advance(20 * minute);
  expect(begun).toEqual([
    [undefined, 10],
    ['a', 10],
    [undefined, 20],
    ['a', 20],
  ]);
  expect(all.startedAt('a')).toBe(start + 20 * minute);
  expect(all.startedAt('somewhere else')).toBe(all.startedAt(undefined));
});

it('spreads the rounds of a place whose budget is nearly spent, and of no other', async () => {
  const all = rounds({ delay: (scope, askedMs) => (scope === 'busy' ? askedMs * 3 : askedMs) });
  all.meet('busy');
  all.meet('calm');
  await clock.advance(30 * minute);

  expect(begun.filter(([place]) => place === 'busy')).toEqual([['busy', 30]]);
  expect(begun.filter(([place]) => place === 'calm').length).toBe(3);
});

it('puts off a round that is due while there is no room', async () => {
  let wait = 7 * minute;
  const all = rounds({ delay: (_, askedMs) => (askedMs === 0 ? wait : askedMs) });
  all.meet('a');
  await clock.advance(10 * minute);
  expect(all.nextAt('a')).toBe(start + 17 * minute);

  wait = 0;
  await clock.advance(7 * minute);
  expect(begun.filter(([place]) => place === 'a')).toEqual([['a', 17]]);
});

it('stops', async () => {
  const all = rounds();
  all.meet('a');
  all.close();
  await clock.advance(60 * minute);

  expect([begun, clock.pending]).toEqual([[], []]);
});
