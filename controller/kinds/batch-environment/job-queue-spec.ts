import { z } from 'zod';
import { arnOf, BatchName, LocalName, ShareIdentifier, tags } from '../fields.ts';

const ShareAttributes = z.strictObject({
  shareIdentifier: ShareIdentifier.describe(
    'Name that jobs give as shareIdentifier, or the beginning of such names with a * after it.',
  ),
  weightFactor: z
    .number()
    .min(0.0001)
    .max(999.9999)
    .default(1)
    .describe('The smaller, the more of the capacity goes to the share, 0.0001 to 999.9999.'),
});

const SchedulingPolicy = z.strictObject({
  name: BatchName.optional().describe('Name in AWS Batch; the name of the job queue when left out.'),
  fairsharePolicy: z
    .strictObject({
      shareDecaySeconds: z
        .int()
        .min(0)
        .max(604_800)
        .optional()
        .describe('How long use counts, in seconds, 0 to 604800; 0, the shortest time of AWS, when left out.'),
      computeReservation: z
        .int()
        .min(0)
        .max(99)
        .optional()
        .describe('Percentage that is kept for shares which are not in use yet, 0 to 99; 0 when left out.'),
      shareDistribution: z
        .array(ShareAttributes)
        .max(500)
        .optional()
        .describe('Weights of shares, at most 500; the weight 1 for those that are not named.'),
    })
    .prefault({})
    .describe('Fair share among those who submit jobs.'),
  tags: tags('Tags of the scheduling policy.'),
});

/** A job queue: CreateJobQueue's input, with the scheduling policy in its place. */
export const JobQueue = z.strictObject({
  name: LocalName.describe('Name within this object.'),
  jobQueueName: BatchName.optional().describe(
    'Name in AWS Batch, which jobs are submitted to; NAME-QUEUE, with the namespace before it unless it is default, when left out.',
  ),
  jobQueueType: z
    .enum(['ECS', 'ECS_FARGATE', 'ECS_MANAGED_INSTANCES', 'EKS'])
    .optional()
    .describe('What kind of compute environments it takes; follows from the first ones when left out. Never changes.'),
  state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED').describe('DISABLED takes no new jobs.'),
  priority: z
    .int()
    .min(0)
    .max(1000)
    .default(1)
    .describe('Higher goes first among queues that share a compute environment, 0 to 1000.'),
  computeEnvironmentOrder: z
    .array(
      z.strictObject({
        order: z.int().min(0).max(1000).describe('The lowest number is tried first.'),
        computeEnvironment: LocalName.describe('Name of a compute environment of this object.'),
      }),
    )
    .min(1)
    .max(3)
    .describe('Compute environments, one to three.'),
  schedulingPolicy: SchedulingPolicy.optional().describe(
    'Fair share, in a scheduling policy that belongs to this queue. A queue has one from its creation to its end, or never.',
  ),
  schedulingPolicyArn: arnOf('batch', 'a scheduling policy')
    .optional()
    .describe('An existing scheduling policy instead, full ARN. Nothing about it is managed.'),
  jobStateTimeLimitActions: z
    .array(
      z.strictObject({
        reason: z
          .string()
          .min(1)
          .max(256)
          .describe('Why the job is stuck, for example MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT.'),
        state: z.enum(['RUNNABLE']).describe('State of the job at the head of the queue.'),
        maxTimeSeconds: z.int().min(600).max(86400).describe('Seconds that it may stay so, 600 to 86400.'),
        action: z.enum(['CANCEL', 'TERMINATE']).describe('What Batch does then; TERMINATE is for SageMaker only.'),
      }),
    )
    .max(20)
    .optional()
    .describe('What happens to a job that is stuck at the head of the queue.'),
  tags: tags('Tags of the job queue.'),
});
export type JobQueueSpec = z.infer<typeof JobQueue>;
