import type { Filter, ListSecretsRequest, ListSecretsResponse, SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { InvalidNextTokenException } from '@aws-sdk/client-secrets-manager';
import type { Request } from '../operation.ts';
import { page } from '../page.ts';
import { withStatus } from '../service.ts';
import type { World } from '../world.ts';
import { secretsError } from './errors.ts';
import { stagesById } from './find.ts';
import type { Secret } from './secrets-manager.ts';

/** One page of a list of Secrets Manager. */
export function secretsPage<T>(
  world: World,
  operation: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  { MaxResults, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { items: T[]; nextToken: string | undefined } {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > 100)) {
    throw secretsError('InvalidParameter', 'MaxResults should be between 1 and 100.');
  }
  const cut = page(items, keyOf, world.pages(operation, MaxResults, 100), NextToken);
  if (cut === undefined) {
    throw withStatus(new InvalidNextTokenException({ message: 'The NextToken value is invalid.', $metadata: {} }), 400);
  }
  return { items: [...cut.items], nextToken: cut.nextToken };
}

/** ListSecrets: hides what is scheduled for deletion unless asked for it. */
export function listSecrets({ world, input, view }: Request<ListSecretsRequest>): ListSecretsResponse {
  const found = world.secretsManager.secrets
    .values(view)
    .filter(secret => !secret.purged && (secret.deletedAt === undefined || input.IncludePlannedDeletion === true))
    .filter(secret => (input.Filters ?? []).every(filter => passes(secret, filter)));
  const cut = secretsPage(world, 'ListSecrets', found, ({ arn }) => arn, input);
  return { SecretList: cut.items.map(entry), NextToken: cut.nextToken };
}

/** A value that begins with `!` stands for everything that does not begin with the rest. */
function passes(secret: Secret, { Key, Values = [] }: Filter): boolean {
  const texts = filterable(secret, Key);
  const begins = (prefix: string) => texts.some(text => text.startsWith(prefix));
  return Values.some(value => (value.startsWith('!') ? !begins(value.slice(1)) : begins(value)));
}

function filterable(secret: Secret, key: Filter['Key']): string[] {
  const { name, description = '', tags, owningService } = secret;
  switch (key) {
    case 'name':
      return [name];
    case 'description':
      return description.split(/\s+/);
    case 'tag-key':
      return Object.keys(tags);
    case 'tag-value':
      return Object.values(tags);
    case 'owning-service':
      return owningService === undefined ? [] : [owningService];
    case 'all':
      return [name, ...description.split(/\s+/), ...Object.keys(tags), ...Object.values(tags)];
    default:
      throw secretsError('InvalidParameter', `The filter key ${key} is not valid.`);
  }
}

function entry(secret: Secret): SecretListEntry {
  const stages = stagesById(secret);
  return { ...metadata(secret), ...(stages && { SecretVersionsToStages: stages }) };
}

/** What Describe and List say of a secret alike. */
export function metadata(secret: Secret): Omit<SecretListEntry, 'SecretVersionsToStages'> {
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
    ...(secret.rotationEnabled === undefined ? {} : { RotationEnabled: secret.rotationEnabled }),
    ...(secret.owningService === undefined ? {} : { OwningService: secret.owningService }),
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    ...(secret.deletedAt === undefined ? {} : { DeletedDate: new Date(secret.deletedAt) }),
    ...(Object.keys(secret.tags).length === 0
      ? {}
      : { Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })) }),
  };
}
