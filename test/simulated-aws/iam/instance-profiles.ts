import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  InstanceProfile,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  RemoveRoleFromInstanceProfileRequest,
} from '@aws-sdk/client-iam';
import { healthLook } from '../batch/compute-environments.ts';
import type { Request } from '../operation.ts';
import type { View } from '../table.ts';
import type { World } from '../world.ts';
import { iamError } from './errors.ts';
import { checkedTags, existingProfile, existingRole, iamPage, tagList } from './find.ts';
import type { InstanceProfileRow } from './iam.ts';
import { described as describedRole } from './roles.ts';

/** CreateInstanceProfile. */
export function createInstanceProfile({
  world,
  input,
}: Request<CreateInstanceProfileRequest>): CreateInstanceProfileResponse {
  const { InstanceProfileName = '', Path = '/' } = input;
  if (!/^[\w+=,.@-]{1,128}$/.test(InstanceProfileName)) {
    throw iamError('InvalidInput', 'The specified value for instanceProfileName is invalid.');
  }
  if (world.iam.instanceProfiles.get(InstanceProfileName) !== undefined) {
    throw iamError('EntityAlreadyExists', `Instance Profile ${InstanceProfileName} already exists.`);
  }
  const now = world.agenda.now();
  const profile: InstanceProfileRow = {
    InstanceProfileName,
    Path,
    Arn: world.iam.arn('instance-profile', Path, InstanceProfileName),
    InstanceProfileId: world.iam.newId('AIPA'),
    roles: [],
    tags: checkedTags({}, input.Tags),
    createdAt: now,
    changedAt: now,
  };
  world.iam.instanceProfiles.set(InstanceProfileName, profile);
  return { InstanceProfile: { ...described(world, profile), Roles: [] } };
}

/** An instance profile as Get returns it. */
export function described(world: World, profile: InstanceProfileRow, view?: View): InstanceProfile {
  return {
    Path: profile.Path,
    InstanceProfileName: profile.InstanceProfileName,
    InstanceProfileId: profile.InstanceProfileId,
    Arn: profile.Arn,
    CreateDate: new Date(profile.createdAt),
    Roles: profile.roles.flatMap(name => {
      const role = world.iam.roles.get(name, view);
      if (role === undefined) return [];
      const { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument } = describedRole(role);
      return [{ Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument }];
    }),
    ...(Object.keys(profile.tags).length === 0 ? {} : { Tags: tagList(profile.tags) }),
  };
}

/** GetInstanceProfile. */
export function getInstanceProfile({
  world,
  input,
  view,
}: Request<GetInstanceProfileRequest>): GetInstanceProfileResponse {
  return { InstanceProfile: described(world, existingProfile(world, input.InstanceProfileName, view), view) };
}

/** ListInstanceProfiles: without tags, as ever. */
export function listInstanceProfiles({
  world,
  input,
  view,
}: Request<ListInstanceProfilesRequest>): ListInstanceProfilesResponse {
  const found = world.iam.instanceProfiles.values(view).filter(({ Path }) => Path.startsWith(input.PathPrefix ?? '/'));
  const keyOf = ({ InstanceProfileName }: InstanceProfileRow) => InstanceProfileName;
  const { items, ...rest } = iamPage(world, 'ListInstanceProfiles', found, keyOf, input);
  return { InstanceProfiles: items.map(one => described(world, { ...one, tags: {} }, view)), ...rest };
}

/** ListInstanceProfilesForRole. */
export function listInstanceProfilesForRole({
  world,
  input,
  view,
}: Request<ListInstanceProfilesForRoleRequest>): ListInstanceProfilesForRoleResponse {
  const { RoleName } = existingRole(world, input.RoleName, view);
  const found = world.iam.instanceProfiles.values(view).filter(({ roles }) => roles.includes(RoleName));
  const keyOf = ({ InstanceProfileName }: InstanceProfileRow) => InstanceProfileName;
  const { items, ...rest } = iamPage(world, 'ListInstanceProfilesForRole', found, keyOf, input);
  return { InstanceProfiles: items.map(one => described(world, { ...one, tags: {} }, view)), ...rest };
}

/** AddRoleToInstanceProfile: a profile holds one role. */
export function addRoleToInstanceProfile({ world, input }: Request<AddRoleToInstanceProfileRequest>): void {
  const profile = existingProfile(world, input.InstanceProfileName);
  const { RoleName } = existingRole(world, input.RoleName);
  if (profile.roles.length > 0) {
    throw iamError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
  }
  const roles = [RoleName];
  world.iam.instanceProfiles.set(profile.InstanceProfileName, { ...profile, roles, changedAt: world.agenda.now() });
}

/** RemoveRoleFromInstanceProfile. */
export function removeRoleFromInstanceProfile({ world, input }: Request<RemoveRoleFromInstanceProfileRequest>): void {
  const profile = existingProfile(world, input.InstanceProfileName);
  if (!profile.roles.includes(input.RoleName ?? '')) {
    throw iamError(
      'NoSuchEntity',
      `Role ${input.RoleName} is not in the instance profile ${profile.InstanceProfileName}.`,
    );
  }
  world.iam.instanceProfiles.set(profile.InstanceProfileName, { ...profile, roles: [], changedAt: world.agenda.now() });
  healthLook(world);
}

/** DeleteInstanceProfile: refused while it holds a role. */
export function deleteInstanceProfile({ world, input }: Request<DeleteInstanceProfileRequest>): void {
  const profile = existingProfile(world, input.InstanceProfileName);
  if (profile.roles.length > 0) {
    throw iamError('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.');
  }
  world.iam.instanceProfiles.delete(profile.InstanceProfileName);
  healthLook(world);
}
