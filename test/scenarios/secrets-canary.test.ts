import { afterEach, beforeEach, expect, it } from 'vitest';
import { example } from './example.ts';
import { canary, minute, second, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

/** Everything that anybody could look at, but the calls that write the secret. */
function traces(): string {
  const calls = [...world.aws.calls].filter(({ operation }) => !['CreateSecret', 'PutSecretValue'].includes(operation));
  return JSON.stringify([world.lines, world.journal.load(), world.journal.changes(1, 1e6), calls]);
}

it('the whole life of the example leaves the password nowhere but in the secret', async () => {
  await world.applyAll(example());
  await world.settle();
  world.logins.set('/login', { username: 'robot', password: 'second-c4n4ry-9921' });
  await world.clock.advance(minute);
  for (const { kind, metadata } of example()) await world.delete(kind, metadata.name);
  await world.settle();

  expect(JSON.stringify([...world.aws.calls]).includes(canary)).toBe(true);
  expect(traces().includes('c4n4ry')).toBe(false);
});

it.each(['throttle', 'serverError', 'lostAnswer', 'lostRequest', 'accessDenied', 'expiredToken'] as const)(
  'nor does a call that fails with %s',
  async fault => {
    for (const operation of ['CreateSecret', 'PutSecretValue', 'GetSecretValue'])
      world.aws.fail({ operation, with: fault, times: 2 });
    await world.applyAll(example());
    await world.clock.advance(2 * minute);
    world.logins.set('/login', { username: 'robot', password: 'second-c4n4ry-9921' });
    await world.clock.advance(5 * minute);

    expect(world.lines.length).toBeGreaterThan(0);
    expect(traces().includes('c4n4ry')).toBe(false);
  },
);

it('nor does an error that quotes what was sent', async () => {
  const message = `1 validation error detected: Value '{"password":"${canary}"}' at 'secretString' failed`;
  world.aws.fail({ operation: 'CreateSecret', with: { name: 'InvalidParameterException', message, status: 400 } });
  await world.applyAll(example());
  await world.clock.advance(20 * second);

  expect(await world.ready('RegistryCredential', 'ghcr')).toContain('False Rejected');
  expect(traces().includes('c4n4ry')).toBe(false);
});

it('nor does an error of a kind that nobody foresaw', async () => {
  const forget = world.aws.fail({
    operation: 'CreateSecret',
    match: () => {
      throw new TypeError(`cannot read ${canary}`);
    },
    with: 'throttle',
  });
  await world.applyAll(example());
  await world.clock.advance(20 * second);

  expect(await world.ready('RegistryCredential', 'ghcr')).toContain('Unknown InternalError');
  expect(traces().includes('c4n4ry')).toBe(false);
  forget();
});
