import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repairs } from '../../controller/model/plan.ts';
import { resources } from '../../controller/resources/index.ts';
import type { Resource } from '../../controller/resources/resource.ts';
import { type Sample, samples } from './row-samples.ts';

const all = [...resources().values()].map(resource => ({
  resource,
  name: resource.resource,
  sample: samples[resource.resource] as Sample,
}));

/** A copy with members set, outer ones first. */
function withMembers(value: object, members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = structuredClone(value) as Record<string, unknown>;
  for (const [path, member] of Object.entries(members).toSorted(([a], [b]) => a.length - b.length)) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let here = copy;
    for (const step of steps) {
      here[step] = { ...(here[step] as object | undefined) };
      here = here[step] as Record<string, unknown>;
    }
    here[last] = structuredClone(member);
  }
  return copy;
}

/** The wanted value and what it faces in AWS when some rows differ. */
function sides(
  { facing }: Resource,
  { had = {}, observed, others, want, whole = made => made }: Sample,
  rows: readonly string[],
) {
  const chosen = <T>(from: Readonly<Record<string, T>>) => Object.entries(from).filter(([row]) => rows.includes(row));
  const wanted = whole(withMembers(want, Object.fromEntries(chosen(others))));
  const seen = withMembers(observed, Object.fromEntries(chosen(had).map(([, { at, is }]) => [at, is])));
  return { wanted, seen: facing?.(seen, wanted) ?? seen };
}

/** Paths of the rows by what repairs them, as each row says by itself. */
function said({ fields }: Resource, wanted: unknown, seen: unknown, rows: readonly string[]) {
  const answers = fields
    .filter(({ want }) => rows.includes(want))
    .map(({ want: path, repair }) => ({ path, by: typeof repair === 'function' ? repair(wanted, seen) : repair }));
  const by = (repair: string) => answers.filter(answer => answer.by === repair).map(({ path }) => path);
  return { by, repairs: [...new Set(answers.map(answer => answer.by))] };
}

/** Paths by what is planned for them, in the order in which it is planned. */
function planned({ fields, operations }: Resource, wanted: unknown, seen: unknown) {
  const plan = repairs(fields, Object.keys(operations), wanted, seen);
  const paths = (changes: readonly { readonly path: string }[]) => changes.map(({ path }) => path);
  if (plan.action === 'block') return [['immutable', paths(plan.changes)]];
  if (plan.action === 'apply') return plan.steps.map(({ changes, op }) => [op, paths(changes)]);
  return plan.action === 'wait' ? [['later', plan.message]] : [];
}

describe.each(all)('$name', ({ resource, sample }) => {
  const rows = resource.fields.map(({ want }) => want);
  const { drags = {}, had = {}, hides = {}, others } = sample;
  const changeable = Object.keys({ ...others, ...had });
  const dragged = [...new Set(Object.values(drags).flat())].filter(row => !changeable.includes(row));

  it('has another value for every row of its table', () => {
    expect([...changeable, ...dragged].toSorted()).toEqual(rows.toSorted());
  });

  it('plans nothing where nothing differs', () => {
    const { seen, wanted } = sides(resource, sample, []);
    expect(planned(resource, wanted, seen)).toEqual([]);
  });

  function expectWhatTheRowsSay(changed: readonly string[]): void {
    const { seen, wanted } = sides(resource, sample, changed);
    const hidden = changed.flatMap(row => hides[row] ?? []);
    const differing = [...changed, ...changed.flatMap(row => drags[row] ?? [])].filter(row => !hidden.includes(row));
    const { by, repairs: named } = said(resource, wanted, seen, differing);
    const steps = Object.keys(resource.operations).filter(op => named.includes(op));
    const expected = named.includes('immutable') ? ['immutable'] : steps;
    expect([changed, planned(resource, wanted, seen)]).toEqual([changed, expected.map(repair => [repair, by(repair)])]);
  }

  it.each(changeable)('plans what its row says when %s alone differs', row => {
    expectWhatTheRowsSay([row]);
  });

  it('plans what each row says whichever differ together', () => {
    fc.assert(fc.property(fc.subarray(changeable), expectWhatTheRowsSay), { numRuns: 300 });
  });
});
