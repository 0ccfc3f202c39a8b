import { valueAt } from '../../model/path.ts';
import { imageReference, isEcrImage } from '../../registry/image-reference.ts';
import { given, listAt, type Members, type Rule, refused } from '../rule.ts';
import { imageIsReadable } from './image-rule.ts';
import { isWindows, jobRoleOf, type Task } from './places.ts';

/** What the rules about one container on Amazon ECS look at beside it. */
export interface ContainerScope {
  readonly task: Task;
  /** The definition names a BatchEnvironment, whose execution role stands in. */
  readonly hasEnvironment: boolean;
}

type ContainerRule = Rule<ContainerScope>;

const hasRole = ({ task, hasEnvironment }: ContainerScope) =>
  hasEnvironment || task.properties.executionRoleArn !== undefined;
const wayToRole = 'name a BatchEnvironment as spec.environment, or give executionRoleArn';

const requirement = (container: Members, type: string) =>
  listAt(container, 'resourceRequirements').find(item => valueAt(item, 'type') === type);
/** A bare name is that of a parameter in the Region of the job: secrets, and parameters elsewhere, need an ARN. */
const isSecretSource = (text: string) => /^(arn:[a-z-]+:(secretsmanager|ssm):\S+|[\w./-]+)$/.test(text);
const amount = (item: Members) => String(item['value']);
const isWhole = (item: Members, type: string, least: number) =>
  item['type'] !== type || (/^\d+$/.test(amount(item)) && Number(amount(item)) >= least);

/** What holds wherever a container runs. */
const everywhere: readonly ContainerRule[] = [
  imageIsReadable,
  {
    at: 'registryCredential',
    refuses: ({ image, registryCredential }) => {
      const parsed = imageReference(String(image));
      return registryCredential !== undefined && parsed.ok && isEcrImage(parsed.value);
    },
    message: 'is not for Amazon ECR: the execution role itself may pull from it; leave it out',
  },
  {
    at: 'registryCredential',
    refuses: ({ registryCredential }, scope) => registryCredential !== undefined && !hasRole(scope),
    message: `needs an execution role that may read the login: ${wayToRole}`,
  },
  {
    at: 'secrets',
    refuses: (container, scope) => given('secrets')(container) && !hasRole(scope),
    message: `need an execution role that may read them: ${wayToRole}`,
  },
  {
    at: 'logConfiguration.secretOptions',
    refuses: (container, scope) => given('logConfiguration.secretOptions')(container) && !hasRole(scope),
    message: `need an execution role that may read them: ${wayToRole}`,
  },
  ...['secrets', 'logConfiguration.secretOptions'].map(
    (each): ContainerRule => ({
      each,
      at: 'valueFrom',
      refuses: ({ valueFrom }) => !isSecretSource(String(valueFrom)),
      message: 'must be the full ARN of a Secrets Manager secret, or the ARN or the name of an SSM parameter',
    }),
  ),
  {
    each: 'mountPoints',
    at: 'sourceVolume',
    refuses: ({ sourceVolume }, { task }) =>
      sourceVolume !== undefined &&
      !listAt(task.properties, 'volumes').some(one => valueAt(one, 'name') === sourceVolume),
    message: ({ sourceVolume }) => `${String(sourceVolume)} is the name of no volume`,
  },
  {
    each: 'resourceRequirements',
    at: 'value',
    refuses: item => !isWhole(item, 'GPU', 1),
    message: item => `${amount(item)} is not a whole number of GPUs`,
  },
];

const onEc2: readonly ContainerRule[] = [
  {
    each: 'resourceRequirements',
    at: 'value',
    refuses: item => !isWhole(item, 'VCPU', 1),
    message: item => `${amount(item)} is not a whole number of vCPUs, at least 1; parts of one are for Fargate`,
  },
  {
    each: 'resourceRequirements',
    at: 'value',
    refuses: item => !isWhole(item, 'MEMORY', 4),
    message: item => `${amount(item)} is not a whole number of MiB, at least 4`,
  },
];

const notOnFargate = [
  'ulimits',
  'vcpus',
  'memory',
  ...['devices', 'sharedMemorySize', 'tmpfs', 'maxSwap', 'swappiness'].map(name => `linuxParameters.${name}`),
];

const onFargate: readonly ContainerRule[] = [
  ...refused<ContainerScope>(notOnFargate, 'is not for Fargate'),
  { at: 'privileged', refuses: ({ privileged }) => privileged === true, message: 'is not for Fargate' },
  {
    each: 'resourceRequirements',
    at: '',
    refuses: ({ type }) => type === 'GPU',
    message: 'GPU is not for Fargate',
  },
  {
    at: 'logConfiguration.logDriver',
    refuses: container => {
      const driver = valueAt(container, 'logConfiguration.logDriver');
      return driver !== undefined && !['awslogs', 'splunk', 'awsfirelens'].includes(String(driver));
    },
    message: 'must be awslogs, splunk or awsfirelens on Fargate',
  },
  ...['startTimeout', 'stopTimeout'].map(
    (at): ContainerRule => ({
      at,
      refuses: container => Number(container[at]) > 120,
      message: 'may be at most 120 on Fargate',
    }),
  ),
];

