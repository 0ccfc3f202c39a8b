import type { SubmitJobRequest } from '@aws-sdk/client-batch';
import {
  CancelJobCommand,
  CreateSchedulingPolicyCommand,
  DeleteJobQueueCommand,
  DeregisterJobDefinitionCommand,
  DescribeJobsCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  TerminateJobCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { containerJob, ec2Environment, validEnvironment, validQueue } from './samples.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(async () => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
  await validEnvironment(sim, clock, ec2Environment('blue', { maxvCpus: 2 }));
  await validQueue(sim, clock, 'main', ['blue']);
  await sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('hello')));
});

async function submit(request: Partial<SubmitJobRequest> = {}): Promise<string> {
  const whole = { jobName: 'once', jobQueue: 'main', jobDefinition: 'hello', ...request };
  return (await sim.clients.batch.send(new SubmitJobCommand(whole))).jobId ?? '';
}

function job(id: string) {
  return sim.batch.jobs.get(id);
}

describe('a run', () => {
  it('passes through all statuses and moves desiredvCpus', async () => {
    const id = await submit();
    const seen: unknown[] = [job(id)?.status];
    for (const ms of [sim.durations.jobStep, sim.durations.jobStep, sim.durations.jobRun]) {
      seen.push(sim.batch.computeEnvironments.get('blue')?.computeResources?.desiredvCpus);
      await clock.advance(ms);
      seen.push(job(id)?.status);
    }

    expect(seen).toEqual(['SUBMITTED', 0, 'STARTING', 1, 'RUNNING', 1, 'SUCCEEDED']);
    expect(sim.batch.computeEnvironments.get('blue')?.computeResources?.desiredvCpus).toBe(0);
    expect(job(id)).toMatchObject({ container: { exitCode: 0 }, attempts: [{ container: { exitCode: 0 } }] });
  });

  it('waits for room', async () => {
    const ids = [await submit(), await submit(), await submit()];
    await clock.advance(2 * sim.durations.jobStep);
    expect(ids.map(id => job(id)?.status)).toEqual(['RUNNING', 'RUNNING', 'RUNNABLE']);

    await clock.advance(sim.durations.jobRun);
    expect(ids.map(id => job(id)?.status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'STARTING']);
  });

  it('waits for a compute environment that is ENABLED, and for the test', async () => {
    await sim.clients.batch.send(
      new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', state: 'DISABLED' }),
    );
    const id = await submit();
    await clock.advance(sim.durations.updateMetadata);
    expect(job(id)?.status).toBe('RUNNABLE');
    sim.batch.steer(() => ({ outcome: 'waits' }));
    await sim.clients.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', state: 'ENABLED' }));
    await clock.advance(sim.durations.updateMetadata);
    expect(job(id)?.status).toBe('RUNNABLE');

    sim.batch.steer(() => ({ outcome: 'succeeds', runsForMs: 1 }));
    await clock.advance(sim.durations.jobStep + 1);
    expect(job(id)?.status).toBe('SUCCEEDED');
  });

  it('fails as steered, in STARTING or with an exit code', async () => {
    sim.batch.steer(({ jobName }) =>
      jobName === 'pull'
        ? { outcome: 'fails', inStarting: true, reason: 'CannotPullContainerError: denied' }
        : { outcome: 'fails', exitCode: 3, runsForMs: 0 },
    );
    const [pull, exit] = [await submit({ jobName: 'pull' }), await submit()];

    await clock.advance(3 * sim.durations.jobStep);

    expect(job(pull)).toMatchObject({
      status: 'FAILED',
      statusReason: 'Task failed to start',
      container: { reason: 'CannotPullContainerError: denied' },
    });
    expect(job(exit)).toMatchObject({ status: 'FAILED', container: { exitCode: 3 } });
  });

  it('is tried again as the retry strategy says', async () => {
    const retryStrategy = { attempts: 3, evaluateOnExit: [{ onExitCode: '7', action: 'EXIT' as const }] };
    let exitCode = 1;
    sim.batch.steer(() => ({ outcome: 'fails', runsForMs: 0, exitCode: exitCode++ }));
    const all = await submit({ retryStrategy });
    await clock.advance(10 * sim.durations.jobStep);
    expect(job(all)?.attempts?.map(one => one.container?.exitCode)).toEqual([1, 2, 3]);
    expect(job(all)?.status).toBe('FAILED');

    exitCode = 7;
    const once = await submit({ retryStrategy });
    await clock.advance(10 * sim.durations.jobStep);
    expect(job(once)?.attempts).toHaveLength(1);
  });

  it('ends at its timeout', async () => {
    sim.batch.steer(() => ({ outcome: 'succeeds', runsForMs: 120_000 }));
    const id = await submit({ timeout: { attemptDurationSeconds: 60 } });

    await clock.advance(2 * sim.durations.jobStep + 60_000);

    expect(job(id)).toMatchObject({ status: 'FAILED', statusReason: 'Job attempt duration exceeded timeout' });
  });

  it('waits for the jobs it depends on, and fails with them', async () => {
    sim.batch.steer(({ jobName }) => ({ outcome: jobName === 'bad' ? 'fails' : 'succeeds', runsForMs: 0 }));
    const [good, bad] = [await submit(), await submit({ jobName: 'bad' })];
    const [after, never] = [
      await submit({ dependsOn: [{ jobId: good }] }),
      await submit({ dependsOn: [{ jobId: bad }] }),
    ];
    await clock.advance(sim.durations.jobStep);
    expect([job(after)?.status, job(never)?.status]).toEqual(['PENDING', 'PENDING']);

    await clock.advance(5 * sim.durations.jobStep);
    expect([job(after)?.status, job(never)?.status]).toEqual(['SUCCEEDED', 'FAILED']);
  });

  it('is killed by an infrastructure update once the update policy lets it', async () => {
    sim.batch.steer(() => ({ outcome: 'succeeds', runsForMs: 7_200_000 }));
    const id = await submit();
    await clock.advance(2 * sim.durations.jobStep);
    await sim.clients.batch.send(
      new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', computeResources: { instanceTypes: ['c5'] } }),
    );

    await clock.advance(30 * 60_000 - 1);
    expect(job(id)?.status).toBe('RUNNING');
    await clock.advance(1);
    expect(job(id)).toMatchObject({ status: 'FAILED', statusReason: 'Host EC2 (instance i-0) terminated.' });
  });
});

