import { RegisterJobDefinitionCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import { describe, expect, it } from 'vitest';
import { containerJob } from '../simulated-aws/batch/samples.ts';
import type { CallRecord } from '../simulated-aws/calls.ts';
import {
  allReady,
  computeEnvironments,
  environment,
  onEc2,
  onFargate,
  settled,
  usedBy,
  watchCapacity,
} from './environment.ts';
import type { Death } from './process.ts';
import { minute, second, World } from './world.ts';

interface Way {
  readonly what: string;
  readonly old: ReturnType<typeof environment>;
  readonly next: ReturnType<typeof environment>;
}

const drain = { drainTimeoutMinutes: 5 };
const ways: readonly Way[] = [
  {
    what: 'EC2',
    old: environment([onEc2({ allocationStrategy: 'BEST_FIT', instanceTypes: ['m5'] }, drain)]),
    next: environment([onEc2({ allocationStrategy: 'BEST_FIT', instanceTypes: ['m6i'] }, drain)]),
  },
  {
    what: 'Fargate',
    old: environment([onFargate({}, drain)]),
    next: environment([onFargate({ type: 'FARGATE_SPOT' }, drain)]),
  },
];

/** A world in which the old compute environment stands and runs a job for so long. */
async function begun({ old }: Way, runsForMs = 3 * minute): Promise<World> {
  const world = new World();
  await world.aws.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('work')));
  await settled(world, old);
  world.aws.batch.steer(() => ({ outcome: 'succeeds', runsForMs }));
  const job = { jobName: 'job', jobQueue: 'blog-main', jobDefinition: 'work' };
  await world.aws.clients.batch.send(new SubmitJobCommand(job));
  await world.clock.advance(10 * second);
  return world;
}

/** Everything that stands in AWS, without what only tells when it was made. */
function standing({ aws }: World): unknown {
  const { batch, ec2, iam } = aws;
  return {
    computeEnvironments: batch.computeEnvironments
      .values()
      .filter(({ status }) => status !== 'DELETED')
      .map(({ computeEnvironmentName, state, status }) => [computeEnvironmentName, state, status]),
    jobQueues: batch.jobQueues.values().map(({ jobQueueName, state, status }) => [jobQueueName, state, status]),
    launchTemplates: ec2.launchTemplates.values().map(({ launchTemplateName }) => launchTemplateName),
    roles: iam.roles.values().map(({ RoleName }) => RoleName),
    profiles: iam.instanceProfiles.values().map(({ InstanceProfileName }) => InstanceProfileName),
    jobs: batch.jobs.values().map(({ status }) => status),
  };
}

/** What has to be true at the end: only what is declared stands, the queue is on it, and the job was let run to its end. */
async function outcome(world: World, gaps: readonly string[]): Promise<unknown> {
  const used = usedBy(world, 'blog-main');
  const names = computeEnvironments(world).map(({ computeEnvironmentName }) => computeEnvironmentName);
  expect([names, gaps]).toEqual([used, []]);
  return [standing(world), await world.ready('BatchEnvironment', 'blog')];
}

/** What stands in the end when nothing happens on the way to a spec, and the calls that it takes. */
async function undisturbed(way: Way, goal: Way['old']): Promise<{ calls: readonly CallRecord[]; end: unknown }> {
  const world = await begun(way);
  const [before, gaps] = [world.aws.calls.length, watchCapacity(world, ['VALID'])];
  await settled(world, goal);
  const calls = world.aws.calls.since(before).map(call => ({ ...call, number: call.number - before }));
  await world.clock.advance(5 * minute);
  const end = await outcome(world, gaps);
  await world.stop();
  expect(end).toContain(allReady);
  return { calls, end };
}

/** Every call of a replacement, each with every way in which a process can die at it: before a read it is as after the call before. */
async function deaths(way: Way): Promise<readonly Death[]> {
  const { calls } = await undisturbed(way, way.next);
  return calls.flatMap(({ number: call, mutating }) => [
    { call, when: 'after' as const },
    ...(mutating ? [{ call, when: 'before' as const }] : []),
  ]);
}

describe.each(ways)('a replacement on $what', way => {
  const stores = [
    { store: 'its store', loseData: false },
    { store: 'an empty store', loseData: true },
  ];

  describe.each(stores)('in which the process dies at any call, and begins anew with $store', ({ loseData }) => {
    it.each([
      { what: 'goes on to its end', goal: 'next' },
      { what: 'is abandoned when the change has been taken back', goal: 'old' },
    ] as const)(
      '$what',
      async ({ goal }) => {
        const { end } = await undisturbed(way, way[goal]);
        for (const { call, when } of await deaths(way)) {
          const world = await begun(way);
          const gaps = watchCapacity(world, ['VALID']);
          world.process.dieAt({ call: world.aws.calls.length + call, when });
          await settled(world, way.next);
          await world.restart({ loseData });
          await settled(world, way[goal]);
          await world.clock.advance(5 * minute);

          expect([call, when, await outcome(world, gaps)]).toEqual([call, when, end]);
          expect((await world.store.list('Intent')).items).toEqual([]);
          await world.stop();
        }
      },
      120_000,
    );
  });

  it('that is taken back at any call is abandoned', async () => {
    const { calls } = await undisturbed(way, way.next);
    const { end } = await undisturbed(way, way.old);
    for (const { number } of calls) {
      const world = await begun(way);
      const gaps = watchCapacity(world, ['VALID']);
      const at = world.aws.calls.length + number;
      const back = new Promise<unknown>(resolve =>
        world.aws.onCall(call => {
          if (call.number === at && call.outcome.phase !== 'open') resolve(world.apply(way.old));
        }),
      );
      await settled(world, way.next);
      await back;
      await world.settle();
      await world.clock.advance(5 * minute);

      expect([number, await outcome(world, gaps)]).toEqual([number, end]);
      await world.stop();
    }
  }, 120_000);
});

it('a job that does not end has its time, wherever the process dies, and no more', async () => {
  const [way] = ways;
  if (!way) throw new Error('no way');
  for (const { call, when } of await deaths(way)) {
    const world = await begun(way, 600 * minute);
    const gaps = watchCapacity(world, ['VALID']);
    world.process.dieAt({ call: world.aws.calls.length + call, when });
    await settled(world, way.next);
    await world.restart();
    await world.clock.advance(15 * minute);

    const [disabled] = world.aws.calls.of('UpdateComputeEnvironment');
    const [deleted] = world.aws.calls.of('DeleteComputeEnvironment');
    const minutes = ((deleted?.at ?? 0) - (disabled?.at ?? 0)) / minute;
    expect([call, when, gaps, minutes >= 5, minutes < 7]).toEqual([call, when, [], true, true]);
    await world.stop();
  }
}, 120_000);
