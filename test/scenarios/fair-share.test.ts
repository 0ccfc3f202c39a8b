import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allReady, environment, onFargate, settled } from './environment.ts';
import { minute, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const ready = () => world.ready('BatchEnvironment', 'blog');
const policies = () => [...world.aws.batch.schedulingPolicies.values()];
const queue = () => world.aws.batch.jobQueues.get('blog-main');

/** An environment whose queue has some members beside its order. */
function withQueue(members: object) {
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'main' }];
  return environment([onFargate()], { jobQueues: [{ name: 'main', computeEnvironmentOrder, ...members }] });
}

const fair = (fairsharePolicy: object, more: object = {}) =>
  withQueue({ schedulingPolicy: { fairsharePolicy, ...more } });
const shares = { shareDistribution: [{ shareIdentifier: 'blue', weightFactor: 0.3 }, { shareIdentifier: 'red*' }] };

describe('a queue with fair share', () => {
  it('gets a policy of its own, which it names, and which is at rest', async () => {
    await settled(world, fair({ shareDecaySeconds: 600, ...shares }, { tags: { team: 'blog' } }));

    expect(await ready()).toBe(allReady);
    expect(policies()).toMatchObject([
      {
        name: 'blog-main',
        fairsharePolicy: { shareDecaySeconds: 600, computeReservation: 0 },
        tags: { team: 'blog', 'batchwright.dev/resource': 'schedulingPolicy/main' },
      },
    ]);
    expect(queue()?.schedulingPolicyArn).toBe(policies()[0]?.arn);
    const before = world.aws.calls.length;
    await world.resync();
    await world.restart();
    await world.resync();
    expect(world.changesSince(before)).toEqual([]);
  });

  it('keeps its policy while that changes', async () => {
    await settled(world, fair(shares));
    const [policy] = policies();
    const before = world.aws.calls.length;

    await settled(world, fair({ computeReservation: 20 }));

    expect(world.changesSince(before)).toEqual(['UpdateSchedulingPolicy']);
    expect(policies()).toEqual([
      { ...policy, fairsharePolicy: { shareDecaySeconds: 0, computeReservation: 20, shareDistribution: [] } },
    ]);
  });

  it('has drift of its policy repaired', async () => {
    await settled(world, fair(shares));
    const [policy] = policies();
    if (!policy) throw new Error('no policy');
    world.aws.batch.schedulingPolicies.edit(policy.arn, {
      fairsharePolicy: { shareDecaySeconds: 7, computeReservation: 0, shareDistribution: [] },
    });

    await world.resync();

    expect(policies()).toEqual([policy]);
    expect(await world.events('blog')).toContainEqual(
      expect.stringMatching(
        /^DriftRepaired: repaired drift of scheduling policy blog-main: fairsharePolicy.shareDecaySeconds, fairsharePolicy.shareDistribution/,
      ),
    );
  });

  it('moves to a policy of another name before the old one goes', async () => {
    await settled(world, fair(shares));
    const before = world.aws.calls.length;

    await settled(world, fair(shares, { name: 'other' }));

    expect(world.changesSince(before)).toEqual(['CreateSchedulingPolicy', 'UpdateJobQueue', 'DeleteSchedulingPolicy']);
    expect([policies().map(({ name }) => name), await ready()]).toEqual([['other'], allReady]);
  });

  it('never loses fair share: the object says so, and how to go on', async () => {
    await settled(world, fair(shares));
    const before = world.aws.calls.length;

    await settled(world, withQueue({}));

    expect(await ready()).toMatch(
      /^False ImmutableField: job queue blog-main: schedulingPolicyArn cannot be changed in place; a job queue has a scheduling policy from its creation to its end, or never: declare a queue under another name/,
    );
    expect([world.changesSince(before), policies().length]).toEqual([[], 1]);
    await settled(world, fair(shares));
    expect([world.changesSince(before), await ready()]).toEqual([[], allReady]);
  });

  it('goes before its policy', async () => {
    await settled(world, fair(shares));
    const before = world.aws.calls.length;

    await world.delete('BatchEnvironment', 'blog');
    await world.clock.advance(10 * minute);

    const order = world
      .changesSince(before)
      .filter(name => /Queue|Policy$/.test(name) && /JobQueue|Scheduling/.test(name));
    expect(order).toEqual(['UpdateJobQueue', 'DeleteJobQueue', 'DeleteSchedulingPolicy']);
    expect([policies(), await world.get('BatchEnvironment', 'blog')]).toEqual([[], undefined]);
  });
});

it('a queue without fair share never gets it', async () => {
  await settled(world, withQueue({}));

  await settled(world, fair(shares));
  expect(await ready()).toMatch(/ImmutableField: .*from its creation to its end, or never/);
  await settled(world, withQueue({}));

  expect([policies(), queue()?.schedulingPolicyArn, await ready()]).toEqual([[], undefined, allReady]);
});

it('a policy of somebody else is named and left alone', async () => {
  const arn = 'arn:aws:batch:eu-west-1:123456789012:scheduling-policy/theirs';
  const theirs = { name: 'theirs', arn, tags: {}, fairsharePolicy: { shareDecaySeconds: 60 } };
  world.aws.batch.schedulingPolicies.set(arn, theirs);

  await settled(world, withQueue({ schedulingPolicyArn: arn }));
  expect([queue()?.schedulingPolicyArn, await ready()]).toEqual([arn, allReady]);
  await world.delete('BatchEnvironment', 'blog');
  await world.clock.advance(10 * minute);

  expect(policies()).toEqual([theirs]);
});

it('two objects that want one policy name do not fight over it', async () => {
  await settled(world, fair(shares, { name: 'ours' }));
  const second = fair(shares, { name: 'ours' });
  const other = { ...second, metadata: { ...second.metadata, name: 'shop' } };

  await world.apply(other);
  await world.clock.advance(5 * minute);

  expect(await world.ready('BatchEnvironment', 'shop')).toMatch(/Conflict: scheduling policy ours/);
  expect(await ready()).toBe(allReady);
});
