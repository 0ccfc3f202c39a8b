import type { CreateComputeEnvironmentRequest } from '@aws-sdk/client-batch';
import { expect } from 'vitest';
import { createEnvironment, ec2Request, environmentAtRest, fargateRequest, validEnvironment } from '../batch-things.ts';
import type { Assertion, ContractWorld, Refusal } from '../contract.ts';
import { usableProfile } from '../iam-things.ts';
import { refused } from '../refused.ts';
import { findEnvironment } from '../remove.ts';

type Request = CreateComputeEnvironmentRequest;

const named = (world: ContractWorld) => world.name('environment');

const linkedRole = ({ account: { partition, accountId } }: ContractWorld) =>
  `arn:${partition}:iam::${accountId}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch`;

const overrides = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    launchTemplateName: 'one',
    targetInstanceTypes: [`m5.${index}xlarge`],
  }));

const refusals: readonly Refusal<Request>[] = [
  {
    name: 'created disabled',
    input: world => ({ ...fargateRequest(world, named(world)), state: 'DISABLED' }),
    says: 'must be created in ENABLED state',
  },
  { name: 'with a name that has a blank', input: world => fargateRequest(world, `${named(world)} x`) },
  { name: 'with a name of 129 characters', input: world => fargateRequest(world, named(world).padEnd(129, 'x')) },
  {
    name: 'managed, without compute resources',
    input: world => ({ computeEnvironmentName: named(world), type: 'MANAGED' }),
  },
  {
    name: 'managed, with unmanagedvCpus',
    input: world => ({ ...fargateRequest(world, named(world)), unmanagedvCpus: 4 }),
    says: 'unmanagedvCpus is not applicable for managed Compute Environments',
  },
  {
    name: 'unmanaged, without a service role',
    input: world => ({ computeEnvironmentName: named(world), type: 'UNMANAGED' }),
    says: 'ServiceRole is required',
  },
  {
    name: 'unmanaged, with the service-linked role',
    input: world => ({ computeEnvironmentName: named(world), type: 'UNMANAGED', serviceRole: linkedRole(world) }),
    says: 'Service Linked Role cannot be used with UNMANAGED Compute Environment',
  },
  {
    name: 'on EC2, without an instance role',
    input: world => ec2Request(world, named(world), { instanceRole: undefined }),
    says: 'Instance role is required',
  },
  {
    name: 'on EC2, without instance types',
    input: world => ec2Request(world, named(world), { instanceTypes: [] }),
    says: 'Resource instanceTypes are required',
  },
  {
    name: 'with a maximum below the minimum',
    input: world => ec2Request(world, named(world), { minvCpus: 8 }),
    says: 'maxvCpus should be greater than or equal to minvCpus',
  },
  {
    name: 'with desired vCPUs above the maximum',
    input: world => ec2Request(world, named(world), { desiredvCpus: 8 }),
    says: 'desiredvCpus should be between minvCpus and maxvCpus',
  },
  {
    name: 'on Spot with BEST_FIT, without a fleet role',
    input: world => ec2Request(world, named(world), { type: 'SPOT', allocationStrategy: 'BEST_FIT' }),
    says: 'spotIamFleetRole is required',
  },
  {
    name: 'with a launch template that is not named',
    input: world => ec2Request(world, named(world), { launchTemplate: { version: '1' } }),
    says: 'One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided',
  },
  {
    name: 'with a launch template named twice',
    input: world =>
      ec2Request(world, named(world), {
        launchTemplate: { launchTemplateId: 'lt-00000000000000000', launchTemplateName: 'one' },
      }),
  },
  {
    name: 'with a launch template version that is a word',
    input: world => ec2Request(world, named(world), { launchTemplate: { launchTemplateName: 'one', version: 'new' } }),
    says: 'LaunchTemplateVersion must be either empty or a number or $Default or $Latest',
  },
  {
    name: 'with eleven launch template overrides',
    input: world => ec2Request(world, named(world), { launchTemplate: { overrides: overrides(11) } }),
    says: 'LaunchTemplate.overrides size cannot be greater than 10',
  },
  {
    name: 'on Fargate, with seventeen subnets',
    input: world =>
      fargateRequest(world, named(world), {
        subnets: Array.from({ length: 17 }, (_, index) => `subnet-${String(index).padStart(17, '0')}`),
      }),
    says: 'Fargate supports a maximum of 16 subnets',
  },
  {
    name: 'on Fargate, with instance types',
    input: world => fargateRequest(world, named(world), { instanceTypes: ['m5.large'] }),
  },
  {
    name: 'with an image type that nobody knows',
    input: world => ec2Request(world, named(world), { ec2Configuration: [{ imageType: 'UNKNOWN' }] }),
    says: 'Invalid imageType in ComputeResources.ec2Configuration',
  },
  {
    name: 'with tag keys that are reserved for AWS',
    input: world => ({ ...fargateRequest(world, named(world)), tags: { 'aws:owner': 'me' } }),
  },
];

