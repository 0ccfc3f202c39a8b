import type {
  Ec2Configuration,
  LaunchTemplateSpecification,
  LaunchTemplateSpecificationOverride,
  ManagedInstancesProvider,
  UpdatePolicy,
} from '@aws-sdk/client-batch';
import { equals } from '../../model/equality.ts';
import { canonical, sameJson } from '../../model/json.ts';

/** Absence and the empty string are one: Batch takes the latter to clear a value. */
export function sameOrEmpty(want: unknown, have: unknown): boolean {
  return (want ?? '') === (have ?? '');
}

/** Absence and zero are one. */
export function sameNumber(want: unknown, have: unknown): boolean {
  return (want ?? 0) === (have ?? 0);
}

/** Unset, 0 and 100 all mean that the On-Demand price is the limit. */
export function sameBid(want: unknown, have: unknown): boolean {
  return (want || 100) === (have || 100);
}

/** Batch echoes whichever of name and ARN it was given. */
export function sameProfile(want: unknown, have: unknown): boolean {
  const name = (profile: unknown) => (typeof profile === 'string' ? profile.split('/').at(-1) : undefined);
  return name(want) === name(have);
}

/** What Batch does with running jobs when nothing is said. */
export const defaultUpdatePolicy: UpdatePolicy = { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: 30 };

/** An absent policy is the default one. */
export function samePolicy(want: unknown, have: unknown): boolean {
  return sameJson(
    { ...defaultUpdatePolicy, ...(want as UpdatePolicy | undefined) },
    { ...defaultUpdatePolicy, ...(have as UpdatePolicy | undefined) },
  );
}

/** What stands for no delay. */
export const noDelay = { minScaleDownDelayMinutes: 0 };

/** An absent scaling policy is one without a delay. */
export function sameScaling(want: unknown, have: unknown): boolean {
  return sameJson({ ...noDelay, ...(want as object | undefined) }, { ...noDelay, ...(have as object | undefined) });
}

/**
 * Image types: only what is wanted counts, because Batch fills in the type and says whether a newer image exists; but an
 * image of one's own, which nothing but a wanted value can have brought there, goes when it is no longer wanted.
 */
export function sameImages(want: unknown, have: unknown): boolean {
  const wanted = (want ?? []) as readonly Ec2Configuration[];
  const had = (have ?? []) as readonly Ec2Configuration[];
  if (wanted.length === 0) return had.every(({ imageIdOverride }) => !imageIdOverride);
  return wanted.length === had.length && wanted.every(image => had.some(other => covers(image, other)));
}

function covers(want: Ec2Configuration, have: Ec2Configuration): boolean {
  const { imageIdOverride, ...rest } = want;
  return (imageIdOverride ?? '') === (have.imageIdOverride ?? '') && equals('subset', rest, have);
}

/**
 * Launch templates by id, or by name where one side has no id; overrides by the instance types that they are for. A
 * version that is not given is the default one.
 */
export function sameTemplate(want: unknown, have: unknown): boolean {
  const wanted = (want ?? {}) as LaunchTemplateSpecification;
  const had = (have ?? {}) as LaunchTemplateSpecification;
  if (!sameSource(wanted, had)) return false;
  const overrides = byTargets(had.overrides);
  const list = [...byTargets(wanted.overrides)];
  return list.length === overrides.size && list.every(([key, one]) => sameSource(one, overrides.get(key) ?? {}));
}

type Source = LaunchTemplateSpecification | LaunchTemplateSpecificationOverride;

function sameSource(want: Source, have: Source): boolean {
  const version = ({ version: given }: Source) => given || '$Default';
  return (
    sameIdentity(want, have) &&
    version(want) === version(have) &&
    (want.userdataType === undefined || want.userdataType === have.userdataType)
  );
}

/** Nobody promises whether Batch answers with the name or the id: what cannot be told apart counts as the same. */
function sameIdentity(want: Source, have: Source): boolean {
  if (want.launchTemplateId && have.launchTemplateId) return want.launchTemplateId === have.launchTemplateId;
  if (want.launchTemplateName && have.launchTemplateName) return want.launchTemplateName === have.launchTemplateName;
  return (
    Boolean(want.launchTemplateId || want.launchTemplateName) ===
    Boolean(have.launchTemplateId || have.launchTemplateName)
  );
}

function byTargets(
  overrides: readonly LaunchTemplateSpecificationOverride[] | undefined,
): ReadonlyMap<string, LaunchTemplateSpecificationOverride> {
  return new Map(
    (overrides ?? []).map(override => [canonical([...(override.targetInstanceTypes ?? [])].sort()), override]),
  );
}

/** Of a managed instances provider what is wanted and can be changed; lists in any order. */
export function sameProvider(want: unknown, have: unknown): boolean {
  return equals('subset', sortedLists(changeable(want)), sortedLists(changeable(have)));
}

/** A provider without what is fixed at its creation. */
export function changeable(provider: unknown): unknown {
  const { instanceLaunchTemplate, ...rest } = (provider ?? {}) as Partial<ManagedInstancesProvider>;
  if (instanceLaunchTemplate === undefined) return rest;
  const { capacityOptionType: _capacity, fipsEnabled: _fips, ...template } = instanceLaunchTemplate;
  return { ...rest, instanceLaunchTemplate: template };
}

function sortedLists(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sortedLists(member)]));
}
