import {
  type ComputeEnvironmentDetail,
  type ComputeResource,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DeleteComputeEnvironmentCommand,
  DescribeComputeEnvironmentsCommand,
  TagResourceCommand,
  UpdateComputeEnvironmentCommand,
  type UpdateComputeEnvironmentRequest,
} from '@aws-sdk/client-batch';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { type Network, seededNetwork } from '../seed.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

const PROFILE = 'instances';

let emulator: Emulator;
let network: Network;
let aws: ReturnType<typeof clientsOf>;
let count = 0;
let name = '';

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
  network = await seededNetwork(emulator);
  await createRole(PROFILE, 'ec2.amazonaws.com');
  await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: PROFILE }));
  await aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: PROFILE, RoleName: PROFILE }));
  await aws.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'plain', LaunchTemplateData: plain() }));
});

afterAll(() => emulator.stop());

beforeEach(() => {
  count += 1;
  name = `ce${count}`;
});

describe('create', () => {
  it('fills in what AWS fills in for EC2', async () => {
    await create(ec2({ allocationStrategy: 'BEST_FIT_PROGRESSIVE' }));

    const role = 'aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch';
    expect(await described()).toEqual({
      computeEnvironmentName: name,
      computeEnvironmentArn: `arn:aws:batch:us-east-1:${emulator.account}:compute-environment/${name}`,
      ecsClusterArn: expect.stringContaining(':cluster/'),
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'MANAGED',
      state: 'ENABLED',
      status: 'VALID',
      statusReason: 'ComputeEnvironment Healthy',
      serviceRole: `arn:aws:iam::${emulator.account}:role/${role}`,
      containerOrchestrationType: 'ECS',
      tags: {},
      computeResources: {
        ...ec2({ allocationStrategy: 'BEST_FIT_PROGRESSIVE' }),
        minvCpus: 0,
        desiredvCpus: 0,
        ec2Configuration: [{ imageType: 'ECS_AL2023' }],
      },
    });
  });

  it('fills in what AWS fills in for Fargate, and keeps no order of subnets', async () => {
    await create(fargate());

    expect((await described()).computeResources).toEqual({
      ...fargate(),
      subnets: [network.subnetIds[1], network.subnetIds[0]],
      instanceTypes: [],
      ec2Configuration: [],
    });
  });

  it('takes newer instance types, one-character names and lower-case types', async () => {
    const input = { ...ec2({ instanceTypes: ['default_x86_64', 'm99.large'] }), type: 'ec2' as 'EC2' };
    await aws.batch.send(
      new CreateComputeEnvironmentCommand({
        computeEnvironmentName: 'x',
        type: 'managed' as 'MANAGED',
        computeResources: input,
      }),
    );
    name = 'x';
    expect((await described()).computeResources).toMatchObject({
      type: 'EC2',
      instanceTypes: ['default_x86_64', 'm99.large'],
    });
  });

  it.each<{ reason: string; input: () => Partial<ConstructorParameters<typeof CreateComputeEnvironmentCommand>[0]> }>([
    { reason: 'must be created in ENABLED state', input: () => ({ state: 'DISABLED' }) },
    { reason: 'Instance role is required', input: () => ({ computeResources: ec2({ instanceRole: undefined }) }) },
    { reason: 'Resource instanceTypes are required', input: () => ({ computeResources: ec2({ instanceTypes: [] }) }) },
    { reason: 'Security group ids are required', input: () => ({ computeResources: ec2({ securityGroupIds: [] }) }) },
    { reason: 'spotIamFleetRole is required', input: () => ({ computeResources: ec2({ type: 'SPOT' }) }) },
    {
      reason: 'maxvCpus should be greater',
      input: () => ({ computeResources: ec2({ minvCpus: 9, desiredvCpus: 9 }) }),
    },
    { reason: 'desiredvCpus should be between', input: () => ({ computeResources: ec2({ desiredvCpus: 5 }) }) },
    { reason: 'is not applicable for Fargate', input: () => ({ computeResources: { ...fargate(), minvCpus: 1 } }) },
    {
      reason: 'One of LaunchTemplateId and LaunchTemplateName',
      input: () => ({
        computeResources: ec2({ launchTemplate: { launchTemplateId: 'lt-1', launchTemplateName: 'a' } }),
      }),
    },
    {
      reason: 'LaunchTemplateVersion must be',
      input: () => ({ computeResources: ec2({ launchTemplate: { launchTemplateName: 'a', version: 'v1' } }) }),
    },
    { reason: 'ServiceRole is required', input: () => ({ type: 'UNMANAGED', computeResources: undefined }) },
    { reason: 'unmanagedvCpus is not applicable', input: () => ({ unmanagedvCpus: 4 }) },
    { reason: 'aws:', input: () => ({ tags: { 'aws:owner': 'me' } }) },
    { reason: 'at most 50 tags', input: () => ({ tags: manyTags(51) }) },
    { reason: 'valid pattern', input: () => ({ computeEnvironmentName: '-a' }) },
  ])('refuses what AWS refuses: $reason', async ({ reason, input }) => {
    const asked = { computeEnvironmentName: name, type: 'MANAGED' as const, computeResources: ec2(), ...input() };
    const { name: code, message } = await refusal(aws.batch.send(new CreateComputeEnvironmentCommand(asked)));
    expect(code).toBe('ClientException');
    expect(message).toContain(reason);
  });

  it('refuses a name that is taken', async () => {
    await create(fargate());
    expect((await refusal(create(fargate()))).message).toContain('Object already exists');
  });

  it('keeps an unmanaged one without resources', async () => {
    await createRole(name, 'batch.amazonaws.com');
    await aws.batch.send(
      new CreateComputeEnvironmentCommand({
        computeEnvironmentName: name,
        type: 'UNMANAGED',
        unmanagedvCpus: 8,
        serviceRole: roleArn(name),
      }),
    );
    expect(await described()).toMatchObject({ type: 'UNMANAGED', unmanagedvCpus: 8, status: 'VALID' });
    expect((await described()).computeResources).toBeUndefined();
  });
});

