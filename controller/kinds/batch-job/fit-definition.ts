import { span } from '../job-definition/node-rules.ts';
import type { JobDefinitionSpec } from '../job-definition/spec.ts';
import { type Add, judge, listAt, type Members, type Path, type Rule, type Rules } from '../rule.ts';
import { arraySizeOf, type Fit } from './fit-scope.ts';
import { nameInPod, nameInTask } from './overridden.ts';
import { overrides } from './rules.ts';
import type { BatchJobSpec } from './spec.ts';

type Known = Fit & { readonly definition: NonNullable<Fit['definition']> };
type Dependency = NonNullable<BatchJobSpec['dependsOn']>[number];

/** What holds between an array and the arrays that it depends on. */
export const arrayRules: Rules<Fit> = [
  {
    each: 'dependsOn',
    at: 'type',
    refuses: ({ type, job }: Dependency, { spec, referenced }) =>
      type === 'N_TO_N' && job !== undefined && arraySizeOf(referenced, job.name) !== spec.arrayProperties?.size,
    message: ({ job }: Dependency, { spec, referenced }) => {
      const other = arraySizeOf(referenced, job?.name ?? '');
      return `N_TO_N is for arrays of one size: this one has ${spec.arrayProperties?.size} children, BatchJob ${job?.name} ${other === undefined ? 'is no array' : `has ${other}`}`;
    },
  },
];

const shapesOf = (definition: JobDefinitionSpec) =>
  Object.entries(overrides).filter(([, shape]) => definition[shape] !== undefined);

/** Which overrides a definition takes. */
export const definitionRules: readonly Rule<Known>[] = [
  ...Object.entries(overrides).map(
    ([override, shape]): Rule<Known> => ({
      at: override,
      refuses: (item, { definition }) => item[override] !== undefined && definition.own[shape] === undefined,
      message: (_, { definition }) => {
        const [fitting, itsShape] = shapesOf(definition.own)[0] ?? [];
        return `is for a definition with ${shape}; JobDefinition ${definition.name} has ${itsShape}: use ${fitting}`;
      },
    }),
  ),
  {
    at: 'nodeOverrides.numNodes',
    refuses: (_, { spec, definition: { own } }) =>
      spec.nodeOverrides?.numNodes !== undefined &&
      own.nodeProperties !== undefined &&
      !own.nodeProperties.nodeRangeProperties.some(({ targetNodes }) => targetNodes.endsWith(':')),
    message: (_, { definition }) =>
      `needs a node range with an open end, such as '0:'; JobDefinition ${definition.name} has none`,
  },
  {
    at: 'propagateTags',
    refuses: ({ propagateTags }, { definition: { own } }) => propagateTags === true && own.eksProperties !== undefined,
    message: 'is not for pods on Amazon EKS; leave it out',
  },
];

type Shape = Pick<JobDefinitionSpec, 'ecsProperties' | 'eksProperties'>;

/** Containers are overridden by names that the definition, or a node range of it, has. */
export function judgeNames(shape: Shape, holder: Members, path: Path, add: Add): void {
  const inTask = shape.ecsProperties?.taskProperties[0]?.containers.map(nameInTask);
  const pod = shape.eksProperties?.podProperties;
  const lists: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['ecsPropertiesOverride.taskProperties.0.containers', inTask],
    ['eksPropertiesOverride.podProperties.containers', pod?.containers.map(nameInPod)],
    ['eksPropertiesOverride.podProperties.initContainers', pod && (pod.initContainers ?? []).map(nameInPod)],
  ];
  for (const [list, known] of lists)
    for (const [index, item] of itemsAt(holder, list).entries()) {
      const { name } = item as { readonly name?: string };
      if (known === undefined || name === undefined || known.includes(name)) continue;
      const at = list.split('.').map(step => (/^\d+$/.test(step) ? Number(step) : step));
      add(
        [...path, ...at, index, 'name'],
        `${name} is the name of no container there; known are: ${known.join(', ') || 'none'}`,
      );
    }
}

function itemsAt(holder: Members, list: string): readonly unknown[] {
  const [before, after] = list.split('.0.');
  return after === undefined ? listAt(holder, list) : listAt(listAt(holder, before ?? '')[0], after);
}

type NodeOverride = NonNullable<NonNullable<BatchJobSpec['nodeOverrides']>['nodePropertyOverrides']>[number];
type Range = NonNullable<JobDefinitionSpec['nodeProperties']>['nodeRangeProperties'][number];

interface Placed {
  readonly numNodes: number;
  /** Node ranges that the override is for, whole or in part. */
  readonly ranges: readonly Range[];
}

const inRange = {
  containerOverrides: 'container',
  ecsPropertiesOverride: 'ecsProperties',
  eksPropertiesOverride: 'eksProperties',
} as const;

const nodeRules: Rules<Placed> = [
  {
    at: 'targetNodes',
    refuses: ({ targetNodes }: NodeOverride, { numNodes }) =>
      span(targetNodes, numNodes)[1] >= numNodes || span(targetNodes, numNodes)[0] >= numNodes,
    message: ({ targetNodes }: NodeOverride, { numNodes }) =>
      `${targetNodes} is no range of the ${numNodes} nodes 0 to ${numNodes - 1}`,
  },
  ...Object.entries(inRange).map(
    ([override, shape]): Rule<Placed> => ({
      at: override,
      refuses: (item, { ranges }) =>
        item[override] !== undefined && ranges.length > 0 && ranges.every(range => range[shape] === undefined),
      message: `is for nodes with ${shape}, which the definition does not have there`,
    }),
  ),
];

/** Judges what a job changes of some nodes of a definition. */
export function judgeNodeOverrides(
  { nodeProperties }: JobDefinitionSpec,
  { nodeOverrides }: BatchJobSpec,
  add: Add,
): void {
  if (!nodeProperties) return;
  const numNodes = nodeOverrides?.numNodes ?? nodeProperties.numNodes;
  for (const [index, override] of (nodeOverrides?.nodePropertyOverrides ?? []).entries()) {
    const path = ['nodeOverrides', 'nodePropertyOverrides', index];
    const [first, last] = span(override.targetNodes, numNodes);
    const ranges = nodeProperties.nodeRangeProperties.filter(({ targetNodes }) => {
      const [from, to] = span(targetNodes, numNodes);
      return from <= last && first <= to;
    });
    judge(nodeRules, override, { numNodes, ranges }, path, add);
    if (ranges.length === 1 && ranges[0]) judgeNames(ranges[0], override, path, add);
  }
}
