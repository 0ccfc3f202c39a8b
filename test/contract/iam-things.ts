import type { CreateRoleRequest, InstanceProfile, Role } from '@aws-sdk/client-iam';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import type { ContractWorld } from './contract.ts';
import { removeProfile, removeRole } from './remove.ts';

/** Seconds after which other services have surely heard of a new role. */
const propagation = 15;

/** A trust policy for one service. */
export function trust(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
}

/** One of AWS's own policies. */
export function awsPolicy({ account }: ContractWorld, path: string): string {
  return `arn:${account.partition}:iam::aws:policy/${path}`;
}

/** A policy document that allows one action. */
export function allowing(action: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
}

/** Creates a role that goes away with the assertion; EC2 may assume it unless told otherwise. */
export async function createRole(
  world: ContractWorld,
  request: Partial<CreateRoleRequest> = {},
): Promise<Role & { readonly RoleName: string; readonly Arn: string }> {
  const RoleName = request.RoleName ?? world.name('role');
  const input = { AssumeRolePolicyDocument: trust('ec2.amazonaws.com'), ...request, RoleName };
  world.afterwards(() => removeRole(world, RoleName));
  const { Role } = await world.clients.iam.send(new CreateRoleCommand(input));
  return { ...Role, RoleName, Arn: Role?.Arn ?? '' } as Role & { RoleName: string; Arn: string };
}

/** A role that a service may use: known everywhere, with one of AWS's own policies. */
export async function usableRole(world: ContractWorld, service: string, policy: string): Promise<string> {
  const { RoleName, Arn } = await createRole(world, { AssumeRolePolicyDocument: trust(service) });
  const PolicyArn = awsPolicy(world, policy);
  await world.clients.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await world.pause(propagation);
  return Arn;
}

/** Creates an empty instance profile that goes away with the assertion. */
export async function createProfile(
  world: ContractWorld,
): Promise<InstanceProfile & { readonly InstanceProfileName: string }> {
  const InstanceProfileName = world.name('profile');
  world.afterwards(() => removeProfile(world, InstanceProfileName));
  const { iam } = world.clients;
  const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  return { ...InstanceProfile, InstanceProfileName } as InstanceProfile & { InstanceProfileName: string };
}

/** The ARN of an instance profile that instances of a compute environment may use. */
export async function usableProfile(world: ContractWorld): Promise<string> {
  const { iam } = world.clients;
  const { RoleName } = await createRole(world, { RoleName: world.name('instance') });
  const { InstanceProfileName, Arn } = await createProfile(world);
  const PolicyArn = awsPolicy(world, 'service-role/AmazonEC2ContainerServiceforEC2Role');
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  await world.pause(propagation);
  return Arn ?? '';
}
