import {
  CancelJobCommand,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DescribeJobsCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { beforeEach, expect, it } from 'vitest';
import type { FakeClock } from '../clock.ts';
import type { Emulator } from './emulator.ts';
import { seededNetwork } from './seed.ts';
import { clientsOf, steppedEmulator } from './started.ts';

let emulator: Emulator & { readonly clock: FakeClock };
let aws: ReturnType<typeof clientsOf>;

beforeEach(async () => {
  emulator = await steppedEmulator();
  aws = clientsOf(emulator);
  const { subnetIds, securityGroupId } = await seededNetwork(emulator);
  await aws.batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: 'ce',
      type: 'MANAGED',
      computeResources: { type: 'FARGATE', maxvCpus: 4, subnets: [...subnetIds], securityGroupIds: [securityGroupId] },
    }),
  );
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'ce' }];
  await aws.batch.send(new CreateJobQueueCommand({ jobQueueName: 'q', priority: 1, computeEnvironmentOrder }));
  const containerProperties = { image: 'a', vcpus: 1, memory: 128 };
  await aws.batch.send(
    new RegisterJobDefinitionCommand({ jobDefinitionName: 'jd', type: 'container', containerProperties }),
  );
});

it('a job takes its time, and shows its end only at the end', async () => {
  emulator.times.jobMs = 4000;
  const id = await submit('job');
  const states = [];
  for (let second = 0; second < 5; second += 1) {
    const job = await described(id);
    states.push([job?.status, job?.stoppedAt !== undefined, job?.container?.exitCode]);
    await emulator.clock.advance(1000);
  }

  expect(states).toEqual([
    ['SUBMITTED', false, undefined],
    ['RUNNABLE', false, undefined],
    ['STARTING', false, undefined],
    ['RUNNING', false, undefined],
    ['SUCCEEDED', true, 0],
  ]);
});

it('a job fails as it is told to: before its container started, or by its exit code', async () => {
  emulator.jobs.fail('pull', { statusReason: 'CannotPullContainerError: not authorized' });
  emulator.jobs.fail(/^exit/, { statusReason: 'Essential container in task exited', exitCode: 3 });

  expect(await described(await submit('pull'))).toMatchObject({
    status: 'FAILED',
    statusReason: 'CannotPullContainerError: not authorized',
    attempts: [{ statusReason: 'CannotPullContainerError: not authorized' }],
  });
  expect((await described(await submit('pull')))?.container).not.toHaveProperty('exitCode');
  expect(await described(await submit('exit-3'))).toMatchObject({
    status: 'FAILED',
    container: { exitCode: 3 },
    attempts: [{ container: { exitCode: 3 } }],
  });
  expect((await described(await submit('other')))?.status).toBe('SUCCEEDED');
});

it('a job that is terminated ends with the reason, one that has ended stays as it is', async () => {
  emulator.times.jobMs = 4000;
  const id = await submit('job');
  const terminate = () => aws.batch.send(new TerminateJobCommand({ jobId: id, reason: 'enough' }));
  await terminate();
  expect(await described(id)).toMatchObject({ status: 'FAILED', statusReason: 'enough' });

  const ended = await submit('job');
  await emulator.clock.advance(4000);
  await aws.batch.send(new TerminateJobCommand({ jobId: ended, reason: 'too late' }));
  expect((await described(ended))?.status).toBe('SUCCEEDED');
});

it('a job is cancelled while it waits, and runs on once it has started', async () => {
  emulator.times.jobMs = 4000;
  const waiting = await submit('waiting');
  await aws.batch.send(new CancelJobCommand({ jobId: waiting, reason: 'enough' }));
  expect(await described(waiting)).toMatchObject({ status: 'FAILED', statusReason: 'enough' });

  const started = await submit('started');
  await emulator.clock.advance(2000);
  await aws.batch.send(new CancelJobCommand({ jobId: started, reason: 'too late' }));
  expect((await described(started))?.status).toBe('STARTING');
});

async function submit(jobName: string): Promise<string> {
  const command = new SubmitJobCommand({ jobName, jobQueue: 'q', jobDefinition: 'jd' });
  return (await aws.batch.send(command)).jobId ?? '';
}

async function described(id: string) {
  return (await aws.batch.send(new DescribeJobsCommand({ jobs: [id] }))).jobs?.[0];
}
