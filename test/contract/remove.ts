import {
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  DeleteSchedulingPolicyCommand,
  DeregisterJobDefinitionCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  DescribeSchedulingPoliciesCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { DeleteLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  RemoveRegionsFromReplicationCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { ContractWorld } from './contract.ts';
import { paged } from './paged.ts';

type Removing = Pick<ContractWorld, 'clients' | 'until'>;

const busy: readonly unknown[] = ['CREATING', 'UPDATING', 'DELETING'];
const notYet = /resource is being modified|found existing JobQueue relationship/i;

/** A queue that is alive, by name or ARN. */
export async function findQueue({ clients: { batch } }: Pick<Removing, 'clients'>, name: string) {
  const { jobQueues = [] } = await batch.send(new DescribeJobQueuesCommand({ jobQueues: [name] }));
  return jobQueues.find(({ status }) => status !== 'DELETED');
}

/** A compute environment that is alive, by name or ARN. */
export async function findEnvironment({ clients: { batch } }: Pick<Removing, 'clients'>, name: string) {
  const input = { computeEnvironments: [name] };
  const { computeEnvironments = [] } = await batch.send(new DescribeComputeEnvironmentsCommand(input));
  return computeEnvironments.find(({ status }) => status !== 'DELETED');
}

interface Resource {
  readonly state?: string | undefined;
  readonly status?: string | undefined;
}

/** Disables and deletes, and waits for the end; gone already is fine. */
async function removeInOrder(
  { until }: Removing,
  name: string,
  find: () => Promise<Resource | undefined>,
  disable: () => Promise<unknown>,
  remove: () => Promise<unknown>,
): Promise<void> {
  const rest = async () => {
    const found = await find();
    return found === undefined ? ({} as Resource) : !busy.includes(found.status) && found;
  };
  const { state } = await until(rest, `${name} comes to rest before it is removed`);
  if (state === undefined) return;
  if (state === 'ENABLED') await disable();
  await until(rest, `${name} is disabled`);
  await until(() => succeeds(remove(), notYet), `${name} may be deleted`);
  await until(async () => (await find()) === undefined, `${name} is gone`);
}

/** Whether a call went through; false when it is refused with such a text, which means that AWS is not ready for it. */
export async function succeeds(call: Promise<unknown>, otherwise: RegExp): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof Error && otherwise.test(error.message)) return false;
    throw error;
  }
}

/** Takes a queue away. */
export async function removeQueue(world: Removing, name: string): Promise<void> {
  const { batch } = world.clients;
  await removeInOrder(
    world,
    name,
    () => findQueue(world, name),
    () => batch.send(new UpdateJobQueueCommand({ jobQueue: name, state: 'DISABLED' })),
    () => batch.send(new DeleteJobQueueCommand({ jobQueue: name })),
  );
}

/** Takes a compute environment away that no queue names. */
export async function removeEnvironment(world: Removing, name: string): Promise<void> {
  const { batch } = world.clients;
  await removeInOrder(
    world,
    name,
    () => findEnvironment(world, name),
    () => batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: name, state: 'DISABLED' })),
    () => batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: name })),
  );
}

/** Takes a scheduling policy away that no queue names. */
export async function removePolicy({ clients: { batch } }: Removing, arn: string): Promise<void> {
  const { schedulingPolicies = [] } = await batch.send(new DescribeSchedulingPoliciesCommand({ arns: [arn] }));
  if (schedulingPolicies.length > 0) await batch.send(new DeleteSchedulingPolicyCommand({ arn }));
}

/** Deregisters every revision of a name. */
export async function removeRevisions({ clients: { batch } }: Removing, jobDefinitionName: string): Promise<void> {
  const revisions = await paged(async nextToken => {
    const input = { jobDefinitionName, status: 'ACTIVE', nextToken };
    const page = await batch.send(new DescribeJobDefinitionsCommand(input));
    return { items: page.jobDefinitions, token: page.nextToken };
  });
  for (const { jobDefinitionArn: jobDefinition } of revisions) {
    await batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));
  }
}

/** Deletes a secret without recovery, with its replicas. */
export async function removeSecret({ clients: { secretsManager }, until }: Removing, SecretId: string): Promise<void> {
  const secret = await orAbsent(secretsManager.send(new DescribeSecretCommand({ SecretId })));
  if (secret === undefined) return;
  const { ReplicationStatus = [], DeletedDate } = secret;
  if (ReplicationStatus.length > 0) {
    if (DeletedDate !== undefined) await secretsManager.send(new RestoreSecretCommand({ SecretId }));
    const RemoveReplicaRegions = ReplicationStatus.map(({ Region = '' }) => Region);
    await secretsManager.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }));
  }
  await secretsManager.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  const look = () => orAbsent(secretsManager.send(new DescribeSecretCommand({ SecretId })));
  await until(async () => (await look()) === undefined, `the secret ${SecretId} is gone`);
}

/** Deletes a launch template with its versions. */
export async function removeTemplate(
  { clients: { ec2 } }: Pick<Removing, 'clients'>,
  LaunchTemplateName: string,
): Promise<void> {
  await orAbsent(ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName })));
}

/** Deletes an instance profile after its role was taken out. */
export async function removeProfile(
  { clients: { iam } }: Pick<Removing, 'clients'>,
  InstanceProfileName: string,
): Promise<void> {
  const found = await orAbsent(iam.send(new GetInstanceProfileCommand({ InstanceProfileName })));
  if (found === undefined) return;
  for (const { RoleName } of found.InstanceProfile?.Roles ?? []) {
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
  }
  await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
}

/** Deletes a role after everything that hangs on it was taken away. */
export async function removeRole({ clients: { iam } }: Pick<Removing, 'clients'>, RoleName: string): Promise<void> {
  if ((await orAbsent(iam.send(new GetRoleCommand({ RoleName })))) === undefined) return;
  const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
  for (const { InstanceProfileName } of InstanceProfiles) {
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
  }
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of AttachedPolicies) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

/** What a call answers; nothing when the thing it is about is not there, or on its way out for good. */
export async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && isAbsence(error)) return undefined;
    throw error;
  }
}

function isAbsence({ name, message }: Error): boolean {
  if (/^(ResourceNotFoundException|NoSuchEntity(Exception)?)$|\.NotFound(Exception)?$/.test(name)) return true;
  return name === 'InvalidRequestException' && /it was deleted/i.test(message);
}
