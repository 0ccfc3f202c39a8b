import type { ComputeResource, CreateComputeEnvironmentRequest } from '@aws-sdk/client-batch';
import type { World } from '../world.ts';
import { batchArn } from './arns.ts';
import type { ComputeEnvironment } from './batch.ts';
import { isFargate } from './compute-environment-rules.ts';
import { upper } from './refuse.ts';

/** A new compute environment as Describe returns it: CREATING, with all that AWS fills in. */
export function newComputeEnvironment(world: World, input: CreateComputeEnvironmentRequest): ComputeEnvironment {
  const { computeEnvironmentName = '', computeResources, serviceRole, tags, ...rest } = input;
  const uuid = world.random.uuid();
  const { partition, region, accountId } = world.account;
  return {
    ...rest,
    computeEnvironmentName,
    computeEnvironmentArn: batchArn(world.account, 'compute-environment', computeEnvironmentName),
    ecsClusterArn: `arn:${partition}:ecs:${region}:${accountId}:cluster/${computeEnvironmentName}_Batch_${uuid}`,
    uuid,
    tags: tags ?? {},
    type: upper(input.type ?? 'MANAGED'),
    state: 'ENABLED',
    status: 'CREATING',
    statusReason: '',
    serviceRole: roleArn(world, serviceRole),
    containerOrchestrationType: input.eksConfiguration === undefined ? 'ECS' : 'EKS',
    ...(computeResources === undefined
      ? {}
      : { computeResources: describedResources(world, computeResources, input.eksConfiguration !== undefined) }),
  };
}

/** The ARN of Batch's service-linked role. */
export function serviceLinkedRoleArn({ account: { partition, accountId } }: World): string {
  return `arn:${partition}:iam::${accountId}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch`;
}

/** A service role as Describe returns it: a bare name is taken to have the path `/`. */
export function roleArn(world: World, role: string | undefined): string {
  if (role === undefined || role === '') return serviceLinkedRoleArn(world);
  return role.startsWith('arn:') ? role : `arn:${world.account.partition}:iam::${world.account.accountId}:role/${role}`;
}

function describedResources(world: World, sent: ComputeResource, eks: boolean): ComputeResource {
  const type = upper(sent.type ?? 'EC2');
  if (isFargate(sent)) return { ...sent, type, instanceTypes: [], ec2Configuration: [] };
  if (type === 'ECS_MANAGED_INSTANCES') return { ...sent, type };
  const minvCpus = sent.minvCpus ?? 0;
  return {
    ...sent,
    type,
    minvCpus,
    desiredvCpus: sent.desiredvCpus ?? minvCpus,
    ec2Configuration: sent.ec2Configuration ?? [{ imageType: eks ? 'EKS_AL2023' : 'ECS_AL2023' }],
    tags: sent.tags ?? {},
    ...(world.fillsDefaults ? filledResources(sent) : {}),
  };
}

function filledResources({ launchTemplate, bidPercentage, type }: ComputeResource): Partial<ComputeResource> {
  return {
    ...(launchTemplate === undefined
      ? {}
      : { launchTemplate: { ...launchTemplate, version: launchTemplate.version ?? '$Default' } }),
    ...(type === 'SPOT' ? { bidPercentage: bidPercentage ?? 100 } : {}),
  };
}

/** Compute resources after the scheduler moved `desiredvCpus`; from the first instance on the state of the image shows. */
export function scaled(resources: ComputeResource, desiredvCpus: number): ComputeResource {
  const { ec2Configuration = [] } = resources;
  if (desiredvCpus === 0 || ec2Configuration.length === 0) return { ...resources, desiredvCpus };
  return {
    ...resources,
    desiredvCpus,
    ec2Configuration: ec2Configuration.map(one => (one.imageIdOverride ? one : { batchImageStatus: 'LATEST', ...one })),
  };
}

/** Compute resources without what only Batch says of them. */
export function withoutImageStatus<Resources extends Pick<ComputeResource, 'ec2Configuration'>>(
  resources: Resources | undefined,
): Resources | undefined {
  if (resources?.ec2Configuration === undefined) return resources;
  return {
    ...resources,
    ec2Configuration: resources.ec2Configuration.map(({ batchImageStatus: _, ...one }) => one),
  };
}
