import { CreateLaunchTemplateVersionCommand, ModifyLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type LaunchTemplateWant,
  launchTemplate,
} from '../../../controller/resources/launch-template/launch-template.ts';
import { Drive, tags } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const boot = 'MIME-Version: 1.0\n\n#!/bin/bash\necho "größer"\n';
const wantA: LaunchTemplateWant = {
  launchTemplateName: 'blog',
  launchTemplateData: { UserData: boot, MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 } },
  keepVersions: 2,
  versionsInUse: [],
  tags: tags('launchTemplate', { team: 'blog' }),
};

function wanting(text: string, others: Partial<LaunchTemplateWant> = {}): LaunchTemplateWant {
  return { ...wantA, launchTemplateData: { UserData: text }, ...others };
}

let world: ReturnType<typeof simulation>;
let drive: Drive;

function row() {
  const found = world.simulated.ec2.find(undefined, 'blog');
  if (!found) throw new Error('the launch template is not there');
  return found;
}

function numbers() {
  return row().versions.map(({ VersionNumber }) => VersionNumber);
}

/** What somebody else does with the template. */
async function foreignVersion(description?: string): Promise<number> {
  const { LaunchTemplateVersion: made } = await world.aws.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: row().launchTemplateId,
      LaunchTemplateData: { KeyName: 'mallory' },
      VersionDescription: description,
    }),
  );
  return made?.VersionNumber ?? 0;
}

async function makeDefault(version: number): Promise<void> {
  const command = { LaunchTemplateId: row().launchTemplateId, DefaultVersion: String(version) };
  await world.aws.ec2.send(new ModifyLaunchTemplateCommand(command));
}

beforeEach(() => {
  world = simulation();
  drive = new Drive({ ...world, resource: launchTemplate, id: 'launchTemplate', name: 'blog' });
});

describe('create', () => {
  it('makes the template with the wanted content as its default, and leaves it alone afterwards', async () => {
    expect(await drive.settle(wantA)).toEqual(['create']);

    expect(row()).toMatchObject({ defaultVersion: 1, latestVersion: 1, tags: wantA.tags });
    expect(row().versions[0]?.LaunchTemplateData).toEqual({
      UserData: Buffer.from(boot).toString('base64'),
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
    });
    expect(await drive.settle(wantA)).toEqual([]);
    expect((await drive.view(wantA))?.outputs).toEqual({
      launchTemplateId: row().launchTemplateId,
      arn: `arn:aws:ec2:eu-west-1:123456789012:launch-template/${row().launchTemplateId}`,
      version: '1',
    });
  });

  it('is found again when its answer was lost', async () => {
    world.simulated.fail({ operation: 'CreateLaunchTemplate', with: 'lostAnswer' });

    await expect(drive.pass(wantA)).rejects.toThrow('socket hang up');

    expect(await drive.settle(wantA)).toEqual([]);
    expect((await drive.view(wantA))?.outputs['version']).toBe('1');
  });

  it('makes a new template for content that a deleted one had', async () => {
    await drive.settle(wantA);
    const first = row().launchTemplateId;
    await drive.remove();
    drive.memo = undefined;

    expect(await drive.settle(wantA)).toEqual(['create']);
    expect(row().launchTemplateId).not.toBe(first);
  });
});

