import type { JobStatus } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import type { Step } from '../../model/plan.ts';
import { allJobQueues } from '../job-queue/read.ts';
import type { Affected, Foresight } from '../resource.ts';
import { listed } from './activity.ts';
import { defaultUpdatePolicy } from './comparisons.ts';
import { defaultDrainMinutes } from './drain.ts';
import type { Op } from './fields.ts';
import {
  type ComputeEnvironmentObserved,
  type ComputeEnvironmentWant,
  isFargate,
  isOnInstances,
  updatableInPlace,
} from './shape.ts';

type Effect = (want: ComputeEnvironmentWant, observed: ComputeEnvironmentObserved, step: Step) => string | undefined;

const scales = /^computeResources\.(minvCpus|maxvCpus|desiredvCpus|scalingPolicy)$/;

/** The update classes of AWS Batch and what they mean to jobs (aws-batch reference §1.3, §1.6). */
const effects: Partial<Record<Op, Effect>> = {
  update({ computeResources }, _, { changes }) {
    if (isFargate(computeResources?.type)) return 'Fargate update, in place: jobs run on';
    if (changes.some(({ path }) => scales.test(path))) return 'scaling update, in place: jobs run on';
    return 'update of settings, in place: jobs run on';
  },
  updateServiceRole: () => 'update of the service role, by itself, in place: jobs run on',
  updateInfrastructure({ updatePolicy }, { updatePolicy: before }) {
    const policy = { ...defaultUpdatePolicy, ...(updatePolicy ?? before) };
    const jobs = policy.terminateJobsOnUpdate
      ? 'running jobs are stopped at once'
      : `running jobs have ${policy.jobExecutionTimeoutMinutes} minutes to end and are stopped then`;
    return `infrastructure update, in place: new instances replace the old ones; ${jobs}`;
  },
  delete: ({ drain }) => {
    const minutes = drain?.timeoutMinutes ?? defaultDrainMinutes;
    return `takes no new jobs from then on; jobs on it have ${minutes} minutes to end`;
  },
};

const counted = {
  running: ['STARTING', 'RUNNING'],
  waiting: ['SUBMITTED', 'PENDING', 'RUNNABLE'],
} as const satisfies Record<string, readonly JobStatus[]>;

async function affected(aws: Aws, name: string, signal: AbortSignal): Promise<readonly Affected[]> {
  const queues = (await allJobQueues(aws)).filter(({ computeEnvironmentOrder = [] }) =>
    computeEnvironmentOrder.some(({ computeEnvironment }) => computeEnvironment?.split('/').at(-1) === name),
  );
  return Promise.all(
    queues.map(async ({ jobQueueName: jobQueue = '' }) => {
      const count = async (statuses: readonly JobStatus[]) => {
        const jobs = statuses.map(jobStatus => listed(aws, { jobQueue, jobStatus }, signal));
        return (await Promise.all(jobs)).flat().length;
      };
      return { jobQueue, running: await count(counted.running), waiting: await count(counted.waiting) };
    }),
  );
}

/** What stands in no update at all, and is not infrastructure (aws-batch reference §1.4). */
const fixed = ['type', 'eksConfiguration', 'serviceRole', 'computeResources.spotIamFleetRole'];

function hindrance(want: ComputeEnvironmentWant, observed: ComputeEnvironmentObserved, found: readonly string[]) {
  // A role that is to be made has no ARN yet, and is no difference that a comparison finds.
  const otherRole = Boolean(want.serviceRole) !== Boolean(observed.serviceRole);
  const fields = [...new Set([...(otherRole ? ['serviceRole'] : []), ...found])];
  return { fields, why: obstacle(want, observed, fields) };
}

function obstacle(
  want: ComputeEnvironmentWant,
  observed: ComputeEnvironmentObserved,
  fields: readonly string[],
): string {
  const resources = [want.computeResources, observed.computeResources];
  const onInstances = resources.every(some => isOnInstances(some?.type));
  if (!onInstances || fields.every(field => fixed.includes(field))) return 'it has no update for that';
  if (resources.some(some => !updatableInPlace(undefined, some?.allocationStrategy)))
    return 'it updates no infrastructure under allocationStrategy BEST_FIT';
  return 'it updates infrastructure only under its service-linked role';
}

/** What plans say of a compute environment: the class of each update, and whose jobs it is about. */
export const foresight: Foresight<ComputeEnvironmentWant, ComputeEnvironmentObserved, Op> = {
  effect: (op, want, observed, step) => effects[op]?.(want, observed, step),
  affected,
  hindrance,
};
