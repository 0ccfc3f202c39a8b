import { unknowns } from '../../model/declared.ts';
import { contentHash, isObject, type JsonObject } from '../../model/json.ts';
import type { Memo } from '../resource.ts';
import { sameTemplateData, type TemplateData } from './template-data.ts';

/** One version of a launch template. Versions never change; only which one is the default does. */
export interface Version {
  readonly versionNumber: number;
  /** The content that its description names; absent for versions that others made. */
  readonly hash?: string;
  /** AWS told us this number when we made the version, so that its content is beyond doubt. */
  readonly created: boolean;
  /** Absent where only its number is known. */
  readonly data?: TemplateData;
}

/** What decides about the versions of a template. */
interface VersionsWant {
  readonly launchTemplateData: TemplateData;
  readonly keepVersions: number;
  readonly versionsInUse: readonly number[];
}

/** The versions of a template. */
interface VersionsObserved {
  readonly defaultVersionNumber: number;
  readonly versions: readonly Version[];
}

/**
 * The version that has the wanted content: the newest whose description names it and which we are known to have made;
 * else, because anyone can write a description, the newest whose content really is the wanted one.
 */
export function wantedVersion(
  { versions }: VersionsObserved,
  { launchTemplateData }: VersionsWant,
): Version | undefined {
  if (unknowns(launchTemplateData).length > 0) return undefined;
  const hash = contentHash(launchTemplateData);
  const named = newestFirst(versions).filter(version => version.hash === hash);
  return (
    named.find(({ created }) => created) ??
    named.find(({ data }) => data !== undefined && sameTemplateData(launchTemplateData, data))
  );
}

/**
 * The versions that may go: ours, older than the newest `keepVersions` of ours, and neither the default, nor the wanted
 * one, nor in use. None while the wanted version does not exist or what is in use is not known.
 */
export function surplusVersions(observed: VersionsObserved, want: VersionsWant): readonly number[] {
  const wanted = wantedVersion(observed, want);
  if (!wanted || unknowns(want.versionsInUse).length > 0) return [];
  const needed = new Set([observed.defaultVersionNumber, wanted.versionNumber, ...want.versionsInUse]);
  return newestFirst(observed.versions)
    .filter(({ hash }) => hash !== undefined)
    .map(({ versionNumber }) => versionNumber)
    .slice(want.keepVersions)
    .filter(number => !needed.has(number));
}

function newestFirst(versions: readonly Version[]): readonly Version[] {
  return [...versions].sort((a, b) => b.versionNumber - a.versionNumber);
}

/** What is remembered about a template between passes. A cache: losing it costs one exact read. */
export interface VersionsMemo extends JsonObject {
  readonly launchTemplateId: string;
  /** Content hashes of our versions, by number. */
  readonly versions: Readonly<Record<string, string>>;
  /** Numbers of the versions that we are known to have made. */
  readonly created: readonly number[];
  /** When we made the newest of them, in milliseconds since the epoch; 0 when that is not known. */
  readonly createdAt: number;
  /** What AWS found questionable in the newest version we made. */
  readonly warning: string | null;
}

/** The memo about this very template; undefined when there is none, or it is about an earlier template of its name. */
export function versionsMemo(memo: Memo | undefined, launchTemplateId: string): VersionsMemo | undefined {
  if (memo?.['launchTemplateId'] !== launchTemplateId) return undefined;
  const { versions, created, createdAt, warning } = memo;
  return {
    launchTemplateId,
    versions: isObject(versions) ? (versions as Record<string, string>) : {},
    created: Array.isArray(created) ? created.filter(number => typeof number === 'number') : [],
    createdAt: typeof createdAt === 'number' ? createdAt : 0,
    warning: typeof warning === 'string' ? warning : null,
  };
}

/** The memo that follows from reading a template. A version made but not visible yet is not forgotten. */
export function remembered(
  observed: VersionsObserved & { readonly launchTemplateId: string; readonly latestVersionNumber: number },
  earlier: Memo | undefined,
): VersionsMemo {
  const before = versionsMemo(earlier, observed.launchTemplateId);
  const ours = observed.versions.flatMap(({ versionNumber, hash }) =>
    hash === undefined ? [] : [[versionNumber, hash]],
  );
  const visible = observed.versions.filter(({ created }) => created).map(({ versionNumber }) => versionNumber);
  const coming = (before?.created ?? []).filter(number => number >= observed.latestVersionNumber);
  return {
    launchTemplateId: observed.launchTemplateId,
    versions: Object.fromEntries(ours),
    created: [...new Set([...visible, ...coming])].sort((a, b) => a - b),
    createdAt: before?.createdAt ?? 0,
    warning: before?.warning ?? null,
  };
}

/** A memo with one more version that AWS says we made at `createdAt`. */
export function withCreated(
  memo: VersionsMemo,
  made: { readonly number: number; readonly hash: string; readonly at: number; readonly warning: string | null },
): VersionsMemo {
  return {
    ...memo,
    versions: { ...memo.versions, [made.number]: made.hash },
    created: [...new Set([...memo.created, made.number])].sort((a, b) => a - b),
    createdAt: made.at,
    warning: made.warning,
  };
}

/** The newest version that we are known to have made; 0 when none is known. */
export function newestCreated(memo: VersionsMemo | undefined): number {
  return Math.max(0, ...(memo?.created ?? []));
}

// EC2 may not show a new version for seconds. One that is absent for longer has been deleted.
const visibilityMs = 30_000;

/** A version that we made so lately that its absence from `versions` proves nothing. */
export function awaitedVersion(
  memo: VersionsMemo | undefined,
  versions: readonly Version[],
  now: number,
): number | undefined {
  const newest = newestCreated(memo);
  const visible = versions.some(({ versionNumber }) => versionNumber === newest);
  return memo && newest > 0 && !visible && now - memo.createdAt < visibilityMs ? newest : undefined;
}
