import { z } from 'zod';
import { AccountReference, arnOf, DeletionPolicy, reference, tags } from '../fields.ts';
import { AgentRegistryAuth } from './agent-registry-auth-spec.ts';
import { ComputeEnvironment } from './compute-environment-spec.ts';
import { JobQueue } from './job-queue-spec.ts';
import { LaunchTemplate } from './launch-template-spec.ts';
import { managedRole, Role } from './role-spec.ts';
import { environmentRules } from './rules.ts';

export const BatchEnvironmentSpec = z
  .strictObject({
    account: AccountReference,
    registryCredentials: z
      .array(reference('RegistryCredential', 'One login.'))
      .max(20)
      .default([])
      .describe('Logins that jobs may name as registryCredential: the execution role may read exactly these secrets.'),
    agentRegistryAuth: AgentRegistryAuth.optional().describe(
      'Registry logins for the ECS agent itself, set up at boot by the launch template of this object. EC2 and SPOT only.',
    ),
    executionRole: Role('Role with which ECS pulls images and reads their logins.'),
    instanceRole: z
      .strictObject({
        instanceProfileArn: arnOf('iam', 'an instance profile')
          .optional()
          .describe('An existing instance profile, full ARN. Nothing about it is managed.'),
        ...managedRole,
      })
      .prefault({})
      .describe('Role and instance profile of the EC2 instances.'),
    serviceRole: z
      .strictObject({
        arn: arnOf('iam', 'a role').optional().describe('An existing role, full ARN. Nothing about it is managed.'),
        ...managedRole,
      })
      .optional()
      .describe(
        'Role of AWS Batch itself, for all compute environments of this object. Left out: the service-linked role AWSServiceRoleForBatch, with which they can be updated in place. UNMANAGED ones need a role of their own.',
      ),
    launchTemplate: LaunchTemplate,
    computeEnvironments: z.array(ComputeEnvironment).max(50).default([]).describe('Compute environments.'),
    jobQueues: z.array(JobQueue).max(50).default([]).describe('Job queues.'),
    tags: tags('Tags for everything that this object owns.'),
    deletionPolicy: DeletionPolicy,
  })
  .superRefine(environmentRules);
export type BatchEnvironmentSpec = z.infer<typeof BatchEnvironmentSpec>;

const role = z.object({ arn: z.string().describe('Full ARN.') });
const batchResource = {
  name: z.string().describe('Name within this object.'),
  arn: z.string().optional().describe('Full ARN.'),
  status: z.string().optional().describe('Status as AWS Batch says it.'),
  state: z.string().optional().describe('ENABLED or DISABLED.'),
};

export const BatchEnvironmentStatus = z.object({
  executionRole: role
    .extend({
      grantedCredentials: z
        .array(z.string())
        .optional()
        .describe('RegistryCredentials whose secrets the role may read.'),
    })
    .optional()
    .describe('Role with which ECS pulls images.'),
  instanceProfile: role.optional().describe('Instance profile of the EC2 instances.'),
  launchTemplate: z
    .object({
      id: z.string().optional().describe('Launch template id.'),
      version: z.string().optional().describe('Version that the compute environments name.'),
    })
    .optional()
    .describe('Launch template.'),
  agentCredentials: z.array(z.string()).optional().describe('RegistryCredentials that the ECS agents get at boot.'),
  computeEnvironments: z
    .array(
      z.object({
        ...batchResource,
        computeEnvironmentName: z.string().optional().describe('Name in AWS Batch.'),
        ecsClusterArn: z.string().optional().describe('ECS cluster that instances of your own may join, full ARN.'),
      }),
    )
    .optional()
    .describe('Compute environments.'),
  jobQueues: z
    .array(
      z.object({
        ...batchResource,
        jobQueueName: z.string().optional().describe('Name in AWS Batch.'),
        schedulingPolicyArn: z.string().optional().describe('Scheduling policy, full ARN.'),
      }),
    )
    .optional()
    .describe('Job queues.'),
});
