import type { CreateComputeEnvironmentRequest } from '@aws-sdk/client-batch';
import { CreateComputeEnvironmentCommand } from '@aws-sdk/client-batch';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { ec2Environment, fargateEnvironment } from './samples.ts';

let sim: SimulatedAws;

beforeEach(async () => {
  sim = new SimulatedAws({ clock: new FakeClock() });
  await sim.clients.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'with-groups',
      LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, Groups: ['sg-9'] }] },
    }),
  );
});

const unmanaged: CreateComputeEnvironmentRequest = {
  computeEnvironmentName: 'own',
  type: 'UNMANAGED',
  serviceRole: 'arn:aws:iam::123456789012:role/batch',
};
const eksConfiguration = { eksClusterArn: 'arn:aws:eks:eu-west-1:123456789012:cluster/k', kubernetesNamespace: 'jobs' };
const image = (imageType: string) => ({ imageType });
const linkedRole = 'arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch';

const refused: readonly { name: string; request: CreateComputeEnvironmentRequest; message: string }[] = [
  {
    name: 'a name with a blank',
    request: ec2Environment('a b'),
    message: 'Compute Environment name should match a valid pattern.',
  },
  {
    name: 'a DISABLED one',
    request: ec2Environment('a', {}, { state: 'DISABLED' }),
    message: 'Compute Environment must be created in ENABLED state.',
  },
  {
    name: 'an UNMANAGED one without a role',
    request: { computeEnvironmentName: 'own', type: 'UNMANAGED' },
    message: 'ServiceRole is required.',
  },
  {
    name: 'an UNMANAGED one with the service-linked role',
    request: { ...unmanaged, serviceRole: linkedRole },
    message: 'Service Linked Role cannot be used with UNMANAGED Compute Environment',
  },
  {
    name: 'unmanagedvCpus on a MANAGED one',
    request: ec2Environment('a', {}, { unmanagedvCpus: 4 }),
    message: 'unmanagedvCpus is not applicable for managed Compute Environments',
  },
  {
    name: 'EC2 without an instance profile',
    request: ec2Environment('a', { instanceRole: undefined }),
    message: 'Instance role is required.',
  },
  {
    name: 'EC2 with an empty list of instance types',
    request: ec2Environment('a', { instanceTypes: [] }),
    message: 'Resource instanceTypes are required.',
  },
  {
    name: 'EKS without minvCpus',
    request: ec2Environment('a', {}, { eksConfiguration }),
    message: 'Resource minvCpus is required.',
  },
  {
    name: 'SPOT without a strategy and without a fleet role',
    request: ec2Environment('a', { type: 'SPOT', allocationStrategy: undefined }),
    message: 'compute resource spotIamFleetRole is required.',
  },
  {
    name: 'a Spot strategy on EC2',
    request: ec2Environment('a', { allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' }),
    message: 'Allocation strategy SPOT_CAPACITY_OPTIMIZED is not valid for EC2.',
  },
  {
    name: 'x86 and Arm together',
    request: ec2Environment('a', { instanceTypes: ['m5', 'm6g.large'] }),
    message: 'Instance types of different architectures can not be mixed.',
  },
  {
    name: 'an EKS image on ECS',
    request: ec2Environment('a', { ec2Configuration: [{ imageType: 'EKS_AL2023' }] }),
    message: 'Invalid imageType in ComputeResources.ec2Configuration',
  },
  {
    name: 'no security group anywhere',
    request: ec2Environment('a', { securityGroupIds: undefined }),
    message: 'Security group ids are required.',
  },
  {
    name: 'security groups in two places',
    request: ec2Environment('a', { launchTemplate: { launchTemplateName: 'with-groups' } }),
    message:
      'Either compute environment Security Groups or Network Interfaces in Launch template are exclusively allowed',
  },
  {
    name: 'a maximum below the minimum',
    request: ec2Environment('a', { minvCpus: 8, maxvCpus: 4 }),
    message: 'maxvCpus should be greater than or equal to minvCpus.',
  },
  {
    name: 'a desired number out of range',
    request: ec2Environment('a', { desiredvCpus: 17 }),
    message: 'desiredvCpus should be between minvCpus and maxvCpus.',
  },
  {
    name: 'a launch template without any selector',
    request: ec2Environment('a', { launchTemplate: { version: '1' } }),
    message: 'One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided',
  },
  {
    name: 'a launch template version in words',
    request: ec2Environment('a', { launchTemplate: { launchTemplateName: 'x', version: 'newest' } }),
    message: 'LaunchTemplateVersion must be either empty or a number or $Default or $Latest',
  },
  {
    name: 'eleven overrides',
    request: ec2Environment('a', {
      launchTemplate: {
        overrides: Array.from({ length: 11 }, (_, index) => ({
          launchTemplateName: 'x',
          targetInstanceTypes: [`m5.${index}xlarge`],
        })),
      },
    }),
    message: 'LaunchTemplate.overrides size cannot be greater than 10',
  },
  {
    name: 'an override for a bundle',
    request: ec2Environment('a', {
      instanceTypes: ['optimal'],
      launchTemplate: { overrides: [{ launchTemplateName: 'x', targetInstanceTypes: ['optimal'] }] },
    }),
    message: 'LaunchTemplate.overrides targetInstanceTypes must not be optimal or a default bundle',
  },
  {
    name: 'an override that is not covered',
    request: ec2Environment('a', {
      launchTemplate: { overrides: [{ launchTemplateName: 'x', targetInstanceTypes: ['c5.large'] }] },
    }),
    message: 'LaunchTemplate.overrides targetInstanceTypes must be covered by instanceTypes',
  },
  {
    name: 'userdataType without an image in the template',
    request: ec2Environment('a', {
      securityGroupIds: undefined,
      launchTemplate: { launchTemplateName: 'with-groups', userdataType: 'EKS_NODEADM' },
    }),
    message: 'userdataType attribute is only allowed when the launch template has an imageId.',
  },
  {
    name: 'seventeen subnets on Fargate',
    request: fargateEnvironment('a', { subnets: Array.from({ length: 17 }, (_, index) => `subnet-${index}`) }),
    message: 'Fargate supports a maximum of 16 subnets.',
  },
  {
    name: 'an EC2 field on Fargate',
    request: fargateEnvironment('a', { minvCpus: 0 }),
    message: 'minvCpus is not applicable for Fargate.',
  },
  {
    name: 'six security groups on Fargate',
    request: fargateEnvironment('a', { securityGroupIds: Array.from({ length: 6 }, (_, index) => `sg-${index}`) }),
    message: 'Fargate supports a maximum of 5 security groups.',
  },
  {
    name: 'no security group on Fargate',
    request: fargateEnvironment('a', { securityGroupIds: [] }),
    message: 'Security group ids are required.',
  },
  {
    name: 'no subnet',
    request: ec2Environment('a', { subnets: [] }),
    message: 'Subnets are required.',
  },
  {
    name: 'no maximum',
    request: ec2Environment('a', { maxvCpus: undefined }),
    message: 'Resource maxvCpus is required.',
  },
  {
    name: 'MANAGED without compute resources',
    request: { computeEnvironmentName: 'a', type: 'MANAGED' },
    message: 'ComputeResources is required.',
  },
  {
    name: 'UNMANAGED with compute resources',
    request: { ...ec2Environment('a'), ...unmanaged },
    message: 'computeResources is not applicable for unmanaged Compute Environments',
  },
  {
    name: 'three kinds of image',
    request: ec2Environment('a', { ec2Configuration: ['ECS_AL2023', 'ECS_AL2023_NVIDIA', 'ECS_AL2'].map(image) }),
    message: 'ec2Configuration should have 1 or 2 entries.',
  },
  {
    name: 'a launch template by id and name',
    request: ec2Environment('a', { launchTemplate: { launchTemplateId: 'lt-1', launchTemplateName: 'with-groups' } }),
    message: 'Only one of LaunchTemplateId and LaunchTemplateName should be provided',
  },
  {
    name: 'overrides that overlap',
    request: ec2Environment('a', {
      launchTemplate: {
        overrides: ['x', 'y'].map(launchTemplateName => ({ launchTemplateName, targetInstanceTypes: ['m5.large'] })),
      },
    }),
    message: 'LaunchTemplate.overrides targetInstanceTypes must not overlap',
  },
  {
    name: 'Managed Instances with EC2 fields',
    request: ec2Environment('a', { type: 'ECS_MANAGED_INSTANCES' }),
    message: 'allocationStrategy is not applicable for ECS_MANAGED_INSTANCES.',
  },
  {
    name: 'Managed Instances without a provider',
    request: {
      computeEnvironmentName: 'a',
      type: 'MANAGED',
      computeResources: { type: 'ECS_MANAGED_INSTANCES', maxvCpus: 4 },
    },
    message: 'managedInstancesProvider is required.',
  },
  {
    name: 'EKS on Fargate',
    request: { ...fargateEnvironment('a'), eksConfiguration },
    message: 'EKS compute environments support only the resource types EC2 and SPOT.',
  },
  {
    name: 'EKS with BEST_FIT',
    request: ec2Environment('a', { minvCpus: 0, allocationStrategy: 'BEST_FIT' }, { eksConfiguration }),
    message: 'The allocation strategy BEST_FIT is not applicable for EKS.',
  },
  {
    name: 'an EKS cluster of another Region',
    request: ec2Environment(
      'a',
      { minvCpus: 0 },
      { eksConfiguration: { ...eksConfiguration, eksClusterArn: 'arn:aws:eks:us-east-1:123456789012:cluster/k' } },
    ),
    message: 'The EKS cluster arn:aws:eks:us-east-1:123456789012:cluster/k should be in the Region eu-west-1.',
  },
  {
    name: 'a reserved namespace',
    request: ec2Environment(
      'a',
      { minvCpus: 0 },
      { eksConfiguration: { ...eksConfiguration, kubernetesNamespace: 'kube-system' } },
    ),
    message: 'The Kubernetes namespace is not valid.',
  },
  {
    name: 'an empty map of tags',
    request: ec2Environment('a', {}, { tags: {} }),
    message: 'Tags must not be empty, expected between 1 and 50 entries',
  },
  {
    name: 'a reserved tag',
    request: ec2Environment('a', {}, { tags: { 'AWS:x': '1' } }),
    message: 'Tag keys beginning with aws: are reserved and not allowed',
  },
];

it.each(refused)('refuses $name', async ({ request, message }) => {
  const call = sim.clients.batch.send(new CreateComputeEnvironmentCommand(request));

  expect(await rejection(call)).toBe(`ClientException: ${message}`);
  expect(sim.batch.computeEnvironments.size).toBe(0);
});

const accepted: readonly { name: string; request: CreateComputeEnvironmentRequest }[] = [
  { name: 'EC2', request: ec2Environment('a') },
  {
    name: 'Spot with a strategy that needs no fleet role',
    request: ec2Environment('a', { type: 'SPOT', allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' }),
  },
  { name: 'Fargate', request: fargateEnvironment('a') },
  { name: 'UNMANAGED', request: unmanaged },
  { name: 'EKS', request: ec2Environment('a', { minvCpus: 0 }, { eksConfiguration }) },
  {
    name: 'security groups from the launch template alone',
    request: ec2Environment('a', { securityGroupIds: [], launchTemplate: { launchTemplateName: 'with-groups' } }),
  },
];

it.each(accepted)('accepts $name', async ({ request }) => {
  const call = sim.clients.batch.send(new CreateComputeEnvironmentCommand(request));

  expect(await rejection(call)).toBe('not refused');
  expect(sim.batch.computeEnvironments.size).toBe(1);
});

it('refuses the fifty-first', async () => {
  for (let index = 0; index < 50; index++) {
    await sim.clients.batch.send(new CreateComputeEnvironmentCommand(fargateEnvironment(`a-${index}`)));
  }

  const call = sim.clients.batch.send(new CreateComputeEnvironmentCommand(fargateEnvironment('a-50')));

  expect(await rejection(call)).toContain('maximum number of compute environments');
});

it('refuses the sixth on one EKS cluster', async () => {
  const create = (name: string) =>
    sim.clients.batch.send(
      new CreateComputeEnvironmentCommand(ec2Environment(name, { minvCpus: 0 }, { eksConfiguration })),
    );
  for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name);

  expect(await rejection(create('f'))).toContain('maximum number of compute environments for an EKS cluster: 5');
});
