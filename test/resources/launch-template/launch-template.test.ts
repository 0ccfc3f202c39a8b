import { describe, expect, it } from 'vitest';
import { Unknown } from '../../../controller/model/declared.ts';
import { contentHash } from '../../../controller/model/json.ts';
import { creation, repairs } from '../../../controller/model/plan.ts';
import {
  type LaunchTemplateWant,
  launchTemplate,
} from '../../../controller/resources/launch-template/launch-template.ts';
import type { LaunchTemplateObserved } from '../../../controller/resources/launch-template/read.ts';
import type { Version } from '../../../controller/resources/launch-template/versions.ts';
import { goingNow } from '../drive.ts';

const { fields, operations, facing, view, memo, teardown } = launchTemplate;

const data = { UserData: 'wanted', SecurityGroupIds: ['sg-1', 'sg-2'] };
const want: LaunchTemplateWant = {
  launchTemplateName: 'blog',
  launchTemplateData: data,
  keepVersions: 2,
  versionsInUse: [],
  tags: { team: 'blog' },
};

function version(versionNumber: number, content: object = { UserData: `v${versionNumber}` }): Version {
  return { versionNumber, hash: contentHash(content), created: false, data: { ...content } };
}

const observed: LaunchTemplateObserved = {
  launchTemplateId: 'lt-1',
  launchTemplateName: 'blog',
  arn: 'arn:aws:ec2:eu-west-1:123456789012:launch-template/lt-1',
  defaultVersionNumber: 2,
  latestVersionNumber: 2,
  versions: [version(1), version(2, data)],
  tags: { team: 'blog' },
};

const { data: _, ...unread } = version(1);
const byOthers: Version = { versionNumber: 3, created: false, data };

describe('a difference', () => {
  it.each<{ name: string; have?: Partial<LaunchTemplateObserved>; wanted?: object; run: readonly string[] }>([
    { name: 'none', run: [] },
    {
      name: 'none in how EC2 shows the content',
      have: { versions: [version(1), { ...version(2, data), data: { ...data, SecurityGroupIds: ['sg-2', 'sg-1'] } }] },
      run: [],
    },
    {
      name: 'in the content',
      wanted: { launchTemplateData: { UserData: 'new' } },
      run: ['createVersion: launchTemplateData,defaultVersion'],
    },
    {
      name: 'in the content, back to what an older version has',
      wanted: { launchTemplateData: { UserData: 'v1' } },
      run: ['setDefaultVersion: defaultVersion'],
    },
    {
      name: 'in the default version',
      have: { defaultVersionNumber: 1 },
      run: ['setDefaultVersion: defaultVersion'],
    },
    {
      name: 'of a default version made by others',
      have: {
        defaultVersionNumber: 3,
        latestVersionNumber: 3,
        versions: [...observed.versions, { ...byOthers, data: {} }],
      },
      run: ['setDefaultVersion: defaultVersion'],
    },
    {
      name: 'none when others made a version that is not the default',
      have: { latestVersionNumber: 3, versions: [...observed.versions, byOthers] },
      run: [],
    },
    {
      name: 'of a default version made by others with the very content, and none of ours',
      have: { defaultVersionNumber: 3, latestVersionNumber: 3, versions: [byOthers] },
      run: ['createVersion: defaultVersion'],
    },
    {
      name: 'of a description that lies',
      have: { versions: [{ ...version(2, data), data: { UserData: 'evil' } }] },
      run: ['createVersion: launchTemplateData,defaultVersion'],
    },
    {
      name: 'of too many versions',
      have: { versions: [version(1), version(2, data), version(3), version(4)] },
      run: ['deleteVersions: keepVersions'],
    },
    {
      name: 'none when the versions too many are in use',
      have: { versions: [version(1), version(2, data), version(3), version(4)] },
      wanted: { versionsInUse: [1] },
      run: [],
    },
    {
      name: 'of too many versions, one known by number only',
      have: { versions: [unread, version(2, data), version(3), version(4)] },
      run: ['deleteVersions: keepVersions'],
    },
    {
      name: 'of the default and too many versions at once',
      have: { defaultVersionNumber: 4, versions: [version(1), version(2, data), version(3), version(4)] },
      run: ['setDefaultVersion: defaultVersion', 'deleteVersions: keepVersions'],
    },
    { name: 'in the tags', have: { tags: {} }, run: ['tag: tags'] },
    {
      name: 'in the tags and the content: ownership first',
      have: { tags: {} },
      wanted: { launchTemplateData: { UserData: 'new' } },
      run: ['tag: tags', 'createVersion: launchTemplateData,defaultVersion'],
    },
    {
      name: 'none in content that is not known yet',
      wanted: { launchTemplateData: { UserData: new Unknown('secret') } },
      run: [],
    },
  ])('$name', ({ have, wanted, run }) => {
    const wants = { ...want, ...wanted };

    const plan = repairs(fields, Object.keys(operations), wants, facing?.({ ...observed, ...have }, wants));

    const steps = plan.action === 'apply' ? plan.steps : [];
    expect(plan.action).toBe(run.length > 0 ? 'apply' : 'none');
    expect(steps.map(({ op, changes }) => `${op}: ${changes.map(({ path }) => path)}`)).toEqual(run);
  });

  it('is printed with both sides', () => {
    const wants = { ...want, launchTemplateData: { UserData: 'new' } };

    expect(repairs(fields, Object.keys(operations), wants, facing?.(observed, wants))).toEqual({
      action: 'apply',
      steps: [
        {
          op: 'createVersion',
          changes: [
            { path: 'launchTemplateData', want: { UserData: 'new' }, have: data },
            { path: 'defaultVersion', want: 'wanted', have: '2' },
          ],
        },
      ],
    });
  });
});

