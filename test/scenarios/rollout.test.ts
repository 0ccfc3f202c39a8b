import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallRecord } from '../simulated-aws/calls.ts';
import { changed, environmentSpec, example, object } from './example.ts';
import { World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.applyAll(example());
  await world.settle();
});
afterEach(() => world.stop());

const part = (body: string) => ({
  launchTemplate: { userDataParts: [{ contentType: 'text/x-shellscript', body }] },
});
const withScript = (body: string) => object('BatchEnvironment', 'blog', { ...environmentSpec, ...part(body) });
const template = () => world.aws.ec2.launchTemplates.values()[0];
const environment = () => world.aws.batch.computeEnvironments.values()[0];

/** Everything that a compute environment ever was while `act` ran. */
async function statuses(act: () => Promise<unknown>): Promise<ReadonlySet<string | undefined>> {
  const seen = new Set<string | undefined>();
  const forget = world.aws.onCall(() => {
    for (const { status } of world.aws.batch.computeEnvironments.values()) seen.add(status);
  });
  await act();
  forget();
  return seen;
}

it('a change of user data becomes a new version, which the compute environment is moved to by its number', async () => {
  const before = world.aws.calls.length;
  const name = environment()?.computeEnvironmentName;
  await world.apply(withScript('#!/bin/sh\necho one\n'));

  const seen = await statuses(() => world.settle());

  expect(world.changesSince(before)).toEqual([
    'CreateLaunchTemplateVersion',
    'ModifyLaunchTemplate',
    'UpdateComputeEnvironment',
  ]);
  expect(template()).toMatchObject({ defaultVersion: 2, latestVersion: 2 });
  expect(template()?.versions.length).toBe(2);
  expect(environment()).toMatchObject({
    computeEnvironmentName: name,
    status: 'VALID',
    computeResources: { launchTemplate: { version: '2' } },
  });
  expect(seen).toEqual(new Set(['VALID', 'UPDATING']));
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('going back to earlier content goes back to the earlier version', async () => {
  await world.apply(withScript('#!/bin/sh\necho one\n'));
  await world.settle();
  const before = world.aws.calls.length;

  await world.apply(object('BatchEnvironment', 'blog', environmentSpec));
  await world.settle();

  expect(world.changesSince(before)).toEqual(['ModifyLaunchTemplate', 'UpdateComputeEnvironment']);
  expect(template()).toMatchObject({ defaultVersion: 1, latestVersion: 2 });
});

it('the last versions are kept, and never is one deleted that the compute environment still names', async () => {
  const deleted: string[] = [];
  world.aws.onCall((call: CallRecord) => {
    if (call.operation !== 'DeleteLaunchTemplateVersions' || call.outcome.phase !== 'open') return;
    const { Versions } = call.input as { Versions: string[] };
    expect(Versions).not.toContain(environment()?.computeResources?.launchTemplate?.version);
    deleted.push(...Versions);
  });

  for (let i = 0; i < 8; i++) {
    await world.apply(withScript(`#!/bin/sh\necho ${i}\n`));
    await world.settle(i === 4 ? 60_000 : undefined);
  }

  expect(template()?.versions.map(({ VersionNumber }) => VersionNumber)).toEqual([5, 6, 7, 8, 9]);
  expect(deleted.sort()).toEqual(['1', '2', '3', '4']);
});

it('changes in quick succession end in the last one, with at most two infrastructure updates', async () => {
  const before = world.aws.calls.length;
  for (let i = 0; i < 5; i++) {
    await world.apply(withScript(`#!/bin/sh\necho ${i}\n`));
    await world.clock.advance(20_000);
  }

  await world.settle();

  const updates = world.changesSince(before).filter(operation => operation === 'UpdateComputeEnvironment');
  expect(updates.length).toBeLessThanOrEqual(2);
  expect(environment()?.computeResources?.launchTemplate?.version).toBe(String(template()?.defaultVersion));
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('a change there and back while the update runs ends where it began', async () => {
  await world.apply(withScript('#!/bin/sh\necho one\n'));
  await world.clock.advance(30_000);
  expect(environment()?.status).toBe('UPDATING');
  const before = world.aws.calls.length;

  await world.apply(object('BatchEnvironment', 'blog', environmentSpec));
  await world.settle();

  expect(environment()?.computeResources?.launchTemplate?.version).toBe('1');
  expect(world.changesSince(before)).toEqual(['ModifyLaunchTemplate', 'UpdateComputeEnvironment']);
  const during = world.aws.calls.since(before).filter(({ outcome }) => outcome.phase === 'failed');
  expect(during).toEqual([]);
});

it('a role that got new permissions is given time to become known before the compute environment is updated', async () => {
  await world.apply(
    object('RegistryCredential', 'hub', {
      registry: 'docker.io',
      source: { files: { username: 'x', passwordPath: '/login' } },
    }),
  );
  await world.settle();

  const both = [{ name: 'ghcr' }, { name: 'hub' }];
  const spec = changed(environmentSpec, { 'agentRegistryAuth.registryCredentials': both });
  await world.apply(object('BatchEnvironment', 'blog', spec));
  const seen = await statuses(() => world.settle());

  expect(seen).toEqual(new Set(['VALID', 'UPDATING']));
  expect(await world.ready('BatchEnvironment', 'blog')).toBe(allReady);
});

it('a change that AWS makes in place without replacing instances is one update, and the name stays', async () => {
  const name = environment()?.computeEnvironmentName;
  const before = world.aws.calls.length;
  const [first] = environmentSpec.computeEnvironments;
  await world.apply(
    object('BatchEnvironment', 'blog', {
      ...environmentSpec,
      computeEnvironments: [{ ...first, computeResources: { ...first?.computeResources, minvCpus: 2, maxvCpus: 64 } }],
    }),
  );
  await world.settle();

  expect(world.changesSince(before)).toEqual(['UpdateComputeEnvironment']);
  expect(environment()).toMatchObject({
    computeEnvironmentName: name,
    computeResources: { minvCpus: 2, maxvCpus: 64 },
  });
});
