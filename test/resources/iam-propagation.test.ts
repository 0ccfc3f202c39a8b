import { expect, it } from 'vitest';
import { propagation } from '../../controller/resources/iam-propagation.ts';

it.each([
  { name: 'just created', createdAt: 100_000, busyForMs: 10_000 },
  { name: 'created a while ago', createdAt: 97_500, busyForMs: 7_500 },
  { name: 'created by a clock that is ahead of ours', createdAt: 900_000, busyForMs: 10_000 },
])('is busy with what was $name', ({ createdAt, busyForMs }) => {
  expect(propagation({ createdAt, readAt: 100_000 }, 10_000)).toMatchObject({ phase: 'busy', busyForMs });
});

it.each([90_000, 0])('is ready with what was created at %d', createdAt => {
  expect(propagation({ createdAt, readAt: 100_000 }, 10_000)).toEqual({ phase: 'ready' });
});
