import type { Rule, Rules } from '../rule.ts';
import type { ComputeEnvironmentSpec } from './compute-environment-spec.ts';
import type { ComputeResources } from './compute-resources-spec.ts';
import { architectureOf, type Family, familyOf, instanceTypesOf, isBundle, strategyOf } from './family.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

/** A compute environment and the object that it belongs to. */
export interface Computing {
  readonly spec: BatchEnvironmentSpec;
  readonly environment: ComputeEnvironmentSpec;
}

type Check = (resources: ComputeResources, subject: Computing) => boolean;

const cr = 'computeResources';

/** A condition on compute resources, for the families given. */
function where(families: readonly Family[], holds: Check): (_: unknown, subject: Computing) => boolean {
  return (_, subject) => {
    const { computeResources } = subject.environment;
    return (
      computeResources !== undefined &&
      families.includes(familyOf(subject.environment)) &&
      holds(computeResources, subject)
    );
  };
}

const instances: readonly Family[] = ['EC2', 'EKS'];
const everyManaged: readonly Family[] = ['EC2', 'EKS', 'FARGATE', 'ECS_MANAGED_INSTANCES'];
const notOnInstances: readonly Family[] = ['FARGATE', 'ECS_MANAGED_INSTANCES'];

const forInstancesOnly = [
  'allocationStrategy',
  'minvCpus',
  'desiredvCpus',
  'instanceTypes',
  'imageId',
  'ec2Configuration',
  'ec2KeyPair',
  'placementGroup',
  'bidPercentage',
  'spotIamFleetRole',
  'launchTemplate',
  'scalingPolicy',
  'tags',
] as const satisfies readonly (keyof ComputeResources)[];

const typeOf = ({ environment: { type, computeResources } }: Computing) => computeResources?.type ?? type;
const leaveOut = (_: unknown, subject: Computing) => `is not for ${typeOf(subject)}; leave it out`;

function forbidden(
  families: readonly Family[],
  members: readonly (keyof ComputeResources)[],
): readonly Rule<Computing>[] {
  return members.map(member => ({
    at: `${cr}.${member}`,
    refuses: where(families, resources => resources[member] !== undefined),
    message: leaveOut,
  }));
}

function topForbidden(
  families: readonly Family[],
  members: readonly (keyof ComputeEnvironmentSpec)[],
): readonly Rule<Computing>[] {
  return members.map(member => ({
    at: member,
    refuses: (_, { environment }) => families.includes(familyOf(environment)) && environment[member] !== undefined,
    message: leaveOut,
  }));
}

/** Which family takes which fields. */
const belonging: readonly Rule<Computing>[] = [
  {
    at: cr,
    refuses: (_, { environment }) => environment.type === 'MANAGED' && environment.computeResources === undefined,
    message: 'is required for MANAGED',
  },
  ...topForbidden(['UNMANAGED'], ['computeResources', 'eksConfiguration', 'updatePolicy', 'imageRefresh']),
  ...topForbidden(everyManaged, ['unmanagedvCpus']),
  ...topForbidden(notOnInstances, ['eksConfiguration', 'updatePolicy', 'imageRefresh']),
  ...topForbidden(['EKS'], ['ecsSettings']),
  ...forbidden(notOnInstances, forInstancesOnly),
  ...forbidden(['ECS_MANAGED_INSTANCES'], ['subnets', 'securityGroupIds']),
  ...forbidden(['EC2', 'EKS', 'FARGATE'], ['managedInstancesProvider', 'capacityTags']),
  {
    at: `${cr}.managedInstancesProvider`,
    refuses: where(['ECS_MANAGED_INSTANCES'], ({ managedInstancesProvider }) => managedInstancesProvider === undefined),
    message: 'is required for ECS_MANAGED_INSTANCES',
  },
  {
    at: `${cr}.subnets`,
    refuses: where(['EC2', 'EKS', 'FARGATE'], ({ subnets }) => subnets === undefined),
    message: 'is required',
  },
  {
    at: `${cr}.securityGroupIds`,
    refuses: where(
      ['EC2', 'EKS', 'FARGATE'],
      ({ securityGroupIds, launchTemplate }) => securityGroupIds === undefined && !isOwnTemplate(launchTemplate),
    ),
    message: 'is required, except with an existing launch template that brings security groups',
  },
];

type Template = NonNullable<ComputeResources['launchTemplate']>;

/** Whether the user names a launch template of their own. */
export function isOwnTemplate(
  template: Pick<Template, 'launchTemplateId' | 'launchTemplateName'> | undefined,
): boolean {
  return template?.launchTemplateId !== undefined || template?.launchTemplateName !== undefined;
}

