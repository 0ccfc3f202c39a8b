import { isObject, sameJson } from '../../model/json.ts';
import { batchPhase, batchTeardown } from '../batch-status.ts';
import { defineResource, type Resource } from '../resource.ts';
import { create, disable, remove, tag, update } from './operations.ts';
import { read } from './read.ts';
import type { JobQueueObserved, JobQueueWant, Order } from './shape.ts';

type Rule = (want: JobQueueWant, observed: JobQueueObserved) => 'update' | 'immutable';

/** One policy may follow another; a queue made without one never gets one, and never gets rid of one. */
const policy: Rule = (want, observed) =>
  want.schedulingPolicyArn && observed.schedulingPolicyArn ? 'update' : 'immutable';

const policyForLife =
  'a job queue has a scheduling policy from its creation to its end, or never: declare a queue under another name, move those who submit jobs to it, and remove this one';
const typeForLife =
  'AWS sets the type of a job queue at its creation: leave it out, or declare a queue under another name';

/** A job queue of AWS Batch. */
export const jobQueue: Resource = defineResource<
  JobQueueWant,
  JobQueueObserved,
  'create' | 'tag' | 'update' | 'disable' | 'delete'
>({
  resource: 'JobQueue',
  noun: 'job queue',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'jobQueueType',             repair: 'immutable', because: typeForLife },
    { want: 'state',                    repair: 'update' },
    { want: 'priority',                 repair: 'update' },
    { want: 'computeEnvironmentOrder',  repair: 'update', equal: sameRanks },
    { want: 'schedulingPolicyArn',      repair: policy, unset: '', equal: sameOrEmpty, because: policyForLife },
    { want: 'jobStateTimeLimitActions', repair: 'update', equal: 'set', unset: [] },
    { want: 'tags',                     repair: 'tag' },
  ],
  read,
  view: observed => ({
    ...batchPhase(observed, 5_000),
    ...(observed.status === 'DELETING' ? { vanishing: true } : {}),
    arn: observed.jobQueueArn,
    tags: observed.tags,
    outputs: { arn: observed.jobQueueArn, name: observed.jobQueueName, status: observed.status, state: observed.state },
  }),
  teardown: batchTeardown,
  operations: { create, tag, update, disable, delete: remove },
  asynchronous: ['create', 'update', 'disable', 'delete'],
});

function sameOrEmpty(want: unknown, have: unknown): boolean {
  return (want ?? '') === (have ?? '');
}

/** The sequence counts, not the numbers. */
function sameRanks(want: unknown, have: unknown): boolean {
  return sameJson(ranked(want), ranked(have));
}

function ranked(list: unknown): readonly unknown[] {
  const items = (Array.isArray(list) ? list : []).filter(isObject) as unknown as readonly Order[];
  return [...items].sort((a, b) => a.order - b.order).map(({ computeEnvironment }) => computeEnvironment);
}