describe('native registry credentials', () => {
  const login = JSON.stringify({ username: 'robot', password: 'secret' });
  const allow = JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*:secret:registry-??????' }],
  });

  it.each([
    { name: 'a good login and grant', text: login, policy: allow, reason: undefined },
    { name: 'no grant', text: login, policy: undefined, reason: 'AccessDeniedException' },
    { name: 'a value that is not a login', text: '{"username":"robot"}', policy: allow, reason: 'invalid schema' },
    { name: 'no secret', text: undefined, policy: allow, reason: 'ResourceNotFoundException' },
    { name: 'a secret on its way out', text: login, policy: allow, deleted: true, reason: 'marked for deletion' },
  ])('with $name', async ({ text, policy, reason, deleted }) => {
    if (text) await sim.clients.secretsManager.send(new CreateSecretCommand({ Name: 'registry', SecretString: text }));
    if (deleted) await sim.clients.secretsManager.send(new DeleteSecretCommand({ SecretId: 'registry' }));
    const executionRoleArn = sim.iam.addRole('pull', {
      trusts: ['ecs-tasks.amazonaws.com'],
      ...(policy ? { inlinePolicies: { pull: policy } } : {}),
    });
    const repositoryCredentials = { credentialsParameter: 'registry' };
    await sim.clients.batch.send(
      new RegisterJobDefinitionCommand(containerJob('private', { executionRoleArn, repositoryCredentials })),
    );
    const id = await submit({ jobDefinition: 'private' });

    await clock.advance(2 * sim.durations.jobStep + sim.durations.jobRun);

    if (reason === undefined) expect(job(id)?.status).toBe('SUCCEEDED');
    else expect(job(id)).toMatchObject({ status: 'FAILED', container: { reason: expect.stringContaining(reason) } });
  });
});

describe('tasks of several containers', () => {
  it('fail with the reason at their container, and look for the credentials of each', async () => {
    const containers = [
      { name: 'main', image: 'a', resourceRequirements: containerJob('x').containerProperties?.resourceRequirements },
      { name: 'side', image: 'b', repositoryCredentials: { credentialsParameter: 'nowhere' } },
    ];
    const executionRoleArn = sim.iam.addRole('pull', { trusts: ['ecs-tasks.amazonaws.com'] });
    const ecsProperties = { taskProperties: [{ executionRoleArn, containers }] };
    const task = { jobDefinitionName: 'task', type: 'container' as const, ecsProperties };
    await sim.clients.batch.send(new RegisterJobDefinitionCommand(task));
    const id = await submit({ jobDefinition: 'task' });

    await clock.advance(2 * sim.durations.jobStep);

    const reason = expect.stringContaining('ResourceNotFoundException');
    expect(job(id)).toMatchObject({
      status: 'FAILED',
      ecsProperties: { taskProperties: [{ containers: [{ name: 'main', reason }, { name: 'side' }] }] },
      attempts: [{ taskProperties: [{ containers: [{ reason }] }] }],
    });
  });
});

