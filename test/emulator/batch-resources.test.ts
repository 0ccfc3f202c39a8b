import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobQueuesCommand,
  UpdateComputeEnvironmentCommand,
  type UpdateComputeEnvironmentRequest,
  UpdateJobQueueCommand,
  type UpdateJobQueueRequest,
} from '@aws-sdk/client-batch';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FakeClock } from '../clock.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { type Network, seededNetwork } from './seed.ts';
import { clientsOf, refusal, steppedEmulator } from './started.ts';

const BEING_MODIFIED = 'resource is being modified';

let emulator: Emulator & { readonly clock: FakeClock };
let network: Network;
let aws: ReturnType<typeof clientsOf>;

beforeEach(() => start({ times: { createMs: 10_000, updateMs: 5000, deleteMs: 20_000 } }));

describe('a compute environment', () => {
  it('is CREATING, then VALID, and refuses changes until then', async () => {
    await createEnvironment('a');
    expect(await environment('a')).toMatchObject({ status: 'CREATING', state: 'ENABLED' });
    expect(await environment('a')).not.toHaveProperty('statusReason');
    expect((await refusal(updateEnvironment({ state: 'DISABLED' }))).message).toContain(
      `Cannot update, ${BEING_MODIFIED}`,
    );
    expect((await refusal(deleteEnvironment('a'))).message).toContain(`Cannot delete, ${BEING_MODIFIED}`);
    expect((await refusal(createEnvironment('a'))).message).toContain('Object already exists');

    await emulator.clock.advance(9999);
    expect((await environment('a'))?.status).toBe('CREATING');
    await emulator.clock.advance(1);
    expect((await environment('a'))?.status).toBe('VALID');
  });

  it('shows new members while UPDATING', async () => {
    await valid('a');
    await updateEnvironment({ computeResources: { maxvCpus: 32 } });

    expect(await environment('a')).toMatchObject({ status: 'UPDATING', computeResources: { maxvCpus: 32 } });
    expect((await refusal(updateEnvironment({ state: 'DISABLED' }))).message).toContain(BEING_MODIFIED);
    await emulator.clock.advance(5000);
    expect((await environment('a'))?.status).toBe('VALID');
  });

  it('is DELETING with its name taken, then DELETED, then gone', async () => {
    await start({ times: { deleteMs: 20_000, deletedMs: 1000 } });
    await createEnvironment('a');
    expect((await refusal(deleteEnvironment('a'))).message).toContain('set the state to DISABLED first');
    await updateEnvironment({ state: 'DISABLED' });
    await deleteEnvironment('a');

    expect(await environment('a')).toMatchObject({ status: 'DELETING', state: 'DISABLED' });
    expect((await refusal(createEnvironment('a'))).message).toContain('Object already exists');
    expect((await refusal(deleteEnvironment('a'))).message).toContain(BEING_MODIFIED);

    await emulator.clock.advance(20_000);
    expect((await environment('a'))?.status).toBe('DELETED');
    expect((await refusal(updateEnvironment({ state: 'ENABLED' }))).message).toContain('does not exist');
    await emulator.clock.advance(1000);
    expect(await environment('a')).toBeUndefined();
    await createEnvironment('a');
  });

  it('goes through all of that in one step of the clock when nobody looked', async () => {
    await start({ times: { deleteMs: 20_000, deletedMs: 1000 } });
    await createEnvironment('a');
    await updateEnvironment({ state: 'DISABLED' });
    await deleteEnvironment('a');
    await emulator.clock.advance(60_000);
    expect(await environment('a')).toBeUndefined();
  });

  it('turns INVALID by itself, stays so when disabled, heals by an update, and can be deleted INVALID', async () => {
    await start({});
    await createEnvironment('a');
    emulator.resources.invalidate('compute-environment', 'a', 'CLIENT_ERROR - lost');
    await updateEnvironment({ state: 'DISABLED' });
    expect(await environment('a')).toMatchObject({ status: 'INVALID', statusReason: 'CLIENT_ERROR - lost' });

    await updateEnvironment({ computeResources: { maxvCpus: 8 } });
    expect((await environment('a'))?.status).toBe('VALID');

    emulator.resources.invalidate('compute-environment', 'a', 'CLIENT_ERROR - lost again');
    await deleteEnvironment('a');
    expect(await environment('a')).toBeUndefined();
  });

  it('shows what Batch itself moves', async () => {
    await valid('a');
    emulator.resources.show('compute-environment', 'a', { computeResources: { desiredvCpus: 3 } });
    expect((await environment('a'))?.computeResources).toMatchObject({ desiredvCpus: 3, maxvCpus: 4 });
    emulator.resources.show('compute-environment', 'a', {});
    expect((await environment('a'))?.computeResources?.desiredvCpus).toBeUndefined();
  });

  it('is INVALID when its role changed a moment before', async () => {
    await start({ times: { iamPropagationMs: 10_000 } });
    const Statement = [{ Effect: 'Allow', Principal: { Service: 'batch.amazonaws.com' }, Action: 'sts:AssumeRole' }];
    const AssumeRolePolicyDocument = JSON.stringify({ Statement });
    const { Role } = await aws.iam.send(new CreateRoleCommand({ RoleName: 'service', AssumeRolePolicyDocument }));
    await createEnvironment('a', Role?.Arn);
    expect(await environment('a')).toMatchObject({
      status: 'INVALID',
      statusReason: expect.stringContaining('not authorized to perform: sts:AssumeRole'),
    });

    await emulator.clock.advance(10_000);
    expect((await environment('a'))?.status).toBe('INVALID');
    await updateEnvironment({ computeResources: { maxvCpus: 4 } });
    expect((await environment('a'))?.status).toBe('VALID');
  });

  it('keeps to itself what happens in another region', async () => {
    const eu = clientsOf({ client: { ...emulator.client, region: 'eu-west-1' } });
    await createEnvironment('a');
    const answer = await eu.batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments: ['a'] }));
    expect(answer.computeEnvironments).toEqual([]);
  });
});

