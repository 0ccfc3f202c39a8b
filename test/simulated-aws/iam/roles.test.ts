import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  NoSuchEntityException,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  TagRoleCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';

let clock: FakeClock;
let sim: SimulatedAws;
let iam: SimulatedAws['clients']['iam'];

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
  iam = sim.clients.iam;
});

const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole';

function create(more: object = {}) {
  return iam.send(
    new CreateRoleCommand({ RoleName: 'job', AssumeRolePolicyDocument: trust('ec2.amazonaws.com'), ...more }),
  );
}

describe('roles', () => {
  it('come back with their documents encoded', async () => {
    await create({
      Path: '/team/',
      Description: 'd',
      Tags: [{ Key: 'a', Value: '1' }],
      PermissionsBoundary: PolicyArn,
    });

    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'job' }));

    expect(Role).toEqual({
      RoleName: 'job',
      Path: '/team/',
      Arn: 'arn:aws:iam::123456789012:role/team/job',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      CreateDate: new Date(clock.now()),
      AssumeRolePolicyDocument: encodeURIComponent(trust('ec2.amazonaws.com')),
      Description: 'd',
      MaxSessionDuration: 3600,
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: PolicyArn },
      Tags: [{ Key: 'a', Value: '1' }],
      RoleLastUsed: {},
    });
  });

  it.each([
    { name: 'a long name', more: { RoleName: 'x'.repeat(65) }, code: 'InvalidInputException' },
    { name: 'a taken name', more: { RoleName: 'taken' }, code: 'EntityAlreadyExistsException' },
    { name: 'a taken name in other letters', more: { RoleName: 'Taken' }, code: 'EntityAlreadyExistsException' },
    {
      name: 'a trust policy that is not JSON',
      more: { AssumeRolePolicyDocument: '{' },
      code: 'MalformedPolicyDocumentException',
    },
    {
      name: 'a trust policy without principals',
      more: { AssumeRolePolicyDocument: policy },
      code: 'MalformedPolicyDocumentException',
    },
    {
      name: 'a boundary that does not exist',
      more: { PermissionsBoundary: 'arn:aws:iam::123456789012:policy/x' },
      code: 'NoSuchEntityException',
    },
    { name: 'a session of a minute', more: { MaxSessionDuration: 60 }, code: 'InvalidInputException' },
    { name: 'a reserved tag', more: { Tags: [{ Key: 'aws:x', Value: '' }] }, code: 'InvalidInputException' },
  ])('refuse $name', async ({ more, code }) => {
    sim.iam.addRole('taken');

    expect(await rejection(create(more))).toMatch(new RegExp(`^${code}: `));
    expect(sim.iam.roles.size).toBe(1);
  });

  it('fail with the exceptions of the SDK when they are not there', async () => {
    const error: unknown = await iam.send(new GetRoleCommand({ RoleName: 'x' })).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(NoSuchEntityException);
    expect(error).toMatchObject({
      message: 'The role with name x cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('change in description, session, trust and boundary', async () => {
    await create();
    const RoleName = 'job';

    await iam.send(new UpdateRoleCommand({ RoleName, Description: 'new', MaxSessionDuration: 7200 }));
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust('batch.amazonaws.com') }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: PolicyArn }));

    expect(sim.iam.roles.get('job')).toMatchObject({
      Description: 'new',
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: trust('batch.amazonaws.com'),
      PermissionsBoundary: PolicyArn,
    });
    const unbind = () => rejection(iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })));
    expect([await unbind(), await unbind()]).toEqual([
      'not refused',
      expect.stringMatching(/^NoSuchEntityException: /),
    ]);
  });

  it('get another id when made again', async () => {
    const ids: unknown[] = [];
    for (let times = 0; times < 2; times++) {
      ids.push((await create()).Role?.RoleId);
      await iam.send(new DeleteRoleCommand({ RoleName: 'job' }));
    }

    expect(new Set(ids).size).toBe(2);
  });

  it('are known to other services only after a while, and again after each change of trust', async () => {
    const Arn = (await create()).Role?.Arn ?? '';
    const known = () => sim.iam.canBeAssumed(Arn, 'ec2.amazonaws.com', clock.now());

    expect(known()).toBe(false);
    await clock.advance(sim.durations.iamPropagation);
    expect(known()).toBe(true);
    const PolicyDocument = trust('ec2.amazonaws.com');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'job', PolicyDocument }));
    expect(known()).toBe(false);
  });

  it('of a service belong to it alone, and exist once', async () => {
    const make = () =>
      rejection(iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'batch.amazonaws.com' })));

    expect(await make()).toBe('not refused');
    expect(await make()).toMatch(/^InvalidInputException: Service role name AWSServiceRoleForBatch has been taken/);
    expect(await rejection(iam.send(new DeleteRoleCommand({ RoleName: 'AWSServiceRoleForBatch' })))).toMatch(
      /^UnmodifiableEntityException: /,
    );
  });

  it('have tags that are added, overwritten and removed, and that ListRoles leaves out', async () => {
    await create({ Tags: [{ Key: 'a', Value: '1' }] });
    const RoleName = 'job';
    await iam.send(
      new TagRoleCommand({
        RoleName,
        Tags: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '' },
        ],
      }),
    );
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['b', 'nothing'] }));

    expect((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([{ Key: 'a', Value: '2' }]);
    expect((await iam.send(new ListRolesCommand({}))).Roles?.[0]).not.toHaveProperty('Tags');
  });

  it('are listed by path', async () => {
    await create({ Path: '/team/' });
    await create({ RoleName: 'other' });

    const { Roles, IsTruncated } = await iam.send(new ListRolesCommand({ PathPrefix: '/team/' }));

    expect([Roles?.map(role => role.RoleName), IsTruncated]).toEqual([['job'], false]);
  });
});

