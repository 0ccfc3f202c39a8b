import { z } from 'zod';
import { AccountReference, arnOf, BatchName, DeletionPolicy, LocalName, reference, tags } from '../fields.ts';
import { environmentRules } from './rules.ts';

const arns = (what: string) => z.array(arnOf('iam', what)).max(10);
const iamPath = z
  .string()
  .regex(/^\/([\w+=,.@-]+\/)*$/, 'must begin and end with a slash')
  .default('/');

/** Members that every managed role has. */
const managedRole = {
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

const Role = (purpose: string) =>
  z
    .strictObject({
      arn: arnOf('iam', 'a role').optional().describe('An existing role, full ARN. Nothing about it is managed.'),
      ...managedRole,
    })
    .prefault({})
    .describe(purpose);

const Metadata = z
  .strictObject({
    httpTokens: z.enum(['required', 'optional']).default('required').describe('required allows IMDSv2 only.'),
    httpPutResponseHopLimit: z
      .int()
      .min(1)
      .max(64)
      .default(1)
      .describe('Network hops that an IMDS answer may travel, 1 to 64.'),
    instanceMetadataTags: z
      .enum(['enabled', 'disabled'])
      .optional()
      .describe('Whether instance tags can be read through IMDS.'),
  })
  .prefault({})
  .describe('Instance metadata service of the instances.');

const BlockDevice = z.strictObject({
  deviceName: z.string().min(1).max(64).describe('Device name, for example /dev/xvda.'),
  ebs: z
    .strictObject({
      volumeSize: z.int().min(1).max(65536).optional().describe('Size in GiB.'),
      volumeType: z.string().max(16).optional().describe('EBS volume type, for example gp3.'),
      iops: z.int().min(100).max(256000).optional().describe('I/O operations per second.'),
      throughput: z.int().min(125).max(2000).optional().describe('Throughput in MiB/s, gp3 only.'),
      encrypted: z.boolean().optional().describe('Whether the volume is encrypted.'),
      kmsKeyId: z.string().max(2048).optional().describe('KMS key of the volume.'),
      deleteOnTermination: z.boolean().optional().describe('Whether the volume goes with the instance.'),
      snapshotId: z.string().max(64).optional().describe('Snapshot to start from.'),
    })
    .describe('EBS volume.'),
});

const UserDataPart = z.strictObject({
  contentType: z
    .enum([
      'text/x-shellscript',
      'text/cloud-config',
      'text/cloud-boothook',
      'text/x-shellscript-per-boot',
      'text/x-shellscript-per-instance',
      'text/x-shellscript-per-once',
    ])
    .describe('MIME type of the part, as cloud-init knows it.'),
  body: z
    .string()
    .min(1)
    .max(14_000)
    .describe('Text of the part. User data is readable by every job on the instance: no secrets here.'),
  placement: z
    .enum(['Before', 'After'])
    .default('After')
    .describe('Whether it runs before or after the registry logins.'),
});

const LaunchTemplate = z
  .strictObject({
    launchTemplateName: z
      .string()
      .regex(/^[\w().\-/]{3,128}$/, 'must be 3 to 128 letters, digits and ().-/_ characters')
      .optional()
      .describe('Name of the launch template; batchwright-NAMESPACE-NAME when left out.'),
    metadataOptions: Metadata,
    blockDeviceMappings: z
      .array(BlockDevice)
      .max(20)
      .optional()
      .describe('Volumes of the instances; those of the AMI when left out.'),
    monitoring: z.boolean().optional().describe('Whether detailed monitoring is on.'),
    userDataParts: z.array(UserDataPart).max(8).optional().describe('Your own user data, in its own MIME parts.'),
    keepVersions: z.int().min(2).max(100).default(5).describe('How many launch template versions are kept.'),
    tags: tags('Tags of the launch template.'),
  })
  .prefault({})
  .describe(
    'The launch template of all EC2 and SPOT compute environments. They name its version by number, so nothing changes under their feet.',
  );

const AgentRegistryAuth = z.strictObject({
  registryCredentials: z
    .array(reference('RegistryCredential', 'One login.'))
    .min(1)
    .max(20)
    .describe(
      'Logins that every instance gets at boot. Each job on the instance can get at them: prefer repositoryCredentials where you can.',
    ),
  failurePolicy: z
    .enum(['Continue', 'Block', 'Terminate'])
    .default('Continue')
    .describe(
      'What happens to an instance that does not get its logins in time: Continue without them, Block it from the cluster, or Terminate it.',
    ),
  deadlineSeconds: z
    .int()
    .min(60)
    .max(1800)
    .default(300)
    .describe('How long an instance tries, in seconds, 60 to 1800.'),
  refreshIntervalSeconds: z
    .int()
    .min(60)
    .max(86400)
    .optional()
    .describe('How often an instance looks for changed logins, in seconds; only at boot when left out.'),
  imagePullBehavior: z
    .enum(['default', 'always', 'once', 'prefer-cached'])
    .optional()
    .describe(
      'ECS_IMAGE_PULL_BEHAVIOR. Only always checks the login again for an image that is already on the instance.',
    ),
});

const Ec2Configuration = z.strictObject({
  imageType: z.string().min(1).max(256).describe('Image type, for example ECS_AL2023 or ECS_AL2023_NVIDIA.'),
  imageIdOverride: z.string().min(1).max(256).optional().describe('AMI to use instead of the newest of that type.'),
});

const ComputeResources = z.strictObject({
  type: z.enum(['EC2', 'SPOT', 'FARGATE', 'FARGATE_SPOT']).describe('What runs the jobs.'),
  allocationStrategy: z
    .enum(['BEST_FIT', 'BEST_FIT_PROGRESSIVE', 'SPOT_CAPACITY_OPTIMIZED', 'SPOT_PRICE_CAPACITY_OPTIMIZED'])
    .optional()
    .describe(
      'How instance types are chosen. Left out: BEST_FIT_PROGRESSIVE on EC2, SPOT_PRICE_CAPACITY_OPTIMIZED on SPOT; with BEST_FIT AWS replaces rather than updates. Not on Fargate.',
    ),
  minvCpus: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('vCPUs that are kept running; 0 when left out. Not on Fargate.'),
  maxvCpus: z.int().min(1).max(1_000_000).describe('vCPUs that may run at most.'),
  instanceTypes: z
    .array(z.string().min(1).max(64))
    .max(200)
    .optional()
    .describe('Instance types or families; default_x86_64 when left out. Not on Fargate.'),
  imageId: z
    .string()
    .regex(/^ami-[0-9a-f]+$/, 'must be an AMI id')
    .optional()
    .describe('AMI id. Deprecated by AWS: use ec2Configuration.imageIdOverride. Not on Fargate.'),
  ec2Configuration: z
    .array(Ec2Configuration)
    .min(1)
    .max(2)
    .optional()
    .describe('Image types, one or two; the default of AWS when left out. Not on Fargate.'),
  subnets: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'must be a subnet id'))
    .min(1)
    .max(64)
    .describe('Subnet ids.'),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, 'must be a security group id'))
    .min(1)
    .max(16)
    .describe('Security group ids, at most 5 on Fargate.'),
  ec2KeyPair: z.string().min(1).max(255).optional().describe('Key pair for logging in to instances. Not on Fargate.'),
  placementGroup: z.string().min(1).max(255).optional().describe('Placement group of the instances. Not on Fargate.'),
  bidPercentage: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Highest Spot price, in percent of the On-Demand price. SPOT only.'),
  spotIamFleetRole: arnOf('iam', 'a role')
    .optional()
    .describe('Spot fleet role, full ARN; needed for SPOT with BEST_FIT only.'),
  scalingPolicy: z
    .strictObject({
      minScaleDownDelayMinutes: z
        .int()
        .min(20)
        .max(10080)
        .describe('Minutes that an idle instance is kept, 20 to 10080.'),
    })
    .optional()
    .describe('How quickly instances go. Not on Fargate.'),
  tags: tags('Tags of the instances. Not on Fargate.'),
});

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