const scale: readonly Rule<Computing>[] = [
  {
    at: `${cr}.minvCpus`,
    refuses: where(instances, ({ minvCpus = 0, maxvCpus }) => minvCpus > maxvCpus),
    message: (_, { environment: { computeResources: { minvCpus, maxvCpus } = {} } }) =>
      `${minvCpus} is more than maxvCpus ${maxvCpus}`,
  },
  {
    at: `${cr}.desiredvCpus`,
    refuses: where(
      instances,
      ({ desiredvCpus, minvCpus = 0, maxvCpus }) =>
        desiredvCpus !== undefined && (desiredvCpus < minvCpus || desiredvCpus > maxvCpus),
    ),
    message: 'must lie between minvCpus and maxvCpus',
  },
  {
    at: `${cr}.desiredvCpus`,
    refuses: where(['EKS'], ({ desiredvCpus }) => desiredvCpus !== undefined),
    message: 'is not for EKS; leave it out',
  },
  {
    at: `${cr}.subnets`,
    refuses: where(['FARGATE'], ({ subnets = [] }) => subnets.length > 16),
    message: 'Fargate takes at most 16 subnets',
  },
  {
    at: `${cr}.securityGroupIds`,
    refuses: where(['FARGATE'], ({ securityGroupIds = [] }) => securityGroupIds.length > 5),
    message: 'Fargate takes at most 5 security groups',
  },
];

const types: readonly Rule<Computing>[] = [
  {
    at: `${cr}.instanceTypes`,
    refuses: where(instances, ({ instanceTypes }) => instanceTypes?.length === 0),
    message: 'must not be empty; leave it out for default_x86_64',
  },
  {
    at: `${cr}.instanceTypes`,
    refuses: where(instances, ({ instanceTypes = [] }) => new Set(instanceTypes.map(architectureOf)).size > 1),
    message: (_, { environment }) => {
      const arm = instanceTypesOf(environment).filter(type => architectureOf(type) === 'arm64');
      return `must be all x86 or all Arm; Arm are ${arm.join(', ')}`;
    },
  },
  {
    at: `${cr}.instanceTypes`,
    refuses: where(['EC2'], resources => startsFromAwsImage(resources, /^ECS_AL2023$/) && hasFamily(resources, ['a1'])),
    message: 'a1 does not run the images of type ECS_AL2023; choose another family, or name an image of your own',
  },
  {
    at: `${cr}.instanceTypes`,
    refuses: where(
      ['EC2'],
      resources => startsFromAwsImage(resources, /^ECS_AL2023_NVIDIA$/) && hasFamily(resources, ['p3', 'g3', 'g3s']),
    ),
    message:
      'p3 and g3 do not run the images of type ECS_AL2023_NVIDIA; choose other families, or name an image of your own',
  },
  {
    at: `${cr}.bidPercentage`,
    refuses: where(instances, ({ type, bidPercentage }) => type !== 'SPOT' && bidPercentage !== undefined),
    message: 'is for SPOT only',
  },
  {
    at: `${cr}.allocationStrategy`,
    refuses: where(
      instances,
      ({ type, allocationStrategy = '' }) => type !== 'SPOT' && allocationStrategy.startsWith('SPOT_'),
    ),
    message: (_, { environment }) => `${strategyOf(environment)} is for SPOT only`,
  },
  {
    at: `${cr}.allocationStrategy`,
    refuses: where(
      instances,
      ({ type, allocationStrategy }) => type === 'SPOT' && allocationStrategy === 'BEST_FIT_PROGRESSIVE_ORDERED',
    ),
    message: 'BEST_FIT_PROGRESSIVE_ORDERED is for EC2 only; on SPOT it is SPOT_CAPACITY_OPTIMIZED_PRIORITIZED',
  },
  {
    at: `${cr}.allocationStrategy`,
    refuses: where(['EKS'], ({ allocationStrategy }) => allocationStrategy === 'BEST_FIT'),
    message: 'BEST_FIT is not for EKS',
  },
  {
    at: `${cr}.spotIamFleetRole`,
    refuses: where(
      instances,
      ({ type, allocationStrategy, spotIamFleetRole }) =>
        type === 'SPOT' && allocationStrategy === 'BEST_FIT' && spotIamFleetRole === undefined,
    ),
    message: 'is required for SPOT with BEST_FIT; choose SPOT_PRICE_CAPACITY_OPTIMIZED to do without',
  },
];

function hasFamily({ instanceTypes = [] }: ComputeResources, families: readonly string[]): boolean {
  return instanceTypes.some(type => families.includes(type.split('.')[0] ?? ''));
}

function startsFromAwsImage({ imageId, ec2Configuration, launchTemplate }: ComputeResources, type: RegExp): boolean {
  if (imageId !== undefined || isOwnTemplate(launchTemplate)) return false;
  const images = ec2Configuration ?? [{ imageType: 'ECS_AL2023' }];
  return images.some(
    image => type.test(image.imageType) && !('imageIdOverride' in image && image.imageIdOverride !== undefined),
  );
}

type Image = NonNullable<ComputeResources['ec2Configuration']>[number];