describe('policies of a role', () => {
  beforeEach(() => create());
  const RoleName = 'job';

  it('inline: are put, replaced, read encoded, listed and deleted', async () => {
    for (const PolicyDocument of ['{"Statement":[]}', policy]) {
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
    }

    expect((await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }))).PolicyDocument).toBe(
      encodeURIComponent(policy),
    );
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['p']);
    const remove = () => rejection(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' })));
    expect([await remove(), await remove()]).toEqual([
      'not refused',
      'NoSuchEntityException: The role policy with name p cannot be found.',
    ]);
  });

  it('inline: are limited in size together', async () => {
    const big = JSON.stringify({ Statement: [{ Sid: 'x'.repeat(6000) }] });
    const put = (PolicyName: string) =>
      rejection(iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: big })));

    expect(await put('one')).toBe('not refused');
    expect(await put('two')).toMatch(/^LimitExceededException: Maximum policy size of 10240 bytes exceeded/);
  });

  it('managed: are attached twice without complaint, listed and detached', async () => {
    for (let times = 0; times < 2; times++) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));

    expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toEqual([
      { PolicyName: 'AWSBatchServiceRole', PolicyArn },
    ]);
    const detach = () => rejection(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    expect([await detach(), await detach()]).toEqual([
      'not refused',
      `NoSuchEntityException: Policy ${PolicyArn} was not found.`,
    ]);
  });

  it('managed: must exist, and be at most ten', async () => {
    const attach = (arn: string) => rejection(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: arn })));
    const own = 'arn:aws:iam::123456789012:policy/own';

    expect(await attach(own)).toBe(`NoSuchEntityException: Policy ${own} does not exist or is not attachable.`);
    sim.iam.managedPolicies.add(own);
    expect(await attach(own)).toBe('not refused');
    for (let index = 0; index < 9; index++) await attach(`arn:aws:iam::aws:policy/P${index}`);
    expect(await attach(PolicyArn)).toBe('LimitExceededException: Cannot exceed quota for PoliciesPerRole: 10');
  });
});

describe('instance profiles', () => {
  const InstanceProfileName = 'instance';

  beforeEach(async () => {
    await create();
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags: [{ Key: 'a', Value: '1' }] }));
  });

  const add = (RoleName: string) =>
    rejection(iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName })));

  it('hold one role', async () => {
    sim.iam.addRole('other');

    expect(await add('nobody')).toBe('NoSuchEntityException: The role with name nobody cannot be found.');
    expect(await add('job')).toBe('not refused');
    expect(await add('other')).toBe(
      'LimitExceededException: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    );
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    expect(InstanceProfile).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:instance-profile/instance',
      Roles: [{ RoleName: 'job' }],
      Tags: [{ Key: 'a', Value: '1' }],
    });
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'job' }));
    expect(InstanceProfiles?.map(one => one.InstanceProfileName)).toEqual(['instance']);
  });

  it('have tags that are added and removed', async () => {
    await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags: [{ Key: 'b', Value: '2' }] }));
    await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['a'] }));

    const { Tags } = await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }));

    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it('and roles can be deleted only in order', async () => {
    const RoleName = 'job';
    await add(RoleName);
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policy }));
    const removeRole = () => rejection(iam.send(new DeleteRoleCommand({ RoleName })));
    const removeProfile = () => rejection(iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })));
    const conflict = 'DeleteConflictException: Cannot delete entity, must';

    expect(await removeProfile()).toBe(`${conflict} remove roles from instance profile first.`);
    expect(await removeRole()).toBe(`${conflict} remove roles from instance profile first.`);
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    expect(await removeProfile()).toBe('not refused');
    expect(await removeRole()).toBe(`${conflict} detach all policies first.`);
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    expect(await removeRole()).toBe(`${conflict} delete policies first.`);
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    expect(await removeRole()).toBe('not refused');
  });
});

describe('GetAccountAuthorizationDetails', () => {
  it('answers with whole roles, in pages', async () => {
    await create({ Tags: [{ Key: 'a', Value: '1' }] });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'job', PolicyName: 'p', PolicyDocument: policy }));
    sim.iam.addInstanceProfile('instance');
    const details = (more: object) =>
      iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'], ...more }));

    const first = await details({ MaxItems: 1 });
    const second = await details({ Marker: first.Marker });

    expect(first).toMatchObject({
      IsTruncated: true,
      RoleDetailList: [
        {
          RoleName: 'job',
          AssumeRolePolicyDocument: encodeURIComponent(trust('ec2.amazonaws.com')),
          RolePolicyList: [{ PolicyName: 'p', PolicyDocument: encodeURIComponent(policy) }],
          AttachedManagedPolicies: [],
          InstanceProfileList: [],
          Tags: [{ Key: 'a', Value: '1' }],
        },
      ],
    });
    expect(second).toMatchObject({
      IsTruncated: false,
      RoleDetailList: [{ RoleName: 'instance', InstanceProfileList: [{ InstanceProfileName: 'instance' }] }],
    });
    expect((await details({ Filter: ['User'] })).RoleDetailList).toEqual([]);
  });
});
