import type {
  ComputeResource,
  CreateComputeEnvironmentRequest,
  LaunchTemplateSpecification,
} from '@aws-sdk/client-batch';
import type { Rule } from '../rules.ts';
import { architectureOf } from './architecture.ts';
import { namePattern, tagRules } from './refuse.ts';

type Create = CreateComputeEnvironmentRequest;

const ec2Only = [
  'allocationStrategy',
  'bidPercentage',
  'desiredvCpus',
  'ec2Configuration',
  'ec2KeyPair',
  'imageId',
  'instanceRole',
  'instanceTypes',
  'launchTemplate',
  'minvCpus',
  'placementGroup',
  'spotIamFleetRole',
  'tags',
] as const;

/** Whether the compute resources are Fargate's. */
export function isFargate(resources: Pick<ComputeResource, 'type'> | undefined): boolean {
  return resources?.type?.toUpperCase().startsWith('FARGATE') ?? false;
}

function isEc2({ computeResources }: Create): boolean {
  return ['EC2', 'SPOT'].includes(computeResources?.type?.toUpperCase() ?? '');
}

function isManaged({ type }: Create): boolean {
  return type?.toUpperCase() === 'MANAGED';
}

const unmanaged: readonly Rule<Create>[] = [
  { refuses: input => !isManaged(input) && !input.serviceRole, message: 'ServiceRole is required.' },
  {
    refuses: input => !isManaged(input) && (input.serviceRole?.includes('/aws-service-role/') ?? false),
    message: 'Service Linked Role cannot be used with UNMANAGED Compute Environment',
  },
  {
    refuses: input => !isManaged(input) && input.computeResources !== undefined,
    message: 'computeResources is not applicable for unmanaged Compute Environments',
  },
  {
    refuses: input => isManaged(input) && input.unmanagedvCpus !== undefined,
    message: 'unmanagedvCpus is not applicable for managed Compute Environments',
  },
  {
    refuses: input => isManaged(input) && input.computeResources === undefined,
    message: 'ComputeResources is required.',
  },
];

const ec2: readonly Rule<Create>[] = [
  {
    refuses: input => isEc2(input) && !input.computeResources?.instanceRole,
    message: 'Instance role is required.',
  },
  {
    refuses: input => isEc2(input) && (input.computeResources?.instanceTypes ?? []).length === 0,
    message: 'Resource instanceTypes are required.',
  },
  {
    refuses: input =>
      isEc2(input) && input.eksConfiguration !== undefined && input.computeResources?.minvCpus === undefined,
    message: 'Resource minvCpus is required.',
  },
  {
    refuses: ({ computeResources }) => {
      const known = strategies[computeResources?.type?.toUpperCase() ?? ''];
      return known !== undefined && !known.includes(computeResources?.allocationStrategy);
    },
    message: ({ computeResources }) =>
      `Allocation strategy ${computeResources?.allocationStrategy} is not valid for ${computeResources?.type}.`,
  },
  {
    refuses: ({ computeResources }) =>
      computeResources?.type?.toUpperCase() === 'SPOT' &&
      ['BEST_FIT', undefined].includes(computeResources.allocationStrategy) &&
      !computeResources.spotIamFleetRole,
    message: 'compute resource spotIamFleetRole is required.',
  },
  {
    refuses: ({ computeResources }) => new Set((computeResources?.instanceTypes ?? []).map(architectureOf)).size > 1,
    message: 'Instance types of different architectures can not be mixed.',
  },
  {
    refuses: ({ computeResources }) =>
      computeResources?.ec2Configuration !== undefined && ![1, 2].includes(computeResources.ec2Configuration.length),
    message: 'ec2Configuration should have 1 or 2 entries.',
  },
  {
    refuses: ({ computeResources, eksConfiguration }) =>
      (computeResources?.ec2Configuration ?? []).some(
        ({ imageType }) => !imageType?.startsWith(eksConfiguration === undefined ? 'ECS_' : 'EKS_'),
      ),
    message: 'Invalid imageType in ComputeResources.ec2Configuration',
  },
];

