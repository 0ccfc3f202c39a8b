import { z } from 'zod';
import { arnOf, reference } from '../fields.ts';

const text = (maximum: number) => z.string().min(1).max(maximum);
const port = z.int().min(0).max(65535);

const RegistryCredentialReference = reference(
  'RegistryCredential',
  'Login for the image, in the place of repositoryCredentials.',
).optional();

const Image = text(255).describe('Image to run, with a tag or a digest.');
const Command = z.array(z.string().max(8192)).max(256).optional();

const Environment = z
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

const ResourceRequirements = z
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
      softLimit: z.int().min(-1).max(2_147_483_647).describe('Soft limit.'),
      hardLimit: z.int().min(-1).max(2_147_483_647).describe('Hard limit.'),
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

/** Volumes of a job. */
const Volumes = z
  .array(
    z.strictObject({
      name: text(255).optional().describe('Name that mount points use.'),
      host: z
        .strictObject({ sourcePath: text(4096).optional().describe('Path on the instance. EC2 only.') })
        .optional()
        .describe('A directory of the instance.'),
      efsVolumeConfiguration: z
        .strictObject({
          fileSystemId: text(128).describe('EFS file system id.'),
          rootDirectory: text(4096).optional().describe('Directory of the file system.'),
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
          rootDirectory: text(4096).optional().describe('Directory of the file system.'),
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

/** Network of a Fargate task. */
const NetworkConfiguration = z
  .strictObject({
    assignPublicIp: z.enum(['ENABLED', 'DISABLED']).optional().describe('Whether the task gets a public address.'),
  })
  .optional()
  .describe('Network. Fargate only.');

/** What a Fargate task runs on. */
const RuntimePlatform = z
  .strictObject({
    operatingSystemFamily: text(64).optional().describe('LINUX, or a Windows family.'),
    cpuArchitecture: text(64).optional().describe('X86_64 or ARM64.'),
  })
  .optional()
  .describe('Operating system and architecture. Fargate only.');

/** Scratch space of a Fargate task. */
const EphemeralStorage = z
  .strictObject({ sizeInGiB: z.int().min(21).max(200).describe('Size in GiB, 21 to 200.') })
  .optional()
  .describe('Scratch space. Fargate only.');

const roleArn = (what: string) => arnOf('iam', 'a role').optional().describe(what);

const common = {
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

/** containerProperties, with registryCredential in the place of repositoryCredentials. */
export const ContainerProperties = z.strictObject({
  ...common,
  vcpus: z.int().min(1).max(10_000).optional().describe('Deprecated by AWS: use resourceRequirements.'),
  memory: z.int().min(4).max(100_000_000).optional().describe('MiB. Deprecated by AWS: use resourceRequirements.'),
  jobRoleArn: roleArn('Role of the job itself, full ARN.'),
  executionRoleArn: roleArn('Execution role, full ARN; the one of spec.environment when left out.'),
  volumes: Volumes,
  instanceType: text(64).optional().describe('Instance type, for multi-node jobs only.'),
  networkConfiguration: NetworkConfiguration,
  fargatePlatformConfiguration: z
    .strictObject({ platformVersion: text(64).optional().describe('Fargate platform version; LATEST when left out.') })
    .optional()
    .describe('Fargate platform.'),
  ephemeralStorage: EphemeralStorage,
  runtimePlatform: RuntimePlatform,
  enableExecuteCommand: z.boolean().optional().describe('Whether ECS Exec may enter the container.'),
});
export type ContainerProperties = z.infer<typeof ContainerProperties>;

const EcsContainer = z.strictObject({
  ...common,
  name: text(255).optional().describe('Name of the container.'),
  essential: z.boolean().optional().describe('Whether the job ends with this container; true when left out.'),
  dependsOn: z
    .array(
      z.strictObject({
        containerName: text(255).describe('Name of the other container.'),
        condition: z.enum(['START', 'COMPLETE', 'SUCCESS']).describe('What must have happened to it.'),
      }),
    )
    .max(10)
    .optional()
    .describe('Containers that come first.'),
  firelensConfiguration: z
    .strictObject({
      type: z.enum(['fluentd', 'fluentbit']).describe('Log router.'),
      options: z.record(z.string(), z.string()).optional().describe('Options of the router.'),
    })
    .optional()
    .describe('Makes this container the log router.'),
  startTimeout: z.int().min(1).max(86_400).optional().describe('Seconds to wait for dependencies.'),
  stopTimeout: z
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .describe('Seconds before the container is killed; 2 to 120 on Fargate.'),
});

/** ecsProperties: a job of several containers. */
export const EcsProperties = z.strictObject({
  taskProperties: z
    .array(
      z.strictObject({
        containers: z.array(EcsContainer).min(1).max(10).describe('Containers, one to ten.'),
        ephemeralStorage: EphemeralStorage,
        executionRoleArn: roleArn('Execution role, full ARN; the one of spec.environment when left out.'),
        platformVersion: text(64).optional().describe('Fargate platform version.'),
        ipcMode: z.enum(['host', 'task', 'none']).optional().describe('IPC namespace.'),
        taskRoleArn: roleArn('Role of the job itself, full ARN.'),
        pidMode: z.enum(['host', 'task']).optional().describe('Process namespace.'),
        networkConfiguration: NetworkConfiguration,
        runtimePlatform: RuntimePlatform,
        volumes: Volumes,
        enableExecuteCommand: z.boolean().optional().describe('Whether ECS Exec may enter the containers.'),
      }),
    )
    .length(1)
    .describe('The task, exactly one.'),
});
export type EcsProperties = z.infer<typeof EcsProperties>;
