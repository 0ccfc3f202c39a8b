import { describe, expect, it } from 'vitest';
import { creation, repairs } from '../../../controller/model/plan.ts';
import type { RoleObserved } from '../../../controller/resources/role/read.ts';
import { type RoleWant, role } from '../../../controller/resources/role/role.ts';
import { goingNow } from '../drive.ts';

const { fields, operations, view, teardown } = role({ propagationMs: 10_000 });

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const read = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: ['arn:a', 'arn:b'] }],
};

const want: RoleWant = {
  roleName: 'blog-instance',
  path: '/batchwright/',
  assumeRolePolicyDocument: trust,
  inlinePolicies: { 'registry-secrets': read },
  managedPolicyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
  tags: { team: 'blog' },
};

const observed: RoleObserved = {
  roleName: 'blog-instance',
  path: '/batchwright/',
  arn: 'arn:aws:iam::123456789012:role/batchwright/blog-instance',
  roleId: 'AROAEXAMPLE',
  createdAt: 1_000_000,
  readAt: 2_000_000,
  description: '',
  maxSessionDuration: 3600,
  assumeRolePolicyDocument: trust,
  inlinePolicies: { 'registry-secrets': read },
  managedPolicyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
  tags: { team: 'blog' },
};

function steps(wanted: RoleWant, had: RoleObserved): readonly string[] {
  const plan = repairs(fields, Object.keys(operations), wanted, had);
  if (plan.action === 'block') return ['blocked', ...plan.changes.map(({ path }) => path)];
  return plan.action === 'apply' ? plan.steps.map(({ op, changes }) => `${op}: ${changes.map(c => c.path)}`) : [];
}

describe('a difference', () => {
  it.each<{ name: string; have?: Partial<RoleObserved>; wanted?: Partial<RoleWant>; run: readonly string[] }>([
    { name: 'none', run: [] },
    { name: 'in the path', have: { path: '/' }, run: ['blocked', 'path'] },
    {
      name: 'in the way policies are written only',
      have: {
        inlinePolicies: {
          'registry-secrets': {
            Statement: {
              Resource: ['arn:b', 'arn:a'],
              Action: 'SecretsManager:GetSecretValue',
              Effect: 'Allow',
            },
            Version: '2012-10-17',
          },
        },
      },
      run: [],
    },
    {
      name: 'in the order of attachments only',
      have: { managedPolicyArns: [...observed.managedPolicyArns].reverse() },
      run: [],
    },
    {
      name: 'in the trust policy',
      have: { assumeRolePolicyDocument: { ...trust, Statement: [] } },
      run: ['updateAssumeRolePolicy: assumeRolePolicyDocument'],
    },
    { name: 'of an inline policy gone', have: { inlinePolicies: {} }, run: ['inlinePolicies: inlinePolicies'] },
    {
      name: 'of an inline policy too many',
      have: { inlinePolicies: { 'registry-secrets': read, backdoor: read } },
      run: ['inlinePolicies: inlinePolicies'],
    },
    {
      name: 'of the last inline policy not wanted',
      wanted: { inlinePolicies: {} },
      run: ['inlinePolicies: inlinePolicies'],
    },
    { name: 'of an attachment gone', have: { managedPolicyArns: [] }, run: ['managedPolicies: managedPolicyArns'] },
    {
      name: 'of an attachment too many',
      have: { managedPolicyArns: [...observed.managedPolicyArns, 'arn:aws:iam::aws:policy/AdministratorAccess'] },
      run: ['managedPolicies: managedPolicyArns'],
    },
    {
      name: 'of a boundary gone',
      wanted: { permissionsBoundary: 'arn:aws:iam::123456789012:policy/fence' },
      run: ['permissionsBoundary: permissionsBoundary'],
    },
    {
      name: 'of a boundary that is not wanted',
      have: { permissionsBoundary: 'arn:aws:iam::123456789012:policy/fence' },
      run: ['permissionsBoundary: permissionsBoundary'],
    },
    { name: 'in the description', wanted: { description: 'for blog' }, run: ['update: description'] },
    { name: 'of a description that is not wanted', have: { description: 'mine' }, run: ['update: description'] },
    { name: 'in the session duration', wanted: { maxSessionDuration: 7200 }, run: ['update: maxSessionDuration'] },
    {
      name: 'of a session duration that is not wanted',
      have: { maxSessionDuration: 43_200 },
      run: ['update: maxSessionDuration'],
    },
    { name: 'in the tags', have: { tags: {} }, run: ['tag: tags'] },
    {
      name: 'in everything: tags first, then trust and boundary before permissions',
      have: {
        tags: {},
        assumeRolePolicyDocument: {},
        permissionsBoundary: 'arn:aws:iam::123456789012:policy/fence',
        inlinePolicies: {},
        managedPolicyArns: [],
        description: 'mine',
        maxSessionDuration: 43_200,
      },
      run: [
        'tag: tags',
        'updateAssumeRolePolicy: assumeRolePolicyDocument',
        'permissionsBoundary: permissionsBoundary',
        'inlinePolicies: inlinePolicies',
        'managedPolicies: managedPolicyArns',
        'update: description,maxSessionDuration',
      ],
    },
  ])('$name', ({ have, wanted, run }) => {
    expect(steps({ ...want, ...wanted }, { ...observed, ...have })).toEqual(run);
  });
});

it('prints what a creation sets', () => {
  const { changes } = creation(fields, { ...want, description: 'for blog' });

  expect(changes.map(({ path }) => path)).toEqual([
    'roleName',
    'path',
    'assumeRolePolicyDocument',
    'inlinePolicies',
    'managedPolicyArns',
    'description',
    'tags',
  ]);
});

describe('the view', () => {
  it.each([
    { name: 'is busy while IAM makes a new role known', ageMs: 9_999, phase: 'busy', busyForMs: 1 },
    { name: 'is ready after that', ageMs: 10_000, phase: 'ready', busyForMs: undefined },
    { name: 'is not busy for longer when the clock of AWS is ahead', ageMs: -60_000, phase: 'busy', busyForMs: 10_000 },
  ])('$name', ({ ageMs, phase, busyForMs }) => {
    const seen = view({ ...observed, readAt: observed.createdAt + ageMs }, want);

    expect(seen.phase).toBe(phase);
    expect(seen.busyForMs).toBe(busyForMs);
  });

  it('says what others may use', () => {
    expect(view(observed, undefined)).toEqual({
      phase: 'ready',
      arn: observed.arn,
      tags: { team: 'blog' },
      outputs: { arn: observed.arn, roleName: 'blog-instance', roleId: 'AROAEXAMPLE' },
    });
  });
});

it('goes in one step', () => {
  expect(teardown(observed, goingNow)).toBe('delete');
});
