import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../controller/model/json.ts';
import { type ApplyRequest, applied } from '../../../../controller/server/kubernetes/apply/apply.ts';
import { changes, unchanged } from '../../../../controller/server/kubernetes/apply/compare.ts';
import {
  difference,
  emptySet,
  type FieldSet,
  pathsOf,
} from '../../../../controller/server/kubernetes/apply/field-set.ts';
import {
  neverOwned,
  type Ownership,
  ownershipsFrom,
} from '../../../../controller/server/kubernetes/apply/managed-fields.ts';
import { merged } from '../../../../controller/server/kubernetes/apply/merge.ts';
import { setOf } from '../../../../controller/server/kubernetes/apply/set-of.ts';
import { managedFieldsIn, owned, updated } from '../../../../controller/server/kubernetes/apply/update.ts';
import { frozen } from '../frozen.ts';
import { anySpec, describesExisting, sample, sampleSchema, valueAtPath } from './sample.ts';

const apiVersion = 'batchwright.dev/v1alpha1';
const day = (number: number): string => `2024-01-0${number}T00:00:00Z`;

type More = Partial<Omit<ApplyRequest, 'writer'>> & { now?: string; subresource?: '' | 'status' };

const apply = (stored: JsonObject | undefined, config: JsonObject, manager: string, more: More = {}): JsonObject => {
  const { now = day(1), subresource = '', ...rest } = more;
  return applied({
    schema: sampleSchema,
    stored: stored === undefined ? undefined : frozen(stored),
    config: frozen(config),
    writer: { manager, apiVersion, subresource, now },
    force: false,
    statusSubresource: true,
    ...rest,
  });
};
const update = (stored: JsonObject | undefined, next: JsonObject, manager: string): JsonObject =>
  updated({ schema: sampleSchema, stored, next, writer: { manager, apiVersion, subresource: '', now: day(1) } });
const owners = (object: JsonObject): Record<string, unknown> =>
  Object.fromEntries(
    ((managedFieldsIn(object) ?? []) as JsonObject[]).map(({ fieldsV1, manager, operation }) => [
      `${manager} ${operation}`,
      fieldsV1,
    ]),
  );
const specOf = (object: JsonObject): unknown => object['spec'];
const conflictMessage = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no conflict';
};

