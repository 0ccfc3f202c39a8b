import { type Add, judge, type Rule, unique } from '../rule.ts';
import { nodeRanges, type PlacedRange } from './places.ts';
import type { JobDefinitionSpec } from './spec.ts';

type Nodes = NonNullable<JobDefinitionSpec['nodeProperties']>;

/** First and last node of a range; what is left out stands for the ends. */
export function span(targetNodes: string, numNodes: number): readonly [first: number, last: number] {
  const [first = '', last] = targetNodes.split(':');
  if (last === undefined) return [Number(first), Number(first)];
  return [Number(first || 0), last === '' ? numNodes - 1 : Number(last)];
}

function uncovered({ numNodes, nodeRangeProperties }: Nodes): readonly number[] {
  const spans = nodeRangeProperties.map(({ targetNodes }) => span(targetNodes, numNodes));
  return Array.from({ length: numNodes }, (_, node) => node).filter(
    node => !spans.some(([first, last]) => first <= node && node <= last),
  );
}

const whole: readonly Rule<Nodes>[] = [
  {
    at: 'mainNode',
    refuses: (_, { mainNode, numNodes }) => mainNode >= numNodes,
    message: (_, { numNodes }) => `is out of range: the ${numNodes} nodes are 0 to ${numNodes - 1}`,
  },
  {
    at: 'nodeRangeProperties',
    refuses: (_, nodes) => uncovered(nodes).length > 0,
    message: (_, nodes) =>
      `is for no node ${uncovered(nodes).slice(0, 5).join(', ')}: together the ranges must cover all`,
  },
  {
    at: 'nodeRangeProperties',
    refuses: (_, { nodeRangeProperties: ranges }) =>
      ranges.some(range => range.eksProperties) && !ranges.every(range => range.eksProperties),
    message: 'mixes pods with containers on Amazon ECS; a job runs on one of them',
  },
];

const shapes = ['container', 'ecsProperties', 'eksProperties'] as const;

const eachRange: readonly Rule<Nodes>[] = [
  {
    at: 'targetNodes',
    refuses: ({ targetNodes }, { numNodes }) => {
      const [first, last] = span(String(targetNodes), numNodes);
      return first > last || last >= numNodes;
    },
    message: ({ targetNodes }, { numNodes }) =>
      `${String(targetNodes)} is no range of the ${numNodes} nodes 0 to ${numNodes - 1}`,
  },
  {
    at: '',
    refuses: range => shapes.filter(shape => range[shape] !== undefined).length !== 1,
    message: `exactly one of ${shapes.join(', ')} must be set`,
  },
  {
    at: 'instanceTypes',
    refuses: ({ instanceTypes, ecsProperties }) =>
      Array.isArray(instanceTypes) && instanceTypes.length > 0 && ecsProperties === undefined,
    message: 'is for ecsProperties only; a single container has instanceType',
  },
];

/** Judges the nodes of a multi-node job, without what runs on them. */
export function judgeNodes(spec: JobDefinitionSpec, add: Add): void {
  const nodes = spec.nodeProperties;
  if (!nodes) return;
  judge(whole, nodes, nodes, ['nodeProperties'], add);
  for (const placed of nodeRanges(spec)) judgeRange(placed, nodes, add);
}

function judgeRange({ path, range }: PlacedRange, nodes: Nodes, add: Add): void {
  judge(eachRange, range, nodes, path, add);
  unique(range, 'consumableResourceProperties.consumableResourceList', nameOf, path, add);
}

/** What a consumable resource is called, by name or by ARN. */
export function nameOf(item: unknown): string | undefined {
  const { consumableResource } = item as { readonly consumableResource?: unknown };
  return typeof consumableResource === 'string' ? consumableResource.split('/').at(-1) : undefined;
}
