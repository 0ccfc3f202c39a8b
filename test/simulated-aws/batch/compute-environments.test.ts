import {
  CreateComputeEnvironmentCommand,
  DeleteComputeEnvironmentCommand,
  DescribeComputeEnvironmentsCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { ec2Environment, fargateEnvironment, validEnvironment, validQueue } from './samples.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

async function status(name: string): Promise<string | undefined> {
  const { computeEnvironments } = await sim.clients.batch.send(
    new DescribeComputeEnvironmentsCommand({ computeEnvironments: [name] }),
  );
  return computeEnvironments?.[0]?.status;
}

async function disabled(name: string): Promise<void> {
  await sim.clients.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: name, state: 'DISABLED' }));
  await clock.advance(sim.durations.updateMetadata);
}

describe('creation', () => {
  it('passes through CREATING to VALID at its time', async () => {
    sim.iam.addInstanceProfile('instance');
    await sim.clients.batch.send(new CreateComputeEnvironmentCommand(ec2Environment('blue')));

    await clock.advance(sim.durations.createComputeEnvironment - 1);
    expect(await status('blue')).toBe('CREATING');
    await clock.advance(1);
    expect(await status('blue')).toBe('VALID');
  });

  it('fills in what the request left out', async () => {
    await validEnvironment(sim, clock, ec2Environment('blue', {}, { tags: { a: '1' } }));

    expect(sim.batch.computeEnvironments.get('blue')).toEqual({
      computeEnvironmentName: 'blue',
      computeEnvironmentArn: 'arn:aws:batch:eu-west-1:123456789012:compute-environment/blue',
      ecsClusterArn: expect.stringMatching(/^arn:aws:ecs:eu-west-1:123456789012:cluster\/blue_Batch_[0-9a-f-]{36}$/),
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tags: { a: '1' },
      type: 'MANAGED',
      state: 'ENABLED',
      status: 'VALID',
      statusReason: 'ComputeEnvironment Healthy',
      serviceRole: 'arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch',
      containerOrchestrationType: 'ECS',
      computeResources: {
        type: 'EC2',
        allocationStrategy: 'BEST_FIT_PROGRESSIVE',
        minvCpus: 0,
        desiredvCpus: 0,
        maxvCpus: 16,
        instanceTypes: ['m5'],
        instanceRole: 'instance',
        subnets: ['subnet-1'],
        securityGroupIds: ['sg-1'],
        ec2Configuration: [{ imageType: 'ECS_AL2023' }],
        tags: {},
      },
    });
    expect(sim.iam.roles.get('AWSServiceRoleForBatch')?.Path).toBe('/aws-service-role/batch.amazonaws.com/');
  });

  it('answers for Fargate with empty lists and without the fields of EC2', async () => {
    await validEnvironment(sim, clock, fargateEnvironment('quick'));

    expect(sim.batch.computeEnvironments.get('quick')?.computeResources).toEqual({
      type: 'FARGATE',
      maxvCpus: 16,
      subnets: ['subnet-1'],
      securityGroupIds: ['sg-1'],
      instanceTypes: [],
      ec2Configuration: [],
    });
  });

  it('answers in the letter case of Batch, and with the ARN of a bare role name', async () => {
    const request = fargateEnvironment('quick');
    await sim.clients.batch.send(
      new CreateComputeEnvironmentCommand({ ...request, type: 'managed' as 'MANAGED', serviceRole: 'batch' }),
    );

    expect(sim.batch.computeEnvironments.get('quick')).toMatchObject({
      type: 'MANAGED',
      serviceRole: 'arn:aws:iam::123456789012:role/batch',
    });
  });

  it('fills the doubtful defaults only where asked to', async () => {
    const filling = new SimulatedAws({ clock, fillsDefaults: true });
    const request = ec2Environment('blue', {
      type: 'SPOT',
      allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED',
      launchTemplate: { launchTemplateName: 'boot' },
    });
    for (const one of [sim, filling]) await one.clients.batch.send(new CreateComputeEnvironmentCommand(request));

    const lean = sim.batch.computeEnvironments.get('blue')?.computeResources;
    const filled = filling.batch.computeEnvironments.get('blue')?.computeResources;

    expect([lean?.bidPercentage, lean?.launchTemplate]).toEqual([undefined, { launchTemplateName: 'boot' }]);
    expect([filled?.bidPercentage, filled?.launchTemplate]).toEqual([
      100,
      { launchTemplateName: 'boot', version: '$Default' },
    ]);
  });

  it('refuses a name that is taken, a DELETING one included, and gives it free once DELETED', async () => {
    await validEnvironment(sim, clock, ec2Environment('blue'));
    const create = () => rejection(sim.clients.batch.send(new CreateComputeEnvironmentCommand(ec2Environment('blue'))));

    expect(await create()).toBe('ClientException: Object already exists');
    await disabled('blue');
    await sim.clients.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' }));
    expect(await create()).toBe('ClientException: Object already exists');
    await clock.advance(sim.durations.deleteComputeEnvironment);
    expect(await status('blue')).toBe('DELETED');
    expect(await create()).toBe('not refused');
    await clock.advance(sim.durations.lingerDeleted);
    expect(await status('blue')).toBe('CREATING');
  });
});