describe('health', () => {
  it.each([
    { reason: 'sts:AssumeRole', role: 'nobody', resources: () => ec2() },
    { reason: 'Invalid IamInstanceProfile', role: undefined, resources: () => ec2({ instanceRole: 'nobody' }) },
    {
      reason: 'IamFleetRole is invalid',
      role: undefined,
      resources: () => ec2({ type: 'SPOT', spotIamFleetRole: 'nobody' }),
    },
    {
      reason: "The subnet ID 'subnet-1' does not exist",
      role: undefined,
      resources: () => ec2({ subnets: ['subnet-1'] }),
    },
    {
      reason: 'launch template or launch template version does not exist',
      role: undefined,
      resources: () => ec2({ launchTemplate: { launchTemplateName: 'nowhere' } }),
    },
    {
      reason: 'not MIME multipart format',
      role: undefined,
      resources: () => ec2({ launchTemplate: { launchTemplateName: 'plain' } }),
    },
  ])('an environment that nothing refused turns INVALID: $reason', async ({ reason, role, resources }) => {
    await create(resources(), role);

    expect(await described()).toMatchObject({ status: 'INVALID', statusReason: expect.stringContaining(reason) });
    expect((await described()).statusReason).toMatch(/^CLIENT_ERROR - /);
  });

  it('a lost service role breaks it, a disabling does not heal it, an update does', async () => {
    await createRole(name, 'batch.amazonaws.com');
    await create(ec2(), name);
    expect((await described()).status).toBe('VALID');

    await aws.iam.send(new DeleteRoleCommand({ RoleName: name }));
    expect((await described()).status).toBe('INVALID');

    await createRole(name, 'batch.amazonaws.com');
    await update({ state: 'DISABLED' });
    expect((await described()).status).toBe('INVALID');

    await update({ computeResources: { maxvCpus: 4 } });
    expect((await described()).status).toBe('VALID');
  });
});

