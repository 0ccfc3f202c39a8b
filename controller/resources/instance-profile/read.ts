import { GetInstanceProfileCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import type { Tags } from '../../model/ownership.ts';
import { unlessAbsent } from '../absence.ts';
import type { Sought } from '../resource.ts';
import { tagMap } from '../tag-changes.ts';

/** An instance profile as AWS has it. */
export interface InstanceProfileObserved {
  readonly instanceProfileName: string;
  readonly path: string;
  readonly arn: string;
  /** Absent while the profile is empty. */
  readonly roleName?: string;
  /** Milliseconds since the epoch, as `readAt`. */
  readonly createdAt: number;
  readonly readAt: number;
  readonly tags: Tags;
}

/**
 * The sought instance profiles that exist, by `Sought.id`. One call for each of them, exact or not: no list in IAM
 * carries the tags of instance profiles, and without them a lost ownership tag would stay unnoticed.
 */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, InstanceProfileObserved>> {
  const found = await Promise.all(
    sought.map(async ({ id, name }) => {
      const observed = exact
        ? await one(aws, name, signal)
        : await aws.shared(`iam/instance-profile/${name}`, loading => one(aws, name, loading));
      return observed === undefined ? [] : [[id, { ...observed, readAt: aws.now() }] as const];
    }),
  );
  return new Map(found.flat());
}

async function one(
  { iam }: Aws,
  InstanceProfileName: string,
  signal: AbortSignal,
): Promise<Omit<InstanceProfileObserved, 'readAt'> | undefined> {
  const get = iam.send(new GetInstanceProfileCommand({ InstanceProfileName }), { abortSignal: signal });
  const profile = (await unlessAbsent(get))?.InstanceProfile;
  if (!profile) return undefined;
  const roleName = profile.Roles?.[0]?.RoleName;
  return {
    instanceProfileName: profile.InstanceProfileName ?? InstanceProfileName,
    path: profile.Path ?? '/',
    arn: profile.Arn ?? '',
    ...(roleName === undefined ? {} : { roleName }),
    createdAt: profile.CreateDate?.getTime() ?? 0,
    tags: tagMap(profile.Tags),
  };
}
