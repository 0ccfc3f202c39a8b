import type { JsonObject } from '../../model/json.ts';
import type { Tags } from '../../model/ownership.ts';
import { samePolicies, samePolicy } from '../../model/policy-document.ts';
import { iamPropagationMs, propagation } from '../iam-propagation.ts';
import { defineResource, type Resource } from '../resource.ts';
import {
  create,
  inlinePolicies,
  managedPolicies,
  permissionsBoundary,
  remove,
  tag,
  update,
  updateAssumeRolePolicy,
} from './operations.ts';
import { defaultSessionDuration, type RoleObserved, read } from './read.ts';

/** An IAM role with everything that it may do: policies that are not named here are removed from it. */
export interface RoleWant {
  readonly roleName: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly description?: string;
  readonly assumeRolePolicyDocument: JsonObject;
  /** Documents by policy name. */
  readonly inlinePolicies: Readonly<Record<string, JsonObject>>;
  readonly managedPolicyArns: readonly string[];
  /** ARN of a managed policy. */
  readonly permissionsBoundary?: string;
  /** Seconds. */
  readonly maxSessionDuration?: number;
  readonly tags: Tags;
}

/**
 * An IAM role. Its policies, attachments and boundary are exact. For `propagationMs` milliseconds after its creation it
 * counts as busy.
 */
export function role({ propagationMs = iamPropagationMs }: { readonly propagationMs?: number } = {}): Resource {
  return defineResource({
    resource: 'Role',
    noun: 'IAM role',
    // biome-ignore format: a table reads best in columns
    fields: [
      { want: 'roleName',                 repair: 'immutable' },
      { want: 'path',                     repair: 'immutable' },
      { want: 'assumeRolePolicyDocument', repair: 'updateAssumeRolePolicy', equal: samePolicy },
      { want: 'permissionsBoundary',      repair: 'permissionsBoundary',    unset: null },
      { want: 'inlinePolicies',           repair: 'inlinePolicies',         equal: samePolicies },
      { want: 'managedPolicyArns',        repair: 'managedPolicies',        equal: 'set' },
      { want: 'description',              repair: 'update',                 unset: '' },
      { want: 'maxSessionDuration',       repair: 'update',                 unset: defaultSessionDuration },
      { want: 'tags',                     repair: 'tag' },
    ],
    read,
    view: ({ arn, roleName, roleId, tags, createdAt, readAt }: RoleObserved, _want: RoleWant | undefined) => ({
      ...propagation({ createdAt, readAt }, propagationMs),
      arn,
      tags,
      outputs: { arn, roleName, roleId },
    }),
    propagationMs,
    teardown: () => 'delete',
    operations: {
      create,
      tag,
      updateAssumeRolePolicy,
      permissionsBoundary,
      inlinePolicies,
      managedPolicies,
      update,
      delete: remove,
    },
  });
}
