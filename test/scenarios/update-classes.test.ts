import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allReady, environment, names, onEc2, onFargate, settled } from './environment.ts';
import { minute, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const ready = () => world.ready('BatchEnvironment', 'blog');

/** What UpdateComputeEnvironment was given from one call on, without the name. */
function updates(since: number): readonly unknown[] {
  return world.aws.calls.since(since).flatMap(({ operation, input }) => {
    if (operation !== 'UpdateComputeEnvironment') return [];
    const { computeEnvironment: _, ...rest } = input as Record<string, unknown>;
    return [rest];
  });
}

/** From one spec to another, to the end; answers the updates of the compute environment that it took. */
async function changed(from: ReturnType<typeof environment>, to: ReturnType<typeof environment>) {
  await settled(world, from);
  const since = world.aws.calls.length;
  const before = names(world);
  await settled(world, to);
  expect([names(world), await ready()]).toEqual([before, allReady]);
  return updates(since);
}

describe('a change of the spec', () => {
  it('of scale and of infrastructure is made in two calls, tags by themselves before', async () => {
    const found = await changed(
      environment([onEc2()]),
      environment([onEc2({ maxvCpus: 32, ec2KeyPair: 'key' }, { tags: { team: 'blog' } })]),
    );

    expect(found).toEqual([{ computeResources: { maxvCpus: 32 } }, { computeResources: { ec2KeyPair: 'key' } }]);
  });

  it('has the update policy in place before the instances that it is about go', async () => {
    const found = await changed(
      environment([onEc2()]),
      environment([onEc2({ ec2KeyPair: 'key' }, { updatePolicy: { terminateJobsOnUpdate: true } })]),
    );

    expect(found).toEqual([
      { updatePolicy: { terminateJobsOnUpdate: true, jobExecutionTimeoutMinutes: 30 } },
      { computeResources: { ec2KeyPair: 'key' } },
    ]);
  });

  it('of the launch template reaches the instances as a new version with its number', async () => {
    const found = await changed(
      environment([onEc2()]),
      environment([onEc2()], { launchTemplate: { monitoring: true } }),
    );

    expect(found).toEqual([
      { computeResources: { launchTemplate: { launchTemplateId: expect.stringMatching(/^lt-/), version: '2' } } },
    ]);
  });

  it('of Fargate is one call without anything that Fargate refuses', async () => {
    const found = await changed(
      environment([onFargate()]),
      environment([onFargate({ maxvCpus: 4, subnets: ['subnet-2'] }, { state: 'DISABLED' })]),
    );

    expect(found).toEqual([{ state: 'DISABLED', computeResources: { maxvCpus: 4, subnets: ['subnet-2'] } }]);
  });

  it('of the service role to another one is a call of its own', async () => {
    const [one, other] = ['one', 'other'].map(name => world.aws.iam.addRole(name, { trusts: ['batch.amazonaws.com'] }));
    const found = await changed(
      environment([onEc2()], { serviceRole: { arn: one } }),
      environment([onEc2({ maxvCpus: 32 })], { serviceRole: { arn: other } }),
    );

    expect(found).toEqual([{ serviceRole: other }, { computeResources: { maxvCpus: 32 } }]);
  });

  it('that asks for the newest images does so once', async () => {
    const found = await changed(environment([onEc2()]), environment([onEc2({}, { imageRefresh: 1 })]));
    await world.restart();
    await world.resync();

    expect(found).toEqual([{ computeResources: { updateToLatestImageVersion: true } }]);
    expect(updates(0)).toHaveLength(1);
  });

  it('that takes tags away does so although something else has to wait first', async () => {
    await settled(world, environment([onEc2()], { tags: { team: 'blog' } }));

    await settled(world, environment([onEc2({ ec2KeyPair: 'key' })]));

    const [found] = world.aws.batch.computeEnvironments.values();
    expect([Object.keys(found?.tags ?? {}).includes('team'), await ready()]).toEqual([false, allReady]);
  });
});

describe('a maximum below what is in use', () => {
  it('is approached as jobs end, and the object says what it waits for', async () => {
    await settled(world, environment([onEc2()]));
    const [name = ''] = names(world);
    world.aws.batch.scale(name, 12);
    const since = world.aws.calls.length;

    await world.apply(environment([onEc2({ maxvCpus: 4 })]));
    await world.clock.advance(10 * minute);
    expect(await ready()).toBe(
      `False InUse: compute environment ${name}: computeResources.maxvCpus cannot be changed yet; more vCPUs are in use than it would allow, and it follows them down as jobs end`,
    );
    world.aws.batch.scale(name, 7);
    await world.clock.advance(5 * minute);
    world.aws.batch.scale(name, 0);
    await world.clock.advance(5 * minute);

    expect(updates(since)).toEqual([12, 7, 4].map(maxvCpus => ({ computeResources: { maxvCpus } })));
    expect(await ready()).toBe(allReady);
  });
});

it('what the scheduler moves is never taken for drift', async () => {
  await settled(world, environment([onEc2({ desiredvCpus: 2, minvCpus: 1 })]));
  const since = world.aws.calls.length;
  world.aws.batch.scale(names(world)[0] ?? '', 9);

  await world.resync();

  expect([updates(since), await ready()]).toEqual([[], allReady]);
});

it('an update that meets AWS at work on the compute environment is waited for, not an error', async () => {
  await settled(world, environment([onEc2()]));
  world.aws.fail({
    operation: 'UpdateComputeEnvironment',
    times: 2,
    with: { name: 'ClientException', message: 'Cannot update, resource is being modified.', status: 400 },
  });

  await world.apply(environment([onEc2({ maxvCpus: 32 })]));
  await world.clock.advance(5_000);
  expect(await ready()).toMatch(/^False ResourceBusy: .*resource is being modified/);
  await world.clock.advance(5 * minute);

  expect(await ready()).toBe(allReady);
});
