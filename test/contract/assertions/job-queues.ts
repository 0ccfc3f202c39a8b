import {
  CreateJobQueueCommand,
  type CreateJobQueueRequest,
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  DeleteSchedulingPolicyCommand,
  DescribeJobQueuesCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
  type UpdateJobQueueRequest,
} from '@aws-sdk/client-batch';
import { expect } from 'vitest';
import {
  createEnvironment,
  createPolicy,
  createQueue,
  ec2Request,
  environmentAtRest,
  fargateRequest,
  queueAtRest,
  queueRequest,
  validEnvironment,
  validQueue,
} from '../batch-things.ts';
import type { Assertion, ContractWorld } from '../contract.ts';
import { usableProfile } from '../iam-things.ts';
import { refused } from '../refused.ts';
import { findQueue, succeeds } from '../remove.ts';

const notAttachable = 'must be created and valid before attaching';
const limit = {
  reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
  state: 'RUNNABLE',
  maxTimeSeconds: 600,
  action: 'CANCEL',
} as const;

function update(world: ContractWorld, jobQueue: string, change: Partial<UpdateJobQueueRequest>) {
  return world.clients.batch.send(new UpdateJobQueueCommand({ jobQueue, ...change }));
}

interface QueueRefusal {
  readonly name: string;
  readonly rest: (
    world: ContractWorld,
    environment: string,
  ) => Partial<CreateJobQueueRequest> | Promise<Partial<CreateJobQueueRequest>>;
  readonly says: string;
}

const refusals: readonly QueueRefusal[] = [
  {
    name: 'with a name that has a blank',
    rest: world => ({ jobQueueName: `${world.name('queue')} x` }),
    says: 'Job Queue name should match a valid pattern',
  },
  {
    name: 'over a compute environment that nobody knows',
    rest: world => ({ computeEnvironmentOrder: [{ order: 1, computeEnvironment: world.name('unknown') }] }),
    says: notAttachable,
  },
  {
    name: 'with two compute environments at one place',
    rest: async (world, environment) => {
      const other = await validEnvironment(world, fargateRequest(world, world.name('other')));
      return {
        computeEnvironmentOrder: [
          { order: 1, computeEnvironment: environment },
          { order: 1, computeEnvironment: other.computeEnvironmentName },
        ],
      };
    },
    says: 'Duplicate ComputeEnvironment order values',
  },
  {
    name: 'with a scheduling policy that nobody knows',
    rest: ({ account: { partition, region, accountId }, name }) => ({
      schedulingPolicyArn: `arn:${partition}:batch:${region}:${accountId}:scheduling-policy/${name('unknown')}`,
    }),
    says: 'not found',
  },
  {
    name: 'with the same time limit twice',
    rest: () => ({ jobStateTimeLimitActions: [limit, limit] }),
    says: 'Duplicate job state limit actions are not allowed',
  },
  {
    name: 'with a time limit that terminates',
    rest: () => ({ jobStateTimeLimitActions: [{ ...limit, action: 'TERMINATE' }] }),
    says: 'Valid job actions: [CANCEL]',
  },
];

