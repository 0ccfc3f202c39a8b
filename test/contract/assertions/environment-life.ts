import {
  DeleteComputeEnvironmentCommand,
  DescribeComputeEnvironmentsCommand,
  TagResourceCommand,
  UpdateComputeEnvironmentCommand,
  type UpdateComputeEnvironmentRequest,
} from '@aws-sdk/client-batch';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import {
  createEnvironment,
  ec2Request,
  environmentAtRest,
  fargateRequest,
  validEnvironment,
  validQueue,
} from '../batch-things.ts';
import type { Assertion, ContractWorld } from '../contract.ts';
import { trust, usableProfile, usableRole } from '../iam-things.ts';
import { paged } from '../paged.ts';
import { refused } from '../refused.ts';
import { findEnvironment, succeeds } from '../remove.ts';

const serviceRolePolicy = 'service-role/AWSBatchServiceRole';

function update(world: ContractWorld, computeEnvironment: string, change: Partial<UpdateComputeEnvironmentRequest>) {
  return world.clients.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment, ...change }));
}

function remove(world: ContractWorld, computeEnvironment: string) {
  return world.clients.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment }));
}

/** How compute environments are read, changed and deleted. */
export const environmentLife: readonly Assertion[] = [
  {
    name: 'a compute environment that nobody knows is left out of the answer',
    run: async world => {
      const { computeEnvironmentName } = await validEnvironment(world);

      const { computeEnvironments = [] } = await world.clients.batch.send(
        new DescribeComputeEnvironmentsCommand({
          computeEnvironments: [world.name('unknown'), computeEnvironmentName],
        }),
      );

      expect(computeEnvironments.map(one => one.computeEnvironmentName)).toEqual([computeEnvironmentName]);
    },
  },
  {
    name: 'more than a hundred compute environments in one Describe are refused',
    run: async world => {
      const computeEnvironments = Array.from({ length: 101 }, (_, index) => world.name(`unknown-${index}`));

      const call = world.clients.batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments }));

      await refused(call, 'ClientException');
    },
  },
  {
    name: 'compute environments can be read page by page, each once',
    run: async world => {
      const names = await Promise.all(
        ['one', 'two'].map(thing => createEnvironment(world, fargateRequest(world, world.name(thing)))),
      );

      const all = await paged(async nextToken => {
        const page = await world.clients.batch.send(
          new DescribeComputeEnvironmentsCommand({ maxResults: 1, nextToken }),
        );
        expect((page.computeEnvironments ?? []).length).toBeLessThanOrEqual(1);
        return { items: page.computeEnvironments, token: page.nextToken };
      });

      const own = all.map(one => one.computeEnvironmentName ?? '').filter(name => names.includes(name));
      expect(own.sort()).toEqual([...names].sort());
    },
  },
  {
    name: 'a compute environment that is being created cannot be changed or deleted',
    run: async world => {
      const name = await createEnvironment(world, fargateRequest(world, world.name('environment')));

      await refused(update(world, name, { state: 'DISABLED' }), 'ClientException', 'resource is being modified');
      await refused(remove(world, name), 'ClientException', 'resource is being modified');
    },
  },
  {
    name: 'a compute environment that is UPDATING takes no second update',
    run: async world => {
      const { computeEnvironmentName: name } = await validEnvironment(world);
      await update(world, name, { computeResources: { maxvCpus: 8 } });

      const during = await findEnvironment(world, name);

      expect(during).toMatchObject({ status: 'UPDATING', computeResources: { maxvCpus: 8 } });
      const second = update(world, name, { computeResources: { maxvCpus: 6 } });
      await refused(second, 'ClientException', 'Cannot update, resource is being modified');
    },
  },
  {
    name: 'what an update leaves out stays as it was',
    run: async world => {
      const { computeEnvironmentName: name, computeResources: before } = await validEnvironment(world);

      await update(world, name, { computeResources: { maxvCpus: 8 } });

      const after = await environmentAtRest(world, name);
      expect(after).toMatchObject({ status: 'VALID', state: 'ENABLED' });
      expect({
        ...after.computeResources,
        subnets: new Set(after.computeResources?.subnets),
        securityGroupIds: new Set(after.computeResources?.securityGroupIds),
      }).toEqual({
        ...before,
        maxvCpus: 8,
        subnets: new Set(before?.subnets),
        securityGroupIds: new Set(before?.securityGroupIds),
      });
    },
  },
  {
    name: 'empty subnets on Fargate change nothing',
    run: async world => {
      const { computeEnvironmentName: name } = await validEnvironment(world);

      await update(world, name, { computeResources: { maxvCpus: 8, subnets: [] } });

      const after = await environmentAtRest(world, name);
      expect(new Set(after.computeResources?.subnets)).toEqual(new Set(world.network.subnets));
    },
  },
  {
    name: 'an update with empty compute resources is refused',
    run: async world => {
      const { computeEnvironmentName: name } = await validEnvironment(world);

      const call = update(world, name, { computeResources: {} });

      await refused(call, 'ClientException', 'At least one compute-resources attribute must be specified');
    },
  },
  {
    name: 'an update policy and even empty tags are refused on Fargate',
    run: async world => {
      const { computeEnvironmentName: name } = await validEnvironment(world);
      const says = "can't be updated for Fargate";

      const policy = { updatePolicy: { terminateJobsOnUpdate: true }, computeResources: { maxvCpus: 8 } };
      await refused(update(world, name, policy), 'ClientException', says);
      await refused(update(world, name, { computeResources: { maxvCpus: 8, tags: {} } }), 'ClientException', says);
    },
  },
  {
    name: 'a compute environment that nobody knows cannot be changed',
    run: async world => {
      const call = update(world, world.name('unknown'), { state: 'DISABLED' });

      await refused(call, 'ClientException', 'does not exist');
    },
  },
  {
    name: 'minimum and maximum of EC2 are changed in place, and an update policy is returned with its defaults',
    run: async world => {
      const instanceRole = await usableProfile(world);
      const request = ec2Request(world, world.name('environment'), { instanceRole });
      const { computeEnvironmentName: name } = await validEnvironment(world, request);

      await update(world, name, {
        computeResources: { maxvCpus: 8 },
        updatePolicy: { jobExecutionTimeoutMinutes: 60 },
      });

      expect(await environmentAtRest(world, name)).toMatchObject({
        status: 'VALID',
        computeResources: { minvCpus: 0, maxvCpus: 8, instanceTypes: ['m5.large'] },
        updatePolicy: { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: 60 },
      });
    },
  },
  {
    name: 'instance types are not changed in place under BEST_FIT',
    run: async world => {
      const instanceRole = await usableProfile(world);
      const request = ec2Request(world, world.name('environment'), { instanceRole, allocationStrategy: 'BEST_FIT' });
      const { computeEnvironmentName: name } = await validEnvironment(world, request);

      await refused(update(world, name, { computeResources: { instanceTypes: ['c5.large'] } }), 'ClientException');
    },
  },
  {
    name: 'instance types are not changed in place with a service role of our own',
    run: async world => {
      const serviceRole = await usableRole(world, 'batch.amazonaws.com', serviceRolePolicy);
      const instanceRole = await usableProfile(world);
      const request = ec2Request(world, world.name('environment'), { instanceRole });
      const { computeEnvironmentName: name } = await validEnvironment(world, { ...request, serviceRole });

      const call = update(world, name, { computeResources: { instanceTypes: ['c5.large'] } });

      await refused(call, 'ClientException', 'can be updated only for Non-fargate Compute Environment');
    },
  },
  {
    name: 'a compute environment whose role does not trust Batch is INVALID until an update after the role is good',
    run: async world => {
      const serviceRole = await usableRole(world, 'ec2.amazonaws.com', serviceRolePolicy);
      const name = await createEnvironment(world, {
        ...fargateRequest(world, world.name('environment')),
        serviceRole,
      });

      const broken = await environmentAtRest(world, name);
      const RoleName = serviceRole.split('/').at(-1);
      const PolicyDocument = trust('batch.amazonaws.com');
      await world.clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      await world.pause(15);
      await update(world, name, { computeResources: { maxvCpus: 8 } });
      const repaired = await environmentAtRest(world, name);

      expect(broken.status).toBe('INVALID');
      expect(broken.statusReason).toMatch(/^CLIENT_ERROR - .*sts:AssumeRole/);
      expect(repaired).toMatchObject({ status: 'VALID', statusReason: 'ComputeEnvironment Healthy' });
    },
  },
  {
    name: 'an enabled compute environment is not deleted',
    run: async world => {
      const { computeEnvironmentName: name } = await validEnvironment(world);

      await refused(remove(world, name), 'ClientException', 'DISABLED');
    },
  },
  {
    name: 'a compute environment that a queue names is not deleted',
    run: async world => {
      const { computeEnvironmentOrder } = await validQueue(world);
      const name = computeEnvironmentOrder?.[0]?.computeEnvironment ?? '';
      await update(world, name, { state: 'DISABLED' });
      await environmentAtRest(world, name);

      await refused(remove(world, name), 'ClientException', 'found existing JobQueue relationship');
    },
  },
  {
    name: 'a deleted compute environment is DELETING, then gone, and its name comes back without its tags',
    run: async world => {
      const { computeEnvironmentName: name, computeEnvironmentArn } = await validEnvironment(world);
      const tags = { contract: 'old' };
      await world.clients.batch.send(new TagResourceCommand({ resourceArn: computeEnvironmentArn, tags }));
      await update(world, name, { state: 'DISABLED' });
      await environmentAtRest(world, name);
      await remove(world, name);

      const during = await findEnvironment(world, name);
      await refused(createEnvironment(world, fargateRequest(world, name)), 'ClientException', 'Object already exists');
      await world.until(async () => (await findEnvironment(world, name)) === undefined, `${name} is gone`);
      const create = () => succeeds(createEnvironment(world, fargateRequest(world, name)), /Object already exists/);
      await world.until(create, `the name ${name} is free`);
      const after = await environmentAtRest(world, name);

      expect(during).toMatchObject({ status: 'DELETING', state: 'DISABLED' });
      expect(after.tags ?? {}).toEqual({});
    },
  },
];
