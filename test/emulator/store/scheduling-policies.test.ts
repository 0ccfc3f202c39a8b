import {
  type ComputeResource,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  CreateSchedulingPolicyCommand,
  type CreateSchedulingPolicyRequest,
  DeleteSchedulingPolicyCommand,
  DescribeSchedulingPoliciesCommand,
  ListSchedulingPoliciesCommand,
  UpdateSchedulingPolicyCommand,
} from '@aws-sdk/client-batch';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { seededNetwork } from '../seed.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;
let count = 0;
let arn = '';

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
});

afterAll(() => emulator.stop());

beforeEach(() => {
  count += 1;
  arn = `arn:aws:batch:us-east-1:${emulator.account}:scheduling-policy/policy${count}`;
});

it('fills in weights and members, and lists what there is', async () => {
  await create({ fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a' }] }, tags: { a: 'b' } });

  expect(await described()).toEqual({
    arn,
    name: `policy${count}`,
    tags: { a: 'b' },
    fairsharePolicy: {
      computeReservation: 0,
      shareDecaySeconds: 0,
      shareDistribution: [{ shareIdentifier: 'a', weightFactor: 1 }],
    },
  });
  expect((await aws.batch.send(new ListSchedulingPoliciesCommand({}))).schedulingPolicies).toContainEqual({ arn });
});

it('keeps a quota share policy', async () => {
  await create({ quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } });
  expect(await described()).toMatchObject({ quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } });
  expect(await described()).not.toHaveProperty('fairsharePolicy');
});

it('refuses a name that is taken, and leaves the policy alone', async () => {
  await create({ fairsharePolicy: { computeReservation: 5 } });
  expect((await refusal(create({}))).message).toContain('Object already exists');
  expect((await described())?.fairsharePolicy?.computeReservation).toBe(5);
});

it('replaces the whole policy on update', async () => {
  await create({ fairsharePolicy: { computeReservation: 5, shareDecaySeconds: 600 } });
  await aws.batch.send(new UpdateSchedulingPolicyCommand({ arn, fairsharePolicy: { shareDecaySeconds: 900 } }));
  expect((await described())?.fairsharePolicy).toEqual({
    computeReservation: 0,
    shareDecaySeconds: 900,
    shareDistribution: [],
  });
});

it.each<{ reason: string; input: Partial<CreateSchedulingPolicyRequest> }>([
  {
    reason: 'identical shareIdentifiers',
    input: { fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a' }, { shareIdentifier: 'a' }] } },
  },
  {
    reason: 'Weight factor should be between',
    input: { fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a', weightFactor: 1000 }] } },
  },
  {
    reason: 'either fairsharePolicy or quotaSharePolicy',
    input: { fairsharePolicy: { computeReservation: 1 }, quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } },
  },
  { reason: 'valid pattern', input: { name: 'a b' } },
])('refuses what AWS refuses: $reason', async ({ reason, input }) => {
  expect((await refusal(create(input))).message).toContain(reason);
});

it('refuses to update what does not exist', async () => {
  expect((await refusal(aws.batch.send(new UpdateSchedulingPolicyCommand({ arn })))).message).toContain(
    'does not exist',
  );
});

it('refuses to delete a policy in use, and forgets the tags of a deleted one', async () => {
  const { subnetIds, securityGroupId } = await seededNetwork(emulator);
  const resources: ComputeResource = {
    type: 'FARGATE',
    maxvCpus: 4,
    subnets: [...subnetIds],
    securityGroupIds: [securityGroupId],
  };
  await aws.batch.send(
    new CreateComputeEnvironmentCommand({ computeEnvironmentName: 'ce', type: 'MANAGED', computeResources: resources }),
  );
  await create({ tags: { a: 'b' } });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'ce' }];
  await aws.batch.send(
    new CreateJobQueueCommand({ jobQueueName: 'q', priority: 1, computeEnvironmentOrder, schedulingPolicyArn: arn }),
  );
  expect((await refusal(remove())).message).toContain('Cannot delete');

  count += 1;
  arn = `arn:aws:batch:us-east-1:${emulator.account}:scheduling-policy/policy${count}`;
  await create({ tags: { a: 'b' } });
  await remove();
  expect(await described()).toBeUndefined();
  await create({});
  expect((await described())?.tags).toEqual({});
});

function create(input: Partial<CreateSchedulingPolicyRequest>) {
  return aws.batch.send(new CreateSchedulingPolicyCommand({ name: `policy${count}`, ...input }));
}

function remove() {
  return aws.batch.send(new DeleteSchedulingPolicyCommand({ arn }));
}

async function described() {
  return (await aws.batch.send(new DescribeSchedulingPoliciesCommand({ arns: [arn] }))).schedulingPolicies?.[0];
}
