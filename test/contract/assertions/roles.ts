import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import type { Assertion, ContractWorld } from '../contract.ts';
import { allowing, awsPolicy, createRole, trust } from '../iam-things.ts';
import { paged } from '../paged.ts';
import { refused } from '../refused.ts';

const absent = 'NoSuchEntityException';

function parsed(document: string | undefined): unknown {
  return JSON.parse(decodeURIComponent(document ?? ''));
}

async function getRole({ clients: { iam } }: ContractWorld, RoleName: string) {
  return (await iam.send(new GetRoleCommand({ RoleName }))).Role;
}

/** Roles: what is read back, and what must go before a role may. */
export const roles: readonly Assertion[] = [
  {
    name: 'a role has an ARN of its path and name, an hour for sessions, and its trust comes back percent-encoded',
    run: async world => {
      const { partition, accountId } = world.account;
      const { RoleName } = await createRole(world, { Path: '/contract/', Description: 'one' });

      const role = await getRole(world, RoleName);

      expect(role).toMatchObject({
        Arn: `arn:${partition}:iam::${accountId}:role/contract/${RoleName}`,
        Path: '/contract/',
        Description: 'one',
        MaxSessionDuration: 3600,
      });
      expect(role?.AssumeRolePolicyDocument).toMatch(/^%7B/);
      expect(parsed(role?.AssumeRolePolicyDocument)).toEqual(JSON.parse(trust('ec2.amazonaws.com')));
    },
  },
  {
    name: 'the name of a role is taken once, in any letter case',
    run: async world => {
      const { RoleName } = await createRole(world);
      const AssumeRolePolicyDocument = trust('ec2.amazonaws.com');
      const create = (name: string) =>
        world.clients.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));

      await refused(create(RoleName), 'EntityAlreadyExistsException');
      await refused(create(RoleName.toUpperCase()), 'EntityAlreadyExistsException');
    },
  },
  {
    name: 'a role that nobody knows is not there for reading, changing and deleting',
    run: async world => {
      const RoleName = world.name('unknown');
      const { iam } = world.clients;

      await refused(getRole(world, RoleName), absent);
      await refused(iam.send(new ListRolePoliciesCommand({ RoleName })), absent);
      await refused(iam.send(new UpdateRoleCommand({ RoleName, Description: 'x' })), absent);
      await refused(iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: '1' }] })), absent);
      await refused(iam.send(new DeleteRoleCommand({ RoleName })), absent);
    },
  },
  {
    name: 'trust and policies that cannot be read are refused',
    run: async world => {
      const malformed = 'MalformedPolicyDocumentException';
      const { RoleName } = await createRole(world);
      const { iam } = world.clients;

      const bad = { RoleName: world.name('bad'), AssumeRolePolicyDocument: '{"Version":' };
      await refused(createRole(world, bad), malformed);
      const trusting = { RoleName, PolicyDocument: '{"Version":' };
      await refused(iam.send(new UpdateAssumeRolePolicyCommand(trusting)), malformed);
      const inline = { RoleName, PolicyName: 'one', PolicyDocument: '{"Version":' };
      await refused(iam.send(new PutRolePolicyCommand(inline)), malformed);
    },
  },
  {
    name: 'description and session length are changed together, and the trust as a whole',
    run: async world => {
      const { RoleName } = await createRole(world, { MaxSessionDuration: 7200 });
      const { iam } = world.clients;

      await iam.send(new UpdateRoleCommand({ RoleName, Description: 'two', MaxSessionDuration: 10_800 }));
      const PolicyDocument = trust('ecs-tasks.amazonaws.com');
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));

      const role = await getRole(world, RoleName);
      expect(role).toMatchObject({ Description: 'two', MaxSessionDuration: 10_800 });
      expect(parsed(role?.AssumeRolePolicyDocument)).toEqual(JSON.parse(PolicyDocument));
    },
  },
  {
    name: 'inline policies are put, replaced whole, listed and taken away',
    run: async world => {
      const { RoleName } = await createRole(world);
      const { iam } = world.clients;
      const put = (action: string) =>
        iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'one', PolicyDocument: allowing(action) }));
      const get = () => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'one' }));

      await put('s3:GetObject');
      await put('s3:PutObject');
      const { PolicyDocument } = await get();
      const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'one' }));

      expect(parsed(PolicyDocument)).toEqual(JSON.parse(allowing('s3:PutObject')));
      expect(PolicyNames).toEqual(['one']);
      await refused(get(), absent);
      await refused(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'one' })), absent);
    },
  },
  {
    name: 'managed policies are attached once or twice alike, listed, and detached once',
    run: async world => {
      const { RoleName } = await createRole(world);
      const PolicyArn = awsPolicy(world, 'AmazonS3ReadOnlyAccess');
      const { iam } = world.clients;

      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));

      expect(AttachedPolicies).toEqual([{ PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn }]);
      await refused(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })), absent);
    },
  },
  {
    name: 'a managed policy that nobody knows cannot be attached',
    run: async world => {
      const { RoleName } = await createRole(world);
      const { partition, accountId } = world.account;
      const PolicyArn = `arn:${partition}:iam::${accountId}:policy/${world.name('unknown')}`;

      await refused(world.clients.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })), absent);
    },
  },
  {
    name: 'a role is not deleted while it has an inline or an attached policy',
    run: async world => {
      const { RoleName } = await createRole(world);
      const { iam } = world.clients;
      const remove = () => iam.send(new DeleteRoleCommand({ RoleName }));
      const inline = { RoleName, PolicyName: 'one' };
      const attached = { RoleName, PolicyArn: awsPolicy(world, 'AmazonS3ReadOnlyAccess') };

      await iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: allowing('s3:GetObject') }));
      await refused(remove(), 'DeleteConflictException');
      await iam.send(new DeleteRolePolicyCommand(inline));
      await iam.send(new AttachRolePolicyCommand(attached));
      await refused(remove(), 'DeleteConflictException');
      await iam.send(new DetachRolePolicyCommand(attached));
      await remove();

      await refused(getRole(world, RoleName), absent);
    },
  },
  {
    name: 'a role that comes back under its name is another one',
    run: async world => {
      const one = await createRole(world);
      await world.clients.iam.send(new DeleteRoleCommand({ RoleName: one.RoleName }));

      const two = await createRole(world);

      expect(two.Arn).toBe(one.Arn);
      expect(two.RoleId).not.toBe(one.RoleId);
    },
  },
  {
    name: 'tags of a role are added and overwritten, taken away by key, and a key that is not there is no mistake',
    run: async world => {
      const { RoleName } = await createRole(world, { Tags: [{ Key: 'a', Value: '1' }] });
      const { iam } = world.clients;
      const Tags = [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '' },
      ];

      await iam.send(new TagRoleCommand({ RoleName, Tags }));
      await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['nothing'] }));
      const both = await iam.send(new ListRoleTagsCommand({ RoleName }));
      await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }));

      expect(new Set(both.Tags)).toEqual(new Set(Tags));
      expect((await getRole(world, RoleName))?.Tags).toEqual([{ Key: 'b', Value: '' }]);
    },
  },
  {
    name: 'roles are listed by path, page by page, without their tags',
    run: async world => {
      const PathPrefix = `/${world.name('path')}/`;
      for (const thing of ['one', 'two']) {
        await createRole(world, { RoleName: world.name(thing), Path: PathPrefix, Tags: [{ Key: 'a', Value: '1' }] });
      }

      const all = await paged(async Marker => {
        const page = await world.clients.iam.send(new ListRolesCommand({ PathPrefix, MaxItems: 1, Marker }));
        return { items: page.Roles, token: page.IsTruncated ? page.Marker : undefined };
      });

      expect(all.map(one => one.RoleName).sort()).toEqual([world.name('one'), world.name('two')].sort());
      expect(all.map(one => one.Tags ?? [])).toEqual([[], []]);
    },
  },
  {
    name: 'the details of an account tell of a role with its policies and tags, page by page',
    run: async world => {
      const { RoleName } = await createRole(world, { Tags: [{ Key: 'a', Value: '1' }] });
      const PolicyArn = awsPolicy(world, 'AmazonS3ReadOnlyAccess');
      const inline = { RoleName, PolicyName: 'one', PolicyDocument: allowing('s3:GetObject') };
      const { iam } = world.clients;
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      await iam.send(new PutRolePolicyCommand(inline));

      const all = await paged(async Marker => {
        const page = await iam.send(
          new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'], MaxItems: 2, Marker }),
        );
        return { items: page.RoleDetailList, token: page.IsTruncated ? page.Marker : undefined };
      });

      const [detail, ...others] = all.filter(one => one.RoleName === RoleName);
      expect(others).toEqual([]);
      expect(detail).toMatchObject({ Tags: [{ Key: 'a', Value: '1' }], AttachedManagedPolicies: [{ PolicyArn }] });
      expect(parsed(detail?.AssumeRolePolicyDocument)).toEqual(JSON.parse(trust('ec2.amazonaws.com')));
      expect(detail?.RolePolicyList?.map(one => parsed(one.PolicyDocument))).toEqual([
        JSON.parse(inline.PolicyDocument),
      ]);
    },
  },
];