describe('update', () => {
  it('merges what is given and keeps the rest', async () => {
    await create(ec2({ allocationStrategy: 'BEST_FIT_PROGRESSIVE', ec2KeyPair: 'key' }));
    await update({
      state: 'DISABLED',
      computeResources: { maxvCpus: 16, ec2KeyPair: '', instanceTypes: ['c5'], tags: { team: 'a' } },
      updatePolicy: { terminateJobsOnUpdate: true },
    });

    const { ec2KeyPair, ...kept } = ec2({ allocationStrategy: 'BEST_FIT_PROGRESSIVE', ec2KeyPair: 'key' });
    expect(ec2KeyPair).toBe('key');
    expect(await described()).toMatchObject({
      state: 'DISABLED',
      updatePolicy: { terminateJobsOnUpdate: true, jobExecutionTimeoutMinutes: 30 },
      computeResources: { ...kept, maxvCpus: 16, instanceTypes: ['c5'], tags: { team: 'a' } },
    });
    expect((await described()).computeResources).not.toHaveProperty('ec2KeyPair');
  });

  it('raises the desired vCPUs with the least ones', async () => {
    await create(ec2());
    await update({ computeResources: { minvCpus: 2 } });
    expect((await described()).computeResources).toMatchObject({ minvCpus: 2, desiredvCpus: 2 });
  });

  it('replaces a launch template as a whole, and drops it when its name is empty', async () => {
    await create(
      ec2({
        allocationStrategy: 'BEST_FIT_PROGRESSIVE',
        launchTemplate: {
          launchTemplateName: 'plain',
          version: '1',
          overrides: [{ launchTemplateName: 'plain', targetInstanceTypes: ['m5.large'] }],
        },
      }),
    );
    await update({ computeResources: { launchTemplate: { launchTemplateName: 'plain', version: '1' } } });
    expect((await described()).computeResources?.launchTemplate).toEqual({
      launchTemplateName: 'plain',
      version: '1',
      overrides: [],
    });

    await update({ computeResources: { launchTemplate: { launchTemplateName: '', version: '' } } });
    expect((await described()).computeResources).not.toHaveProperty('launchTemplate');
  });

  it.each<{ reason: string; resources: () => ComputeResource; change: Partial<UpdateComputeEnvironmentRequest> }>([
    { reason: 'At least one compute-resources attribute', resources: ec2, change: { computeResources: {} } },
    {
      reason:
        '[instanceTypes] can be updated only for Non-fargate Compute Environment having a Batch Service Linked Role',
      resources: ec2,
      change: { computeResources: { instanceTypes: ['c5'] } },
    },
    {
      reason: '[allocationStrategy] can be updated only',
      resources: () => ec2({ allocationStrategy: 'BEST_FIT_PROGRESSIVE' }),
      change: { computeResources: { allocationStrategy: 'BEST_FIT' as 'BEST_FIT_PROGRESSIVE' } },
    },
    {
      reason: 'Manually scaling down',
      resources: () => ec2({ minvCpus: 2, desiredvCpus: 2 }),
      change: { computeResources: { minvCpus: 0, desiredvCpus: 1 } },
    },
    { reason: 'maxvCpus should be greater', resources: ec2, change: { computeResources: { minvCpus: 99 } } },
    {
      reason: "can't be updated for Fargate compute environment: tags, updatePolicy",
      resources: fargate,
      change: { computeResources: { tags: {} }, updatePolicy: {} },
    },
    { reason: 'to or from the Batch service-linked role', resources: ec2, change: { serviceRole: 'other' } },
    { reason: 'unmanagedvCpus is not applicable', resources: ec2, change: { unmanagedvCpus: 1 } },
  ])('refuses what AWS refuses: $reason', async ({ reason, resources, change }) => {
    await create(resources());
    const before = await described();

    const { name: code, message } = await refusal(update(change));

    expect(code).toBe('ClientException');
    expect(message).toContain(reason);
    expect(await described()).toEqual(before);
  });

  it('of scaling members needs neither the service-linked role nor a strategy', async () => {
    await createRole(name, 'batch.amazonaws.com');
    await create(ec2(), name);
    await update({ computeResources: { maxvCpus: 64, instanceTypes: ['m5.large'] } });
    expect((await described()).computeResources?.maxvCpus).toBe(64);
  });

  it('of what does not exist is refused', async () => {
    expect((await refusal(update({ state: 'DISABLED' }))).message).toContain(
      `compute-environment/${name} does not exist`,
    );
  });
});

