import type { Tag } from '@aws-sdk/client-iam';
import { page } from '../page.ts';
import type { View } from '../table.ts';
import { latest } from '../table.ts';
import type { World } from '../world.ts';
import { iamError } from './errors.ts';
import type { InstanceProfileRow, RoleRow } from './iam.ts';

/** The role of a name; missing is the caller's mistake. */
export function existingRole(world: World, name: string | undefined, view: View = latest): RoleRow {
  const role = world.iam.roles.get(name ?? '', view);
  if (role === undefined) throw iamError('NoSuchEntity', `The role with name ${name} cannot be found.`);
  return role;
}

/** As `existingRole`, for changing it: a role that belongs to a service may not be changed. */
export function changeableRole(world: World, name: string | undefined): RoleRow {
  const role = existingRole(world, name);
  if (role.Path.startsWith('/aws-service-role/')) {
    throw iamError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
    );
  }
  return role;
}

/** The instance profile of a name; missing is the caller's mistake. */
export function existingProfile(world: World, name: string | undefined, view: View = latest): InstanceProfileRow {
  const profile = world.iam.instanceProfiles.get(name ?? '', view);
  if (profile === undefined) throw iamError('NoSuchEntity', `Instance Profile ${name} cannot be found.`);
  return profile;
}

/** One page of a list of IAM; its token is called a marker. */
export function iamPage<T>(
  world: World,
  operation: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  { MaxItems, Marker }: { readonly MaxItems?: number | undefined; readonly Marker?: string | undefined },
): { items: T[]; IsTruncated: boolean; Marker: string | undefined } {
  const cut = page(items, keyOf, world.pages(operation, MaxItems ?? 100, 1000), Marker);
  if (cut === undefined) throw iamError('InvalidInput', 'Invalid Marker.');
  return { items: [...cut.items], IsTruncated: cut.nextToken !== undefined, Marker: cut.nextToken };
}

/** Tags as IAM lists them. */
export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags after some more were added, within the service's limits. */
export function checkedTags(
  before: Readonly<Record<string, string>>,
  added: readonly Tag[] | undefined,
): Record<string, string> {
  const entries = (added ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
  if (entries.some(([key]) => key.toLowerCase().startsWith('aws:'))) {
    throw iamError('InvalidInput', 'Tag keys beginning with aws: are reserved.');
  }
  if (entries.some(([key, value]) => key.length < 1 || key.length > 128 || value.length > 256)) {
    throw iamError('InvalidInput', 'Tag keys are 1-128 and tag values at most 256 characters long.');
  }
  const tags = { ...before, ...Object.fromEntries(entries) };
  if (Object.keys(tags).length > 50)
    throw iamError('LimitExceeded', 'The number of tags has reached the maximum limit.');
  return tags;
}
