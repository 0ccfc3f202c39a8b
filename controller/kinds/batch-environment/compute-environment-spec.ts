import { z } from 'zod';
import { arnOf, BatchName, LocalName, tags } from '../fields.ts';
import { ComputeResources } from './compute-resources-spec.ts';

const UpdatePolicy = z.strictObject({
  terminateJobsOnUpdate: z
    .boolean()
    .default(false)
    .describe('Whether an infrastructure update ends running jobs at once.'),
  jobExecutionTimeoutMinutes: z
    .int()
    .min(1)
    .max(360)
    .default(30)
    .describe('Minutes that jobs may go on running on old instances, 1 to 360.'),
});

const EksConfiguration = z.strictObject({
  eksClusterArn: arnOf('eks', 'an EKS cluster').describe('The EKS cluster, full ARN, in the same Region.'),
  kubernetesNamespace: z
    .string()
    .max(63)
    .regex(
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
      'must be lower-case letters, digits and hyphens, and start and end with a letter or digit',
    )
    .refine(name => name !== 'default' && !name.startsWith('kube-'), 'must not be default or begin with kube-')
    .describe('Namespace in which Batch runs its pods.'),
});

/** A compute environment: CreateComputeEnvironment's input, with what we add to it. */
export const ComputeEnvironment = z.strictObject({
  name: LocalName.describe('Name within this object; job queues refer to it.'),
  computeEnvironmentName: BatchName.optional().describe(
    'Name in AWS Batch. Leave it out: a generated name is what makes replacement without an outage possible.',
  ),
  type: z
    .enum(['MANAGED', 'UNMANAGED'])
    .default('MANAGED')
    .describe('MANAGED: Batch manages the capacity. UNMANAGED: your own instances join the ECS cluster in status.'),
  state: z
    .enum(['ENABLED', 'DISABLED'])
    .default('ENABLED')
    .describe('DISABLED takes no new jobs and does not scale out.'),
  unmanagedvCpus: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('vCPUs of your own instances, for the reservation of fair share. UNMANAGED only.'),
  computeResources: ComputeResources.optional().describe(
    'As for CreateComputeEnvironment; instance role and launch template come from this object. MANAGED only, and required there.',
  ),
  eksConfiguration: EksConfiguration.optional().describe(
    'Runs the jobs on an EKS cluster. EC2 and SPOT only; a change replaces the compute environment.',
  ),
  ecsSettings: z
    .strictObject({
      containerInsights: z
        .enum(['ENABLED', 'ENHANCED', 'DISABLED'])
        .describe('CloudWatch Container Insights of the ECS cluster.'),
    })
    .optional()
    .describe('Settings of the ECS cluster; left out, those that AWS has stay.'),
  updatePolicy: UpdatePolicy.optional().describe(
    'What an infrastructure update does to running jobs; the defaults of AWS when left out. EC2 and SPOT only.',
  ),
  imageRefresh: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe(
      'Any new number brings the newest image of AWS to the instances, once: updateToLatestImageVersion. EC2 and SPOT without an image of your own only.',
    ),
  replacement: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Any new number has the compute environment replaced by a new one, without an outage.'),
  drainTimeoutMinutes: z
    .int()
    .min(0)
    .max(10_080)
    .default(60)
    .describe(
      'Minutes that jobs may run on when the compute environment is replaced or removed, 0 to 10080. On EC2 and SPOT those that are left go with their instances then; elsewhere AWS does not delete it before they have ended.',
    ),
  tags: tags('Tags of the compute environment; they do not reach instances.'),
});
export type ComputeEnvironmentSpec = z.infer<typeof ComputeEnvironment>;
