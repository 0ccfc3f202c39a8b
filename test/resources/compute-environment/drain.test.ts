import { describe, expect, it } from 'vitest';
import { computeEnvironment } from '../../../controller/resources/compute-environment/compute-environment.ts';
import { type DrainMemo, exit } from '../../../controller/resources/compute-environment/drain.ts';
import type { Activity, ComputeEnvironmentObserved } from '../../../controller/resources/compute-environment/shape.ts';
import type { Leaving } from '../../../controller/resources/resource.ts';
import { onEc2, onFargate, seen } from './samples.ts';

const now = Date.UTC(2026, 0, 1, 12);
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString().replace('.000Z', 'Z');
const on = (jobs: readonly string[], unplaced = 0): Activity => ({ jobs, unplaced });
const disabled = { state: 'DISABLED' };
const denied =
  'CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource arn:aws:iam::1:role/x';

interface Row {
  readonly name: string;
  readonly ec2?: Partial<ComputeEnvironmentObserved>;
  readonly desiredvCpus?: number;
  readonly fargate?: Partial<ComputeEnvironmentObserved>;
  readonly memo?: DrainMemo;
  readonly manner?: Leaving['manner'];
  readonly heir?: object;
  readonly next: unknown;
}

// biome-ignore format: a table reads best in columns
const rows: readonly Row[] = [
  { name: 'waits while AWS is at work',              ec2: { status: 'UPDATING' }, next: 'wait' },
  { name: 'waits while AWS deletes it',              ec2: { status: 'DELETING', ...disabled }, next: 'wait' },
  { name: 'is not disabled under a queue that names it', ec2: { namedBy: ['theirs'] }, next: { wait: 'is still named by job queue theirs; it goes when no queue names it', afterMs: 15_000 } },
  { name: 'is disabled first',                       ec2: {}, next: 'disable' },
  { name: 'is disabled first, also when it is INVALID', ec2: { status: 'INVALID' }, next: 'disable' },
  { name: 'begins to drain, also when it was disabled before', ec2: disabled, next: 'disable' },
  { name: 'drains while vCPUs are in use',           ec2: disabled, desiredvCpus: 4, memo: { drainingSince: ago(10) }, next: { wait: `drains: jobs or instances use 4 vCPUs; it is deleted when they have ended, at the latest at ${ago(-50)}`, afterMs: 30_000 } },
  { name: 'looks in time for the end',               ec2: disabled, desiredvCpus: 4, memo: { drainingSince: ago(59.9) }, next: { wait: expect.stringContaining('drains'), afterMs: 6_000 } },
  { name: 'is deleted when nothing is in use',       ec2: disabled, desiredvCpus: 0, memo: { drainingSince: ago(1) }, next: 'delete' },
  { name: 'is deleted when its time is over',        ec2: disabled, desiredvCpus: 4, memo: { drainingSince: ago(60) }, next: 'delete' },
  { name: 'has the time that was declared',          ec2: disabled, desiredvCpus: 4, memo: { drainingSince: ago(60), drainTimeoutMinutes: 90 }, next: { wait: expect.stringContaining(ago(-30)), afterMs: 30_000 } },
  { name: 'has the time that its heir declares now', ec2: disabled, desiredvCpus: 4, memo: { drainingSince: ago(60), drainTimeoutMinutes: 90 }, heir: { drain: { timeoutMinutes: 5 } }, next: 'delete' },
  { name: 'has no time when none is declared',       ec2: disabled, desiredvCpus: 4, memo: { drainingSince: ago(0), drainTimeoutMinutes: 0 }, next: 'delete' },
  { name: 'does not drain when the whole object goes', ec2: disabled, desiredvCpus: 4, manner: 'now', next: 'delete' },
  { name: 'drains INVALID all the same',             ec2: { ...disabled, status: 'INVALID' }, desiredvCpus: 0, memo: { drainingSince: ago(1) }, next: 'delete' },
  { name: 'Fargate drains while jobs are on it',     fargate: { ...disabled, activity: on(['a', 'b'], 1) }, memo: { drainingSince: ago(10) }, next: { wait: `drains: 2 jobs are on it, 1 more are being started; it is deleted when they have ended, at the latest at ${ago(-50)}`, afterMs: 30_000 } },
  { name: 'Fargate is deleted when no job is on it', fargate: { ...disabled, activity: on([]) }, memo: { drainingSince: ago(1) }, next: 'delete' },
  { name: 'Fargate waits for its jobs also when its time is over, and says so', fargate: { ...disabled, activity: on(['a']) }, memo: { drainingSince: ago(60) }, next: { wait: 'has had its time, but AWS cannot delete it under its jobs: 1 jobs are on it; end them, or wait until they have ended', afterMs: 30_000 } },
  { name: 'Fargate does not wait for ever for jobs of which nobody knows where they are', fargate: { ...disabled, activity: on([], 3) }, memo: { drainingSince: ago(60) }, next: 'delete' },
  { name: 'is not deleted twice in a row',           ec2: disabled, desiredvCpus: 0, memo: { drainingSince: ago(1), deletions: 1, deletedAt: ago(0) }, next: { wait: 'is about to be deleted', afterMs: 30_000 } },
  { name: 'is deleted again after three minutes',    ec2: { ...disabled, status: 'INVALID', statusReason: denied }, desiredvCpus: 4, memo: { drainingSince: ago(9), deletions: 1, deletedAt: ago(3) }, next: { again: 'delete' } },
  { name: 'and less and less often',                 ec2: { ...disabled, status: 'INVALID', statusReason: denied }, memo: { drainingSince: ago(9), deletions: 3, deletedAt: ago(11) }, next: { wait: expect.stringMatching(/^could not be deleted: AWS Batch cannot act as the service role: create the role again under the same ARN.*tried again at /), afterMs: 60_000 } },
  { name: 'but at least every hour',                 ec2: { ...disabled, status: 'INVALID', statusReason: 'new words' }, memo: { drainingSince: ago(9), deletions: 50, deletedAt: ago(60) }, next: { again: 'delete' } },
];

it.each(rows)('$name', ({ ec2, fargate, desiredvCpus = 0, memo, manner = 'drain', heir, next }) => {
  const observed = fargate ? { ...seen(onFargate), ...fargate } : { ...seen(onEc2, { desiredvCpus }), ...ec2 };

  expect(exit(observed, { manner, memo: memo as Leaving['memo'], heir, now })).toEqual(next);
});

describe('what is remembered while it is declared', () => {
  const drain = { timeoutMinutes: 30, jobQueues: ['a', 'b'] };

  it('is how it is to go, and nothing of an earlier drain', () => {
    const remembered = computeEnvironment.memo?.(seen(onEc2), { ...onEc2, drain }, { drainingSince: ago(1) });

    expect(remembered).toEqual({ drainTimeoutMinutes: 30, jobQueues: ['a', 'b'] });
  });
});
