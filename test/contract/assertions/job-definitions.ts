import {
  DeregisterJobDefinitionCommand,
  DescribeJobDefinitionsCommand,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionRequest,
} from '@aws-sdk/client-batch';
import { expect } from 'vitest';
import { containerRequest, findRevision, oneCpu, publicImage, register } from '../batch-things.ts';
import type { Assertion, ContractWorld, Refusal } from '../contract.ts';
import { paged } from '../paged.ts';
import { refused } from '../refused.ts';
import { removeRevisions } from '../remove.ts';

const role = ({ account: { partition, accountId } }: ContractWorld) => `arn:${partition}:iam::${accountId}:role/unused`;

const onFargate = { platformCapabilities: ['FARGATE' as const] };

const refusals: readonly Refusal<RegisterJobDefinitionRequest>[] = [
  {
    name: 'with a name that has a blank',
    input: world => containerRequest(world, {}, { jobDefinitionName: `${world.name('definition')} x` }),
  },
  {
    name: 'of two shapes',
    input: world =>
      containerRequest(
        world,
        {},
        {
          ecsProperties: {
            taskProperties: [{ containers: [{ image: publicImage, resourceRequirements: [...oneCpu] }] }],
          },
        },
      ),
    says: 'Cannot use both ECS containerProperties and ecsProperties',
  },
  {
    name: 'of no shape',
    input: world => ({ jobDefinitionName: world.name('definition'), type: 'container' }),
  },
  {
    name: 'without an image',
    input: world => containerRequest(world, { image: undefined }),
    says: 'Image must be provided',
  },
  {
    name: 'for two platforms',
    input: world => containerRequest(world, {}, { platformCapabilities: ['EC2', 'FARGATE'] }),
    says: 'Exactly 1 capability must be provided',
  },
  {
    name: 'for a platform that nobody knows',
    input: world => containerRequest(world, {}, { platformCapabilities: ['MOON' as 'EC2'] }),
    says: 'Capability MOON is not valid',
  },
  {
    name: 'with a scheduling priority of 10000',
    input: world => containerRequest(world, {}, { schedulingPriority: 10_000 }),
    says: 'Scheduling priority must be between 0 and 9999',
  },
  {
    name: 'with exit rules but no attempts',
    input: world =>
      containerRequest(world, {}, { retryStrategy: { evaluateOnExit: [{ onExitCode: '1', action: 'RETRY' }] } }),
    says: 'RetryAttempts must be provided with retry strategy',
  },
  {
    name: 'with eleven attempts',
    input: world => containerRequest(world, {}, { retryStrategy: { attempts: 11 } }),
  },
  {
    name: 'with a timeout of a second',
    input: world => containerRequest(world, {}, { timeout: { attemptDurationSeconds: 1 } }),
  },
  {
    name: 'with a variable that AWS Batch sets itself',
    input: world => containerRequest(world, { environment: [{ name: 'AWS_BATCH_JOB', value: '1' }] }),
  },
  {
    name: 'with secrets but no execution role',
    input: world => containerRequest(world, { secrets: [{ name: 'TOKEN', valueFrom: world.name('secret') }] }),
    says: 'executionRoleArn cannot be empty when using secrets or secretOptions',
  },
  {
    name: 'larger than 24 KiB',
    input: world => containerRequest(world, { command: Array.from({ length: 30 }, () => 'x'.repeat(1_000)) }),
  },
  {
    name: 'on EC2, without vCPUs',
    input: world => containerRequest(world, { resourceRequirements: [{ type: 'MEMORY', value: '512' }] }),
    says: 'vCPU is required',
  },
  {
    name: 'on EC2, with a runtime platform',
    input: world => containerRequest(world, { runtimePlatform: { cpuArchitecture: 'X86_64' } }),
    says: 'runtimePlatform is not applicable for EC2',
  },
  {
    name: 'on Fargate, without an execution role',
    input: world => containerRequest(world, {}, onFargate),
  },
  {
    name: 'on Fargate, with memory that does not go with its vCPUs',
    input: world =>
      containerRequest(
        world,
        {
          executionRoleArn: role(world),
          resourceRequirements: [
            { type: 'VCPU', value: '1' },
            { type: 'MEMORY', value: '512' },
          ],
        },
        onFargate,
      ),
  },
  {
    name: 'on Fargate, with a GPU',
    input: world =>
      containerRequest(
        world,
        { executionRoleArn: role(world), resourceRequirements: [...oneCpu, { type: 'GPU', value: '1' }] },
        onFargate,
      ),
    says: 'GPU is not applicable for Fargate',
  },
  {
    name: 'on Fargate, with a log driver of EC2',
    input: world =>
      containerRequest(
        world,
        { executionRoleArn: role(world), logConfiguration: { logDriver: 'json-file' } },
        onFargate,
      ),
    says: 'Log driver for Fargate is not valid',
  },
  {
    name: 'with a main node that is none of its nodes',
    input: world => ({
      jobDefinitionName: world.name('definition'),
      type: 'multinode',
      nodeProperties: {
        numNodes: 2,
        mainNode: 2,
        nodeRangeProperties: [
          { targetNodes: '0:1', container: { image: publicImage, resourceRequirements: [...oneCpu] } },
        ],
      },
    }),
    says: 'Main node index is out of range',
  },
];

function deregister({ clients: { batch } }: ContractWorld, jobDefinition: string | undefined) {
  return batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));
}

