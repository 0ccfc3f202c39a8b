import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Operation } from '../resource.ts';
import { tagChanges, tagList } from '../tag-changes.ts';
import { afterWrite, type SecretObserved, type SecretWant, versionToken } from './shape.ts';
import { unquoted } from './unquoted.ts';

type Op = Operation<SecretWant, SecretObserved>;

/** Creates the secret with its first version. */
export const create: Op = async (aws, { want, name, memo }, signal) => {
  const { value, description, kmsKeyId, tags } = want;
  const token = versionToken(name, memo, value?.fingerprint ?? '');
  const command = new CreateSecretCommand({
    Name: want.name,
    ClientRequestToken: token,
    Description: description,
    KmsKeyId: kmsKeyId,
    SecretString: value?.text.reveal(),
    Tags: tagList(tags),
  });
  await unquoted(value?.text, aws.secretsManager.send(command, { abortSignal: signal }));
  return afterWrite(memo, want, token);
};

/** Writes the value as a new current version. */
export const putValue: Op = async (aws, { want, name, observed, memo }, signal) => {
  if (!want.value) return undefined;
  const token = versionToken(name, memo, want.value.fingerprint);
  const command = new PutSecretValueCommand({
    SecretId: observed.arn,
    ClientRequestToken: token,
    SecretString: want.value.text.reveal(),
  });
  await unquoted(want.value.text, aws.secretsManager.send(command, { abortSignal: signal }));
  return afterWrite(memo, want, token);
};

/** Description and key; never the value. */
export const update: Op = async (aws, { want, observed, step }, signal) => {
  const changed = (path: string) => step.changes.some(change => change.path === path);
  await aws.secretsManager.send(
    new UpdateSecretCommand({
      SecretId: observed.arn,
      ...(changed('description') ? { Description: want.description ?? '' } : {}),
      ...(changed('kmsKeyId') ? { KmsKeyId: want.kmsKeyId ?? 'alias/aws/secretsmanager' } : {}),
    }),
    { abortSignal: signal },
  );
};

/** Removes the tags that were ours and are no longer wanted, then sets the wanted ones. */
export const tag: Op = async (aws, { want, observed }, signal) => {
  const { set, remove } = tagChanges(want.tags, observed.tags);
  const SecretId = observed.arn;
  const options = { abortSignal: signal };
  if (remove.length > 0)
    await aws.secretsManager.send(new UntagResourceCommand({ SecretId, TagKeys: [...remove] }), options);
  if (Object.keys(set).length > 0)
    await aws.secretsManager.send(new TagResourceCommand({ SecretId, Tags: tagList(set) }), options);
};

/** Clears the scheduled deletion; value and metadata are compared again afterwards. */
export const restore: Op = async (aws, { observed }, signal) => {
  await aws.secretsManager.send(new RestoreSecretCommand({ SecretId: observed.arn }), { abortSignal: signal });
};

/** Schedules the deletion; never without a recovery window. */
export const remove: Op = async (aws, { observed, memo }, signal) => {
  const days = typeof memo?.['recoveryWindowInDays'] === 'number' ? memo['recoveryWindowInDays'] : 30;
  await aws.secretsManager.send(new DeleteSecretCommand({ SecretId: observed.arn, RecoveryWindowInDays: days }), {
    abortSignal: signal,
  });
};
