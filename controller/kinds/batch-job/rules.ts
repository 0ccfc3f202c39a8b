import type { z } from 'zod';
import { valueAt } from '../../model/path.ts';
import { exactlyOne } from '../fields.ts';
import { type Add, given, judge, listAt, type Members, type Path, type Rule, refused, unique } from '../rule.ts';
import type { BatchJobSpec } from './spec.ts';

type Spec = BatchJobSpec;

/** Which override is for which shape of definition. */
export const overrides = {
  containerOverrides: 'containerProperties',
  ecsPropertiesOverride: 'ecsProperties',
  eksPropertiesOverride: 'eksProperties',
  nodeOverrides: 'nodeProperties',
} as const;

/** What AWS takes in one SubmitJob. */
const maximumBytes = 30 * 1024;

function only(members: readonly string[], why: string): readonly Rule<unknown>[] {
  return members.map((at, index) => ({
    at,
    refuses: item => item[at] !== undefined && members.slice(0, index).some(other => item[other] !== undefined),
    message: item =>
      `only one of ${members.filter(member => item[member] !== undefined).join(', ')} may be set: ${why}`,
  }));
}

const whole: readonly Rule<Spec>[] = [
  {
    at: 'jobQueue',
    refuses: ({ jobQueue, environment }) => jobQueue !== undefined && environment === undefined,
    message: 'is a queue of spec.environment, which is missing; for another queue use jobQueueName',
  },
  ...only(Object.keys(overrides), 'a job has one shape'),
  {
    at: 'containerOverrides.instanceType',
    refuses: given('containerOverrides.instanceType'),
    message: 'is for multi-node jobs only; their overrides stand in nodeOverrides.nodePropertyOverrides',
  },
  {
    at: '',
    refuses: spec => Buffer.byteLength(JSON.stringify(spec)) > maximumBytes,
    message: 'is larger than the 30 KiB that AWS takes; move data out of overrides and parameters',
  },
  {
    each: 'dependsOn',
    at: 'jobId',
    refuses: ({ job, jobId }) => job !== undefined && jobId !== undefined,
    message: 'and job exclude each other; keep job where a BatchJob stands for it',
  },
  {
    each: 'dependsOn',
    at: '',
    refuses: ({ job, jobId, type }) => job === undefined && jobId === undefined && type !== 'SEQUENTIAL',
    message: 'job or jobId is required; only type SEQUENTIAL does without: one child of the array after the other',
  },
  {
    each: 'dependsOn',
    at: 'type',
    refuses: ({ type }, { arrayProperties }) => type !== undefined && arrayProperties === undefined,
    message: ({ type }) => `${String(type)} is for array jobs; give arrayProperties, or leave it out`,
  },
];

const nodes: readonly Rule<unknown>[] = [
  ...only(
    Object.keys(overrides).filter(member => member !== 'nodeOverrides'),
    'a node has one shape',
  ),
  ...refused(['instanceTypes'], 'is for nodes of several containers; give containerOverrides.instanceType').map(
    rule => ({
      ...rule,
      refuses: (item: Members) => rule.refuses(item, undefined, 0) && !item['ecsPropertiesOverride'],
    }),
  ),
  {
    at: 'targetNodes',
    refuses: ({ targetNodes }) => {
      const [first = '', last = ''] = String(targetNodes).split(':');
      return last !== '' && Number(first) > Number(last);
    },
    message: ({ targetNodes }) => `${String(targetNodes)} ends before it begins`,
  },
];

const podContainers = ['containers', 'initContainers'];

const severalInPod: readonly Rule<unknown>[] = podContainers.map(list => ({
  each: `podProperties.${list}`,
  at: 'name',
  refuses: ({ name }, pod) => name === undefined && listAt(pod, `podProperties.${list}`).length > 1,
  message: 'is required where there are several containers',
}));

/** What AWS Batch is known to refuse of SubmitJob whatever the definition and the queue are. */
export function batchJobRules(spec: Spec, context: z.core.$RefinementCtx): void {
  const add: Add = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  exactlyOne(spec, ['environment', 'jobQueueName'], context);
  exactlyOne(spec, ['jobDefinition', 'jobDefinitionName'], context);
  judge(whole, spec, spec, [], add);
  judgeShape(spec, [], add);
  for (const [index, node] of (spec.nodeOverrides?.nodePropertyOverrides ?? []).entries()) {
    const path = ['nodeOverrides', 'nodePropertyOverrides', index];
    judge(nodes, node, undefined, path, add);
    judgeShape(node, path, add);
  }
}

/** What an override says of its own containers, by itself or for some nodes. */
function judgeShape(holder: Members, path: Path, add: Add): void {
  unique(holder, 'consumableResourcePropertiesOverride.consumableResourceList', 'consumableResource', path, add);
  unique(holder, 'containerOverrides.resourceRequirements', 'type', path, add);
  for (const [index, task] of listAt(holder, 'ecsPropertiesOverride.taskProperties').entries())
    unique(task, 'containers', 'name', [...path, 'ecsPropertiesOverride', 'taskProperties', index], add);
  const pod = valueAt(holder, 'eksPropertiesOverride');
  judge(severalInPod, pod, pod, [...path, 'eksPropertiesOverride'], add);
  for (const list of podContainers)
    unique(pod, `podProperties.${list}`, 'name', [...path, 'eksPropertiesOverride'], add);
}
