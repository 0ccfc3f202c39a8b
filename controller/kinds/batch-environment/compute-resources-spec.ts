import { z } from 'zod';
import { arnOf, tags } from '../fields.ts';
import { ManagedInstancesProvider } from './managed-instances-spec.ts';

const Ec2Configuration = z.strictObject({
  imageType: z
    .string()
    .min(1)
    .max(256)
    .describe('Image type, for example ECS_AL2023, ECS_AL2023_NVIDIA or EKS_AL2023.'),
  imageIdOverride: z.string().min(1).max(256).optional().describe('AMI to use instead of the newest of that type.'),
  imageKubernetesVersion: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be a Kubernetes version such as "1.33", in quotes')
    .optional()
    .describe('Kubernetes version of the image; that of the cluster when left out. EKS only.'),
});

const templateSource = {
  launchTemplateId: z
    .string()
    .regex(/^lt-[0-9a-f]+$/, 'must be a launch template id')
    .optional()
    .describe('Id of an existing launch template. Nothing about it is managed.'),
  launchTemplateName: z
    .string()
    .regex(/^[\w().\-/]{3,128}$/, 'must be 3 to 128 letters, digits and ().-/_ characters')
    .optional()
    .describe('Name of an existing launch template, instead of its id.'),
  version: z
    .string()
    .regex(
      /^[1-9]\d*$/,
      'must be a version number, in quotes: what $Latest and $Default stand for is decided once, and new versions would reach instances by chance',
    )
    .optional()
    .describe('Version number of the launch template.'),
  userdataType: z
    .enum(['EKS_BOOTSTRAP_SH', 'EKS_NODEADM'])
    .optional()
    .describe('How nodes of EKS are set up; only with a launch template that names an image.'),
};

const LaunchTemplate = z.strictObject({
  ...templateSource,
  overrides: z
    .array(
      z.strictObject({
        ...templateSource,
        targetInstanceTypes: z
          .array(z.string().min(1).max(64))
          .min(1)
          .max(200)
          .describe('Instance types or families that start from this template instead.'),
      }),
    )
    .max(10)
    .optional()
    .describe('Other launch templates for some of the instance types, at most 10.'),
});

/** What runs the jobs of a managed compute environment: CreateComputeEnvironment's computeResources. */
export const ComputeResources = z.strictObject({
  type: z.enum(['EC2', 'SPOT', 'FARGATE', 'FARGATE_SPOT', 'ECS_MANAGED_INSTANCES']).describe('What runs the jobs.'),
  allocationStrategy: z
    .enum([
      'BEST_FIT',
      'BEST_FIT_PROGRESSIVE',
      'BEST_FIT_PROGRESSIVE_ORDERED',
      'SPOT_CAPACITY_OPTIMIZED',
      'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED',
      'SPOT_PRICE_CAPACITY_OPTIMIZED',
    ])
    .optional()
    .describe(
      'How instance types are chosen. Left out: BEST_FIT_PROGRESSIVE on EC2, SPOT_PRICE_CAPACITY_OPTIMIZED on SPOT; with BEST_FIT AWS replaces rather than updates. EC2 and SPOT only.',
    ),
  minvCpus: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('vCPUs that are kept running, also while DISABLED; 0 when left out. EC2 and SPOT only.'),
  maxvCpus: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('vCPUs that may run at most. Below what is in use it is approached as jobs end.'),
  desiredvCpus: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('vCPUs to begin with. Batch moves the number by itself, so a later change has no effect. Not on EKS.'),
  instanceTypes: z
    .array(z.string().min(1).max(64))
    .max(200)
    .optional()
    .describe(
      'Instance types, families, default_x86_64, default_arm64 or optimal; default_x86_64 when left out. Their order matters to BEST_FIT_PROGRESSIVE_ORDERED and SPOT_CAPACITY_OPTIMIZED_PRIORITIZED only. EC2 and SPOT only.',
    ),
  imageId: z
    .string()
    .regex(/^ami-[0-9a-f]+$/, 'must be an AMI id')
    .optional()
    .describe('AMI id. Deprecated by AWS: use ec2Configuration.imageIdOverride. EC2 and SPOT only.'),
  ec2Configuration: z
    .array(Ec2Configuration)
    .min(1)
    .max(2)
    .optional()
    .describe('Image types, one or two; left out, the type that AWS chose when it was created. EC2 and SPOT only.'),
  subnets: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'must be a subnet id'))
    .min(1)
    .max(64)
    .optional()
    .describe('Subnet ids, at most 16 on Fargate. Not for ECS_MANAGED_INSTANCES.'),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, 'must be a security group id'))
    .min(1)
    .max(16)
    .optional()
    .describe(
      'Security group ids, at most 5 on Fargate. To be left out only where an existing launch template brings them. Not for ECS_MANAGED_INSTANCES.',
    ),
  ec2KeyPair: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Key pair for logging in to instances. EC2 and SPOT only.'),
  placementGroup: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Placement group of the instances. EC2 and SPOT only.'),
  bidPercentage: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Highest Spot price, in percent of the On-Demand price; 100 when left out. SPOT only.'),
  spotIamFleetRole: arnOf('iam', 'a role')
    .optional()
    .describe(
      'Spot fleet role, full ARN; needed for SPOT with BEST_FIT only. Nothing about it is managed. It needs the policy AmazonEC2SpotFleetTaggingRole: without it instances get no tags and are never scaled in.',
    ),
  launchTemplate: LaunchTemplate.optional().describe(
    'Existing launch templates. Without an id or a name of its own the compute environment starts from the template of this object. EC2 and SPOT only.',
  ),
  scalingPolicy: z
    .strictObject({
      minScaleDownDelayMinutes: z
        .int()
        .min(20)
        .max(10080)
        .describe('Minutes that an idle instance is kept, 20 to 10080.'),
    })
    .optional()
    .describe('How quickly instances go. EC2 and SPOT only.'),
  tags: tags('Tags of the instances; a change replaces the instances. EC2 and SPOT only.'),
  managedInstancesProvider: ManagedInstancesProvider.optional().describe(
    'Capacity provider of ECS Managed Instances. ECS_MANAGED_INSTANCES only.',
  ),
  capacityTags: tags(
    'Tags of the capacity provider and, with propagateTags, of its instances. ECS_MANAGED_INSTANCES only.',
  ),
});
export type ComputeResources = z.infer<typeof ComputeResources>;
