import type { CreateJobQueueRequest, UpdateJobQueueRequest } from '@aws-sdk/client-batch';
import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  CreateSchedulingPolicyCommand,
  DeleteJobQueueCommand,
  DescribeJobQueuesCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { containerJob, ec2Environment, fargateEnvironment, validEnvironment, validQueue } from './samples.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(async () => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
  await validEnvironment(sim, clock, ec2Environment('blue'));
  await validEnvironment(sim, clock, ec2Environment('green'));
  await validEnvironment(sim, clock, ec2Environment('arm', { instanceTypes: ['m6g'] }));
  await validEnvironment(sim, clock, fargateEnvironment('quick'));
});

const policyArn = 'arn:aws:batch:eu-west-1:123456789012:scheduling-policy/fair';
const arnOf = (name: string) => `arn:aws:batch:eu-west-1:123456789012:compute-environment/${name}`;

function over(...names: string[]): { order: number; computeEnvironment: string }[] {
  return names.map((computeEnvironment, index) => ({ order: index + 1, computeEnvironment }));
}

function create(request: Partial<CreateJobQueueRequest>): Promise<unknown> {
  const whole = { jobQueueName: 'main', priority: 1, computeEnvironmentOrder: over('blue'), ...request };
  return sim.clients.batch.send(new CreateJobQueueCommand(whole));
}

function update(request: Omit<UpdateJobQueueRequest, 'jobQueue'>): Promise<unknown> {
  return sim.clients.batch.send(new UpdateJobQueueCommand({ jobQueue: 'main', ...request }));
}

const action = {
  reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  state: 'RUNNABLE',
  maxTimeSeconds: 600,
  action: 'CANCEL',
} as const;

