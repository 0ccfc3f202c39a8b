import type { EksContainer, RegisterJobDefinitionRequest } from '@aws-sdk/client-batch';
import type { Rule } from '../rules.ts';

function containers({ eksProperties }: RegisterJobDefinitionRequest): EksContainer[] {
  const pod = eksProperties?.podProperties;
  return [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])];
}

const mustBeEqual = ['memory', 'nvidia.com/gpu'];

/** What Batch refuses about the pod of a job definition. */
export const eksRules: readonly Rule<RegisterJobDefinitionRequest>[] = [
  {
    refuses: ({ eksProperties }) => eksProperties !== undefined && !eksProperties.podProperties?.containers?.length,
    message: 'EKS containers must be provided.',
  },
  {
    refuses: ({ eksProperties }) =>
      [eksProperties?.podProperties?.containers, eksProperties?.podProperties?.initContainers].some(
        list => (list ?? []).length > 10,
      ),
    message: 'EKS containers size cannot be greater than 10.',
  },
  { refuses: input => containers(input).some(({ image }) => !image), message: 'EKS Container Image must be provided.' },
  {
    refuses: input =>
      containers(input).some(({ resources }) =>
        mustBeEqual.some(key => {
          const [limit, request] = [resources?.limits?.[key], resources?.requests?.[key]];
          return limit !== undefined && request !== undefined && limit !== request;
        }),
      ),
    message: 'EKS resource limits and requests of memory and GPU should be equal.',
  },
  {
    refuses: input =>
      containers(input).some(({ resources }) => {
        const memory = resources?.limits?.['memory'] ?? resources?.requests?.['memory'];
        return memory !== undefined && !/^\d+Mi$/.test(memory);
      }),
    message: 'EKS memory should be a whole number of MiB with the suffix Mi.',
  },
  {
    refuses: ({ eksProperties }) => {
      const policy = eksProperties?.podProperties?.dnsPolicy;
      return policy !== undefined && !['Default', 'ClusterFirst', 'ClusterFirstWithHostNet'].includes(policy);
    },
    message: 'dnsPolicy is not valid. Valid policies: [Default, ClusterFirst, ClusterFirstWithHostNet]',
  },
];
