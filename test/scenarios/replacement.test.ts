import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAws } from '../simulated-aws/simulated-aws.ts';
import { environmentSpec, example, object } from './example.ts';
import { minute, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

/** An environment whose compute environment has other resources than the example's. */
function withResources(resources: object) {
  const [main] = environmentSpec.computeEnvironments;
  const computeResources = { ...main?.computeResources, ...resources };
  return object('BatchEnvironment', 'blog', {
    ...environmentSpec,
    computeEnvironments: [{ ...main, computeResources }],
  });
}

const alive = (aws: SimulatedAws) =>
  aws.batch.computeEnvironments.values().filter(({ status }) => status !== 'DELETED');
const names = (aws: SimulatedAws) => alive(aws).map(({ computeEnvironmentName }) => computeEnvironmentName);

/** Why jobs of the queue could not start at this moment. */
function withoutCapacity(aws: SimulatedAws): string | undefined {
  const queue = aws.batch.jobQueues.get('blog-main');
  const usable = queue?.computeEnvironmentOrder.some(({ computeEnvironment }) =>
    alive(aws).some(
      one =>
        one.computeEnvironmentArn === computeEnvironment &&
        one.state === 'ENABLED' &&
        one.status !== 'INVALID' &&
        one.status !== 'DELETING' &&
        one.status !== 'CREATING',
    ),
  );
  return usable
    ? undefined
    : JSON.stringify([
        queue?.computeEnvironmentOrder,
        alive(aws).map(o => [o.computeEnvironmentName, o.status, o.state]),
      ]);
}

/** Watches at every call that the queue never is without a usable compute environment. */
function watchCapacity(): readonly string[] {
  const gaps: string[] = [];
  world.aws.onCall(() => {
    const gap = withoutCapacity(world.aws);
    if (gap) gaps.push(gap);
  });
  return gaps;
}

async function converged(first = object('BatchEnvironment', 'blog', environmentSpec)): Promise<void> {
  const [credential, , definition] = example();
  if (credential) await world.apply(credential);
  await world.apply(first);
  if (definition) await world.apply(definition);
  await world.settle();
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
}

interface Change {
  readonly what: string;
  readonly from: object;
  readonly to: object;
}

const changes: readonly Change[] = [
  {
    what: 'the Spot fleet role',
    from: { type: 'SPOT', allocationStrategy: 'BEST_FIT', spotIamFleetRole: 'arn:aws:iam::123456789012:role/fleet' },
    to: { type: 'SPOT', allocationStrategy: 'BEST_FIT', spotIamFleetRole: 'arn:aws:iam::123456789012:role/fleet-two' },
  },
  {
    what: 'instance types with BEST_FIT',
    from: { allocationStrategy: 'BEST_FIT', instanceTypes: ['m5.large'] },
    to: { allocationStrategy: 'BEST_FIT', instanceTypes: ['m6i.large'] },
  },
  {
    what: 'the strategy to BEST_FIT',
    from: {},
    to: { allocationStrategy: 'BEST_FIT' },
  },
];

describe.each(changes)('a change of $what', ({ from, to }) => {
  beforeEach(async () => {
    for (const name of ['fleet', 'fleet-two']) world.aws.iam.addRole(name, { trusts: ['spotfleet.amazonaws.com'] });
    await converged(withResources(from));
  });

  it('brings up another compute environment, moves the queue, and takes the old one down', async () => {
    const before = world.aws.calls.length;
    const old = names(world.aws);
    const gaps = watchCapacity();

    await world.apply(withResources(to));
    await world.settle();

    expect(world.changesSince(before)).toEqual([
      'CreateComputeEnvironment',
      'UpdateJobQueue',
      'UpdateComputeEnvironment',
      'DeleteComputeEnvironment',
    ]);
    expect(gaps).toEqual([]);
    expect(names(world.aws)).toHaveLength(1);
    expect(names(world.aws)).not.toEqual(old);
    expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
    const rested = world.aws.calls.length;
    for (let i = 0; i < 3; i++) await world.resync();
    expect(world.changesSince(rested)).toEqual([]);
  });
});

const bestFit = (type: string) => withResources({ allocationStrategy: 'BEST_FIT', instanceTypes: [type] });

describe('a replacement that cannot work', () => {
  it('leaves the old compute environment and the queue as they are, and says why', async () => {
    await converged(bestFit('m5.large'));
    const [old] = names(world.aws);
    const gaps = watchCapacity();
    const forget = world.aws.onCall(({ operation, outcome, input }) => {
      if (operation !== 'CreateComputeEnvironment' || outcome.phase !== 'answered') return;
      const { computeEnvironmentName } = input as { computeEnvironmentName: string };
      world.aws.batch.invalidate(computeEnvironmentName, 'CLIENT_ERROR - no such instances here');
    });

    await world.apply(bestFit('m6i.large'));
    await world.clock.advance(20 * minute);

    expect(await world.ready('BatchEnvironment', 'blog')).toContain('no such instances here');
    expect(alive(world.aws).find(one => one.computeEnvironmentName === old)).toMatchObject({
      status: 'VALID',
      state: 'ENABLED',
    });
    expect(gaps).toEqual([]);
    forget();
    await world.apply(bestFit('m5.large'));
    await world.settle();
    expect(names(world.aws)).toEqual([old]);
    expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
  });
});

describe('two queues on one compute environment', () => {
  it('both move before the old one goes', async () => {
    const two = (type: string) => {
      const draft = bestFit(type);
      const order = [{ order: 1, computeEnvironment: 'main' }];
      const jobQueues = [
        { name: 'main', priority: 10, computeEnvironmentOrder: order },
        { name: 'second', priority: 1, computeEnvironmentOrder: order },
      ];
      return { ...draft, spec: { ...draft.spec, jobQueues } };
    };
    await converged(two('m5.large'));
    const gaps = watchCapacity();

    await world.apply(two('m6i.large'));
    await world.settle();

    expect(gaps).toEqual([]);
    expect(names(world.aws)).toHaveLength(1);
    const arn = alive(world.aws)[0]?.computeEnvironmentArn;
    for (const { computeEnvironmentOrder } of world.aws.batch.jobQueues.values())
      expect(computeEnvironmentOrder).toMatchObject([{ computeEnvironment: arn }]);
  });
});

it('an explicit name cannot be replaced: the object says so and nothing changes', async () => {
  const named = (type: string) => {
    const draft = bestFit(type);
    const [main] = (draft.spec?.['computeEnvironments'] ?? []) as unknown as object[];
    return { ...draft, spec: { ...draft.spec, computeEnvironments: [{ ...main, computeEnvironmentName: 'mine' }] } };
  };
  await converged(named('m5.large'));
  const before = world.aws.calls.length;

  await world.apply(named('m6i.large'));
  await world.settle();

  expect(await world.ready('BatchEnvironment', 'blog')).toContain(
    'False ImmutableField: compute environment mine: computeResources.instanceTypes cannot be changed in place',
  );
  expect(world.changesSince(before)).toEqual([]);
});
