import {
  CancelJobCommand,
  DeregisterJobDefinitionCommand,
  DescribeJobsCommand,
  ListJobsCommand,
  TerminateJobCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { expect } from 'vitest';
import {
  containerRequest,
  createPolicy,
  findJob,
  jobThatIs,
  queueAtRest,
  register,
  stuckQueue,
  submit,
  validQueue,
} from '../batch-things.ts';
import type { Assertion, ContractWorld } from '../contract.ts';
import { usableRole } from '../iam-things.ts';
import { paged } from '../paged.ts';
import { refused } from '../refused.ts';

const reason = 'the contract says so';

/** The ARN of a role that Fargate starts containers with. */
function executionRole(world: ContractWorld): Promise<string> {
  return usableRole(world, 'ecs-tasks.amazonaws.com', 'service-role/AmazonECSTaskExecutionRolePolicy');
}

/** A revision that Fargate can run. */
async function fargateDefinition(world: ContractWorld, command: readonly string[], role?: string) {
  const executionRoleArn = role ?? (await executionRole(world));
  const networkConfiguration = { assignPublicIp: 'ENABLED' as const };
  const properties = { executionRoleArn, networkConfiguration, command: [...command] };
  return register(world, containerRequest(world, properties, { platformCapabilities: ['FARGATE'] }));
}

async function stuckJob(world: ContractWorld) {
  const { jobQueueName: jobQueue } = await stuckQueue(world);
  const { jobDefinitionArn: jobDefinition } = await fargateDefinition(world, ['true']);
  const jobId = await submit(world, { jobQueue, jobDefinition });
  return { jobQueue, jobDefinition, jobId };
}

/** How jobs are submitted, followed and stopped. */
export const jobs: readonly Assertion[] = [
  {
    name: 'a job runs to SUCCEEDED, with the exit code, a reason and the tags it was given',
    needs: ['images'],
    run: async world => {
      const { jobQueueName: jobQueue } = await validQueue(world);
      const { jobDefinitionArn: jobDefinition } = await fargateDefinition(world, ['true']);

      const jobId = await submit(world, { jobQueue, jobDefinition, tags: { contract: 'yes' } });
      const early = await findJob(world, jobId);
      const late = await jobThatIs(world, jobId, 'SUCCEEDED', 'FAILED');

      expect(['SUBMITTED', 'PENDING', 'RUNNABLE']).toContain(early?.status);
      expect(late).toMatchObject({
        status: 'SUCCEEDED',
        statusReason: expect.any(String),
        jobDefinition,
        container: { exitCode: 0 },
        tags: { contract: 'yes' },
      });
      expect(late.attempts).toHaveLength(1);
      expect(late.stoppedAt).toBeGreaterThanOrEqual(late.startedAt ?? Number.NaN);
    },
  },
  {
    name: 'a RUNNING job is not cancelled, but terminated it is FAILED with the reason given',
    needs: ['images'],
    run: async world => {
      const { batch } = world.clients;
      const { jobQueueName: jobQueue } = await validQueue(world);
      const { jobDefinitionArn: jobDefinition } = await fargateDefinition(world, ['sleep', '600']);
      const jobId = await submit(world, { jobQueue, jobDefinition });
      await jobThatIs(world, jobId, 'RUNNING');

      await batch.send(new CancelJobCommand({ jobId, reason }));
      const cancelled = await findJob(world, jobId);
      await batch.send(new TerminateJobCommand({ jobId, reason }));
      const terminated = await jobThatIs(world, jobId, 'FAILED');

      expect(cancelled?.status).toBe('RUNNING');
      expect(terminated.statusReason).toBe(reason);
    },
  },
  {
    name: 'a job that waits is cancelled: FAILED with the reason given, and once more is no mistake',
    run: async world => {
      const { jobId } = await stuckJob(world);
      await jobThatIs(world, jobId, 'RUNNABLE');

      await world.clients.batch.send(new CancelJobCommand({ jobId, reason }));
      const { statusReason } = await jobThatIs(world, jobId, 'FAILED');
      await world.clients.batch.send(new CancelJobCommand({ jobId, reason: 'again' }));

      expect(statusReason).toBe(reason);
      expect((await findJob(world, jobId))?.statusReason).toBe(reason);
    },
  },
  {
    name: 'a bare name runs the newest active revision',
    run: async world => {
      const { jobQueueName: jobQueue } = await stuckQueue(world);
      const role = await executionRole(world);
      await fargateDefinition(world, ['one'], role);
      const two = await fargateDefinition(world, ['two'], role);
      const three = await fargateDefinition(world, ['three'], role);
      const jobDefinition = three.jobDefinitionArn;
      await world.clients.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));

      const jobId = await submit(world, { jobQueue, jobDefinition: two.jobDefinitionName });

      expect((await findJob(world, jobId))?.jobDefinition).toBe(two.jobDefinitionArn);
    },
  },
  {
    name: 'a deregistered revision takes no more jobs, and neither does one that nobody knows',
    run: async world => {
      const { jobQueueName: jobQueue } = await stuckQueue(world);
      const { jobDefinitionArn: jobDefinition } = await fargateDefinition(world, ['true']);
      await world.clients.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));

      await refused(submit(world, { jobQueue, jobDefinition }), 'ClientException');
      await refused(submit(world, { jobQueue, jobDefinition: world.name('unknown') }), 'ClientException');
    },
  },
  {
    name: 'a disabled queue takes no jobs, and neither does one that nobody knows',
    run: async world => {
      const { jobQueue, jobDefinition } = await stuckJob(world);
      await world.clients.batch.send(new UpdateJobQueueCommand({ jobQueue, state: 'DISABLED' }));
      await queueAtRest(world, jobQueue);

      await refused(submit(world, { jobQueue, jobDefinition }), 'ClientException');
      const unknown = world.name('unknown');
      await refused(submit(world, { jobQueue: unknown, jobDefinition }), 'ClientException', 'does not exist');
    },
  },
  {
    name: 'overrides replace the command, join the environment, and take the place of requirements',
    run: async world => {
      const { jobQueueName: jobQueue } = await stuckQueue(world);
      const { jobDefinitionArn: jobDefinition } = await fargateDefinition(world, ['old']);
      const containerOverrides = {
        command: ['new'],
        environment: [{ name: 'COLOUR', value: 'blue' }],
        resourceRequirements: [{ type: 'MEMORY' as const, value: '3072' }],
      };

      const jobId = await submit(world, { jobQueue, jobDefinition, containerOverrides });

      const { container } = (await findJob(world, jobId)) ?? {};
      expect(container?.command).toEqual(['new']);
      expect(container?.environment).toContainEqual({ name: 'COLOUR', value: 'blue' });
      expect(new Set(container?.resourceRequirements)).toEqual(
        new Set([
          { type: 'VCPU', value: '1' },
          { type: 'MEMORY', value: '3072' },
        ]),
      );
    },
  },
  {
    name: 'a job waits PENDING for the one it depends on, and fails with it',
    run: async world => {
      const { jobQueue, jobDefinition, jobId } = await stuckJob(world);
      const dependsOn = [{ jobId }];
      const second = await submit(world, { jobQueue, jobDefinition, dependsOn, jobName: world.name('second') });
      await jobThatIs(world, jobId, 'RUNNABLE');
      await jobThatIs(world, second, 'PENDING');

      await world.clients.batch.send(new CancelJobCommand({ jobId, reason }));

      const { statusReason } = await jobThatIs(world, second, 'FAILED');
      expect(statusReason).toMatch(/dependent job failed/i);
    },
  },
  {
    name: 'a fair share queue wants a share identifier and a priority for every job',
    run: async world => {
      const schedulingPolicyArn = await createPolicy(world, world.name('policy'));
      const { jobQueueName: jobQueue } = await stuckQueue(world, { schedulingPolicyArn });
      const { jobDefinitionArn: jobDefinition } = await fargateDefinition(world, ['true']);
      const share = { jobQueue, jobDefinition, shareIdentifier: 'blue' };

      await refused(submit(world, { jobQueue, jobDefinition }), 'ClientException');
      const says = 'Either schedulingPriority in job definition or schedulingPriorityOverride should be specified';
      await refused(submit(world, share), 'ClientException', says);
      const jobId = await submit(world, { ...share, schedulingPriorityOverride: 1 });

      expect(await findJob(world, jobId)).toMatchObject({ shareIdentifier: 'blue', schedulingPriority: 1 });
    },
  },
  {
    name: 'a job that nobody knows is left out of the answer',
    run: async world => {
      const unknown = '00000000-0000-4000-8000-000000000000';

      const { jobs: found } = await world.clients.batch.send(new DescribeJobsCommand({ jobs: [unknown] }));

      expect(found).toEqual([]);
    },
  },
  {
    name: 'the jobs of a queue are listed by name and by status, page by page',
    run: async world => {
      const { jobQueue, jobDefinition, jobId } = await stuckJob(world);
      const other = await submit(world, { jobQueue, jobDefinition, jobName: world.name('other') });
      for (const id of [jobId, other]) await jobThatIs(world, id, 'RUNNABLE');
      const { batch } = world.clients;

      const runnable = await paged(async nextToken => {
        const page = await batch.send(
          new ListJobsCommand({ jobQueue, jobStatus: 'RUNNABLE', maxResults: 1, nextToken }),
        );
        return { items: page.jobSummaryList?.map(one => one.jobId ?? ''), token: page.nextToken };
      });
      const filters = [{ name: 'JOB_NAME', values: [world.name('other')] }];
      const byName = await batch.send(new ListJobsCommand({ jobQueue, filters }));
      const ended = await batch.send(new ListJobsCommand({ jobQueue, jobStatus: 'SUCCEEDED' }));

      expect(runnable.sort()).toEqual([jobId, other].sort());
      expect(byName.jobSummaryList?.map(one => one.jobId)).toEqual([other]);
      expect(ended.jobSummaryList).toEqual([]);
    },
  },
];
