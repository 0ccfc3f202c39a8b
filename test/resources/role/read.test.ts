import { beforeEach, describe, expect, it } from 'vitest';
import { role } from '../../../controller/resources/role/role.ts';
import { owner } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const { read } = role();
const signal = new AbortController().signal;

function sought(...names: readonly string[]) {
  return names.map(name => ({ owner, id: `role/${name}`, name, want: undefined, memo: undefined }));
}

let world: ReturnType<typeof simulation>;

beforeEach(() => {
  world = simulation();
  for (let n = 0; n < 7; n++) {
    const inlinePolicies = Object.fromEntries(
      Array.from({ length: n }, (_, i) => [`inline${i}`, `{"Statement": [{"Sid": "a%20b${i}"}]}`]),
    );
    const attachedPolicies = Array.from({ length: n }, (_, i) => `arn:aws:iam::aws:policy/P${i}`);
    world.simulated.iam.addRole(`role${n}`, {
      path: '/x/',
      trusts: ['ec2.amazonaws.com'],
      inlinePolicies,
      attachedPolicies,
    });
    const row = world.simulated.iam.roles.get(`role${n}`);
    if (row)
      world.simulated.iam.roles.set(`role${n}`, {
        ...row,
        Description: `number ${n}`,
        MaxSessionDuration: 3600 + n,
        PermissionsBoundary: 'arn:aws:iam::aws:policy/B',
        tags: { n: `${n}` },
      });
  }
});

describe.each([
  { name: 'the shared snapshot', exact: false },
  { name: 'an exact read', exact: true },
])('$name', ({ exact }) => {
  it('answers every part of a role, whatever the sizes of the pages', async () => {
    for (const operation of [
      'ListRoles',
      'GetAccountAuthorizationDetails',
      'ListRolePolicies',
      'ListAttachedRolePolicies',
    ])
      world.simulated.shortPages(operation, 2);

    const found = await read(world.aws, sought('role5'), exact, signal);

    expect(found.get('role/role5')).toEqual({
      roleName: 'role5',
      path: '/x/',
      arn: 'arn:aws:iam::123456789012:role/x/role5',
      roleId: world.simulated.iam.roles.get('role5')?.RoleId,
      createdAt: 0,
      readAt: world.clock.now(),
      description: 'number 5',
      maxSessionDuration: 3605,
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com'] }, Action: 'sts:AssumeRole' }],
      },
      inlinePolicies: Object.fromEntries(
        [0, 1, 2, 3, 4].map(i => [`inline${i}`, { Statement: [{ Sid: `a%20b${i}` }] }]),
      ),
      managedPolicyArns: [0, 1, 2, 3, 4].map(i => `arn:aws:iam::aws:policy/P${i}`),
      permissionsBoundary: 'arn:aws:iam::aws:policy/B',
      tags: { n: '5' },
    });
  });

  it('answers absence by a missing entry', async () => {
    const found = await read(world.aws, sought('role1', 'nobody', 'role2'), exact, signal);

    expect([...found.keys()]).toEqual(['role/role1', 'role/role2']);
  });

  it('changes nothing', async () => {
    await read(world.aws, sought('role1', 'nobody'), exact, signal);

    expect(changes(world.simulated)).toEqual([]);
  });

  it('throws every error that is not absence', async () => {
    world.simulated.fail({ service: 'iam', with: 'accessDenied', times: Number.POSITIVE_INFINITY });

    await expect(read(world.aws, sought('role1'), exact, signal)).rejects.toThrow('not authorized');
  });
});

it('costs the same for one and for many from the snapshot', async () => {
  await read(world.aws, sought('role1'), false, signal);
  const one = world.simulated.calls.length;
  await read(world.aws, sought('role1', 'role2', 'role3', 'role4', 'role5'), false, signal);

  expect(one).toBe(2);
  expect(world.simulated.calls.length).toBe(2 * one);
});

it('takes a role that goes while it is read for absent', async () => {
  const gone = { name: 'NoSuchEntityException', message: 'The role with name role1 cannot be found.', status: 404 };
  world.simulated.fail({ operation: 'ListAttachedRolePolicies', with: gone });

  const found = await read(world.aws, sought('role1', 'role2'), true, signal);

  expect([...found.keys()]).toEqual(['role/role2']);
});

it('leaves out an inline policy that goes while it is read', async () => {
  const gone = { name: 'NoSuchEntityException', message: 'The role policy cannot be found.', status: 404 };
  world.simulated.fail({ operation: 'GetRolePolicy', with: gone });

  const found = await read(world.aws, sought('role2'), true, signal);

  expect(found.get('role/role2')).toMatchObject({ inlinePolicies: { inline1: {} } });
});
