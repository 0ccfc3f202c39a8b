import type { Rule } from '../rules.ts';
import type { DeclaredContainer } from './declared-container.ts';
import { requirement } from './declared-container.ts';

type Container = DeclaredContainer;

const GiB = 1024;

/** Which memory in MiB goes with which number of vCPUs on Fargate: from, to, step. */
const fargateSizes: Readonly<Record<string, readonly [from: number, to: number, step: number]>> = {
  '0.25': [512, 2 * GiB, 512],
  '0.5': [GiB, 4 * GiB, GiB],
  '1': [2 * GiB, 8 * GiB, GiB],
  '2': [4 * GiB, 16 * GiB, GiB],
  '4': [8 * GiB, 30 * GiB, GiB],
  '8': [16 * GiB, 60 * GiB, 4 * GiB],
  '16': [32 * GiB, 120 * GiB, 8 * GiB],
};

function fitsFargate(vcpus: number, memory: number): boolean {
  const size = fargateSizes[String(vcpus)];
  if (size === undefined) return false;
  const [from, to, step] = size;
  if (vcpus === 0.25 && memory === 1536) return false;
  return memory >= from && memory <= to && (memory - from) % step === 0;
}

function isFargate({ platform }: Container): boolean {
  return platform === 'FARGATE';
}

function isEc2({ platform }: Container): boolean {
  return platform === 'EC2';
}

function usesSecrets({ properties: { secrets, logConfiguration } }: Container): boolean {
  return (secrets ?? []).length > 0 || (logConfiguration?.secretOptions ?? []).length > 0;
}

const linuxForbiddenOnFargate = ['maxSwap', 'swappiness', 'devices', 'sharedMemorySize', 'tmpfs'] as const;

function forbiddenLinuxParameter({ properties: { linuxParameters } }: Container): string | undefined {
  return linuxForbiddenOnFargate.find(member => {
    const value = linuxParameters?.[member];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
}

const general: readonly Rule<Container>[] = [
  { refuses: ({ properties }) => !properties.image, message: 'ECS Container Image must be provided.' },
  {
    refuses: ({ properties }) => (properties.image?.length ?? 0) > 255,
    message: 'ECS Container Image should be at most 255 characters long.',
  },
  {
    refuses: ({ properties }) => (properties.environment ?? []).some(({ name }) => name?.startsWith('AWS_BATCH')),
    message: 'Environment variable names should not begin with AWS_BATCH.',
  },
  {
    refuses: container => usesSecrets(container) && !container.executionRoleArn,
    message: 'executionRoleArn cannot be empty when using secrets or secretOptions',
  },
  {
    refuses: ({ properties }) =>
      properties.repositoryCredentials !== undefined && !properties.repositoryCredentials.credentialsParameter,
    message: 'repositoryCredentials credentialsParameter must be provided.',
  },
];

const sizes: readonly Rule<Container>[] = [
  {
    refuses: one => !one.inTask && !one.properties.instanceType && requirement(one, 'VCPU') === undefined,
    message: 'vCPU is required.',
  },
  {
    refuses: one => !one.inTask && !one.properties.instanceType && requirement(one, 'MEMORY') === undefined,
    message: 'Memory is required.',
  },
  {
    refuses: one => {
      const vcpus = requirement(one, 'VCPU');
      return isEc2(one) && vcpus !== undefined && (vcpus < 1 || !Number.isInteger(vcpus));
    },
    message: 'vCPU should be a whole number of at least 1.',
  },
  {
    refuses: one => isEc2(one) && (requirement(one, 'MEMORY') ?? 4) < 4,
    message: 'Memory should be at least 4 MiB.',
  },
  {
    refuses: one =>
      isFargate(one) && !one.inTask && !fitsFargate(requirement(one, 'VCPU') ?? 0, requirement(one, 'MEMORY') ?? 0),
    message: one =>
      `Fargate resource requirements (${requirement(one, 'VCPU')} vCPU, ${requirement(one, 'MEMORY')} MiB) not valid.`,
  },
];

const fargate: readonly Rule<Container>[] = [
  { refuses: one => isFargate(one) && !one.executionRoleArn, message: 'executionRoleArn is required for Fargate.' },
  {
    refuses: one => isFargate(one) && requirement(one, 'GPU') !== undefined,
    message: 'GPU is not applicable for Fargate.',
  },
  {
    refuses: one => isFargate(one) && (one.properties.ulimits ?? []).length > 0,
    message: 'ulimits is not applicable for Fargate.',
  },
  {
    refuses: one => isFargate(one) && one.properties.privileged === true,
    message: 'privileged is not applicable for Fargate.',
  },
  {
    refuses: one => isFargate(one) && (one.volumes ?? []).some(({ host }) => host?.sourcePath),
    message: 'host.sourcePath should not be set for volumes in Fargate.',
  },
  {
    refuses: one => isFargate(one) && forbiddenLinuxParameter(one) !== undefined,
    message: one => `linuxParameter.${forbiddenLinuxParameter(one)} is not allowed for Fargate.`,
  },
  {
    refuses: one => {
      const driver = one.properties.logConfiguration?.logDriver;
      return isFargate(one) && driver !== undefined && !['awslogs', 'splunk', 'awsfirelens'].includes(driver);
    },
    message: one => `Log driver for Fargate is not valid: ${one.properties.logConfiguration?.logDriver}`,
  },
  {
    refuses: one => {
      const size = one.properties.ephemeralStorage?.sizeInGiB;
      return isFargate(one) && size !== undefined && (size < 21 || size > 200);
    },
    message: 'Ephemeral storage should be between 21 and 200 GiB.',
  },
];

const ec2: readonly Rule<Container>[] = [
  {
    refuses: one => isEc2(one) && one.properties.runtimePlatform !== undefined,
    message: 'runtimePlatform is not applicable for EC2.',
  },
  {
    refuses: one => isEc2(one) && one.properties.fargatePlatformConfiguration !== undefined,
    message: 'fargatePlatformConfiguration is not applicable for EC2.',
  },
  {
    refuses: one => isEc2(one) && one.properties.networkConfiguration !== undefined,
    message: 'networkConfiguration is not applicable for EC2.',
  },
  {
    refuses: one => isEc2(one) && one.properties.ephemeralStorage !== undefined,
    message: 'ephemeralStorage is not applicable for EC2.',
  },
  {
    refuses: one => !one.multinode && one.properties.instanceType !== undefined,
    message: 'instanceType is only allowed for multi-node parallel jobs.',
  },
];

const efs: readonly Rule<Container>[] = [
  {
    refuses: ({ volumes }) =>
      (volumes ?? []).some(({ efsVolumeConfiguration: one }) => {
        if (!one?.authorizationConfig?.accessPointId) return false;
        return (one.rootDirectory ?? '/') !== '/' || one.transitEncryption !== 'ENABLED';
      }),
    message: 'An EFS access point is only allowed with the root directory / and with transit encryption.',
  },
  {
    refuses: ({ volumes, jobRoleArn }) =>
      (volumes ?? []).some(({ efsVolumeConfiguration: one }) => {
        if (one?.authorizationConfig?.iam !== 'ENABLED') return false;
        return one.transitEncryption !== 'ENABLED' || !jobRoleArn;
      }),
    message: 'EFS IAM authorization is only allowed with transit encryption and a jobRoleArn.',
  },
];

/** What Batch refuses about an ECS container of a job definition. */
export const containerRules: readonly Rule<Container>[] = [...general, ...ec2, ...fargate, ...sizes, ...efs];
