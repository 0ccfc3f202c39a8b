import { CreateComputeEnvironmentCommand } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fargateEnvironment } from '../simulated-aws/batch/samples.ts';
import {
  allReady,
  computeEnvironments,
  environment,
  names,
  onEc2,
  onFargate,
  settled,
  usedBy,
  watchCapacity,
} from './environment.ts';
import { minute, second, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

const ready = () => world.ready('BatchEnvironment', 'blog');
const bestFit = (type: string) => environment([onEc2({ allocationStrategy: 'BEST_FIT', instanceTypes: [type] })]);

it('takes so many calls and so much time under two queues', async () => {
  const order = [{ order: 1, computeEnvironment: 'main' }];
  const two = (type: string) =>
    environment([onEc2({ allocationStrategy: 'BEST_FIT', instanceTypes: [type] })], {
      jobQueues: [
        { name: 'main', computeEnvironmentOrder: order },
        { name: 'second', computeEnvironmentOrder: order },
      ],
    });
  await settled(world, two('m5'));
  const [before, began] = [world.aws.calls.length, world.clock.now()];
  const gaps = watchCapacity(world);

  await settled(world, two('m6i'));

  const calls = world.aws.calls.since(before);
  expect(calls.filter(({ mutating }) => mutating).map(({ operation }) => operation)).toEqual([
    'CreateComputeEnvironment',
    'UpdateJobQueue',
    'UpdateJobQueue',
    'UpdateComputeEnvironment',
    'DeleteComputeEnvironment',
  ]);
  const last = calls.findLast(({ mutating }) => mutating);
  expect({
    calls: calls.length,
    seconds: Math.round(((last?.at ?? 0) - began) / second),
    secondsUntilReady: Math.round((world.clock.now() - began) / second),
    gaps,
  }).toEqual({
    calls: expect.any(Number),
    seconds: expect.any(Number),
    secondsUntilReady: expect.any(Number),
    gaps: [],
  });
  expect(calls.length).toBeLessThanOrEqual(70);
  expect((last?.at ?? 0) - began).toBeLessThan(2 * minute);
  expect(await ready()).toBe(allReady);
});

describe('another architecture', () => {
  it('takes over in one update of the queue, because one queue cannot hold both', async () => {
    await settled(world, environment([onEc2({ instanceTypes: ['m6i'] })]));
    const before = world.aws.calls.length;
    const gaps = watchCapacity(world);

    await settled(world, environment([onEc2({ instanceTypes: ['m7g'] })]));

    expect(world.changesSince(before)).toEqual([
      'CreateComputeEnvironment',
      'UpdateJobQueue',
      'UpdateComputeEnvironment',
      'DeleteComputeEnvironment',
    ]);
    expect([usedBy(world, 'blog-main'), gaps, await ready()]).toEqual([names(world), [], allReady]);
  });

  it('takes over for two compute environments of a queue together', async () => {
    const two = (type: string) =>
      environment([onEc2({ instanceTypes: [type] }), onEc2({ instanceTypes: [type] }, { name: 'other' })]);
    await settled(world, two('m6i'));
    const before = world.aws.calls.length;
    const gaps = watchCapacity(world);

    await settled(world, two('m7g'));

    expect(world.changesSince(before).filter(operation => operation === 'UpdateJobQueue')).toHaveLength(1);
    expect([usedBy(world, 'blog-main').toSorted(), gaps, await ready()]).toEqual([
      names(world).toSorted(),
      [],
      allReady,
    ]);
  });
});

it('raising replacement makes another one, of the same kind', async () => {
  await settled(world, environment([onFargate()]));
  const [old] = names(world);

  await settled(world, environment([onFargate({}, { replacement: 1 })]));

  expect([names(world).length, names(world).includes(old ?? ''), await ready()]).toEqual([1, false, allReady]);
});

describe('with as many compute environments as AWS allows', () => {
  beforeEach(async () => {
    await settled(world, bestFit('m5'));
    for (let index = 1; index < 50; index++)
      await world.aws.clients.batch.send(new CreateComputeEnvironmentCommand(fargateEnvironment(`theirs-${index}`)));
    await world.clock.advance(minute);
  });

  it('no replacement begins: everything stays as it is, and the object says why', async () => {
    const [old = ''] = names(world);
    const gaps = watchCapacity(world);

    await world.apply(bestFit('m6i'));
    await world.clock.advance(10 * minute);

    expect(await ready()).toMatch(
      /QuotaExceeded: creating compute environment .*maximum number of compute environments: 50/,
    );
    expect(computeEnvironments(world).find(one => one.computeEnvironmentName === old)).toMatchObject({
      state: 'ENABLED',
      status: 'VALID',
    });
    expect([usedBy(world, 'blog-main'), gaps]).toEqual([[old], []]);
  });

  it('it goes on by itself once there is room', async () => {
    await world.apply(bestFit('m6i'));
    await world.clock.advance(10 * minute);
    world.aws.batch.computeEnvironments.delete('theirs-1');

    await world.clock.advance(20 * minute);

    expect(await ready()).toBe(allReady);
  });
});

describe('a name of one own', () => {
  const named = (computeEnvironmentName: string, type: string) =>
    environment([onFargate({ type }, { computeEnvironmentName })]);

  it('keeps the compute environment from being replaced, and the way out is told', async () => {
    await settled(world, named('mine', 'FARGATE'));
    const before = world.aws.calls.length;

    await settled(world, named('mine', 'FARGATE_SPOT'));

    expect(await ready()).toBe(
      'False ImmutableField: compute environment mine: computeResources.type cannot be changed in place; AWS has no update for that. To have the compute environment replaced without an outage, change computeEnvironmentName or leave it out; where it is left out already, raise replacement',
    );
    expect(world.changesSince(before)).toEqual([]);
  });

  it('leads to a replacement when it changes along', async () => {
    await settled(world, named('mine', 'FARGATE'));
    const gaps = watchCapacity(world);

    await settled(world, named('mine-2', 'FARGATE_SPOT'));

    expect([names(world), gaps, await ready()]).toEqual([['mine-2'], [], allReady]);
  });
});

it('a queue of somebody else that names the old one keeps it in service, and is named', async () => {
  await settled(world, bestFit('m5'));
  const [old = ''] = names(world);
  const [first] = world.aws.batch.jobQueues.values();
  if (!first) throw new Error('no queue');
  world.aws.batch.jobQueues.set('theirs', {
    ...first,
    jobQueueName: 'theirs',
    jobQueueArn: `${first.jobQueueArn}x`,
    tags: {},
  });

  await world.apply(bestFit('m6i'));
  await world.clock.advance(20 * minute);

  expect(await ready()).toMatch(new RegExp(`compute environment ${old} is still named by job queue theirs`));
  expect(computeEnvironments(world).find(one => one.computeEnvironmentName === old)?.state).toBe('ENABLED');
  const [next = ''] = names(world).filter(name => name !== old);
  const order = world.aws.batch.jobQueues.get('blog-main')?.computeEnvironmentOrder ?? [];
  world.aws.batch.jobQueues.edit('theirs', { computeEnvironmentOrder: order });
  await world.clock.advance(20 * minute);
  expect([names(world), await ready()]).toEqual([[next], allReady]);
});
