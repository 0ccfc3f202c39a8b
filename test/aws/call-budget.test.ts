import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallBudget } from '../../controller/aws/call-budget.ts';
import { FakeClock } from '../clock.ts';

const minute = 60_000;
const hour = 60 * minute;

function budget(perHour: number) {
  const clock = new FakeClock();
  const all = new CallBudget(() => clock.now(), perHour);
  const spend = (calls: number, scope = 'a') => {
    for (let call = 0; call < calls; call++) all.spend(scope);
  };
  return { clock, all, spend };
}

it.each([
  { spent: 0, share: 1, delay: 10 },
  { spent: 49, share: 1, delay: 10 },
  { spent: 50, share: 1, delay: 10 },
  { spent: 75, share: 1, delay: 20 },
  { spent: 95, share: 1, delay: 60 },
  { spent: 40, share: 0.8, delay: 10 },
  { spent: 60, share: 0.8, delay: 20 },
  { spent: 100, share: 1, delay: 60 },
  { spent: 300, share: 1, delay: 60 },
  { spent: 80, share: 0.8, delay: 60 },
])('with $spent of 100 calls spent and a share of $share, 10 minutes become $delay', ({ spent, share, delay }) => {
  const { all, spend } = budget(100);
  spend(spent);

  expect(all.delay('a', 10 * minute, share) / minute).toBeCloseTo(delay, 0);
});

it('counts an account and Region by itself, and forgets after an hour', async () => {
  const { clock, all, spend } = budget(100);
  spend(100);
  await clock.advance(10 * minute);
  spend(30);
  expect([...all.spent]).toEqual([['a', 130]]);
  expect(all.delay('b', minute, 1)).toBe(minute);
  expect(all.delay('a', minute, 1)).toBeLessThanOrEqual(50 * minute);

  await clock.advance(50 * minute + minute);
  expect(all.spent.get('a')).toBe(30);
  expect(all.delay('a', minute, 1)).toBe(minute);
  await clock.advance(hour);
  expect(all.spent.get('a')).toBe(0);
});

it('keeps something that is looked at for ever within the budget of every hour', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 100, max: 1_000 }),
      fc.integer({ min: 1, max: 30 }),
      async (calls, perHour, askedMinutes) => {
        const { clock, all, spend } = budget(perHour);
        for (let look = 0; look < 200; look++) {
          spend(calls);
          expect(all.spent.get('a')).toBeLessThan(perHour + calls);
          await clock.advance(all.delay('a', askedMinutes * minute, 1));
        }
      },
    ),
  );
});

it('lets somebody who looks cheaply look as often as asked', () => {
  const { all, spend } = budget(10_000);
  spend(60);

  expect(all.delay('a', 10 * minute, 0.8)).toBe(10 * minute);
});