it('prints what a creation sets', () => {
  const { changes } = creation(fields, want);

  expect(changes.map(({ path }) => path)).toEqual(['launchTemplateName', 'launchTemplateData', 'keepVersions', 'tags']);
});

describe('the view', () => {
  const identity = { launchTemplateId: 'lt-1', arn: observed.arn };

  it.each<{ name: string; have?: Partial<LaunchTemplateObserved>; wanted: object | undefined; outputs: object }>([
    { name: 'names the version', wanted: want, outputs: { ...identity, version: '2' } },
    {
      name: 'names none while the wanted one is not the default',
      have: { defaultVersionNumber: 1 },
      wanted: want,
      outputs: identity,
    },
    {
      name: 'names none while the wanted one does not exist',
      wanted: { ...want, launchTemplateData: { UserData: 'new' } },
      outputs: identity,
    },
    {
      name: 'names none while the content is not known',
      wanted: { ...want, launchTemplateData: { UserData: new Unknown('secret') } },
      outputs: identity,
    },
    { name: 'names none for a template that is no longer declared', wanted: undefined, outputs: identity },
  ])('$name', ({ have, wanted, outputs }) => {
    const seen = view({ ...observed, ...have }, wanted);

    expect(seen).toEqual({ phase: 'ready', arn: observed.arn, tags: { team: 'blog' }, outputs });
  });
});

it('is busy while a version that we made is not visible', () => {
  expect(view({ ...observed, awaitedVersion: 3 }, want)).toMatchObject({ phase: 'busy', busyForMs: 2_000 });
});

it('remembers its versions', () => {
  expect(memo?.(observed, want, { launchTemplateId: 'lt-1', warning: 'odd' })).toEqual({
    launchTemplateId: 'lt-1',
    versions: { 1: contentHash({ UserData: 'v1' }), 2: contentHash(data) },
    created: [],
    createdAt: 0,
    warning: 'odd',
  });
});

it('goes in one step', () => {
  expect(teardown(observed, goingNow)).toBe('delete');
});
