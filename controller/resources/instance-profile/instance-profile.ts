import type { Tags } from '../../model/ownership.ts';
import { iamPropagationMs, propagation } from '../iam-propagation.ts';
import { defineResource, type Resource } from '../resource.ts';
import { addRole, create, remove, replaceRole, tag } from './operations.ts';
import { type InstanceProfileObserved, read } from './read.ts';

/** What an EC2 instance gets a role through. */
export interface InstanceProfileWant {
  readonly instanceProfileName: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly roleName: string;
  readonly tags: Tags;
}

/** An IAM instance profile with its one role. For `propagationMs` milliseconds after its creation it counts as busy. */
export function instanceProfile({
  propagationMs = iamPropagationMs,
}: {
  readonly propagationMs?: number;
} = {}): Resource {
  return defineResource({
    resource: 'InstanceProfile',
    noun: 'instance profile',
    // biome-ignore format: a table reads best in columns
    fields: [
      { want: 'instanceProfileName', repair: 'immutable' },
      { want: 'path',                repair: 'immutable' },
      { want: 'roleName',            repair: roleRepair },
      { want: 'tags',                repair: 'tag' },
    ],
    read,
    view: (
      { arn, instanceProfileName, tags, createdAt, readAt }: InstanceProfileObserved,
      _want: InstanceProfileWant | undefined,
    ) => ({
      ...propagation({ createdAt, readAt }, propagationMs),
      arn,
      tags,
      outputs: { arn, instanceProfileName },
    }),
    propagationMs,
    teardown: () => 'delete',
    operations: { create, tag, addRole, replaceRole, delete: remove },
  });
}

/** A profile holds one role at most: another one must leave first. */
function roleRepair(_want: InstanceProfileWant, observed: InstanceProfileObserved): 'addRole' | 'replaceRole' {
  return observed.roleName === undefined ? 'addRole' : 'replaceRole';
}
