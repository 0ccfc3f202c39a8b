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
  const kept = want.revisionHistoryLimit + (hashOf(observed, newest) === want.hash ? 1 : 0);
  return own(observed, want.tags)
    .slice(kept)
    .filter(revision => !isYoung(observed, revision, want.revisionMinAgeMs));
}

/** Our revisions beside the wanted one that stay ACTIVE, each with the reason. */
export function staying(observed: JobDefinitionObserved, want: JobDefinitionWant): readonly string[] {
  const { newest, uses = [], surplus } = observed;
  const current = newest && hashOf(observed, newest) === want.hash ? newest : undefined;
  const history = want.revisionHistoryLimit + (current ? 1 : 0);
  const reason = (revision: Revision, index: number): string | undefined => {
    const use = uses.find(({ arn }) => arn === revision.arn);
    if (use) return `is used by job ${use.job}`;
    if (index < history) return `is one of the last ${want.revisionHistoryLimit} (revisionHistoryLimit)`;
    if (isYoung(observed, revision, want.revisionMinAgeMs))
      return `had its day less than ${want.revisionMinAgeMs / 60_000} minutes ago (revisionMinAgeMinutes)`;
    return undefined;
  };
  return own(observed, want.tags)
    .map((revision, index) => ({ revision, because: reason(revision, index) }))
    .filter(({ revision }) => revision !== current && !surplus.includes(revision.arn))
    .flatMap(({ revision, because }) =>
      because === undefined ? [] : [`revision ${revision.revision} stays: it ${because}`],
    );
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
