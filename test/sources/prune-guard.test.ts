import { describe, expect, it } from 'vitest';
import {
  freshGuard,
  type GuardInput,
  type GuardLimits,
  type GuardMemory,
  guardLimits,
  type Owned,
  pruneGuard,
} from '../../controller/sources/prune-guard.ts';

const rest = 5000;

function owned(name: string, more: Partial<Owned> & { readonly root?: string } = {}): Owned {
  const { root = 'm', ...others } = more;
  const ref = { kind: 'Widget', namespace: 'default', name };
  return { key: `Widget/default/${name}`, ref, file: { root, path: `${name}.yaml` }, keep: false, ...others };
}

function many(count: number, root = 'm'): readonly Owned[] {
  return Array.from({ length: count }, (_, row) => owned(`${root}${row}`, { root }));
}

interface Scenario {
  readonly inventory: readonly Owned[];
  /** Names that no file declares. */
  readonly missing: readonly string[];
  readonly input?: Partial<GuardInput>;
  readonly limits?: Partial<GuardLimits>;
}

/** The answers of a guard that looks at these moments, as `name action rule`. */
function looks(
  scenario: Scenario,
  times: readonly number[],
  memory: GuardMemory = freshGuard,
): readonly (readonly string[])[] {
  let guard = memory;
  return times.map(now => {
    const answer = pruneGuard(guard, inputOf(scenario, now), { ...guardLimits, ...scenario.limits });
    guard = answer.memory;
    return answer.verdicts.map(({ owned, action, rule }) => `${owned.ref.name} ${action} ${rule}`);
  });
}

function inputOf({ inventory, missing, input }: Scenario, now: number): GuardInput {
  return {
    now,
    digest: 'd1',
    incomplete: undefined,
    inventory,
    declared: key => !missing.includes(key.split('/')[2] ?? ''),
    heldBy: () => undefined,
    atomic: () => false,
    approved: () => false,
    ...input,
  };
}

