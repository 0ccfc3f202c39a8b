import { expect, it } from 'vitest';
import { RateLimits } from '../../controller/aws/rate-limits.ts';
import { FakeClock, settled } from '../clock.ts';

const open = new AbortController().signal;
const rates = [{ operation: /./, perSecond: 10, burst: 5 }];

function limits() {
  const clock = new FakeClock();
  const all = new RateLimits(clock, rates);
  const admitted: string[] = [];
  const enter = (name: string, { urgent = false, scope = 'a', operation = 'Register', signal = open } = {}) =>
    all.enter(scope, 'batch', operation, urgent, signal).then(
      () => void admitted.push(name),
      () => void admitted.push(`${name} left`),
    );
  return { clock, all, admitted, enter };
}

it('lets a burst through, then the rate', async () => {
  const { clock, admitted, enter } = limits();
  for (let call = 1; call <= 30; call++) void enter(`${call}`);

  await settled();
  expect(admitted.length).toBe(5);
  await clock.advance(1_000);
  expect(admitted.length).toBe(15);
  await clock.advance(1_500);
  expect(admitted).toEqual(Array.from({ length: 30 }, (_, index) => `${index + 1}`));
  expect(clock.pending).toEqual([]);
});

it('lets people go before resyncs, and keeps the order among equals', async () => {
  const { clock, admitted, enter } = limits();
  for (let call = 1; call <= 8; call++) void enter(`resync ${call}`);
  void enter('user 1', { urgent: true });
  void enter('user 2', { urgent: true });

  await clock.advance(500);

  expect(admitted.slice(5)).toEqual(['user 1', 'user 2', 'resync 6', 'resync 7', 'resync 8']);
});

it('halves when throttled, once for all answers under way, and comes back', async () => {
  const { clock, all, enter } = limits();
  void enter('first');
  await settled();
  const rate = () => all.state[0]?.perSecond;

  all.throttled('a', 'batch', 'Register');
  all.throttled('a', 'batch', 'Register');
  expect(rate()).toBe(5);
  await clock.advance(1_000);
  all.throttled('a', 'batch', 'Register');
  expect(rate()).toBeCloseTo(2.625);
  await clock.advance(100_000);
  void enter('later');
  await settled();
  expect(rate()).toBe(10);
});

it('never stops altogether', async () => {
  const { clock, all, admitted, enter } = limits();
  for (let time = 0; time < 20; time++) {
    all.throttled('a', 'batch', 'Register');
    await clock.advance(1_000);
  }
  void enter('still');
  await clock.advance(5_000);

  expect(admitted).toEqual(['still']);
});

it('keeps accounts and operations apart', async () => {
  const { admitted, enter } = limits();
  for (let call = 0; call < 5; call++) void enter('mine');
  void enter('other account', { scope: 'b' });
  void enter('other operation', { operation: 'Describe' });

  await settled();

  expect(admitted).toContain('other account');
  expect(admitted).toContain('other operation');
});

it('lets somebody who gives up leave the line without taking a turn', async () => {
  const { clock, admitted, enter } = limits();
  const giving = new AbortController();
  for (let call = 0; call < 5; call++) void enter('burst');
  void enter('impatient', { signal: giving.signal });
  void enter('patient');
  await settled();

  giving.abort(new Error('enough'));
  await clock.advance(100);

  expect(admitted.slice(5)).toEqual(['impatient left', 'patient']);
});