describe('delete', () => {
  it('is refused while enabled, then while a job queue names it, and then forgets the tags too', async () => {
    await create(fargate(), undefined, { a: 'b' });
    expect((await refusal(remove())).message).toContain('set the state to DISABLED first');

    await aws.batch.send(
      new CreateJobQueueCommand({
        jobQueueName: name,
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: name }],
      }),
    );
    await update({ state: 'DISABLED' });
    expect((await refusal(remove())).message).toContain('found existing JobQueue relationship');

    name = `${name}-free`;
    await create(fargate(), undefined, { a: 'b' });
    await update({ state: 'DISABLED' });
    await remove();
    await remove();
    expect(await found()).toBeUndefined();

    await create(fargate());
    expect((await described()).tags).toEqual({});
  });
});

describe('tags', () => {
  it('are kept to what AWS allows, and to what exists', async () => {
    await create(fargate(), undefined, manyTags(50));
    const { computeEnvironmentArn: resourceArn } = await described();

    expect((await refusal(tag(resourceArn, { one: 'more' }))).message).toContain('at most 50 tags');
    expect((await refusal(tag(`${resourceArn}-x`, { a: 'b' }))).message).toContain('does not exist');
    await tag(resourceArn, { key1: 'changed' });
    expect((await described()).tags).toMatchObject({ key1: 'changed' });
  });
});

function ec2(changes: Partial<{ [Member in keyof ComputeResource]: ComputeResource[Member] | undefined }> = {}) {
  const resources = {
    type: 'EC2',
    maxvCpus: 4,
    subnets: [network.subnetIds[0]],
    securityGroupIds: [network.securityGroupId],
    instanceRole: PROFILE,
    instanceTypes: ['m5.large'],
    ...changes,
  };
  return resources as ComputeResource;
}

function fargate(): ComputeResource {
  const subnets = network.subnetIds.slice(0, 2);
  return { type: 'FARGATE', maxvCpus: 4, subnets, securityGroupIds: [network.securityGroupId] };
}

function plain() {
  return { UserData: Buffer.from('#!/bin/sh\ntrue\n').toString('base64') };
}

function manyTags(number: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: number }, (_, index) => [`key${index}`, 'value']));
}

function create(computeResources: ComputeResource, role?: string, tags?: Record<string, string>) {
  return aws.batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: name,
      type: 'MANAGED',
      computeResources,
      ...(role !== undefined && { serviceRole: roleArn(role) }),
      ...(tags !== undefined && { tags }),
    }),
  );
}

function update(change: Partial<UpdateComputeEnvironmentRequest>) {
  return aws.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: name, ...change }));
}

function remove() {
  return aws.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: name }));
}

function tag(resourceArn: string | undefined, tags: Record<string, string>) {
  return aws.batch.send(new TagResourceCommand({ resourceArn, tags }));
}

async function found(): Promise<ComputeEnvironmentDetail | undefined> {
  const command = new DescribeComputeEnvironmentsCommand({ computeEnvironments: [name] });
  return (await aws.batch.send(command)).computeEnvironments?.[0];
}

async function described(): Promise<ComputeEnvironmentDetail> {
  const environment = await found();
  if (environment === undefined) throw new Error(`${name} is not described`);
  return environment;
}

async function createRole(role: string, service: string) {
  const Statement = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await aws.iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument }));
}

function roleArn(role: string): string {
  return `arn:aws:iam::${emulator.account}:role/${role}`;
}
