import {
  type AttachedPolicy,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  type Role,
  type RoleDetail,
} from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { allPages } from '../../aws/pages.ts';
import type { Json } from '../../model/json.ts';
import type { Tags } from '../../model/ownership.ts';
import { policyDocument } from '../../model/policy-document.ts';
import { unlessAbsent } from '../absence.ts';
import type { Sought } from '../resource.ts';
import { tagMap } from '../tag-changes.ts';

/** The session duration of a role that asks for none, in seconds (IAM API reference, CreateRole). */
export const defaultSessionDuration = 3600;

/** An IAM role as AWS has it. */
export interface RoleObserved {
  readonly roleName: string;
  readonly path: string;
  readonly arn: string;
  /** Another one for every role, even for one that gets the name of a deleted one. */
  readonly roleId: string;
  /** Milliseconds since the epoch, as `readAt`. */
  readonly createdAt: number;
  readonly readAt: number;
  /** Empty when there is none. */
  readonly description: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly assumeRolePolicyDocument: Json;
  /** Documents by policy name. */
  readonly inlinePolicies: Readonly<Record<string, Json>>;
  readonly managedPolicyArns: readonly string[];
  readonly permissionsBoundary?: string;
  readonly tags: Tags;
}

/** The sought roles that exist, by `Sought.id`. */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RoleObserved>> {
  const account = exact ? undefined : await aws.shared('iam/roles', loading => everyRole(aws, loading));
  const found = await Promise.all(
    sought.map(async ({ id, name }) => {
      const observed = account ? shared(account, name, aws.now()) : await one(aws, name, signal);
      return observed === undefined ? [] : [[id, observed] as const];
    }),
  );
  return new Map(found.flat());
}

interface Account {
  readonly details: ReadonlyMap<string, RoleDetail>;
  /** What the details leave out: description and session duration. */
  readonly roles: ReadonlyMap<string, Role>;
}

async function everyRole({ iam }: Aws, signal: AbortSignal): Promise<Account> {
  const [details, roles] = await Promise.all([
    allPages(async Marker => {
      const command = new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'], Marker });
      const page = await iam.send(command, { abortSignal: signal });
      return { items: page.RoleDetailList, next: next(page) };
    }),
    allPages(async Marker => {
      const page = await iam.send(new ListRolesCommand({ Marker, MaxItems: 1000 }), { abortSignal: signal });
      return { items: page.Roles, next: next(page) };
    }),
  ]);
  return {
    details: new Map(details.map(detail => [detail.RoleName ?? '', detail])),
    roles: new Map(roles.map(role => [role.RoleName ?? '', role])),
  };
}

function shared({ details, roles }: Account, name: string, readAt: number): RoleObserved | undefined {
  const detail = details.get(name);
  if (!detail) return undefined;
  const { Description, MaxSessionDuration } = roles.get(name) ?? {};
  const inline = (detail.RolePolicyList ?? []).map(
    ({ PolicyName, PolicyDocument }) => [PolicyName ?? '', policyDocument(PolicyDocument ?? '')] as const,
  );
  const role = { ...detail, Description, MaxSessionDuration };
  return observed(role, Object.fromEntries(inline), detail.AttachedManagedPolicies ?? [], readAt);
}

async function one(aws: Aws, name: string, signal: AbortSignal): Promise<RoleObserved | undefined> {
  const get = aws.iam.send(new GetRoleCommand({ RoleName: name }), { abortSignal: signal });
  const role = (await unlessAbsent(get))?.Role;
  if (!role) return undefined;
  const parts = Promise.all([inlinePolicies(aws, name, signal), attachedPolicies(aws, name, signal)]);
  const policies = await unlessAbsent(parts);
  return policies && observed(role, ...policies, aws.now());
}

async function inlinePolicies({ iam }: Aws, RoleName: string, signal: AbortSignal): Promise<Record<string, Json>> {
  const names = await allPages(async Marker => {
    const page = await iam.send(new ListRolePoliciesCommand({ RoleName, Marker }), { abortSignal: signal });
    return { items: page.PolicyNames, next: next(page) };
  });
  const documents = await Promise.all(
    names.map(async PolicyName => {
      const get = iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }), { abortSignal: signal });
      const policy = await unlessAbsent(get);
      return policy ? [[PolicyName, policyDocument(policy.PolicyDocument ?? '')] as const] : [];
    }),
  );
  return Object.fromEntries(documents.flat());
}

function attachedPolicies({ iam }: Aws, RoleName: string, signal: AbortSignal): Promise<readonly AttachedPolicy[]> {
  return allPages(async Marker => {
    const page = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker }), { abortSignal: signal });
    return { items: page.AttachedPolicies, next: next(page) };
  });
}

function next({ IsTruncated, Marker }: { IsTruncated?: boolean | undefined; Marker?: string | undefined }) {
  return IsTruncated ? Marker : undefined;
}

type Described = { readonly [Member in keyof Role]?: Role[Member] | undefined };

function observed(
  role: Described,
  inline: Readonly<Record<string, Json>>,
  attached: readonly AttachedPolicy[],
  readAt: number,
): RoleObserved {
  const boundary = role.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    roleName: role.RoleName ?? '',
    path: role.Path ?? '/',
    arn: role.Arn ?? '',
    roleId: role.RoleId ?? '',
    createdAt: role.CreateDate?.getTime() ?? 0,
    readAt,
    description: role.Description ?? '',
    maxSessionDuration: role.MaxSessionDuration ?? defaultSessionDuration,
    assumeRolePolicyDocument: policyDocument(role.AssumeRolePolicyDocument ?? ''),
    inlinePolicies: inline,
    managedPolicyArns: attached.map(({ PolicyArn }) => PolicyArn ?? '').sort(),
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    tags: tagMap(role.Tags),
  };
}
