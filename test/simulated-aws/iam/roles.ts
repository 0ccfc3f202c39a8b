import type {
  AttachedPermissionsBoundary,
  CreateRoleRequest,
  CreateRoleResponse,
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteRolePermissionsBoundaryRequest,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  PutRolePermissionsBoundaryRequest,
  Role,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleRequest,
  UpdateRoleResponse,
} from '@aws-sdk/client-iam';
import { healthLook } from '../batch/compute-environments.ts';
import type { Request } from '../operation.ts';
import type { World } from '../world.ts';
import { checkedDocument, encodedDocument } from './documents.ts';
import { iamError } from './errors.ts';
import { changeableRole, checkedTags, existingRole, iamPage, tagList } from './find.ts';
import type { RoleRow } from './iam.ts';
import { serviceLinkedRoleName } from './iam.ts';

const trustLimit = 2048;

/** CreateRole. */
export function createRole({ world, input }: Request<CreateRoleRequest>): CreateRoleResponse {
  const { RoleName = '', Path = '/', Description, PermissionsBoundary } = input;
  if (!/^[\w+=,.@-]{1,64}$/.test(RoleName)) {
    throw iamError(
      'InvalidInput',
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    );
  }
  if (!/^\/([\x21-\x7e]*\/)?$/.test(Path)) throw iamError('InvalidInput', 'The specified value for path is invalid.');
  const AssumeRolePolicyDocument = trust(input.AssumeRolePolicyDocument);
  if (world.iam.roles.values().some(role => role.RoleName.toLowerCase() === RoleName.toLowerCase())) {
    throw iamError('EntityAlreadyExists', `Role with name ${RoleName} already exists.`);
  }
  if (world.iam.roles.size >= 1000) throw iamError('LimitExceeded', 'Cannot exceed quota for RolesPerAccount: 1000');
  const now = world.agenda.now();
  const role: RoleRow = {
    RoleName,
    Path,
    Arn: world.iam.arn('role', Path, RoleName),
    RoleId: world.iam.newId('AROA'),
    ...(Description === undefined ? {} : { Description }),
    MaxSessionDuration: sessionDuration(input.MaxSessionDuration) ?? 3600,
    AssumeRolePolicyDocument,
    ...(PermissionsBoundary === undefined ? {} : { PermissionsBoundary: boundary(world, PermissionsBoundary) }),
    tags: checkedTags({}, input.Tags),
    inlinePolicies: {},
    attachedPolicies: [],
    createdAt: now,
    trustChangedAt: now,
    policiesChangedAt: now,
  };
  world.iam.roles.set(RoleName, role);
  return { Role: described(role) };
}

function trust(document: string | undefined): string {
  const text = checkedDocument(document, trustLimit, 'AssumeRolePolicyDocument');
  const { Statement } = JSON.parse(text) as { Statement: object | object[] };
  if (![Statement].flat().every(statement => 'Principal' in statement)) {
    throw iamError('MalformedPolicyDocument', 'AssumeRole policy must contain principals.');
  }
  return text;
}

function sessionDuration(seconds: number | undefined): number | undefined {
  if (seconds !== undefined && (seconds < 3600 || seconds > 43_200)) {
    throw iamError('InvalidInput', 'MaxSessionDuration should be between 3600 and 43200.');
  }
  return seconds;
}

function boundary(world: World, arn: string): string {
  if (!isAttachable(world, arn)) throw iamError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  return arn;
}

/** Whether a managed policy exists: all of AWS's own do. */
export function isAttachable(world: World, arn: string | undefined): boolean {
  if (arn === undefined) return false;
  return arn.startsWith(`arn:${world.account.partition}:iam::aws:policy/`) || world.iam.managedPolicies.has(arn);
}

/** A role as Get returns it. */
export function described(role: RoleRow): Role {
  return {
    Path: role.Path,
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    Arn: role.Arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodedDocument(role.AssumeRolePolicyDocument),
    ...(role.Description === undefined ? {} : { Description: role.Description }),
    MaxSessionDuration: role.MaxSessionDuration,
    ...boundaryOf(role),
    ...(Object.keys(role.tags).length === 0 ? {} : { Tags: tagList(role.tags) }),
    RoleLastUsed: {},
  };
}

