import { beforeEach, describe, expect, it } from 'vitest';
import { type RoleWant, role } from '../../../controller/resources/role/role.ts';
import { Drive, tags } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const policyA = 'arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role';
const policyB = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';
const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
const fullWant: RoleWant = {
  roleName: 'blog-instance',
  path: '/batchwright/',
  description: 'instances of blog',
  assumeRolePolicyDocument: trust,
  inlinePolicies: { secrets: reading('arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-123456') },
  managedPolicyArns: [policyA],
  permissionsBoundary: boundary,
  maxSessionDuration: 7200,
  tags: tags('role', { team: 'blog' }),
};
const { description: _, permissionsBoundary: __, maxSessionDuration: ___, ...leanWant } = fullWant;

function reading(...Resource: readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource }],
  };
}

let world: ReturnType<typeof simulation>;
let drive: Drive;

function row() {
  const found = world.simulated.iam.roles.get('blog-instance');
  if (!found) throw new Error('the role is not there');
  return found;
}

beforeEach(() => {
  world = simulation();
  drive = new Drive({ ...world, resource: role(), id: 'role', name: 'blog-instance' });
});

describe('create', () => {
  it('makes the role with all that is wanted of it, and leaves it alone afterwards', async () => {
    const run = await drive.settle(fullWant);

    expect(run).toEqual(['create']);
    expect(row()).toMatchObject({
      Path: '/batchwright/',
      Arn: 'arn:aws:iam::123456789012:role/batchwright/blog-instance',
      Description: 'instances of blog',
      MaxSessionDuration: 7200,
      PermissionsBoundary: boundary,
      attachedPolicies: [policyA],
      tags: fullWant.tags,
    });
    expect(JSON.parse(row().AssumeRolePolicyDocument)).toEqual(trust);
    expect(Object.keys(row().inlinePolicies)).toEqual(['secrets']);
    expect(await drive.settle(fullWant)).toEqual([]);
  });

  it('sets nothing that is not wanted', async () => {
    await drive.settle({ ...leanWant, inlinePolicies: {}, managedPolicyArns: [] });

    expect(row()).toMatchObject({ MaxSessionDuration: 3600, inlinePolicies: {}, attachedPolicies: [] });
    expect(row().Description).toBeUndefined();
    expect(row().PermissionsBoundary).toBeUndefined();
  });

  it('is busy until IAM has made the role known', async () => {
    await drive.pass(fullWant);
    const before = await drive.plan(fullWant);
    await world.advance(10_000);

    expect(before).toMatchObject({ action: 'wait', reason: 'ResourceBusy', afterMs: 10_000 });
    expect(await drive.plan(fullWant)).toEqual({ action: 'none' });
  });

  it.each(['PutRolePolicy', 'AttachRolePolicy'])('is completed after %s failed within it', async operation => {
    world.simulated.fail({ operation, with: 'throttle' });

    await expect(drive.pass(fullWant)).rejects.toThrow('Rate exceeded');
    await drive.settle(fullWant);

    expect(row().attachedPolicies).toEqual([policyA]);
    expect(Object.keys(row().inlinePolicies)).toEqual(['secrets']);
  });

  it('is found again when its answer was lost', async () => {
    world.simulated.fail({ operation: 'CreateRole', with: 'lostAnswer' });

    await expect(drive.pass(fullWant)).rejects.toThrow('socket hang up');
    const run = await drive.settle(fullWant);

    expect(run).toEqual(['inlinePolicies', 'managedPolicies']);
    expect(changes(world.simulated).filter(operation => operation === 'CreateRole')).toHaveLength(1);
  });
});

