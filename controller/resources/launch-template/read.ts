import {
  DescribeLaunchTemplatesCommand,
  type DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplateVersionsCommand,
  type DescribeLaunchTemplateVersionsRequest,
  type LaunchTemplate,
  type LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import type { Tags } from '../../model/ownership.ts';
import { unlessAbsent } from '../absence.ts';
import type { Memo, Sought } from '../resource.ts';
import { tagMap } from '../tag-changes.ts';
import { decoded, describedHash, type TemplateData } from './template-data.ts';
import { awaitedVersion, type Version, type VersionsMemo, versionsMemo } from './versions.ts';

// Both calls take 200 at most; emulators cut lists short when the size of a page is left out.
const pageSize = 200;

/** A launch template as AWS has it. The last three members say how it stands to what is wanted; `read` leaves them out. */
export interface LaunchTemplateObserved {
  readonly launchTemplateId: string;
  readonly launchTemplateName: string;
  readonly arn: string;
  readonly defaultVersionNumber: number;
  readonly latestVersionNumber: number;
  /** All of them after an exact read; otherwise the newest, the default one, and those remembered. */
  readonly versions: readonly Version[];
  /** A version that we made and that is not visible yet. */
  readonly awaitedVersion?: number;
  readonly tags: Tags;
  /** The wanted content where a version has it; else the content of the default version. */
  readonly launchTemplateData?: TemplateData;
  /** `wanted`, or which other version it is. */
  readonly defaultVersion?: string;
  readonly surplusVersions?: readonly number[];
}

/** The sought launch templates that exist, by `Sought.id`. */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LaunchTemplateObserved>> {
  if (sought.length === 0) return new Map();
  const account = exact
    ? {
        templates: await templatesNamed(aws, sought, signal),
        versions: new Map<string, readonly LaunchTemplateVersion[]>(),
      }
    : await aws.shared('ec2/launch-templates', loading => everyTemplate(aws, loading));
  const found = await Promise.all(
    sought.map(async ({ id, name, memo }) => {
      const template = account.templates.get(name);
      const observed = template && (await one(aws, template, account.versions, memo, exact, signal));
      return observed === undefined ? [] : [[id, observed] as const];
    }),
  );
  return new Map(found.flat());
}

interface Account {
  readonly templates: ReadonlyMap<string, LaunchTemplate>;
  /** The newest and the default version of every template, by template id. */
  readonly versions: ReadonlyMap<string, readonly LaunchTemplateVersion[]>;
}

async function everyTemplate(aws: Aws, signal: AbortSignal): Promise<Account> {
  const [templates, versions] = await Promise.all([
    describeTemplates(aws, {}, signal),
    describeVersions(aws, { Versions: ['$Latest', '$Default'] }, signal),
  ]);
  return { templates: byName(templates), versions: Map.groupBy(versions, version => version.LaunchTemplateId ?? '') };
}

async function templatesNamed(
  aws: Aws,
  sought: readonly Sought[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LaunchTemplate>> {
  const names = chunks([...new Set(sought.map(({ name }) => name))], pageSize);
  // Asked for by LaunchTemplateNames, one that is missing would hide all the others.
  const found = await Promise.all(
    names.map(Values =>
      describeTemplates(aws, { Filters: [{ Name: 'launch-template-name', Values: [...Values] }] }, signal),
    ),
  );
  return byName(found.flat());
}

/**
 * A snapshot knows the newest and the default version only. The others are taken from the memo; without one they are
 * asked for.
 */
async function one(
  aws: Aws,
  template: LaunchTemplate,
  snapshot: Account['versions'],
  memo: Memo | undefined,
  exact: boolean,
  signal: AbortSignal,
): Promise<LaunchTemplateObserved | undefined> {
  const { LaunchTemplateId: launchTemplateId = '' } = template;
  const known = versionsMemo(memo, launchTemplateId);
  if (!exact && known) {
    const seen = (snapshot.get(launchTemplateId) ?? []).map(version => versionOf(version, known));
    const recalled = Object.entries(known.versions).map(([number, hash]) => recall(Number(number), hash, known));
    return observed(aws, template, [...seen, ...recalled], known);
  }
  const all = await unlessAbsent(describeVersions(aws, { LaunchTemplateId: launchTemplateId }, signal));
  const versions = all?.map(version => versionOf(version, known));
  return versions && observed(aws, template, versions, known);
}

function observed(
  { account, now }: Aws,
  template: LaunchTemplate,
  versions: readonly Version[],
  known: VersionsMemo | undefined,
): LaunchTemplateObserved {
  const { LaunchTemplateId: launchTemplateId = '', LaunchTemplateName: launchTemplateName = '' } = template;
  const { partition, region, accountId } = account;
  const awaited = awaitedVersion(known, versions, now());
  const first = new Map<number, Version>();
  for (const version of versions) if (!first.has(version.versionNumber)) first.set(version.versionNumber, version);
  return {
    launchTemplateId,
    launchTemplateName,
    arn: `arn:${partition}:ec2:${region}:${accountId}:launch-template/${launchTemplateId}`,
    defaultVersionNumber: template.DefaultVersionNumber ?? 1,
    latestVersionNumber: template.LatestVersionNumber ?? 1,
    versions: [...first.values()],
    ...(awaited === undefined ? {} : { awaitedVersion: awaited }),
    tags: tagMap(template.Tags),
  };
}

function versionOf(version: LaunchTemplateVersion, known: VersionsMemo | undefined): Version {
  const { VersionNumber: versionNumber = 0, VersionDescription, LaunchTemplateData } = version;
  const hash = describedHash(VersionDescription);
  return {
    versionNumber,
    ...(hash === undefined ? {} : { hash }),
    created: hash !== undefined && (known?.created.includes(versionNumber) ?? false),
    data: decoded({ ...LaunchTemplateData } as TemplateData),
  };
}

function recall(versionNumber: number, hash: string, known: VersionsMemo): Version {
  return { versionNumber, hash, created: known.created.includes(versionNumber) };
}

function byName(templates: readonly LaunchTemplate[]): ReadonlyMap<string, LaunchTemplate> {
  return new Map(templates.map(template => [template.LaunchTemplateName ?? '', template]));
}

function describeTemplates(
  { ec2 }: Aws,
  request: DescribeLaunchTemplatesRequest,
  signal: AbortSignal,
): Promise<readonly LaunchTemplate[]> {
  return allPages(async NextToken => {
    const command = new DescribeLaunchTemplatesCommand({ ...request, MaxResults: pageSize, NextToken });
    const page = await ec2.send(command, { abortSignal: signal });
    return { items: page.LaunchTemplates, next: page.NextToken };
  });
}

function describeVersions(
  { ec2 }: Aws,
  request: DescribeLaunchTemplateVersionsRequest,
  signal: AbortSignal,
): Promise<readonly LaunchTemplateVersion[]> {
  return allPages(async NextToken => {
    const command = new DescribeLaunchTemplateVersionsCommand({ ...request, MaxResults: pageSize, NextToken });
    const page = await ec2.send(command, { abortSignal: signal });
    return { items: page.LaunchTemplateVersions, next: page.NextToken };
  });
}
