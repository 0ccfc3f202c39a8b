import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  CreateSchedulingPolicyCommand,
  DescribeJobDefinitionsCommand,
  paginateDescribeComputeEnvironments,
  paginateDescribeJobDefinitions,
  paginateDescribeJobQueues,
  paginateListSchedulingPolicies,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import { CreateRoleCommand, paginateListRoles } from '@aws-sdk/client-iam';
import { CreateSecretCommand, paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import type { Emulator } from './emulator.ts';
import type { Paging } from './paging.ts';
import { seededNetwork } from './seed.ts';
import { clientsOf, refusal, sharedEmulator } from './started.ts';

let emulator: Emulator | undefined;

afterEach(async () => {
  await emulator?.stop();
});

it.each<{ paging: Paging; expected: readonly number[] }>([
  { paging: {}, expected: [5] },
  { paging: { pageSize: 2 }, expected: [2, 2, 1] },
  { paging: { pageSize: 2, emptyFirstPage: true }, expected: [0, 2, 2, 1] },
])('cuts every list as told: $paging', async ({ paging, expected }) => {
  const aws = await filled(paging, 5);
  const configuration = <Client>(client: Client) => ({ client, stopOnSameToken: false });

  const { batch, secrets } = aws;
  expect({
    environments: await sizes(paginateDescribeComputeEnvironments(configuration(batch), {}), 'computeEnvironments'),
    queues: await sizes(paginateDescribeJobQueues(configuration(batch), {}), 'jobQueues'),
    policies: await sizes(paginateListSchedulingPolicies(configuration(batch), {}), 'schedulingPolicies'),
    definitions: await sizes(
      paginateDescribeJobDefinitions(configuration(batch), { status: 'ACTIVE' }),
      'jobDefinitions',
    ),
    secrets: await sizes(paginateListSecrets(configuration(secrets), {}), 'SecretList'),
  }).toEqual({
    environments: expected,
    queues: expected,
    policies: expected,
    definitions: expected,
    secrets: expected,
  });
});

it('cuts XML lists by size too, and never makes pages larger than they were asked for', async () => {
  const aws = await filled({ pageSize: 4 }, 5);
  // The sixth role is the service-linked one.
  expect(await sizes(paginateListRoles({ client: aws.iam }, {}), 'Roles')).toEqual([4, 2]);
  expect(await sizes(paginateListRoles({ client: aws.iam, pageSize: 1 }, {}), 'Roles')).toEqual([1, 1, 1, 1, 1, 1]);
});

it('leaves reads by name whole', async () => {
  const aws = await filled({ pageSize: 2, emptyFirstPage: true }, 5);
  const jobDefinitions = Array.from({ length: 5 }, (_, index) => `name${index}:1`);
  const answer = await aws.batch.send(new DescribeJobDefinitionsCommand({ jobDefinitions }));
  expect(answer.jobDefinitions).toHaveLength(5);
  expect(answer.nextToken).toBeUndefined();
});

it("has the service's own limit of 100", async () => {
  emulator = await sharedEmulator();
  const { batch } = clientsOf(emulator);
  await Promise.all(Array.from({ length: 101 }, (_, index) => define(batch, `name${index}`)));
  expect(
    await sizes(paginateDescribeJobDefinitions({ client: batch }, { status: 'ACTIVE' }), 'jobDefinitions'),
  ).toEqual([100, 1]);
  expect((await refusal(batch.send(new DescribeJobDefinitionsCommand({ nextToken: 'garbage' })))).name).toBe(
    'ClientException',
  );
});

async function filled(paging: Paging, count: number): Promise<ReturnType<typeof clientsOf>> {
  emulator = await sharedEmulator({ paging });
  const aws = clientsOf(emulator);
  const { subnetIds, securityGroupId } = await seededNetwork(emulator);
  const network = { maxvCpus: 4, subnets: [...subnetIds], securityGroupIds: [securityGroupId] };
  const trust = [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }];
  for (const name of Array.from({ length: count }, (_, index) => `name${index}`)) {
    const computeResources = { ...network, type: 'FARGATE' as const };
    await aws.batch.send(
      new CreateComputeEnvironmentCommand({ computeEnvironmentName: name, type: 'MANAGED', computeResources }),
    );
    const computeEnvironmentOrder = [{ order: 1, computeEnvironment: name }];
    await aws.batch.send(new CreateJobQueueCommand({ jobQueueName: name, priority: 1, computeEnvironmentOrder }));
    await aws.batch.send(new CreateSchedulingPolicyCommand({ name }));
    await define(aws.batch, name);
    await aws.secrets.send(new CreateSecretCommand({ Name: name, SecretString: 'x' }));
    const AssumeRolePolicyDocument = JSON.stringify({ Statement: trust });
    await aws.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  }
  return aws;
}

function define(batch: ReturnType<typeof clientsOf>['batch'], jobDefinitionName: string) {
  const containerProperties = { image: 'a', vcpus: 1, memory: 128 };
  return batch.send(new RegisterJobDefinitionCommand({ jobDefinitionName, type: 'container', containerProperties }));
}

async function sizes<Member extends string>(
  pages: AsyncIterable<{ readonly [M in Member]?: readonly unknown[] | undefined }>,
  member: Member,
): Promise<readonly number[]> {
  const found = [];
  for await (const page of pages) found.push(page[member]?.length ?? -1);
  return found;
}
