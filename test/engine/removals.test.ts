import { expect, it } from 'vitest';
import type { Owned } from '../../controller/engine/inventory.ts';
import type { Gathered } from '../../controller/engine/planning.ts';
import { removals } from '../../controller/engine/removals.ts';
import type { Declared } from '../../controller/model/declared.ts';
import { ownerTags } from '../../controller/model/ownership.ts';
import { defineResource, type Exit, type Leaving } from '../../controller/resources/resource.ts';

const owner = { controller: 'test', object: 'Thing/default/x' } as const;
const now = Date.UTC(2026, 0, 1);

interface Seen {
  readonly exit: Exit<'disable' | 'delete'>;
  readonly foreign?: true;
}

let situations: readonly Leaving[] = [];
const definition = defineResource<object, Seen, 'create' | 'disable' | 'delete'>({
  resource: 'Thing',
  noun: 'thing',
  fields: [],
  read: async () => new Map(),
  view: ({ foreign }) => ({
    phase: 'ready',
    message: 'DELETING',
    tags: foreign ? {} : ownerTags(owner, 'thing'),
    outputs: {},
  }),
  teardown: ({ exit }, leaving) => {
    situations = [...situations, leaving];
    return exit;
  },
  operations: { create: async () => undefined, disable: async () => undefined, delete: async () => undefined },
});

function owned(id: string, more: Partial<Owned> = {}): Owned {
  return { id, resource: 'Thing', name: `name-of-${id}`, after: [], tagKeys: [], ...more };
}

function gathered(observed: Readonly<Record<string, Seen>>, declared: readonly Declared[] = []): Gathered {
  return {
    owner,
    now,
    declared,
    inventory: [],
    observed: new Map(Object.entries(observed)),
    definition: () => definition,
    adopt: { unowned: false, from: undefined },
    rival: () => undefined,
    mayRevive: () => false,
    touchedAt: () => undefined,
  };
}

interface Row {
  readonly name: string;
  readonly seen?: Seen;
  readonly entry?: Partial<Owned>;
  readonly plan: object;
}

// biome-ignore format: a table reads best in columns
const rows: readonly Row[] = [
  { name: 'is looked for once more when it is not there', plan: { action: 'wait', reason: 'Deleting', afterMs: 5_000 } },
  { name: 'is looked for once more after five seconds', entry: { goneSince: '2025-12-31T23:59:57Z' }, plan: { action: 'wait', reason: 'Deleting', afterMs: 2_000 } },
  { name: 'is gone when it is not there at the second look', entry: { goneSince: '2025-12-31T23:59:55Z' }, plan: { action: 'none' } },
  { name: 'is waited for when its creation was not answered', entry: { attemptedAt: '2025-12-31T23:59:50Z', goneSince: '2025-12-31T23:59:51Z' }, plan: { action: 'wait', reason: 'ResultUnknown' } },
  { name: 'is waited for when it was created moments ago', entry: { createdAt: '2025-12-31T23:59:50Z' }, plan: { action: 'wait', reason: 'ResultUnknown' } },
  { name: 'is left alone when it is not ours', seen: { exit: 'delete', foreign: true }, plan: { action: 'none' } },
  { name: 'is gone when what is left counts as absent', seen: { exit: 'gone' }, plan: { action: 'none' } },
  { name: 'takes its next step', seen: { exit: 'disable' }, plan: { action: 'apply', steps: [{ op: 'disable', changes: [] }] } },
  { name: 'waits for AWS', seen: { exit: 'wait' }, plan: { action: 'wait', reason: 'ResourceBusy', message: 'thing name-of-a: DELETING' } },
  { name: 'waits with its own reason', seen: { exit: { wait: 'has 2 jobs', afterMs: 7 } }, plan: { action: 'wait', reason: 'InUse', message: 'thing name-of-a has 2 jobs', afterMs: 7 } },
  { name: 'repeats a step at its own pace', seen: { exit: { again: 'delete' } }, plan: { action: 'apply', steps: [{ op: 'delete', changes: [], patient: true }] } },
];

it.each(rows)('what is no longer declared $name', ({ seen, entry, plan }) => {
  const [planned] = removals(gathered(seen ? { a: seen } : {}), [owned('a', entry)]);

  expect(planned?.plan).toMatchObject(plan);
  expect(planned?.settled).toBe((plan as { action: string }).action === 'none');
});

it('waits until nothing stands on it, and is remembered although it is gone', () => {
  const leaving = [owned('role'), owned('gone'), owned('user', { after: ['role', 'gone'] })];

  const planned = removals(gathered({ role: { exit: 'delete' }, user: { exit: 'delete' } }), leaving);

  expect(planned.map(({ id, plan, settled }) => [id, plan.action, settled])).toEqual([
    ['role', 'wait', false],
    ['gone', 'wait', false],
    ['user', 'apply', false],
  ]);
  expect(planned[1]?.plan).toMatchObject({ message: 'thing name-of-gone is gone, although user still stands on it' });
});

it('drains while something is declared, and knows what is declared in its place', () => {
  situations = [];
  const heir: Declared = { resource: 'Thing', id: 'a', name: 'new', want: { size: 1 }, after: [], mode: 'manage' };
  const memo = { since: 1 };

  removals(gathered({ 'a@old': { exit: 'wait' } }, [heir]), [owned('a@old', { memo })]);

  expect(situations.at(-1)).toEqual({ manner: 'drain', memo, now, heir: { size: 1 } });
});

it('goes at once with the whole object', () => {
  situations = [];

  removals(gathered({ a: { exit: 'wait' } }), [owned('a')]);

  expect(situations.at(-1)).toEqual({ manner: 'now', memo: undefined, now, heir: undefined });
});
