import { z } from 'zod';
import { AccountReference, DeletionPolicy, reference, tags } from '../fields.ts';
import { ConsumableResourceProperties } from './consumable-fields.ts';
import { ContainerProperties } from './container-fields.ts';
import { EksProperties } from './eks-fields.ts';
import { NodeProperties } from './node-fields.ts';
import { RetryStrategy, Timeout } from './retry-fields.ts';
import { jobDefinitionRules } from './rules.ts';
import { EcsProperties } from './task-fields.ts';

export const JobDefinitionSpec = z
  .strictObject({
    account: AccountReference,
    environment: reference(
      'BatchEnvironment',
      'Whose execution role the job uses where it names none itself.',
    ).optional(),
    type: z
      .enum(['container', 'multinode'])
      .default('container')
      .describe('Kind of job; multinode with nodeProperties.'),
    parameters: z.record(z.string(), z.string()).optional().describe('Defaults for Ref::name in commands.'),
    schedulingPriority: z.int().min(0).max(9999).optional().describe('Priority in fair-share queues, 0 to 9999.'),
    containerProperties: ContainerProperties.optional().describe('A job of one container.'),
    ecsProperties: EcsProperties.optional().describe('A job of several containers.'),
    eksProperties: EksProperties.optional().describe('A job that is a Kubernetes pod on Amazon EKS.'),
    nodeProperties: NodeProperties.optional().describe('A multi-node parallel job.'),
    retryStrategy: RetryStrategy.optional().describe('How failed jobs are tried again.'),
    propagateTags: z.boolean().optional().describe('Whether the tags, ours among them, go on to ECS tasks.'),
    timeout: Timeout.optional().describe('How long an attempt may run.'),
    platformCapabilities: z
      .array(z.enum(['EC2', 'FARGATE', 'MANAGED_INSTANCES']))
      .length(1)
      .optional()
      .describe('Where the job can run, exactly one; EC2 when left out. Not for pods.'),
    consumableResourceProperties: ConsumableResourceProperties,
    tags: tags('Tags of the revision.'),
    revisionHistoryLimit: z
      .int()
      .min(0)
      .max(100)
      .default(3)
      .describe(
        'How many older revisions stay ACTIVE, 0 to 100; still older ones are deregistered once no job uses them.',
      ),
    revisionMinAgeMinutes: z
      .int()
      .min(0)
      .max(525_600)
      .default(0)
      .describe(
        'Minutes for which a revision stays ACTIVE at least once a newer one has taken its place, whatever revisionHistoryLimit says.',
      ),
    deletionPolicy: DeletionPolicy,
  })
  .superRefine(jobDefinitionRules);
export type JobDefinitionSpec = z.infer<typeof JobDefinitionSpec>;

export const JobDefinitionStatus = z.object({
  jobDefinition: z
    .object({
      name: z.string().describe('Name in AWS Batch, which jobs are submitted by.'),
      arn: z.string().describe('ARN of the newest revision.'),
      revision: z.int().describe('Newest revision.'),
    })
    .optional()
    .describe('The newest revision.'),
});
