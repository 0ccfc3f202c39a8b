import type { SubmitJobRequest } from '@aws-sdk/client-batch';
import type { World } from '../world.ts';
import { batchArn } from './arns.ts';
import type { Job, JobDefinitionRevision, JobQueue } from './batch.ts';

/** A job that was just submitted, as Describe returns it. Array jobs run as one. */
export function newJob(world: World, queue: JobQueue, revision: JobDefinitionRevision, input: SubmitJobRequest): Job {
  const jobId = world.random.uuid();
  const { platformCapabilities, eksProperties, ecsProperties, nodeProperties } = revision;
  const { shareIdentifier, arrayProperties } = input;
  const retryStrategy = input.retryStrategy ?? revision.retryStrategy;
  const timeout = input.timeout ?? revision.timeout;
  const schedulingPriority = input.schedulingPriorityOverride ?? revision.schedulingPriority;
  return {
    jobId,
    jobArn: batchArn(world.account, 'job', jobId),
    jobName: input.jobName,
    jobQueue: queue.jobQueueArn,
    jobDefinition: revision.jobDefinitionArn,
    status: 'SUBMITTED',
    createdAt: world.agenda.now(),
    startedAt: undefined,
    attempts: [],
    dependsOn: input.dependsOn ?? [],
    parameters: { ...revision.parameters, ...input.parameters },
    tags: input.tags ?? {},
    propagateTags: input.propagateTags ?? revision.propagateTags ?? false,
    ...container(revision, input),
    ...(platformCapabilities && { platformCapabilities }),
    ...(ecsProperties && { ecsProperties }),
    ...(eksProperties && { eksProperties }),
    ...(nodeProperties && { nodeProperties }),
    ...(retryStrategy && { retryStrategy }),
    ...(timeout && { timeout }),
    ...(shareIdentifier && { shareIdentifier }),
    ...(schedulingPriority !== undefined && { schedulingPriority }),
    ...(arrayProperties && { arrayProperties: { size: arrayProperties.size, statusSummary: {} } }),
  };
}

function container(
  { containerProperties }: JobDefinitionRevision,
  { containerOverrides }: SubmitJobRequest,
): Partial<Job> {
  if (containerProperties === undefined) return {};
  const { command, environment = [], resourceRequirements = [] } = containerOverrides ?? {};
  const isOverridden = (type: string | undefined) => resourceRequirements.some(one => one.type === type);
  const kept = (containerProperties.resourceRequirements ?? []).filter(({ type }) => !isOverridden(type));
  const own = (containerProperties.environment ?? []).filter(({ name }) => !environment.some(one => one.name === name));
  return {
    container: {
      ...containerProperties,
      ...(command && { command }),
      environment: [...own, ...environment],
      resourceRequirements: [...kept, ...resourceRequirements],
    },
  };
}

/** What a container left behind: its reason and exit code. */
export interface Remains {
  readonly reason?: string;
  readonly exitCode?: number;
}

/** Where a job's detail tells what its container left behind: with the container, or with the first one of its task. */
export function withRemains(job: Job, remains: Remains): Partial<Job> {
  const task = job.ecsProperties?.taskProperties?.[0];
  if (task === undefined) return { container: { ...job.container, ...remains } };
  const containers = (task.containers ?? []).map((one, index) => (index === 0 ? { ...one, ...remains } : one));
  return { ecsProperties: { taskProperties: [{ ...task, containers }] } };
}
