import type { UpdateComputeEnvironmentRequest } from '@aws-sdk/client-batch';
import { CreateComputeEnvironmentCommand, UpdateComputeEnvironmentCommand } from '@aws-sdk/client-batch';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import type { Durations } from '../durations.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { ec2Environment, fargateEnvironment, validEnvironment } from './samples.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

type Change = Omit<UpdateComputeEnvironmentRequest, 'computeEnvironment'>;

function update(change: Change): Promise<unknown> {
  return sim.clients.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', ...change }));
}

function resources() {
  return sim.batch.computeEnvironments.get('blue')?.computeResources;
}

describe('time', () => {
  const classes: readonly { name: string; change: Change; duration: keyof Durations }[] = [
    { name: 'the state', change: { state: 'DISABLED' }, duration: 'updateMetadata' },
    {
      name: 'the update policy',
      change: { updatePolicy: { jobExecutionTimeoutMinutes: 60 } },
      duration: 'updateMetadata',
    },
    { name: 'nothing', change: { computeResources: { maxvCpus: 16 } }, duration: 'updateMetadata' },
    { name: 'the maximum', change: { computeResources: { maxvCpus: 32 } }, duration: 'updateScaling' },
    {
      name: 'instance types',
      change: { computeResources: { instanceTypes: ['c5'] } },
      duration: 'updateInfrastructure',
    },
    {
      name: 'EC2 tags and the maximum',
      change: { computeResources: { maxvCpus: 32, tags: { a: '1' } } },
      duration: 'updateInfrastructure',
    },
    {
      name: 'to the newest image',
      change: { computeResources: { maxvCpus: 16, updateToLatestImageVersion: true } },
      duration: 'updateInfrastructure',
    },
  ];

  it.each(classes)('a change of $name takes $duration', async ({ change, duration }) => {
    await validEnvironment(sim, clock, ec2Environment('blue'));

    await update(change);
    await clock.advance(sim.durations[duration] - 1);
    expect(sim.batch.computeEnvironments.get('blue')?.status).toBe('UPDATING');
    await clock.advance(1);
    expect(sim.batch.computeEnvironments.get('blue')?.status).toBe('VALID');
  });

  it('lets nobody else in meanwhile', async () => {
    sim.iam.addInstanceProfile('instance');
    await sim.clients.batch.send(new CreateComputeEnvironmentCommand(ec2Environment('blue')));
    expect(await rejection(update({ state: 'DISABLED' }))).toBe(
      'ClientException: Cannot update, resource is being modified.',
    );

    await clock.advance(sim.durations.createComputeEnvironment);
    await update({ state: 'DISABLED' });
    expect(await rejection(update({ state: 'ENABLED' }))).toBe(
      'ClientException: Cannot update, resource is being modified.',
    );
  });

  it('does not end an update with the end of an earlier one', async () => {
    await validEnvironment(sim, clock, ec2Environment('blue'));
    await update({ state: 'DISABLED' });
    sim.batch.computeEnvironments.edit('blue', { status: 'VALID' });
    await update({ computeResources: { maxvCpus: 32 } });

    await clock.advance(sim.durations.updateMetadata);

    expect(sim.batch.computeEnvironments.get('blue')?.status).toBe('UPDATING');
  });
});

