import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeletePolicyCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListInstanceProfilesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListInstanceProfiles,
  RemoveRoleFromInstanceProfileCommand,
  type RoleDetail,
  TagInstanceProfileCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

const TRUST = policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });
const INLINE = policy({ Effect: 'Allow', Action: 'ecr:*', Resource: 'arn:aws:s3:::bucket/a & b%20+' });
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role';

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;
let count = 0;
let name = '';

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
});

afterAll(() => emulator.stop());

beforeEach(() => {
  count += 1;
  name = `role${count}`;
});

it('shows in one account-wide read all that a reconciler compares of roles, page by page', async () => {
  const other = await sharedEmulator({ paging: { pageSize: 2 } });
  const { iam } = clientsOf(other);
  for (const RoleName of ['a', 'b', 'c', 'd', 'e']) {
    const Tags = [{ Key: 'owner', Value: RoleName }];
    await iam.send(new CreateRoleCommand({ RoleName, Path: '/mine/', AssumeRolePolicyDocument: TRUST, Tags }));
  }
  await iam.send(new PutRolePolicyCommand({ RoleName: 'b', PolicyName: 'pull', PolicyDocument: INLINE }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'b', PolicyArn: MANAGED }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'p' }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'p', RoleName: 'b' }));

  const roles: RoleDetail[] = [];
  const sizes = [];
  for await (const page of paginateGetAccountAuthorizationDetails({ client: iam }, { Filter: ['Role'] })) {
    roles.push(...(page.RoleDetailList ?? []));
    sizes.push(page.RoleDetailList?.length);
    expect(page.Policies ?? []).toEqual([]);
  }
  await other.stop();

  const role = roles.find(({ RoleName }) => RoleName === 'b');
  expect(sizes).toEqual([2, 2, 1]);
  expect(roles.map(({ RoleName }) => RoleName)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(role).toMatchObject({
    Path: '/mine/',
    Arn: `arn:aws:iam::${other.account}:role/mine/b`,
    Tags: [{ Key: 'owner', Value: 'b' }],
    AttachedManagedPolicies: [{ PolicyArn: MANAGED }],
    InstanceProfileList: [{ InstanceProfileName: 'p', Roles: [{ RoleName: 'b' }] }],
  });
  expect(role?.AssumeRolePolicyDocument).toMatch(/^%7B/);
  expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST);
  expect(role?.RolePolicyList?.map(({ PolicyName }) => PolicyName)).toEqual(['pull']);
  expect(decodeURIComponent(role?.RolePolicyList?.[0]?.PolicyDocument ?? '')).toBe(INLINE);
});

it('lists instance profiles by path and page by page, with their roles', async () => {
  const other = await sharedEmulator({ paging: { pageSize: 2 } });
  const { iam } = clientsOf(other);
  for (const InstanceProfileName of ['p3', 'p1', 'p2']) {
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Path: '/mine/' }));
  }
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'p4', Tags: [{ Key: 'a', Value: 'b' }] }));
  await iam.send(new TagInstanceProfileCommand({ InstanceProfileName: 'p4', Tags: [{ Key: 'c', Value: 'd' }] }));
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: TRUST }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'p1', RoleName: 'r' }));

  const pages = [];
  for await (const page of paginateListInstanceProfiles({ client: iam }, { PathPrefix: '/mine/' })) {
    pages.push(page.InstanceProfiles?.map(({ InstanceProfileName, Roles }) => [InstanceProfileName, Roles?.length]));
  }
  const all = await iam.send(new ListInstanceProfilesCommand({ MaxItems: 1, Marker: '3' }));
  await other.stop();

  expect(pages).toEqual([
    [
      ['p1', 1],
      ['p2', 0],
    ],
    [['p3', 0]],
  ]);
  expect(all.InstanceProfiles?.map(({ InstanceProfileName }) => InstanceProfileName)).toEqual(['p4']);
  expect(all.IsTruncated).toBe(false);
});

