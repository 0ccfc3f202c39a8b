import { describe, expect, it } from 'vitest';
import { creation, repairs } from '../../../controller/model/plan.ts';
import {
  type InstanceProfileWant,
  instanceProfile,
} from '../../../controller/resources/instance-profile/instance-profile.ts';
import type { InstanceProfileObserved } from '../../../controller/resources/instance-profile/read.ts';
import { goingNow } from '../drive.ts';

const { fields, operations, view, teardown } = instanceProfile({ propagationMs: 10_000 });

const want: InstanceProfileWant = {
  instanceProfileName: 'blog-instance',
  path: '/batchwright/',
  roleName: 'blog-instance',
  tags: { team: 'blog' },
};

const observed: InstanceProfileObserved = {
  ...want,
  arn: 'arn:aws:iam::123456789012:instance-profile/batchwright/blog-instance',
  createdAt: 1_000_000,
  readAt: 2_000_000,
};

const { roleName: _, ...empty } = observed;

describe('a difference', () => {
  it.each([
    { name: 'none', have: observed, run: [] },
    { name: 'in the path', have: { ...observed, path: '/' }, run: ['blocked', 'path'] },
    { name: 'of a role gone', have: empty, run: ['addRole: roleName'] },
    { name: 'of another role', have: { ...observed, roleName: 'admin' }, run: ['replaceRole: roleName'] },
    { name: 'in the tags', have: { ...observed, tags: {} }, run: ['tag: tags'] },
    { name: 'in both', have: { ...empty, tags: {} }, run: ['tag: tags', 'addRole: roleName'] },
  ])('$name', ({ have, run }) => {
    const plan = repairs(fields, Object.keys(operations), want, have);

    const steps =
      plan.action === 'block'
        ? ['blocked', ...plan.changes.map(({ path }) => path)]
        : plan.action === 'apply'
          ? plan.steps.map(({ op, changes }) => `${op}: ${changes.map(({ path }) => path)}`)
          : [];
    expect(steps).toEqual(run);
  });
});

it('prints what a creation sets', () => {
  const { changes } = creation(fields, want);

  expect(changes.map(({ path }) => path)).toEqual(['instanceProfileName', 'path', 'roleName', 'tags']);
});

describe('the view', () => {
  it('is busy while IAM makes a new profile known', () => {
    expect(view({ ...observed, readAt: observed.createdAt + 4_000 }, want)).toMatchObject({
      phase: 'busy',
      busyForMs: 6_000,
    });
  });

  it('says what others may use', () => {
    expect(view(observed, undefined)).toEqual({
      phase: 'ready',
      arn: observed.arn,
      tags: { team: 'blog' },
      outputs: { arn: observed.arn, instanceProfileName: 'blog-instance' },
    });
  });
});

it('goes in one step', () => {
  expect(teardown(observed, goingNow)).toBe('delete');
});
