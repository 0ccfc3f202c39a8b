import type { z } from 'zod';
import { imageReference, isEcrImage } from '../../registry/image-reference.ts';
import { exactlyOne } from '../fields.ts';
import type { ContainerProperties } from './container-fields.ts';
import type { JobDefinitionSpec } from './spec.ts';

type Context = z.core.$RefinementCtx;
type Path = readonly (string | number)[];
type Container = Pick<
  ContainerProperties,
  | 'image'
  | 'registryCredential'
  | 'privileged'
  | 'ulimits'
  | 'linuxParameters'
  | 'logConfiguration'
  | 'resourceRequirements'
>;

/** A container of a definition and where it stands. */
export interface Placed {
  readonly path: Path;
  readonly container: Container & { readonly executionRoleArn?: string | undefined };
  /** ARN that the spec itself gives for pulling this image. */
  readonly executionRoleArn: string | undefined;
}

/** Every container of a definition. */
export function containers(spec: JobDefinitionSpec): readonly Placed[] {
  const single = spec.containerProperties;
  const tasks = spec.ecsProperties?.taskProperties ?? [];
  return [
    ...(single
      ? [{ path: ['containerProperties'], container: single, executionRoleArn: single.executionRoleArn }]
      : []),
    ...tasks.flatMap((task, t) =>
      task.containers.map((container, c) => ({
        path: ['ecsProperties', 'taskProperties', t, 'containers', c],
        container,
        executionRoleArn: task.executionRoleArn,
      })),
    ),
  ];
}

/** Rules of AWS Batch that need no AWS to check. */
export function jobDefinitionRules(spec: JobDefinitionSpec, context: Context): void {
  const add = (path: Path, message: string) => context.addIssue({ code: 'custom', path: [...path], message });
  exactlyOne(spec, ['containerProperties', 'ecsProperties'], context);
  const fargate = spec.platformCapabilities?.[0] === 'FARGATE';
  for (const placed of containers(spec)) {
    imageRules(spec, placed, add);
    for (const { member, broken, message } of fargate ? onFargate : onEc2) {
      if (broken(placed.container as Members)) add([...placed.path, ...member.split('.')], message);
    }
    if (fargate && placed.executionRoleArn === undefined && !spec.environment) {
      add(
        [...placed.path, 'executionRoleArn'],
        'is required on Fargate; give it, or name a BatchEnvironment as spec.environment',
      );
    }
  }
  if (fargate && spec.containerProperties) sizeRules(spec.containerProperties, ['containerProperties'], add);
  platformVersionRules(spec, add);
}

type Add = (path: Path, message: string) => void;

function imageRules(spec: JobDefinitionSpec, { path, container, executionRoleArn }: Placed, add: Add): void {
  const image = imageReference(container.image);
  if (!image.ok) {
    add([...path, 'image'], image.problem);
    return;
  }
  if (!container.registryCredential) return;
  if (isEcrImage(image.value))
    add(
      [...path, 'registryCredential'],
      'is not for Amazon ECR: the execution role itself may pull from it; leave it out',
    );
  if (executionRoleArn === undefined && !spec.environment) {
    add(
      [...path, 'registryCredential'],
      'needs an execution role that may read the login: name a BatchEnvironment as spec.environment, or give executionRoleArn',
    );
  }
}

type Members = Readonly<Record<string, unknown>>;

interface Rule {
  readonly member: string;
  readonly broken: (container: Members) => boolean;
  readonly message: string;
}

const set = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0);
const member = (value: unknown, name: string) =>
  typeof value === 'object' && value !== null ? (value as Members)[name] : undefined;
const requires = (container: Members, type: string) => {
  const list = container['resourceRequirements'];
  return Array.isArray(list) && list.some(item => member(item, 'type') === type);
};

const onFargate: readonly Rule[] = [
  { member: 'privileged', broken: c => c['privileged'] === true, message: 'is not for Fargate' },
  { member: 'ulimits', broken: c => set(c['ulimits']), message: 'is not for Fargate' },
  { member: 'resourceRequirements', broken: c => requires(c, 'GPU'), message: 'GPU is not for Fargate' },
  ...['devices', 'sharedMemorySize', 'tmpfs', 'maxSwap', 'swappiness'].map(name => ({
    member: `linuxParameters.${name}`,
    broken: (c: Members) => set(member(c['linuxParameters'], name)),
    message: 'is not for Fargate',
  })),
  {
    member: 'logConfiguration.logDriver',
    broken: c => {
      const driver = member(c['logConfiguration'], 'logDriver');
      return driver !== undefined && !['awslogs', 'splunk', 'awsfirelens'].includes(String(driver));
    },
    message: 'must be awslogs, splunk or awsfirelens on Fargate',
  },
  {
    member: 'volumes',
    broken: c =>
      Array.isArray(c['volumes']) &&
      c['volumes'].some(volume => member(member(volume, 'host'), 'sourcePath') !== undefined),
    message: 'host.sourcePath is not for Fargate',
  },
];

const onEc2: readonly Rule[] = [
  'runtimePlatform',
  'fargatePlatformConfiguration',
  'networkConfiguration',
  'ephemeralStorage',
].map(name => ({
  member: name,
  broken: c => set(c[name]),
  message: 'is for Fargate only; set platformCapabilities: [FARGATE], or leave it out',
}));

/** MiB of memory that Fargate offers for a number of vCPUs: from, to, in steps of (AWS Batch API reference, ResourceRequirement). */
const fargateSizes: Readonly<Record<string, readonly [number, number, number]>> = {
  '0.25': [512, 2048, 512],
  '0.5': [1024, 4096, 1024],
  '1': [2048, 8192, 1024],
  '2': [4096, 16384, 1024],
  '4': [8192, 30720, 1024],
  '8': [16384, 61440, 4096],
  '16': [32768, 122880, 8192],
};

function sizeRules(container: ContainerProperties, path: Path, add: Add): void {
  const value = (type: string) => container.resourceRequirements?.find(item => item.type === type)?.value;
  const [vcpu, memory] = [value('VCPU'), value('MEMORY')];
  const at = [...path, 'resourceRequirements'];
  if (vcpu === undefined || memory === undefined) {
    add(at, 'VCPU and MEMORY are both required on Fargate');
    return;
  }
  const size = fargateSizes[String(Number(vcpu))];
  if (!size) {
    add(
      at,
      `VCPU ${vcpu} is not offered on Fargate; offered are ${Object.keys(fargateSizes)
        .sort((a, b) => Number(a) - Number(b))
        .join(', ')}`,
    );
    return;
  }
  const [from, to, step] = size;
  const odd = vcpu === '0.25' ? ![512, 1024, 2048].includes(Number(memory)) : (Number(memory) - from) % step !== 0;
  if (Number(memory) < from || Number(memory) > to || odd)
    add(
      at,
      `MEMORY ${memory} is not offered with ${vcpu} vCPU on Fargate: from ${from} to ${to} MiB, in steps of ${step}`,
    );
}

function platformVersionRules(spec: JobDefinitionSpec, add: Add): void {
  const given = spec.containerProperties?.fargatePlatformConfiguration?.platformVersion;
  if (!given || given === 'LATEST' || !spec.containerProperties?.registryCredential) return;
  const [major = 0, minor = 0] = given.split('.').map(Number);
  if (major < 1 || (major === 1 && minor < 2)) {
    add(
      ['containerProperties', 'fargatePlatformConfiguration', 'platformVersion'],
      'must be 1.2.0 or newer for registryCredential',
    );
  }
}
