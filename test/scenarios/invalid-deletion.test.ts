import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeEnvironments, environment, names, onFargate, settled } from './environment.ts';
import { minute, World } from './world.ts';

const hour = 60 * minute;

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const ready = () => world.ready('BatchEnvironment', 'blog');
const roles = () =>
  [...world.aws.iam.roles.values()].map(({ RoleName }) => RoleName).filter(name => name.includes('service'));
const gone = async () => (await world.get('BatchEnvironment', 'blog')) === undefined;

describe('a compute environment whose service role is gone', () => {
  it('goes nevertheless when the role is ours: it is made again until AWS has finished', async () => {
    await settled(world, environment([onFargate()], { serviceRole: {} }));
    const [role = ''] = roles();
    world.aws.iam.roles.delete(role);

    await world.delete('BatchEnvironment', 'blog');
    await world.clock.advance(hour);

    expect([await gone(), computeEnvironments(world), roles()]).toEqual([true, [], []]);
    expect(
      world.aws.calls.of('CreateRole').filter(({ input }) => (input as { RoleName: string }).RoleName === role),
    ).toHaveLength(2);
  });

  it('says what to do when the role is somebody else', async () => {
    const arn = world.aws.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
    await settled(world, environment([onFargate()], { serviceRole: { arn } }));
    world.aws.iam.roles.delete('batch');

    await world.delete('BatchEnvironment', 'blog');
    await world.clock.advance(20 * minute);

    expect(await ready()).toMatch(
      /could not be deleted: AWS Batch cannot act as the service role: create the role again under the same ARN, .* tried again at /,
    );
    const deletions = world.aws.calls.of('DeleteComputeEnvironment').length;
    await world.clock.advance(4 * hour);
    expect(world.aws.calls.of('DeleteComputeEnvironment').length - deletions).toBeLessThan(8);
    world.aws.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
    await world.clock.advance(2 * hour);
    expect([await gone(), computeEnvironments(world)]).toEqual([true, []]);
  });

  it('is replaced and goes when it is no longer wanted with that role', async () => {
    const arn = world.aws.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
    await settled(world, environment([onFargate()], { serviceRole: { arn } }));
    const [old = ''] = names(world);

    await settled(world, environment([onFargate()]));

    expect(names(world)).not.toContain(old);
    expect(await ready()).toMatch(/^True/);
  });
});

describe('a compute environment that AWS cannot validate', () => {
  it('because IAM has not spread yet becomes VALID within minutes, without a person', async () => {
    world = new World({ simulated: { durations: { iamPropagation: 90_000 } } });

    await world.apply(environment([onFargate()], { serviceRole: {} }));
    await world.clock.advance(15 * minute);

    expect(await ready()).toMatch(/^True/);
    const updates = world.aws.calls.of('UpdateComputeEnvironment').length;
    expect(updates).toBeLessThanOrEqual(3);
  });

  it('with another role of one own is repaired by the change of the spec', async () => {
    const [bad, good] = ['bad', 'good'].map(name =>
      world.aws.iam.addRole(name, { trusts: name === 'good' ? ['batch.amazonaws.com'] : [] }),
    );
    await world.apply(environment([onFargate()], { serviceRole: { arn: bad } }));
    await world.clock.advance(5 * minute);
    expect(await ready()).toMatch(/ResourceFailed/);
    const before = world.aws.calls.length;
    const [name] = names(world);

    await settled(world, environment([onFargate()], { serviceRole: { arn: good } }));

    expect(world.changesSince(before)).toEqual(['UpdateComputeEnvironment', 'CreateJobQueue']);
    expect([names(world), await ready()]).toEqual([[name], 'True Reconciled: AWS is as declared']);
  });
});

it('a name that AWS is still deleting for somebody else is waited for', async () => {
  await settled(world, environment([onFargate({}, { computeEnvironmentName: 'mine' })], { jobQueues: [] }));
  world.aws.batch.computeEnvironments.edit('mine', { tags: {}, status: 'DELETING', state: 'DISABLED' });

  world.process.controller.resync();
  await world.clock.advance(minute);

  expect(await ready()).toMatch(/ResourceBusy: compute environment mine: DELETING/);
  world.aws.batch.computeEnvironments.delete('mine');
  await world.clock.advance(10 * minute);
  expect(await ready()).toMatch(/^True/);
});
