import type { z } from 'zod';
import { type Add, given, judge, type Rule, unique } from '../rule.ts';
import { containerRules, volumeRules } from './container-rules.ts';
import { judgePod } from './eks-rules.ts';
import { judgeNodes, nameOf } from './node-rules.ts';
import { pods, tasks } from './places.ts';
import type { JobDefinitionSpec } from './spec.ts';
import { judgeTask } from './task-rules.ts';

type Spec = JobDefinitionSpec;

const shapes = ['containerProperties', 'ecsProperties', 'eksProperties'] as const;
const shapesOf = (spec: Spec) => shapes.filter(shape => spec[shape] !== undefined);
const asksForPods = (spec: Spec) => pods(spec).length > 0;

/** What AWS takes in one request. */
const maximumBytes = 24 * 1024;

const whole: readonly Rule<Spec>[] = [
  {
    at: '',
    refuses: (_, spec) => spec.type === 'container' && !spec.nodeProperties && shapesOf(spec).length === 0,
    message: `one of ${shapes.join(', ')} is required; nodeProperties with type: multinode`,
  },
  ...shapes.flatMap((shape, index): readonly Rule<Spec>[] => [
    {
      at: shape,
      refuses: (_, spec) => spec[shape] !== undefined && shapes.slice(0, index).some(one => spec[one] !== undefined),
      message: (_, spec) => `only one of ${shapesOf(spec).join(', ')} may be set`,
    },
    {
      at: shape,
      refuses: (_, spec) => spec[shape] !== undefined && spec.type === 'multinode',
      message: 'is not for type multinode; say in nodeProperties what runs on the nodes',
    },
  ]),
  {
    at: 'nodeProperties',
    refuses: (_, spec) => spec.type === 'multinode' && spec.nodeProperties === undefined,
    message: 'is required for type multinode',
  },
  {
    at: 'nodeProperties',
    refuses: (_, spec) => spec.type === 'container' && spec.nodeProperties !== undefined,
    message: 'is for type multinode only; set type: multinode, or leave it out',
  },
  {
    at: 'platformCapabilities',
    refuses: (item, spec) => given('platformCapabilities')(item) && asksForPods(spec),
    message: 'is not for pods on Amazon EKS; leave it out',
  },
  {
    at: 'platformCapabilities',
    refuses: (_, spec) => spec.type === 'multinode' && spec.platformCapabilities?.[0] === 'FARGATE',
    message: 'FARGATE is not for multi-node jobs',
  },
  {
    at: 'propagateTags',
    refuses: ({ propagateTags }, spec) => propagateTags === true && asksForPods(spec),
    message: 'is not for pods on Amazon EKS; leave it out',
  },
  {
    at: '',
    refuses: spec => Buffer.byteLength(JSON.stringify(spec)) > maximumBytes,
    message: 'is larger than the 24 KiB that AWS takes; move data out of environment and parameters',
  },
];

/** What AWS Batch is known to refuse of a definition, and what needs no AWS to find out (aws-batch reference §4.2, §4.3). */
export function jobDefinitionRules(spec: Spec, context: z.core.$RefinementCtx): void {
  const add: Add = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  judge(whole, spec, spec, [], add);
  unique(spec, 'consumableResourceProperties.consumableResourceList', nameOf, [], add);
  judgeNodes(spec, add);
  for (const task of tasks(spec)) {
    const scope = { task, hasEnvironment: spec.environment !== undefined };
    judgeTask(scope, add);
    judge(volumeRules, task.properties, scope, task.path, add);
    const rules = containerRules(scope);
    for (const { path, container } of task.containers) judge(rules, container, scope, path, add);
  }
  for (const pod of pods(spec)) judgePod(pod, add);
}
