import type {
  CreateComputeEnvironmentRequest,
  CreateComputeEnvironmentResponse,
  DeleteComputeEnvironmentRequest,
  DescribeComputeEnvironmentsRequest,
  DescribeComputeEnvironmentsResponse,
} from '@aws-sdk/client-batch';
import type { Request } from '../operation.ts';
import { clientException } from '../service.ts';
import type { View } from '../table.ts';
import { latest } from '../table.ts';
import type { World } from '../world.ts';
import { batchArn, batchName } from './arns.ts';
import type { ComputeEnvironment } from './batch.ts';
import { newComputeEnvironment, serviceLinkedRoleArn } from './compute-environment-detail.ts';
import { healthyReason, illness, resolvedLaunchTemplate, serviceRoleIllness } from './compute-environment-health.ts';
import { creationRules, isFargate } from './compute-environment-rules.ts';
import { batchPage, limitNames } from './describe.ts';
import { startJobs } from './job-run.ts';
import { refuse } from './refuse.ts';
import { reordered } from './reordered.ts';
import { templateRules } from './template-rules.ts';

const quota = 50;
const quotaOfCluster = 5;

/** CreateComputeEnvironment. */
export function createComputeEnvironment({
  world,
  input,
}: Request<CreateComputeEnvironmentRequest>): CreateComputeEnvironmentResponse {
  refuse(world, creationRules, input);
  refuse(world, templateRules, { world, resources: input.computeResources });
  const { batch, agenda, durations } = world;
  const name = input.computeEnvironmentName ?? '';
  if (alive(batch.computeEnvironments.get(name))) throw clientException('Object already exists', 409);
  if (batch.computeEnvironments.values().filter(alive).length >= quota) {
    throw clientException(`You have reached the maximum number of compute environments: ${quota}.`);
  }
  checkCluster(world, input);
  const environment = newComputeEnvironment(world, input);
  if (environment.serviceRole === serviceLinkedRoleArn(world)) world.iam.ensureServiceLinkedRole('batch.amazonaws.com');
  batch.computeEnvironments.set(name, environment);
  batch.defects.delete(name);
  lookAgain(world, environment);
  const seenAt = agenda.now();
  const duration = isFargate(input.computeResources)
    ? durations.createFargateComputeEnvironment
    : durations.createComputeEnvironment;
  const turn = batch.nextTurn(environment.uuid);
  agenda.after(duration, () => finish(world, environment, seenAt, turn));
  return { computeEnvironmentName: name, computeEnvironmentArn: environment.computeEnvironmentArn };
}

function checkCluster(world: World, { eksConfiguration }: CreateComputeEnvironmentRequest): void {
  const cluster = eksConfiguration?.eksClusterArn;
  if (cluster === undefined) return;
  const { partition, region } = world.account;
  if (!cluster.startsWith(`arn:${partition}:eks:${region}:`)) {
    throw clientException(`The EKS cluster ${cluster} should be in the Region ${region}.`);
  }
  const there = world.batch.computeEnvironments.values().filter(one => one.eksConfiguration?.eksClusterArn === cluster);
  if (there.filter(alive).length >= quotaOfCluster) {
    throw clientException(
      `You have reached the maximum number of compute environments for an EKS cluster: ${quotaOfCluster}.`,
    );
  }
}

/** Resolves the launch template again, as Batch does at creation and in infrastructure updates. */
export function lookAgain(world: World, environment: ComputeEnvironment): void {
  const resolved = resolvedLaunchTemplate(world, environment);
  const { resolvedLaunchTemplates } = world.batch;
  if (resolved === undefined) resolvedLaunchTemplates.delete(environment.computeEnvironmentName);
  else resolvedLaunchTemplates.set(environment.computeEnvironmentName, resolved);
}

/** Ends CREATING or UPDATING: VALID, or INVALID with the reason. */
export function finish(
  world: World,
  { computeEnvironmentName, uuid }: ComputeEnvironment,
  seenAt: number,
  turn: number,
): void {
  const { computeEnvironments } = world.batch;
  const environment = computeEnvironments.get(computeEnvironmentName);
  if (environment?.uuid !== uuid || !['CREATING', 'UPDATING'].includes(environment.status ?? '')) return;
  if (!world.batch.isTurn(uuid, turn)) return;
  const reason = illness(world, environment, seenAt);
  computeEnvironments.set(computeEnvironmentName, {
    ...environment,
    status: reason === undefined ? 'VALID' : 'INVALID',
    statusReason: reason ?? healthyReason,
  });
  startJobs(world);
}

