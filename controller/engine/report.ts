import { timestamp } from '../model/clock.ts';
import { type Condition, conditions, conditionsOf, type Verdict } from '../model/conditions.ts';
import type { Failure, Reason } from '../model/failure.ts';
import { defined, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { ApiObject } from '../model/object.ts';
import type { Change, Step } from '../model/plan.ts';
import type { Memo } from '../resources/resource.ts';
import type { Occurrence } from './events.ts';
import { type Owned, recorded } from './inventory.ts';
import type { Outlook } from './outlook.ts';
import { label, type Planned } from './planning.ts';

/** One step that was carried out. */
export interface Applied {
  readonly item: Planned;
  readonly step: Step;
  readonly memo: Memo | undefined;
}

/** How a pass over one object ended: facts, before anybody judges them. */
export interface Facts {
  readonly object: ApiObject;
  readonly now: number;
  readonly deleting: boolean;
  readonly paused: boolean;
  /** Account and Region that the object's resources are in; undefined when the pass did not get that far. */
  readonly place: string | undefined;
  /** What stands in for the whole declaration: equal hashes declare the same. */
  readonly desiredHash: string | undefined;
  readonly planned: readonly Planned[];
  readonly leaving: readonly Planned[];
  readonly applied: readonly Applied[];
  readonly failures: readonly Failure[];
  /** What may have been created although no clear answer came. */
  readonly doubtful: readonly Planned[];
  /** AWS said no to something. */
  readonly refused: boolean;
  /** What an object on its way out leaves behind on purpose, as messages call it. */
  readonly retained: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** What a plan says beside the differences, by id; empty but for plans. */
  readonly outlooks: ReadonlyMap<string, Outlook>;
  /** Status members of the kind's own. */
  readonly own: Readonly<Record<string, Json | undefined>>;
  /** The pass did not get as far as reading AWS: what status says of resources stays. */
  readonly keep: boolean;
}

/** When to look again. `rest`: at the next resync, or when something wakes the object. */
type Schedule =
  | { readonly kind: 'again'; readonly afterMs: number }
  /** AWS said no for now: later each time that it says so again. */
  | { readonly kind: 'refused'; readonly afterMs: number }
  | { readonly kind: 'backoff' }
  | { readonly kind: 'slow' }
  | { readonly kind: 'rest' };

/** What a pass comes to. */
export interface Report {
  readonly status: JsonObject;
  readonly schedule: Schedule;
  readonly occurrences: readonly Occurrence[];
  /** Everything is as declared, or, for an object on its way out, gone. */
  readonly settled: boolean;
  /** Differences were found although the spec is the one that was carried out before. */
  readonly drifted: boolean;
}

/** After changes, AWS is read again this much later. Milliseconds. */
const confirmMs = 1_000;

/** Status, schedule and events as a function of how the pass ended: the only place that decides conditions. */
export function report(facts: Facts): Report {
  const everything = [...facts.planned, ...facts.leaving];
  const pending = everything.filter(({ settled }) => !settled);
  const settled = facts.failures.length === 0 && facts.applied.length === 0 && pending.length === 0;
  const drifted = isDrift(facts);
  const verdict = judge(facts, pending, settled, drifted);
  const { object, now } = facts;
  const generation = object.metadata.generation;
  const before = object.status ?? {};
  const verdicts = [...standard(verdict, facts, drifted, settled), ...facts.verdicts];
  const status = {
    ...(facts.keep ? before : {}),
    ...facts.own,
    observedGeneration: generation,
    ...(settled && !facts.deleting ? { appliedHash: facts.desiredHash } : { appliedHash: before['appliedHash'] }),
    conditions: conditions(conditionsOf(before), verdicts, generation, timestamp(now)) as readonly Condition[],
    ...(facts.keep ? { resources: before['resources'] ?? [] } : recorded(inventory(facts))),
  };
  return {
    status: defined(status),
    schedule: schedule(facts, pending),
    occurrences: occurrences(facts, verdict, drifted),
    settled,
    drifted,
  };
}

interface Judgement {
  readonly ready: Condition['status'];
  readonly reason: Reason;
  readonly message: string;
  readonly stalled: boolean;
}

function judge(facts: Facts, pending: readonly Planned[], settled: boolean, drifted: boolean): Judgement {
  const stop = facts.failures.find(({ disposition }) => disposition === 'stop');
  if (stop) return { ready: 'False', reason: stop.reason, message: stop.message, stalled: true };
  const blocks = pending.flatMap(({ plan }) => (plan.action === 'block' ? [plan] : []));
  if (blocks[0]) return { ready: 'False', reason: blocks[0].reason, message: texts(blocks), stalled: true };
  const failures = facts.failures.filter(({ disposition }) => disposition === 'retry');
  if (failures[0]) return { ready: 'Unknown', reason: failures[0].reason, message: texts(failures), stalled: false };
  if (facts.paused)
    return { ready: settled ? 'True' : 'False', reason: 'Paused', message: paused(pending), stalled: false };
  if (facts.deleting && settled)
    return { ready: 'False', reason: 'Deleted', message: 'everything is gone', stalled: false };
  if (settled) return { ready: 'True', reason: 'Reconciled', message: 'AWS is as declared', stalled: false };
  const doing = progress(facts, pending);
  const reason = facts.deleting ? 'Deleting' : drifted && facts.applied.length > 0 ? 'Progressing' : doing.reason;
  return { ready: 'False', reason, message: doing.message, stalled: false };
}

function progress(facts: Facts, pending: readonly Planned[]): { readonly reason: Reason; readonly message: string } {
  const done = facts.applied.map(applied => past(applied, false));
  const waits = [
    ...facts.failures.filter(({ disposition }) => disposition === 'wait'),
    ...pending.flatMap(({ plan }) => (plan.action === 'wait' ? [plan] : [])),
  ];
  if (done.length > 0) return { reason: 'Progressing', message: done.join('; ') };
  const first = waits.find(({ reason }) => reason !== 'DependencyNotReady') ?? waits[0];
  if (!first) return { reason: 'Progressing', message: 'changes are under way' };
  return { reason: first.reason, message: first.message };
}

function paused(pending: readonly Planned[]): string {
  const waiting = pending.filter(({ plan }) => plan.action === 'apply').map(label);
  if (waiting.length === 0) return 'paused by annotation; AWS is as declared';
  return `paused by annotation; would change ${waiting.join(', ')}`;
}

function texts(items: readonly { readonly message: string }[]): string {
  return [...new Set(items.map(({ message }) => message))].join('; ');
}

function standard(verdict: Judgement, facts: Facts, drifted: boolean, settled: boolean): readonly Verdict[] {
  const { reason, message } = verdict;
  const reconciling = !settled && !verdict.stalled && !facts.paused;
  return [
    { type: 'Ready', status: verdict.ready, reason, message },
    ...(reconciling ? [{ type: 'Reconciling', status: 'True', reason, message } as const] : []),
    ...(verdict.stalled ? [{ type: 'Stalled', status: 'True', reason, message } as const] : []),
    driftVerdict(facts, drifted),
  ];
}

function driftVerdict(facts: Facts, drifted: boolean): Verdict {
  if (!drifted) return { type: 'Drifted', status: 'False', reason: 'Reconciled', message: 'no difference is known' };
  const found = differences(facts).map(({ item, steps }) => `${label(item)}: ${paths(steps) || 'missing'}`);
  const message = found.length > 0 ? found.join('; ') : 'repairs are under way';
  return { type: 'Drifted', status: 'True', reason: 'Progressing', message };
}

function differences(facts: Facts): readonly { readonly item: Planned; readonly steps: readonly Step[] }[] {
  return facts.planned.flatMap(item => {
    const { plan } = item;
    if (plan.action === 'block')
      return plan.changes.length > 0 ? [{ item, steps: [{ op: 'block', changes: plan.changes }] }] : [];
    const planned = plan.action === 'apply' || plan.action === 'wait' ? (plan.steps ?? []) : [];
    const steps = planned.filter(({ op, changes }) => op === 'create' || changes.length > 0);
    return steps.length > 0 ? [{ item, steps }] : [];
  });
}

function isDrift(facts: Facts): boolean {
  const { status } = facts.object;
  if (facts.deleting || facts.desiredHash === undefined || status?.['appliedHash'] !== facts.desiredHash) return false;
  const wasDrifting = conditionsOf(status).some(({ type, status: s }) => type === 'Drifted' && s === 'True');
  const unsettled = facts.planned.some(({ settled }) => !settled);
  return differences(facts).length > 0 || (wasDrifting && unsettled);
}

function paths(steps: readonly Step[]): string {
  const names = steps.filter(({ op }) => op !== 'create').flatMap(({ changes }) => changes.map(({ path }) => path));
  return [...new Set(names)].join(', ');
}

function inventory(facts: Facts): readonly Owned[] {
  const memos = new Map(
    facts.applied.flatMap(({ item, memo }) => (memo === undefined ? [] : [[item.id, memo] as const])),
  );
  const created = new Set(facts.applied.filter(({ step }) => step.op === 'create').map(({ item }) => item.id));
  const attempted = new Set(facts.doubtful.map(({ id }) => id));
  const kept = facts.planned.flatMap((item): readonly Owned[] => {
    const mine = created.has(item.id) || (item.view !== undefined && isMine(item));
    if (mine) return [entry(item, memos.get(item.id), created.has(item.id), facts)];
    if (attempted.has(item.id)) return [{ ...entry(item, undefined, false, facts), attemptedAt: timestamp(facts.now) }];
    return item.owned ? [item.owned] : [];
  });
  const leaving = facts.leaving.flatMap(({ id, owned, settled, view, plan }): readonly Owned[] => {
    // What is gone of an object on its way out stays known as gone: the spec would only have it looked for again.
    if (!owned || (settled && !facts.deleting)) return [];
    const memo = memos.get(id);
    const { goneSince, ...known } = owned;
    const now = timestamp(facts.now);
    const gone = view === undefined && (settled || (plan.action === 'wait' && plan.reason === 'Deleting'));
    return [
      {
        ...known,
        leavingSince: owned.leavingSince ?? now,
        ...(gone ? { goneSince: goneSince ?? now } : {}),
        ...(memo === undefined ? {} : { memo }),
      },
    ];
  });
  return [...kept, ...leaving];
}

function isMine({ mode, plan, adopting }: Planned): boolean {
  if (mode === 'observe') return false;
  if (plan.action === 'block' && (plan.reason === 'NotOwned' || plan.reason === 'Conflict')) return false;
  return adopting === undefined || plan.action === 'none';
}

function entry(item: Planned, memo: Memo | undefined, created: boolean, { now, place }: Facts): Owned {
  const wanted = isObject(item.want) && isObject(item.want['tags']) ? Object.keys(item.want['tags']) : [];
  // Tags that are no longer wanted are ours to remove until they have been.
  const earlier = item.settled ? [] : (item.owned?.tagKeys ?? []);
  const tags = [...new Set([...wanted, ...earlier])].sort();
  const remembered = memo ?? item.memo;
  const createdAt = created ? timestamp(now) : item.owned?.createdAt;
  return {
    id: item.id,
    resource: item.resource,
    name: item.name,
    ...(item.view?.arn === undefined ? {} : { arn: item.view.arn }),
    ...(place === undefined ? {} : { place }),
    after: item.after,
    tagKeys: tags,
    ...(remembered === undefined ? {} : { memo: remembered }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function schedule(facts: Facts, pending: readonly Planned[]): Schedule {
  if (facts.failures.some(({ disposition, reason }) => disposition === 'retry' && reason !== 'AccessDenied'))
    return { kind: 'backoff' };
  if (facts.failures.some(({ disposition, reason }) => disposition === 'stop' || reason === 'AccessDenied'))
    return { kind: 'slow' };
  if (facts.applied.length > 0) return { kind: 'again', afterMs: confirmMs };
  if (facts.failures.length > 0) {
    const afterMs = Math.min(...facts.failures.map(failure => failure.afterMs ?? 5_000));
    return { kind: facts.refused ? 'refused' : 'again', afterMs };
  }
  const waits = [...pending.flatMap(({ plan }) => (plan.action === 'wait' ? [plan.afterMs] : []))].filter(
    ms => ms !== undefined,
  );
  if (waits.length > 0) return { kind: 'again', afterMs: Math.min(...waits) };
  if (pending.some(({ plan }) => plan.action === 'block')) return { kind: 'slow' };
  return { kind: 'rest' };
}

function occurrences(facts: Facts, verdict: Judgement, drifted: boolean): readonly Occurrence[] {
  const done = facts.applied.map((applied): Occurrence => {
    const { item, step } = applied;
    const reason = item.adopting ? 'Adopted' : occurrenceReason(item, step, drifted);
    return { type: 'Normal', reason, message: past(applied, drifted) };
  });
  const before = conditionsOf(facts.object.status).find(({ type }) => type === 'Ready');
  const news = before?.reason !== verdict.reason || before.message !== verdict.message;
  const bad = verdict.stalled || verdict.ready === 'Unknown';
  const changed: readonly Occurrence[] =
    bad && news
      ? [{ type: 'Warning', reason: verdict.reason, message: verdict.message }]
      : verdict.ready === 'True' && before?.status !== 'True' && !facts.paused
        ? [{ type: 'Normal', reason: 'Reconciled', message: 'AWS is as declared' }]
        : [];
  const left = facts.retained.join(', ');
  const retained: readonly Occurrence[] = left
    ? [{ type: 'Normal', reason: 'Retained', message: `deletionPolicy is Retain: left in AWS ${left}` }]
    : [];
  return [...done, ...changed, ...retained];
}

function occurrenceReason(item: Planned, step: Step, drifted: boolean): Reason {
  if (item.mode === 'remove') return 'Removed';
  if (drifted && step.op !== item.definition.revive) return 'DriftRepaired';
  return step.op === 'create' ? 'Created' : 'Changed';
}

/** What a step did, as a sentence: `created job queue main`, `repaired drift of job queue main: priority`. */
function past({ item, step }: Pick<Applied, 'item' | 'step'>, drifted: boolean): string {
  const what = label(item);
  if (item.mode === 'remove')
    return step.op === 'delete' ? `deleted ${what}` : `prepared ${what} for deletion (${step.op})`;
  if (step.op === item.definition.revive) return `had AWS look again at ${what}, which had failed`;
  const fields = named(step.changes);
  if (drifted)
    return step.op === 'create' ? `created ${what} again, it was gone` : `repaired drift of ${what}${fields}`;
  return step.op === 'create' ? `created ${what}` : `changed ${what}${fields}`;
}

function named(changes: readonly Change[]): string {
  return changes.length > 0 ? `: ${changes.map(({ path }) => path).join(', ')}` : '';
}
