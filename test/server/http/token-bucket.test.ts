import { describe, expect, it } from 'vitest';
import { tokenBuckets } from '../../../controller/server/http/token-bucket.ts';

describe('token buckets', () => {
  it('lets a burst through and then the rate', () => {
    let now = 0;
    const buckets = tokenBuckets(2, 3, () => now);

    const burst = [buckets.take('a'), buckets.take('a'), buckets.take('a'), buckets.take('a')];
    now = 499;
    const early = buckets.take('a');
    now = 500;
    const refilled = [buckets.take('a'), buckets.take('a')];

    expect({ burst, early, refilled }).toEqual({
      burst: [true, true, true, false],
      early: false,
      refilled: [true, false],
    });
  });

  it('counts each key on its own', () => {
    const buckets = tokenBuckets(1, 1, () => 0);
    expect([buckets.take('a'), buckets.take('b'), buckets.take('a')]).toEqual([true, true, false]);
  });

  it('keeps a bounded number of keys', () => {
    const buckets = tokenBuckets(1, 1, () => 0, 2);
    for (const key of ['a', 'b', 'c']) buckets.take(key);
    expect([buckets.take('c'), buckets.take('a')]).toEqual([false, true]);
  });
});
