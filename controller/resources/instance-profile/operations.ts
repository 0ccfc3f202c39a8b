import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { unlessAbsent } from '../absence.ts';
import type { Operation } from '../resource.ts';
import { tagChanges, tagList } from '../tag-changes.ts';
import type { InstanceProfileWant } from './instance-profile.ts';
import type { InstanceProfileObserved } from './read.ts';

type InstanceProfileOperation = Operation<InstanceProfileWant, InstanceProfileObserved>;

/** Creates the profile and puts its role in. A role left out by a failure in between is found as a difference. */
export const create: InstanceProfileOperation = async (aws, { name, want }, signal) => {
  const Tags = tagList(want.tags);
  const command = new CreateInstanceProfileCommand({
    InstanceProfileName: name,
    Path: want.path,
    ...(Tags.length > 0 ? { Tags } : {}),
  });
  await aws.iam.send(command, { abortSignal: signal });
  await add(aws, name, want.roleName, signal);
};

/** Puts the role into an empty profile. */
export const addRole: InstanceProfileOperation = async (aws, { name, want }, signal) => {
  await add(aws, name, want.roleName, signal);
};

/** Takes the role that is there out and puts the wanted one in. For a moment the profile is empty. */
export const replaceRole: InstanceProfileOperation = async (aws, { name, want, observed }, signal) => {
  await takeOut(aws, name, observed.roleName, signal);
  await add(aws, name, want.roleName, signal);
};

/** Removes tags first, then sets the others: a profile may be at the limit of 50. */
export const tag: InstanceProfileOperation = async ({ iam }, { name, want, observed }, signal) => {
  const { set, remove: TagKeys } = tagChanges(want.tags, observed.tags);
  if (TagKeys.length > 0) {
    const command = new UntagInstanceProfileCommand({ InstanceProfileName: name, TagKeys: [...TagKeys] });
    await iam.send(command, { abortSignal: signal });
  }
  const Tags = tagList(set);
  if (Tags.length === 0) return;
  await iam.send(new TagInstanceProfileCommand({ InstanceProfileName: name, Tags }), { abortSignal: signal });
};

/** Takes the role out, then deletes the profile. */
export const remove: InstanceProfileOperation = async (aws, { name, observed }, signal) => {
  await takeOut(aws, name, observed.roleName, signal);
  const command = new DeleteInstanceProfileCommand({ InstanceProfileName: name });
  await unlessAbsent(aws.iam.send(command, { abortSignal: signal }));
};

async function add({ iam }: Aws, InstanceProfileName: string, RoleName: string, signal: AbortSignal) {
  const command = new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName });
  await iam.send(command, { abortSignal: signal });
}

async function takeOut(
  { iam }: Aws,
  InstanceProfileName: string,
  RoleName: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (RoleName === undefined) return;
  const command = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName });
  await unlessAbsent(iam.send(command, { abortSignal: signal }));
}