describe('contents', () => {
  it.each<{ name: string; change: Change['computeResources']; result: object }>([
    {
      name: 'keeps what is left out',
      change: { maxvCpus: 32 },
      result: { instanceTypes: ['m5'], subnets: ['subnet-1'], maxvCpus: 32 },
    },
    {
      name: 'replaces lists as a whole',
      change: { instanceTypes: ['c5', 'r5'] },
      result: { instanceTypes: ['c5', 'r5'] },
    },
    { name: 'replaces the map of EC2 tags as a whole', change: { tags: { b: '2' } }, result: { tags: { b: '2' } } },
    { name: 'sets a key pair', change: { ec2KeyPair: 'key' }, result: { ec2KeyPair: 'key' } },
    {
      name: 'lifts the desired number to the minimum',
      change: { minvCpus: 4 },
      result: { minvCpus: 4, desiredvCpus: 4 },
    },
    {
      name: 'has no place for a fleet role',
      change: { maxvCpus: 32, spotIamFleetRole: 'fleet' } as Change['computeResources'],
      result: { maxvCpus: 32 },
    },
    { name: 'never keeps updateToLatestImageVersion', change: { updateToLatestImageVersion: true }, result: {} },
  ])('$name', async ({ change, result }) => {
    await validEnvironment(sim, clock, ec2Environment('blue', { tags: { a: '1' } }));

    await update({ computeResources: change });

    expect(resources()).toMatchObject(result);
    expect(resources()).not.toHaveProperty('updateToLatestImageVersion');
    expect(resources()).not.toHaveProperty('spotIamFleetRole');
  });

  it('tells the state of the image once there are instances, which is no part of what was sent', async () => {
    const ec2Configuration = [{ imageType: 'ECS_AL2023' }, { imageType: 'ECS_AL2', imageIdOverride: 'ami-1' }];
    await validEnvironment(sim, clock, ec2Environment('blue', { ec2Configuration }));
    expect(resources()?.ec2Configuration).toEqual(ec2Configuration);
    sim.batch.scale('blue', 4);
    const [first, second] = ec2Configuration;
    expect(resources()?.ec2Configuration).toEqual([{ ...first, batchImageStatus: 'LATEST' }, second]);

    await update({ computeResources: { maxvCpus: 16, ec2Configuration } });
    await clock.advance(sim.durations.updateMetadata);

    expect(sim.batch.computeEnvironments.get('blue')?.status).toBe('VALID');
  });

  it.each(['imageId', 'ec2KeyPair', 'placementGroup'] as const)('clears %s with an empty string', async field => {
    await validEnvironment(sim, clock, ec2Environment('blue', { [field]: 'x' }));

    await update({ computeResources: { [field]: '' } });

    expect(resources()).not.toHaveProperty(field);
  });

  it('replaces a launch template with its overrides, and drops it with an empty id', async () => {
    for (const name of ['boot', 'gpu']) await template(name);
    const launchTemplate = {
      launchTemplateName: 'boot',
      overrides: [{ launchTemplateName: 'gpu', targetInstanceTypes: ['m5.large'] }],
    };
    await validEnvironment(sim, clock, ec2Environment('blue', { launchTemplate }));

    await update({ computeResources: { launchTemplate: { launchTemplateName: 'boot', version: '1' } } });
    expect(resources()?.launchTemplate).toEqual({ launchTemplateName: 'boot', version: '1' });
    await clock.advance(sim.durations.updateInfrastructure);
    await update({ computeResources: { launchTemplate: { launchTemplateId: '' } } });
    expect(resources()).not.toHaveProperty('launchTemplate');
  });

  it('fills in the rest of an update policy', async () => {
    await validEnvironment(sim, clock, ec2Environment('blue'));

    await update({ updatePolicy: { terminateJobsOnUpdate: true } });

    expect(sim.batch.computeEnvironments.get('blue')?.updatePolicy).toEqual({
      terminateJobsOnUpdate: true,
      jobExecutionTimeoutMinutes: 30,
    });
  });

  it('ignores empty lists on Fargate', async () => {
    await validEnvironment(sim, clock, fargateEnvironment('blue'));

    await update({ computeResources: { maxvCpus: 8, subnets: [] } });

    expect(resources()).toMatchObject({ maxvCpus: 8, subnets: ['subnet-1'] });
  });
});

async function template(LaunchTemplateName: string): Promise<void> {
  const LaunchTemplateData = { EbsOptimized: true };
  await sim.clients.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
}

describe('launch template versions', () => {
  it('are looked at again in infrastructure updates only', async () => {
    await template('boot');
    await validEnvironment(
      sim,
      clock,
      ec2Environment('blue', { launchTemplate: { launchTemplateName: 'boot', version: '$Default' } }),
    );
    const data = { LaunchTemplateData: { EbsOptimized: false } };
    await sim.clients.ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName: 'boot', ...data }));
    await sim.clients.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'boot', DefaultVersion: '2' }));
    const resolved = () => sim.batch.resolvedLaunchTemplates.get('blue')?.versionNumber;

    expect(resolved()).toBe(1);
    await update({ computeResources: { maxvCpus: 32 } });
    expect(resolved()).toBe(1);
    await clock.advance(sim.durations.updateScaling);
    await update({ computeResources: { tags: { any: 'thing' } } });
    expect(resolved()).toBe(2);
  });
});

