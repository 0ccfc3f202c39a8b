import { z } from 'zod';
import { tags } from '../fields.ts';

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

/** The launch template that is managed here. */
export const LaunchTemplate = z
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