/** What Windows containers, which only Fargate takes, do without. */
const onWindows: readonly ContainerRule[] = [
  ...refused<ContainerScope>(['linuxParameters', 'user'], 'is not for Windows containers'),
  ...['readonlyRootFilesystem', 'privileged'].map(
    (at): ContainerRule => ({
      at,
      refuses: container => container[at] === true,
      message: 'is not for Windows containers',
    }),
  ),
  {
    each: 'resourceRequirements',
    at: 'value',
    refuses: item => item['type'] === 'VCPU' && Number(amount(item)) < 1,
    message: item => `${amount(item)} is too little: Windows containers need 1 vCPU at least`,
  },
];

/** What a container by itself on EC2 has to say; in a task of several, some may leave it to others. */
const aloneOnEc2: readonly ContainerRule[] = (
  [
    ['VCPU', 'vcpus'],
    ['MEMORY', 'memory'],
  ] as const
).flatMap(([type, legacy]): readonly ContainerRule[] => [
  {
    at: 'resourceRequirements',
    refuses: container =>
      container['instanceType'] === undefined && container[legacy] === undefined && !requirement(container, type),
    message: `${type} is required`,
  },
  {
    at: legacy,
    refuses: container => container[legacy] !== undefined && requirement(container, type) !== undefined,
    message: `stands beside a resourceRequirement ${type}; keep that one, AWS deprecates ${legacy}`,
  },
]);

const single: readonly ContainerRule[] = [
  {
    at: 'instanceType',
    refuses: ({ instanceType }, { task }) => instanceType !== undefined && !task.multinode,
    message: 'is for multi-node jobs only',
  },
];

/** What AWS refuses of a container with what is around it. */
export function containerRules({ task }: ContainerScope): readonly ContainerRule[] {
  const { platform, shape } = task;
  return [
    ...everywhere,
    ...(platform === 'EC2' ? onEc2 : []),
    ...(platform === 'FARGATE' ? onFargate : []),
    ...(isWindows(task.properties) ? onWindows : []),
    ...(shape === 'container' ? single : []),
    ...(shape === 'container' && platform === 'EC2' ? aloneOnEc2 : []),
  ];
}

/** What AWS refuses of a volume of a task. */
export const volumeRules: readonly Rule<ContainerScope>[] = [
  {
    each: 'volumes',
    at: '',
    refuses: volume =>
      ['host', 'efsVolumeConfiguration', 's3filesVolumeConfiguration'].filter(name => volume[name] !== undefined)
        .length > 1,
    message: 'only one of host, efsVolumeConfiguration, s3filesVolumeConfiguration may be set',
  },
  {
    each: 'volumes',
    at: 'host.sourcePath',
    refuses: (volume, { task }) => task.platform === 'FARGATE' && given('host.sourcePath')(volume),
    message: 'is not for Fargate',
  },
  {
    each: 'volumes',
    at: 'efsVolumeConfiguration.rootDirectory',
    refuses: volume =>
      given('efsVolumeConfiguration.authorizationConfig.accessPointId')(volume) &&
      (valueAt(volume, 'efsVolumeConfiguration.rootDirectory') ?? '/') !== '/',
    message: 'must be / or left out beside an access point',
  },
  ...['accessPointId', 'iam'].map(
    (member): Rule<ContainerScope> => ({
      each: 'volumes',
      at: 'efsVolumeConfiguration.transitEncryption',
      refuses: volume => {
        const value = valueAt(volume, `efsVolumeConfiguration.authorizationConfig.${member}`);
        const used = value !== undefined && value !== 'DISABLED';
        return used && valueAt(volume, 'efsVolumeConfiguration.transitEncryption') !== 'ENABLED';
      },
      message: `must be ENABLED for authorizationConfig.${member}`,
    }),
  ),
  {
    each: 'volumes',
    at: 'efsVolumeConfiguration.authorizationConfig.iam',
    refuses: (volume, { task }) =>
      valueAt(volume, 'efsVolumeConfiguration.authorizationConfig.iam') === 'ENABLED' && jobRoleOf(task) === undefined,
    message: 'needs the role of the job: give jobRoleArn, taskRoleArn in a task of several containers',
  },
  {
    each: 'volumes',
    at: 's3filesVolumeConfiguration',
    refuses: (volume, { task }) => given('s3filesVolumeConfiguration')(volume) && jobRoleOf(task) === undefined,
    message: 'needs the role of the job: give jobRoleArn, taskRoleArn in a task of several containers',
  },
  {
    each: 'volumes',
    at: 'efsVolumeConfiguration',
    refuses: (volume, { task }) => isWindows(task.properties) && given('efsVolumeConfiguration')(volume),
    message: 'is not for Windows containers',
  },
];
