import { unknowns } from '../../model/declared.ts';
import type { Tags } from '../../model/ownership.ts';
import { defineResource, type View } from '../resource.ts';
import { create, createVersion, deleteVersions, remove, setDefaultVersion, tag } from './operations.ts';
import { type LaunchTemplateObserved, read } from './read.ts';
import type { TemplateData } from './template-data.ts';
import { remembered, surplusVersions, wantedVersion } from './versions.ts';

/** A launch template whose default version has the wanted content. */
export interface LaunchTemplateWant {
  readonly launchTemplateName: string;
  /** The members of EC2's RequestLaunchTemplateData, `UserData` as plain text. No secret belongs here. */
  readonly launchTemplateData: TemplateData;
  /** Which version the default must be. Always `wanted`, the one with `launchTemplateData`, also when left out. */
  readonly defaultVersion?: 'wanted';
  /** How many of our versions are kept, the newest first. */
  readonly keepVersions: number;
  /** Versions that something refers to: never deleted. */
  readonly versionsInUse: readonly number[];
  readonly tags: Tags;
}

/**
 * An EC2 launch template. Its versions are known by their content: wanting earlier content again makes the earlier
 * version the default again. Versions made by others are left alone, but do not stay the default.
 */
export const launchTemplate = defineResource({
  resource: 'LaunchTemplate',
  noun: 'launch template',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'launchTemplateName', repair: 'immutable' },
    { want: 'launchTemplateData', repair: 'createVersion' },
    { want: 'defaultVersion',     repair: versionRepair,    unset: 'wanted' },
    { want: 'keepVersions',       repair: 'deleteVersions', have: 'surplusVersions', equal: nothingLeft },
    { want: 'tags',               repair: 'tag' },
  ],
  read,
  facing,
  view: (observed: LaunchTemplateObserved, want: LaunchTemplateWant | undefined) => {
    const { launchTemplateId, arn, tags, defaultVersionNumber } = observed;
    const wanted = want && wantedVersion(observed, want);
    const served = wanted?.versionNumber === defaultVersionNumber ? { version: String(defaultVersionNumber) } : {};
    return { ...visibility(observed), arn, tags, outputs: { launchTemplateId, arn, ...served } };
  },
  memo: (observed, _want, earlier) => remembered(observed, earlier),
  teardown: () => 'delete',
  operations: { create, tag, createVersion, setDefaultVersion, deleteVersions, delete: remove },
});

function visibility({ awaitedVersion }: LaunchTemplateObserved): Pick<View, 'phase' | 'message' | 'busyForMs'> {
  if (awaitedVersion === undefined) return { phase: 'ready' };
  return { phase: 'busy', message: `version ${awaitedVersion} is new and not visible yet`, busyForMs: 2_000 };
}

/** A template as it stands to what is wanted. While the content is not known nothing is said to differ in it. */
function facing(observed: LaunchTemplateObserved, want: LaunchTemplateWant): LaunchTemplateObserved {
  const { defaultVersionNumber, versions } = observed;
  const unknown = unknowns(want.launchTemplateData).length > 0;
  const wanted = wantedVersion(observed, want);
  const served = versions.find(({ versionNumber }) => versionNumber === defaultVersionNumber)?.data ?? {};
  return {
    ...observed,
    launchTemplateData: wanted || unknown ? want.launchTemplateData : served,
    defaultVersion: unknown || wanted?.versionNumber === defaultVersionNumber ? 'wanted' : `${defaultVersionNumber}`,
    surplusVersions: surplusVersions(observed, want),
  };
}

/** The version must exist before it can be the default. */
function versionRepair(
  want: LaunchTemplateWant,
  observed: LaunchTemplateObserved,
): 'createVersion' | 'setDefaultVersion' {
  return wantedVersion(observed, want) === undefined ? 'createVersion' : 'setDefaultVersion';
}

function nothingLeft(_keep: unknown, surplus: unknown): boolean {
  return !Array.isArray(surplus) || surplus.length === 0;
}
