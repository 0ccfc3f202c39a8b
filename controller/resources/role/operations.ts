import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import type { JsonObject } from '../../model/json.ts';
import { samePolicy } from '../../model/policy-document.ts';
import { unlessAbsent } from '../absence.ts';
import type { Operation } from '../resource.ts';
import { tagChanges, tagList } from '../tag-changes.ts';
import { defaultSessionDuration, type RoleObserved } from './read.ts';
import type { RoleWant } from './role.ts';

type RoleOperation = Operation<RoleWant, RoleObserved>;

// Default quotas per role (IAM User Guide, IAM and STS quotas): managed policies, and characters of inline policies.
const mostManagedPolicies = 10;
const mostInlineCharacters = 10_240;

/** Creates the role, then gives it its policies. What is left undone by a failure on the way is found as a difference. */
export const create: RoleOperation = async (aws, { name, want }, signal) => {
  const command = new CreateRoleCommand({
    RoleName: name,
    Path: want.path,
    Description: want.description,
    AssumeRolePolicyDocument: JSON.stringify(want.assumeRolePolicyDocument),
    PermissionsBoundary: want.permissionsBoundary,
    MaxSessionDuration: want.maxSessionDuration,
    ...(Object.keys(want.tags).length > 0 ? { Tags: tagList(want.tags) } : {}),
  });
  await aws.iam.send(command, { abortSignal: signal });
  for (const [policy, document] of Object.entries(want.inlinePolicies)) await put(aws, name, policy, document, signal);
  for (const arn of want.managedPolicyArns) await attach(aws, name, arn, signal);
};

/** Replaces the trust policy. */
export const updateAssumeRolePolicy: RoleOperation = async ({ iam }, { name, want }, signal) => {
  const PolicyDocument = JSON.stringify(want.assumeRolePolicyDocument);
  const command = new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument });
  await iam.send(command, { abortSignal: signal });
};

/** Sets the permissions boundary, or takes it away. */
export const permissionsBoundary: RoleOperation = async ({ iam }, { name, want }, signal) => {
  if (want.permissionsBoundary === undefined) {
    const command = new DeleteRolePermissionsBoundaryCommand({ RoleName: name });
    await unlessAbsent(iam.send(command, { abortSignal: signal }));
    return;
  }
  const boundary = { RoleName: name, PermissionsBoundary: want.permissionsBoundary };
  await iam.send(new PutRolePermissionsBoundaryCommand(boundary), { abortSignal: signal });
};

/**
 * Puts the inline policies that differ and deletes those that are not wanted. New permissions come before old ones go,
 * unless both together are more than a role can hold.
 */
export const inlinePolicies: RoleOperation = async (aws, { name, want, observed }, signal) => {
  const changed = Object.entries(want.inlinePolicies).filter(
    ([policy, document]) => !samePolicy(document, observed.inlinePolicies[policy]),
  );
  const extra = Object.keys(observed.inlinePolicies).filter(policy => !Object.hasOwn(want.inlinePolicies, policy));
  const both = { ...observed.inlinePolicies, ...want.inlinePolicies };
  const characters = Object.values(both).reduce<number>((sum, document) => sum + JSON.stringify(document).length, 0);
  const grant = async () => {
    for (const [policy, document] of changed) await put(aws, name, policy, document, signal);
  };
  const withdraw = async () => {
    for (const policy of extra) await drop(aws, name, policy, signal);
  };
  await inOrder(characters > mostInlineCharacters ? [withdraw, grant] : [grant, withdraw]);
};

/** Attaches the managed policies that are missing and detaches those that are not wanted, in the same order. */
export const managedPolicies: RoleOperation = async (aws, { name, want, observed }, signal) => {
  const missing = want.managedPolicyArns.filter(arn => !observed.managedPolicyArns.includes(arn));
  const extra = observed.managedPolicyArns.filter(arn => !want.managedPolicyArns.includes(arn));
  const grant = async () => {
    for (const arn of missing) await attach(aws, name, arn, signal);
  };
  const withdraw = async () => {
    for (const arn of extra) await detach(aws, name, arn, signal);
  };
  const full = observed.managedPolicyArns.length + missing.length > mostManagedPolicies;
  await inOrder(full ? [withdraw, grant] : [grant, withdraw]);
};

/** Sets description and session duration; always both, because IAM resets the duration when it is left out. */
export const update: RoleOperation = async ({ iam }, { name, want }, signal) => {
  const { description = '', maxSessionDuration = defaultSessionDuration } = want;
  const command = new UpdateRoleCommand({
    RoleName: name,
    Description: description,
    MaxSessionDuration: maxSessionDuration,
  });
  await iam.send(command, { abortSignal: signal });
};

/** Removes tags first, then sets the others: a role may be at the limit of 50. */
export const tag: RoleOperation = async ({ iam }, { name, want, observed }, signal) => {
  const { set, remove: TagKeys } = tagChanges(want.tags, observed.tags);
  if (TagKeys.length > 0) {
    await iam.send(new UntagRoleCommand({ RoleName: name, TagKeys: [...TagKeys] }), { abortSignal: signal });
  }
  const Tags = tagList(set);
  if (Tags.length > 0) await iam.send(new TagRoleCommand({ RoleName: name, Tags }), { abortSignal: signal });
};

/** Takes every policy away, then deletes the role. Instance profiles that hold it must be gone already. */
export const remove: RoleOperation = async (aws, { name, observed }, signal) => {
  for (const arn of observed.managedPolicyArns) await detach(aws, name, arn, signal);
  for (const policy of Object.keys(observed.inlinePolicies)) await drop(aws, name, policy, signal);
  await unlessAbsent(aws.iam.send(new DeleteRoleCommand({ RoleName: name }), { abortSignal: signal }));
};

async function put({ iam }: Aws, RoleName: string, PolicyName: string, document: JsonObject, signal: AbortSignal) {
  const PolicyDocument = JSON.stringify(document);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }), { abortSignal: signal });
}

async function drop({ iam }: Aws, RoleName: string, PolicyName: string, signal: AbortSignal) {
  await unlessAbsent(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), { abortSignal: signal }));
}

async function attach({ iam }: Aws, RoleName: string, PolicyArn: string, signal: AbortSignal) {
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }), { abortSignal: signal });
}

async function detach({ iam }: Aws, RoleName: string, PolicyArn: string, signal: AbortSignal) {
  await unlessAbsent(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }), { abortSignal: signal }));
}

async function inOrder(actions: readonly (() => Promise<void>)[]): Promise<void> {
  for (const act of actions) await act();
}
