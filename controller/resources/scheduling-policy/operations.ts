import {
  CreateSchedulingPolicyCommand,
  DeleteSchedulingPolicyCommand,
  type FairsharePolicy,
  UpdateSchedulingPolicyCommand,
} from '@aws-sdk/client-batch';
import { failureOf } from '../../aws/errors.ts';
import { Failure } from '../../model/failure.ts';
import { unlessAbsent } from '../absence.ts';
import { tagBatch } from '../batch-tags.ts';
import type { Operation } from '../resource.ts';
import type { SchedulingPolicyObserved, SchedulingPolicyWant } from './shape.ts';

type Op = Operation<SchedulingPolicyWant, SchedulingPolicyObserved>;

/** An update replaces the policy as a whole: whatever is left out would keep nobody knows which value. */
function whole({ shareDecaySeconds, computeReservation, shareDistribution }: FairsharePolicy): FairsharePolicy {
  return {
    shareDecaySeconds: shareDecaySeconds ?? 0,
    computeReservation: computeReservation ?? 0,
    shareDistribution: [...(shareDistribution ?? [])],
  };
}

export const create: Op = async (aws, { want: { name, fairsharePolicy, tags } }, signal) => {
  const command = new CreateSchedulingPolicyCommand({
    name,
    fairsharePolicy: whole(fairsharePolicy),
    tags: { ...tags },
  });
  await aws.batch.send(command, { abortSignal: signal });
};

export const update: Op = async (aws, { want, observed: { arn } }, signal) => {
  const command = new UpdateSchedulingPolicyCommand({ arn, fairsharePolicy: whole(want.fairsharePolicy) });
  await aws.batch.send(command, { abortSignal: signal });
};

export const tag: Op = (aws, { want, observed }, signal) =>
  tagBatch(aws, observed.arn, want.tags, observed.tags, signal);

/** Batch refuses as long as a queue names the policy, and a while longer; nothing about the spec can be wrong then. */
export const remove: Op = async (aws, { name, observed: { arn } }, signal) => {
  try {
    await unlessAbsent(aws.batch.send(new DeleteSchedulingPolicyCommand({ arn }), { abortSignal: signal }));
  } catch (error) {
    const failure = failureOf(error, `deleting scheduling policy ${name}`);
    if (failure.disposition !== 'stop') throw error;
    throw new Failure('wait', 'InUse', failure.message, { cause: error, afterMs: 30_000 });
  }
};