describe('a repair', () => {
  beforeEach(async () => {
    await drive.settle(fullWant);
  });

  it.each<{ name: string; drift: () => object; run: readonly string[] }>([
    {
      name: 'trust',
      drift: () => ({ AssumeRolePolicyDocument: JSON.stringify({ ...trust, Statement: [] }) }),
      run: ['updateAssumeRolePolicy'],
    },
    {
      name: 'a backdoor in the inline policies',
      drift: () => ({ inlinePolicies: { ...row().inlinePolicies, evil: JSON.stringify(reading('*')) } }),
      run: ['inlinePolicies'],
    },
    {
      name: 'a widened inline policy',
      drift: () => ({ inlinePolicies: { secrets: JSON.stringify(reading('*')) } }),
      run: ['inlinePolicies'],
    },
    { name: 'inline policies gone', drift: () => ({ inlinePolicies: {} }), run: ['inlinePolicies'] },
    {
      name: 'an attachment too many',
      drift: () => ({ attachedPolicies: [policyA, policyB] }),
      run: ['managedPolicies'],
    },
    { name: 'an attachment gone', drift: () => ({ attachedPolicies: [] }), run: ['managedPolicies'] },
    { name: 'the boundary', drift: () => ({ PermissionsBoundary: policyB }), run: ['permissionsBoundary'] },
    {
      name: 'description and session duration',
      drift: () => ({ Description: 'mine', MaxSessionDuration: 3600 }),
      run: ['update'],
    },
    { name: 'a tag of ours', drift: () => ({ tags: { ...row().tags, team: 'other' } }), run: ['tag'] },
  ])('undoes a change of $name', async ({ drift, run }) => {
    const before = row();
    world.simulated.iam.roles.set('blog-instance', { ...before, ...drift() });

    expect((await drive.plan(fullWant, false)).action).toBe('apply');
    expect(await drive.settle(fullWant)).toEqual(run);

    const { policiesChangedAt: _at, trustChangedAt: _trustAt, ...rest } = before;
    expect(row()).toMatchObject(rest);
    expect(Object.keys(row().inlinePolicies)).toEqual(['secrets']);
  });

  it('leaves the tags of others alone', async () => {
    world.simulated.iam.roles.set('blog-instance', { ...row(), tags: { ...row().tags, cost: '42' } });

    expect(await drive.settle(fullWant)).toEqual([]);
  });

  it('takes away what is wanted no longer', async () => {
    const run = await drive.settle({ ...leanWant, inlinePolicies: {}, managedPolicyArns: [], tags: tags('role') });

    expect(run).toEqual(['tag', 'permissionsBoundary', 'inlinePolicies', 'managedPolicies', 'update']);
    expect(row()).toMatchObject({
      Description: '',
      MaxSessionDuration: 3600,
      attachedPolicies: [],
      inlinePolicies: {},
    });
    expect(row().PermissionsBoundary).toBeUndefined();
    expect(row().tags).toEqual(tags('role'));
  });

  it('grants before it withdraws', async () => {
    const since = world.simulated.calls.length;

    await drive.settle({ ...fullWant, inlinePolicies: { other: reading('*') }, managedPolicyArns: [policyB] });

    expect(changes(world.simulated, since)).toEqual([
      'PutRolePolicy',
      'DeleteRolePolicy',
      'AttachRolePolicy',
      'DetachRolePolicy',
    ]);
  });

  it('withdraws first where a role cannot hold both', async () => {
    const ten = (prefix: string) => Array.from({ length: 10 }, (_item, n) => `arn:aws:iam::aws:policy/${prefix}${n}`);
    const large = (letter: string) =>
      reading(`arn:aws:secretsmanager:eu-west-1:123456789012:secret:${letter.repeat(6_000)}`);
    await drive.settle({ ...fullWant, managedPolicyArns: ten('a'), inlinePolicies: { a: large('a') } });

    await drive.settle({ ...fullWant, managedPolicyArns: ten('b'), inlinePolicies: { b: large('b') } });

    expect([...row().attachedPolicies].sort()).toEqual(ten('b'));
    expect(Object.keys(row().inlinePolicies)).toEqual(['b']);
  });
});

describe('delete', () => {
  it('takes all policies away first', async () => {
    await drive.settle(fullWant);
    const since = world.simulated.calls.length;

    expect(await drive.remove()).toEqual(['delete']);

    expect(world.simulated.iam.roles.get('blog-instance')).toBeUndefined();
    expect(changes(world.simulated, since)).toEqual(['DetachRolePolicy', 'DeleteRolePolicy', 'DeleteRole']);
  });

  it.each(['DetachRolePolicy', 'DeleteRolePolicy', 'DeleteRole'])(
    'goes on after the answer to %s was lost',
    async operation => {
      await drive.settle(fullWant);
      world.simulated.fail({ operation, with: 'lostAnswer' });

      await expect(drive.remove()).rejects.toThrow('socket hang up');
      await drive.remove();

      expect(world.simulated.iam.roles.get('blog-instance')).toBeUndefined();
    },
  );

  it.each(['DetachRolePolicy', 'DeleteRolePolicy', 'DeleteRole'])(
    'is done when the role goes before %s',
    async gone => {
      await drive.settle(fullWant);
      world.simulated.onCall(({ operation, outcome }) => {
        if (operation === gone && outcome.phase === 'open') world.simulated.iam.roles.delete('blog-instance');
      });

      expect(await drive.remove()).toEqual(['delete']);
    },
  );
});