describe('a job queue', () => {
  it('is CREATING, UPDATING and DELETING too', async () => {
    await valid('a');
    await createQueue('a');
    expect((await queue())?.status).toBe('CREATING');
    expect((await refusal(updateQueue({ priority: 2 }))).message).toContain(`Cannot update, ${BEING_MODIFIED}`);
    await emulator.clock.advance(10_000);
    expect((await refusal(deleteQueue())).message).toContain('Cannot delete an enabled job queue');

    await updateQueue({ state: 'DISABLED' });
    expect(await queue()).toMatchObject({ status: 'UPDATING', state: 'DISABLED' });
    expect((await refusal(deleteQueue())).message).toContain(`Cannot delete, ${BEING_MODIFIED}`);
    await emulator.clock.advance(5000);
    await deleteQueue();
    expect((await queue())?.status).toBe('DELETING');
    await emulator.clock.advance(20_000);
    expect(await queue()).toBeUndefined();
  });

  it.each([
    { phase: 'CREATING', prepare: () => createEnvironment('a') },
    {
      phase: 'UPDATING',
      prepare: async () => {
        await valid('a');
        await updateEnvironment({ computeResources: { maxvCpus: 5 } });
      },
    },
    {
      phase: 'INVALID',
      prepare: async () => {
        await valid('a');
        emulator.resources.invalidate('compute-environment', 'a', 'CLIENT_ERROR - lost');
      },
    },
  ])('does not take a compute environment that is $phase', async ({ phase, prepare }) => {
    await prepare();
    expect((await environment('a'))?.status).toBe(phase);
    const arn = `arn:aws:batch:us-east-1:${emulator.account}:compute-environment/a`;
    expect((await refusal(createQueue('a'))).message).toContain('must be created and valid before attaching');
    expect((await refusal(createQueue(arn))).message).toContain('must be created and valid before attaching');
  });

  it('keeps its compute environments undeletable for a while after it let go of them', async () => {
    await start({ times: { relationMs: 60_000 } });
    await createEnvironment('a');
    await createEnvironment('b');
    await createQueue('a');
    await updateQueue({ computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'b' }] });
    await updateEnvironment({ state: 'DISABLED' });

    expect((await refusal(deleteEnvironment('a'))).message).toContain('found existing JobQueue relationship');
    await emulator.clock.advance(60_000);
    await deleteEnvironment('a');
    expect(await environment('a')).toBeUndefined();

    await updateQueue({ state: 'DISABLED' });
    await deleteQueue();
    await aws.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: 'b', state: 'DISABLED' }));
    expect((await refusal(deleteEnvironment('b'))).message).toContain('found existing JobQueue relationship');
  });
});

async function start(options: EmulatorOptions): Promise<void> {
  emulator = await steppedEmulator(options);
  aws = clientsOf(emulator);
  network = await seededNetwork(emulator);
}

async function valid(name: string): Promise<void> {
  await createEnvironment(name);
  await emulator.clock.advance(10_000);
}

function createEnvironment(computeEnvironmentName: string, serviceRole?: string) {
  const resources = { maxvCpus: 4, subnets: [...network.subnetIds], securityGroupIds: [network.securityGroupId] };
  return aws.batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName,
      type: 'MANAGED',
      computeResources: { ...resources, type: 'FARGATE' },
      ...(serviceRole !== undefined && { serviceRole }),
    }),
  );
}

function updateEnvironment(change: Partial<UpdateComputeEnvironmentRequest>) {
  return aws.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: 'a', ...change }));
}

function deleteEnvironment(computeEnvironment: string) {
  return aws.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment }));
}

async function environment(name: string) {
  const command = new DescribeComputeEnvironmentsCommand({ computeEnvironments: [name] });
  return (await aws.batch.send(command)).computeEnvironments?.[0];
}

function createQueue(computeEnvironment: string) {
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment }];
  return aws.batch.send(new CreateJobQueueCommand({ jobQueueName: 'q', priority: 1, computeEnvironmentOrder }));
}

function updateQueue(change: Partial<UpdateJobQueueRequest>) {
  return aws.batch.send(new UpdateJobQueueCommand({ jobQueue: 'q', ...change }));
}

function deleteQueue() {
  return aws.batch.send(new DeleteJobQueueCommand({ jobQueue: 'q' }));
}

async function queue() {
  return (await aws.batch.send(new DescribeJobQueuesCommand({ jobQueues: ['q'] }))).jobQueues?.[0];
}