describe('refusals', () => {
  const refused: readonly {
    name: string;
    change: Change;
    message: string;
    request?: Parameters<typeof ec2Environment>[1];
    role?: true;
  }[] = [
    {
      name: 'an empty computeResources',
      change: { computeResources: {} },
      message: 'At least one compute-resources attribute must be specified',
    },
    {
      name: 'fewer desired vCPUs',
      change: { computeResources: { desiredvCpus: 2 } },
      message:
        'Manually scaling down compute environment is not supported. Disconnecting job queues from compute environment will cause it to scale-down to minvCpus.',
    },
    {
      name: 'a desired number above the maximum',
      change: { computeResources: { desiredvCpus: 17 } },
      message: 'desiredvCpus should be between minvCpus and maxvCpus.',
    },
    {
      name: 'a maximum below the minimum',
      change: { computeResources: { minvCpus: 20 } },
      message: 'maxvCpus should be greater than or equal to minvCpus.',
    },
    {
      name: 'a maximum below what runs',
      change: { computeResources: { maxvCpus: 7 } },
      message: 'desiredvCpus should be between minvCpus and maxvCpus.',
    },
    {
      name: 'fields alone that the request has no place for',
      change: { computeResources: { spotIamFleetRole: 'fleet' } as Change['computeResources'] },
      message: 'At least one compute-resources attribute must be specified',
    },
    {
      name: 'a newer image under a custom role',
      role: true,
      change: { computeResources: { updateToLatestImageVersion: true } },
      message:
        'Following fields [updateToLatestImageVersion] can be updated only for Non-fargate Compute Environment having a Batch Service Linked Role',
    },
    {
      name: 'a newer image with BEST_FIT',
      request: { allocationStrategy: 'BEST_FIT' },
      change: { computeResources: { updateToLatestImageVersion: true } },
      message:
        'Following fields [updateToLatestImageVersion] can not be updated for a Compute Environment with the BEST_FIT allocation strategy',
    },
    {
      name: 'BEST_FIT from now on',
      change: { computeResources: { allocationStrategy: 'BEST_FIT' as 'BEST_FIT_PROGRESSIVE' } },
      message: 'allocationStrategy is not valid for an update.',
    },
    {
      name: 'Fargate from now on',
      change: { computeResources: { type: 'FARGATE' } },
      message: 'A compute environment can not be updated to Fargate.',
    },
    {
      name: 'unmanagedvCpus',
      change: { unmanagedvCpus: 4 },
      message: 'unmanagedvCpus is not applicable for managed Compute Environments',
    },
    {
      name: 'infrastructure under a custom role',
      role: true,
      change: { computeResources: { instanceTypes: ['c5'], subnets: ['subnet-2'] } },
      message:
        'Following fields [instanceTypes, subnets] can be updated only for Non-fargate Compute Environment having a Batch Service Linked Role',
    },
    {
      name: 'infrastructure with BEST_FIT',
      request: { allocationStrategy: undefined },
      change: { computeResources: { instanceTypes: ['c5'] } },
      message:
        'Following fields [instanceTypes] can not be updated for a Compute Environment with the BEST_FIT allocation strategy',
    },
    {
      name: 'a change to the service-linked role',
      role: true,
      change: { serviceRole: '' },
      message:
        'A compute environment can not be changed between the Batch Service Linked Role and another service role.',
    },
    {
      name: 'a short scale-down delay',
      change: { computeResources: { scalingPolicy: { minScaleDownDelayMinutes: 5 } } },
      message: 'minScaleDownDelayMinutes should be 0 or between 20 and 10080.',
    },
    {
      name: 'a long job timeout',
      change: { updatePolicy: { jobExecutionTimeoutMinutes: 361 } },
      message: 'jobExecutionTimeoutMinutes should be between 1 and 360.',
    },
  ];

  it.each(refused)('$name', async ({ change, message, request, role }) => {
    const serviceRole = role && sim.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
    await validEnvironment(sim, clock, ec2Environment('blue', request, { serviceRole }));
    sim.batch.scale('blue', 8);
    const before = sim.batch.computeEnvironments.get('blue');

    expect(await rejection(update(change))).toBe(`ClientException: ${message}`);
    expect(sim.batch.computeEnvironments.get('blue')).toBe(before);
  });

  it.each<{ name: string; change: Change }>([
    { name: 'an update policy', change: { updatePolicy: { terminateJobsOnUpdate: true } } },
    { name: 'empty EC2 tags', change: { computeResources: { maxvCpus: 8, tags: {} } } },
    { name: 'another type', change: { computeResources: { type: 'FARGATE_SPOT' } } },
    { name: 'minvCpus', change: { computeResources: { minvCpus: 0 } } },
  ])('$name on Fargate', async ({ change }) => {
    await validEnvironment(sim, clock, fargateEnvironment('blue'));

    expect(await rejection(update(change))).toMatch(
      /^ClientException: The following parameters can't be updated for Fargate compute environment: allocationStrategy, /,
    );
  });

  it('lets a service role of our own take the place of another, but not together with infrastructure', async () => {
    const [one, two] = ['one', 'two'].map(name => sim.iam.addRole(name, { trusts: ['batch.amazonaws.com'] }));
    await validEnvironment(sim, clock, fargateEnvironment('blue'));
    sim.batch.computeEnvironments.edit('blue', { serviceRole: one });
    const both = { serviceRole: two, computeResources: { subnets: ['subnet-2'] } };

    expect(await rejection(update(both))).toBe(
      'ClientException: serviceRole should be updated on its own, not together with an infrastructure update.',
    );
    expect(await rejection(update({ serviceRole: two }))).toBe('not refused');
    await clock.advance(sim.durations.updateMetadata);
    expect(sim.batch.computeEnvironments.get('blue')).toMatchObject({ status: 'VALID', serviceRole: two });
  });

  it('lets subnets of Fargate change under a custom role', async () => {
    const serviceRole = sim.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
    await validEnvironment(sim, clock, { ...fargateEnvironment('blue'), serviceRole });

    expect(await rejection(update({ computeResources: { subnets: ['subnet-2'] } }))).toBe('not refused');
  });
});
