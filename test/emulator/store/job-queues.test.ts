import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  type CreateJobQueueRequest,
  CreateSchedulingPolicyCommand,
  DeleteJobQueueCommand,
  DescribeJobQueuesCommand,
  type JobQueueDetail,
  UpdateJobQueueCommand,
  type UpdateJobQueueRequest,
} from '@aws-sdk/client-batch';
import { AddRoleToInstanceProfileCommand, CreateInstanceProfileCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { seededNetwork } from '../seed.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;
let count = 0;
let name = '';

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
  const { subnetIds, securityGroupId } = await seededNetwork(emulator);
  const resources = { maxvCpus: 4, subnets: [...subnetIds], securityGroupIds: [securityGroupId] };
  for (const computeEnvironmentName of ['fargate1', 'fargate2', 'fargate3', 'fargate4']) {
    await aws.batch.send(
      new CreateComputeEnvironmentCommand({
        computeEnvironmentName,
        type: 'MANAGED',
        computeResources: { ...resources, type: 'FARGATE' },
      }),
    );
  }
  await instanceProfile();
  const ec2 = { ...resources, type: 'EC2' as const, instanceTypes: ['m5.large'] };
  for (const [computeEnvironmentName, instanceRole] of [
    ['ec2', 'instances'],
    ['broken', 'nobody'],
  ] as const) {
    await aws.batch.send(
      new CreateComputeEnvironmentCommand({
        computeEnvironmentName,
        type: 'MANAGED',
        computeResources: { ...ec2, instanceRole },
      }),
    );
  }
  for (const policy of ['policy1', 'policy2'])
    await aws.batch.send(new CreateSchedulingPolicyCommand({ name: policy }));
});

afterAll(() => emulator.stop());

beforeEach(() => {
  count += 1;
  name = `queue${count}`;
});

describe('create', () => {
  it('turns names into ARNs, orders them, and fills in what AWS fills in', async () => {
    await create({ computeEnvironmentOrder: order(['fargate2', 7], ['fargate1', 3]), tags: { a: 'b' } });

    expect(await described()).toEqual({
      jobQueueName: name,
      jobQueueArn: `arn:aws:batch:us-east-1:${emulator.account}:job-queue/${name}`,
      priority: 1,
      state: 'ENABLED',
      status: 'VALID',
      statusReason: 'JobQueue Healthy',
      jobQueueType: 'ECS_FARGATE',
      tags: { a: 'b' },
      computeEnvironmentOrder: [
        { order: 3, computeEnvironment: environmentArn('fargate1') },
        { order: 7, computeEnvironment: environmentArn('fargate2') },
      ],
    });
  });

  it('keeps time limit actions and the scheduling policy', async () => {
    const jobStateTimeLimitActions = [limit('MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT')];
    await create({
      jobStateTimeLimitActions,
      schedulingPolicyArn: policyArn('policy1'),
      computeEnvironmentOrder: order(['ec2', 1]),
    });
    expect(await described()).toMatchObject({
      jobStateTimeLimitActions,
      schedulingPolicyArn: policyArn('policy1'),
      jobQueueType: 'ECS',
    });
  });

  it.each<{ reason: string; change: () => Partial<CreateJobQueueRequest> }>([
    { reason: 'must be created and valid', change: () => ({ computeEnvironmentOrder: order(['nowhere', 1]) }) },
    { reason: 'must be created and valid', change: () => ({ computeEnvironmentOrder: order(['broken', 1]) }) },
    {
      reason: 'Duplicate ComputeEnvironment order values',
      change: () => ({ computeEnvironmentOrder: order(['fargate1', 1], ['fargate2', 1]) }),
    },
    {
      reason: 'can not be mixed',
      change: () => ({ computeEnvironmentOrder: order(['fargate1', 1], ['ec2', 2]) }),
    },
    {
      reason: 'between 1 and 3 entries',
      change: () => ({
        computeEnvironmentOrder: order(['fargate1', 1], ['fargate2', 2], ['fargate3', 3], ['fargate4', 4]),
      }),
    },
    { reason: 'between 1 and 3 entries', change: () => ({ computeEnvironmentOrder: [] }) },
    { reason: 'not found', change: () => ({ schedulingPolicyArn: policyArn('nowhere') }) },
    { reason: 'valid pattern', change: () => ({ jobQueueName: 'a b' }) },
    {
      reason: 'Invalid job action',
      change: () => ({ jobStateTimeLimitActions: [{ ...limit('a'), action: 'TERMINATE' }] }),
    },
    {
      reason: 'Duplicate job state limit actions',
      change: () => ({ jobStateTimeLimitActions: [limit('a'), limit('a')] }),
    },
    { reason: 'maxTimeSeconds', change: () => ({ jobStateTimeLimitActions: [{ ...limit('a'), maxTimeSeconds: 1 }] }) },
  ])('refuses what AWS refuses: $reason', async ({ reason, change }) => {
    const { name: code, message } = await refusal(create(change()));
    expect(code).toBe('ClientException');
    expect(message).toContain(reason);
  });

  it('refuses a name that is taken', async () => {
    await create();
    expect((await refusal(create())).message).toContain('Object already exists');
  });
});

