import type { RegisterJobDefinitionRequest } from '@aws-sdk/client-batch';
import type { Rule } from '../rules.ts';
import { namePattern, tagRules } from './refuse.ts';

type Register = RegisterJobDefinitionRequest;

const kindRules: readonly Rule<Register>[] = [
  {
    refuses: ({ containerProperties, ecsProperties }) => Boolean(containerProperties && ecsProperties),
    message: 'Cannot use both ECS containerProperties and ecsProperties',
  },
  {
    refuses: ({ containerProperties, eksProperties }) => Boolean(containerProperties && eksProperties),
    message: 'Cannot use both ECS containerProperties and eksProperties',
  },
  {
    refuses: ({ type, containerProperties, ecsProperties, eksProperties }) =>
      type?.toLowerCase() === 'container' && !containerProperties && !ecsProperties && !eksProperties,
    message: 'One of containerProperties, ecsProperties and eksProperties must be provided.',
  },
  {
    refuses: ({ type, nodeProperties }) => type?.toLowerCase() === 'multinode' && !nodeProperties,
    message: 'nodeProperties must be provided.',
  },
  {
    refuses: ({ containerProperties }) => containerProperties !== undefined && !containerProperties.image,
    message: 'ECS Container Image must be provided.',
  },
];

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
  ...kindRules,
];
