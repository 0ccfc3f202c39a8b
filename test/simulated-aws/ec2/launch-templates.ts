import type {
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResponseErrorItem,
  DeleteLaunchTemplateVersionsResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplate,
  LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import type { Request } from '../operation.ts';
import type { View } from '../table.ts';
import { latest } from '../table.ts';
import type { World } from '../world.ts';
import type { LaunchTemplateRow } from './ec2.ts';
import { versionNumber } from './ec2.ts';
import { checkDryRun, ec2Error } from './errors.ts';
import { ec2Page, passesFilters, tagFilter, tagList } from './filters.ts';

/** The template of an id or a name; missing is the caller's mistake. */
export function existingTemplate(
  world: World,
  id: string | undefined,
  name?: string | undefined,
  view: View = latest,
): LaunchTemplateRow {
  if (id && name) {
    throw ec2Error('InvalidParameterCombination', 'Specify either the launch template ID or the name, not both.');
  }
  if (!id && !name) throw ec2Error('MissingParameter', 'Either the launch template ID or the name must be specified.');
  if (id && !/^lt-[0-9a-f]{8,17}$/.test(id)) {
    throw ec2Error('InvalidLaunchTemplateId.Malformed', `Invalid id: "${id}"`);
  }
  const template = world.ec2.find(id, name, view);
  if (template !== undefined) return template;
  throw id
    ? ec2Error(
        'InvalidLaunchTemplateId.NotFound',
        `The specified launch template, with template ID ${id}, does not exist.`,
      )
    : ec2Error(
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${name}, does not exist.`,
      );
}

/** What is said of a version that is not there. */
export function noSuchVersion({ launchTemplateId }: LaunchTemplateRow, version: string): Error {
  return ec2Error(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${launchTemplateId}.`,
  );
}

/** A template as Describe returns it. */
export function described(template: LaunchTemplateRow): LaunchTemplate {
  return {
    LaunchTemplateId: template.launchTemplateId,
    LaunchTemplateName: template.launchTemplateName,
    CreateTime: new Date(template.createdAt),
    ...(template.versions[0]?.CreatedBy === undefined ? {} : { CreatedBy: template.versions[0].CreatedBy }),
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.latestVersion,
    ...(Object.keys(template.tags).length === 0 ? {} : { Tags: tagList(template.tags) }),
  };
}

/** DescribeLaunchTemplates: ids and names that are not there are an error, filters that match nothing are not. */
export function describeLaunchTemplates({
  world,
  input,
  view,
}: Request<DescribeLaunchTemplatesRequest>): DescribeLaunchTemplatesResult {
  checkDryRun(input);
  const { LaunchTemplateIds: ids, LaunchTemplateNames: names } = input;
  const named = [
    ...(ids ?? []).map(id => existingTemplate(world, id, undefined, view)),
    ...(names ?? []).map(name => existingTemplate(world, undefined, name, view)),
  ];
  const all = ids === undefined && names === undefined ? world.ec2.launchTemplates.values(view) : named;
  const found = all.filter(template =>
    passesFilters(input.Filters, name => {
      if (name === 'launch-template-name') return [template.launchTemplateName];
      if (name === 'create-time') return [new Date(template.createdAt).toISOString()];
      return tagFilter(template.tags, name);
    }),
  );
  const cut = ec2Page(world, 'DescribeLaunchTemplates', found, one => one.launchTemplateId, input);
  return { LaunchTemplates: cut.items.map(described), NextToken: cut.nextToken };
}

/** DescribeLaunchTemplateVersions: of one template, or the aliases across the account; newest first. */
export function describeLaunchTemplateVersions({
  world,
  input,
  view,
}: Request<DescribeLaunchTemplateVersionsRequest>): DescribeLaunchTemplateVersionsResult {
  checkDryRun(input);
  const found =
    input.LaunchTemplateId || input.LaunchTemplateName
      ? versionsOfOne(existingTemplate(world, input.LaunchTemplateId, input.LaunchTemplateName, view), input)
      : aliasesOfAll(world.ec2.launchTemplates.values(view), input.Versions);
  const filtered = found.filter(version =>
    passesFilters(input.Filters, name => {
      if (name === 'is-default-version') return [String(version.DefaultVersion)];
      if (name === 'create-time') return [version.CreateTime?.toISOString() ?? ''];
      if (name === 'image-id') return [version.LaunchTemplateData?.ImageId ?? ''];
      if (name === 'instance-type') return [version.LaunchTemplateData?.InstanceType ?? ''];
      return undefined;
    }),
  );
  const keyOf = (version: LaunchTemplateVersion) => `${version.LaunchTemplateId} ${version.VersionNumber}`;
  const cut = ec2Page(world, 'DescribeLaunchTemplateVersions', filtered, keyOf, input);
  return { LaunchTemplateVersions: cut.items, NextToken: cut.nextToken };
}

function versionsOfOne(
  template: LaunchTemplateRow,
  { Versions, MinVersion, MaxVersion }: DescribeLaunchTemplateVersionsRequest,
): LaunchTemplateVersion[] {
  const all = template.versions.map(version => withDefault(template, version)).reverse();
  if (Versions === undefined) {
    const [from, to] = [Number(MinVersion ?? 0), Number(MaxVersion ?? Number.POSITIVE_INFINITY)];
    return all.filter(({ VersionNumber = 0 }) => VersionNumber >= from && VersionNumber <= to);
  }
  if (MinVersion !== undefined || MaxVersion !== undefined) {
    throw ec2Error('InvalidParameterCombination', 'Versions cannot be used together with MinVersion or MaxVersion.');
  }
  const numbers = new Set(Versions.map(version => versionNumber(template, version)));
  const missing = Versions.find(version => !all.some(one => one.VersionNumber === versionNumber(template, version)));
  if (missing !== undefined) throw noSuchVersion(template, missing);
  return all.filter(({ VersionNumber = 0 }) => numbers.has(VersionNumber));
}

function aliasesOfAll(
  templates: readonly LaunchTemplateRow[],
  versions: readonly string[] | undefined,
): LaunchTemplateVersion[] {
  if (versions === undefined || versions.some(version => version !== '$Latest' && version !== '$Default')) {
    throw ec2Error(
      'InvalidParameterValue',
      'When no launch template ID or name is given, Versions must be $Latest, $Default, or both.',
    );
  }
  return templates.flatMap(template => versionsOfOne(template, { Versions: [...versions] }));
}

function withDefault({ defaultVersion }: LaunchTemplateRow, version: LaunchTemplateVersion): LaunchTemplateVersion {
  return { ...version, DefaultVersion: version.VersionNumber === defaultVersion };
}

/** DeleteLaunchTemplate: all its versions go with it. */
export function deleteLaunchTemplate({
  world,
  input,
}: Request<DeleteLaunchTemplateRequest>): DeleteLaunchTemplateResult {
  checkDryRun(input);
  const template = existingTemplate(world, input.LaunchTemplateId, input.LaunchTemplateName);
  world.ec2.launchTemplates.delete(template.launchTemplateId);
  return { LaunchTemplate: described(template) };
}

/** DeleteLaunchTemplateVersions: what cannot be deleted is told of in an answer that is no error. */
export function deleteLaunchTemplateVersions({
  world,
  input,
}: Request<DeleteLaunchTemplateVersionsRequest>): DeleteLaunchTemplateVersionsResult {
  checkDryRun(input);
  const template = existingTemplate(world, input.LaunchTemplateId, input.LaunchTemplateName);
  const { launchTemplateId: LaunchTemplateId, launchTemplateName: LaunchTemplateName } = template;
  if ((input.Versions ?? []).length > 200) {
    throw ec2Error('InvalidParameterValue', 'You can delete at most 200 versions in one request.');
  }
  const numbers = (input.Versions ?? []).map(version => versionNumber(template, version));
  const isDeletable = (number: number) =>
    number !== template.defaultVersion && template.versions.some(({ VersionNumber }) => VersionNumber === number);
  const deleted = numbers.filter(isDeletable);
  const versions = template.versions.filter(({ VersionNumber = 0 }) => !deleted.includes(VersionNumber));
  const latestVersion = Math.max(...versions.map(({ VersionNumber = 0 }) => VersionNumber));
  world.ec2.launchTemplates.set(LaunchTemplateId, { ...template, versions, latestVersion });
  return {
    SuccessfullyDeletedLaunchTemplateVersions: deleted.map(VersionNumber => ({
      LaunchTemplateId,
      LaunchTemplateName,
      VersionNumber,
    })),
    UnsuccessfullyDeletedLaunchTemplateVersions: numbers
      .filter(number => !isDeletable(number))
      .map(number => ({
        LaunchTemplateId,
        LaunchTemplateName,
        VersionNumber: number,
        ResponseError: why(template, number),
      })),
  };
}

function why(
  { defaultVersion }: LaunchTemplateRow,
  number: number,
): NonNullable<DeleteLaunchTemplateVersionsResponseErrorItem['ResponseError']> {
  return number === defaultVersion
    ? { Code: 'unexpectedError', Message: 'The default version of a launch template cannot be deleted.' }
    : { Code: 'launchTemplateVersionDoesNotExist', Message: `Launch template version ${number} does not exist.` };
}
