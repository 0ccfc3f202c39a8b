import { expect, it } from 'vitest';
import { inventoryOf, type Owned, recorded } from '../../controller/engine/inventory.ts';

const queue: Owned = {
  id: 'jobQueue/main',
  resource: 'JobQueue',
  name: 'blog-main',
  arn: 'arn:aws:batch:us-east-1:123456789012:job-queue/blog-main',
  place: '123456789012/us-east-1',
  after: ['computeEnvironment/main'],
  tagKeys: ['batchwright.dev/object'],
  memo: { seen: 1 },
  createdAt: '2026-01-01T00:00:00Z',
};
const role: Owned = {
  id: 'role',
  resource: 'Role',
  name: 'r',
  after: [],
  tagKeys: [],
  attemptedAt: '2026-01-01T00:00:00Z',
};

it('shows people of a resource what it is, and reads back everything', () => {
  const status = recorded([queue, role]);
  expect(status).toEqual({
    resources: [
      { id: queue.id, resource: queue.resource, name: queue.name, arn: queue.arn, createdAt: queue.createdAt },
      { id: role.id, resource: role.resource, name: role.name, attemptedAt: role.attemptedAt },
    ],
    bookkeeping: expect.stringMatching(/^\{"jobQueue\/main":.*"tagKeys":\[\]\}\}$/),
  });
  expect(inventoryOf(status)).toEqual([queue, role]);
});

it('keeps no books about nothing', () => {
  expect(recorded([])).toEqual({ resources: [] });
  expect(inventoryOf({ resources: [] })).toEqual([]);
  expect(inventoryOf(undefined)).toEqual([]);
});

it('reads entries that carry their bookkeeping themselves', () => {
  expect(inventoryOf({ resources: [queue, role] })).toEqual([queue, role]);
});

it.for([
  ['no text', 42],
  ['no JSON', '%%%'],
  ['no object', '[]'],
  ['nothing about it', '{}'],
  ['an entry of another shape', JSON.stringify({ role: { after: 'x', tagKeys: [] } })],
] as const)('reads what people see when the books hold %s', ([, bookkeeping]) => {
  expect(inventoryOf({ resources: [{ id: 'role', resource: 'Role', name: 'r' }], bookkeeping })).toEqual([
    { id: 'role', resource: 'Role', name: 'r', after: [], tagKeys: [] },
  ]);
});

it('leaves out what is no entry', () => {
  expect(
    inventoryOf({ resources: ['x', null, { id: 'a', resource: 'Role' }, { id: 1, resource: 'Role', name: 'r' }] }),
  ).toEqual([]);
});
