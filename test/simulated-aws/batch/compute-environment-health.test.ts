import { CreateComputeEnvironmentCommand, UpdateComputeEnvironmentCommand } from '@aws-sdk/client-batch';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { ec2Environment, validEnvironment } from './samples.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

function health(): { status: string | undefined; statusReason: string | undefined } {
  const { status, statusReason } = sim.batch.computeEnvironments.get('blue') ?? {};
  return { status, statusReason };
}

function invalid(reason: string): object {
  return { status: 'INVALID', statusReason: `CLIENT_ERROR - ${reason}` };
}

const healthy = { status: 'VALID', statusReason: 'ComputeEnvironment Healthy' };
const boot = (text: string) => ({ UserData: Buffer.from(text).toString('base64') });
const roleArn = 'arn:aws:iam::123456789012:role/batch';

const cases: readonly {
  name: string;
  request: Parameters<typeof ec2Environment>[1];
  rest?: Parameters<typeof ec2Environment>[2];
  prepare?: () => Promise<unknown> | unknown;
  result: object;
}[] = [
  { name: 'all there', request: {}, result: healthy },
  {
    name: 'a role in the place of an instance profile',
    request: { instanceRole: 'arn:aws:iam::123456789012:role/instance' },
    result: invalid('Invalid IamInstanceProfile: arn:aws:iam::123456789012:role/instance'),
  },
  {
    name: 'an instance profile that does not exist',
    request: { instanceRole: 'nobody' },
    result: invalid('Invalid IamInstanceProfile: nobody'),
  },
  {
    name: 'an instance profile without a role',
    request: {},
    prepare: () => sim.iam.instanceProfiles.edit('instance', { roles: [] }),
    result: invalid('Invalid IamInstanceProfile: instance'),
  },
  {
    name: 'a service role that does not exist',
    request: {},
    rest: { serviceRole: roleArn },
    result: invalid(`User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`),
  },
  {
    name: 'a service role by its bare name that has another path',
    request: {},
    rest: { serviceRole: 'batch' },
    prepare: () => sim.iam.addRole('batch', { path: '/service-role/', trusts: ['batch.amazonaws.com'] }),
    result: invalid(`User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`),
  },
  {
    name: 'a service role that trusts somebody else',
    request: {},
    rest: { serviceRole: roleArn },
    prepare: () => sim.iam.addRole('batch', { trusts: ['ec2.amazonaws.com'] }),
    result: invalid(`User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`),
  },
  {
    name: 'a service role without any policy',
    request: {},
    rest: { serviceRole: roleArn },
    prepare: () => sim.iam.addRole('batch', { trusts: ['batch.amazonaws.com'], attachedPolicies: [] }),
    result: invalid(`User: ${roleArn} is not authorized to perform: ecs:DescribeClusters`),
  },
  {
    name: 'a good service role',
    request: {},
    rest: { serviceRole: roleArn },
    prepare: () => sim.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] }),
    result: healthy,
  },
  {
    name: 'a Spot fleet role that does not exist',
    request: { type: 'SPOT', allocationStrategy: 'BEST_FIT', spotIamFleetRole: 'fleet' },
    result: invalid('SpotFleetRequestConfig.IamFleetRole is invalid'),
  },
  {
    name: 'a launch template that does not exist',
    request: { launchTemplate: { launchTemplateName: 'boot' } },
    result: invalid('The specified launch template, with template name boot, does not exist.'),
  },
  {
    name: 'user data that is not MIME multipart',
    request: { launchTemplate: { launchTemplateName: 'boot' } },
    prepare: () =>
      sim.clients.ec2.send(
        new CreateLaunchTemplateCommand({ LaunchTemplateName: 'boot', LaunchTemplateData: boot('#!/bin/sh\n') }),
      ),
    result: invalid('Launch Template UserData is not MIME multipart format'),
  },
  {
    name: 'user data that is MIME multipart',
    request: { launchTemplate: { launchTemplateName: 'boot', version: '1' } },
    prepare: () =>
      sim.clients.ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: 'boot',
          LaunchTemplateData: boot('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x--\n'),
        }),
      ),
    result: healthy,
  },
  {
    name: 'an override whose template does not exist',
    request: {
      launchTemplate: { overrides: [{ launchTemplateId: 'lt-0123456789abcdef0', targetInstanceTypes: ['m5.large'] }] },
    },
    result: invalid('The specified launch template, with template ID lt-0123456789abcdef0, does not exist.'),
  },
];

