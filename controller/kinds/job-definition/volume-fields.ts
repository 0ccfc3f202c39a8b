import { z } from 'zod';

const text = (maximum: number) => z.string().min(1).max(maximum);
const port = z.int().min(0).max(65535);

/** Volumes of a container or of a task on Amazon ECS. */
export const Volumes = z
  .array(
    z.strictObject({
      name: text(255).optional().describe('Name that mount points use.'),
      host: z
        .strictObject({ sourcePath: text(4096).optional().describe('Path on the instance. EC2 only.') })
        .optional()
        .describe('A directory of the instance.'),
      efsVolumeConfiguration: z
        .strictObject({
          fileSystemId: z
            .string()
            .regex(/^fs-[0-9a-f]+$/, 'must be the id of an EFS file system, such as fs-0123456789abcdef0')
            .describe('EFS file system id.'),
          rootDirectory: text(4096).optional().describe('Directory of the file system that is mounted.'),
          transitEncryption: z.enum(['ENABLED', 'DISABLED']).optional().describe('Encryption in transit.'),
          transitEncryptionPort: port.optional().describe('Port for encryption in transit.'),
          authorizationConfig: z
            .strictObject({
              accessPointId: text(128).optional().describe('EFS access point.'),
              iam: z.enum(['ENABLED', 'DISABLED']).optional().describe('Whether the job role is used.'),
            })
            .optional()
            .describe('Authorization.'),
        })
        .optional()
        .describe('An EFS file system.'),
      s3filesVolumeConfiguration: z
        .strictObject({
          fileSystemArn: text(2048).describe('ARN of the S3 file system.'),
          rootDirectory: text(4096).optional().describe('Directory of the file system that is mounted.'),
          transitEncryptionPort: port.optional().describe('Port for encryption in transit.'),
          accessPointArn: text(2048).optional().describe('Access point.'),
        })
        .optional()
        .describe('An S3 file system.'),
    }),
  )
  .max(64)
  .optional()
  .describe('Volumes.');
