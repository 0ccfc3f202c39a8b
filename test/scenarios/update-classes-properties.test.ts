import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchEnvironment } from '../../controller/kinds/batch-environment/batch-environment.ts';
import { specProblems } from '../../controller/kinds/schemas.ts';
import { environmentSpecs, namedRoles, turned } from '../kinds/batch-environment/arbitrary.ts';
import { allReady, computeEnvironments, watchCapacity } from './environment.ts';
import { object } from './example.ts';
import { minute, World } from './world.ts';

type Spec = Readonly<Record<string, unknown>>;

async function inWorld(run: (world: World) => Promise<void>, fillsDefaults = false): Promise<void> {
  const world = new World({ simulated: { reorders: true, fillsDefaults } });
  world.aws.iam.addInstanceProfile('nodes');
  for (const [name, service] of Object.entries(namedRoles)) world.aws.iam.addRole(name, { trusts: [service] });
  await run(world);
  await world.stop();
}

/** Applies a spec and lets all that follows from it end, however long AWS takes. */
async function carriedOut(world: World, spec: unknown): Promise<void> {
  await world.apply(object('BatchEnvironment', 'blog', spec as Spec));
  await world.clock.advance(120 * minute);
  expect([spec, await world.ready('BatchEnvironment', 'blog')]).toEqual([spec, allReady]);
}

/** What AWS has of Batch, without what only tells when it was made. */
function inBatch({ aws }: World): unknown {
  const { computeEnvironments: environments, jobQueues } = aws.batch;
  return [
    ...environments.values().map(({ uuid: _uuid, ecsClusterArn: _arn, updatePolicy: _policy, ...rest }) => rest),
    ...jobQueues.values(),
  ].filter(({ status }) => status !== 'DELETED');
}

it('generates only specs that are taken', () => {
  fc.assert(
    fc.property(environmentSpecs, spec => {
      expect(specProblems(batchEnvironment, spec)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it.each([false, true])(
  'what has been carried out plans nothing, in whatever order AWS shows it (defaults filled in: %s)',
  async fillsDefaults => {
    await fc.assert(
      fc.asyncProperty(environmentSpecs, spec =>
        inWorld(async world => {
          await carriedOut(world, spec);
          const before = world.aws.calls.length;

          await world.resync();
          await carriedOut(world, turned(spec));
          await world.restart();
          await world.clock.advance(15 * minute);

          expect(world.changesSince(before)).toEqual([]);
        }, fillsDefaults),
      ),
      { numRuns: 10 },
    );
  },
  60_000,
);

it('from one spec to another and back ends where it began, with nothing left over and never without capacity', async () => {
  await fc.assert(
    fc.asyncProperty(environmentSpecs, environmentSpecs, (one, other) =>
      inWorld(async world => {
        await carriedOut(world, one);
        const [before, names] = [inBatch(world), computeEnvironments(world).map(c => c.computeEnvironmentName)];
        const disabled = JSON.stringify([one, other]).includes('DISABLED');
        const gaps = watchCapacity(world);

        await carriedOut(world, other);
        expect(computeEnvironments(world)).toHaveLength(1);
        await carriedOut(world, one);

        expect(computeEnvironments(world).map(c => c.computeEnvironmentName)).toEqual(names);
        expect(settledForm(inBatch(world))).toEqual(settledForm(before));
        if (!disabled) expect(gaps).toEqual([]);
      }),
    ),
    { numRuns: 8 },
  );
}, 60_000);

/** What differs by how it came about and not in what it means. */
function settledForm(value: unknown): unknown {
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (['desiredvCpus', 'launchTemplate'].includes(key)) return undefined;
    if (key === 'bidPercentage' && member === 100) return undefined;
    if (typeof member === 'object' && member !== null && !Array.isArray(member))
      return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    return Array.isArray(member) && member.every(item => typeof item === 'string') ? member.toSorted() : member;
  });
  return JSON.parse(text) as unknown;
}
