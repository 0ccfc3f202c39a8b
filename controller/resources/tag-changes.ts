import type { Tags } from '../model/ownership.ts';

/** What must happen to tags: those to set, new or with another value, and the keys to remove. */
interface TagChanges {
  readonly set: Tags;
  readonly remove: readonly string[];
}

/** From the tags that are ours to manage, as they are, to those wanted. AWS's own `aws:` tags are never touched. */
export function tagChanges(want: Tags, have: Tags): TagChanges {
  const set = Object.entries(want).filter(([key, value]) => have[key] !== value);
  const remove = Object.keys(have).filter(key => !Object.hasOwn(want, key) && !key.toLowerCase().startsWith('aws:'));
  return { set: Object.fromEntries(set), remove };
}

/** A list of `{Key, Value}` pairs, as IAM, EC2 and Secrets Manager spell tags. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The map of such a list. */
export function tagMap(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}
