import { expect, it } from 'vitest';
import { type ChecksOf, checkTimes, printedColumns } from '../../controller/commands/printed-columns.ts';
import { kinds } from '../../controller/kinds/index.ts';
import type { Kind } from '../../controller/kinds/kind.ts';
import type { ApiObject } from '../../controller/model/object.ts';

const [kind] = kinds.filter(({ kind: name }) => name === 'BatchEnvironment') as [Kind];
const looked = Date.parse('2026-01-01T00:00:00Z');

function object(ready?: { readonly status: string; readonly reason: string; readonly message: string }): ApiObject {
  const drifted = { type: 'Drifted', status: 'True', reason: 'Progressing', message: 'repairs are under way' };
  const conditions = ready === undefined ? [] : [{ type: 'Ready', ...ready }, drifted];
  const status = { conditions, jobQueues: [{ jobQueueName: 'a' }, { jobQueueName: 'b' }] };
  return { apiVersion: 'v1', kind: 'BatchEnvironment', metadata: { name: 'x' }, spec: {}, status } as never;
}

function cells(of: ApiObject, checks: ChecksOf = () => ({ lastAt: looked, nextAt: looked + 600_000 })) {
  const { columns, last } = printedColumns(kind, checks);
  const shown = [...columns, ...last].map(({ name, value }) => [name, value(of)]);
  return Object.fromEntries(shown) as Readonly<Record<string, unknown>>;
}

it('begins with the verdict and ends with what there is to say', () => {
  const { columns, last } = printedColumns(kind, () => undefined);
  const names = (of: typeof columns) => of.filter(({ priority }) => priority === 0).map(({ name }) => name);
  expect(names(columns)).toEqual(['Ready', 'Reason', 'Drifted', 'Checked']);
  expect(names(last)).toEqual(['Message']);
});

it('tells what an object waits for, whether it drifted, and when AWS was looked at', () => {
  const waiting = { status: 'False', reason: 'ResourceBusy', message: 'compute environment x is CREATING' };
  expect(cells(object(waiting))).toEqual({
    Ready: 'False',
    Reason: 'ResourceBusy',
    Queues: 'a,b',
    Template: null,
    Drifted: 'True',
    Checked: '2026-01-01T00:00:00Z',
    'Next Check': '2026-01-01T00:10:00Z',
    Message: 'compute environment x is CREATING',
  });
});

it.each([
  { state: 'as declared', ready: { status: 'True', reason: 'Reconciled', message: 'AWS is as declared' }, says: '' },
  { state: 'paused', ready: { status: 'True', reason: 'Paused', message: 'paused by annotation' }, says: /^paused/ },
  { state: 'not looked at yet', ready: undefined, says: '' },
])('says of an object that is $state: $says', ({ ready, says }) => {
  const { Message: message } = cells(object(ready));
  if (says === '') expect(message).toBe('');
  else expect(message).toMatch(says);
});

it('leaves the looks empty where nobody looks', () => {
  expect(cells(object(), () => undefined)).toMatchObject({ Checked: null, 'Next Check': null });
});

it.each([
  { known: 'nothing', checks: undefined, says: {} },
  { known: 'no look to come', checks: { lastAt: undefined, nextAt: Number.POSITIVE_INFINITY }, says: {} },
  { known: 'only the next look', checks: { lastAt: undefined, nextAt: looked }, says: { nextCheckAt: at(0) } },
  {
    known: 'both looks',
    checks: { lastAt: looked, nextAt: looked + 600_000 },
    says: { lastCheckedAt: at(0), nextCheckAt: at(10) },
  },
])('says in a status when AWS was and will be looked at: $known', ({ checks, says }) => {
  expect(checkTimes(checks)).toEqual(says);
});

function at(minutes: number): string {
  return `2026-01-01T00:${minutes.toString().padStart(2, '0')}:00Z`;
}
