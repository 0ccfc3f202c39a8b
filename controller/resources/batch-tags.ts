import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-batch';
import type { Aws } from '../aws/aws.ts';
import type { Tags } from '../model/ownership.ts';
import { tagChanges } from './tag-changes.ts';

/** Brings the tags of a Batch resource from `have` to `want`; removes first, because 50 is the limit. */
export async function tagBatch(
  aws: Aws,
  resourceArn: string,
  want: Tags,
  have: Tags,
  signal: AbortSignal,
): Promise<void> {
  const { set, remove } = tagChanges(want, have);
  const options = { abortSignal: signal };
  if (remove.length > 0) await aws.batch.send(new UntagResourceCommand({ resourceArn, tagKeys: [...remove] }), options);
  if (Object.keys(set).length > 0)
    await aws.batch.send(new TagResourceCommand({ resourceArn, tags: { ...set } }), options);
}
