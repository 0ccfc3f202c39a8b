import { beforeEach, describe, expect, it } from 'vitest';
import { contentHash } from '../../../controller/model/json.ts';
import { launchTemplate } from '../../../controller/resources/launch-template/launch-template.ts';
import type { Memo } from '../../../controller/resources/resource.ts';
import { Drive, owner } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const { read } = launchTemplate;
const signal = new AbortController().signal;
const names = ['blog', 'shop', 'wiki', 'mail', 'data'];

function sought(wanted: readonly string[], memos: ReadonlyMap<string, Memo | undefined> = new Map()) {
  return wanted.map(name => ({ owner, id: name, name, want: undefined, memo: memos.get(name) }));
}

function wanting(launchTemplateName: string, text: string) {
  return {
    launchTemplateName,
    launchTemplateData: { UserData: text },
    keepVersions: 9,
    versionsInUse: [],
    tags: { n: text },
  };
}

let world: ReturnType<typeof simulation>;
let memos: ReadonlyMap<string, Memo | undefined>;

beforeEach(async () => {
  world = simulation();
  const drives = names.map(name => [name, new Drive({ ...world, resource: launchTemplate, id: name, name })] as const);
  for (const [name, drive] of drives) for (const text of ['A', 'B', 'C']) await drive.settle(wanting(name, text));
  for (const [name, drive] of drives) await drive.settle(wanting(name, 'B'));
  memos = new Map(drives.map(([name, drive]) => [name, drive.memo]));
});

describe.each([
  { name: 'the shared snapshot', exact: false },
  { name: 'an exact read', exact: true },
])('$name', ({ exact }) => {
  it('answers absence by a missing entry', async () => {
    const found = await read(world.aws, sought(['blog', 'nobody', 'wiki'], memos), exact, signal);

    expect([...found.keys()]).toEqual(['blog', 'wiki']);
  });

  it('knows every version of ours, whatever the sizes of the pages', async () => {
    for (const operation of ['DescribeLaunchTemplates', 'DescribeLaunchTemplateVersions'])
      world.simulated.shortPages(operation, 2);

    const found = await read(world.aws, sought(['mail'], memos), exact, signal);

    expect(found.get('mail')).toMatchObject({
      launchTemplateName: 'mail',
      defaultVersionNumber: 2,
      latestVersionNumber: 3,
      tags: { n: 'B' },
      versions: expect.arrayContaining([
        expect.objectContaining({ versionNumber: 1, hash: contentHash({ UserData: 'A' }), created: true }),
        { versionNumber: 2, hash: contentHash({ UserData: 'B' }), created: true, data: { UserData: 'B' } },
        { versionNumber: 3, hash: contentHash({ UserData: 'C' }), created: true, data: { UserData: 'C' } },
      ]),
    });
  });

  it('changes nothing', async () => {
    const since = world.simulated.calls.length;

    await read(world.aws, sought(names, memos), exact, signal);

    expect(changes(world.simulated, since)).toEqual([]);
  });

  it('throws every error that is not absence', async () => {
    world.simulated.fail({ service: 'ec2', with: 'accessDenied', times: Number.POSITIVE_INFINITY });

    await expect(read(world.aws, sought(['blog'], memos), exact, signal)).rejects.toThrow('not authorized');
  });

  it('asks for nothing when nothing is sought', async () => {
    const since = world.simulated.calls.length;

    expect((await read(world.aws, [], exact, signal)).size).toBe(0);
    expect(world.simulated.calls.length).toBe(since);
  });
});

it('costs the same for one and for many from the snapshot', async () => {
  const start = world.simulated.calls.length;
  await read(world.aws, sought(['blog'], memos), false, signal);
  const one = world.simulated.calls.length - start;
  await read(world.aws, sought(names, memos), false, signal);

  expect(one).toBe(2);
  expect(world.simulated.calls.length - start).toBe(2 * one);
});

it('asks for all versions of a template of which nothing is remembered', async () => {
  const found = await read(world.aws, sought(['blog']), false, signal);

  expect(found.get('blog')).toMatchObject({
    versions: [
      { versionNumber: 3, created: false },
      { versionNumber: 2 },
      { versionNumber: 1, data: { UserData: 'A' } },
    ],
  });
});

it('takes a template that goes while it is read for absent', async () => {
  const gone = {
    name: 'InvalidLaunchTemplateId.NotFound',
    message: 'The specified launch template does not exist.',
    status: 400,
  };
  world.simulated.fail({ operation: 'DescribeLaunchTemplateVersions', with: gone });

  const found = await read(world.aws, sought(['blog', 'shop']), true, signal);

  expect([...found.keys()]).toEqual(['shop']);
});
