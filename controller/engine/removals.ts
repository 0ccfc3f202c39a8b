import { ownership } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import type { Leaving } from '../resources/resource.ts';
import { base, type Owned } from './inventory.ts';
import { busy, type Gathered, label, manner, type Planned, type Undecided, visibilityMs } from './planning.ts';

/**
 * The next steps towards absence of the resources in `leaving`: each waits until nothing that stands on it is left, and is
 * remembered until then. What does not carry our tags is left alone and counts as gone.
 */
export function removals(gathered: Gathered, leaving: readonly Owned[]): readonly Planned[] {
  const present = leaving.filter(owned => isPresent(gathered, owned));
  return leaving.map(owned => {
    const definition = gathered.definition(owned.resource);
    const seen = gathered.observed.get(owned.id);
    const view = seen === undefined ? undefined : definition.view(seen, undefined);
    const item: Undecided = {
      ...owned,
      definition,
      want: undefined,
      observed: seen,
      view,
      owned,
      memo: owned.memo,
      mode: 'remove',
    };
    const standing = present.filter(other => other.after.includes(owned.id)).map(({ id }) => id);
    const plan = removing(gathered, item, standing);
    return { ...item, plan, settled: plan.action === 'none' };
  });
}

function situation({ declared, now }: Gathered, { id, memo }: Pick<Owned, 'id' | 'memo'>): Leaving {
  return { manner: manner(declared), memo, now, heir: declared.find(one => one.id === base(id))?.want };
}

function isPresent(gathered: Gathered, owned: Owned): boolean {
  const seen = gathered.observed.get(owned.id);
  const definition = gathered.definition(owned.resource);
  if (seen === undefined || definition.teardown(seen, situation(gathered, owned)) === 'gone') return false;
  return ownership(definition.view(seen, undefined).tags, gathered.owner).whose === 'ours';
}

function removing(gathered: Gathered, item: Undecided, standing: readonly string[]): Plan {
  if (item.view === undefined) return missing(gathered, item, standing);
  if (ownership(item.view.tags, gathered.owner).whose !== 'ours') return { action: 'none' };
  const { id, memo } = item;
  const next = item.definition.teardown(item.observed, situation(gathered, { id, ...(memo ? { memo } : {}) }));
  if (next === 'gone') return { action: 'none' };
  const steps = typeof next === 'string' ? (next === 'wait' ? [] : [{ op: next, changes: [] }]) : [];
  if (standing[0] !== undefined)
    return {
      action: 'wait',
      reason: 'DependencyNotReady',
      message: `${label(item)} waits until ${standing.join(', ')} is gone`,
      steps,
    };
  if (next === 'wait') return busy(item, item.view);
  if (typeof next === 'string') return { action: 'apply', steps };
  if ('again' in next) return { action: 'apply', steps: [{ op: next.again, changes: [], patient: true }] };
  return { action: 'wait', reason: 'InUse', message: `${label(item)} ${next.wait}`, afterMs: next.afterMs };
}

/** One look that finds nothing proves little, because reads lag: a second one this much later decides. Milliseconds. */
const secondLookMs = 5_000;

/**
 * Not there. It may have been created too recently to be seen; or what stands on it still does, and may need it again; or
 * the reading came from a replica that lags.
 */
function missing({ now }: Gathered, item: Undecided, standing: readonly string[]): Plan {
  const { createdAt, attemptedAt, goneSince } = item.owned ?? {};
  if (now - Math.max(instant(createdAt), instant(attemptedAt)) < visibilityMs)
    return {
      action: 'wait',
      reason: 'ResultUnknown',
      message: `${label(item)} was created moments ago and is not visible yet`,
      afterMs: 2_000,
    };
  if (standing[0] !== undefined) {
    const message = `${label(item)} is gone, although ${standing.join(', ')} still stands on it`;
    return { action: 'wait', reason: 'DependencyNotReady', message, steps: [] };
  }
  const left = goneSince === undefined ? secondLookMs : Date.parse(goneSince) + secondLookMs - now;
  if (left <= 0) return { action: 'none' };
  return {
    action: 'wait',
    reason: 'Deleting',
    message: `${label(item)} is gone; AWS is asked once more`,
    afterMs: left,
  };
}

function instant(time: string | undefined): number {
  return time === undefined ? Number.NEGATIVE_INFINITY : Date.parse(time);
}
