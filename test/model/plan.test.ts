import { describe, expect, it } from 'vitest';
import { Unknown } from '../../controller/model/declared.ts';
import { creation, repairs } from '../../controller/model/plan.ts';

interface Thing {
  readonly name?: unknown;
  readonly size?: unknown;
  readonly limit?: unknown;
}

// biome-ignore format: a table reads best in columns
const rows = [
  { want: 'name',   repair: 'immutable', because: 'choose another one' },
  { want: 'kind',   repair: 'immutable' },
  { want: 'size',   repair: 'update' },
  { want: 'limit',  repair: (_: Thing, had: Thing) => (Number(had.size) > 5 ? 'later' : 'update'), because: 'the size goes first' },
  { want: 'colour', repair: 'paint', unset: 'white' },
  { want: 'secret', repair: 'update', sensitive: true },
] as const;

const plan = (want: object, have: object) => repairs(rows, ['paint', 'update'], want, have);

describe('repairs', () => {
  it('finds nothing where nothing differs, and where nothing is wanted', () => {
    expect(plan({ size: 1 }, { size: 1, name: 'x', colour: 'white' })).toEqual({ action: 'none' });
  });

  it('puts the steps in the order of the operations', () => {
    expect(plan({ size: 2 }, { size: 1, colour: 'red' })).toEqual({
      action: 'apply',
      steps: [
        { op: 'paint', changes: [{ path: 'colour', want: 'white', have: 'red' }] },
        { op: 'update', changes: [{ path: 'size', want: 2, have: 1 }] },
      ],
    });
  });

  it('is blocked as a whole by an immutable difference, and says what to do about each', () => {
    expect(plan({ name: 'a', kind: 'k', size: 2 }, { name: 'b', kind: 'l', size: 1, colour: 'white' })).toEqual({
      action: 'block',
      reason: 'ImmutableField',
      message:
        'name, kind cannot be changed in place; choose another one; restore the earlier value, or delete and create again',
      changes: [
        { path: 'name', want: 'a', have: 'b' },
        { path: 'kind', want: 'k', have: 'l' },
      ],
    });
  });

  it('does first what can be done now, then waits for the rest', () => {
    const have = { size: 9, limit: 9, colour: 'white' };

    expect(plan({ size: 1, limit: 1 }, have)).toMatchObject({
      action: 'apply',
      steps: [{ op: 'update', changes: [{ path: 'size' }] }],
    });
    expect(plan({ limit: 1 }, have)).toEqual({
      action: 'wait',
      reason: 'InUse',
      message: 'limit cannot be changed yet; the size goes first',
      afterMs: 30_000,
    });
  });

  it('says nothing about what is not known yet', () => {
    expect(plan({ size: new Unknown('other') }, { size: 1, colour: 'white' })).toEqual({ action: 'none' });
  });

  it('shows that a sensitive value differs, not how', () => {
    expect(plan({ secret: 'a' }, { secret: 'b', colour: 'white' })).toEqual({
      action: 'apply',
      steps: [{ op: 'update', changes: [{ path: 'secret', sensitive: true }] }],
    });
  });
});

describe('creation', () => {
  it('lists what is wanted, with what it waits for', () => {
    expect(creation(rows, { size: 1, name: new Unknown('role') })).toEqual({
      op: 'create',
      changes: [
        { path: 'name', want: '(known after role)', have: undefined },
        { path: 'size', want: 1, have: undefined },
        { path: 'secret', sensitive: true },
      ],
    });
  });
});
