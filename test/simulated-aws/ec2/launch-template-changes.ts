import { isDeepStrictEqual } from 'node:util';
import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  LaunchTemplateVersion,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
  RequestLaunchTemplateData,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { Request } from '../operation.ts';
import type { World } from '../world.ts';
import type { LaunchTemplateRow, Remembered } from './ec2.ts';
import { versionNumber } from './ec2.ts';
import { checkDryRun, ec2Error } from './errors.ts';
import { described, existingTemplate, noSuchVersion } from './launch-templates.ts';
import { checkedTags } from './tags.ts';

interface Tokened {
  readonly ClientToken?: string | undefined;
}

/** What an earlier call with the same token did; other parameters under the same token are an error. */
function remembered(world: World, operation: string, input: Tokened): Remembered | undefined {
  const { ClientToken: token, ...parameters } = input;
  const earlier = token === undefined ? undefined : world.ec2.tokens.get(`${operation} ${token}`);
  if (earlier === undefined || isDeepStrictEqual(earlier.parameters, parameters)) return earlier;
  throw ec2Error('IdempotentParameterMismatch', 'The client token was already used with other parameters.');
}

function remember(
  world: World,
  operation: string,
  { ClientToken: token, ...parameters }: Tokened,
  { launchTemplateId }: LaunchTemplateRow,
  version: number,
): void {
  if (token === undefined) return;
  world.ec2.tokens.set(`${operation} ${token}`, { operation, parameters, launchTemplateId, versionNumber: version });
}

/** CreateLaunchTemplate: version 1 is made and is the default. */
export function createLaunchTemplate({
  world,
  input,
}: Request<CreateLaunchTemplateRequest>): CreateLaunchTemplateResult {
  checkDryRun(input);
  const earlier = remembered(world, 'CreateLaunchTemplate', input);
  if (earlier !== undefined) return { LaunchTemplate: described(existingTemplate(world, earlier.launchTemplateId)) };
  const name = input.LaunchTemplateName ?? '';
  if (!/^[A-Za-z0-9().\-/_]{3,128}$/.test(name)) {
    throw ec2Error(
      'InvalidLaunchTemplateName.MalformedException',
      `A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _`,
    );
  }
  if (world.ec2.find(undefined, name) !== undefined) {
    throw ec2Error('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
  }
  if (world.ec2.launchTemplates.size >= 5000) {
    throw ec2Error('TemplateLimitExceeded', 'You have reached the maximum number of launch templates: 5000.');
  }
  const launchTemplateId = `lt-${world.random.hex(17)}`;
  const specifications = input.TagSpecifications ?? [];
  if (specifications.some(({ ResourceType }) => ResourceType !== 'launch-template')) {
    throw ec2Error('InvalidParameterValue', "Tag specification resource type must have a value of 'launch-template'.");
  }
  const template: LaunchTemplateRow = {
    launchTemplateId,
    launchTemplateName: name,
    createdAt: world.agenda.now(),
    defaultVersion: 1,
    latestVersion: 1,
    nextVersion: 2,
    tags: checkedTags(
      {},
      specifications.flatMap(({ Tags }) => Tags ?? []),
    ),
    versions: [newVersion(world, launchTemplateId, name, 1, input)],
  };
  world.ec2.launchTemplates.set(launchTemplateId, template);
  remember(world, 'CreateLaunchTemplate', input, template, 1);
  return { LaunchTemplate: described(template) };
}

/** CreateLaunchTemplateVersion: never becomes the default by itself. */
export function createLaunchTemplateVersion({
  world,
  input,
}: Request<CreateLaunchTemplateVersionRequest>): CreateLaunchTemplateVersionResult {
  checkDryRun(input);
  const earlier = remembered(world, 'CreateLaunchTemplateVersion', input);
  if (earlier !== undefined) {
    const template = existingTemplate(world, earlier.launchTemplateId);
    return answer(
      template,
      template.versions.find(({ VersionNumber }) => VersionNumber === earlier.versionNumber),
    );
  }
  const template = existingTemplate(world, input.LaunchTemplateId, input.LaunchTemplateName);
  if (template.versions.length >= 10_000) {
    throw ec2Error('VersionLimitExceeded', 'You have reached the maximum number of launch template versions: 10000.');
  }
  const { launchTemplateId, launchTemplateName, nextVersion: number } = template;
  const source = input.SourceVersion === undefined ? undefined : world.ec2.version(template, input.SourceVersion);
  if (input.SourceVersion !== undefined && source === undefined) throw noSuchVersion(template, input.SourceVersion);
  const data = {
    ...(source?.LaunchTemplateData as RequestLaunchTemplateData | undefined),
    ...input.LaunchTemplateData,
  };
  const version = newVersion(world, launchTemplateId, launchTemplateName, number, {
    ...input,
    LaunchTemplateData: data,
  });
  const next = {
    ...template,
    latestVersion: number,
    nextVersion: number + 1,
    versions: [...template.versions, version],
  };
  world.ec2.launchTemplates.set(launchTemplateId, next);
  remember(world, 'CreateLaunchTemplateVersion', input, template, number);
  return answer(next, version);
}

function answer(
  { defaultVersion }: LaunchTemplateRow,
  version: LaunchTemplateVersion | undefined,
): CreateLaunchTemplateVersionResult {
  if (version === undefined) return {};
  return { LaunchTemplateVersion: { ...version, DefaultVersion: version.VersionNumber === defaultVersion } };
}

function newVersion(
  world: World,
  id: string,
  name: string,
  number: number,
  input: Pick<CreateLaunchTemplateVersionRequest, 'LaunchTemplateData' | 'VersionDescription'>,
): LaunchTemplateVersion {
  const { LaunchTemplateData: data, VersionDescription: description } = input;
  if (data === undefined || Object.keys(data).length === 0) {
    throw ec2Error('MissingParameter', 'The request must contain the parameter LaunchTemplateData');
  }
  if (description !== undefined && description.length > 255) {
    throw ec2Error('InvalidParameterValue', 'The version description should be at most 255 characters long.');
  }
  checkUserData(data.UserData);
  return {
    LaunchTemplateId: id,
    LaunchTemplateName: name,
    VersionNumber: number,
    ...(description === undefined ? {} : { VersionDescription: description }),
    CreateTime: new Date(world.agenda.now()),
    CreatedBy: world.iam.callerArn,
    // The two shapes differ only in members that nobody here sends.
    LaunchTemplateData: data as ResponseLaunchTemplateData,
  };
}

function checkUserData(userData: string | undefined): void {
  if (userData === undefined) return;
  if (userData.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(userData)) {
    throw ec2Error('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(userData, 'base64').byteLength > 16_384) {
    throw ec2Error('InvalidParameterValue', 'User data is limited to 16384 bytes');
  }
}

/** ModifyLaunchTemplate: moves the default version. */
export function modifyLaunchTemplate({
  world,
  input,
}: Request<ModifyLaunchTemplateRequest>): ModifyLaunchTemplateResult {
  checkDryRun(input);
  const template = existingTemplate(world, input.LaunchTemplateId, input.LaunchTemplateName);
  const version = input.DefaultVersion;
  if (version === undefined)
    throw ec2Error('MissingParameter', 'The request must contain the parameter DefaultVersion');
  if (world.ec2.version(template, version) === undefined) throw noSuchVersion(template, version);
  const next = { ...template, defaultVersion: versionNumber(template, version) };
  world.ec2.launchTemplates.set(template.launchTemplateId, next);
  return { LaunchTemplate: described(next) };
}