describe('submission', () => {
  it('overrides command, variables and requirements one by one', async () => {
    const environment = [{ name: 'A', value: 'mine' }];
    const declared = containerJob('set', { environment: [...environment, { name: 'B', value: '1' }] });
    await sim.clients.batch.send(new RegisterJobDefinitionCommand(declared));
    const id = await submit({
      jobDefinition: 'set',
      containerOverrides: {
        command: ['run'],
        environment: [{ name: 'A', value: 'yours' }],
        resourceRequirements: [{ type: 'MEMORY', value: '1024' }],
      },
    });

    expect(job(id)?.container).toMatchObject({
      command: ['run'],
      environment: [
        { name: 'B', value: '1' },
        { name: 'A', value: 'yours' },
      ],
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '1024' },
      ],
    });
  });

  it('by bare name takes the newest ACTIVE revision', async () => {
    await sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('hello')));
    await sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('hello')));
    await sim.clients.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition: 'hello:3' }));

    expect(job(await submit())?.jobDefinition).toBe('arn:aws:batch:eu-west-1:123456789012:job-definition/hello:2');
    expect(job(await submit({ jobDefinition: 'hello:1' }))?.jobDefinition).toMatch(/hello:1$/);
    expect(await rejection(submit({ jobDefinition: 'hello:3' }))).toMatch(/not ACTIVE/);
  });

  it('is refused by a queue that is DISABLED or not there', async () => {
    await sim.clients.batch.send(new UpdateJobQueueCommand({ jobQueue: 'main', state: 'DISABLED' }));

    expect(await rejection(submit())).toContain('is not in a valid state to accept jobs');
    expect(await rejection(submit({ jobQueue: 'nowhere' }))).toContain('does not exist');
  });

  const requirements = { image: 'x'.repeat(255), environment: [{ name: 'A', value: 'x'.repeat(31_000) }] };
  it.each<{ name: string; request: Partial<SubmitJobRequest>; message: string }>([
    { name: 'a bad name', request: { jobName: 'a b' }, message: 'Job name should match a valid pattern.' },
    {
      name: 'more than 30 KiB',
      request: { containerOverrides: requirements },
      message: 'The request payload is larger than the limit of 30 KiB.',
    },
    {
      name: 'twenty-one dependencies',
      request: { dependsOn: Array.from({ length: 21 }, (_, index) => ({ jobId: `job-${index}` })) },
      message: 'A job can not depend on more than the limit of 20 jobs.',
    },
    {
      name: 'an array of one',
      request: { arrayProperties: { size: 1 } },
      message: 'Array size should be between 2 and 10000.',
    },
    {
      name: 'an array of ten thousand and one',
      request: { arrayProperties: { size: 10_001 } },
      message: 'Array size should be between 2 and 10000.',
    },
    {
      name: 'a share without a scheduling policy',
      request: { shareIdentifier: 'a' },
      message: 'shareIdentifier can only be specified for a job queue with a scheduling policy.',
    },
  ])('is refused with $name', async ({ request, message }) => {
    expect(await rejection(submit(request))).toBe(`ClientException: ${message}`);
    expect(sim.batch.jobs.size).toBe(0);
  });

  it('may not know a revision yet that is a moment old', async () => {
    await clock.advance(2_000);
    sim.lag('SubmitJob', 2_000);
    await sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('young')));
    expect(await rejection(submit({ jobDefinition: 'young' }))).toContain('not found or is not ACTIVE');

    await clock.advance(2_000);

    expect(await rejection(submit({ jobDefinition: 'young' }))).toBe('not refused');
  });

  it('finds room for five hundred active shares', async () => {
    const { arn } = await sim.clients.batch.send(
      new CreateSchedulingPolicyCommand({ name: 'fair', fairsharePolicy: {} }),
    );
    await validQueue(sim, clock, 'fair', ['blue'], arn);
    sim.batch.steer(() => ({ outcome: 'waits' }));
    const share = (shareIdentifier: string) =>
      submit({ jobQueue: 'fair', shareIdentifier, schedulingPriorityOverride: 1 });
    const [first = ''] = await Promise.all(Array.from({ length: 500 }, (_, index) => share(`s${index}`)));

    expect(await rejection(share('one-more'))).toContain('limit of 500 active share identifiers');
    expect(await rejection(share('s7'))).toBe('not refused');
    await sim.clients.batch.send(new CancelJobCommand({ jobId: first, reason: 'room' }));
    expect(await rejection(share('one-more'))).toBe('not refused');
  });

  it('to a fair-share queue needs a share identifier and a priority', async () => {
    const { arn } = await sim.clients.batch.send(
      new CreateSchedulingPolicyCommand({ name: 'fair', fairsharePolicy: {} }),
    );
    await validQueue(sim, clock, 'fair', ['blue'], arn);

    expect(await rejection(submit({ jobQueue: 'fair' }))).toContain('shareIdentifier must be specified.');
    expect(await rejection(submit({ jobQueue: 'fair', shareIdentifier: 'a' }))).toBe(
      'ClientException: Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.',
    );
    const whole = { jobQueue: 'fair', shareIdentifier: 'a', schedulingPriorityOverride: 1 };
    expect(await rejection(submit(whole))).toBe('not refused');
  });
});