/** What AWS makes of requests for compute environments. */
export const environmentCreation: readonly Assertion[] = [
  ...refusals.map(
    ({ name, input, says }): Assertion => ({
      name: `a compute environment ${name} is refused`,
      run: async world => refused(createEnvironment(world, input(world)), 'ClientException', says),
    }),
  ),
  {
    name: 'a new compute environment is CREATING, and then VALID and healthy',
    run: async world => {
      const name = await createEnvironment(world, fargateRequest(world, named(world)));

      const early = await findEnvironment(world, name);
      const late = await environmentAtRest(world, name);

      expect(early?.status).toBe('CREATING');
      expect(late).toMatchObject({ status: 'VALID', state: 'ENABLED', statusReason: 'ComputeEnvironment Healthy' });
    },
  },
  {
    name: 'the ARN of a compute environment follows from its name',
    run: async world => {
      const { partition, region, accountId } = world.account;
      const { computeEnvironmentName, computeEnvironmentArn } = await validEnvironment(world);

      expect(computeEnvironmentArn).toBe(
        `arn:${partition}:batch:${region}:${accountId}:compute-environment/${computeEnvironmentName}`,
      );
      const byArn = await findEnvironment(world, computeEnvironmentArn ?? '');
      expect(byArn?.computeEnvironmentName).toBe(computeEnvironmentName);
    },
  },
  {
    name: 'a Fargate compute environment is described with the service-linked role and with empty EC2 lists',
    run: async world => {
      const environment = await validEnvironment(world);

      expect(environment).toMatchObject({
        serviceRole: linkedRole(world),
        type: 'MANAGED',
        containerOrchestrationType: 'ECS',
        computeResources: { type: 'FARGATE', maxvCpus: 4, instanceTypes: [], ec2Configuration: [] },
      });
      expect(environment.ecsClusterArn).toContain(':cluster/');
      expect(new Set(environment.computeResources?.subnets)).toEqual(new Set(world.network.subnets));
    },
  },
  {
    name: 'an EC2 compute environment is described with an image type that was never sent',
    run: async world => {
      const instanceRole = await usableProfile(world);

      const environment = await validEnvironment(world, ec2Request(world, named(world), { instanceRole }));

      const { ec2Configuration, desiredvCpus, minvCpus } = environment.computeResources ?? {};
      expect(ec2Configuration?.map(({ imageType }) => imageType)).toEqual([expect.stringMatching(/^ECS_/)]);
      expect({ minvCpus, desiredvCpus, instanceRole: environment.computeResources?.instanceRole }).toEqual({
        minvCpus: 0,
        desiredvCpus: 0,
        instanceRole,
      });
    },
  },
  {
    name: 'a name is taken once',
    run: async world => {
      const { computeEnvironmentName } = await validEnvironment(world);

      const again = createEnvironment(world, fargateRequest(world, computeEnvironmentName));

      await refused(again, 'ClientException', 'Object already exists');
    },
  },
];