describe('creating', () => {
  it('stores what was sent, owned by who sent it', () => {
    const object = apply(
      undefined,
      sample({ text: 'a', env: [{ name: 'A', value: 'x' }] }, { labels: { l: '1' } }),
      'm',
    );

    expect(object).toEqual({
      ...sample({ text: 'a', env: [{ name: 'A', value: 'x' }] }),
      metadata: {
        name: 'n',
        namespace: 'ns',
        labels: { l: '1' },
        managedFields: [
          {
            manager: 'm',
            operation: 'Apply',
            apiVersion,
            time: day(1),
            fieldsType: 'FieldsV1',
            fieldsV1: {
              'f:metadata': { 'f:labels': { 'f:l': {} } },
              'f:spec': { 'f:text': {}, 'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} } } },
            },
          },
        ],
      },
    });
  });

  it('drops status, nulls, empty metadata, and what belongs to the server', () => {
    const config = {
      ...sample(
        { text: null, maybe: null },
        { labels: {}, uid: 'u', resourceVersion: '7', creationTimestamp: null, generation: 3 },
      ),
      status: { phase: 'x' },
    };

    const object = apply(undefined, config, 'm');

    expect({ ...object, metadata: undefined }).toEqual({ ...sample({ maybe: null }), metadata: undefined });
    expect(object['metadata']).toMatchObject({ name: 'n', namespace: 'ns' });
    expect(Object.keys(object['metadata'] ?? {})).toEqual(['name', 'namespace', 'managedFields']);
  });

  it('keeps status of a type without a status subresource', () => {
    const object = apply(undefined, { ...sample({}), status: { phase: 'x' } }, 'm', { statusSubresource: false });

    expect(object['status']).toEqual({ phase: 'x' });
  });
});

describe('refusals', () => {
  it('refuses managedFields in a configuration', () => {
    expect(() => apply(undefined, sample({}, { managedFields: [{ manager: 'x' }] }), 'm')).toThrow(
      expect.objectContaining({ reason: 'BadRequest' }),
    );
    expect(() => apply(undefined, sample({}, { managedFields: [] }), 'm')).not.toThrow();
  });

  it('refuses unknown fields in the words of Kubernetes', () => {
    expect(() => apply(undefined, sample({ x: 1 }), 'm')).toThrow(
      expect.objectContaining({
        code: 500,
        message:
          'failed to create typed patch object (ns/n; batchwright.dev/v1alpha1, Kind=Sample): .spec.x: field not declared in schema',
      }),
    );
  });
});

describe('applying again', () => {
  const first = apply(
    undefined,
    sample({ text: 'a', number: 1, inner: { a: 'x' }, env: [{ name: 'A' }, { name: 'B' }] }),
    'm',
  );

  it('is the stored object itself when nothing changes, whatever the time', () => {
    const stored = frozen(first);

    expect(
      apply(stored, sample({ text: 'a', number: 1, inner: { a: 'x' }, env: [{ name: 'A' }, { name: 'B' }] }), 'm', {
        now: day(2),
      }),
    ).toBe(stored);
  });

  it('removes what is left out, with containers that become empty', () => {
    const object = apply(first, sample({ text: 'a', env: [{ name: 'B' }] }), 'm', { now: day(2) });

    expect(specOf(object)).toEqual({ text: 'a', env: [{ name: 'B' }] });
    expect(owners(object)).toEqual({
      'm Apply': { 'f:spec': { 'f:text': {}, 'f:env': { 'k:{"name":"B"}': { '.': {}, 'f:name': {} } } } },
    });
  });

  it('keeps an empty container that the configuration asks for', () => {
    expect(specOf(apply(first, sample({ inner: {}, env: [] }), 'm'))).toEqual({ inner: {}, env: [] });
  });

  it('keeps what others added, also inside what it leaves out', () => {
    const edited = update(
      first,
      { ...first, spec: { ...(first['spec'] as JsonObject), inner: { a: 'x', b: 'other' }, percent: 1 } },
      'edit',
    );

    expect(specOf(apply(edited, sample({ text: 'a' }), 'm'))).toEqual({ text: 'a', inner: { b: 'other' }, percent: 1 });
  });

  it('keeps what nobody owns, such as defaults, but not in a struct that it drops', () => {
    const inner = { a: 'x', b: 'by default' };
    const defaulted = { ...first, spec: { ...(first['spec'] as JsonObject), inner, percent: 1 } };

    expect(specOf(apply(defaulted, sample({ inner: { deep: { c: 'y' } } }), 'm'))).toEqual({
      inner: { b: 'by default', deep: { c: 'y' } },
      percent: 1,
    });
    expect(specOf(apply(defaulted, sample({ text: 'a' }), 'm'))).toEqual({ text: 'a', percent: 1 });
  });

  it('removes an item that it owns, with what others wrote into it', () => {
    const edited = update(
      first,
      { ...first, spec: { ...(first['spec'] as JsonObject), env: [{ name: 'A', value: 'other' }, { name: 'B' }] } },
      'edit',
    );

    const object = apply(edited, sample({ text: 'a', env: [{ name: 'B' }] }), 'm');

    expect(specOf(object)).toEqual({ text: 'a', env: [{ name: 'B' }] });
    expect(owners(object)['edit Update']).toBeUndefined();
  });
});

describe('several managers', () => {
  const one = apply(undefined, sample({ text: 'a', number: 1 }, { labels: { own: 'a' } }), 'first');

  it('share what they agree on, until the last one drops it', () => {
    const both = apply(one, sample({ text: 'a' }), 'second');
    const left = apply(both, sample({}, { labels: { own: 'a' } }), 'first');
    const none = apply(left, sample({}), 'second');

    expect([specOf(both), specOf(left), specOf(none)]).toEqual([{ text: 'a', number: 1 }, { text: 'a' }, {}]);
    expect(owners(both)).toEqual({
      'first Apply': { 'f:metadata': { 'f:labels': { 'f:own': {} } }, 'f:spec': { 'f:number': {}, 'f:text': {} } },
      'second Apply': { 'f:spec': { 'f:text': {} } },
    });
  });

  it('conflict over one field', () => {
    expect(conflictMessage(() => apply(one, sample(undefined, { labels: { own: 'b' } }), 'second'))).toBe(
      'Apply failed with 1 conflict: conflict with "first": .metadata.labels.own',
    );
  });

  it('conflict over several, and with updates', () => {
    const edited = update(one, { ...one, spec: { text: 'a', number: 2 } }, 'kubectl-edit');

    expect(conflictMessage(() => apply(edited, sample({ text: 'b', number: 3 }), 'second'))).toBe(
      [
        'Apply failed with 2 conflicts: conflicts with "first":',
        '- .spec.text',
        `conflicts with "kubectl-edit" using ${apiVersion} at ${day(1)}:`,
        '- .spec.number',
      ].join('\n'),
    );
  });

  it('win by force, and then own alone', () => {
    const object = apply(one, sample({ text: 'b' }), 'second', { force: true });

    expect(specOf(object)).toEqual({ text: 'b', number: 1 });
    expect(owners(object)).toEqual({
      'first Apply': { 'f:metadata': { 'f:labels': { 'f:own': {} } }, 'f:spec': { 'f:number': {} } },
      'second Apply': { 'f:spec': { 'f:text': {} } },
    });
    expect(
      conflictMessage(() => apply(object, sample({ text: 'a', number: 1 }, { labels: { own: 'a' } }), 'first')),
    ).toBe('Apply failed with 1 conflict: conflict with "second": .spec.text');
  });

  it('conflict over whole lists and maps that are atomic', () => {
    const stored = apply(undefined, sample({ list: ['a'], whole: { a: '1' } }), 'first');

    expect(conflictMessage(() => apply(stored, sample({ list: ['a', 'b'], whole: { b: '1' } }), 'second'))).toContain(
      '2 conflicts: conflicts with "first":\n- .spec.list\n- .spec.whole',
    );
  });

  it('build sets together', () => {
    const a = apply(undefined, sample({}, { finalizers: ['f/a'] }), 'fa');
    const ab = apply(a, sample({}, { finalizers: ['f/b'] }), 'fb');
    const b = apply(ab, sample({}), 'fa');
    const none = apply(b, sample({}), 'fb');

    expect([ab, b, none].map(({ metadata }) => (metadata as JsonObject)['finalizers'])).toEqual([
      ['f/a', 'f/b'],
      ['f/b'],
      undefined,
    ]);
  });

  it('work on different items of a list without conflict', () => {
    const a = apply(undefined, sample({ env: [{ name: 'A', value: '1' }] }), 'ma');
    const ab = apply(a, sample({ env: [{ name: 'B', value: '2' }] }), 'mb');

    expect(specOf(ab)).toEqual({
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    });
    expect(conflictMessage(() => apply(ab, sample({ env: [{ name: 'A', value: '3' }] }), 'mb'))).toBe(
      'Apply failed with 1 conflict: conflict with "ma": .spec.env[name="A"].value',
    );
  });

  it('are taken from when something of theirs disappears', () => {
    const both = apply(undefined, sample({ env: [{ name: 'A' }] }), 'ma');
    const edited = update(both, { ...both, spec: { env: [{ name: 'A', value: 'x' }] } }, 'edit');

    expect(owners(apply(edited, sample({}), 'ma'))).toEqual({ 'ma Apply': { 'f:spec': {} } });
  });
});

describe('an object that nobody owns', () => {
  const { metadata, ...rest } = sample({ text: 'a', number: 1 }, { labels: { l: '1' } });
  const stored: JsonObject = { ...rest, metadata: metadata ?? {}, status: { phase: 'x' } };

  it('belongs to the time before the first apply', () => {
    const object = apply(stored, sample({ text: 'a' }), 'm');

    expect(owners(object)).toEqual({
      'm Apply': { 'f:spec': { 'f:text': {} } },
      'before-first-apply Update': {
        'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
        'f:spec': { '.': {}, 'f:number': {}, 'f:text': {} },
      },
    });
    expect(conflictMessage(() => apply(stored, sample({ text: 'b' }), 'm'))).toBe(
      `Apply failed with 1 conflict: conflict with "before-first-apply" using ${apiVersion} at ${day(1)}: .spec.text`,
    );
  });
});

describe('the status subresource', () => {
  const stored: JsonObject = { ...apply(undefined, sample({ text: 'a' }), 'm'), status: { phase: 'old' } };

  it('takes status only, and owns it apart', () => {
    const config = { ...sample({ text: 'b' }, { labels: { l: '1' } }), status: { phase: 'new', ready: 'yes' } };

    const object = apply(stored, config, 'm', { subresource: 'status' });

    expect(object).toEqual({ ...object, spec: { text: 'a' }, status: { phase: 'new', ready: 'yes' } });
    expect(object['metadata']).not.toHaveProperty('labels');
    expect(managedFieldsIn(object)).toEqual([
      ...(managedFieldsIn(stored) as JsonObject[]),
      {
        manager: 'm',
        operation: 'Apply',
        apiVersion,
        time: day(1),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:status': { 'f:phase': {}, 'f:ready': {} } },
        subresource: 'status',
      },
    ]);
  });

  it('removes what it leaves out, and nothing outside', () => {
    const object = apply(stored, { ...sample(undefined), status: { phase: 'new', ready: 'yes' } }, 'm', {
      subresource: 'status',
    });

    expect(
      apply(object, { ...sample(undefined), status: { phase: 'new' } }, 'm', { subresource: 'status' }),
    ).toMatchObject({
      spec: { text: 'a' },
      status: { phase: 'new' },
    });
  });

  it('is not touched by the main endpoint, whatever entries claim', () => {
    const forged = {
      ...stored,
      metadata: {
        ...(stored['metadata'] as JsonObject),
        managedFields: [
          {
            manager: 'm',
            operation: 'Apply',
            apiVersion,
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:status': {}, 'f:metadata': {}, 'f:kind': {} },
          },
        ],
      },
    };

    const object = apply(forged, { ...sample({ text: 'a' }), status: { phase: 'new' } }, 'm');

    expect(object).toMatchObject({ kind: 'Sample', metadata: { name: 'n' }, status: { phase: 'old' } });
    expect(owners(object)).toEqual({ 'm Apply': { 'f:spec': { 'f:text': {} } } });
  });
});

describe('the hand-over from client-side apply', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const annotated = (spec: JsonObject, last: JsonObject | string): JsonObject =>
    update(
      undefined,
      sample(spec, { annotations: { [annotation]: typeof last === 'string' ? last : `${JSON.stringify(last)}\n` } }),
      'kubectl-client-side-apply',
    );
  const stored = annotated({ text: 'a', number: 1 }, sample({ text: 'a', number: 1 }));

  it('lets kubectl take what client-side apply set, and keeps the annotation in step', () => {
    const object = apply(stored, sample({ text: 'b', number: 1 }), 'kubectl');

    expect(specOf(object)).toEqual({ text: 'b', number: 1 });
    expect(object['metadata']).toMatchObject({
      annotations: { [annotation]: `${JSON.stringify(sample({ text: 'b', number: 1 }))}\n` },
    });
    expect(owners(object)).toMatchObject({ 'kubectl Apply': { 'f:spec': { 'f:text': {}, 'f:number': {} } } });
    expect(owners(object)['kubectl-client-side-apply Update']).not.toHaveProperty('f:spec.f:text');
  });

  it.each<{ name: string; stored: JsonObject; manager: string; message: string }>([
    {
      name: 'other managers',
      stored,
      manager: 'flux',
      message: `1 conflict: conflict with "kubectl-client-side-apply" using ${apiVersion} at ${day(1)}: .spec.text`,
    },
    {
      name: 'what somebody changed since',
      stored: update(stored, { ...stored, spec: { text: 'x', number: 1 } }, 'edit'),
      manager: 'kubectl',
      message: '1 conflict: conflict with "edit"',
    },
    {
      name: 'what the annotation does not hold',
      stored: annotated({ text: 'a' }, sample({ number: 1 })),
      manager: 'kubectl',
      message: '1 conflict',
    },
    {
      name: 'an annotation that cannot be read',
      stored: annotated({ text: 'a' }, '{'),
      manager: 'kubectl',
      message: '1 conflict',
    },
  ])('is not for $name', ({ manager, message, stored: before }) => {
    expect(conflictMessage(() => apply(before, sample({ text: 'b' }), manager))).toContain(message);
  });

  it('names only the conflicts that it does not settle', () => {
    const edited = update(stored, { ...stored, spec: { text: 'a', number: 2 } }, 'edit');

    expect(conflictMessage(() => apply(edited, sample({ text: 'b', number: 3 }), 'kubectl'))).toBe(
      `Apply failed with 1 conflict: conflict with "edit" using ${apiVersion} at ${day(1)}: .spec.number`,
    );
  });

  it('does not touch the annotation for the empty annotations that kubectl writes into it', () => {
    const last = sample({ text: 'a', number: 1 }, { annotations: {} });
    const before = annotated({ text: 'a', number: 1 }, last);

    const object = apply(before, sample({ text: 'a', number: 1 }), 'kubectl');

    expect(object['metadata']).toMatchObject({ annotations: { [annotation]: `${JSON.stringify(last)}\n` } });
  });

  it('leaves an object without the annotation without it', () => {
    const object = apply(apply(undefined, sample({ text: 'a' }), 'kubectl'), sample({ text: 'b' }), 'kubectl');

    expect(object['metadata']).not.toHaveProperty('annotations');
  });

  it('empties an annotation that would be too long', () => {
    const object = apply(stored, sample({ text: 'x'.repeat(300_000), number: 1 }), 'kubectl');

    expect(object['metadata']).toMatchObject({ annotations: { [annotation]: '' } });
  });
});

