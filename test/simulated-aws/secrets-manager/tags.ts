import type { Tag, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-secrets-manager';
import type { Request } from '../operation.ts';
import { secretsError } from './errors.ts';
import { liveSecret } from './find.ts';

/** Tags after some more were added, within the service's limits. */
export function checkedTags(
  before: Readonly<Record<string, string>>,
  added: readonly Tag[] | undefined,
): Record<string, string> {
  const tags = { ...before, ...Object.fromEntries((added ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) };
  if ((added ?? []).some(({ Key }) => Key?.toLowerCase().startsWith('aws:'))) {
    throw secretsError('InvalidParameter', 'aws: prefixed tag key names are not allowed for external use.');
  }
  if (Object.keys(tags).length > 50) {
    throw secretsError('InvalidParameter', 'You have exceeded the maximum number of tags (50) for a secret.');
  }
  if (Object.entries(tags).some(([key, value]) => key.length < 1 || key.length > 127 || value.length > 255)) {
    throw secretsError('InvalidParameter', 'Tag keys should be 1-127 and tag values 0-255 characters long.');
  }
  return tags;
}

/** TagResource: adds and overwrites. */
export function tagResource({ world, input }: Request<TagResourceRequest>): void {
  const secret = liveSecret(world, input.SecretId);
  world.secretsManager.secrets.set(secret.name, { ...secret, tags: checkedTags(secret.tags, input.Tags) });
}

/** UntagResource: keys that are not there are no mistake. */
export function untagResource({ world, input }: Request<UntagResourceRequest>): void {
  const secret = liveSecret(world, input.SecretId);
  const left = Object.entries(secret.tags).filter(([key]) => !input.TagKeys?.includes(key));
  world.secretsManager.secrets.set(secret.name, { ...secret, tags: Object.fromEntries(left) });
}
