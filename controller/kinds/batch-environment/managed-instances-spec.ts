import { z } from 'zod';
import { arnOf } from '../fields.ts';

const SubnetIds = z
  .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'must be a subnet id'))
  .min(1)
  .max(64);
const SecurityGroupIds = z
  .array(z.string().regex(/^sg-[0-9a-f]+$/, 'must be a security group id'))
  .min(1)
  .max(16);

const InstanceLaunchTemplate = z.strictObject({
  ec2InstanceProfileArn: arnOf('iam', 'an instance profile').describe(
    'Instance profile of the instances, full ARN, with the policy AmazonECSInstanceRolePolicyForManagedInstances. Nothing about it is managed.',
  ),
  networkConfiguration: z
    .strictObject({
      subnets: SubnetIds.describe('Subnet ids.'),
      securityGroups: SecurityGroupIds.describe('Security group ids.'),
    })
    .describe('Where the instances start.'),
  instanceRequirements: z
    .strictObject({
      allowedInstanceTypes: z
        .array(z.string().min(1).max(64))
        .max(400)
        .optional()
        .describe('Instance types or families that may be started; all when left out.'),
    })
    .optional()
    .describe('Which instances may be started. Removing it later leaves what AWS has.'),
  capacityOptionType: z
    .enum(['ON_DEMAND', 'SPOT'])
    .optional()
    .describe('How capacity is paid; ON_DEMAND when left out. A change replaces the compute environment.'),
  storageConfiguration: z
    .strictObject({
      storageSizeGiB: z.int().min(1).max(65_536).optional().describe('Size of the root volume in GiB.'),
    })
    .optional()
    .describe('Storage of the instances. Removing it later leaves what AWS has.'),
  monitoring: z.enum(['BASIC', 'DETAILED']).optional().describe('How closely CloudWatch watches the instances.'),
  fipsEnabled: z
    .boolean()
    .optional()
    .describe(
      'Whether FIPS 140 validated modules are used; not in all Regions. A change replaces the compute environment.',
    ),
  capacityReservations: z
    .strictObject({
      reservationGroupArn: z
        .string()
        .regex(/^arn:[a-z-]+:/, 'must be the full ARN of a capacity reservation group')
        .optional()
        .describe('Group of capacity reservations, full ARN.'),
      reservationPreference: z
        .enum(['RESERVATIONS_ONLY', 'RESERVATIONS_FIRST', 'RESERVATIONS_EXCLUDED'])
        .optional()
        .describe('Whether reservations are used only, first or not at all.'),
    })
    .optional()
    .describe('Capacity reservations to use. Removing it later leaves what AWS has.'),
  instanceMetadataTagsPropagation: z
    .boolean()
    .optional()
    .describe('Whether instance tags can be read through the instance metadata service.'),
  localStorageConfiguration: z
    .strictObject({
      useLocalStorage: z.boolean().optional().describe('Whether containers may use instance store volumes.'),
    })
    .optional()
    .describe('Instance store volumes. Removing it later leaves what AWS has.'),
});

/** The capacity provider of ECS Managed Instances. */
export const ManagedInstancesProvider = z.strictObject({
  infrastructureRoleArn: arnOf('iam', 'a role').describe(
    'Role with which Amazon ECS manages the instances, full ARN; it trusts ecs.amazonaws.com. Nothing about it is managed.',
  ),
  instanceLaunchTemplate: InstanceLaunchTemplate.describe('How the instances start.'),
  infrastructureOptimization: z
    .strictObject({
      scaleInAfter: z
        .int()
        .min(-1)
        .max(3600)
        .optional()
        .describe('Seconds that an idle instance is kept, 0 to 3600; -1 keeps it for good.'),
    })
    .optional()
    .describe('How quickly idle instances go. Removing it later leaves what AWS has.'),
  propagateTags: z
    .enum(['CAPACITY_PROVIDER', 'NONE'])
    .optional()
    .describe('Whether capacityTags reach the instances; NONE when left out.'),
});
