import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  ListSecretsCommand,
  type SecretListEntry,
} from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../../aws/aws.ts';
import { isAccessDenied, isNotFound } from '../../aws/errors.ts';
import { allPages } from '../../aws/pages.ts';
import { Failure } from '../../model/failure.ts';
import { isObject } from '../../model/json.ts';
import { haveOneKey, SecretValue } from '../../model/secret-value.ts';
import type { Sought } from '../resource.ts';
import { tagMap } from '../tag-changes.ts';
import { type SecretObserved, type SecretWant, versionToken } from './shape.ts';

type Entry = SecretListEntry | DescribeSecretCommandOutput;

/** Glance: one ListSecrets for everybody (it may lag by minutes, so it only ever clears). Exact: DescribeSecret. */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SecretObserved>> {
  const found = new Map<string, SecretObserved>();
  const entries = exact ? undefined : await aws.shared('secrets', shared => listed(aws, shared));
  for (const item of sought) {
    const entry = entries
      ? (entries.get(item.name) ?? entries.get(bare(item.name)))
      : await described(aws, item.name, signal);
    if (entry?.ARN !== undefined) found.set(item.id, await observed(aws, item, entry, exact, signal));
  }
  return found;
}

async function listed(aws: Aws, signal: AbortSignal): Promise<ReadonlyMap<string, SecretListEntry>> {
  const all = await allPages(async NextToken => {
    const page = await aws.secretsManager.send(
      new ListSecretsCommand({ IncludePlannedDeletion: true, MaxResults: 100, NextToken }),
      { abortSignal: signal },
    );
    return { items: page.SecretList, next: page.NextToken };
  });
  return new Map(
    all.flatMap(entry => [entry.Name, entry.ARN].flatMap(key => (key === undefined ? [] : [[key, entry] as const]))),
  );
}

async function described(aws: Aws, name: string, signal: AbortSignal): Promise<Entry | undefined> {
  try {
    return await aws.secretsManager.send(new DescribeSecretCommand({ SecretId: name }), { abortSignal: signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A full ARN and a name both find a secret; a partial ARN only by its name part. */
function bare(secretId: string): string {
  return secretId.replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/, '');
}

async function observed(
  aws: Aws,
  item: Sought,
  entry: Entry,
  exact: boolean,
  signal: AbortSignal,
): Promise<SecretObserved> {
  const versionId = current(entry);
  const wanted = (item.want as Partial<SecretWant> | undefined)?.value?.fingerprint;
  const fingerprint =
    wanted === undefined || versionId === undefined || entry.DeletedDate !== undefined
      ? undefined
      : await fingerprinted(aws, item, entry, versionId, wanted, exact, signal);
  return {
    arn: entry.ARN ?? '',
    name: entry.Name ?? item.name,
    description: entry.Description,
    kmsKeyId: entry.KmsKeyId,
    tags: tagMap(entry.Tags),
    deletedDate: entry.DeletedDate,
    replicated: 'ReplicationStatus' in entry && (entry.ReplicationStatus?.length ?? 0) > 0,
    versionId,
    fingerprint,
  };
}

function current(entry: Entry): string | undefined {
  const stages =
    'VersionIdsToStages' in entry
      ? entry.VersionIdsToStages
      : 'SecretVersionsToStages' in entry
        ? entry.SecretVersionsToStages
        : undefined;
  return Object.entries(stages ?? {}).find(([, labels]) => labels?.includes('AWSCURRENT'))?.[0];
}

/**
 * The fingerprint of the current version. Known without reading the value when the version is the one remembered, or the
 * one that our own lost call made. Otherwise (a lost memory or key, another writer) the value is read once and forgotten; where
 * that is not allowed it stays unknown and counts as different.
 */
async function fingerprinted(
  aws: Aws,
  item: Sought,
  entry: Entry,
  versionId: string,
  wanted: string,
  exact: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const memo = item.memo;
  const known = memo?.['versionId'] === versionId ? memo['fingerprint'] : undefined;
  if (typeof known === 'string' && haveOneKey(known, wanted)) return known;
  if (versionId === versionToken(item.name, memo, wanted)) return wanted;
  if (!exact) return undefined;
  try {
    const { SecretString } = await aws.secretsManager.send(
      new GetSecretValueCommand({ SecretId: entry.ARN, VersionId: versionId }),
      { abortSignal: signal },
    );
    return SecretString === undefined ? undefined : aws.fingerprint(new SecretValue(SecretString));
  } catch (error) {
    if (isNotFound(error) || isAccessDenied(error)) return undefined;
    throw unreadable(error, item.name);
  }
}

/** An error of the one call whose answer holds the value: an answer that could not be parsed is never passed on. */
function unreadable(error: unknown, name: string): unknown {
  if (!isObject(error) || !('$responseBodyText' in error)) return error;
  return new Failure(
    'retry',
    'UnexpectedAnswer',
    `reading the value of secret ${name}: AWS's answer could not be parsed`,
  );
}
