import { expect, it } from 'vitest';
import { allReady, computeEnvironments, environment, onEc2, settled, usedBy, watchCapacity } from './environment.ts';
import { World } from './world.ts';

const bestFit = (type: string) => environment([onEc2({ allocationStrategy: 'BEST_FIT', instanceTypes: [type] })]);

/** Runs a scenario in a world of its own, which checks at its end what must hold always. */
async function inWorld<T>(run: (world: World) => Promise<T>): Promise<T> {
  const world = new World();
  const result = await run(world);
  await world.stop();
  return result;
}

/** What is left in the end: what jobs can be placed on, and what the object says. */
async function left(world: World) {
  return {
    environments: computeEnvironments(world).map(({ computeResources, state, status }) =>
      [status, state, ...(computeResources?.instanceTypes ?? [])].join(' '),
    ),
    used: usedBy(world, 'blog-main').length,
    ready: await world.ready('BatchEnvironment', 'blog'),
  };
}

const only = (type: string) => ({ environments: [`VALID ENABLED ${type}`], used: 1, ready: allReady });

/** How many calls a replacement takes, and which of them change something, counted from 0. */
const undisturbed = await inWorld(async world => {
  await settled(world, bestFit('m5'));
  const before = world.aws.calls.length;
  await settled(world, bestFit('m6i'));
  const changing = world.aws.calls.mutating(before).map(({ number }) => number - before);
  return { calls: world.aws.calls.length - before, changing };
});
const calls = Array.from({ length: undisturbed.calls }, (_, index) => index);
/** Death after a question is death before the next call. */
const deaths = [
  ...calls.map(call => ({ call, when: 'before' as const })),
  ...undisturbed.changing.map(call => ({ call, when: 'after' as const })),
];

it.each([
  { memory: 'all it knew', loseData: false },
  { memory: 'nothing but the tags in AWS', loseData: true },
])(
  'a replacement in which the process dies at any call is brought to its end with $memory',
  async ({ loseData }) => {
    for (const death of deaths) {
      await inWorld(async world => {
        await settled(world, bestFit('m5'));
        const gaps = watchCapacity(world);
        world.process.dieAt({ ...death, call: world.aws.calls.length + death.call });
        await settled(world, bestFit('m6i'));
        expect(world.process.alive).toBe(false);
        await world.restart({ loseData });
        await world.settle();
        await world.resync();
        expect({ death, gaps, ...(await left(world)) }).toEqual({ death, gaps: [], ...only('m6i') });
      });
    }
  },
  120_000,
);

it('a replacement that is taken back at any call ends as it began', async () => {
  for (const call of calls) {
    await inWorld(async world => {
      await settled(world, bestFit('m5'));
      const [first] = computeEnvironments(world);
      const gaps = watchCapacity(world);
      const from = world.aws.calls.length;
      let taken = false;
      world.aws.onCall(({ number }) => {
        if (taken || number < from + call) return;
        taken = true;
        void world.apply(bestFit('m5'));
      });
      await settled(world, bestFit('m6i'));
      await world.settle();
      expect(taken).toBe(true);
      expect({ call, gaps, ...(await left(world)) }).toEqual({ call, gaps: [], ...only('m5') });
      expect(computeEnvironments(world)[0]?.computeEnvironmentName).toBe(first?.computeEnvironmentName);
    });
  }
}, 120_000);
