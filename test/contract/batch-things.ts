import type {
  ComputeEnvironmentDetail,
  ComputeResource,
  ContainerProperties,
  CreateComputeEnvironmentRequest,
  CreateJobQueueRequest,
  FairsharePolicy,
  JobDefinition,
  JobDetail,
  JobQueueDetail,
  RegisterJobDefinitionRequest,
  SubmitJobRequest,
} from '@aws-sdk/client-batch';
import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  CreateSchedulingPolicyCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobsCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  UpdateComputeEnvironmentCommand,
} from '@aws-sdk/client-batch';
import type { ContractWorld } from './contract.ts';
import { findEnvironment, findQueue, removeEnvironment, removePolicy, removeQueue, removeRevisions } from './remove.ts';

type World = ContractWorld;

/** A small image that anybody may pull. */
export const publicImage = 'public.ecr.aws/docker/library/busybox:stable';

/** A request for a Fargate compute environment. */
export function fargateRequest(
  world: World,
  name: string,
  resources: Partial<ComputeResource> = {},
): CreateComputeEnvironmentRequest {
  const { subnets, securityGroup } = world.network;
  return {
    computeEnvironmentName: name,
    type: 'MANAGED',
    computeResources: {
      type: 'FARGATE',
      maxvCpus: 4,
      subnets: [...subnets],
      securityGroupIds: [securityGroup],
      ...resources,
    },
  };
}

/** A request for an EC2 compute environment that starts nothing by itself. */
export function ec2Request(
  world: World,
  name: string,
  resources: Partial<ComputeResource> = {},
): CreateComputeEnvironmentRequest {
  const { subnets, securityGroup } = world.network;
  return {
    computeEnvironmentName: name,
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      allocationStrategy: 'BEST_FIT_PROGRESSIVE',
      minvCpus: 0,
      maxvCpus: 4,
      instanceTypes: ['m5.large'],
      instanceRole: 'nobody',
      subnets: [...subnets],
      securityGroupIds: [securityGroup],
      ...resources,
    },
  };
}

/** Creates a compute environment that goes away with the assertion. */
export async function createEnvironment(world: World, request: CreateComputeEnvironmentRequest): Promise<string> {
  const name = request.computeEnvironmentName ?? '';
  world.afterwards(() => removeEnvironment(world, name));
  await world.clients.batch.send(new CreateComputeEnvironmentCommand(request));
  return name;
}

function atRest<Thing extends { readonly status?: string | undefined }>(
  world: World,
  find: () => Promise<Thing | undefined>,
  what: string,
): Promise<Thing> {
  const look = async () => {
    const found = await find();
    return found?.status === 'VALID' || found?.status === 'INVALID' ? found : undefined;
  };
  return world.until(look, `${what} comes to rest`);
}

/** A compute environment once AWS is done with it, however that ended. */
export function environmentAtRest(world: World, name: string): Promise<ComputeEnvironmentDetail> {
  return atRest(world, () => findEnvironment(world, name), `the compute environment ${name}`);
}

/** A compute environment that is VALID. */
export async function validEnvironment(
  world: World,
  request: CreateComputeEnvironmentRequest = fargateRequest(world, world.name('environment')),
): Promise<ComputeEnvironmentDetail & { readonly computeEnvironmentName: string }> {
  const computeEnvironmentName = await createEnvironment(world, request);
  const environment = await environmentAtRest(world, computeEnvironmentName);
  if (environment.status !== 'VALID') throw new Error(`${computeEnvironmentName} is ${environment.statusReason}`);
  return { ...environment, computeEnvironmentName };
}

/** A request for a queue over some compute environments, the first one first. */
export function queueRequest(
  name: string,
  environments: readonly (string | undefined)[],
  rest: Partial<CreateJobQueueRequest> = {},
): CreateJobQueueRequest {
  const computeEnvironmentOrder = environments.map((computeEnvironment, index) => ({
    order: index + 1,
    computeEnvironment,
  }));
  return { jobQueueName: name, priority: 1, computeEnvironmentOrder, ...rest };
}

/** Creates a queue that goes away with the assertion. */
export async function createQueue(world: World, request: CreateJobQueueRequest): Promise<string> {
  const name = request.jobQueueName ?? '';
  world.afterwards(() => removeQueue(world, name));
  await world.clients.batch.send(new CreateJobQueueCommand(request));
  return name;
}

