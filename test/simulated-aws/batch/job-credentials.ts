import { findSecret } from '../secrets-manager/find.ts';
import type { World } from '../world.ts';
import type { Job } from './batch.ts';

interface Login {
  readonly parameter: string;
  readonly roleArn: string | undefined;
}

/** Every registry credential that a job's containers name, wherever they stand. */
function loginsOf({ container, ecsProperties, nodeProperties }: Job): Login[] {
  const ranges = nodeProperties?.nodeRangeProperties ?? [];
  const single = [container, ...ranges.map(range => range.container)].map(one => ({
    parameter: one?.repositoryCredentials?.credentialsParameter,
    roleArn: one?.executionRoleArn,
  }));
  const tasks = [ecsProperties, ...ranges.map(range => range.ecsProperties)].flatMap(one => one?.taskProperties ?? []);
  const inTasks = tasks.flatMap(task =>
    (task.containers ?? []).map(one => ({
      parameter: one.repositoryCredentials?.credentialsParameter,
      roleArn: task.executionRoleArn,
    })),
  );
  return [...single, ...inTasks].flatMap(({ parameter, roleArn }) => (parameter ? [{ parameter, roleArn }] : []));
}

/** Why a job's containers cannot get a registry credential that they name, as the ECS agent says it. */
export function missingCredential(world: World, job: Job): string | undefined {
  for (const { parameter, roleArn } of loginsOf(job)) {
    const cause = roleCause(world, parameter, roleArn) ?? valueCause(world, parameter);
    if (cause === undefined) continue;
    return job.platformCapabilities?.includes('FARGATE')
      ? `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to get registry auth from asm: service call has been retried 1 time(s): ${cause}`
      : `CannotPullContainerError: asm fetching secret from the service for ${parameter}: ${cause}`;
  }
  return undefined;
}

function roleCause(world: World, parameter: string, roleArn: string | undefined): string | undefined {
  const now = world.agenda.now();
  if (roleArn === undefined || !world.iam.canBeAssumed(roleArn, 'ecs-tasks.amazonaws.com', now)) {
    return 'ECS was unable to assume the execution role';
  }
  const arn = arnOf(world, parameter);
  if (arn === undefined) return "ResourceNotFoundException: Secrets Manager can't find the specified secret.";
  if (world.iam.allows(roleArn, 'secretsmanager:GetSecretValue', arn)) return undefined;
  return `AccessDeniedException: ${roleArn} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn}`;
}

function arnOf(world: World, parameter: string): string | undefined {
  try {
    return findSecret(world, parameter).arn;
  } catch {
    return undefined;
  }
}

function valueCause(world: World, parameter: string): string | undefined {
  const secret = findSecret(world, parameter);
  if (secret.deletedAt !== undefined) return 'InvalidRequestException: because it was marked for deletion.';
  const text = world.secretsManager.currentText(secret.name);
  if (text === undefined) return 'AuthorizationData is malformed, empty secrets value';
  return isLogin(text) ? undefined : 'AuthorizationData is malformed, invalid schema';
}

function isLogin(text: string): boolean {
  try {
    const { username, password } = JSON.parse(text) as { username?: unknown; password?: unknown };
    return [username, password].every(part => typeof part === 'string' && part !== '');
  } catch {
    return false;
  }
}