/** How job queues are created, changed and deleted. */
export const jobQueues: readonly Assertion[] = [
  ...refusals.map(
    ({ name, rest, says }): Assertion => ({
      name: `a job queue ${name} is refused`,
      run: async world => {
        const { computeEnvironmentName } = await validEnvironment(world);
        const changes = await rest(world, computeEnvironmentName);

        const call = createQueue(world, queueRequest(world.name('queue'), [computeEnvironmentName], changes));

        await refused(call, 'ClientException', says);
      },
    }),
  ),
  {
    name: 'a new job queue is CREATING, and then VALID and healthy, ENABLED and of the kind of its environments',
    run: async world => {
      const { computeEnvironmentName, computeEnvironmentArn } = await validEnvironment(world);
      const name = await createQueue(world, queueRequest(world.name('queue'), [computeEnvironmentName]));

      const early = await findQueue(world, name);
      const late = await queueAtRest(world, name);

      expect(early?.status).toBe('CREATING');
      expect(late).toMatchObject({
        status: 'VALID',
        statusReason: 'JobQueue Healthy',
        state: 'ENABLED',
        jobQueueType: 'ECS_FARGATE',
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: computeEnvironmentArn }],
      });
    },
  },
  {
    name: 'the ARN of a job queue follows from its name',
    run: async world => {
      const { partition, region, accountId } = world.account;
      const { jobQueueName, jobQueueArn } = await validQueue(world);

      expect(jobQueueArn).toBe(`arn:${partition}:batch:${region}:${accountId}:job-queue/${jobQueueName}`);
      expect((await findQueue(world, jobQueueArn ?? ''))?.jobQueueName).toBe(jobQueueName);
    },
  },
  {
    name: 'a job queue may be created disabled, and its name is taken once',
    run: async world => {
      const { jobQueueName, state, computeEnvironmentOrder } = await validQueue(world, { state: 'DISABLED' });

      const again = world.clients.batch.send(
        new CreateJobQueueCommand({ jobQueueName, priority: 1, computeEnvironmentOrder }),
      );

      expect(state).toBe('DISABLED');
      await refused(again, 'ClientException', 'Object already exists');
    },
  },
  {
    name: 'a compute environment that is being created cannot be attached',
    run: async world => {
      const name = await createEnvironment(world, fargateRequest(world, world.name('environment')));

      await refused(createQueue(world, queueRequest(world.name('queue'), [name])), 'ClientException', notAttachable);
    },
  },
  {
    name: 'Fargate and EC2 cannot be mixed in a job queue',
    run: async world => {
      const instanceRole = await usableProfile(world);
      const ec2 = await validEnvironment(world, ec2Request(world, world.name('ec2'), { instanceRole }));
      const fargate = await validEnvironment(world);
      const both = [ec2, fargate].map(one => one.computeEnvironmentName);

      const call = createQueue(world, queueRequest(world.name('queue'), both));

      await refused(call, 'ClientException', 'Fargate and EC2 compute environments can not be mixed');
    },
  },
  {
    name: 'what an update of a job queue leaves out stays, lists are replaced whole, and an empty list clears',
    run: async world => {
      const { jobQueueName, computeEnvironmentOrder } = await validQueue(world, { jobStateTimeLimitActions: [limit] });

      await update(world, jobQueueName, { priority: 7 });
      const changed = await queueAtRest(world, jobQueueName);
      await update(world, jobQueueName, { jobStateTimeLimitActions: [] });
      const cleared = await queueAtRest(world, jobQueueName);

      expect(changed).toMatchObject({ priority: 7, computeEnvironmentOrder, jobStateTimeLimitActions: [limit] });
      expect(cleared).toMatchObject({ priority: 7, computeEnvironmentOrder });
      expect(cleared.jobStateTimeLimitActions ?? []).toEqual([]);
    },
  },
  {
    name: 'a job queue that is UPDATING takes no second update',
    run: async world => {
      const { jobQueueName } = await validQueue(world);
      await update(world, jobQueueName, { priority: 2 });

      expect(await findQueue(world, jobQueueName)).toMatchObject({ status: 'UPDATING', priority: 2 });
      await refused(update(world, jobQueueName, { priority: 3 }), 'ClientException', 'resource is being modified');
    },
  },
  {
    name: 'a job queue that nobody knows is left out of Describe and cannot be changed',
    run: async world => {
      const name = world.name('unknown');

      const { jobQueues: found } = await world.clients.batch.send(new DescribeJobQueuesCommand({ jobQueues: [name] }));

      expect(found).toEqual([]);
      await refused(update(world, name, { state: 'DISABLED' }), 'ClientException', 'does not exist');
    },
  },
  {
    name: 'a first-in-first-out queue never gains a scheduling policy',
    run: async world => {
      const schedulingPolicyArn = await createPolicy(world, world.name('policy'));
      const { jobQueueName } = await validQueue(world);

      await refused(update(world, jobQueueName, { schedulingPolicyArn }), 'ClientException');
    },
  },
  {
    name: 'a scheduling policy of a queue can be replaced, stays when left out, and is not deleted while in use',
    run: async world => {
      const { batch } = world.clients;
      const [one, two] = [await createPolicy(world, world.name('one')), await createPolicy(world, world.name('two'))];
      const { jobQueueName } = await validQueue(world, { schedulingPolicyArn: one });

      await update(world, jobQueueName, { schedulingPolicyArn: two });
      await queueAtRest(world, jobQueueName);
      await update(world, jobQueueName, { priority: 5 });

      expect((await queueAtRest(world, jobQueueName)).schedulingPolicyArn).toBe(two);
      await refused(batch.send(new DeleteSchedulingPolicyCommand({ arn: two })), 'ClientException');
      await batch.send(new DeleteSchedulingPolicyCommand({ arn: one }));
    },
  },
  {
    name: 'an enabled job queue is not deleted',
    run: async world => {
      const { jobQueueName } = await validQueue(world);

      const call = world.clients.batch.send(new DeleteJobQueueCommand({ jobQueue: jobQueueName }));

      await refused(call, 'ClientException', 'DISABLED');
    },
  },
  {
    name: 'a deleted job queue is DELETING with its name taken, then gone, and sets its environment free',
    run: async world => {
      const { batch } = world.clients;
      const { jobQueueName: jobQueue, computeEnvironmentOrder } = await validQueue(world, { state: 'DISABLED' });
      const computeEnvironment = computeEnvironmentOrder?.[0]?.computeEnvironment ?? '';
      await batch.send(new DeleteJobQueueCommand({ jobQueue }));

      const during = await findQueue(world, jobQueue);
      const again = batch.send(
        new CreateJobQueueCommand({ jobQueueName: jobQueue, priority: 1, computeEnvironmentOrder }),
      );
      await refused(again, 'ClientException', 'Object already exists');
      await world.until(async () => (await findQueue(world, jobQueue)) === undefined, `${jobQueue} is gone`);
      await batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment, state: 'DISABLED' }));
      await environmentAtRest(world, computeEnvironment);

      expect(during?.status).toBe('DELETING');
      const remove = () => batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment }));
      const free = () => succeeds(remove(), /found existing JobQueue relationship/);
      await world.until(free, 'the relationship ends');
    },
  },
];
