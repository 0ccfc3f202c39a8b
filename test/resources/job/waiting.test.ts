import type { ComputeEnvironmentDetail, JobDetail, JobQueueDetail } from '@aws-sdk/client-batch';
import { expect, it } from 'vitest';
import { waiting, waitReasons } from '../../../controller/resources/job/waiting.ts';

const job = {
  jobId: 'a',
  status: 'RUNNABLE',
  container: { resourceRequirements: [{ type: 'VCPU', value: '4' }] },
} as unknown as JobDetail;
const queue = (more: Partial<JobQueueDetail> = {}) =>
  ({
    jobQueueName: 'q',
    jobQueueArn: 'arn:q',
    status: 'VALID',
    state: 'ENABLED',
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'arn:one' }],
    ...more,
  }) as JobQueueDetail;
const environment = (more: object = {}, name = 'one') =>
  ({
    computeEnvironmentName: name,
    computeEnvironmentArn: `arn:${name}`,
    status: 'VALID',
    state: 'ENABLED',
    computeResources: { maxvCpus: 16, desiredvCpus: 4 },
    ...more,
  }) as ComputeEnvironmentDetail;

const said: readonly { readonly statusReason: string; readonly means: RegExp }[] = [
  {
    statusReason:
      'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - The job cannot be scheduled because there is insufficient capacity.',
    means: /no free instances of the types .*: allow more instance types or more subnets, or wait/,
  },
  {
    statusReason:
      'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - Job needs more vCPUs than the maxvCpus of the environment.',
    means: /more vCPUs than any compute environment .*: raise maxvCpus/,
  },
  {
    statusReason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - No instance type fits the job.',
    means: /no instance type .* has the vCPUs, memory or GPUs/,
  },
  {
    statusReason: 'MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS - The service role is not allowed.',
    means: /attach AWSBatchServiceRole/,
  },
  { statusReason: 'MISCONFIGURATION:SOMETHING_NEW - text', means: /keeps it from ever running/ },
  { statusReason: 'CAPACITY:SOMETHING_NEW', means: /no room for it now/ },
  { statusReason: 'UNDETERMINED - Batch has no idea.', means: /look whether instances start and join the cluster/ },
];

it.each(said)("puts AWS's own reason into plain words: $statusReason", ({ statusReason, means }) => {
  const text = waiting({ ...job, statusReason }, queue({ state: 'DISABLED' }), []);
  expect(text?.startsWith(`${statusReason} (`)).toBe(true);
  expect(text).toMatch(means);
});

it('has an example of every reason', () => {
  const of = (text: string) => waitReasons.find(({ code }) => text.startsWith(code))?.code;
  expect(said.map(({ statusReason }) => of(statusReason))).toEqual(waitReasons.map(({ code }) => code));
});

it('passes on a reason that it does not know', () => {
  expect(waiting({ ...job, statusReason: 'TEA_BREAK' }, queue(), [])).toBe('TEA_BREAK');
});

const seen: readonly {
  readonly what: string;
  readonly of?: JobDetail;
  readonly in?: JobQueueDetail | undefined;
  readonly on?: readonly ComputeEnvironmentDetail[];
  readonly says: string | undefined;
}[] = [
  { what: 'nothing amiss', says: undefined },
  { what: 'no queue', in: undefined, says: undefined },
  {
    what: 'an INVALID queue',
    in: queue({ status: 'INVALID', statusReason: 'no environment' }),
    says: 'job queue q is INVALID: no environment',
  },
  { what: 'a queue in a state that is new', in: queue({ status: 'RESTING' as never }), says: 'job queue q is RESTING' },
  {
    what: 'a DISABLED queue',
    in: queue({ state: 'DISABLED' }),
    says: 'job queue q is DISABLED: it takes no new jobs, those in it go on',
  },
  {
    what: 'an INVALID environment',
    on: [environment({ status: 'INVALID', statusReason: 'CLIENT_ERROR - something new' })],
    says: 'compute environment one is INVALID: CLIENT_ERROR - something new',
  },
  {
    what: 'a DISABLED environment',
    on: [environment({ state: 'DISABLED' })],
    says: 'compute environment one is DISABLED; enable it',
  },
  {
    what: 'an environment that is being made',
    on: [environment({ status: 'CREATING' })],
    says: 'compute environment one is CREATING',
  },
  {
    what: 'an environment that is too small',
    on: [environment({ computeResources: { maxvCpus: 2 } })],
    says: 'compute environment one has 2 vCPUs at most, the job needs 4; raise maxvCpus, or ask for less',
  },
  {
    what: 'an environment that is full',
    on: [environment({ computeResources: { maxvCpus: 16, desiredvCpus: 14 } })],
    says: 'compute environment one has 14 of 16 vCPUs in use; wait until jobs end, or raise maxvCpus',
  },
  {
    what: 'an unmanaged environment, of which nothing is known',
    on: [environment({ computeResources: undefined })],
    says: undefined,
  },
  {
    what: 'one of two environments that could take it',
    in: queue({
      computeEnvironmentOrder: [
        { order: 2, computeEnvironment: 'arn:two' },
        { order: 1, computeEnvironment: 'arn:one' },
      ],
    }),
    on: [environment({ state: 'DISABLED' }), environment({}, 'two')],
    says: undefined,
  },
  {
    what: 'two environments, in their order',
    in: queue({
      computeEnvironmentOrder: [
        { order: 2, computeEnvironment: 'arn:two' },
        { order: 1, computeEnvironment: 'arn:one' },
      ],
    }),
    on: [environment({ state: 'DISABLED' }), environment({ status: 'DELETING' }, 'two')],
    says: 'compute environment one is DISABLED; enable it; compute environment two is DELETING',
  },
  {
    what: 'a task of several containers',
    of: {
      ...job,
      container: undefined,
      ecsProperties: {
        taskProperties: [
          {
            containers: [
              { resourceRequirements: [{ type: 'VCPU', value: '12' }] },
              { resourceRequirements: [{ type: 'VCPU', value: '8' }] },
            ],
          },
        ],
      },
    } as unknown as JobDetail,
    says: 'compute environment one has 16 vCPUs at most, the job needs 20; raise maxvCpus, or ask for less',
  },
];

it.each(seen)('looks where AWS is silent: $what', ({ of = job, on = [environment()], says, ...rest }) => {
  expect(waiting(of, 'in' in rest ? rest.in : queue(), on)).toBe(says);
});
