import { z } from 'zod';
import { AccountReference, BatchName, LocalName, reference, ShareIdentifier, tags } from '../fields.ts';
import { ConsumableResourceProperties } from '../job-definition/consumable-fields.ts';
import { RetryStrategy, Timeout } from '../job-definition/retry-fields.ts';
import { ContainerOverrides, EcsPropertiesOverride, EksPropertiesOverride, NodeOverrides } from './override-fields.ts';
import { batchJobRules } from './rules.ts';

const text = (maximum: number) => z.string().min(1).max(maximum);

const Dependency = z.strictObject({
  job: reference('BatchJob', 'The other job.').optional(),
  jobId: text(64).optional().describe('Id of a job in AWS Batch that no BatchJob stands for.'),
  type: z.enum(['N_TO_N', 'SEQUENTIAL']).optional().describe('How array children depend on each other.'),
});

export const BatchJobSpec = z
  .strictObject({
    account: AccountReference,
    environment: reference('BatchEnvironment', 'Whose queue the job goes to.').optional(),
    jobQueue: LocalName.optional().describe('Name of a job queue of spec.environment; its first one when left out.'),
    jobQueueName: BatchName.optional().describe(
      'Name of a job queue in AWS Batch that no BatchEnvironment here declares. Exactly one of environment and jobQueueName.',
    ),
    jobDefinition: reference('JobDefinition', 'What runs: the newest revision at the time of submission.').optional(),
    jobDefinitionName: z
      .string()
      .regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,127}(:\d+)?$/, 'must be a name, or name:revision')
      .optional()
      .describe(
        'Name, or name:revision, of a job definition in AWS Batch that no JobDefinition here declares. Exactly one of jobDefinition and jobDefinitionName.',
      ),
    parameters: z.record(z.string(), z.string()).optional().describe('Values for Ref::name in the command.'),
    containerOverrides: ContainerOverrides.optional().describe('Changes to a definition of one container.'),
    ecsPropertiesOverride: EcsPropertiesOverride.optional().describe('Changes to a definition of several containers.'),
    eksPropertiesOverride: EksPropertiesOverride.optional().describe(
      'Changes to a definition whose jobs are Kubernetes pods on Amazon EKS.',
    ),
    nodeOverrides: NodeOverrides.optional().describe('Changes to a multi-node definition.'),
    consumableResourcePropertiesOverride: ConsumableResourceProperties,
    arrayProperties: z
      .strictObject({ size: z.int().min(2).max(10_000).describe('Number of children, 2 to 10000.') })
      .optional()
      .describe('Makes the job an array of equal children.'),
    dependsOn: z.array(Dependency).max(20).optional().describe('Jobs that must succeed first, at most 20.'),
    retryStrategy: RetryStrategy.optional().describe('Instead of that of the definition.'),
    timeout: Timeout.optional().describe('Instead of that of the definition.'),
    shareIdentifier: ShareIdentifier.optional().describe('Whose share of a fair-share queue the job uses.'),
    schedulingPriorityOverride: z
      .int()
      .min(0)
      .max(9999)
      .optional()
      .describe('Priority in a fair-share queue, 0 to 9999.'),
    propagateTags: z.boolean().optional().describe('Whether the tags go on to ECS tasks.'),
    tags: tags('Tags of the job.'),
    ttlSecondsAfterFinished: z
      .int()
      .min(0)
      .max(31_536_000)
      .optional()
      .describe(
        'Seconds after its end at which this object is deleted; never when left out, and never when a file declares it.',
      ),
  })
  .superRefine(batchJobRules);
export type BatchJobSpec = z.infer<typeof BatchJobSpec>;

const end = {
  exitCode: z.int().optional().describe('Exit code of the container.'),
  reason: z
    .string()
    .optional()
    .describe('Why the container ended or never began, in the words of Amazon ECS or Kubernetes.'),
  logStreamName: z.string().optional().describe('Log stream, usually in the log group /aws/batch/job.'),
};

export const BatchJobStatus = z.object({
  job: z
    .object({
      jobId: z.string().describe('Id in AWS Batch.'),
      status: z
        .string()
        .describe(
          'SUBMITTED, PENDING, RUNNABLE, STARTING, RUNNING, SUCCEEDED or FAILED; UNSEEN while AWS does not show it yet, FORGOTTEN when it does no more.',
        ),
      statusReason: z.string().optional().describe('Why, in the words of AWS Batch.'),
      waiting: z.string().optional().describe('Why it waits in RUNNABLE, as far as AWS tells, and what to do.'),
      ...end,
      attempts: z.int().optional().describe('Attempts that have ended.'),
      attemptHistory: z
        .array(
          z.object({
            ...end,
            statusReason: z.string().optional().describe('Why it ended, in the words of AWS Batch.'),
            startedAt: z.string().optional().describe('When it started, RFC 3339.'),
            stoppedAt: z.string().optional().describe('When it ended, RFC 3339.'),
          }),
        )
        .optional()
        .describe('How each attempt ended, the first one first; where there were several.'),
      containers: z
        .array(z.object({ name: z.string().optional().describe('Name of the container.'), ...end }))
        .optional()
        .describe('How each container ended, where there are several.'),
      array: z
        .object({
          size: z.int().describe('Number of children.'),
          statusSummary: z.record(z.string(), z.int()).describe('How many children are in each status.'),
        })
        .optional()
        .describe('The children of an array.'),
      createdAt: z.string().optional().describe('When it was submitted, RFC 3339.'),
      startedAt: z.string().optional().describe('When it started, RFC 3339.'),
      stoppedAt: z.string().optional().describe('When it ended, RFC 3339.'),
    })
    .optional()
    .describe('The job in AWS Batch.'),
});
