import { awsName } from '../../model/aws-name.ts';
import { contentHash } from '../../model/json.ts';
import { isOrdered, isServiceLinked } from '../../resources/compute-environment/shape.ts';
import type { ExpandInput } from '../kind.ts';
import type { ComputeEnvironmentSpec } from './compute-environment-spec.ts';
import type { ComputeResources } from './compute-resources-spec.ts';
import { isOwnTemplate } from './compute-rules.ts';
import { architectureOf, familyOf, instanceTypesOf, onInstances, strategyOf } from './family.ts';
import { templateHash } from './launch-template.ts';
import { nameParts } from './names.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

type Input = ExpandInput<BatchEnvironmentSpec>;

/**
 * The name in AWS. Where none is given it holds a hash of everything that AWS cannot change in place for this compute
 * environment: when one of those changes so does the name, and the new one takes over before the old one goes.
 *
 * What goes into the hash must not grow for compute environments that exist: members that are undefined do not count.
 */
export function physicalName(input: Input, environment: ComputeEnvironmentSpec): string {
  if (environment.computeEnvironmentName !== undefined) return environment.computeEnvironmentName;
  const { namespace = 'default', name } = input.object.metadata;
  const hash = contentHash([namespace, name, fixedParts(input, environment)], 8);
  return awsName([...nameParts(input.object), environment.name, hash], 128);
}

/** Whether the service role is another one than that which AWS keeps itself. */
export function hasOwnRole({ serviceRole }: BatchEnvironmentSpec): boolean {
  return serviceRole !== undefined && !isServiceLinked(serviceRole.arn ?? '');
}

function fixedParts(input: Input, environment: ComputeEnvironmentSpec): object {
  const { computeResources: resources, eksConfiguration, replacement, imageRefresh } = environment;
  const family = familyOf(environment);
  const ownRole = hasOwnRole(input.spec);
  const { capacityOptionType, fipsEnabled } = resources?.managedInstancesProvider?.instanceLaunchTemplate ?? {};
  const fixed = {
    family: family === 'FARGATE' ? resources?.type : family === 'EKS' ? 'EC2' : family,
    ownRole,
    spotIamFleetRole: resources?.spotIamFleetRole,
    eksConfiguration,
    replacement,
    architecture: armOnly(environment),
    capacityOptionType: capacityOptionType === 'ON_DEMAND' ? undefined : capacityOptionType,
    fipsEnabled: fipsEnabled || undefined,
  };
  const inPlace = !ownRole && strategyOf(environment) !== 'BEST_FIT';
  if (resources === undefined || !onInstances(environment) || inPlace) return fixed;
  return {
    ...fixed,
    imageRefresh,
    infrastructure: infrastructure(resources),
    template: isOwnTemplate(resources.launchTemplate) ? undefined : templateHash(input),
    profile: input.spec.instanceRole.instanceProfileArn,
  };
}

/** AWS does not say that instances of another architecture can take over in place. */
function armOnly(environment: ComputeEnvironmentSpec): 'arm64' | undefined {
  if (!onInstances(environment)) return undefined;
  return instanceTypesOf(environment).some(type => architectureOf(type) === 'arm64') ? 'arm64' : undefined;
}

/** What is left of the compute resources when scale is taken away; lists in one order where theirs means nothing. */
function infrastructure(resources: ComputeResources): object {
  const { minvCpus: _min, maxvCpus: _max, desiredvCpus: _desired, scalingPolicy: _scaling, ...rest } = resources;
  const { instanceTypes, subnets, securityGroupIds, launchTemplate } = rest;
  return {
    ...rest,
    instanceTypes: isOrdered(rest.allocationStrategy) ? instanceTypes : sorted(instanceTypes),
    subnets: sorted(subnets),
    securityGroupIds: sorted(securityGroupIds),
    ec2Configuration: sortedBy(rest.ec2Configuration, ({ imageType }) => imageType),
    launchTemplate: launchTemplate && {
      ...launchTemplate,
      overrides: sortedBy(
        launchTemplate.overrides?.map(one => ({ ...one, targetInstanceTypes: sorted(one.targetInstanceTypes) })),
        ({ targetInstanceTypes }) => String(targetInstanceTypes?.[0]),
      ),
    },
  };
}

function sorted(list: readonly string[] | undefined): readonly string[] | undefined {
  return list && [...list].sort();
}

function sortedBy<Item>(list: readonly Item[] | undefined, key: (item: Item) => string): readonly Item[] | undefined {
  return list && [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
