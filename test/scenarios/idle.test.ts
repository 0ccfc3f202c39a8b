import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialSpec, definitionSpec, example, object } from './example.ts';
import { minute, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

describe('the example at rest', () => {
  beforeEach(async () => {
    await world.applyAll(example());
    await world.settle();
    await world.clock.advance(15 * minute);
  });

  it('costs no change and nine reads per resync', async () => {
    const before = world.aws.calls.length;

    await world.resync();

    expect(world.aws.calls.counts(before)).toEqual({
      DescribeComputeEnvironments: 1,
      DescribeJobDefinitions: 1,
      DescribeJobQueues: 1,
      DescribeLaunchTemplateVersions: 1,
      DescribeLaunchTemplates: 1,
      GetAccountAuthorizationDetails: 1,
      GetInstanceProfile: 1,
      ListRoles: 1,
      ListSecrets: 1,
    });
  });

  it('costs nothing between two resyncs but looks at the sources of credentials', async () => {
    const resynced = world.aws.calls.length;
    while (world.aws.calls.length === resynced) await world.clock.advance(5_000);
    await world.settle();
    const before = world.aws.calls.length;

    await world.clock.advance(4 * minute);

    expect(world.aws.calls.counts(before)).toEqual({});
  });

  it('writes nothing to the store', async () => {
    const { version } = world.journal.load();

    for (let i = 0; i < 3; i++) await world.resync();

    expect(world.journal.load().version).toBe(version);
  });
});

describe.each([
  { definitions: 1, pages: 1 },
  { definitions: 100, pages: 1 },
  { definitions: 1_000, pages: 10 },
])('$definitions job definitions at rest', ({ definitions, pages }) => {
  it(`cost ${pages} reads per resync, and no change`, async () => {
    const { resourceRequirements } = definitionSpec.containerProperties;
    const spec = { containerProperties: { image: 'public.ecr.aws/x/y:1', resourceRequirements } };
    for (let i = 0; i < definitions; i++) await world.apply(object('JobDefinition', `job-${i}`, spec));
    await world.settle();
    await world.clock.advance(15 * minute);

    const costs: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const before = world.aws.calls.length;
      await world.resync();
      costs.push(world.aws.calls.counts(before));
      await world.clock.advance(11 * minute);
    }

    expect(costs).toEqual(Array(3).fill({ DescribeJobDefinitions: pages }));
    expect(world.aws.calls.of('RegisterJobDefinition').length).toBe(definitions);
  });
});

describe('a hundred credentials at rest', () => {
  it('cost one read per resync', async () => {
    for (let i = 0; i < 100; i++) await world.apply(object('RegistryCredential', `login-${i}`, credentialSpec));
    await world.settle();
    await world.clock.advance(15 * minute);
    const before = world.aws.calls.length;

    await world.resync();

    expect(world.aws.calls.counts(before)).toEqual({ ListSecrets: 1 });
  });
});

describe('an object that cannot be carried out', () => {
  it.each([
    { answer: 'accessDenied', because: 'nothing was made', writesPerTry: 0 },
    { answer: 'serverError', because: 'each try may have made it, and when is written down', writesPerTry: 1 },
  ] as const)('writes its status $writesPerTry times per try after $answer ($because), and one event', async row => {
    world.aws.fail({ operation: 'CreateSecret', with: row.answer, times: Number.POSITIVE_INFINITY });
    await world.apply(object('RegistryCredential', 'ghcr', credentialSpec));
    await world.clock.advance(5 * minute);
    const before = { version: Number(world.journal.load().version), tries: world.aws.calls.of('CreateSecret').length };

    await world.clock.advance(30 * minute);

    const tries = world.aws.calls.of('CreateSecret').length - before.tries;
    expect(tries).toBeGreaterThan(1);
    expect(Number(world.journal.load().version) - before.version).toBe(tries * row.writesPerTry);
    expect((await world.store.list('Event')).items.length).toBe(1);
  });
});