const images: Rules<Computing> = [
  {
    at: `${cr}.imageId`,
    refuses: where(
      instances,
      ({ imageId, ec2Configuration = [] }) =>
        imageId !== undefined && ec2Configuration.some(({ imageIdOverride }) => imageIdOverride !== undefined),
    ),
    message: 'and ec2Configuration.imageIdOverride exclude each other; keep imageIdOverride',
  },
  {
    each: `${cr}.ec2Configuration`,
    at: 'imageType',
    refuses: ({ imageType }: Image, { environment }) => {
      const family = familyOf(environment);
      return (family === 'EC2' && !imageType.startsWith('ECS_')) || (family === 'EKS' && !imageType.startsWith('EKS_'));
    },
    message: (_, { environment }) => `must begin with ${familyOf(environment) === 'EKS' ? 'EKS_' : 'ECS_'}`,
  },
  {
    each: `${cr}.ec2Configuration`,
    at: 'imageKubernetesVersion',
    refuses: ({ imageKubernetesVersion }: Image, { environment }) =>
      imageKubernetesVersion !== undefined && familyOf(environment) === 'EC2',
    message: 'is for EKS only; leave it out',
  },
  {
    at: 'imageRefresh',
    refuses: (_, { environment: { imageRefresh, computeResources } }) =>
      Boolean(imageRefresh !== undefined && computeResources && namesImage(computeResources)),
    message: 'has no effect with an image of your own; change the image instead',
  },
];

function namesImage({ imageId, ec2Configuration = [] }: ComputeResources): boolean {
  return imageId !== undefined || ec2Configuration.some(({ imageIdOverride }) => imageIdOverride !== undefined);
}

const templateOf = ({ environment }: Computing) => environment.computeResources?.launchTemplate;
const both = ({ launchTemplateId, launchTemplateName }: Pick<Template, 'launchTemplateId' | 'launchTemplateName'>) =>
  launchTemplateId !== undefined && launchTemplateName !== undefined;
const eitherName = 'and launchTemplateId exclude each other; keep launchTemplateId';
const needsVersion = 'is required with a launch template of your own';
type Override = NonNullable<Template['overrides']>[number];
const overrides = `${cr}.launchTemplate.overrides`;

const templates: Rules<Computing> = [
  {
    at: `${cr}.launchTemplate.launchTemplateName`,
    refuses: (_, subject) => both(templateOf(subject) ?? {}),
    message: eitherName,
  },
  {
    at: `${cr}.launchTemplate.version`,
    refuses: (_, subject) => {
      const template = templateOf(subject);
      return isOwnTemplate(template) && template?.version === undefined;
    },
    message: needsVersion,
  },
  {
    at: `${cr}.launchTemplate.version`,
    refuses: (_, subject) => {
      const template = templateOf(subject);
      return template?.version !== undefined && !isOwnTemplate(template);
    },
    message: 'is for a launch template of your own: that of this object is used in its newest version',
  },
  {
    at: `${cr}.launchTemplate.userdataType`,
    refuses: (_, subject) => {
      const template = templateOf(subject);
      return template?.userdataType !== undefined && !isOwnTemplate(template);
    },
    message: 'is only allowed with a launch template of your own that names an image',
  },
  { each: overrides, at: 'launchTemplateName', refuses: (override: Override) => both(override), message: eitherName },
  {
    each: overrides,
    at: '',
    refuses: (override: Override) => !isOwnTemplate(override),
    message: 'needs launchTemplateId or launchTemplateName',
  },
  {
    each: overrides,
    at: 'version',
    refuses: (override: Override) => isOwnTemplate(override) && override.version === undefined,
    message: needsVersion,
  },
  {
    each: overrides,
    at: 'targetInstanceTypes',
    refuses: ({ targetInstanceTypes }: Override) => targetInstanceTypes.some(isBundle),
    message: 'must be types or families, not optimal or default_…',
  },
  {
    each: overrides,
    at: 'targetInstanceTypes',
    refuses: ({ targetInstanceTypes }: Override, { environment }) =>
      targetInstanceTypes.some(type => !isBundle(type) && !isCovered(type, instanceTypesOf(environment))),
    message: (_, { environment }) => `must be among instanceTypes: ${instanceTypesOf(environment).join(', ')}`,
  },
  {
    each: overrides,
    at: 'targetInstanceTypes',
    refuses: ({ targetInstanceTypes }: Override, subject, index) =>
      (templateOf(subject)?.overrides ?? [])
        .slice(0, index)
        .some(other => other.targetInstanceTypes.some(type => targetInstanceTypes.includes(type))),
    message: 'must not be named by an earlier override',
  },
];

function isCovered(type: string, instanceTypes: readonly string[]): boolean {
  return instanceTypes.some(one => isBundle(one) || one === type || type.startsWith(`${one}.`));
}

/** What AWS refuses about a compute environment (aws-batch reference §1.2, §1.7 to §1.10). */
export const computeRules: Rules<Computing> = [...belonging, ...scale, ...types, ...images, ...templates];