describe('update', () => {
  it('takes names, answers with the name for an ARN, and keeps what is left out', async () => {
    await create({ jobStateTimeLimitActions: [limit('a')], tags: { a: 'b' } });
    const { jobQueueArn } = await described();

    const answer = await update({
      jobQueue: jobQueueArn,
      computeEnvironmentOrder: order(['fargate2', 1]),
      priority: 9,
    });

    expect(answer).toMatchObject({ jobQueueName: name, jobQueueArn });
    expect(await described()).toMatchObject({
      priority: 9,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: environmentArn('fargate2') }],
      jobStateTimeLimitActions: [limit('a')],
      tags: { a: 'b' },
    });
    await update({ jobStateTimeLimitActions: [] });
    expect((await described()).jobStateTimeLimitActions).toEqual([]);
  });

  it('replaces a scheduling policy, and gives none to a queue without one', async () => {
    await create({ schedulingPolicyArn: policyArn('policy1') });
    await update({ schedulingPolicyArn: policyArn('policy2') });
    expect((await described()).schedulingPolicyArn).toBe(policyArn('policy2'));

    name = `${name}-fifo`;
    await create();
    expect((await refusal(update({ schedulingPolicyArn: policyArn('policy1') }))).message).toContain('FIFO');
  });

  it('of what does not exist is refused', async () => {
    expect((await refusal(update({ priority: 2 }))).message).toContain(`job-queue/${name} does not exist`);
  });
});

describe('delete', () => {
  it('is refused while enabled, and forgets the tags', async () => {
    await create({ tags: { a: 'b' } });
    expect((await refusal(remove())).message).toContain('Cannot delete an enabled job queue');

    await update({ state: 'DISABLED' });
    await remove();
    await remove();
    expect(await found()).toBeUndefined();

    await create();
    expect((await described()).tags).toEqual({});
  });
});

function create(change: Partial<CreateJobQueueRequest> = {}) {
  const input = { jobQueueName: name, priority: 1, computeEnvironmentOrder: order(['fargate1', 1]), ...change };
  return aws.batch.send(new CreateJobQueueCommand(input));
}

function update(change: Partial<UpdateJobQueueRequest>) {
  return aws.batch.send(new UpdateJobQueueCommand({ jobQueue: name, ...change }));
}

function remove() {
  return aws.batch.send(new DeleteJobQueueCommand({ jobQueue: name }));
}

async function found(): Promise<JobQueueDetail | undefined> {
  return (await aws.batch.send(new DescribeJobQueuesCommand({ jobQueues: [name] }))).jobQueues?.[0];
}

async function described(): Promise<JobQueueDetail> {
  const queue = await found();
  if (queue === undefined) throw new Error(`${name} is not described`);
  return queue;
}

function order(...entries: readonly (readonly [string, number])[]) {
  return entries.map(([computeEnvironment, position]) => ({ order: position, computeEnvironment }));
}

function limit(reason: string) {
  return { reason, state: 'RUNNABLE', action: 'CANCEL', maxTimeSeconds: 600 } as const;
}

function environmentArn(environment: string): string {
  return `arn:aws:batch:us-east-1:${emulator.account}:compute-environment/${environment}`;
}

function policyArn(policy: string): string {
  return `arn:aws:batch:us-east-1:${emulator.account}:scheduling-policy/${policy}`;
}

async function instanceProfile(): Promise<void> {
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const [InstanceProfileName, RoleName] = ['instances', 'instances'];
  await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
}