describe('a change of content', () => {
  beforeEach(async () => {
    await drive.settle(wantA);
  });

  it('becomes a new version, and the default with the next wave', async () => {
    expect(await drive.pass(wanting('B'))).toEqual(['createVersion']);
    expect((await drive.view(wanting('B')))?.outputs).not.toHaveProperty('version');
    expect(await drive.pass(wanting('B'))).toEqual(['setDefaultVersion']);

    expect(await drive.settle(wanting('B'))).toEqual([]);
    expect(row()).toMatchObject({ defaultVersion: 2, latestVersion: 2 });
    expect(row().versions[1]?.LaunchTemplateData).toEqual({ UserData: Buffer.from('B').toString('base64') });
    expect((await drive.view(wanting('B')))?.outputs['version']).toBe('2');
  });

  it('there and back makes no third version', async () => {
    await drive.settle(wanting('B'));

    expect(await drive.settle(wantA)).toEqual(['setDefaultVersion']);
    expect(numbers()).toEqual([1, 2]);
    expect(row().defaultVersion).toBe(1);
  });

  it('there and back makes no third version, even when nothing is remembered', async () => {
    await drive.settle(wanting('B'));
    drive.memo = undefined;

    expect(await drive.settle(wantA)).toEqual(['setDefaultVersion']);
    expect(numbers()).toEqual([1, 2]);
  });

  it('makes one version although the answer was lost', async () => {
    world.simulated.fail({ operation: 'CreateLaunchTemplateVersion', with: 'lostAnswer' });

    await expect(drive.pass(wanting('B'))).rejects.toThrow('socket hang up');

    expect(await drive.settle(wanting('B'))).toEqual(['setDefaultVersion']);
    expect(numbers()).toEqual([1, 2]);
  });

  it('makes one version although the answer was lost and reads lag', async () => {
    world.simulated.fail({ operation: 'CreateLaunchTemplateVersion', with: 'lostAnswer' });
    await expect(drive.pass(wanting('B'))).rejects.toThrow('socket hang up');
    world.simulated.stale({ operation: 'DescribeLaunchTemplates', changes: 1 });
    world.simulated.stale({ operation: 'DescribeLaunchTemplateVersions', changes: 1 });

    expect(await drive.pass(wanting('B'))).toEqual(['createVersion']);

    expect(await drive.settle(wanting('B'))).toEqual(['setDefaultVersion']);
    expect(numbers()).toEqual([1, 2]);
  });

  it('waits for a version that is made but not visible', async () => {
    await drive.pass(wanting('B'));
    world.simulated.stale({ operation: 'DescribeLaunchTemplates', changes: 1 });
    world.simulated.stale({ operation: 'DescribeLaunchTemplateVersions', changes: 1 });

    expect(await drive.plan(wanting('B'))).toMatchObject({ action: 'wait', reason: 'ResourceBusy', afterMs: 2_000 });

    expect(await drive.settle(wanting('B'))).toEqual(['setDefaultVersion']);
    expect(numbers()).toEqual([1, 2]);
  });

  it('makes the version again after somebody deleted it', async () => {
    await drive.pass(wanting('B'));
    const { versions, ...rest } = row();
    world.simulated.ec2.launchTemplates.set(rest.launchTemplateId, {
      ...rest,
      latestVersion: 1,
      versions: versions.slice(0, 1),
    });

    expect(await drive.settle(wanting('B'))).toEqual(['createVersion', 'setDefaultVersion']);

    expect(numbers()).toEqual([1, 3]);
  });

  it('is remembered with what AWS finds questionable', async () => {
    const { ec2 } = world.aws;
    const questioning = {
      send: async (command: object, options: object) => {
        const answer = await ec2.send(command as never, options);
        const Warning = { Errors: [{ Code: 'InvalidBlockDeviceMapping', Message: 'no such device' }] };
        return command instanceof CreateLaunchTemplateVersionCommand ? { ...answer, Warning } : answer;
      },
    } as unknown as typeof ec2;
    const warned = new Drive({
      ...world,
      aws: { ...world.aws, ec2: questioning },
      resource: launchTemplate,
      id: 'launchTemplate',
      name: 'blog',
    });

    await warned.settle(wanting('B'));
    const during = warned.memo?.['warning'];
    await warned.settle(wantA);

    expect(during).toBe('InvalidBlockDeviceMapping: no such device');
    expect(warned.memo).toMatchObject({ created: [2] });
  });
});

describe('old versions', () => {
  beforeEach(async () => {
    await drive.settle(wantA);
  });

  it('are deleted beyond those to keep', async () => {
    for (const text of ['B', 'C', 'D', 'E']) await drive.settle(wanting(text));

    expect(numbers()).toEqual([4, 5]);
    expect(row().defaultVersion).toBe(5);
  });

  it('stay while something refers to them, and go when nothing does, by the snapshot alone', async () => {
    for (const text of ['B', 'C', 'D']) await drive.settle(wanting(text, { versionsInUse: [1] }));
    const held = numbers();

    const plan = await drive.plan(wanting('D'), false);
    await drive.settle(wanting('D'));

    expect(held).toEqual([1, 3, 4]);
    expect(plan).toMatchObject({ action: 'apply', steps: [{ op: 'deleteVersions' }] });
    expect(numbers()).toEqual([3, 4]);
  });

  it('of others are left alone', async () => {
    await foreignVersion();
    for (const text of ['B', 'C', 'D']) await drive.settle(wanting(text));

    expect(numbers()).toEqual([2, 4, 5]);
  });

  it('are deleted in calls of at most 200', async () => {
    for (let n = 0; n < 210; n++) {
      await drive.settle(wanting(`${n}`, { keepVersions: 1_000 }));
    }
    const since = world.simulated.calls.length;

    await drive.settle(wanting('209'));

    expect(numbers()).toEqual([210, 211]);
    expect(changes(world.simulated, since)).toEqual(['DeleteLaunchTemplateVersions', 'DeleteLaunchTemplateVersions']);
  });

  it('that EC2 refuses to delete are told of', async () => {
    for (const text of ['B', 'C']) await drive.settle(wanting(text, { keepVersions: 9 }));
    // Between the read and the call somebody makes the version the default.
    const stop = world.simulated.onCall(({ operation, outcome }) => {
      if (operation !== 'DeleteLaunchTemplateVersions' || outcome.phase !== 'open') return;
      world.simulated.ec2.launchTemplates.set(row().launchTemplateId, { ...row(), defaultVersion: 1 });
    });

    await expect(drive.settle(wanting('C'))).rejects.toThrow(
      'deleting old versions of launch template blog: EC2 refused version 1: unexpectedError: The default version',
    );
    stop();

    expect(await drive.settle(wanting('C'))).toEqual(['setDefaultVersion', 'deleteVersions']);
    expect(numbers()).toEqual([2, 3]);
  });
});

