import { z } from 'zod';
import { arnOf, reference } from '../fields.ts';
import { Volumes } from './volume-fields.ts';

const text = (maximum: number) => z.string().min(1).max(maximum);

const RegistryCredentialReference = reference(
  'RegistryCredential',
  'Login for the image, in the place of repositoryCredentials.',
).optional();

const Image = text(255).describe('Image to run, with a tag or a digest.');
const Command = z.array(z.string().max(8192)).max(256).optional();

/** Environment variables of a container on Amazon ECS. */
export const Environment = z
  .array(
    z.strictObject({
      name: text(512)
        .refine(name => !name.startsWith('AWS_BATCH'), 'may not begin with AWS_BATCH')
        .describe('Name of the variable.'),
      value: z
        .string()
        .max(16384)
        .describe('Value. It is not secret: use secrets for those. AWS drops variables with an empty value.'),
    }),
  )
  .max(512)
  .optional()
  .describe('Environment variables.');

const Secrets = z
  .array(
    z.strictObject({
      name: text(512).describe('Name of the environment variable or log option.'),
      valueFrom: text(2048).describe('ARN of a Secrets Manager secret or SSM parameter.'),
    }),
  )
  .max(512)
  .optional();

/** What a container on Amazon ECS needs. */
export const ResourceRequirements = z
  .array(
    z.strictObject({
      type: z.enum(['VCPU', 'MEMORY', 'GPU']).describe('What is required.'),
      value: z
        .string()
        .regex(/^\d+(\.\d+)?$/, 'must be a number in quotes')
        .describe('How much, in quotes: vCPUs, MiB of memory, or GPUs.'),
    }),
  )
  .max(3)
  .optional()
  .describe('vCPUs, memory and GPUs.');

const MountPoints = z
  .array(
    z.strictObject({
      containerPath: text(4096).optional().describe('Path in the container.'),
      readOnly: z.boolean().optional().describe('Whether the volume is mounted read-only.'),
      sourceVolume: text(255).optional().describe('Name of the volume.'),
    }),
  )
  .max(64)
  .optional()
  .describe('Where volumes are mounted.');

const Ulimits = z
  .array(
    z.strictObject({
      name: text(64).describe('Name of the limit, for example nofile.'),
      softLimit: z.int().min(-1).max(2_147_483_647).describe('Soft limit, in the unit of the limit.'),
      hardLimit: z.int().min(-1).max(2_147_483_647).describe('Hard limit, in the unit of the limit.'),
    }),
  )
  .max(32)
  .optional()
  .describe('Resource limits. EC2 only.');

const LinuxParameters = z
  .strictObject({
    devices: z
      .array(
        z.strictObject({
          hostPath: text(4096).describe('Path of the device on the instance.'),
          containerPath: text(4096).optional().describe('Path in the container; the same when left out.'),
          permissions: z
            .array(z.enum(['READ', 'WRITE', 'MKNOD']))
            .max(3)
            .optional()
            .describe('What the container may do; everything when left out.'),
        }),
      )
      .max(64)
      .optional()
      .describe('Host devices. EC2 only.'),
    initProcessEnabled: z
      .boolean()
      .optional()
      .describe('Whether an init process forwards signals and reaps processes.'),
    sharedMemorySize: z.int().min(1).max(1_048_576).optional().describe('Size of /dev/shm in MiB. EC2 only.'),
    tmpfs: z
      .array(
        z.strictObject({
          containerPath: text(4096).describe('Path in the container.'),
          size: z.int().min(1).max(1_048_576).describe('Size in MiB.'),
          mountOptions: z.array(text(64)).max(32).optional().describe('Mount options.'),
        }),
      )
      .max(32)
      .optional()
      .describe('Memory file systems. EC2 only.'),
    maxSwap: z.int().min(0).max(1_048_576).optional().describe('Swap in MiB that the container may use. EC2 only.'),
    swappiness: z.int().min(0).max(100).optional().describe('Swappiness, 0 to 100. EC2 only.'),
  })
  .optional()
  .describe('Linux options.');

