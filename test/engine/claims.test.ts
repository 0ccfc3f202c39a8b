import { beforeEach, describe, expect, it } from 'vitest';
import { Claims } from '../../controller/engine/claims.ts';
import type { Key } from '../../controller/model/object.ts';

const a: Key = 'JobDefinition/default/a';
const b: Key = 'JobDefinition/default/b';
const c: Key = 'JobDefinition/default/c';
const early = '2026-01-01T00:00:00Z';
const late = '2026-01-02T00:00:00Z';

let claims: Claims;
beforeEach(() => {
  claims = new Claims();
});

describe('who may create a name', () => {
  it.each([
    { what: 'the older one', order: [a, b] as const, times: { [a]: late, [b]: early }, rivalsOfA: [b], rivalsOfB: [] },
    {
      what: 'the same whatever the order',
      order: [b, a] as const,
      times: { [a]: late, [b]: early },
      rivalsOfA: [b],
      rivalsOfB: [],
    },
    {
      what: 'the smaller key among equals',
      order: [b, a] as const,
      times: { [a]: early, [b]: early },
      rivalsOfA: [],
      rivalsOfB: [a],
    },
  ])('is $what', ({ order, times, rivalsOfA, rivalsOfB }) => {
    for (const key of order) claims.set(key, times[key] ?? '', ['JobQueue:main']);

    expect([claims.rivals(a, 'JobQueue:main'), claims.rivals(b, 'JobQueue:main')]).toEqual([rivalsOfA, rivalsOfB]);
  });

  it('is everybody where nobody else claims the name', () => {
    claims.set(a, early, ['JobQueue:main']);
    claims.set(b, late, ['JobQueue:other']);

    expect([claims.rivals(b, 'JobQueue:other'), claims.rivals(b, 'JobQueue:unknown')]).toEqual([[], []]);
  });

  it('lists all with better right, the best first', () => {
    claims.set(c, '2026-01-03T00:00:00Z', ['JobQueue:main']);
    claims.set(b, late, ['JobQueue:main']);
    claims.set(a, early, ['JobQueue:main']);

    expect(claims.rivals(c, 'JobQueue:main')).toEqual([a, b]);
  });
});

describe('whose standing a change may touch', () => {
  it('is that of others who claim what was claimed or let go', () => {
    expect(claims.set(a, early, ['x', 'y'])).toEqual([]);
    expect(claims.set(b, late, ['x', 'z'])).toEqual([a]);
    expect(claims.set(c, late, ['z'])).toEqual([b]);
    expect(claims.set(b, late, ['x'])).toEqual([c]);
    expect(claims.rivals(c, 'z')).toEqual([]);
  });

  it('is nobody’s when the same is claimed again', () => {
    claims.set(a, early, ['x']);
    claims.set(b, late, ['x']);

    expect(claims.set(a, early, ['x'])).toEqual([]);
  });

  it('is that of all who shared a name with an object that went', () => {
    claims.set(a, early, ['x']);
    claims.set(b, late, ['x']);

    expect(claims.delete(a)).toEqual([b]);
    expect(claims.rivals(b, 'x')).toEqual([]);
    expect(claims.delete(a)).toEqual([]);
  });
});
