import type {
  ContainerProperties,
  EcsTaskProperties,
  RegisterJobDefinitionRequest,
  TaskContainerProperties,
} from '@aws-sdk/client-batch';

/** One ECS container of a job definition, with what of its surroundings the rules look at. */
export interface DeclaredContainer {
  readonly platform: 'EC2' | 'FARGATE' | 'MANAGED_INSTANCES';
  /** One of several containers of a task: requirements may stand with the others. */
  readonly inTask: boolean;
  readonly multinode: boolean;
  readonly properties: ContainerProperties & TaskContainerProperties;
  readonly executionRoleArn: string | undefined;
  readonly jobRoleArn: string | undefined;
  readonly volumes: ContainerProperties['volumes'];
}

/** All ECS containers that a registration declares, wherever they stand. */
export function declaredContainers(input: RegisterJobDefinitionRequest): DeclaredContainer[] {
  const platform = input.platformCapabilities?.[0] ?? 'EC2';
  const single = (properties: ContainerProperties | undefined, multinode: boolean): DeclaredContainer[] =>
    properties === undefined
      ? []
      : [
          {
            platform,
            inTask: false,
            multinode,
            properties: properties as DeclaredContainer['properties'],
            executionRoleArn: properties.executionRoleArn,
            jobRoleArn: properties.jobRoleArn,
            volumes: properties.volumes,
          },
        ];
  const ofTasks = (tasks: EcsTaskProperties[] | undefined, multinode: boolean): DeclaredContainer[] =>
    (tasks ?? []).flatMap(task =>
      (task.containers ?? []).map(properties => ({
        platform,
        inTask: true,
        multinode,
        properties: properties as DeclaredContainer['properties'],
        executionRoleArn: task.executionRoleArn,
        jobRoleArn: task.taskRoleArn,
        volumes: task.volumes,
      })),
    );
  return [
    ...single(input.containerProperties, false),
    ...ofTasks(input.ecsProperties?.taskProperties, false),
    ...(input.nodeProperties?.nodeRangeProperties ?? []).flatMap(range => [
      ...single(range.container, true),
      ...ofTasks(range.ecsProperties?.taskProperties, true),
    ]),
  ];
}

/** A resource requirement of a container as a number; the old members count too. */
export function requirement(
  { properties: { resourceRequirements, vcpus, memory } }: DeclaredContainer,
  type: 'VCPU' | 'MEMORY' | 'GPU',
): number | undefined {
  const value = resourceRequirements?.find(one => one.type === type)?.value;
  if (value !== undefined) return Number(value);
  if (type === 'VCPU') return vcpus;
  return type === 'MEMORY' ? memory : undefined;
}