const LogConfiguration = z
  .strictObject({
    logDriver: z
      .enum(['json-file', 'syslog', 'journald', 'gelf', 'fluentd', 'awslogs', 'splunk', 'awsfirelens'])
      .describe('Log driver; awslogs, splunk or awsfirelens on Fargate.'),
    options: z.record(z.string(), z.string()).optional().describe('Options of the driver.'),
    secretOptions: Secrets.describe('Secret options of the driver.'),
  })
  .optional()
  .describe('Where logs go; CloudWatch Logs when left out.');

const NetworkConfiguration = z
  .strictObject({
    assignPublicIp: z.enum(['ENABLED', 'DISABLED']).optional().describe('Whether the task gets a public address.'),
  })
  .optional()
  .describe('Network. Fargate only.');

const RuntimePlatform = z
  .strictObject({
    operatingSystemFamily: z
      .string()
      .regex(/^(LINUX|WINDOWS_SERVER_\w+)$/, 'must be LINUX or a WINDOWS_SERVER_ family')
      .optional()
      .describe('LINUX, or a Windows family such as WINDOWS_SERVER_2022_CORE.'),
    cpuArchitecture: z.enum(['X86_64', 'ARM64']).optional().describe('X86_64 or ARM64; X86_64 for Windows.'),
  })
  .optional()
  .describe('Operating system and architecture. Not for EC2.');

const EphemeralStorage = z
  .strictObject({ sizeInGiB: z.int().min(21).max(200).describe('Size in GiB, 21 to 200.') })
  .optional()
  .describe('Scratch space. Fargate only.');

/** A role that may be left out. */
export const roleArn = (what: string) => arnOf('iam', 'a role').optional().describe(what);

/** Members of every container on Amazon ECS. */
export const containerMembers = {
  image: Image,
  registryCredential: RegistryCredentialReference,
  command: Command.describe('Command and arguments; Ref::name stands for a parameter.'),
  environment: Environment,
  secrets: Secrets.describe('Environment variables from Secrets Manager or SSM.'),
  resourceRequirements: ResourceRequirements,
  mountPoints: MountPoints,
  readonlyRootFilesystem: z.boolean().optional().describe('Whether the root file system is read-only.'),
  privileged: z.boolean().optional().describe('Whether the container has the rights of the instance. EC2 only.'),
  ulimits: Ulimits,
  user: text(255).optional().describe('User in the container.'),
  linuxParameters: LinuxParameters,
  logConfiguration: LogConfiguration,
};

/** Members that stand with a single container, or with the task that several containers make. */
export const taskMembers = {
  executionRoleArn: roleArn('Execution role, full ARN; the one of spec.environment when left out.'),
  volumes: Volumes,
  networkConfiguration: NetworkConfiguration,
  ephemeralStorage: EphemeralStorage,
  runtimePlatform: RuntimePlatform,
  enableExecuteCommand: z.boolean().optional().describe('Whether ECS Exec may enter the containers.'),
};

/** containerProperties, with registryCredential in the place of repositoryCredentials. */
export const ContainerProperties = z.strictObject({
  ...containerMembers,
  ...taskMembers,
  vcpus: z.int().min(1).max(10_000).optional().describe('vCPUs. Deprecated by AWS: use resourceRequirements.'),
  memory: z.int().min(4).max(100_000_000).optional().describe('MiB. Deprecated by AWS: use resourceRequirements.'),
  jobRoleArn: roleArn('Role of the job itself, full ARN.'),
  instanceType: text(64).optional().describe('Instance type, for multi-node jobs only.'),
  fargatePlatformConfiguration: z
    .strictObject({ platformVersion: text(64).optional().describe('Fargate platform version; LATEST when left out.') })
    .optional()
    .describe('Fargate platform.'),
});
export type ContainerProperties = z.infer<typeof ContainerProperties>;
