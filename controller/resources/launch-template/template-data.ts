import { contentHash, isObject, type JsonObject } from '../../model/json.ts';

/** The members of EC2's RequestLaunchTemplateData, with `UserData` as plain text. */
export type TemplateData = JsonObject;

/** The description of a version with this content. It names the content, so that a version can be found again by it. */
export function versionDescription(data: TemplateData): string {
  return `batchwright ${contentHash(data)}`;
}

/** The content hash in a description of ours; undefined for the versions of others. */
export function describedHash(description: string | undefined): string | undefined {
  return /^batchwright ([0-9a-f]{16})$/.exec(description ?? '')?.[1];
}

/** Template data as EC2 takes it: with user data in base64. */
export function encoded(data: TemplateData): TemplateData {
  const { UserData: text } = data;
  return typeof text === 'string' ? { ...data, UserData: Buffer.from(text, 'utf8').toString('base64') } : data;
}

/** Template data as EC2 returned it, with user data as plain text again. */
export function decoded(data: TemplateData): TemplateData {
  const { UserData: base64 } = data;
  return typeof base64 === 'string' ? { ...data, UserData: Buffer.from(base64, 'base64').toString('utf8') } : data;
}

/**
 * True when a version has the wanted content: user data to the byte, every wanted member at any depth, and no member
 * beside them that would do something. EC2 may reorder lists, spell numbers as text, and add defaults inside members.
 */
export function sameTemplateData(want: TemplateData, have: TemplateData): boolean {
  const wanted = withoutOwnTags(want);
  const had = withoutOwnTags(have);
  const beside = Object.keys(had).filter(name => wanted[name] === undefined);
  return contains(wanted, had) && beside.every(name => isIdle(had[name]));
}

/** Without the tags of the template itself, which emulators show among those of its instances. */
function withoutOwnTags(data: TemplateData): TemplateData {
  const { TagSpecifications: specifications } = data;
  if (!Array.isArray(specifications)) return data;
  const others = specifications.filter(item => !isObject(item) || item['ResourceType'] !== 'launch-template');
  return { ...data, TagSpecifications: others };
}

/** Says nothing, or says what EC2 does anyway. */
function isIdle(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every(isIdle);
  return value === undefined || value === null || value === false;
}

function contains(want: unknown, have: unknown): boolean {
  if (isIdle(want)) return isIdle(have);
  if (Array.isArray(want)) return Array.isArray(have) && pairs(want, have);
  if (!isObject(want)) return !isObject(have) && !Array.isArray(have) && String(want) === String(have);
  const members = Object.entries(want).filter(([, member]) => member !== undefined);
  return isObject(have) && members.every(([name, member]) => contains(member, have[name]));
}

/** Every wanted item has a partner of its own, wherever it stands, and nothing is left over. */
function pairs(want: readonly unknown[], have: readonly unknown[]): boolean {
  const free = [...have];
  for (const item of want) {
    const index = free.findIndex(candidate => contains(item, candidate));
    if (index < 0) return false;
    free.splice(index, 1);
  }
  return free.length === 0;
}
