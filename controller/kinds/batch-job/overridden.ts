import type { EksProperties } from '../job-definition/eks-fields.ts';
import type { NodeProperties } from '../job-definition/node-fields.ts';
import type { JobDefinitionSpec } from '../job-definition/spec.ts';
import type { EcsProperties } from '../job-definition/task-fields.ts';
import type {
  ContainerOverrides,
  EcsPropertiesOverride,
  EksPropertiesOverride,
  NodeOverrides,
} from './override-fields.ts';
import type { BatchJobSpec } from './spec.ts';

type Container = NonNullable<JobDefinitionSpec['containerProperties']>;
type Requirements = Container['resourceRequirements'];
type Range = NodeProperties['nodeRangeProperties'][number];

/**
 * A definition as one job runs it: sizes, images, instance types and numbers of nodes are those of the job's overrides.
 * Commands and variables, which fit everywhere, are left as they are.
 */
export function overridden(definition: JobDefinitionSpec, spec: BatchJobSpec): JobDefinitionSpec {
  const { containerProperties, ecsProperties, eksProperties, nodeProperties } = definition;
  return {
    ...definition,
    containerProperties: containerProperties && withContainer(containerProperties, spec.containerOverrides),
    ecsProperties: ecsProperties && withTask(ecsProperties, spec.ecsPropertiesOverride),
    eksProperties: eksProperties && withPod(eksProperties, spec.eksPropertiesOverride),
    nodeProperties: nodeProperties && withNodes(nodeProperties, spec.nodeOverrides),
    consumableResourceProperties: spec.consumableResourcePropertiesOverride ?? definition.consumableResourceProperties,
  };
}

function merged(own: Requirements, others: Requirements): Requirements {
  if (!others) return own;
  return [...(own ?? []).filter(({ type }) => !others.some(other => other.type === type)), ...others];
}

function withContainer(container: Container, overrides: ContainerOverrides | undefined): Container {
  const { resourceRequirements, instanceType, vcpus, memory } = overrides ?? {};
  return {
    ...container,
    resourceRequirements: merged(container.resourceRequirements, resourceRequirements),
    instanceType: instanceType ?? container.instanceType,
    vcpus: vcpus ?? container.vcpus,
    memory: memory ?? container.memory,
  };
}

function withTask({ taskProperties }: EcsProperties, override: EcsPropertiesOverride | undefined): EcsProperties {
  const named = override?.taskProperties[0]?.containers ?? [];
  return {
    taskProperties: taskProperties.map(task => ({
      ...task,
      containers: task.containers.map(container => {
        const other = named.find(({ name }) => name === nameInTask(container));
        return {
          ...container,
          resourceRequirements: merged(container.resourceRequirements, other?.resourceRequirements),
        };
      }),
    })),
  };
}

/** What a container of a task is called where it says nothing. */
export function nameInTask({ name }: { readonly name?: string | undefined }): string {
  return name ?? 'default';
}

/** What a container of a pod is called where it says nothing. */
export function nameInPod({ name }: { readonly name?: string | undefined }): string {
  return name ?? 'Default';
}

function withPod(properties: EksProperties, override: EksPropertiesOverride | undefined): EksProperties {
  const { podProperties: pod } = properties;
  const change = (list: 'containers' | 'initContainers') =>
    (pod[list] ?? []).map(container => {
      const others = override?.podProperties[list] ?? [];
      const other = others.find(({ name }) =>
        name === undefined ? others.length === 1 : name === nameInPod(container),
      );
      const { limits, requests } = other?.resources ?? {};
      return {
        ...container,
        image: other?.image ?? container.image,
        resources:
          container.resources || other?.resources
            ? {
                limits: { ...container.resources?.limits, ...limits },
                requests: { ...container.resources?.requests, ...requests },
              }
            : undefined,
      };
    });
  return {
    podProperties: {
      ...pod,
      containers: change('containers'),
      initContainers: pod.initContainers && change('initContainers'),
    },
  };
}

function withNodes(nodes: NodeProperties, overrides: NodeOverrides | undefined): NodeProperties {
  return {
    ...nodes,
    numNodes: overrides?.numNodes ?? nodes.numNodes,
    nodeRangeProperties: nodes.nodeRangeProperties.map((range): Range => {
      const other = overrides?.nodePropertyOverrides?.find(({ targetNodes }) => targetNodes === range.targetNodes);
      if (!other) return range;
      return {
        ...range,
        container: range.container && withContainer(range.container, other.containerOverrides),
        ecsProperties: range.ecsProperties && withTask(range.ecsProperties, other.ecsPropertiesOverride),
        eksProperties: range.eksProperties && withPod(range.eksProperties, other.eksPropertiesOverride),
        instanceTypes: other.instanceTypes ?? range.instanceTypes,
      };
    }),
  };
}
