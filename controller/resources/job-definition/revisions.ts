import { timestamp } from '../../model/clock.ts';
import { contentHash } from '../../model/json.ts';
import { type Owner, ownership, type Tags, tagKeys } from '../../model/ownership.ts';
import { normalForm } from './normal-form.ts';
import type { JobDefinitionObserved, JobDefinitionWant, Revision } from './shape.ts';

/**
 * The content hash of a revision. Its tag says it where we are known to have registered that revision, or nothing is
 * known; of any other it is worked out, because whoever copies a revision copies its tags too.
 */
export function hashOf({ known }: JobDefinitionObserved, { arn, tags, content }: Revision): string | undefined {
  return known === undefined || known === arn ? tags[tagKeys.hash] : contentHash(normalForm(content));
}

/** The revisions that carry the ownership tags, newest first. */
export function own({ revisions }: JobDefinitionObserved, tags: Tags): readonly Revision[] {
  const mine = [tagKeys.controller, tagKeys.object];
  return revisions.filter(revision => mine.every(key => revision.tags[key] === tags[key]));
}

/** The revisions that belong to an owner, newest first. */
export function ownedBy({ revisions }: JobDefinitionObserved, owner: Owner): readonly Revision[] {
  return revisions.filter(({ tags }) => ownership(tags, owner).whose === 'ours');
}

/** The newest revision is ours, or none is, which is how adoption begins. */
export function comparable(observed: JobDefinitionObserved, tags: Tags): boolean {
  const mine = own(observed, tags);
  return observed.newest !== undefined && (mine.length === 0 || mine.includes(observed.newest));
}

/**
 * Our revisions that are neither among those to be kept nor young, whether jobs use them or not. While the newest one is
 * not as wanted yet, it counts as one that has just had its day.
 */
export function expendable(observed: JobDefinitionObserved, want: JobDefinitionWant): readonly Revision[] {
  const { newest } = observed;
  if (!newest || !comparable(observed, want.tags)) return [];
  return own(observed, want.tags)
    .slice(kept(observed, want, newest))
    .filter(revision => !isYoung(observed, revision, want.revisionMinAgeMs));
}

function kept(observed: JobDefinitionObserved, want: JobDefinitionWant, newest: Revision): number {
  return want.revisionHistoryLimit + (hashOf(observed, newest) === want.hash ? 1 : 0);
}

/**
 * For how long a revision must have been seen without a job before it goes, in milliseconds: AWS lists a job some seconds
 * after it was submitted, and for some seconds resolves a name to a revision that is the newest no longer.
 */
const unusedForMs = 60_000;

/**
 * Of the revisions that may go, those that go now: no job uses them. With the newest revision as wanted it takes two looks;
 * before that, or where nobody has looked, it is a forecast.
 */
export function surplus(observed: JobDefinitionObserved, want: JobDefinitionWant): readonly string[] {
  const { newest, uses } = observed;
  const idle = unused(observed, expendable(observed, want));
  const isForecast = uses === undefined || (newest && hashOf(observed, newest) !== want.hash);
  return isForecast ? idle : idle.filter(arn => isLongUnused(observed, arn));
}

function isLongUnused({ unusedSince = {}, at }: JobDefinitionObserved, arn: string): boolean {
  return at - Date.parse(unusedSince[arn] ?? '') >= unusedForMs;
}

/** Of some revisions, the ARNs of those that no job was found to use. */
export function unused({ uses = [] }: JobDefinitionObserved, revisions: readonly Revision[]): readonly string[] {
  return revisions.map(({ arn }) => arn).filter(arn => !uses.some(use => use.arn === arn));
}

/**
 * Since when each revision that may go has been seen without a job, in RFC 3339 by ARN. It begins once the newest revision
 * is as wanted, and anew after a job.
 */
export function unusedSince(
  observed: JobDefinitionObserved,
  want: JobDefinitionWant,
): Readonly<Record<string, string>> {
  const { newest, uses, at, unusedSince: earlier = {} } = observed;
  if (!newest || hashOf(observed, newest) !== want.hash) return {};
  const going = expendable(observed, want);
  const idle = uses === undefined ? going.map(({ arn }) => arn) : unused(observed, going);
  const known = idle.flatMap(arn => {
    const since = earlier[arn] ?? (uses && timestamp(at));
    return since === undefined ? [] : [[arn, since] as const];
  });
  return Object.fromEntries(known);
}

/**
 * What becomes of each of our revisions and why, newest first; empty where all are kept as the history.
 */
export function fates(observed: JobDefinitionObserved, want: JobDefinitionWant): readonly string[] {
  const { newest, uses = [] } = observed;
  const mine = own(observed, want.tags);
  if (!newest || !comparable(observed, want.tags) || mine.length <= kept(observed, want, newest)) return [];
  const [going, leaving] = [expendable(observed, want), surplus(observed, want)];
  return mine.map((revision, place) => {
    const use = uses.find(({ arn }) => arn === revision.arn);
    const stays = (why: string) => `revision ${revision.revision} stays: ${why}`;
    if (place === 0 && hashOf(observed, newest) === want.hash) return stays('it is the newest');
    if (place < kept(observed, want, newest))
      return stays(`it is among the last ${want.revisionHistoryLimit} (revisionHistoryLimit)`);
    if (!going.includes(revision))
      return stays(
        `it had its place until less than ${want.revisionMinAgeMs / 60_000} minutes ago (revisionMinAgeMinutes)`,
      );
    if (use !== undefined) return stays(`it is used by job ${use.job}`);
    return leaving.includes(revision.arn)
      ? `revision ${revision.revision} is deregistered`
      : stays(`it is deregistered when no job has been seen to use it for ${unusedForMs / 1_000} s`);
  });
}

/** Where it is not known when a revision had its day, it is young until the next one is registered. */
function isYoung(observed: JobDefinitionObserved, revision: Revision, minAgeMs: number): boolean {
  if (minAgeMs === 0) return false;
  const since = supersededAt(observed, revision);
  return since === undefined || observed.at - since < minAgeMs;
}

/** When a newer revision took the place of another, by the tags; a copy of its tag on a newer one tells nothing. */
function supersededAt({ revisions }: JobDefinitionObserved, revision: Revision): number | undefined {
  const registered = registeredAt(revision) ?? Number.NEGATIVE_INFINITY;
  return revisions
    .filter(other => other.revision > revision.revision)
    .map(registeredAt)
    .findLast(time => time !== undefined && time > registered);
}

function registeredAt({ tags }: Revision): number | undefined {
  const time = Date.parse(tags[tagKeys.registeredAt] ?? '');
  return Number.isNaN(time) ? undefined : time;
}
