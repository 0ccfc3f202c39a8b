import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  CreateSchedulingPolicyCommand,
  DeregisterJobDefinitionCommand,
  DescribeJobsCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  type SubmitJobRequest,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Emulator } from '../emulator.ts';
import { seededNetwork } from '../seed.ts';
import { clientsOf, refusal, sharedEmulator } from '../started.ts';

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
  const { subnetIds, securityGroupId } = await seededNetwork(emulator);
  await aws.batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: 'ce',
      type: 'MANAGED',
      computeResources: {
        type: 'FARGATE',
        maxvCpus: 4,
        subnets: [...subnetIds],
        securityGroupIds: [securityGroupId],
      },
    }),
  );
  const policy = await aws.batch.send(new CreateSchedulingPolicyCommand({ name: 'fair' }));
  await queue('plain', {});
  await queue('fair', { schedulingPolicyArn: policy.arn });
  await queue('closed', {});
  await aws.batch.send(new UpdateJobQueueCommand({ jobQueue: 'closed', state: 'DISABLED' }));
  for (let revision = 1; revision <= 3; revision += 1) await define('three');
  await aws.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition: 'three:3' }));
});

afterAll(() => emulator.stop());

it('describes a job with what a caller diagnoses from', async () => {
  const [job] = await described(await submit({ tags: { a: 'b' } }));

  expect(job).toMatchObject({
    jobName: 'job',
    status: 'SUCCEEDED',
    jobQueue: expect.stringContaining(':job-queue/plain'),
    container: { image: 'registry.example/app:1', exitCode: 0, repositoryCredentials: { credentialsParameter: 'arn' } },
    attempts: [{ container: { exitCode: 0 } }],
    tags: { a: 'b' },
  });
  const { jobSummaryList } = await aws.batch.send(new ListJobsCommand({ jobQueue: 'plain', jobStatus: 'SUCCEEDED' }));
  expect(jobSummaryList?.map(({ jobId }) => jobId)).toContain(job?.jobId);
});

it('runs the newest active revision of a bare name, and the pinned one otherwise', async () => {
  const [newest] = await described(await submit({ jobDefinition: 'three' }));
  const [pinned] = await described(await submit({ jobDefinition: 'three:1' }));
  expect(newest?.jobDefinition).toMatch(/three:2$/);
  expect(pinned?.jobDefinition).toMatch(/three:1$/);
});

it('runs definitions with several containers', async () => {
  await aws.batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'tasks',
      type: 'container',
      ecsProperties: { taskProperties: [{ containers: [{ name: 'a', image: 'i' }] }] },
    }),
  );
  const [job] = await described(await submit({ jobDefinition: 'tasks' }));
  expect(job).toMatchObject({
    status: 'SUCCEEDED',
    ecsProperties: { taskProperties: [{ containers: [{ name: 'a' }] }] },
  });
});

it.each<{ reason: string; input: Partial<SubmitJobRequest> }>([
  { reason: 'not ACTIVE', input: { jobDefinition: 'three:3' } },
  { reason: 'not ACTIVE', input: { jobDefinition: 'nowhere' } },
  { reason: 'not ENABLED', input: { jobQueue: 'closed' } },
  { reason: 'does not exist', input: { jobQueue: 'nowhere' } },
  { reason: 'Share identifier', input: { jobQueue: 'fair' } },
  { reason: 'schedulingPriorityOverride', input: { jobQueue: 'fair', shareIdentifier: 'a' } },
])('refuses what AWS refuses: $reason for $input', async ({ reason, input }) => {
  expect((await refusal(submit(input))).message).toContain(reason);
});

it('describes nothing for an unknown id', async () => {
  expect(await described('00000000-0000-0000-0000-000000000000')).toEqual([]);
});

async function submit(input: Partial<SubmitJobRequest>): Promise<string> {
  const request = { jobName: 'job', jobQueue: 'plain', jobDefinition: 'three', ...input };
  return (await aws.batch.send(new SubmitJobCommand(request))).jobId ?? '';
}

async function described(id: string) {
  return (await aws.batch.send(new DescribeJobsCommand({ jobs: [id] }))).jobs ?? [];
}

async function queue(jobQueueName: string, more: { schedulingPolicyArn?: string | undefined }) {
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'ce' }];
  await aws.batch.send(new CreateJobQueueCommand({ jobQueueName, priority: 1, computeEnvironmentOrder, ...more }));
}

async function define(jobDefinitionName: string) {
  await aws.batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName,
      type: 'container',
      containerProperties: {
        image: 'registry.example/app:1',
        repositoryCredentials: { credentialsParameter: 'arn' },
        resourceRequirements: [
          { type: 'VCPU', value: '1' },
          { type: 'MEMORY', value: '2048' },
        ],
      },
    }),
  );
}
