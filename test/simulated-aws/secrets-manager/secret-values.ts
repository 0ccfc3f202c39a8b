import type {
  GetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import type { Request } from '../operation.ts';
import { secretsError } from './errors.ts';
import { liveSecret } from './find.ts';
import { secretsPage } from './list.ts';
import type { Secret, SecretVersion } from './secrets-manager.ts';
import { holds, moveStage, sentValue, versionId, withStage, withVersion } from './values.ts';

/** PutSecretValue: the same token with the same value does nothing, with another value it fails. */
export function putSecretValue({ world, input }: Request<PutSecretValueRequest>): PutSecretValueResponse {
  const secret = liveSecret(world, input.SecretId);
  const value = sentValue(input);
  if (value === undefined)
    throw secretsError('InvalidParameter', 'You must provide either SecretString or SecretBinary.');
  const id = versionId(world, input);
  const existing = secret.versions.find(version => version.id === id);
  if (existing !== undefined) {
    if (!holds(existing, value)) {
      throw secretsError('ResourceExists', 'A resource with the ID you requested already exists.');
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...existing.stages] };
  }
  const versions = withVersion(world, secret, id, value, input.VersionStages ?? ['AWSCURRENT']);
  world.secretsManager.secrets.set(secret.name, { ...secret, versions, changedAt: world.agenda.now() });
  const stages = versions.find(version => version.id === id)?.stages ?? [];
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...stages] };
}

/** GetSecretValue: the current version unless an id or a label names another. */
export function getSecretValue({ world, input, view }: Request<GetSecretValueRequest>): GetSecretValueResponse {
  const secret = liveSecret(world, input.SecretId, view);
  const version = namedVersion(secret, input);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
    ...(version.SecretString === undefined ? {} : { SecretString: version.SecretString }),
    ...(version.SecretBinary === undefined ? {} : { SecretBinary: version.SecretBinary }),
  };
}

function namedVersion(secret: Secret, { VersionId, VersionStage }: GetSecretValueRequest): SecretVersion {
  const byId = VersionId === undefined ? undefined : secret.versions.find(({ id }) => id === VersionId);
  if (VersionId !== undefined) {
    if (byId === undefined) {
      throw secretsError(
        'ResourceNotFound',
        `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`,
      );
    }
    if (VersionStage !== undefined && !byId.stages.includes(VersionStage)) {
      throw secretsError(
        'InvalidRequest',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    }
    return byId;
  }
  const stage = VersionStage ?? 'AWSCURRENT';
  const byStage = secret.versions.find(({ stages }) => stages.includes(stage));
  if (byStage === undefined) {
    throw secretsError(
      'ResourceNotFound',
      `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    );
  }
  return byStage;
}

/** ListSecretVersionIds: labelled versions, all of them with `IncludeDeprecated`. */
export function listSecretVersionIds({
  world,
  input,
  view,
}: Request<ListSecretVersionIdsRequest>): ListSecretVersionIdsResponse {
  const secret = liveSecret(world, input.SecretId, view);
  const shown = secret.versions.filter(({ stages }) => stages.length > 0 || input.IncludeDeprecated);
  const cut = secretsPage(world, 'ListSecretVersionIds', shown, ({ id }) => id, input);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: cut.items.map(({ id, stages, createdAt }) => ({
      VersionId: id,
      CreatedDate: new Date(createdAt),
      ...(stages.length > 0 ? { VersionStages: [...stages] } : {}),
    })),
    NextToken: cut.nextToken,
  };
}

/** UpdateSecretVersionStage: moves a label; a label that sits elsewhere must be named there first. */
export function updateSecretVersionStage({
  world,
  input,
}: Request<UpdateSecretVersionStageRequest>): UpdateSecretVersionStageResponse {
  const secret = liveSecret(world, input.SecretId);
  const { VersionStage: stage = '', RemoveFromVersionId: from, MoveToVersionId: to } = input;
  for (const id of [from, to]) {
    if (id !== undefined && !secret.versions.some(version => version.id === id)) {
      throw secretsError('ResourceNotFound', `Secrets Manager can't find the specified secret version: ${id}`);
    }
  }
  const holder = secret.versions.find(({ stages }) => stages.includes(stage))?.id;
  if (holder !== undefined && holder !== to && holder !== from) {
    throw secretsError(
      'InvalidParameter',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (stage === 'AWSCURRENT' && to === undefined) {
    throw secretsError(
      'InvalidParameter',
      'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
    );
  }
  const versions =
    to === undefined ? moveStage(secret.versions, stage, undefined) : withStage(secret.versions, stage, to);
  world.secretsManager.secrets.set(secret.name, { ...secret, versions, changedAt: world.agenda.now() });
  return { ARN: secret.arn, Name: secret.name };
}