it('an old version that somebody else deletes at the same moment is no failure', async () => {
  for (const text of ['A', 'B', 'C']) await drive.settle(wanting(text, { keepVersions: 9 }));
  world.simulated.onCall(({ operation, outcome }) => {
    if (operation !== 'DeleteLaunchTemplateVersions' || outcome.phase !== 'open') return;
    world.simulated.ec2.launchTemplates.set(row().launchTemplateId, { ...row(), versions: row().versions.slice(1) });
  });

  expect(await drive.settle(wanting('C'))).toEqual(['deleteVersions']);
  expect(numbers()).toEqual([2, 3]);
});

describe('what others do', () => {
  beforeEach(async () => {
    await drive.settle(wantA);
  });

  it('to the default version is undone', async () => {
    await makeDefault(await foreignVersion());

    expect((await drive.plan(wantA, false)).action).toBe('apply');
    expect(await drive.settle(wantA)).toEqual(['setDefaultVersion']);
    expect(row().defaultVersion).toBe(1);
    expect(numbers()).toEqual([1, 2]);
  });

  it('beside the default version is no difference', async () => {
    await foreignVersion();

    expect(await drive.plan(wantA, false)).toEqual({ action: 'none' });
    expect(await drive.plan(wantA)).toEqual({ action: 'none' });
  });

  it('under our description deceives nobody, even when nothing is remembered', async () => {
    await makeDefault(await foreignVersion(row().versions[0]?.VersionDescription));
    drive.memo = undefined;

    expect(await drive.settle(wantA)).toEqual(['setDefaultVersion']);
    expect(row().defaultVersion).toBe(1);
  });

  it('to the tags is undone, tags of their own excepted', async () => {
    world.simulated.ec2.launchTemplates.set(row().launchTemplateId, { ...row(), tags: { team: 'x', cost: '42' } });

    expect((await drive.plan(wantA, false)).action).toBe('apply');
    expect(await drive.settle(wantA)).toEqual(['tag']);
    expect(row().tags).toEqual({ ...wantA.tags, cost: '42' });
  });

  it('leaves no tag that is wanted no longer', async () => {
    expect(await drive.settle({ ...wantA, tags: tags('launchTemplate') })).toEqual(['tag']);
    expect(row().tags).toEqual(tags('launchTemplate'));
  });
});

describe('delete', () => {
  it('takes all versions with it, those of others too', async () => {
    await drive.settle(wantA);
    await foreignVersion();

    expect(await drive.remove()).toEqual(['delete']);
    expect(world.simulated.ec2.find(undefined, 'blog')).toBeUndefined();
  });

  it('is done when somebody else was faster', async () => {
    await drive.settle(wantA);
    const { launchTemplateId } = row();
    world.simulated.onCall(({ operation, outcome }) => {
      if (operation === 'DeleteLaunchTemplate' && outcome.phase === 'open')
        world.simulated.ec2.launchTemplates.delete(launchTemplateId);
    });

    expect(await drive.remove()).toEqual(['delete']);
  });

  it('goes on after its answer was lost', async () => {
    await drive.settle(wantA);
    world.simulated.fail({ operation: 'DeleteLaunchTemplate', with: 'lostAnswer' });

    await expect(drive.remove()).rejects.toThrow('socket hang up');

    expect(await drive.remove()).toEqual([]);
  });
});