describe('deletion', () => {
  it.each([
    {
      name: 'one that does not exist',
      prepare: async () => undefined,
      message: 'arn:aws:batch:eu-west-1:123456789012:compute-environment/blue does not exist',
    },
    {
      name: 'one that is CREATING',
      prepare: () => sim.clients.batch.send(new CreateComputeEnvironmentCommand(ec2Environment('blue'))),
      message: 'Cannot delete, resource is being modified.',
    },
    {
      name: 'one that is ENABLED',
      prepare: () => validEnvironment(sim, clock, ec2Environment('blue')),
      message: 'Cannot delete an enabled compute environment, set the state to DISABLED first.',
    },
    {
      name: 'one that a queue names',
      prepare: async () => {
        await validEnvironment(sim, clock, ec2Environment('blue'));
        await validQueue(sim, clock, 'main', ['blue']);
        await disabled('blue');
      },
      message: 'Cannot delete, found existing JobQueue relationship',
    },
  ])('refuses $name', async ({ prepare, message }) => {
    await prepare();

    const call = sim.clients.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' }));

    expect(await rejection(call)).toBe(`ClientException: ${message}`);
  });

  it('is not interrupted by anything, and turns INVALID on Fargate while jobs run', async () => {
    await validEnvironment(sim, clock, fargateEnvironment('blue'));
    await disabled('blue');
    sim.batch.placements.set('job-1', 'blue');
    await sim.clients.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' }));
    const again = new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' });
    const update = new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', state: 'ENABLED' });
    expect(await rejection(sim.clients.batch.send(again))).toBe(
      'ClientException: Cannot delete, resource is being modified.',
    );
    expect(await rejection(sim.clients.batch.send(update))).toBe(
      'ClientException: Cannot update, resource is being modified.',
    );

    await clock.advance(sim.durations.deleteComputeEnvironment);

    expect(sim.batch.computeEnvironments.get('blue')).toMatchObject({
      status: 'INVALID',
      statusReason: 'CLIENT_ERROR - Compute environment has active jobs: job-1',
    });
  });

  it('is refused for a while after the queue let go', async () => {
    await validEnvironment(sim, clock, ec2Environment('blue'));
    await validEnvironment(sim, clock, ec2Environment('green'));
    await validQueue(sim, clock, 'main', ['blue']);
    await disabled('blue');
    const remove = () =>
      rejection(sim.clients.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' })));
    await sim.clients.batch.send(
      new UpdateJobQueueCommand({
        jobQueue: 'main',
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'green' }],
      }),
    );

    await clock.advance(sim.durations.relationshipLag - 1);
    expect(await remove()).toBe('ClientException: Cannot delete, found existing JobQueue relationship');
    await clock.advance(1);
    expect(await remove()).toBe('not refused');
  });

  it('gets stuck INVALID when the service role is gone, and goes on once it is back', async () => {
    const role = { trusts: ['batch.amazonaws.com'] };
    const serviceRole = sim.iam.addRole('batch', role);
    await validEnvironment(sim, clock, ec2Environment('blue', {}, { serviceRole }));
    await disabled('blue');
    sim.iam.roles.delete('batch');
    await sim.clients.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' }));
    await clock.advance(sim.durations.deleteComputeEnvironment);
    expect(sim.batch.computeEnvironments.get('blue')).toMatchObject({
      status: 'INVALID',
      statusReason: `CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${serviceRole}`,
    });

    sim.iam.addRole('batch', role);
    await sim.clients.batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' }));
    await clock.advance(sim.durations.deleteComputeEnvironment + sim.durations.lingerDeleted);
    expect(await status('blue')).toBeUndefined();
  });
});

