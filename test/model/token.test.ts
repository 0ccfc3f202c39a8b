import { expect, it } from 'vitest';
import { clientToken } from '../../controller/model/token.ts';

const owner = { controller: 'main', object: 'BatchEnvironment/default/blog' } as const;

it('derives the same token again', () => {
  const first = clientToken(owner, 'launchTemplate', 'version', 'abc', 3);
  const second = clientToken({ ...owner }, 'launchTemplate', 'version', 'abc', 3);

  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(second).toBe(first);
});

it.each([
  { name: 'another controller', other: clientToken({ ...owner, controller: 'b' }, 'launchTemplate', 'abc', 3) },
  {
    name: 'another object',
    other: clientToken({ ...owner, object: 'BatchEnvironment/default/b' }, 'launchTemplate', 'abc', 3),
  },
  { name: 'another resource', other: clientToken(owner, 'role', 'abc', 3) },
  { name: 'another content', other: clientToken(owner, 'launchTemplate', 'abd', 3) },
  { name: 'another state', other: clientToken(owner, 'launchTemplate', 'abc', 4) },
  { name: 'other boundaries between the parts', other: clientToken(owner, 'launchTemplate', 'abc3') },
])('derives another token for $name', ({ other }) => {
  expect(other).not.toBe(clientToken(owner, 'launchTemplate', 'abc', 3));
});
