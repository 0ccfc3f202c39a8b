import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialSpec, definitionSpec, environmentSpec, example, object } from './example.ts';
import { minute, second, World } from './world.ts';

const plain = {
  containerProperties: {
    image: 'public.ecr.aws/docker/library/busybox:1',
    resourceRequirements: definitionSpec.containerProperties.resourceRequirements,
  },
};

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

describe('a change by a user', () => {
  it('goes before hundreds of objects that are only looked at again', async () => {
    for (let i = 0; i < 400; i++) await world.apply(object('JobDefinition', `j${i}`, plain));
    await world.settle();
    const before = world.passes;
    world.process.controller.resync();
    await world.apply(object('JobDefinition', 'urgent', plain));
    const passed = new Promise<number>(resolve => {
      world.aws.onCall(({ operation, outcome }) => {
        if (operation === 'RegisterJobDefinition' && outcome.phase === 'open') resolve(world.passes - before);
      });
    });
    await world.clock.advance(second);

    expect(await passed).toBeLessThan(20);
    await world.settle();
  });

  it('is carried out at once although hundreds of others fail', async () => {
    world.aws.fail({
      operation: 'RegisterJobDefinition',
      match: ({ input }) => JSON.stringify(input).includes('bad'),
      with: 'serverError',
      times: Number.POSITIVE_INFINITY,
    });
    for (let i = 0; i < 100; i++)
      await world.apply(object('JobDefinition', `bad${i}`, { ...plain, parameters: { kind: 'bad' } }));
    await world.clock.advance(10 * minute);
    const before = world.aws.calls.length;

    await world.apply(object('JobDefinition', 'good', plain));
    await world.clock.advance(2 * second);

    const good = world.aws.calls
      .since(before)
      .find(
        ({ operation, input }) => operation === 'RegisterJobDefinition' && JSON.stringify(input).includes('"good"'),
      );
    expect(good?.outcome.phase).toBe('answered');
  });
});

describe('failing objects', () => {
  it('are tried less and less often', async () => {
    world.aws.fail({ operation: 'CreateSecret', with: 'serverError', times: Number.POSITIVE_INFINITY });
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.clock.advance(60 * minute);

    const at = world.aws.calls.of('CreateSecret').map(call => call.at);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(at.length).toBeLessThan(30);
    expect(gaps.slice(0, 5).every((gap, index) => gap >= 500 * 2 ** index)).toBe(true);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * minute);
  });

  it('that a person must correct are looked at a few times an hour', async () => {
    await world.apply(object('BatchEnvironment', 'blog', { ...environmentSpec, computeEnvironments: 'nonsense' }));
    await world.clock.advance(60 * minute);

    expect(await world.ready('BatchEnvironment', 'blog')).toMatch(/^False InvalidSpec: spec\.computeEnvironments/);
    expect(world.passes).toBeLessThan(20);
    expect(world.aws.calls.length).toBe(0);
  });
});

describe('resyncs', () => {
  it('come every ten minutes, and no pass is lost in between', async () => {
    await world.applyAll(example());
    await world.settle();
    const before = world.aws.calls.length;

    await world.clock.advance(61 * minute);

    expect(world.aws.calls.since(before).filter(({ operation }) => operation === 'DescribeJobQueues').length).toBe(6);
  });
});