describe('stopping', () => {
  it('cancels what has not started, and terminates what has', async () => {
    const [running, , waiting] = [await submit(), await submit(), await submit()];
    await clock.advance(2 * sim.durations.jobStep);
    for (const jobId of [running, waiting]) {
      await sim.clients.batch.send(new CancelJobCommand({ jobId, reason: 'no more' }));
    }
    expect([job(running)?.status, job(waiting)?.status]).toEqual(['RUNNING', 'FAILED']);
    expect(job(waiting)).toMatchObject({ isCancelled: true, statusReason: 'no more' });

    await sim.clients.batch.send(new TerminateJobCommand({ jobId: running, reason: 'enough' }));
    expect(job(running)).toMatchObject({ status: 'FAILED', isTerminated: true, statusReason: 'enough' });
  });

  it('happens to all jobs of a queue that is deleted', async () => {
    const id = await submit();
    await sim.clients.batch.send(new UpdateJobQueueCommand({ jobQueue: 'main', state: 'DISABLED' }));
    await clock.advance(sim.durations.updateJobQueue);

    await sim.clients.batch.send(new DeleteJobQueueCommand({ jobQueue: 'main' }));

    expect(job(id)?.status).toBe('FAILED');
    expect(sim.batch.placements.size).toBe(0);
  });

  it('takes its time when a queue with many jobs is deleted', async () => {
    sim.batch.steer(() => ({ outcome: 'waits' }));
    await Promise.all(Array.from({ length: 640 }, () => submit()));
    await sim.clients.batch.send(new UpdateJobQueueCommand({ jobQueue: 'main', state: 'DISABLED' }));
    await clock.advance(sim.durations.updateJobQueue);
    const failed = () => sim.batch.jobs.values().filter(({ status }) => status === 'FAILED').length;

    await sim.clients.batch.send(new DeleteJobQueueCommand({ jobQueue: 'main' }));

    expect(failed()).toBe(16);
    await clock.advance(sim.durations.deleteJobQueue);
    expect([failed(), sim.batch.jobQueues.get('main')?.status]).toEqual([496, 'DELETING']);
    await clock.advance(10_000);
    expect([failed(), sim.batch.jobQueues.get('main')?.status]).toEqual([640, 'DELETED']);
  });
});

describe('reading', () => {
  it('lists RUNNING jobs, those of a status, or those of a name', async () => {
    const [one, two] = [await submit(), await submit({ jobName: 'other' })];
    sim.batch.jobs.edit(one, { status: 'RUNNING' });
    const list = async (more: object) => {
      const answer = await sim.clients.batch.send(new ListJobsCommand({ jobQueue: 'main', ...more }));
      return answer.jobSummaryList?.map(summary => summary.jobId);
    };

    expect(await list({})).toEqual([one]);
    expect(await list({ jobStatus: 'SUBMITTED' })).toEqual([two]);
    expect(await list({ filters: [{ name: 'JOB_NAME', values: ['oth*'] }] })).toEqual([two]);
  });

  it('leaves out what it does not know', async () => {
    const id = await submit();

    const { jobs } = await sim.clients.batch.send(new DescribeJobsCommand({ jobs: ['nobody', id] }));

    expect(jobs?.map(one => one.jobId)).toEqual([id]);
  });
});
