import { z } from 'zod';
import { ConsumableResourceProperties } from '../job-definition/consumable-fields.ts';
import { Environment, ResourceRequirements } from '../job-definition/container-fields.ts';
import { EksMetadata, runMembers } from '../job-definition/eks-fields.ts';
import { TargetNodes } from '../job-definition/node-fields.ts';

const text = (maximum: number) => z.string().min(1).max(maximum);

const members = {
  command: z
    .array(z.string().min(1, 'must not be empty: AWS Batch takes no empty argument here').max(8192))
    .max(256)
    .optional()
    .describe('Command and arguments instead of those of the definition; none of them empty.'),
  environment: Environment.describe('Environment variables, beside or instead of those of the definition.'),
  resourceRequirements: ResourceRequirements.describe('vCPUs, memory and GPUs instead of those of the definition.'),
};

/** Changes to a definition of one container. */
export const ContainerOverrides = z.strictObject({
  ...members,
  instanceType: text(64).optional().describe('Instance type, for multi-node jobs only.'),
  vcpus: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('vCPUs. Deprecated by AWS: use resourceRequirements. Only for a definition that itself uses vcpus.'),
  memory: z
    .int()
    .min(4)
    .max(100_000_000)
    .optional()
    .describe('MiB. Deprecated by AWS: use resourceRequirements. Only for a definition that itself uses memory.'),
});
export type ContainerOverrides = z.infer<typeof ContainerOverrides>;

/** Changes to a definition of several containers. */
export const EcsPropertiesOverride = z.strictObject({
  taskProperties: z
    .array(
      z.strictObject({
        containers: z
          .array(z.strictObject({ name: text(255).describe('Name of the container.'), ...members }))
          .min(1)
          .max(10)
          .describe('Containers by name.'),
      }),
    )
    .length(1)
    .describe('The task, exactly one.'),
});
export type EcsPropertiesOverride = z.infer<typeof EcsPropertiesOverride>;

const PodContainer = z.strictObject({
  name: text(255).optional().describe('Name of the container; may be left out where there is one.'),
  image: text(255).optional().describe('Image to run instead.'),
  ...runMembers,
});

/** Changes to a definition whose jobs are Kubernetes pods. */
export const EksPropertiesOverride = z.strictObject({
  podProperties: z
    .strictObject({
      containers: z.array(PodContainer).min(1).max(10).optional().describe('Containers by name.'),
      initContainers: z
        .array(PodContainer)
        .min(1)
        .max(10)
        .optional()
        .describe('Containers that run before the others, by name.'),
      metadata: EksMetadata.optional().describe('Metadata of the pod.'),
    })
    .describe('The pod.'),
});
export type EksPropertiesOverride = z.infer<typeof EksPropertiesOverride>;

/** Changes to a multi-node definition. */
export const NodeOverrides = z.strictObject({
  numNodes: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Number of nodes, 1 to 1000; the definition must have a range with an open end.'),
  nodePropertyOverrides: z
    .array(
      z.strictObject({
        targetNodes: TargetNodes,
        containerOverrides: ContainerOverrides.optional().describe('Changes to nodes of one container.'),
        ecsPropertiesOverride: EcsPropertiesOverride.optional().describe('Changes to nodes of several containers.'),
        eksPropertiesOverride: EksPropertiesOverride.optional().describe('Changes to nodes that are pods.'),
        instanceTypes: z
          .array(text(64))
          .max(1)
          .optional()
          .describe('Instance type, at most one, and only for nodes of several containers.'),
        consumableResourcePropertiesOverride: ConsumableResourceProperties,
      }),
    )
    .max(100)
    .optional()
    .describe('Changes by range of nodes.'),
});
export type NodeOverrides = z.infer<typeof NodeOverrides>;
