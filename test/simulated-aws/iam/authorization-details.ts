import type {
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  RoleDetail,
} from '@aws-sdk/client-iam';
import type { Request } from '../operation.ts';
import type { View } from '../table.ts';
import type { World } from '../world.ts';
import { encodedDocument } from './documents.ts';
import { iamPage, tagList } from './find.ts';
import type { RoleRow } from './iam.ts';
import { described as describedProfile } from './instance-profiles.ts';
import { attachedPolicies } from './role-policies.ts';
import { boundaryOf } from './roles.ts';

/** GetAccountAuthorizationDetails: all roles with their policies, profiles and tags; other entities do not exist here. */
export function getAccountAuthorizationDetails({
  world,
  input,
  view,
}: Request<GetAccountAuthorizationDetailsRequest>): GetAccountAuthorizationDetailsResponse {
  const withRoles = input.Filter === undefined || input.Filter.includes('Role');
  const roles = withRoles ? world.iam.roles.values(view) : [];
  const keyOf = ({ RoleName }: RoleRow) => RoleName;
  const { items, ...rest } = iamPage(world, 'GetAccountAuthorizationDetails', roles, keyOf, input);
  return {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: items.map(role => detail(world, role, view)),
    Policies: [],
    ...rest,
  };
}

function detail(world: World, role: RoleRow, view: View): RoleDetail {
  const profiles = world.iam.instanceProfiles.values(view).filter(({ roles }) => roles.includes(role.RoleName));
  return {
    Path: role.Path,
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    Arn: role.Arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodedDocument(role.AssumeRolePolicyDocument),
    InstanceProfileList: profiles.map(profile => describedProfile(world, profile, view)),
    RolePolicyList: Object.entries(role.inlinePolicies).map(([PolicyName, document]) => ({
      PolicyName,
      PolicyDocument: encodedDocument(document),
    })),
    AttachedManagedPolicies: attachedPolicies(role),
    ...boundaryOf(role),
    Tags: tagList(role.tags),
    RoleLastUsed: {},
  };
}
