import { z } from 'zod';
import { arnOf, tags } from '../fields.ts';

const arns = (what: string) => z.array(arnOf('iam', what)).max(10);
const iamPath = z
  .string()
  .regex(/^\/([\w+=,.@-]+\/)*$/, 'must begin and end with a slash')
  .default('/');

/** Members that every managed role has. */
export const managedRole = {
  roleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, 'must be at most 64 letters, digits and +=,.@- characters')
    .optional()
    .describe('Name of the role; batchwright-NAMESPACE-NAME with what it is for when left out.'),
  path: iamPath.describe('IAM path of the role.'),
  managedPolicyArns: arns('a managed policy')
    .optional()
    .describe(
      'Managed policies to attach, instead of the one that AWS provides for this purpose. Others are detached.',
    ),
  permissionsBoundary: arnOf('iam', 'a policy').optional().describe('Permissions boundary, full ARN of a policy.'),
  tags: tags('Tags of the role.'),
};

/** A role that is managed here, or an existing one. */
export const Role = (purpose: string) =>
  z
    .strictObject({
      arn: arnOf('iam', 'a role').optional().describe('An existing role, full ARN. Nothing about it is managed.'),
      ...managedRole,
    })
    .prefault({})
    .describe(purpose);
