import { describe, expect, it } from 'vitest';
import { tagKeys } from '../../../controller/model/ownership.ts';
import { jobDefinition, jobDefinitionWant } from '../../../controller/resources/job-definition/job-definition.ts';
import type { JobDefinitionWant } from '../../../controller/resources/job-definition/shape.ts';
import { containerJob, ec2Environment, validEnvironment, validQueue } from '../../simulated-aws/batch/samples.ts';
import { Drive, tags } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const minute = 60_000;

function driven() {
  const simulated = simulation();
  const { aws, advance } = simulated;
  const drive = new Drive({ resource: jobDefinition, aws, id: 'jobDefinition', name: 'job', advance });
  return { ...simulated, drive };
}

function want(command: string, more: Partial<JobDefinitionWant> = {}): JobDefinitionWant {
  const { jobDefinitionName: _, ...content } = containerJob('job', { command: [command] });
  return jobDefinitionWant({
    jobDefinitionName: 'job',
    content,
    revisionHistoryLimit: 3,
    revisionMinAgeMs: 0,
    tags: tags('jobDefinition'),
    ...more,
  });
}

const arn = (revision: number) => `arn:aws:batch:eu-west-1:123456789012:job-definition/job:${revision}`;

describe('the plan', () => {
  it('to create names what is sent, and nothing that goes', async () => {
    const { drive } = driven();

    expect(await drive.plan(want('a'))).toMatchObject({ action: 'apply', steps: [{ op: 'create' }] });
  });

  it('to register says which revisions go afterwards', async () => {
    const { drive } = driven();
    for (const command of ['a', 'b', 'c']) await drive.settle(want(command));

    const plan = await drive.plan(want('d', { revisionHistoryLimit: 1 }));

    const [step] = plan.action === 'apply' ? plan.steps : [];
    expect(step?.op).toBe('register');
    expect(step?.changes.find(({ path }) => path === 'surplus')?.have).toEqual([arn(2), arn(1)]);
  });

  it('to deregister says which revisions go, once they have been seen without a job for long enough', async () => {
    const { drive, simulated, advance } = driven();
    for (const command of ['a', 'b', 'c']) await drive.settle(want(command));
    const since = simulated.calls.length;
    const few = want('c', { revisionHistoryLimit: 1 });

    expect(await drive.plan(few)).toEqual({ action: 'none' });
    await advance(minute - 1);
    expect(await drive.plan(few)).toEqual({ action: 'none' });
    await advance(1);
    expect(await drive.plan(few)).toEqual({
      action: 'apply',
      steps: [{ op: 'deregister', changes: [{ path: 'surplus', want: [], have: [arn(1)] }] }],
    });
    expect(await drive.settle(few)).toEqual(['deregister']);
    expect(changes(simulated, since)).toEqual(['DeregisterJobDefinition']);
  });

  it('is the same by a shared snapshot, for which no jobs are listed', async () => {
    const { drive, simulated, advance } = driven();
    for (const command of ['a', 'b', 'c']) await drive.settle(want(command));
    const few = want('c', { revisionHistoryLimit: 1 });
    await drive.plan(few);
    await advance(minute);

    expect(await drive.plan(few, false)).toEqual(await drive.plan(few));
    const since = simulated.calls.length;
    await drive.plan(few, false);
    expect(simulated.calls.since(since).map(({ operation }) => operation)).toEqual(['DescribeJobDefinitions']);
  });
});

describe('reading', () => {
  it('asks each queue once for each revision that could go, and not at all while none could', async () => {
    const { drive, simulated, clock } = driven();
    await validEnvironment(simulated, clock, ec2Environment('env'));
    await validQueue(simulated, clock, 'one', ['env']);
    await validQueue(simulated, clock, 'two', ['env']);
    for (const command of ['a', 'b', 'c']) await drive.settle(want(command));
    const listed = () => simulated.calls.of('ListJobs').map(({ input }) => input);
    expect(listed()).toEqual([]);

    await drive.plan(want('c', { revisionHistoryLimit: 1 }));

    expect(listed()).toEqual(
      ['one', 'two'].map(jobQueue => ({ jobQueue, filters: [{ name: 'JOB_DEFINITION', values: [arn(1)] }] })),
    );
  });
});

describe('the time of registration', () => {
  const tagged = (simulated: ReturnType<typeof driven>['simulated']) =>
    simulated.batch.jobDefinitions.get('job:1')?.tags[tagKeys.registeredAt];

  it('is a tag where revisions are kept for a time', async () => {
    const { drive, simulated, advance } = driven();
    await advance(minute);
    await drive.settle(want('a', { revisionMinAgeMs: minute }));

    expect(tagged(simulated)).toBe('2026-01-01T00:01:00Z');
    expect(await drive.plan(want('a', { revisionMinAgeMs: minute }))).toEqual({ action: 'none' });
  });

  it('is no tag where they are not, so that jobs are not given it', async () => {
    const { drive, simulated } = driven();
    await drive.settle(want('a'));

    expect(tagged(simulated)).toBeUndefined();
  });
});

describe('what AWS adds one day', () => {
  it('is no difference', async () => {
    const { drive, simulated } = driven();
    await drive.settle(want('a'));
    simulated.batch.jobDefinitions.edit('job:1', row => ({ ...row, ...{ quantumState: 'both' } }));

    expect(await drive.plan(want('a'))).toEqual({ action: 'none' });
  });
});
