/** Lets `perSecond` uses through per second and `burst` at once, for each key on its own. */
export interface TokenBuckets {
  /** Takes one use; false when none is left. */
  take(key: string): boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets that refill with the time `now` tells in milliseconds. At most `keys` buckets are kept; full ones are dropped first. */
export function tokenBuckets(perSecond: number, burst: number, now: () => number, keys = 10_000): TokenBuckets {
  const buckets = new Map<string, Bucket>();

  function filled(bucket: Bucket, at: number): number {
    return Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
  }

  function makeRoom(at: number): void {
    for (const [key, bucket] of buckets) if (filled(bucket, at) >= burst) buckets.delete(key);
    const oldest = buckets.keys().next();
    if (buckets.size >= keys && !oldest.done) buckets.delete(oldest.value);
  }

  return {
    take(key) {
      const at = now();
      const bucket = buckets.get(key);
      if (bucket === undefined && buckets.size >= keys) makeRoom(at);
      const tokens = bucket === undefined ? burst : filled(bucket, at);
      if (tokens < 1) return false;
      buckets.set(key, { tokens: tokens - 1, at });
      return true;
    },
  };
}