it('answers with every policy document URL-encoded', async () => {
  await createRole();
  const [InstanceProfileName, RoleName] = [name, name];
  await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'pull', PolicyDocument: INLINE }));
  const { Policy } = await aws.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: INLINE }));

  const role = await aws.iam.send(new GetRoleCommand({ RoleName }));
  const { Roles } = await aws.iam.send(new ListRolesCommand({}));
  const profile = await aws.iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  const { InstanceProfiles } = await aws.iam.send(new ListInstanceProfilesCommand({}));
  const inline = await aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'pull' }));
  const managed = await aws.iam.send(new GetPolicyVersionCommand({ PolicyArn: Policy?.Arn, VersionId: 'v1' }));

  const trusts = [
    role.Role,
    Roles?.find(found => found.RoleName === name),
    profile.InstanceProfile?.Roles?.[0],
    InstanceProfiles?.find(found => found.InstanceProfileName === name)?.Roles?.[0],
  ].map(found => found?.AssumeRolePolicyDocument);
  expect(new Set(trusts)).toEqual(new Set([encodeURIComponent(TRUST)]));
  expect(inline.PolicyDocument).toMatch(/^%7B/);
  expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(INLINE);
  expect(managed.PolicyVersion?.Document).toMatch(/^%7B/);
  expect(decodeURIComponent(managed.PolicyVersion?.Document ?? '')).toBe(INLINE);
});

it('has the policies that AWS manages as soon as they are named', async () => {
  await createRole();
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: MANAGED }));
  const { Policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn: MANAGED }));
  const version = await aws.iam.send(
    new GetPolicyVersionCommand({ PolicyArn: MANAGED, VersionId: Policy?.DefaultVersionId }),
  );

  expect(Policy?.PolicyName).toBe('AmazonEC2ContainerServiceforEC2Role');
  expect(decodeURIComponent(version.PolicyVersion?.Document ?? '')).toContain('ecs:RegisterContainerInstance');
  const unknown = new AttachRolePolicyCommand({ RoleName: name, PolicyArn: 'arn:aws:iam::aws:policy/Nothing' });
  expect((await refusal(aws.iam.send(unknown))).name).toBe('NoSuchEntityException');
});

it('names the service-linked role of Batch as AWS does', async () => {
  const { Role } = await aws.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'batch.amazonaws.com' }));
  expect(Role?.Arn).toMatch(/:role\/aws-service-role\/batch\.amazonaws\.com\/AWSServiceRoleForBatch$/);
});

it('changes nothing of a role that an update leaves out', async () => {
  await createRole({ MaxSessionDuration: 7200, Description: 'old' });
  await aws.iam.send(new UpdateRoleCommand({ RoleName: name, Description: 'new' }));
  await aws.iam.send(new UpdateRoleCommand({ RoleName: name }));
  const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName: name }));
  expect(Role).toMatchObject({ MaxSessionDuration: 7200, Description: 'new' });
});

describe('conflicts', () => {
  it('keep an attached policy until it is detached', async () => {
    await createRole();
    const { Policy } = await aws.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: INLINE }));
    const PolicyArn = Policy?.Arn;
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
    expect((await refusal(aws.iam.send(new DeletePolicyCommand({ PolicyArn })))).name).toBe('DeleteConflictException');

    await aws.iam.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
    await aws.iam.send(new DeletePolicyCommand({ PolicyArn }));
  });

  it.each<{ code: string; reason: string; call: () => Promise<unknown> }>([
    {
      code: 'MalformedPolicyDocumentException',
      reason: 'a trust that is no JSON',
      call: () => createRole({ AssumeRolePolicyDocument: '{' }),
    },
    {
      code: 'MalformedPolicyDocumentException',
      reason: 'a trust without a principal',
      call: () => createRole({ AssumeRolePolicyDocument: policy({ Effect: 'Allow', Action: 'sts:AssumeRole' }) }),
    },
    {
      code: 'EntityAlreadyExistsException',
      reason: 'a name that differs in case only',
      call: async () => [await createRole(), await createRole({ RoleName: name.toUpperCase() })],
    },
    {
      code: 'NoSuchEntityException',
      reason: 'a role that is not in the profile',
      call: async () => {
        await createRole();
        await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
        await aws.iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
      },
    },
  ])('$code for $reason', async ({ code, call }) => {
    expect((await refusal(call())).name).toBe(code);
  });
});

function createRole(input: Partial<ConstructorParameters<typeof CreateRoleCommand>[0]> = {}) {
  return aws.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST, ...input }));
}

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
