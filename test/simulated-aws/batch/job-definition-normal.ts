import type {
  ContainerProperties,
  EcsProperties,
  EksPodProperties,
  EksProperties,
  NodeProperties,
  RegisterJobDefinitionRequest,
  RetryStrategy,
  TaskContainerProperties,
} from '@aws-sdk/client-batch';
import type { World } from '../world.ts';

type Registered = Pick<
  RegisterJobDefinitionRequest,
  'containerProperties' | 'ecsProperties' | 'eksProperties' | 'nodeProperties' | 'retryStrategy' | 'timeout'
>;

/** The contents of a revision as Describe returns them: lists filled in, some defaults too, some things dropped. */
export function normalised(world: World, input: RegisterJobDefinitionRequest): Registered {
  const fargate = input.platformCapabilities?.includes('FARGATE') ?? false;
  const { containerProperties, ecsProperties, eksProperties, nodeProperties, retryStrategy, timeout } = input;
  return {
    ...(containerProperties && { containerProperties: container(world, containerProperties, fargate) }),
    ...(ecsProperties && { ecsProperties: ecs(ecsProperties, fargate) }),
    ...(eksProperties && { eksProperties: eks(eksProperties) }),
    ...(nodeProperties && { nodeProperties: nodes(world, nodeProperties) }),
    ...(retryStrategy && Object.keys(retryStrategy).length > 0 && { retryStrategy: retry(retryStrategy) }),
    ...(timeout?.attemptDurationSeconds !== undefined && { timeout }),
  };
}

function retry(strategy: RetryStrategy): RetryStrategy {
  return {
    ...strategy,
    evaluateOnExit: (strategy.evaluateOnExit ?? []).map(one => ({
      ...one,
      action: one.action?.toLowerCase() as 'RETRY',
    })),
  };
}

/** Entries without a value are dropped without a word. */
function environment(entries: ContainerProperties['environment']): NonNullable<ContainerProperties['environment']> {
  return (entries ?? []).filter(({ value }) => value !== undefined && value !== '');
}

/** What Batch makes of the parts that all kinds of ECS containers share. */
function shared<C extends ContainerProperties | TaskContainerProperties>(world: World | undefined, properties: C) {
  const { linuxParameters, logConfiguration } = properties;
  return {
    environment: environment(properties.environment),
    mountPoints: properties.mountPoints ?? [],
    resourceRequirements: properties.resourceRequirements ?? [],
    secrets: properties.secrets ?? [],
    ulimits: properties.ulimits ?? [],
    ...(linuxParameters && {
      linuxParameters: {
        ...linuxParameters,
        devices: (linuxParameters.devices ?? []).map(device => ({
          ...device,
          ...(world?.fillsDefaults && {
            permissions: device.permissions ?? ['READ' as const, 'WRITE' as const, 'MKNOD' as const],
          }),
        })),
        tmpfs: linuxParameters.tmpfs ?? [],
      },
    }),
    ...(logConfiguration && {
      logConfiguration: {
        ...logConfiguration,
        options: logConfiguration.options ?? {},
        secretOptions: logConfiguration.secretOptions ?? [],
      },
    }),
  };
}

function container(world: World, properties: ContainerProperties, fargate: boolean): ContainerProperties {
  const { runtimePlatform } = properties;
  return {
    ...properties,
    ...shared(world, properties),
    command: properties.command ?? [],
    volumes: properties.volumes ?? [],
    ...(fargate && {
      fargatePlatformConfiguration: { platformVersion: 'LATEST', ...properties.fargatePlatformConfiguration },
    }),
    ...(fargate &&
      runtimePlatform && {
        runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64', ...runtimePlatform },
      }),
    ...(properties.networkConfiguration && {
      networkConfiguration: { assignPublicIp: 'DISABLED' as const, ...properties.networkConfiguration },
    }),
  };
}

function ecs({ taskProperties, ...rest }: EcsProperties, fargate: boolean): EcsProperties {
  return {
    ...rest,
    taskProperties: (taskProperties ?? []).map(task => ({
      ...task,
      ...(fargate && { platformVersion: task.platformVersion ?? 'LATEST' }),
      volumes: task.volumes ?? [],
      containers: (task.containers ?? []).map((properties, index) => ({
        ...properties,
        ...shared(undefined, properties),
        name: properties.name ?? `default-${index}`,
        dependsOn: properties.dependsOn ?? [],
        essential: properties.essential ?? true,
      })),
    })),
  };
}

function eks(properties: EksProperties): EksProperties {
  return { ...properties, ...(properties.podProperties && { podProperties: pod(properties.podProperties) }) };
}

function pod(properties: EksPodProperties): EksPodProperties {
  const containers = (list: EksPodProperties['containers']) =>
    (list ?? []).map(one => ({
      ...one,
      name: one.name ?? 'Default',
      args: one.args ?? [],
      command: one.command ?? [],
      env: one.env ?? [],
      volumeMounts: one.volumeMounts ?? [],
    }));
  return {
    ...properties,
    hostNetwork: properties.hostNetwork ?? true,
    containers: containers(properties.containers),
    initContainers: containers(properties.initContainers),
    imagePullSecrets: properties.imagePullSecrets ?? [],
    volumes: properties.volumes ?? [],
  };
}

function nodes(world: World, properties: NodeProperties): NodeProperties {
  return {
    ...properties,
    nodeRangeProperties: (properties.nodeRangeProperties ?? []).map(range => ({
      ...range,
      ...(range.container && { container: container(world, range.container, false) }),
      ...(range.ecsProperties && { ecsProperties: ecs(range.ecsProperties, false) }),
      ...(range.eksProperties && { eksProperties: eks(range.eksProperties) }),
      instanceTypes: range.instanceTypes ?? [],
    })),
  };
}