describe('any sequence of applies', () => {
  const managers = ['a', 'b', 'c'] as const;
  const runs = { numRuns: 40 };
  const anySteps = fc.array(fc.record({ manager: fc.constantFrom(...managers), spec: anySpec, edit: fc.boolean() }), {
    minLength: 1,
    maxLength: 5,
  });
  const entriesOf = (object: JsonObject): readonly Ownership[] => ownershipsFrom(managedFieldsIn(object)) ?? [];
  const setOfManager = (object: JsonObject, manager: string): FieldSet =>
    entriesOf(object).find(entry => entry.manager === manager && entry.operation === 'Apply')?.set ?? emptySet;
  const run = (
    steps: readonly { manager: string; spec: JsonObject; edit: boolean }[],
    each: (
      before: JsonObject | undefined,
      after: JsonObject,
      step: { manager: string; spec: JsonObject; edit: boolean },
    ) => void,
  ): void => {
    let stored: JsonObject | undefined;
    for (const step of steps) {
      const after =
        step.edit && stored !== undefined
          ? update(stored, { ...stored, spec: step.spec }, step.manager)
          : apply(stored, sample(step.spec), step.manager, { force: true });
      each(stored, after, step);
      stored = after;
    }
  };

  it('holds the configuration, and is idempotent', () => {
    fc.assert(
      fc.property(anySteps, steps => {
        run(steps, (before, after, { edit, manager, spec }) => {
          if (edit && before !== undefined) return;
          const config = sample(spec);

          expect(unchanged(changes(sampleSchema, owned(after), merged(sampleSchema, owned(after), config)))).toBe(true);
          const again = frozen(after);
          expect(apply(again, config, manager, { now: day(9) })).toBe(again);
        });
      }),
      runs,
    );
  });

  it('records ownership of existing fields only, and of all that was applied', () => {
    fc.assert(
      fc.property(anySteps, steps => {
        run(steps, (before, after, { edit, manager, spec }) => {
          for (const { set } of entriesOf(after)) expect(describesExisting(sampleSchema, set, after)).toBe(true);
          if (edit && before !== undefined) return;
          const claimed = difference(setOf(sampleSchema, sample(spec)), neverOwned);
          expect([...pathsOf(setOfManager(after, manager))]).toEqual([...pathsOf(claimed)]);
        });
      }),
      runs,
    );
  });

  it('removes what its only owner drops', () => {
    fc.assert(
      fc.property(anySteps, steps => {
        run(steps, (before, after, { edit, manager, spec }) => {
          if (before === undefined || edit) return;
          const dropped = difference(setOfManager(before, manager), setOf(sampleSchema, sample(spec)));
          const owned = entriesOf(after).map(({ set }) => set);
          const orphans = [...pathsOf(dropped)].filter(path => !owned.some(set => reaches(set, path)));

          expect(orphans.filter(path => valueAtPath(sampleSchema, after, path) !== undefined)).toEqual([]);
        });
      }),
      runs,
    );
  });

  it('leaves alone what others own', () => {
    fc.assert(
      fc.property(anySteps, steps => {
        run(steps, (before, after, { edit, manager, spec }) => {
          if (before === undefined || edit) return;
          const said = setOf(sampleSchema, sample(spec));
          const dropped = difference(setOfManager(before, manager), said);
          const others = entriesOf(before).filter(entry => entry.manager !== manager || entry.operation !== 'Apply');
          const foreign = others
            .flatMap(({ set }) => [...pathsOf(set)])
            .filter(path => !liesIn(said, path) && !reaches(said, path) && !liesIn(dropped, path.slice(0, -1)))
            .filter(path => typeof valueAtPath(sampleSchema, before, path) !== 'object');

          expect(foreign.map(path => valueAtPath(sampleSchema, after, path))).toEqual(
            foreign.map(path => valueAtPath(sampleSchema, before, path)),
          );
        });
      }),
      runs,
    );
  });
});

type FieldPath = Parameters<typeof valueAtPath>[2];

/** The set has a member at the path or below it. */
function reaches(set: FieldSet, path: FieldPath): boolean {
  const [element, ...rest] = path;
  if (element === undefined) return true;
  const child = set.children.get(element);
  return child !== undefined && reaches(child, rest);
}

/** The set has a member on the way to the path, or the path itself. */
function liesIn(set: FieldSet, path: FieldPath): boolean {
  if (set.self) return true;
  const [element, ...rest] = path;
  const child = element === undefined ? undefined : set.children.get(element);
  return child !== undefined && liesIn(child, rest);
}