describe('creation', () => {
  const refused: readonly { name: string; request: Partial<CreateJobQueueRequest>; message: string }[] = [
    { name: 'a bad name', request: { jobQueueName: '-' }, message: 'Job Queue name should match a valid pattern.' },
    {
      name: 'no compute environment',
      request: { computeEnvironmentOrder: [] },
      message: 'computeEnvironmentOrder is required.',
    },
    {
      name: 'equal orders',
      request: {
        computeEnvironmentOrder: [
          { order: 1, computeEnvironment: 'blue' },
          { order: 1, computeEnvironment: 'green' },
        ],
      },
      message: 'Duplicate ComputeEnvironment order values.',
    },
    {
      name: 'one twice',
      request: { computeEnvironmentOrder: over('blue', arnOf('blue')) },
      message: 'Duplicate ComputeEnvironment values.',
    },
    {
      name: 'four',
      request: { computeEnvironmentOrder: over('blue', 'green', 'arm', 'quick') },
      message: 'The maximum number of compute environments for a job queue is 3.',
    },
    {
      name: 'one that does not exist',
      request: { computeEnvironmentOrder: over('nobody') },
      message: 'Compute Environments must be created and valid before attaching them to a job queue',
    },
    {
      name: 'one of another Region',
      request: { computeEnvironmentOrder: over('arn:aws:batch:us-east-1:123456789012:compute-environment/blue') },
      message: 'Compute Environments must be created and valid before attaching them to a job queue',
    },
    {
      name: 'EC2 with Fargate',
      request: { computeEnvironmentOrder: over('blue', 'quick') },
      message: 'Fargate and EC2 compute environments can not be mixed.',
    },
    {
      name: 'x86 with Arm',
      request: { computeEnvironmentOrder: over('blue', 'arm') },
      message: 'Compute environments of different architectures can not be mixed.',
    },
    {
      name: 'a scheduling policy that does not exist',
      request: { schedulingPolicyArn: 'arn:aws:batch:eu-west-1:123456789012:scheduling-policy/x' },
      message: 'SchedulingPolicy arn:aws:batch:eu-west-1:123456789012:scheduling-policy/x not found.',
    },
    {
      name: 'TERMINATE as an action',
      request: { jobStateTimeLimitActions: [{ ...action, action: 'TERMINATE' }] },
      message: 'Invalid job action. Valid job actions: [CANCEL]',
    },
    {
      name: 'an action twice',
      request: { jobStateTimeLimitActions: [action, { ...action, maxTimeSeconds: 700 }] },
      message: 'Duplicate job state limit actions are not allowed.',
    },
    {
      name: 'an action after a minute',
      request: { jobStateTimeLimitActions: [{ ...action, maxTimeSeconds: 60 }] },
      message: 'maxTimeSeconds should be between 600 and 86400.',
    },
    { name: 'a priority of 1001', request: { priority: 1001 }, message: 'Priority should be between 0 and 1000.' },
    {
      name: 'a training queue without service environments',
      request: { jobQueueType: 'SAGEMAKER_TRAINING' },
      message: 'Job queues of type SAGEMAKER_TRAINING must have serviceEnvironmentOrder.',
    },
  ];

  it.each(refused)('refuses $name', async ({ request, message }) => {
    expect(await rejection(create(request))).toBe(`ClientException: ${message}`);
    expect(sim.batch.jobQueues.size).toBe(0);
  });

  it('refuses a compute environment that is not VALID yet', async () => {
    await sim.clients.batch.send(new CreateComputeEnvironmentCommand(ec2Environment('young')));

    expect(await rejection(create({ computeEnvironmentOrder: over('young') }))).toBe(
      'ClientException: Compute Environments must be created and valid before attaching them to a job queue',
    );
  });

  it('answers with ARNs in order, a type, and empty lists', async () => {
    await create({
      state: 'DISABLED',
      computeEnvironmentOrder: [
        { order: 20, computeEnvironment: 'green' },
        { order: 10, computeEnvironment: 'blue' },
      ],
    });
    await clock.advance(sim.durations.createJobQueue);

    const { jobQueues } = await sim.clients.batch.send(new DescribeJobQueuesCommand({ jobQueues: ['main'] }));

    expect(jobQueues).toEqual([
      {
        jobQueueName: 'main',
        jobQueueArn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/main',
        state: 'DISABLED',
        status: 'VALID',
        statusReason: 'JobQueue Healthy',
        priority: 1,
        computeEnvironmentOrder: [
          { order: 10, computeEnvironment: arnOf('blue') },
          { order: 20, computeEnvironment: arnOf('green') },
        ],
        serviceEnvironmentOrder: [],
        jobStateTimeLimitActions: [],
        jobQueueType: 'ECS',
        tags: {},
      },
    ]);
  });

  it('derives the type of a Fargate queue', async () => {
    await create({ computeEnvironmentOrder: over('quick') });

    expect(sim.batch.jobQueues.get('main')?.jobQueueType).toBe('ECS_FARGATE');
  });

  it('refuses the fifty-first', async () => {
    for (let index = 0; index < 50; index++) await create({ jobQueueName: `q-${index}` });

    expect(await rejection(create({}))).toContain('maximum number of job queues');
  });

  it('refuses a taken name', async () => {
    await create({});

    expect(await rejection(create({}))).toBe('ClientException: Object already exists');
  });
});