describe('Describe', () => {
  it('takes names and ARNs, and leaves out what is not there', async () => {
    await validEnvironment(sim, clock, fargateEnvironment('a'));
    await validEnvironment(sim, clock, fargateEnvironment('b'));
    const computeEnvironments = [
      'a',
      'arn:aws:batch:eu-west-1:123456789012:compute-environment/b',
      'arn:aws:batch:us-east-1:123456789012:compute-environment/a',
      'c',
    ];

    const answer = await sim.clients.batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments }));

    expect(answer.computeEnvironments?.map(one => one.computeEnvironmentName)).toEqual(['a', 'b']);
  });

  it('pages, and refuses more than a hundred names and foreign tokens', async () => {
    for (const name of ['a', 'b', 'c'])
      await sim.clients.batch.send(new CreateComputeEnvironmentCommand(fargateEnvironment(name)));
    const describe = (input: object) => sim.clients.batch.send(new DescribeComputeEnvironmentsCommand(input));

    const first = await describe({ maxResults: 2 });
    const second = await describe({ maxResults: 2, nextToken: first.nextToken });

    expect(first.computeEnvironments?.map(one => one.computeEnvironmentName)).toEqual(['a', 'b']);
    expect(second.computeEnvironments?.map(one => one.computeEnvironmentName)).toEqual(['c']);
    expect(second.nextToken).toBeUndefined();
    expect(await rejection(describe({ computeEnvironments: Array.from({ length: 101 }, String) }))).toContain(
      'maximum of 100',
    );
    expect(await rejection(describe({ maxResults: 101 }))).toContain('between 1 and 100');
    expect(await rejection(describe({ computeEnvironments: ['a'], maxResults: 1 }))).toContain(
      'MaxResults cannot both',
    );
    expect(await rejection(describe({ nextToken: 'abc' }))).toContain('Invalid nextToken');
  });

  it('gives sets in any order where asked to, but not the instance types of an ordered strategy', async () => {
    const subnets = Array.from({ length: 8 }, (_, index) => `subnet-${index}`);
    const instanceTypes = ['m5', 'c5', 'r5', 'm6i', 'c6i', 'r6i', 'c7i', 'm7i'];
    const orders = async (allocationStrategy: 'BEST_FIT_PROGRESSIVE' | 'BEST_FIT_PROGRESSIVE_ORDERED') => {
      const aws = new SimulatedAws({ clock, reorders: true });
      const request = ec2Environment('blue', { allocationStrategy, subnets, instanceTypes });
      await aws.clients.batch.send(new CreateComputeEnvironmentCommand(request));
      const answer = await aws.clients.batch.send(new DescribeComputeEnvironmentsCommand({}));
      return answer.computeEnvironments?.[0]?.computeResources;
    };

    const unordered = await orders('BEST_FIT_PROGRESSIVE');
    const ordered = await orders('BEST_FIT_PROGRESSIVE_ORDERED');

    expect(unordered?.subnets).not.toEqual(subnets);
    expect(new Set(unordered?.subnets)).toEqual(new Set(subnets));
    expect(unordered?.instanceTypes).not.toEqual(instanceTypes);
    expect(ordered?.instanceTypes).toEqual(instanceTypes);
  });
});
