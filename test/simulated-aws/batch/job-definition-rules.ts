import type { RegisterJobDefinitionRequest } from '@aws-sdk/client-batch';
import type { Rule } from '../rules.ts';
import { containerRules } from './container-rules.ts';
import type { DeclaredContainer } from './declared-container.ts';
import { declaredContainers } from './declared-container.ts';
import { eksRules } from './eks-rules.ts';
import { namePattern, tagRules } from './refuse.ts';

type Register = RegisterJobDefinitionRequest;

const capabilities = ['FARGATE', 'EC2', 'MANAGED_INSTANCES'];

function isMultinode({ type }: Register): boolean {
  return type?.toLowerCase() === 'multinode';
}

const kinds: readonly Rule<Register>[] = [
  {
    refuses: ({ containerProperties, ecsProperties }) => Boolean(containerProperties && ecsProperties),
    message: 'Cannot use both ECS containerProperties and ecsProperties',
  },
  {
    refuses: ({ containerProperties, eksProperties }) => Boolean(containerProperties && eksProperties),
    message: 'Cannot use both ECS containerProperties and eksProperties',
  },
  {
    refuses: ({ ecsProperties, eksProperties }) => Boolean(ecsProperties && eksProperties),
    message: 'Cannot use both ecsProperties and eksProperties',
  },
  {
    refuses: input => !isMultinode(input) && !input.containerProperties && !input.ecsProperties && !input.eksProperties,
    message: 'One of containerProperties, ecsProperties and eksProperties must be provided.',
  },
  {
    refuses: input => isMultinode(input) !== Boolean(input.nodeProperties),
    message: 'nodeProperties must be provided for type multinode, and only for it.',
  },
];

const topLevel: readonly Rule<Register>[] = [
  {
    refuses: input => Buffer.byteLength(JSON.stringify(input)) > 24 * 1024,
    message: 'The job definition is larger than the maximum of 24 KiB.',
  },
  {
    refuses: ({ platformCapabilities }) => platformCapabilities !== undefined && platformCapabilities.length !== 1,
    message: 'Exactly 1 capability must be provided.',
  },
  {
    refuses: ({ platformCapabilities }) => !capabilities.includes(platformCapabilities?.[0] ?? 'EC2'),
    message: ({ platformCapabilities }) =>
      `Capability ${platformCapabilities?.[0]} is not valid. Valid capabilities: [${capabilities.join(', ')}]`,
  },
  {
    refuses: ({ platformCapabilities, eksProperties }) => Boolean(platformCapabilities && eksProperties),
    message: 'platformCapabilities is not applicable for EKS job definitions.',
  },
  {
    refuses: input => isMultinode(input) && input.platformCapabilities?.[0] === 'FARGATE',
    message: 'Multi-node parallel jobs are not applicable for Fargate.',
  },
  {
    refuses: ({ schedulingPriority: priority }) => priority !== undefined && (priority < 0 || priority > 9999),
    message: 'Scheduling priority must be between 0 and 9999.',
  },
  {
    refuses: ({ retryStrategy }) => (retryStrategy?.evaluateOnExit ?? []).length > 0 && !retryStrategy?.attempts,
    message: 'RetryAttempts must be provided with retry strategy.',
  },
  {
    refuses: ({ retryStrategy }) =>
      retryStrategy?.attempts !== undefined && (retryStrategy.attempts < 1 || retryStrategy.attempts > 10),
    message: 'Retry attempts should be between 1 and 10.',
  },
  {
    refuses: ({ retryStrategy }) => (retryStrategy?.evaluateOnExit ?? []).length > 5,
    message: 'evaluateOnExit should have at most 5 entries.',
  },
  {
    refuses: ({ retryStrategy }) =>
      (retryStrategy?.evaluateOnExit ?? []).some(
        ({ action }) => !['retry', 'exit'].includes(action?.toLowerCase() ?? ''),
      ),
    message: 'The action of evaluateOnExit is not valid. Valid actions: [RETRY, EXIT]',
  },
  {
    refuses: ({ timeout }) => timeout?.attemptDurationSeconds !== undefined && timeout.attemptDurationSeconds < 60,
    message: 'timeout.attemptDurationSeconds should be at least 60.',
  },
  {
    refuses: ({ propagateTags, eksProperties }) => Boolean(propagateTags && eksProperties),
    message: 'propagateTags is not applicable for EKS job definitions.',
  },
  {
    refuses: ({ consumableResourceProperties }) =>
      (consumableResourceProperties?.consumableResourceList ?? []).length > 5,
    message: 'consumableResourceList size cannot be greater than 5.',
  },
];

const nodes: readonly Rule<Register>[] = [
  {
    refuses: ({ nodeProperties }) =>
      nodeProperties !== undefined && ((nodeProperties.numNodes ?? 0) < 1 || (nodeProperties.numNodes ?? 0) > 1000),
    message: 'numNodes should be between 1 and 1000.',
  },
  {
    refuses: ({ nodeProperties }) =>
      nodeProperties !== undefined && (nodeProperties.mainNode ?? -1) >= (nodeProperties.numNodes ?? 0),
    message: 'Main node index is out of range for the number of nodes.',
  },
  {
    refuses: ({ nodeProperties }) => (nodeProperties?.nodeRangeProperties ?? []).length > 5,
    message: 'nodeRangeProperties size cannot be greater than 5.',
  },
  {
    refuses: ({ nodeProperties }) =>
      (nodeProperties?.nodeRangeProperties ?? []).some(({ targetNodes }) => !/^(\d*:\d*|\d+)$/.test(targetNodes ?? '')),
    message: 'targetNodes should contain only digits.',
  },
];

/** A rule about every container, as a rule about the whole. */
function each({ refuses, message }: Rule<DeclaredContainer>): Rule<Register> {
  const first = (input: Register) => declaredContainers(input).find(refuses);
  return {
    refuses: input => first(input) !== undefined,
    message: input => {
      const container = first(input);
      return typeof message === 'string' || container === undefined ? String(message) : message(container);
    },
  };
}

/** What Batch refuses about a new revision. */
export const registrationRules: readonly Rule<Register>[] = [
  {
    refuses: ({ jobDefinitionName }) => !namePattern.test(jobDefinitionName ?? ''),
    message: 'Job Definition name should match a valid pattern.',
  },
  {
    refuses: ({ type }) => !['container', 'multinode'].includes(type?.toLowerCase() ?? ''),
    message: 'Job definition type is not valid. Valid types: [container, multinode]',
  },
  ...tagRules,
  ...kinds,
  ...topLevel,
  ...nodes,
  ...containerRules.map(each),
  ...eksRules,
];
