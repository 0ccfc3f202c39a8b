import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  DescribeSecretRequest,
  DescribeSecretResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import type { Request } from '../operation.ts';
import type { World } from '../world.ts';
import { noSuchSecret, secretsError } from './errors.ts';
import { findSecret, liveSecret, stagesById } from './find.ts';
import { metadata } from './list.ts';
import { replicated } from './replicas.ts';
import type { Secret, SecretValueParts } from './secrets-manager.ts';
import { checkedTags } from './tags.ts';
import { holds, sentValue, versionId, withVersion } from './values.ts';

const day = 86_400_000;
const namePattern = /^[A-Za-z0-9/_+=.@-]{1,512}$/;

/** CreateSecret: the same token with the same value does nothing, with another value it fails. */
export function createSecret({ world, input }: Request<CreateSecretRequest>): CreateSecretResponse {
  const { secrets } = world.secretsManager;
  const { Name: name = '', Description, KmsKeyId } = input;
  if (!namePattern.test(name)) {
    throw secretsError(
      'InvalidParameter',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  const value = sentValue(input);
  const id = versionId(world, input);
  const existing = secrets.get(name);
  if (existing !== undefined) return created(repeated(existing, id, value), value && id);
  const now = world.agenda.now();
  const secret: Secret = {
    name,
    arn: world.secretsManager.newArn(name),
    ...description(Description),
    ...key(KmsKeyId),
    tags: checkedTags({}, input.Tags),
    versions: [],
    principals: {},
    replicas: [],
    createdAt: now,
    changedAt: now,
  };
  const versions = value === undefined ? [] : withVersion(world, secret, id, value, ['AWSCURRENT']);
  secrets.set(name, { ...secret, versions });
  if (input.AddReplicaRegions?.length) replicated(world, name, input.AddReplicaRegions);
  return created(secret, value && id);
}

function repeated(existing: Secret, id: string, value: SecretValueParts | undefined): Secret {
  if (existing.deletedAt !== undefined || existing.purged) {
    throw secretsError(
      'InvalidRequest',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = existing.versions.find(one => one.id === id);
  if (version === undefined || value === undefined || !holds(version, value)) {
    throw secretsError('ResourceExists', `The operation failed because the secret ${existing.name} already exists.`);
  }
  return existing;
}

function created({ arn, name }: Secret, id: string | undefined): CreateSecretResponse {
  return { ARN: arn, Name: name, ...(id === undefined ? {} : { VersionId: id }) };
}

function description(text: string | undefined): Pick<Secret, 'description'> {
  if (text === undefined) return {};
  if (text.length > 2048)
    throw secretsError('InvalidParameter', 'The description should be at most 2048 characters long.');
  return { description: text };
}

/** The key that AWS manages is never named in an answer. */
function key(kmsKeyId: string | undefined): Pick<Secret, 'kmsKeyId'> {
  return kmsKeyId === undefined || kmsKeyId === '' || kmsKeyId === 'alias/aws/secretsmanager' ? {} : { kmsKeyId };
}

/** UpdateSecret: description, key and value; a token that was used before is an error. */
export function updateSecret({ world, input }: Request<UpdateSecretRequest>): UpdateSecretResponse {
  const { kmsKeyId, ...secret } = liveSecret(world, input.SecretId);
  const value = sentValue(input);
  const id = versionId(world, input);
  if (value !== undefined && secret.versions.some(version => version.id === id)) {
    throw secretsError('ResourceExists', 'A resource with the ID you requested already exists.');
  }
  world.secretsManager.secrets.set(secret.name, {
    ...secret,
    ...key(input.KmsKeyId ?? kmsKeyId),
    ...description(input.Description),
    ...(value === undefined ? {} : { versions: withVersion(world, secret, id, value, ['AWSCURRENT']) }),
    changedAt: world.agenda.now(),
  });
  return created(secret, value && id);
}

/** DescribeSecret: answers for secrets scheduled for deletion too. */
export function describeSecret({ world, input, view }: Request<DescribeSecretRequest>): DescribeSecretResponse {
  const secret = findSecret(world, input.SecretId, view);
  const stages = stagesById(secret);
  return {
    ...metadata(secret),
    ...(stages && { VersionIdsToStages: stages }),
    ...(secret.replicas.length === 0
      ? {}
      : { PrimaryRegion: world.account.region, ReplicationStatus: secret.replicas.map(one => ({ ...one })) }),
  };
}

/** DeleteSecret: schedules the deletion, or purges the secret at once and its name a little later. */
export function deleteSecret({ world, input }: Request<DeleteSecretRequest>): DeleteSecretResponse {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
  if (force && days !== undefined) {
    throw secretsError(
      'InvalidParameter',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw secretsError('InvalidParameter', 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  }
  const secret = force ? forcible(world, input.SecretId) : liveSecret(world, input.SecretId);
  if (secret === undefined)
    return { ...(input.SecretId && { Name: input.SecretId }), DeletionDate: new Date(world.agenda.now()) };
  if (secret.replicas.length > 0) {
    throw secretsError(
      'InvalidParameter',
      `You can't delete secret ${secret.arn} that still has replica regions [${secret.replicas.map(({ Region }) => Region).join(', ')}].`,
    );
  }
  const deletedAt = world.agenda.now() + (force ? 0 : (days ?? 30) * day);
  world.secretsManager.secrets.set(secret.name, { ...secret, deletedAt, ...(force ? { purged: true as const } : {}) });
  world.agenda.after(force ? world.durations.purgeSecret : deletedAt - world.agenda.now(), () => purge(world, secret));
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletedAt) };
}

/** A secret that is not there may be deleted by force. */
function forcible(world: World, id: string | undefined): Secret | undefined {
  try {
    return findSecret(world, id);
  } catch (error) {
    if (error instanceof Error && error.name === noSuchSecret().name) return undefined;
    throw error;
  }
}

function purge(world: World, { name, arn }: Secret): void {
  const secret = world.secretsManager.secrets.get(name);
  if (secret?.arn === arn && secret.deletedAt !== undefined && secret.deletedAt <= world.agenda.now()) {
    world.secretsManager.secrets.delete(name);
  }
}

/** RestoreSecret: the deletion is called off; on a live secret nothing happens. */
export function restoreSecret({ world, input }: Request<RestoreSecretRequest>): RestoreSecretResponse {
  const { deletedAt: _, ...secret } = findSecret(world, input.SecretId);
  world.secretsManager.secrets.set(secret.name, secret);
  return { ARN: secret.arn, Name: secret.name };
}
