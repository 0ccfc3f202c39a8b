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
import { newestCreated, remembered, surplusVersions, wantedVersion, withCreated } from './versions.ts';

type LaunchTemplateOperation = Operation<LaunchTemplateWant, LaunchTemplateObserved>;

// DeleteLaunchTemplateVersions takes no more in one call (EC2 API reference).
const mostVersionsPerCall = 200;

/**
 * Creates the template with the wanted content as version 1. Its name is what makes a repetition harmless; a token
 * derived from the content would be the token of the earlier template after one was deleted and is declared again.
 */
export const create: LaunchTemplateOperation = async ({ ec2, now }, { name, want }, signal) => {
  const data = want.launchTemplateData;
  const Tags = tagList(want.tags);
  const command = new CreateLaunchTemplateCommand({
    LaunchTemplateName: name,
    VersionDescription: versionDescription(data),
    LaunchTemplateData: requestData(data),
    ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'launch-template', Tags }] } : {}),
  });
  const { LaunchTemplate: template, Warning } = await ec2.send(command, { abortSignal: signal });
  const launchTemplateId = template?.LaunchTemplateId;
  if (launchTemplateId === undefined) throw unanswered(`creating launch template ${name}`);
  const blank = { launchTemplateId, versions: {}, created: [], createdAt: 0, warning: null };
  return withCreated(blank, { number: 1, hash: contentHash(data), at: now(), warning: warningText(Warning) });
};

/**
 * Adds a version with exactly the wanted content; nothing is inherited from another one. The token names the newest
 * version known, so that repeating the call after a lost answer makes no second version, while content that was there
 * before and was deleted does become a new one.
 */
export const createVersion: LaunchTemplateOperation = async ({ ec2, now }, call, signal) => {
  const { owner, id, name, want, observed } = call;
  const data = want.launchTemplateData;
  const { launchTemplateId } = observed;
  const memo = remembered(observed, call.memo);
  const newest = Math.max(observed.latestVersionNumber, newestCreated(memo));
  const command = new CreateLaunchTemplateVersionCommand({
    ClientToken: clientToken(owner, id, launchTemplateId, data, newest),
    LaunchTemplateId: launchTemplateId,
    VersionDescription: versionDescription(data),
    LaunchTemplateData: requestData(data),
  });
  const { LaunchTemplateVersion: version, Warning } = await ec2.send(command, { abortSignal: signal });
  const number = version?.VersionNumber;
  if (number === undefined) throw unanswered(`adding a version to launch template ${name}`);
  return withCreated(memo, { number, hash: contentHash(data), at: now(), warning: warningText(Warning) });
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

function unanswered(doing: string): Failure {
  return new Failure('retry', 'UnexpectedAnswer', `${doing}: EC2 answered without saying what it made`);
}

function requestData(data: TemplateData): RequestLaunchTemplateData {
  return encoded(data) as unknown as RequestLaunchTemplateData;
}

function warningText(warning: ValidationWarning | undefined): string | null {
  const errors = warning?.Errors ?? [];
  return errors.length > 0 ? errors.map(({ Code, Message }) => `${Code}: ${Message}`).join('; ') : null;
}