/** Has Batch look a while later which compute environments can no longer work: those turn INVALID. */
export function healthLook(world: World): void {
  world.agenda.after(world.durations.healthCheck, () => {
    const { computeEnvironments } = world.batch;
    for (const environment of computeEnvironments.values()) {
      const reason = environment.status === 'VALID' ? illness(world, environment, world.agenda.now()) : undefined;
      if (reason === undefined) continue;
      computeEnvironments.edit(environment.computeEnvironmentName, { status: 'INVALID', statusReason: reason });
    }
  });
}

/** DescribeComputeEnvironments. */
export function describeComputeEnvironments({
  world,
  input,
  view,
}: Request<DescribeComputeEnvironmentsRequest>): DescribeComputeEnvironmentsResponse {
  limitNames('computeEnvironments', input.computeEnvironments, input);
  const wanted = input.computeEnvironments?.map(reference =>
    batchName(world.account, 'compute-environment', reference),
  );
  const found = world.batch.computeEnvironments
    .values(view)
    .filter(({ computeEnvironmentName }) => wanted?.includes(computeEnvironmentName) ?? true);
  const cut = batchPage(world, 'DescribeComputeEnvironments', found, one => one.computeEnvironmentName, input);
  return { computeEnvironments: [...reordered(world, cut.items)], nextToken: cut.nextToken };
}

/** The compute environment of a name or ARN; missing is the caller's mistake. */
export function existingComputeEnvironment(world: World, reference: string | undefined): ComputeEnvironment {
  const name = batchName(world.account, 'compute-environment', reference);
  const environment = world.batch.computeEnvironments.get(name);
  if (environment === undefined || environment.status === 'DELETED') {
    const arn = reference?.startsWith('arn:') ? reference : batchArn(world.account, 'compute-environment', name);
    throw clientException(`${arn} does not exist`);
  }
  return environment;
}

/** Whether AWS is still working on it and lets nobody else. */
export function isBusy({ status }: { readonly status?: string | undefined }): boolean {
  return ['CREATING', 'UPDATING', 'DELETING'].includes(status ?? '');
}

/** Whether a name is taken. */
export function alive<T extends { readonly status?: string | undefined }>(row: T | undefined): row is T {
  return row !== undefined && row.status !== 'DELETED';
}

/** DeleteComputeEnvironment. */
export function deleteComputeEnvironment({ world, input }: Request<DeleteComputeEnvironmentRequest>): void {
  const environment = existingComputeEnvironment(world, input.computeEnvironment);
  if (isBusy(environment)) throw clientException('Cannot delete, resource is being modified.');
  if (environment.state !== 'DISABLED') {
    throw clientException('Cannot delete an enabled compute environment, set the state to DISABLED first.');
  }
  if (isNamedByQueue(world, environment)) throw clientException('Cannot delete, found existing JobQueue relationship');
  world.batch.computeEnvironments.set(environment.computeEnvironmentName, { ...environment, status: 'DELETING' });
  world.agenda.after(world.durations.deleteComputeEnvironment, () => vanish(world, environment));
}

function isNamedByQueue(world: World, { computeEnvironmentArn }: ComputeEnvironment): boolean {
  const views: View[] = [latest, { ...latest, at: world.agenda.now() - world.durations.relationshipLag }];
  return views.some(view =>
    world.batch.jobQueues
      .values(view)
      .filter(alive)
      .some(queue => queue.computeEnvironmentOrder.some(entry => entry.computeEnvironment === computeEnvironmentArn)),
  );
}

function vanish(world: World, { computeEnvironmentName, uuid }: ComputeEnvironment): void {
  const { computeEnvironments } = world.batch;
  const environment = computeEnvironments.get(computeEnvironmentName);
  if (environment?.uuid !== uuid || environment.status !== 'DELETING') return;
  const reason = serviceRoleIllness(world, environment, world.agenda.now()) ?? leftoverJobs(world, environment);
  if (reason !== undefined) {
    const statusReason = `CLIENT_ERROR - ${reason}`;
    computeEnvironments.set(computeEnvironmentName, { ...environment, status: 'INVALID', statusReason });
    return;
  }
  computeEnvironments.set(computeEnvironmentName, { ...environment, status: 'DELETED' });
  world.agenda.after(world.durations.lingerDeleted, () => {
    const left = computeEnvironments.get(computeEnvironmentName);
    if (left?.uuid === uuid && left.status === 'DELETED') computeEnvironments.delete(computeEnvironmentName);
  });
}

/** A Fargate environment cannot go while jobs of it are still on their way. */
function leftoverJobs(
  world: World,
  { computeEnvironmentName, computeResources }: ComputeEnvironment,
): string | undefined {
  if (!isFargate(computeResources)) return undefined;
  const active = [...world.batch.placements].filter(([, name]) => name === computeEnvironmentName).map(([id]) => id);
  return active.length === 0 ? undefined : `Compute environment has active jobs: ${active.join(', ')}`;
}