describe('update', () => {
  it('keeps what is left out, replaces lists, and lets nobody else in meanwhile', async () => {
    await create({ jobStateTimeLimitActions: [action] });
    await clock.advance(sim.durations.createJobQueue);

    await update({ priority: 5, computeEnvironmentOrder: over('green') });

    expect(sim.batch.jobQueues.get('main')).toMatchObject({
      status: 'UPDATING',
      priority: 5,
      state: 'ENABLED',
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: arnOf('green') }],
      jobStateTimeLimitActions: [action],
    });
    expect(await rejection(update({ priority: 6 }))).toBe(
      'ClientException: Cannot update, resource is being modified.',
    );
    await clock.advance(sim.durations.updateJobQueue);
    expect(sim.batch.jobQueues.get('main')?.status).toBe('VALID');
    await update({ jobStateTimeLimitActions: [] });
    expect(sim.batch.jobQueues.get('main')?.jobStateTimeLimitActions).toEqual([]);
  });

  it('never gives a FIFO queue a scheduling policy, but exchanges one', async () => {
    const policies = ['one', 'two'].map(name => new CreateSchedulingPolicyCommand({ name, fairsharePolicy: {} }));
    const [one, two] = await Promise.all(policies.map(command => sim.clients.batch.send(command)));
    await create({});
    await clock.advance(sim.durations.createJobQueue);
    expect(await rejection(update({ schedulingPolicyArn: one?.arn }))).toBe(
      'ClientException: A scheduling policy can not be added to a job queue that was created without one.',
    );

    await create({ jobQueueName: 'fair', schedulingPolicyArn: one?.arn });
    await clock.advance(sim.durations.createJobQueue);
    await sim.clients.batch.send(new UpdateJobQueueCommand({ jobQueue: 'fair', schedulingPolicyArn: two?.arn }));
    expect(sim.batch.jobQueues.get('fair')?.schedulingPolicyArn).toBe(two?.arn);
  });

  it('says that a vanished queue does not exist', async () => {
    expect(await rejection(update({ priority: 1 }))).toBe(
      'ClientException: arn:aws:batch:eu-west-1:123456789012:job-queue/main does not exist',
    );
  });

  it.each([
    { name: 'compute environment', lose: () => sim.batch.computeEnvironments.delete('blue') },
    { name: 'scheduling policy', lose: () => sim.batch.schedulingPolicies.delete(policyArn) },
  ])('ends INVALID when its $name is gone', async ({ lose }) => {
    await sim.clients.batch.send(new CreateSchedulingPolicyCommand({ name: 'fair', fairsharePolicy: {} }));
    await validQueue(sim, clock, 'main', ['blue'], policyArn);
    lose();

    await update({ priority: 2 });
    await clock.advance(sim.durations.updateJobQueue);

    expect(sim.batch.jobQueues.get('main')?.status).toBe('INVALID');
  });
});

describe('time limits', () => {
  it('cancel the job at the head, and the next one only once it stands there', async () => {
    await validQueue(sim, clock, 'main', ['blue']);
    await update({ jobStateTimeLimitActions: [action] });
    await clock.advance(sim.durations.updateJobQueue);
    await sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('hello')));
    sim.batch.steer(() => ({ outcome: 'waits' }));
    const submit = { jobName: 'once', jobQueue: 'main', jobDefinition: 'hello' };
    for (const _ of [1, 2]) {
      await sim.clients.batch.send(new SubmitJobCommand(submit));
      await clock.advance(60_000);
    }
    const seen = () => sim.batch.jobs.values().map(({ status, statusReason }) => [status, statusReason]);

    await clock.advance(480_000 + sim.durations.jobStep - 1);
    expect(seen()).toEqual([
      ['RUNNABLE', undefined],
      ['RUNNABLE', undefined],
    ]);
    await clock.advance(1);
    expect(seen()).toEqual([
      ['FAILED', action.reason],
      ['RUNNABLE', undefined],
    ]);
    await clock.advance(60_000);
    expect(seen()).toEqual([
      ['FAILED', action.reason],
      ['FAILED', action.reason],
    ]);
  });
});

describe('deletion', () => {
  const remove = () => rejection(sim.clients.batch.send(new DeleteJobQueueCommand({ jobQueue: 'main' })));

  it('wants a DISABLED queue at rest, and keeps the name meanwhile', async () => {
    await create({});
    expect(await remove()).toBe('ClientException: Cannot delete, resource is being modified.');
    await clock.advance(sim.durations.createJobQueue);
    expect(await remove()).toBe(
      'ClientException: Cannot delete an enabled job queue, set the state to DISABLED first.',
    );
    await update({ state: 'DISABLED' });
    await clock.advance(sim.durations.updateJobQueue);

    expect(await remove()).toBe('not refused');
    expect(sim.batch.jobQueues.get('main')?.status).toBe('DELETING');
    expect(await rejection(create({}))).toBe('ClientException: Object already exists');
    expect(await remove()).toBe('ClientException: Cannot delete, resource is being modified.');
    await clock.advance(sim.durations.deleteJobQueue);
    expect(sim.batch.jobQueues.get('main')?.status).toBe('DELETED');
    await clock.advance(sim.durations.lingerDeleted);
    expect(sim.batch.jobQueues.get('main')).toBeUndefined();
  });
});
