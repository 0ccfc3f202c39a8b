import { z } from 'zod';
import { ConsumableResourceProperties } from './consumable-fields.ts';
import { ContainerProperties } from './container-fields.ts';
import { EksProperties } from './eks-fields.ts';
import { EcsProperties } from './task-fields.ts';

/** Some nodes of a multi-node job. */
export const TargetNodes = z
  .string()
  .regex(/^(\d+|\d+:\d*|:\d+)$/, "must be an index or a range such as '0:3', ':3' or '4:'")
  .describe("Nodes that these properties are for: an index, or a range such as '0:3', ':3' or '4:'.");

/** nodeProperties: a multi-node parallel job. */
export const NodeProperties = z.strictObject({
  numNodes: z.int().min(1).max(1000).describe('Number of nodes, 1 to 1000.'),
  mainNode: z.int().min(0).max(999).describe('Index of the main node, less than numNodes.'),
  nodeRangeProperties: z
    .array(
      z.strictObject({
        targetNodes: TargetNodes,
        container: ContainerProperties.optional().describe('A node of one container.'),
        ecsProperties: EcsProperties.optional().describe('A node of several containers.'),
        eksProperties: EksProperties.optional().describe('A node that is a Kubernetes pod.'),
        instanceTypes: z
          .array(z.string().min(1).max(64))
          .max(1)
          .optional()
          .describe('Instance type, at most one, and only with ecsProperties.'),
        consumableResourceProperties: ConsumableResourceProperties,
      }),
    )
    .min(1)
    .max(5)
    .describe('Node ranges, at most five. Together they cover every node; a range within another one overrides it.'),
});
export type NodeProperties = z.infer<typeof NodeProperties>;