const ComputeEnvironment = z.strictObject({
  name: LocalName.describe('Name within this object; job queues refer to it.'),
  computeEnvironmentName: BatchName.optional().describe(
    'Name in AWS Batch. Leave it out: a generated name is what makes replacement without an outage possible.',
  ),
  type: z.enum(['MANAGED']).default('MANAGED').describe('Batch manages the capacity.'),
  state: z
    .enum(['ENABLED', 'DISABLED'])
    .default('ENABLED')
    .describe('DISABLED takes no new jobs and does not scale out.'),
  computeResources: ComputeResources.describe(
    'As for CreateComputeEnvironment; roles and launch template come from this object.',
  ),
  updatePolicy: UpdatePolicy.optional().describe('What an infrastructure update does to running jobs. Not on Fargate.'),
  tags: tags('Tags of the compute environment; they do not reach instances.'),
});

const JobQueue = z.strictObject({
  name: LocalName.describe('Name within this object.'),
  jobQueueName: BatchName.optional().describe(
    'Name in AWS Batch, which jobs are submitted to; NAME-QUEUE, with the namespace before it unless it is default, when left out.',
  ),
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
        order: z.int().min(0).max(1000).describe('The lowest is tried first.'),
        computeEnvironment: LocalName.describe('Name of a compute environment of this object.'),
      }),
    )
    .min(1)
    .max(3)
    .describe('Compute environments, one to three.'),
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
        action: z.enum(['CANCEL', 'TERMINATE']).describe('What Batch does then.'),
      }),
    )
    .max(20)
    .optional()
    .describe('What happens to a job that is stuck at the head of the queue.'),
  tags: tags('Tags of the job queue.'),
});

export const BatchEnvironmentSpec = z
  .strictObject({
    account: AccountReference,
    registryCredentials: z
      .array(reference('RegistryCredential', 'One login.'))
      .max(20)
      .default([])
      .describe('Logins that jobs may name as registryCredential: the execution role may read exactly these secrets.'),
    agentRegistryAuth: AgentRegistryAuth.optional().describe(
      'Registry logins for the ECS agent itself, set up at boot by the launch template. EC2 and SPOT only.',
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
        'Role of AWS Batch itself. Left out: the service-linked role AWSServiceRoleForBatch, with which environments can be updated in place.',
      ),
    launchTemplate: LaunchTemplate,
    computeEnvironments: z.array(ComputeEnvironment).max(50).default([]).describe('Compute environments.'),
    jobQueues: z.array(JobQueue).max(50).default([]).describe('Job queues.'),
    tags: tags('Tags for everything that this object owns.'),
    deletionPolicy: DeletionPolicy,
  })
  .superRefine(environmentRules);
export type BatchEnvironmentSpec = z.infer<typeof BatchEnvironmentSpec>;
export type ComputeEnvironmentSpec = BatchEnvironmentSpec['computeEnvironments'][number];
export type JobQueueSpec = BatchEnvironmentSpec['jobQueues'][number];

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
    .array(z.object({ ...batchResource, computeEnvironmentName: z.string().optional().describe('Name in AWS Batch.') }))
    .optional()
    .describe('Compute environments.'),
  jobQueues: z
    .array(z.object({ ...batchResource, jobQueueName: z.string().optional().describe('Name in AWS Batch.') }))
    .optional()
    .describe('Job queues.'),
});
