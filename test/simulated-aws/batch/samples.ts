import type {
  ComputeResource,
  CreateComputeEnvironmentRequest,
  RegisterJobDefinitionRequest,
} from '@aws-sdk/client-batch';
import { CreateComputeEnvironmentCommand, CreateJobQueueCommand } from '@aws-sdk/client-batch';
import type { FakeClock } from '../../clock.ts';
import type { SimulatedAws } from '../simulated-aws.ts';

/** A request for an EC2 compute environment that can be updated in place. */
export function ec2Environment(
  computeEnvironmentName: string,
  resources: Partial<ComputeResource> = {},
  rest: Partial<CreateComputeEnvironmentRequest> = {},
): CreateComputeEnvironmentRequest {
  return {
    computeEnvironmentName,
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      allocationStrategy: 'BEST_FIT_PROGRESSIVE',
      maxvCpus: 16,
      instanceTypes: ['m5'],
      instanceRole: 'instance',
      subnets: ['subnet-1'],
      securityGroupIds: ['sg-1'],
      ...resources,
    },
    ...rest,
  };
}

/** A request for a Fargate compute environment. */
export function fargateEnvironment(
  computeEnvironmentName: string,
  resources: Partial<ComputeResource> = {},
): CreateComputeEnvironmentRequest {
  return {
    computeEnvironmentName,
    type: 'MANAGED',
    computeResources: {
      type: 'FARGATE',
      maxvCpus: 16,
      subnets: ['subnet-1'],
      securityGroupIds: ['sg-1'],
      ...resources,
    },
  };
}

/** A request for a revision with one container on EC2. */
export function containerJob(
  jobDefinitionName: string,
  properties: RegisterJobDefinitionRequest['containerProperties'] = {},
  rest: Partial<RegisterJobDefinitionRequest> = {},
): RegisterJobDefinitionRequest {
  return {
    jobDefinitionName,
    type: 'container',
    containerProperties: {
      image: 'registry.example/hello:1',
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '512' },
      ],
      ...properties,
    },
    ...rest,
  };
}

/** Brings a compute environment up to VALID, with the instance profile `instance` that was always there. */
export async function validEnvironment(
  sim: SimulatedAws,
  clock: FakeClock,
  request: CreateComputeEnvironmentRequest,
): Promise<void> {
  if (sim.iam.instanceProfiles.get('instance') === undefined) sim.iam.addInstanceProfile('instance');
  await sim.clients.batch.send(new CreateComputeEnvironmentCommand(request));
  await clock.advance(sim.durations.createComputeEnvironment);
}

/** Brings a queue over some compute environments up to VALID. */
export async function validQueue(
  sim: SimulatedAws,
  clock: FakeClock,
  jobQueueName: string,
  names: readonly string[],
  schedulingPolicyArn?: string,
): Promise<void> {
  await sim.clients.batch.send(
    new CreateJobQueueCommand({
      jobQueueName,
      priority: 1,
      computeEnvironmentOrder: names.map((computeEnvironment, index) => ({ order: index + 1, computeEnvironment })),
      schedulingPolicyArn,
    }),
  );
  await clock.advance(sim.durations.createJobQueue);
}
