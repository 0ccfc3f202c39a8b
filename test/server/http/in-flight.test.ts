import { describe, expect, it } from 'vitest';
import { inFlight } from '../../../controller/server/http/in-flight.ts';

describe('in-flight limits', () => {
  it('refuses what is over the limit of its class and takes it when one has ended', () => {
    const limits = inFlight({ read: 1, write: 1 });
    const end = limits.enter('read');
    const full = limits.enter('read');
    const other = limits.enter('write');
    end?.();
    end?.();
    expect({ full, other: typeof other, count: limits.count('read') }).toEqual({
      full: undefined,
      other: 'function',
      count: 0,
    });
    expect(typeof limits.enter('read')).toBe('function');
  });
});
