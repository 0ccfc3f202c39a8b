import { describe, expect, it } from 'vitest';
import { Unknown } from '../../../controller/model/declared.ts';
import { contentHash } from '../../../controller/model/json.ts';
import {
  awaitedVersion,
  newestCreated,
  remembered,
  surplusVersions,
  type Version,
  versionsMemo,
  wantedVersion,
  withCreated,
} from '../../../controller/resources/launch-template/versions.ts';

const wantedData = { UserData: 'wanted' };
const want = { launchTemplateData: wantedData, keepVersions: 2, versionsInUse: [] };

/** A version of ours, as an exact read of a process that remembers nothing sees it. */
function ours(versionNumber: number, data: { UserData: string } = { UserData: `v${versionNumber}` }): Version {
  return { versionNumber, hash: contentHash(data), created: false, data };
}

function foreign(versionNumber: number, data = wantedData): Version {
  return { versionNumber, created: false, data };
}

const forged: Version = { ...ours(9, wantedData), data: { UserData: 'evil' } };

describe('wantedVersion', () => {
  it.each<{ name: string; versions: readonly Version[]; number: number | undefined }>([
    { name: 'none of an empty history', versions: [], number: undefined },
    { name: 'none when the content is missing', versions: [ours(1), ours(2)], number: undefined },
    { name: 'the one with the content', versions: [ours(1), ours(2, wantedData), ours(3)], number: 2 },
    { name: 'the newest of two', versions: [ours(1, wantedData), ours(2, wantedData), ours(3)], number: 2 },
    { name: 'none of others, whatever its content', versions: [foreign(1)], number: undefined },
    { name: 'none whose description lies', versions: [forged], number: undefined },
    { name: 'an older one rather than one whose description lies', versions: [ours(1, wantedData), forged], number: 1 },
    {
      name: 'the one known to be ours rather than a newer copy',
      versions: [{ ...ours(1, wantedData), created: true }, ours(2, wantedData)],
      number: 1,
    },
    {
      name: 'the one known to be ours even when EC2 shows its content in another form',
      versions: [{ ...ours(1, wantedData), created: true, data: { UserData: 'wanted', CpuOptions: { CoreCount: 2 } } }],
      number: 1,
    },
    {
      name: 'one known by number only when it is known to be ours',
      versions: [{ versionNumber: 1, hash: contentHash(wantedData), created: true }],
      number: 1,
    },
    {
      name: 'none known by number and description only',
      versions: [{ versionNumber: 1, hash: contentHash(wantedData), created: false }],
      number: undefined,
    },
  ])('is $name', ({ versions, number }) => {
    expect(wantedVersion({ defaultVersionNumber: 1, versions }, want)?.versionNumber).toBe(number);
  });

  it('is none while the content is not known', () => {
    const unknown = { ...want, launchTemplateData: { UserData: new Unknown('secret') as never } };

    expect(wantedVersion({ defaultVersionNumber: 1, versions: [ours(1)] }, unknown)).toBeUndefined();
  });
});

describe('surplusVersions', () => {
  const history = [ours(1), ours(2), ours(3), foreign(4), ours(5), ours(6, wantedData)];

  it.each<{ name: string; versions?: readonly Version[]; by?: object; isDefault?: number; surplus: readonly number[] }>(
    [
      { name: 'those older than the newest of ours', surplus: [3, 2, 1] },
      { name: 'none when enough may be kept', by: { keepVersions: 5 }, surplus: [] },
      { name: 'never the default', isDefault: 2, surplus: [3, 1] },
      { name: 'never those in use', by: { versionsInUse: [1, 3] }, surplus: [2] },
      {
        name: 'never the wanted one, old as it may be',
        by: { launchTemplateData: { UserData: 'v1' } },
        surplus: [3, 2],
      },
      { name: 'never all, even when none is to be kept', by: { keepVersions: 0 }, surplus: [5, 3, 2, 1] },
      { name: 'none while the wanted one is missing', versions: history.slice(0, 5), surplus: [] },
      { name: 'none while it is not known what is in use', by: { versionsInUse: [new Unknown('queue')] }, surplus: [] },
    ],
  )('are $name', ({ versions = history, by = {}, isDefault = 6, surplus }) => {
    expect(surplusVersions({ defaultVersionNumber: isDefault, versions }, { ...want, ...by })).toEqual(surplus);
  });
});

describe('the memo', () => {
  const observed = {
    launchTemplateId: 'lt-1',
    defaultVersionNumber: 2,
    latestVersionNumber: 3,
    versions: [{ ...ours(1), created: true }, ours(2), foreign(3)],
  };
  const memo = {
    launchTemplateId: 'lt-1',
    versions: { 1: contentHash({ UserData: 'v1' }), 2: contentHash({ UserData: 'v2' }) },
    created: [1],
    createdAt: 0,
    warning: null,
  };

  it('follows from reading', () => {
    expect(remembered(observed, undefined)).toEqual(memo);
  });

  it('keeps the warning', () => {
    expect(remembered(observed, { ...memo, warning: 'odd' }).warning).toBe('odd');
  });

  it('keeps a version that is made but not visible yet, and drops one that is gone', () => {
    expect(remembered(observed, { ...memo, created: [1, 2, 4] }).created).toEqual([1, 4]);
  });

  it('takes nothing from an earlier template of the same name', () => {
    const earlier = { ...memo, launchTemplateId: 'lt-0', created: [4], warning: 'odd' };

    expect(remembered(observed, earlier)).toEqual(memo);
    expect(versionsMemo(earlier, 'lt-1')).toBeUndefined();
  });

  it('grows by a version', () => {
    expect(withCreated(memo, { number: 4, hash: 'abc', at: 5_000, warning: 'odd' })).toEqual({
      launchTemplateId: 'lt-1',
      versions: { ...memo.versions, 4: 'abc' },
      created: [1, 4],
      createdAt: 5_000,
      warning: 'odd',
    });
  });

  it.each([
    { name: 'nothing', kept: undefined },
    { name: 'another shape', kept: { versions: {} } },
  ])('is none where $name was kept', ({ kept }) => {
    expect(versionsMemo(kept, 'lt-1')).toBeUndefined();
  });

  it('survives damage', () => {
    expect(
      versionsMemo({ launchTemplateId: 'lt-1', versions: 3, created: ['x', 2], createdAt: 'y', warning: 5 }, 'lt-1'),
    ).toEqual({
      launchTemplateId: 'lt-1',
      versions: {},
      created: [2],
      createdAt: 0,
      warning: null,
    });
  });
});

describe('awaitedVersion', () => {
  const memo = { launchTemplateId: 'lt-1', versions: {}, created: [1, 2], createdAt: 100_000, warning: null };

  it.each([
    {
      name: 'the newest we made, while it is new and missing',
      kept: memo,
      visible: [ours(1)],
      now: 129_999,
      awaited: 2,
    },
    { name: 'none once it is visible', kept: memo, visible: [ours(1), ours(2)], now: 100_000, awaited: undefined },
    { name: 'none when it is missing for long', kept: memo, visible: [ours(1)], now: 130_000, awaited: undefined },
    { name: 'none when none is known', kept: { ...memo, created: [] }, visible: [], now: 100_000, awaited: undefined },
    { name: 'none when nothing is remembered', kept: undefined, visible: [], now: 100_000, awaited: undefined },
  ])('is $name', ({ kept, visible, now, awaited }) => {
    expect(awaitedVersion(kept, visible, now)).toBe(awaited);
  });

  it('looks at the newest', () => {
    expect(newestCreated(memo)).toBe(2);
    expect(newestCreated(undefined)).toBe(0);
  });
});
