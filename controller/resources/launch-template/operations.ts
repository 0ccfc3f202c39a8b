import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DeleteTagsCommand,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
  type ValidationWarning,
} from '@aws-sdk/client-ec2';
import { chunks } from '../../aws/pages.ts';
import { Failure } from '../../model/failure.ts';
import { contentHash } from '../../model/json.ts';
import { clientToken } from '../../model/token.ts';
import { unlessAbsent } from '../absence.ts';
import type { Operation } from '../resource.ts';
import { tagChanges, tagList } from '../tag-changes.ts';
import type { LaunchTemplateWant } from './launch-template.ts';
import type { LaunchTemplateObserved } from './read.ts';
import { encoded, type TemplateData, versionDescription } from './template-data.ts';
import { remembered, surplusVersions, wantedVersion, withCreated } from './versions.ts';

type LaunchTemplateOperation = Operation<LaunchTemplateWant, LaunchTemplateObserved>;

// DeleteLaunchTemplateVersions takes no more in one call (EC2 API reference).
const mostVersionsPerCall = 200;

/**
 * Creates the template with the wanted content as version 1. The token names the template that had the name before:
 * EC2 would answer a repeated token with that one although it is gone.
 */
export const create: LaunchTemplateOperation = async ({ ec2 }, { owner, id, name, want, memo }, signal) => {
  const data = want.launchTemplateData;
  const Tags = tagList(want.tags);
  const command = new CreateLaunchTemplateCommand({
    ClientToken: clientToken(owner, id, 'create', name, data, want.tags, memo?.['launchTemplateId']),
    LaunchTemplateName: name,
    VersionDescription: versionDescription(data),
    LaunchTemplateData: requestData(data),
    ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'launch-template', Tags }] } : {}),
  });
  const { LaunchTemplate: template, Warning } = await ec2.send(command, { abortSignal: signal });
  const launchTemplateId = template?.LaunchTemplateId;
  if (launchTemplateId === undefined) return undefined;
  const blank = { launchTemplateId, versions: {}, created: [], warning: null };
  return withCreated(blank, 1, contentHash(data), warningText(Warning));
};

/**
 * Adds a version with exactly the wanted content; nothing is inherited from another one. The token names the newest
 * version there is, so that repeating the call on the word of an old read makes no second version, while the same
 * content is a new version after others came and it was deleted.
 */
export const createVersion: LaunchTemplateOperation = async ({ ec2 }, call, signal) => {
  const { owner, id, want, observed, memo } = call;
  const data = want.launchTemplateData;
  const { launchTemplateId, latestVersionNumber } = observed;
  const command = new CreateLaunchTemplateVersionCommand({
    ClientToken: clientToken(owner, id, 'version', launchTemplateId, data, latestVersionNumber),
    LaunchTemplateId: launchTemplateId,
    VersionDescription: versionDescription(data),
    LaunchTemplateData: requestData(data),
  });
  const { LaunchTemplateVersion: version, Warning } = await ec2.send(command, { abortSignal: signal });
  if (version?.VersionNumber === undefined) return undefined;
  return withCreated(remembered(observed, memo), version.VersionNumber, contentHash(data), warningText(Warning));
};

/** Makes the wanted version the default. Without a token of ours: the same change may be due again later. */
export const setDefaultVersion: LaunchTemplateOperation = async ({ ec2 }, { want, observed }, signal) => {
  const wanted = wantedVersion(observed, want);
  if (!wanted) return;
  const { launchTemplateId: LaunchTemplateId } = observed;
  const command = new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: String(wanted.versionNumber) });
  await ec2.send(command, { abortSignal: signal });
};

/** Deletes the versions that may go. EC2 reports those it refused within a successful answer: they become a failure. */
export const deleteVersions: LaunchTemplateOperation = async ({ ec2 }, { name, want, observed }, signal) => {
  const refused: string[] = [];
  for (const numbers of chunks(surplusVersions(observed, want), mostVersionsPerCall)) {
    const command = new DeleteLaunchTemplateVersionsCommand({
      LaunchTemplateId: observed.launchTemplateId,
      Versions: numbers.map(String),
    });
    const { UnsuccessfullyDeletedLaunchTemplateVersions: items = [] } = await ec2.send(command, {
      abortSignal: signal,
    });
    for (const { VersionNumber, ResponseError } of items) {
      if (ResponseError?.Code === 'launchTemplateVersionDoesNotExist') continue;
      refused.push(
        `version ${VersionNumber}: ${ResponseError?.Code ?? 'no code'}: ${ResponseError?.Message ?? 'no reason'}`,
      );
    }
  }
  if (refused.length > 0) {
    const message = `deleting old versions of launch template ${name}: EC2 refused ${refused.join('; ')}`;
    throw new Failure('retry', 'UnexpectedAnswer', message);
  }
};

/** Removes tags first, then sets the others: a template may be at the limit of 50. */
export const tag: LaunchTemplateOperation = async ({ ec2 }, { want, observed }, signal) => {
  const { set, remove: keys } = tagChanges(want.tags, observed.tags);
  const Resources = [observed.launchTemplateId];
  if (keys.length > 0) {
    const command = new DeleteTagsCommand({ Resources, Tags: keys.map(Key => ({ Key })) });
    await ec2.send(command, { abortSignal: signal });
  }
  const Tags = tagList(set);
  if (Tags.length > 0) await ec2.send(new CreateTagsCommand({ Resources, Tags }), { abortSignal: signal });
};

/** Deletes the template with all its versions. */
export const remove: LaunchTemplateOperation = async ({ ec2 }, { observed }, signal) => {
  const command = new DeleteLaunchTemplateCommand({ LaunchTemplateId: observed.launchTemplateId });
  await unlessAbsent(ec2.send(command, { abortSignal: signal }));
};

function requestData(data: TemplateData): RequestLaunchTemplateData {
  return encoded(data) as unknown as RequestLaunchTemplateData;
}

function warningText(warning: ValidationWarning | undefined): string | null {
  const errors = warning?.Errors ?? [];
  return errors.length > 0 ? errors.map(({ Code, Message }) => `${Code}: ${Message}`).join('; ') : null;
}
