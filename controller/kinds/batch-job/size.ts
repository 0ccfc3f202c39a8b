import { valueAt } from '../../model/path.ts';
import { span } from '../job-definition/node-rules.ts';
import { nodeRanges, type Pod, pods, type Task, tasks } from '../job-definition/places.ts';
import type { JobDefinitionSpec } from '../job-definition/spec.ts';

/** What one instance, or one Fargate task, must hold at once. */
interface Share {
  readonly vcpus: number;
  readonly gpus: number;
}

/** What a job needs: the largest of its nodes, and all of them together. A job that is no multi-node one is one node. */
export interface Size {
  readonly node: Share;
  readonly vcpus: number;
}

type Shape = Pick<JobDefinitionSpec, 'containerProperties' | 'ecsProperties' | 'eksProperties'>;

/** The size of a definition's jobs; of an array, that of one child. Sizes that are not said count as nothing. */
export function sizeOf(definition: JobDefinitionSpec): Size {
  const { nodeProperties } = definition;
  if (!nodeProperties) {
    const node = shareOf(definition);
    return { node, vcpus: node.vcpus };
  }
  const shares = nodeRanges(definition).map(({ range }) => {
    const [first, last] = span(range.targetNodes, nodeProperties.numNodes);
    const { container, ecsProperties, eksProperties } = range;
    return { first, last, share: shareOf({ containerProperties: container, ecsProperties, eksProperties }) };
  });
  // The narrowest range that holds a node overrides the others.
  const ofNode = (node: number) =>
    shares
      .filter(({ first, last }) => first <= node && node <= last)
      .sort((a, b) => a.last - a.first - (b.last - b.first))[0]?.share ?? { vcpus: 0, gpus: 0 };
  const all = Array.from({ length: nodeProperties.numNodes }, (_, node) => ofNode(node));
  const largest = (member: keyof Share) => Math.max(0, ...all.map(share => share[member]));
  return { node: { vcpus: largest('vcpus'), gpus: largest('gpus') }, vcpus: sum(all.map(({ vcpus }) => vcpus)) };
}

function shareOf(shape: Shape): Share {
  const [task] = tasks(shape as JobDefinitionSpec);
  if (task) return { vcpus: inTask(task, 'VCPU'), gpus: inTask(task, 'GPU') };
  const [pod] = pods(shape as JobDefinitionSpec);
  return pod ? { vcpus: inPod(pod.pod, 'cpu'), gpus: inPod(pod.pod, 'nvidia.com/gpu') } : { vcpus: 0, gpus: 0 };
}

function inTask({ containers }: Task, type: 'VCPU' | 'GPU'): number {
  return sum(
    containers.map(({ container }) => {
      const required = container.resourceRequirements?.find(one => one.type === type)?.value;
      return Number(required ?? (type === 'VCPU' ? valueAt(container, 'vcpus') : undefined) ?? 0);
    }),
  );
}

function inPod({ containers }: Pod, key: string): number {
  return sum(
    containers.map(({ resources }) => Number.parseFloat(resources?.requests?.[key] ?? resources?.limits?.[key] ?? '0')),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
