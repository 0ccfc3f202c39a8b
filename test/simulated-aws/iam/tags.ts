import type {
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  TagInstanceProfileRequest,
  TagRoleRequest,
  UntagInstanceProfileRequest,
  UntagRoleRequest,
} from '@aws-sdk/client-iam';
import type { Request } from '../operation.ts';
import { changeableRole, checkedTags, existingProfile, existingRole, iamPage, tagList } from './find.ts';

function without(tags: Readonly<Record<string, string>>, keys: readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys?.includes(key)));
}

/** TagRole: adds and overwrites. */
export function tagRole({ world, input }: Request<TagRoleRequest>): void {
  const role = changeableRole(world, input.RoleName);
  world.iam.roles.set(role.RoleName, { ...role, tags: checkedTags(role.tags, input.Tags) });
}

/** UntagRole: keys that are not there are no mistake. */
export function untagRole({ world, input }: Request<UntagRoleRequest>): void {
  const role = changeableRole(world, input.RoleName);
  world.iam.roles.set(role.RoleName, { ...role, tags: without(role.tags, input.TagKeys) });
}

/** ListRoleTags. */
export function listRoleTags({ world, input, view }: Request<ListRoleTagsRequest>): ListRoleTagsResponse {
  const all = tagList(existingRole(world, input.RoleName, view).tags);
  const { items, ...rest } = iamPage(world, 'ListRoleTags', all, ({ Key }) => Key ?? '', input);
  return { Tags: items, ...rest };
}

/** TagInstanceProfile: adds and overwrites. */
export function tagInstanceProfile({ world, input }: Request<TagInstanceProfileRequest>): void {
  const profile = existingProfile(world, input.InstanceProfileName);
  const tags = checkedTags(profile.tags, input.Tags);
  world.iam.instanceProfiles.set(profile.InstanceProfileName, { ...profile, tags });
}

/** UntagInstanceProfile: keys that are not there are no mistake. */
export function untagInstanceProfile({ world, input }: Request<UntagInstanceProfileRequest>): void {
  const profile = existingProfile(world, input.InstanceProfileName);
  const tags = without(profile.tags, input.TagKeys);
  world.iam.instanceProfiles.set(profile.InstanceProfileName, { ...profile, tags });
}

/** ListInstanceProfileTags. */
export function listInstanceProfileTags({
  world,
  input,
  view,
}: Request<ListInstanceProfileTagsRequest>): ListInstanceProfileTagsResponse {
  const all = tagList(existingProfile(world, input.InstanceProfileName, view).tags);
  const { items, ...rest } = iamPage(world, 'ListInstanceProfileTags', all, ({ Key }) => Key ?? '', input);
  return { Tags: items, ...rest };
}