/** A queue once AWS is done with it. */
export function queueAtRest(world: World, name: string): Promise<JobQueueDetail> {
  return atRest(world, () => findQueue(world, name), `the job queue ${name}`);
}

/** A queue that is VALID, over a Fargate environment of its own unless told otherwise. */
export async function validQueue(
  world: World,
  rest: Partial<CreateJobQueueRequest> = {},
): Promise<JobQueueDetail & { readonly jobQueueName: string }> {
  const environments =
    rest.computeEnvironmentOrder === undefined ? [(await validEnvironment(world)).computeEnvironmentName] : [];
  const jobQueueName = await createQueue(world, queueRequest(world.name('queue'), environments, rest));
  const queue = await queueAtRest(world, jobQueueName);
  if (queue.status !== 'VALID') throw new Error(`${jobQueueName} is ${queue.statusReason}`);
  return { ...queue, jobQueueName };
}

/** A queue whose jobs stay RUNNABLE: its compute environment is disabled. */
export async function stuckQueue(
  world: World,
  rest: Partial<CreateJobQueueRequest> = {},
): Promise<JobQueueDetail & { readonly jobQueueName: string }> {
  const queue = await validQueue(world, rest);
  const [{ computeEnvironment = '' } = {}] = queue.computeEnvironmentOrder ?? [];
  await world.clients.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment, state: 'DISABLED' }));
  await environmentAtRest(world, computeEnvironment);
  return queue;
}

/** Creates a scheduling policy that goes away with the assertion, and answers with its ARN. */
export async function createPolicy(world: World, name: string, fairsharePolicy?: FairsharePolicy): Promise<string> {
  const { partition, region, accountId } = world.account;
  const arn = `arn:${partition}:batch:${region}:${accountId}:scheduling-policy/${name}`;
  world.afterwards(() => removePolicy(world, arn));
  await world.clients.batch.send(
    new CreateSchedulingPolicyCommand({ name, ...(fairsharePolicy === undefined ? {} : { fairsharePolicy }) }),
  );
  return arn;
}

/** A request for a revision with one container on EC2. */
export function containerRequest(
  world: World,
  properties: ContainerProperties = {},
  rest: Partial<RegisterJobDefinitionRequest> = {},
): RegisterJobDefinitionRequest {
  return {
    jobDefinitionName: world.name('definition'),
    type: 'container',
    containerProperties: { image: publicImage, resourceRequirements: [...oneCpu], ...properties },
    ...rest,
  };
}

/** What a container asks for: the smallest that EC2 and Fargate both take. */
export const oneCpu = [
  { type: 'VCPU', value: '1' },
  { type: 'MEMORY', value: '2048' },
] as const;

/** Registers a revision that goes away with the assertion, and answers with it as Describe returns it. */
export async function register(world: World, request: RegisterJobDefinitionRequest): Promise<JobDefinition> {
  const { batch } = world.clients;
  world.afterwards(() => removeRevisions(world, request.jobDefinitionName ?? ''));
  const { jobDefinitionArn = '' } = await batch.send(new RegisterJobDefinitionCommand(request));
  return world.until(() => findRevision(world, jobDefinitionArn), `the revision ${jobDefinitionArn} is described`);
}

/** A revision of an ARN or `name:revision`, ACTIVE or not. */
export async function findRevision(world: World, reference: string): Promise<JobDefinition | undefined> {
  const input = { jobDefinitions: [reference] };
  const { jobDefinitions = [] } = await world.clients.batch.send(new DescribeJobDefinitionsCommand(input));
  return jobDefinitions[0];
}

/** Submits a job and answers with its id. Jobs end with their queue. */
export async function submit(world: World, request: Partial<SubmitJobRequest>): Promise<string> {
  const input = { jobName: world.name('job'), jobQueue: undefined, jobDefinition: undefined, ...request };
  const { jobId = '' } = await world.clients.batch.send(new SubmitJobCommand(input));
  return jobId;
}

/** A job as Describe returns it. */
export async function findJob(world: World, jobId: string): Promise<JobDetail | undefined> {
  const { jobs = [] } = await world.clients.batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
  return jobs[0];
}

/** A job once it has one of some statuses. */
export function jobThatIs(world: World, jobId: string, ...statuses: readonly string[]): Promise<JobDetail> {
  const look = async () => {
    const job = await findJob(world, jobId);
    return job !== undefined && statuses.includes(job.status ?? '') && job;
  };
  return world.until(look, `the job ${jobId} is ${statuses.join(' or ')}`);
}
