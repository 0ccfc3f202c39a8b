import { DescribeJobDefinitionsCommand, type JobDefinition } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages } from '../../aws/pages.ts';
import { unknowns } from '../../model/declared.ts';
import { isObject } from '../../model/json.ts';
import { type Owner, ownership } from '../../model/ownership.ts';
import type { Memo, Sought } from '../resource.ts';
import { expendable, ownedBy } from './revisions.ts';
import type { JobDefinitionObserved, JobDefinitionWant, Revision } from './shape.ts';
import { uses } from './usage.ts';

/**
 * Glance: every ACTIVE revision of the account, a hundred per page, for everybody. Exact: the sought names, one call each,
 * and, where a revision could go, the jobs that use it.
 */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JobDefinitionObserved>> {
  const found = new Map<string, JobDefinitionObserved>();
  const all = exact ? undefined : await aws.shared('job definitions', shared => everyRevision(aws, shared));
  for (const item of sought) {
    const at = aws.now();
    const { id, name, owner, memo } = item;
    const revisions = all ? (all.get(name) ?? []) : (await active(aws, name, signal)).map(revisionOf);
    if (revisions.length === 0) continue;
    const seen = { ...observed(revisions, owner, at), ...remembered(memo) };
    found.set(id, all ? seen : { ...seen, uses: await uses(aws, candidates(seen, item), signal) });
  }
  return found;
}

/** The revisions that may be deregistered: those beyond the history, and all that are ours when the whole definition goes. */
function candidates(seen: JobDefinitionObserved, { want, owner }: Sought): readonly string[] {
  const going = want === undefined ? ownedBy(seen, owner) : isKnown(want) ? expendable(seen, want) : [];
  return going.map(({ arn }) => arn);
}

function isKnown(want: unknown): want is JobDefinitionWant {
  return unknowns(want).length === 0;
}

async function everyRevision(aws: Aws, signal: AbortSignal): Promise<ReadonlyMap<string, readonly Revision[]>> {
  const byName = new Map<string, Revision[]>();
  for (const detail of await active(aws, undefined, signal)) {
    const name = detail.jobDefinitionName ?? '';
    const known = byName.get(name);
    if (known) known.push(revisionOf(detail));
    else byName.set(name, [revisionOf(detail)]);
  }
  return byName;
}

function active(
  aws: Aws,
  jobDefinitionName: string | undefined,
  signal: AbortSignal,
): Promise<readonly JobDefinition[]> {
  return allPages(async nextToken => {
    const page = await aws.batch.send(
      new DescribeJobDefinitionsCommand({ jobDefinitionName, status: 'ACTIVE', nextToken }),
      { abortSignal: signal },
    );
    return { items: page.jobDefinitions, next: page.nextToken };
  });
}

function revisionOf(detail: JobDefinition): Revision {
  const {
    jobDefinitionName: _n,
    jobDefinitionArn,
    revision,
    status: _s,
    tags,
    containerOrchestrationType: _c,
    ...content
  } = detail;
  return { revision: revision ?? 0, arn: jobDefinitionArn ?? '', tags: tags ?? {}, content };
}

/** What is remembered of earlier looks. */
function remembered(memo: Memo | undefined): Pick<JobDefinitionObserved, 'known' | 'unusedSince'> {
  const { arn, unusedSince } = memo ?? {};
  return {
    ...(typeof arn === 'string' ? { known: arn } : {}),
    ...(isObject(unusedSince) ? { unusedSince: unusedSince as Readonly<Record<string, string>> } : {}),
  };
}

/** The tags are those of our newest revision, or of the newest of all when none is ours: they say whose the name is. */
function observed(unordered: readonly Revision[], owner: Owner, at: number): JobDefinitionObserved {
  const revisions = [...unordered].sort((a, b) => b.revision - a.revision);
  const ours = revisions.find(({ tags }) => ownership(tags, owner).whose === 'ours');
  const newest = revisions[0];
  return { revisions, tags: (ours ?? newest)?.tags ?? {}, normal: {}, hash: undefined, newest, at, surplus: [] };
}
