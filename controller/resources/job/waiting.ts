import type { ComputeEnvironmentDetail, JobDetail, JobQueueDetail } from '@aws-sdk/client-batch';
import { explained } from '../compute-environment/invalid-reasons.ts';

interface Reason {
  /** How AWS's own words begin. */
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
}

/** What AWS says of a job at the head of its queue that waits in RUNNABLE (aws-batch reference §10.1). */
export const waitReasons: readonly Reason[] = [
  {
    code: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
    cause: 'AWS has no free instances of the types that the compute environments allow',
    fix: 'allow more instance types or more subnets, or wait',
  },
  {
    code: 'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
    cause: 'the job needs more vCPUs than any compute environment of the queue may have',
    fix: 'raise maxvCpus, or ask for less in resourceRequirements',
  },
  {
    code: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
    cause: 'no instance type of the compute environments has the vCPUs, memory or GPUs that the job needs',
    fix: 'allow larger instance types, or ask for less: some memory of each instance is taken by the system',
  },
  {
    code: 'MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS',
    cause: 'the service role of the compute environments may not do what AWS Batch needs',
    fix: 'attach AWSBatchServiceRole to it, or leave serviceRole out for the service-linked role',
  },
  {
    code: 'MISCONFIGURATION:',
    cause: 'something about the job or its compute environments keeps it from ever running',
    fix: "look at AWS's words, at the compute environments and at their instances",
  },
  {
    code: 'CAPACITY:',
    cause: 'AWS has no room for it now',
    fix: 'wait, or allow other instance types, subnets or compute environments',
  },
  {
    code: 'UNDETERMINED',
    cause: 'AWS Batch does not know why',
    fix: 'look whether instances start and join the cluster: network, instance role, image, user data',
  },
];

/** What AWS's reason for waiting means and what to do, in plain words; undefined for one that is not known. */
function explainedWait(statusReason: string | undefined): string | undefined {
  const found = waitReasons.find(({ code }) => statusReason?.startsWith(code));
  return found && `${found.cause}: ${found.fix}`;
}

interface Obstacle {
  readonly when: (environment: ComputeEnvironmentDetail, vcpus: number) => boolean;
  readonly says: (environment: ComputeEnvironmentDetail, vcpus: number) => string;
}

/** Why a compute environment does not take a job, the first that holds. */
const obstacles: readonly Obstacle[] = [
  {
    when: ({ status }) => status === 'INVALID',
    says: ({ statusReason }) => `is INVALID${statusReason ? `: ${explained(statusReason) ?? statusReason}` : ''}`,
  },
  { when: ({ state }) => state === 'DISABLED', says: () => 'is DISABLED; enable it' },
  {
    when: ({ status }) => status !== 'VALID' && status !== 'UPDATING',
    says: ({ status }) => `is ${status}`,
  },
  {
    when: ({ computeResources }, vcpus) => vcpus > (computeResources?.maxvCpus ?? Number.POSITIVE_INFINITY),
    says: ({ computeResources }, vcpus) =>
      `has ${computeResources?.maxvCpus} vCPUs at most, the job needs ${vcpus}; raise maxvCpus, or ask for less`,
  },
  {
    when: ({ computeResources }, vcpus) =>
      computeResources?.desiredvCpus !== undefined &&
      computeResources.maxvCpus !== undefined &&
      computeResources.desiredvCpus + vcpus > computeResources.maxvCpus,
    says: ({ computeResources }) =>
      `has ${computeResources?.desiredvCpus} of ${computeResources?.maxvCpus} vCPUs in use; wait until jobs end, or raise maxvCpus`,
  },
];

function vcpusOf({ container, ecsProperties, eksProperties }: JobDetail): number {
  const containers = [container, ...(ecsProperties?.taskProperties ?? []).flatMap(task => task.containers ?? [])];
  const required = containers.map(
    one => one?.resourceRequirements?.find(({ type }) => type === 'VCPU')?.value ?? container?.vcpus ?? 0,
  );
  const pods = (eksProperties?.podProperties?.containers ?? []).map(
    ({ resources }) => resources?.requests?.['cpu'] ?? resources?.limits?.['cpu'] ?? 0,
  );
  return [...required, ...pods].reduce<number>((sum, value) => sum + (Number.parseFloat(String(value)) || 0), 0);
}

/**
 * Why a job waits in RUNNABLE, as far as AWS tells, and what to do: its own reason, else what is wrong with the queue,
 * else what is wrong with every compute environment of it. Undefined when nothing stands out.
 */
export function waiting(
  job: JobDetail,
  queue: JobQueueDetail | undefined,
  environments: readonly ComputeEnvironmentDetail[],
): string | undefined {
  if (job.statusReason) {
    const means = explainedWait(job.statusReason);
    return means === undefined ? job.statusReason : `${job.statusReason} (${means})`;
  }
  if (!queue) return undefined;
  const name = `job queue ${queue.jobQueueName}`;
  if (queue.status !== 'VALID' && queue.status !== 'UPDATING')
    return `${name} is ${queue.status}${queue.statusReason ? `: ${queue.statusReason}` : ''}`;
  const order = [...(queue.computeEnvironmentOrder ?? [])].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const found = order.map(({ computeEnvironment }) =>
    environments.find(
      ({ computeEnvironmentArn, computeEnvironmentName }) =>
        computeEnvironmentArn === computeEnvironment || computeEnvironmentName === computeEnvironment,
    ),
  );
  const vcpus = vcpusOf(job);
  const problems = found.map(one => {
    const obstacle = one && obstacles.find(({ when }) => when(one, vcpus));
    return obstacle && one && `compute environment ${one.computeEnvironmentName} ${obstacle.says(one, vcpus)}`;
  });
  if (problems.length > 0 && problems.every(problem => problem !== undefined)) return problems.join('; ');
  return queue.state === 'DISABLED' ? `${name} is DISABLED: it takes no new jobs, those in it go on` : undefined;
}