/** The permissions boundary as answers carry it. */
export function boundaryOf({ PermissionsBoundary: PermissionsBoundaryArn }: RoleRow): {
  PermissionsBoundary?: AttachedPermissionsBoundary;
} {
  if (PermissionsBoundaryArn === undefined) return {};
  return {
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy' as 'PermissionsBoundaryPolicy', PermissionsBoundaryArn },
  };
}

/** GetRole. */
export function getRole({ world, input, view }: Request<GetRoleRequest>): GetRoleResponse {
  return { Role: described(existingRole(world, input.RoleName, view)) };
}

/** ListRoles: without tags, boundary and last use, as ever. */
export function listRoles({ world, input, view }: Request<ListRolesRequest>): ListRolesResponse {
  const found = world.iam.roles.values(view).filter(({ Path }) => Path.startsWith(input.PathPrefix ?? '/'));
  const { items, ...rest } = iamPage(world, 'ListRoles', found, ({ RoleName }) => RoleName, input);
  return {
    Roles: items.map(role => {
      const { Tags: _tags, PermissionsBoundary: _boundary, RoleLastUsed: _used, ...summary } = described(role);
      return summary;
    }),
    ...rest,
  };
}

/** UpdateRole: description and session duration. */
export function updateRole({ world, input }: Request<UpdateRoleRequest>): UpdateRoleResponse {
  const role = changeableRole(world, input.RoleName);
  const MaxSessionDuration = sessionDuration(input.MaxSessionDuration) ?? role.MaxSessionDuration;
  const { Description = role.Description } = input;
  world.iam.roles.set(role.RoleName, {
    ...role,
    MaxSessionDuration,
    ...(Description === undefined ? {} : { Description }),
  });
  return {};
}

/** UpdateAssumeRolePolicy. */
export function updateAssumeRolePolicy({ world, input }: Request<UpdateAssumeRolePolicyRequest>): void {
  const role = changeableRole(world, input.RoleName);
  const AssumeRolePolicyDocument = trust(input.PolicyDocument);
  world.iam.roles.set(role.RoleName, { ...role, AssumeRolePolicyDocument, trustChangedAt: world.agenda.now() });
  healthLook(world);
}

/** PutRolePermissionsBoundary. */
export function putRolePermissionsBoundary({ world, input }: Request<PutRolePermissionsBoundaryRequest>): void {
  const role = changeableRole(world, input.RoleName);
  const PermissionsBoundary = boundary(world, input.PermissionsBoundary ?? '');
  world.iam.roles.set(role.RoleName, { ...role, PermissionsBoundary });
}

/** DeleteRolePermissionsBoundary. */
export function deleteRolePermissionsBoundary({ world, input }: Request<DeleteRolePermissionsBoundaryRequest>): void {
  const { PermissionsBoundary, ...role } = changeableRole(world, input.RoleName);
  if (PermissionsBoundary === undefined) {
    throw iamError('NoSuchEntity', `Role ${role.RoleName} does not have a permissions boundary.`);
  }
  world.iam.roles.set(role.RoleName, role);
}

/** DeleteRole: refused while anything hangs on the role. */
export function deleteRole({ world, input }: Request<DeleteRoleRequest>): void {
  const role = changeableRole(world, input.RoleName);
  if (world.iam.instanceProfiles.values().some(({ roles }) => roles.includes(role.RoleName))) {
    throw iamError('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.');
  }
  if (role.attachedPolicies.length > 0) {
    throw iamError('DeleteConflict', 'Cannot delete entity, must detach all policies first.');
  }
  if (Object.keys(role.inlinePolicies).length > 0) {
    throw iamError('DeleteConflict', 'Cannot delete entity, must delete policies first.');
  }
  world.iam.roles.delete(role.RoleName);
  healthLook(world);
}

/** CreateServiceLinkedRole. */
export function createServiceLinkedRole({
  world,
  input,
}: Request<CreateServiceLinkedRoleRequest>): CreateServiceLinkedRoleResponse {
  const service = input.AWSServiceName ?? '';
  const name = serviceLinkedRoleName(service);
  if (world.iam.roles.get(name) !== undefined) {
    throw iamError(
      'InvalidInput',
      `Service role name ${name} has been taken in this account, please try a different suffix.`,
    );
  }
  world.iam.ensureServiceLinkedRole(service);
  return { Role: described(existingRole(world, name)) };
}
