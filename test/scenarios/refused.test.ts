import { afterEach, beforeEach, expect, it } from 'vitest';
import { example } from './example.ts';
import { minute, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

it('a change that AWS refuses for now is not tried again every few seconds for ever', async () => {
  const refusal = { name: 'ClientException', message: "The subnet ID 'subnet-1' does not exist", status: 400 };
  world.aws.fail({ operation: 'CreateComputeEnvironment', with: refusal, times: Number.POSITIVE_INFINITY });
  await world.applyAll(example());
  await world.clock.advance(60 * minute);

  expect(await world.ready('BatchEnvironment', 'blog')).toMatch(
    /^False DependencyNotReady: .*The subnet ID 'subnet-1' does not exist/,
  );
  const tries = world.aws.calls.of('CreateComputeEnvironment').length;
  expect([tries > 20, tries < 50]).toEqual([true, true]);
});

it('and is carried out soon after AWS takes it', async () => {
  const refusal = {
    name: 'ClientException',
    message: 'compute environment must be VALID before attaching',
    status: 400,
  };
  const forgive = world.aws.fail({ operation: 'CreateJobQueue', with: refusal, times: Number.POSITIVE_INFINITY });
  await world.applyAll(example());
  await world.clock.advance(30 * minute);
  forgive();

  await world.clock.advance(2 * minute + minute);

  expect(await world.ready('BatchEnvironment', 'blog')).toBe('True Reconciled: AWS is as declared');
});