/** How revisions of job definitions are counted, found and retired. */
export const jobDefinitions: readonly Assertion[] = [
  ...refusals.map(
    ({ name, input, says }): Assertion => ({
      name: `a job definition ${name} is refused`,
      run: async world => {
        const request = input(world);
        world.afterwards(() => removeRevisions(world, world.name('definition')));

        await refused(world.clients.batch.send(new RegisterJobDefinitionCommand(request)), 'ClientException', says);
      },
    }),
  ),
  {
    name: 'each registration is a new revision, however equal its content',
    run: async world => {
      const { partition, region, accountId } = world.account;

      const one = await register(world, containerRequest(world));
      const two = await register(world, containerRequest(world));

      const name = world.name('definition');
      expect([one.revision, two.revision]).toEqual([1, 2]);
      expect([one.status, two.status]).toEqual(['ACTIVE', 'ACTIVE']);
      expect(two.jobDefinitionArn).toBe(`arn:${partition}:batch:${region}:${accountId}:job-definition/${name}:2`);
    },
  },
  {
    name: 'the number of a deregistered revision is never used again',
    run: async world => {
      const one = await register(world, containerRequest(world));
      await deregister(world, one.jobDefinitionArn);

      const two = await register(world, containerRequest(world));

      expect(two.revision).toBe(2);
    },
  },
  {
    name: 'a deregistered revision is INACTIVE but still there, and may be deregistered again',
    run: async world => {
      const one = await register(world, containerRequest(world));
      const reference = `${one.jobDefinitionName}:1`;

      await deregister(world, reference);
      await deregister(world, reference);

      expect((await findRevision(world, reference))?.status).toBe('INACTIVE');
    },
  },
  {
    name: 'a bare name is not enough to deregister',
    run: async world => {
      const one = await register(world, containerRequest(world));

      await refused(deregister(world, one.jobDefinitionName), 'ClientException');
    },
  },
  {
    name: 'revisions are found by ARN, by name and number, and by name and status',
    run: async world => {
      const one = await register(world, containerRequest(world));
      const two = await register(world, containerRequest(world));
      await deregister(world, one.jobDefinitionArn);
      const { jobDefinitionName } = one;
      const { batch } = world.clients;

      const active = await batch.send(new DescribeJobDefinitionsCommand({ jobDefinitionName, status: 'ACTIVE' }));
      const retired = await batch.send(new DescribeJobDefinitionsCommand({ jobDefinitionName, status: 'INACTIVE' }));

      expect((await findRevision(world, `${jobDefinitionName}:2`))?.jobDefinitionArn).toBe(two.jobDefinitionArn);
      expect((await findRevision(world, two.jobDefinitionArn ?? ''))?.revision).toBe(2);
      expect(active.jobDefinitions?.map(({ revision }) => revision)).toEqual([2]);
      expect(retired.jobDefinitions?.map(({ revision }) => revision)).toEqual([1]);
    },
  },
  {
    name: 'a revision that nobody knows is left out of the answer',
    run: async world => {
      expect(await findRevision(world, `${world.name('unknown')}:1`)).toBeUndefined();
    },
  },
  {
    name: 'revisions by reference are asked for alone, and by at most a hundred',
    run: async world => {
      const jobDefinitions = Array.from({ length: 101 }, (_, index) => `${world.name('unknown')}:${index + 1}`);
      const jobDefinitionName = world.name('unknown');
      const { batch } = world.clients;

      await refused(batch.send(new DescribeJobDefinitionsCommand({ jobDefinitions })), 'ClientException');
      const both = { jobDefinitions: jobDefinitions.slice(0, 1), jobDefinitionName };
      await refused(batch.send(new DescribeJobDefinitionsCommand(both)), 'ClientException');
    },
  },
  {
    name: 'the revisions of a name can be read page by page, each once',
    run: async world => {
      for (const _ of [1, 2, 3]) await register(world, containerRequest(world));
      const jobDefinitionName = world.name('definition');

      const all = await paged(async nextToken => {
        const input = { jobDefinitionName, maxResults: 1, nextToken };
        const page = await world.clients.batch.send(new DescribeJobDefinitionsCommand(input));
        expect((page.jobDefinitions ?? []).length).toBeLessThanOrEqual(1);
        return { items: page.jobDefinitions, token: page.nextToken };
      });

      expect(all.map(({ revision }) => revision).sort()).toEqual([1, 2, 3]);
    },
  },
  {
    name: 'a new revision inherits nothing from the one before',
    run: async world => {
      await register(
        world,
        containerRequest(
          world,
          { command: ['old'], executionRoleArn: role(world) },
          {
            ...onFargate,
            parameters: { a: 'b' },
            retryStrategy: { attempts: 3 },
            timeout: { attemptDurationSeconds: 60 },
            propagateTags: true,
            schedulingPriority: 5,
            tags: { contract: 'old' },
          },
        ),
      );

      const two = await register(world, containerRequest(world));

      const { parameters, retryStrategy, timeout, schedulingPriority, tags = {}, propagateTags } = two;
      expect({ parameters, retryStrategy, timeout, schedulingPriority, tags }).toEqual({ parameters: {}, tags: {} });
      expect(propagateTags).not.toBe(true);
      expect(two.platformCapabilities ?? []).not.toContain('FARGATE');
      expect(two.containerProperties).toMatchObject({ command: [] });
    },
  },
];