const fargate: readonly Rule<Create>[] = [
  {
    refuses: ({ computeResources }) => isFargate(computeResources) && sentFor(ec2Only, computeResources).length > 0,
    message: ({ computeResources }) => `${sentFor(ec2Only, computeResources)[0]} is not applicable for Fargate.`,
  },
  {
    refuses: ({ computeResources }) => isFargate(computeResources) && (computeResources?.subnets ?? []).length > 16,
    message: 'Fargate supports a maximum of 16 subnets.',
  },
  {
    refuses: ({ computeResources }) =>
      isFargate(computeResources) && (computeResources?.securityGroupIds ?? []).length > 5,
    message: 'Fargate supports a maximum of 5 security groups.',
  },
];

/** What of some fields was sent. */
export function sentFor(fields: readonly string[], sent: object | undefined): string[] {
  return fields.filter(field => (sent as Record<string, unknown> | undefined)?.[field] !== undefined);
}

const launchTemplate: readonly Rule<Create>[] = [
  {
    refuses: input =>
      templatesOf(input).some(({ launchTemplateId, launchTemplateName }) => launchTemplateId && launchTemplateName),
    message: 'Only one of LaunchTemplateId and LaunchTemplateName should be provided',
  },
  {
    refuses: ({ computeResources }) => {
      const template = computeResources?.launchTemplate;
      if (template === undefined) return false;
      return !template.launchTemplateId && !template.launchTemplateName && (template.overrides ?? []).length === 0;
    },
    message: 'One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided',
  },
  {
    refuses: input =>
      templatesOf(input).some(({ version }) => version !== undefined && !/^(\d*|\$Default|\$Latest)$/.test(version)),
    message: 'LaunchTemplateVersion must be either empty or a number or $Default or $Latest',
  },
  {
    refuses: ({ computeResources }) => (computeResources?.launchTemplate?.overrides ?? []).length > 10,
    message: 'LaunchTemplate.overrides size cannot be greater than 10',
  },
  {
    refuses: ({ computeResources }) =>
      (computeResources?.launchTemplate?.overrides ?? []).some(
        ({ targetInstanceTypes }) => !targetInstanceTypes?.length,
      ),
    message: 'LaunchTemplate.overrides targetInstanceTypes are required.',
  },
  {
    refuses: ({ computeResources }) => {
      const targets = (computeResources?.launchTemplate?.overrides ?? []).flatMap(o => o.targetInstanceTypes ?? []);
      return new Set(targets).size < targets.length;
    },
    message: 'LaunchTemplate.overrides targetInstanceTypes must not overlap',
  },
];

const bundles = /^(optimal|default_)/;

const overrides: readonly Rule<Create>[] = [
  {
    refuses: input => targetsOf(input).some(type => bundles.test(type)),
    message: 'LaunchTemplate.overrides targetInstanceTypes must not be optimal or a default bundle',
  },
  {
    refuses: input => targetsOf(input).some(type => !isCovered(type, input.computeResources?.instanceTypes ?? [])),
    message: 'LaunchTemplate.overrides targetInstanceTypes must be covered by instanceTypes',
  },
];

function targetsOf({ computeResources }: Create): string[] {
  return (computeResources?.launchTemplate?.overrides ?? []).flatMap(one => one.targetInstanceTypes ?? []);
}

function isCovered(type: string, instanceTypes: readonly string[]): boolean {
  return instanceTypes.some(one => bundles.test(one) || one === type || type.startsWith(`${one}.`));
}

const namespacePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const eks: readonly Rule<Create>[] = [
  {
    refuses: input => input.eksConfiguration !== undefined && !isEc2(input),
    message: 'EKS compute environments support only the resource types EC2 and SPOT.',
  },
  {
    refuses: ({ eksConfiguration }) => {
      const namespace = eksConfiguration?.kubernetesNamespace;
      if (eksConfiguration === undefined) return false;
      if (namespace === undefined || namespace.length >= 64 || !namespacePattern.test(namespace)) return true;
      return namespace === 'default' || namespace.startsWith('kube-');
    },
    message: 'The Kubernetes namespace is not valid.',
  },
  {
    refuses: ({ eksConfiguration, computeResources }) =>
      eksConfiguration !== undefined && ['BEST_FIT', undefined].includes(computeResources?.allocationStrategy),
    message: 'The allocation strategy BEST_FIT is not applicable for EKS.',
  },
];

const managedInstances: readonly Rule<Create>[] = [
  {
    refuses: ({ computeResources }) =>
      isManagedInstances(computeResources) &&
      sentFor([...ec2Only, 'subnets', 'securityGroupIds'], computeResources).length > 0,
    message: ({ computeResources }) =>
      `${sentFor([...ec2Only, 'subnets', 'securityGroupIds'], computeResources)[0]} is not applicable for ECS_MANAGED_INSTANCES.`,
  },
  {
    refuses: ({ computeResources }) =>
      isManagedInstances(computeResources) && computeResources?.managedInstancesProvider === undefined,
    message: 'managedInstancesProvider is required.',
  },
];

function isManagedInstances(resources: Pick<ComputeResource, 'type'> | undefined): boolean {
  return resources?.type?.toUpperCase() === 'ECS_MANAGED_INSTANCES';
}

const strategies: Readonly<Record<string, readonly (string | undefined)[]>> = {
  EC2: [undefined, 'BEST_FIT', 'BEST_FIT_PROGRESSIVE', 'BEST_FIT_PROGRESSIVE_ORDERED'],
  SPOT: [
    undefined,
    'BEST_FIT',
    'BEST_FIT_PROGRESSIVE',
    'SPOT_CAPACITY_OPTIMIZED',
    'SPOT_PRICE_CAPACITY_OPTIMIZED',
    'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED',
  ],
};

function templatesOf({ computeResources }: Create): LaunchTemplateSpecification[] {
  const template = computeResources?.launchTemplate;
  return template === undefined ? [] : [template, ...(template.overrides ?? [])];
}

const capacity: readonly Rule<Create>[] = [
  {
    refuses: ({ computeResources }) => computeResources !== undefined && computeResources.maxvCpus === undefined,
    message: 'Resource maxvCpus is required.',
  },
  {
    refuses: ({ computeResources }) => (computeResources?.maxvCpus ?? 0) < (computeResources?.minvCpus ?? 0),
    message: 'maxvCpus should be greater than or equal to minvCpus.',
  },
  {
    refuses: ({ computeResources }) => {
      const desired = computeResources?.desiredvCpus;
      if (desired === undefined) return false;
      return desired < (computeResources?.minvCpus ?? 0) || desired > (computeResources?.maxvCpus ?? 0);
    },
    message: 'desiredvCpus should be between minvCpus and maxvCpus.',
  },
  {
    refuses: ({ computeResources }) =>
      computeResources !== undefined &&
      computeResources.type?.toUpperCase() !== 'ECS_MANAGED_INSTANCES' &&
      (computeResources.subnets ?? []).length === 0,
    message: 'Subnets are required.',
  },
];

/** What Batch refuses about a new compute environment before it looks at anything else. */
export const creationRules: readonly Rule<Create>[] = [
  {
    refuses: ({ computeEnvironmentName }) => !namePattern.test(computeEnvironmentName ?? ''),
    message: 'Compute Environment name should match a valid pattern.',
  },
  {
    refuses: ({ state }) => state !== undefined && state.toUpperCase() !== 'ENABLED',
    message: 'Compute Environment must be created in ENABLED state.',
  },
  { refuses: ({ type }) => !['MANAGED', 'UNMANAGED'].includes(type?.toUpperCase() ?? ''), message: 'Invalid type.' },
  ...tagRules,
  ...unmanaged,
  ...ec2,
  ...fargate,
  ...managedInstances,
  ...launchTemplate,
  ...overrides,
  ...eks,
  ...capacity,
];