it.each(cases)('finds $name', async ({ request, rest, prepare, result }) => {
  sim.iam.addInstanceProfile('instance');
  await prepare?.();

  await sim.clients.batch.send(new CreateComputeEnvironmentCommand(ec2Environment('blue', request, rest)));
  await clock.advance(sim.durations.createComputeEnvironment);

  expect(health()).toEqual(result);
});

it('does not know a role and profile that are too young, and heals with the same update later', async () => {
  const trust = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com'] }, Action: 'sts:AssumeRole' }],
  });
  await sim.clients.iam.send(new CreateRoleCommand({ RoleName: 'instance', AssumeRolePolicyDocument: trust }));
  await sim.clients.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'instance' }));
  await clock.advance(sim.durations.iamPropagation);
  await sim.clients.iam.send(
    new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'instance', RoleName: 'instance' }),
  );
  await clock.advance(sim.durations.iamPropagation - 1);
  await sim.clients.batch.send(new CreateComputeEnvironmentCommand(ec2Environment('blue')));
  await clock.advance(sim.durations.createComputeEnvironment);
  expect(health()).toEqual(invalid('Invalid IamInstanceProfile: instance'));

  await sim.clients.batch.send(
    new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', computeResources: { maxvCpus: 16 } }),
  );
  await clock.advance(sim.durations.updateMetadata);
  expect(health()).toEqual(healthy);
});

it('turns INVALID by itself some time after its role is gone', async () => {
  const serviceRole = sim.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
  await validEnvironment(sim, clock, ec2Environment('blue', {}, { serviceRole }));
  const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole';
  await sim.clients.iam.send(new DetachRolePolicyCommand({ RoleName: 'batch', PolicyArn }));
  await sim.clients.iam.send(new DeleteRoleCommand({ RoleName: 'batch' }));

  await clock.advance(sim.durations.healthCheck - 1);
  expect(health()).toEqual(healthy);
  await clock.advance(1);
  expect(health().status).toBe('INVALID');
});

it('keeps a defect that a test gave it until it is healed', async () => {
  await validEnvironment(sim, clock, ec2Environment('blue'));
  sim.batch.invalidate('blue', 'CLIENT_ERROR - Clusters can not be blank.');
  const disable = new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', state: 'DISABLED' });
  await sim.clients.batch.send(disable);
  await clock.advance(sim.durations.updateMetadata);
  expect(health()).toEqual(invalid('Clusters can not be blank.'));

  sim.batch.heal('blue');
  await sim.clients.batch.send(disable);
  await clock.advance(sim.durations.updateMetadata);
  expect(health()).toEqual(healthy);
});

it('loses a defect that an update heals, but not by being disabled', async () => {
  await validEnvironment(sim, clock, ec2Environment('blue'));
  sim.batch.invalidate('blue', 'CLIENT_ERROR - any', { healedByUpdate: true });
  await sim.clients.batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', state: 'DISABLED' }));
  await clock.advance(sim.durations.updateMetadata);
  expect(sim.batch.computeEnvironments.get('blue')).toMatchObject({ ...invalid('any'), state: 'DISABLED' });

  await sim.clients.batch.send(
    new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', computeResources: { maxvCpus: 16 } }),
  );
  await clock.advance(sim.durations.updateMetadata);

  expect(health()).toEqual(healthy);
});
