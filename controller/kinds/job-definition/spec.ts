import { z } from 'zod';
import { AccountReference, DeletionPolicy, reference, tags } from '../fields.ts';
import { ContainerProperties, EcsProperties } from './container-fields.ts';
import { jobDefinitionRules } from './rules.ts';

const glob = z.string().min(1).max(512).optional();

const RetryStrategy = z.strictObject({
  attempts: z.int().min(1).max(10).default(1).describe('How often the job is tried, 1 to 10.'),
  evaluateOnExit: z
    .array(
      z.strictObject({
        onStatusReason: glob.describe('Pattern for the status reason, * at its end.'),
        onReason: glob.describe('Pattern for the reason of the container.'),
        onExitCode: glob.describe('Pattern for the exit code.'),
        action: z.enum(['RETRY', 'EXIT']).describe('What is done when everything that is given matches.'),
      }),
    )
    .max(5)
    .optional()
    .describe('When to try again, the first that matches; at most five.'),
});

export const JobDefinitionSpec = z
  .strictObject({
    account: AccountReference,
    environment: reference(
      'BatchEnvironment',
      'Whose execution role the job uses where it names none itself.',
    ).optional(),
    type: z.enum(['container']).default('container').describe('Kind of job.'),
    parameters: z.record(z.string(), z.string()).optional().describe('Defaults for Ref::name in commands.'),
    schedulingPriority: z.int().min(0).max(9999).optional().describe('Priority in fair-share queues, 0 to 9999.'),
    containerProperties: ContainerProperties.optional().describe('A job of one container.'),
    ecsProperties: EcsProperties.optional().describe('A job of several containers.'),
    retryStrategy: RetryStrategy.optional().describe('How failed jobs are tried again.'),
    propagateTags: z.boolean().optional().describe('Whether the tags, ours among them, go on to ECS tasks.'),
    timeout: z
      .strictObject({
        attemptDurationSeconds: z
          .int()
          .min(60)
          .max(31_536_000)
          .describe('Seconds after which an attempt is ended, 60 at least.'),
      })
      .optional()
      .describe('How long an attempt may run.'),
    platformCapabilities: z
      .array(z.enum(['EC2', 'FARGATE']))
      .length(1)
      .optional()
      .describe('Where the job can run, exactly one; EC2 when left out.'),
    consumableResourceProperties: z
      .strictObject({
        consumableResourceList: z
          .array(
            z.strictObject({
              consumableResource: z.string().min(1).max(2048).describe('Name or ARN.'),
              quantity: z.int().min(0).max(2_147_483_647).describe('How much a job takes.'),
            }),
          )
          .max(5)
          .describe('Consumable resources, at most five.'),
      })
      .optional()
      .describe('What the job takes from shared, limited resources.'),
    tags: tags('Tags of the revision.'),
    revisionHistoryLimit: z
      .int()
      .min(0)
      .max(100)
      .default(3)
      .describe('How many older revisions stay ACTIVE, 0 to 100; still older ones are deregistered.'),
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
