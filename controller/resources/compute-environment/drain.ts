import { timestamp } from '../../model/clock.ts';
import type { Exit, Leaving, Memo } from '../resource.ts';
import type { Op } from './fields.ts';
import { explained } from './invalid-reasons.ts';
import type { ComputeEnvironmentObserved, ComputeEnvironmentWant } from './shape.ts';

const minute = 60_000;
/** How long jobs run on where nothing is said. */
export const defaultDrainMinutes = 60;
/** How often a draining compute environment is looked at. */
const lookMs = 30_000;
/** A deletion that did not come about is repeated after this, then after twice as long, and so on. */
const firstRetryMs = 3 * minute;
const longestRetryMs = 60 * minute;

/** What is remembered while a compute environment goes; times in RFC 3339. */
export interface DrainMemo {
  readonly drainTimeoutMinutes?: number;
  readonly jobQueues?: readonly string[];
  /** When it was disabled in order to drain. */
  readonly drainingSince?: string;
  readonly deletions?: number;
  readonly deletedAt?: string;
}

/** What is remembered of a compute environment that is declared: how it is to go one day. */
export function memoOf({ drain }: ComputeEnvironmentWant): Memo | undefined {
  return drain && { drainTimeoutMinutes: drain.timeoutMinutes, jobQueues: [...drain.jobQueues] };
}

/**
 * The way out: nobody may name it any more; disabled; drained, or its time is over; deleted, however often that takes.
 * A compute environment that is INVALID goes the same way (aws-batch reference §1.12, §1.13).
 */
export function exit(observed: ComputeEnvironmentObserved, leaving: Leaving): Exit<Op> {
  const { status, state, namedBy = [] } = observed;
  const memo = (leaving.memo ?? {}) as DrainMemo;
  if (status !== 'VALID' && status !== 'INVALID') return 'wait';
  if (namedBy.length > 0)
    return {
      wait: `is still named by job queue ${namedBy.join(', ')}; it goes when no queue names it`,
      afterMs: 15_000,
    };
  const drains = leaving.manner === 'drain';
  if (state === 'ENABLED' || (drains && memo.drainingSince === undefined)) return 'disable';
  const pause = drains ? draining(observed, leaving, memo) : undefined;
  return pause ?? deletion(observed, memo, leaving.now);
}

function draining(observed: ComputeEnvironmentObserved, leaving: Leaving, memo: DrainMemo): Exit<Op> | undefined {
  const { activity } = observed;
  const use = inUse(observed);
  if (use === undefined || memo.deletedAt !== undefined) return undefined;
  const heir = leaving.heir as ComputeEnvironmentWant | undefined;
  const minutes = heir?.drain?.timeoutMinutes ?? memo.drainTimeoutMinutes ?? defaultDrainMinutes;
  const until = Date.parse(memo.drainingSince ?? '') + minutes * minute;
  const left = until - leaving.now;
  if (left > 0)
    return {
      wait: `drains: ${use}; it is deleted when they have ended, at the latest at ${timestamp(until)}`,
      afterMs: Math.min(lookMs, left),
    };
  // AWS deletes EC2 instances with the jobs on them, but without instances a deletion leaves it INVALID until they have ended.
  if (activity === undefined || activity.jobs.length === 0) return undefined;
  return {
    wait: `has had its time, but AWS cannot delete it under its jobs: ${use}; end them, or wait until they have ended`,
    afterMs: lookMs,
  };
}

/** What still runs on it, in words; undefined when nothing does. */
function inUse({ computeResources, activity }: ComputeEnvironmentObserved): string | undefined {
  const { desiredvCpus } = computeResources ?? {};
  if (desiredvCpus !== undefined) return desiredvCpus === 0 ? undefined : `jobs or instances use ${desiredvCpus} vCPUs`;
  const { jobs, unplaced } = activity ?? { jobs: [], unplaced: 0 };
  if (jobs.length + unplaced === 0) return undefined;
  return `${jobs.length} jobs are on it${unplaced > 0 ? `, ${unplaced} more are being started` : ''}`;
}

function deletion({ status, statusReason }: ComputeEnvironmentObserved, memo: DrainMemo, now: number): Exit<Op> {
  const { deletions = 0, deletedAt } = memo;
  if (deletedAt === undefined) return 'delete';
  const pause = Math.min(longestRetryMs, firstRetryMs * 2 ** (deletions - 1));
  const left = Date.parse(deletedAt) + pause - now;
  if (left <= 0) return { again: 'delete' };
  if (status === 'VALID') return { wait: 'is about to be deleted', afterMs: Math.min(lookMs, left) };
  const plain = explained(statusReason) ?? 'AWS gives no reason that is known';
  const next = timestamp(now + left);
  return { wait: `could not be deleted: ${plain}; AWS says ${statusReason}; tried again at ${next}`, afterMs: left };
}
