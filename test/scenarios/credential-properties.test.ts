import fc from 'fast-check';
import { expect, it } from 'vitest';
import { registryCredential } from '../../controller/kinds/registry-credential/registry-credential.ts';
import { specProblems } from '../../controller/kinds/schemas.ts';
import { allReady } from './environment.ts';
import { object } from './example.ts';
import { canary, minute, World } from './world.ts';

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const tags = fc.dictionary(fc.constantFrom('team', 'stage', 'cost'), fc.constantFrom('a', 'b', ''), { maxKeys: 2 });

/** Logins as they may be declared; where the password comes from is another matter. */
const specs = fc
  .record({
    registry: fc.constantFrom('ghcr.io/acme', 'docker.io', 'quay.io/acme/team'),
    source: fc.constantFrom('/login', '/other').map(passwordPath => ({ files: { username: 'robot', passwordPath } })),
    description: maybe(fc.constantFrom('', 'of the build', 'näher')),
    kmsKeyId: maybe(fc.constantFrom('a', 'b').map(id => `arn:aws:kms:eu-west-1:123456789012:key/${id}`)),
    recoveryWindowInDays: maybe(fc.constantFrom(7, 30)),
    scheduledDeletion: maybe(fc.constantFrom('Restore', 'Wait')),
    tags: maybe(tags),
  })
  .map(spec => JSON.parse(JSON.stringify(spec)) as typeof spec);

async function inWorld(run: (world: World) => Promise<void>): Promise<void> {
  const world = new World({ simulated: { reorders: true } });
  world.logins.set('/other', { username: 'robot', password: `${canary}-2` });
  await run(world);
  await world.stop();
}

async function carriedOut(world: World, spec: object): Promise<void> {
  await world.apply(object('RegistryCredential', 'ghcr', spec));
  await world.clock.advance(15 * minute);
  expect([spec, await world.ready('RegistryCredential', 'ghcr')]).toEqual([spec, allReady]);
}

/** What Secrets Manager holds, but for what tells one write from another. */
function secrets({ aws }: World): unknown {
  return aws.secretsManager.secrets
    .values()
    .map(({ name, description, kmsKeyId, tags: kept, versions }) => [
      name,
      description ?? '',
      kmsKeyId ?? 'alias/aws/secretsmanager',
      kept,
      versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.SecretString,
    ]);
}

it('generates only specs that are taken', () => {
  fc.assert(
    fc.property(specs, spec => {
      expect(specProblems(registryCredential, spec)).toEqual([]);
    }),
  );
});

it('what has been carried out plans nothing, also for a process that knows nothing', async () => {
  await fc.assert(
    fc.asyncProperty(specs, spec =>
      inWorld(async world => {
        await carriedOut(world, spec);
        const before = world.aws.calls.length;
        await world.resync();
        await world.restart({ loseData: true });
        await world.clock.advance(15 * minute);
        expect(world.changesSince(before)).toEqual([]);
      }),
    ),
    { numRuns: 30 },
  );
});

it('from one login to another and back ends where it began', async () => {
  await fc.assert(
    fc.asyncProperty(specs, specs, (one, other) =>
      inWorld(async world => {
        await carriedOut(world, one);
        const before = secrets(world);
        await carriedOut(world, other);
        await carriedOut(world, one);
        expect(secrets(world)).toEqual(before);
      }),
    ),
    { numRuns: 30 },
  );
});
