import type { ShareAttributes } from '@aws-sdk/client-batch';
import { defineResource, type Resource } from '../resource.ts';
import { create, remove, tag, update } from './operations.ts';
import { read } from './read.ts';
import type { SchedulingPolicyObserved, SchedulingPolicyWant } from './shape.ts';

/** A fair-share scheduling policy of AWS Batch. It has no status: every change takes effect at once. */
export const schedulingPolicy: Resource = defineResource<
  SchedulingPolicyWant,
  SchedulingPolicyObserved,
  'create' | 'tag' | 'update' | 'delete'
>({
  resource: 'SchedulingPolicy',
  noun: 'scheduling policy',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'fairsharePolicy.shareDecaySeconds',  repair: 'update', unset: 0,  equal: sameNumber },
    { want: 'fairsharePolicy.computeReservation', repair: 'update', unset: 0,  equal: sameNumber },
    { want: 'fairsharePolicy.shareDistribution',  repair: 'update', unset: [], equal: sameShares },
    { want: 'tags',                               repair: 'tag' },
  ],
  read,
  view: ({ arn, name, tags }) => ({ phase: 'ready', arn, tags, outputs: { arn, name } }),
  teardown: () => 'delete',
  operations: { create, tag, update, delete: remove },
});

function sameNumber(want: unknown, have: unknown): boolean {
  return (want ?? 0) === (have ?? 0);
}

/** By identifier, in any order. Batch keeps weights as 32-bit floats; 1.0 is what an absent one means. */
function sameShares(want: unknown, have: unknown): boolean {
  const wanted = weights(want);
  const had = weights(have);
  return wanted.size === had.size && [...wanted].every(([share, weight]) => close(weight, had.get(share)));
}

function weights(shares: unknown): ReadonlyMap<string, number> {
  const list = Array.isArray(shares) ? (shares as readonly ShareAttributes[]) : [];
  return new Map(list.map(({ shareIdentifier, weightFactor }) => [shareIdentifier ?? '', weightFactor ?? 1]));
}

function close(one: number, other: number | undefined): boolean {
  return other !== undefined && Math.abs(one - other) <= 1e-4 * Math.max(one, other);
}
