import type { LaunchTemplateSpecification } from '@aws-sdk/client-batch';
import type { World } from '../world.ts';
import type { ComputeEnvironment, ResolvedLaunchTemplate } from './batch.ts';
import { serviceLinkedRoleArn } from './compute-environment-detail.ts';

/** What a healthy compute environment says of itself. */
export const healthyReason = 'ComputeEnvironment Healthy';

/** Why a compute environment that Batch looks at cannot work, as seen at an instant; `undefined` when it can. */
export function illness(world: World, environment: ComputeEnvironment, seenAt: number): string | undefined {
  const cause =
    world.batch.defects.get(environment.computeEnvironmentName)?.reason ??
    serviceRoleIllness(world, environment, seenAt) ??
    instanceIllness(world, environment, seenAt);
  if (cause === undefined) return undefined;
  return cause.startsWith('CLIENT_ERROR - ') ? cause : `CLIENT_ERROR - ${cause}`;
}

/** Why Batch cannot act for the compute environment. */
export function serviceRoleIllness(
  world: World,
  { serviceRole }: ComputeEnvironment,
  seenAt: number,
): string | undefined {
  if (serviceRole === undefined || serviceRole === serviceLinkedRoleArn(world)) return undefined;
  if (!world.iam.canBeAssumed(serviceRole, 'batch.amazonaws.com', seenAt)) {
    return `User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${serviceRole}`;
  }
  if (world.iam.hasPolicies(serviceRole)) return undefined;
  return `User: ${serviceRole} is not authorized to perform: ecs:DescribeClusters`;
}

function instanceIllness(world: World, { computeResources }: ComputeEnvironment, seenAt: number): string | undefined {
  if (computeResources === undefined) return undefined;
  const { instanceRole, spotIamFleetRole, launchTemplate } = computeResources;
  if (instanceRole && !world.iam.isUsableProfile(instanceRole, seenAt)) {
    return `Invalid IamInstanceProfile: ${instanceRole}`;
  }
  if (spotIamFleetRole && !world.iam.canBeAssumed(spotIamFleetRole, 'spotfleet.amazonaws.com', seenAt)) {
    return 'SpotFleetRequestConfig.IamFleetRole is invalid';
  }
  return launchTemplate === undefined ? undefined : launchTemplateIllness(world, launchTemplate);
}

function launchTemplateIllness(world: World, specification: LaunchTemplateSpecification): string | undefined {
  const named = [specification, ...(specification.overrides ?? [])].filter(
    ({ launchTemplateId, launchTemplateName }) => launchTemplateId || launchTemplateName,
  );
  return named.map(one => oneTemplateIllness(world, one)).find(reason => reason !== undefined);
}

function oneTemplateIllness(
  world: World,
  { launchTemplateId, launchTemplateName, version }: LaunchTemplateSpecification,
): string | undefined {
  const template = world.ec2.find(launchTemplateId, launchTemplateName);
  if (template === undefined) {
    return launchTemplateId
      ? `The specified launch template, with template ID ${launchTemplateId}, does not exist.`
      : `The specified launch template, with template name ${launchTemplateName}, does not exist.`;
  }
  const found = world.ec2.version(template, version || '$Default');
  if (found === undefined) {
    return `Could not find launch template version ${version} of ${template.launchTemplateId}.`;
  }
  const userData = Buffer.from(found.LaunchTemplateData?.UserData ?? '', 'base64').toString();
  if (userData !== '' && !/^(mime-version:|content-type:\s*multipart\/)/im.test(userData)) {
    return 'Launch Template UserData is not MIME multipart format';
  }
  return undefined;
}

/** The version that new instances would start from now. */
export function resolvedLaunchTemplate(
  world: World,
  environment: ComputeEnvironment,
): ResolvedLaunchTemplate | undefined {
  const specification = environment.computeResources?.launchTemplate;
  if (specification === undefined) return undefined;
  const template = world.ec2.find(specification.launchTemplateId, specification.launchTemplateName);
  const found = template && world.ec2.version(template, specification.version || '$Default');
  if (template === undefined || found?.VersionNumber === undefined) return undefined;
  return { launchTemplateId: template.launchTemplateId, versionNumber: found.VersionNumber };
}