describe('pruneGuard', () => {
  it.each<Scenario & { name: string; times: readonly number[]; want: readonly (readonly string[])[] }>([
    {
      name: 'says nothing while every object is declared',
      inventory: many(3),
      missing: [],
      times: [0, rest],
      want: [[], []],
    },
    {
      name: 'G1 holds everything while the snapshot is not complete',
      inventory: many(3),
      missing: ['m0'],
      input: { incomplete: 'm: EIO' },
      times: [0, rest, 2 * rest],
      want: [['m0 hold G1'], ['m0 hold G1'], ['m0 hold G1']],
    },
    {
      name: 'G2 waits for a second snapshot and for the time between',
      inventory: many(3),
      missing: ['m0'],
      times: [0, 1000, rest - 1, rest],
      want: [['m0 hold G8'], ['m0 hold G2'], ['m0 hold G2'], ['m0 delete G2']],
    },
    {
      name: 'G2 wants as many snapshots as asked for, however much time passes',
      inventory: many(3),
      missing: ['m0'],
      limits: { snapshots: 3 },
      times: [0, 100_000, 200_000],
      want: [['m0 hold G8'], ['m0 hold G2'], ['m0 delete G2']],
    },
    {
      name: 'G2 wants as much time as asked for',
      inventory: many(3),
      missing: ['m0'],
      limits: { confirmMs: 30_000 },
      times: [0, 29_999, 30_000],
      want: [['m0 hold G8'], ['m0 hold G2'], ['m0 delete G2']],
    },
    {
      name: 'G2 needs no time where whole snapshots are published, but G8 a second look',
      inventory: many(3),
      missing: ['m0'],
      input: { atomic: () => true },
      times: [0, 1],
      want: [['m0 hold G8'], ['m0 delete G2']],
    },
    {
      name: 'G2 starts to count anew when the clock goes back',
      inventory: many(3),
      missing: ['m0'],
      times: [100_000, 10_000, 12_000, 15_000],
      want: [['m0 hold G8'], ['m0 hold G2'], ['m0 hold G2'], ['m0 delete G2']],
    },
    {
      name: 'G3 holds what a file with problems may declare',
      inventory: many(3),
      missing: ['m0', 'm1'],
      input: { heldBy: ref => (ref.name === 'm0' ? 'x' : undefined) },
      times: [0, rest],
      want: [
        ['m0 hold G3', 'm1 hold G8'],
        ['m0 hold G3', 'm1 delete G2'],
      ],
    },
    {
      name: 'G4 never lets a directory lose everything',
      inventory: many(3),
      missing: ['m0', 'm1', 'm2'],
      times: [0, rest, 100 * rest],
      want: [
        ['m0 hold G8', 'm1 hold G8', 'm2 hold G8'],
        ['m0 hold G4', 'm1 hold G4', 'm2 hold G4'],
        ['m0 hold G4', 'm1 hold G4', 'm2 hold G4'],
      ],
    },
    {
      name: 'G4 holds also the last object',
      inventory: many(1),
      missing: ['m0'],
      times: [0, rest],
      want: [['m0 hold G8'], ['m0 hold G4']],
    },
    {
      name: 'G4 counts only what can be pruned',
      inventory: [...many(2), owned('kept', { keep: true })],
      missing: ['m0', 'm1'],
      times: [0, rest],
      want: [
        ['m0 hold G8', 'm1 hold G8'],
        ['m0 hold G4', 'm1 hold G4'],
      ],
    },
    {
      name: 'G4 looks at each directory by itself',
      inventory: [...many(2, 'm'), ...many(2, 'n')],
      missing: ['m0', 'm1', 'n0'],
      times: [0, rest],
      want: [
        ['m0 hold G8', 'm1 hold G8', 'n0 hold G8'],
        ['m0 hold G4', 'm1 hold G4', 'n0 delete G2'],
      ],
    },
    {
      name: 'G4 lets a directory become empty where that is allowed',
      inventory: many(2),
      missing: ['m0', 'm1'],
      limits: { allowEmpty: true },
      times: [0, rest],
      want: [
        ['m0 hold G8', 'm1 hold G8'],
        ['m0 delete G2', 'm1 delete G2'],
      ],
    },
    {
      name: 'G4 gives way to an approval of the snapshot',
      inventory: many(1),
      missing: ['m0'],
      input: { approved: digest => digest === 'd1' },
      times: [0, rest],
      want: [['m0 hold G8'], ['m0 delete G2']],
    },
    {
      name: 'an approval of another snapshot is none',
      inventory: many(1),
      missing: ['m0'],
      input: { approved: digest => digest === 'd2' },
      times: [0, rest],
      want: [['m0 hold G8'], ['m0 hold G4']],
    },
    {
      name: 'an approval does not overrule the other rules',
      inventory: many(3),
      missing: ['m0'],
      input: { approved: () => true, heldBy: () => 'x' },
      times: [0, rest],
      want: [['m0 hold G3'], ['m0 hold G3']],
    },
    {
      name: 'G6 lets an object go that must not be pruned',
      inventory: [...many(2), owned('kept', { keep: true })],
      missing: ['kept'],
      times: [0, rest],
      want: [['kept hold G8'], ['kept release G6']],
    },
  ])('$name', ({ times, want, ...scenario }) => {
    expect(looks(scenario, times)).toEqual(want);
  });

  it.each([
    { name: 'ten of eleven', total: 11, missing: 10, want: 'delete' },
    { name: 'eleven of fifty-five, a fifth', total: 55, missing: 11, want: 'delete' },
    { name: 'eleven of fifty-four', total: 54, missing: 11, want: 'hold' },
    { name: 'a hundred of five hundred', total: 500, missing: 100, want: 'delete' },
    { name: 'a hundred and one of five hundred', total: 500, missing: 101, want: 'hold' },
  ])('G5 answers $want for $name', ({ total, missing, want }) => {
    const inventory = many(total);
    const scenario = { inventory, missing: inventory.slice(0, missing).map(({ ref }) => ref.name) };

    const [, second] = looks(scenario, [0, rest]);

    expect(second).toEqual(scenario.missing.map(name => `${name} ${want} ${want === 'hold' ? 'G5' : 'G2'}`));
  });

  it('G5 takes deletes that follow each other for one lot', () => {
    const lot = Array.from({ length: 10 }, () => ({ root: 'm', at: 0 }));
    const memory: GuardMemory = { snapshots: 5, absent: new Map(), deletes: lot };
    const scenario = { inventory: many(20), missing: ['m0'] };

    expect(looks(scenario, [1000, 1000 + rest], memory)[1]).toEqual(['m0 hold G5']);
    expect(looks(scenario, [600_000, 600_000 + rest], memory)[1]).toEqual(['m0 delete G2']);
  });

  it('G2 starts anew after an incomplete snapshot and after an object was declared again', () => {
    const scenario = { inventory: many(3), missing: ['m0'] };
    const seen = (memory: GuardMemory, now: number, input: Partial<GuardInput> = {}, missing = ['m0']) =>
      pruneGuard(memory, inputOf({ ...scenario, missing, input }, now), guardLimits);

    const twice = seen(seen(freshGuard, 0).memory, 1000).memory;
    const broken = seen(seen(twice, 2000, { incomplete: 'x' }).memory, rest);
    const declared = seen(seen(twice, 2000, {}, []).memory, rest);

    expect(broken.verdicts.map(({ action }) => action)).toEqual(['hold']);
    expect(declared.verdicts.map(({ action }) => action)).toEqual(['hold']);
  });

  it('says when time will end a hold, why, and how to approve', () => {
    const scenario = { inventory: many(2), missing: ['m0', 'm1'] };
    const first = pruneGuard({ ...freshGuard, snapshots: 3 }, inputOf(scenario, 1000), guardLimits);
    const second = pruneGuard(first.memory, inputOf(scenario, 1000 + rest), guardLimits);

    expect(first.verdicts[0]).toMatchObject({
      rule: 'G2',
      dueAt: 1000 + rest,
      reason: 'its absence is not confirmed yet',
    });
    expect(second.verdicts[0]).toMatchObject({
      rule: 'G4',
      dueAt: undefined,
      reason: 'm would lose all of its objects (2); approve it as snapshot d1 if that is meant',
    });
  });
});
