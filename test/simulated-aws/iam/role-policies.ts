import type {
  AttachedPolicy,
  AttachRolePolicyRequest,
  DeleteRolePolicyRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam';
import type { Request } from '../operation.ts';
import { checkedDocument, encodedDocument } from './documents.ts';
import { iamError } from './errors.ts';
import { changeableRole, existingRole, iamPage } from './find.ts';
import type { RoleRow } from './iam.ts';
import { isAttachable } from './roles.ts';

const inlineLimit = 10_240;

/** PutRolePolicy: replaces an inline policy of the same name. */
export function putRolePolicy({ world, input }: Request<PutRolePolicyRequest>): void {
  const role = changeableRole(world, input.RoleName);
  const { PolicyName = '' } = input;
  const document = checkedDocument(input.PolicyDocument, inlineLimit, `role ${role.RoleName}`);
  const inlinePolicies = { ...role.inlinePolicies, [PolicyName]: document };
  if (Object.values(inlinePolicies).join('').replaceAll(/\s/g, '').length > inlineLimit) {
    throw iamError('LimitExceeded', `Maximum policy size of ${inlineLimit} bytes exceeded for role ${role.RoleName}`);
  }
  world.iam.roles.set(role.RoleName, { ...role, inlinePolicies, policiesChangedAt: world.agenda.now() });
}

/** GetRolePolicy. */
export function getRolePolicy({ world, input, view }: Request<GetRolePolicyRequest>): GetRolePolicyResponse {
  const role = existingRole(world, input.RoleName, view);
  const document = inlinePolicy(role, input.PolicyName);
  return { RoleName: role.RoleName, PolicyName: input.PolicyName, PolicyDocument: encodedDocument(document) };
}

function inlinePolicy({ inlinePolicies }: RoleRow, name: string | undefined): string {
  const document = inlinePolicies[name ?? ''];
  if (document === undefined) throw iamError('NoSuchEntity', `The role policy with name ${name} cannot be found.`);
  return document;
}

/** DeleteRolePolicy. */
export function deleteRolePolicy({ world, input }: Request<DeleteRolePolicyRequest>): void {
  const role = changeableRole(world, input.RoleName);
  inlinePolicy(role, input.PolicyName);
  const left = Object.entries(role.inlinePolicies).filter(([name]) => name !== input.PolicyName);
  const inlinePolicies = Object.fromEntries(left);
  world.iam.roles.set(role.RoleName, { ...role, inlinePolicies, policiesChangedAt: world.agenda.now() });
}

/** ListRolePolicies: the names of the inline ones. */
export function listRolePolicies({ world, input, view }: Request<ListRolePoliciesRequest>): ListRolePoliciesResponse {
  const names = Object.keys(existingRole(world, input.RoleName, view).inlinePolicies).sort();
  const { items, ...rest } = iamPage(world, 'ListRolePolicies', names, name => name, input);
  return { PolicyNames: items, ...rest };
}

/** AttachRolePolicy: again is no mistake. */
export function attachRolePolicy({ world, input }: Request<AttachRolePolicyRequest>): void {
  const role = changeableRole(world, input.RoleName);
  const { PolicyArn = '' } = input;
  if (!isAttachable(world, PolicyArn)) {
    throw iamError('NoSuchEntity', `Policy ${PolicyArn} does not exist or is not attachable.`);
  }
  if (role.attachedPolicies.includes(PolicyArn)) return;
  if (role.attachedPolicies.length >= 10)
    throw iamError('LimitExceeded', 'Cannot exceed quota for PoliciesPerRole: 10');
  const attachedPolicies = [...role.attachedPolicies, PolicyArn];
  world.iam.roles.set(role.RoleName, { ...role, attachedPolicies, policiesChangedAt: world.agenda.now() });
}

/** DetachRolePolicy. */
export function detachRolePolicy({ world, input }: Request<DetachRolePolicyRequest>): void {
  const role = changeableRole(world, input.RoleName);
  const { PolicyArn = '' } = input;
  if (!role.attachedPolicies.includes(PolicyArn)) throw iamError('NoSuchEntity', `Policy ${PolicyArn} was not found.`);
  const attachedPolicies = role.attachedPolicies.filter(arn => arn !== PolicyArn);
  world.iam.roles.set(role.RoleName, { ...role, attachedPolicies, policiesChangedAt: world.agenda.now() });
}

/** ListAttachedRolePolicies. */
export function listAttachedRolePolicies({
  world,
  input,
  view,
}: Request<ListAttachedRolePoliciesRequest>): ListAttachedRolePoliciesResponse {
  const all = attachedPolicies(existingRole(world, input.RoleName, view));
  const { items, ...rest } = iamPage(world, 'ListAttachedRolePolicies', all, one => one.PolicyArn ?? '', input);
  return { AttachedPolicies: items, ...rest };
}

/** The managed policies of a role as answers carry them. */
export function attachedPolicies({ attachedPolicies: arns }: RoleRow): AttachedPolicy[] {
  return arns.map(PolicyArn => ({ PolicyName: PolicyArn.split('/').at(-1), PolicyArn }));
}
