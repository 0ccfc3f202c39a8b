import { beforeEach, describe, expect, it } from 'vitest';
import { repairs } from '../../../controller/model/plan.ts';
import { jobQueue } from '../../../controller/resources/job-queue/job-queue.ts';
import type { JobQueueObserved, JobQueueWant } from '../../../controller/resources/job-queue/shape.ts';
import { ec2Environment, fargateEnvironment, validEnvironment } from '../../simulated-aws/batch/samples.ts';
import { Drive, tags } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const id = 'jobQueue/main';
const ce = (name: string) => `arn:aws:batch:eu-west-1:123456789012:compute-environment/${name}`;
const policyArn = (name: string) => `arn:aws:batch:eu-west-1:123456789012:scheduling-policy/${name}`;
const stuck = (reason: string, maxTimeSeconds = 600) =>
  ({ reason, state: 'RUNNABLE', maxTimeSeconds, action: 'CANCEL' }) as const;

const want: JobQueueWant = {
  jobQueueName: 'queue',
  state: 'ENABLED',
  priority: 1,
  computeEnvironmentOrder: [
    { order: 1, computeEnvironment: ce('a') },
    { order: 2, computeEnvironment: ce('b') },
  ],
  jobStateTimeLimitActions: [stuck('one'), stuck('two')],
  tags: {},
};

const observed: JobQueueObserved = {
  ...want,
  computeEnvironmentOrder: [
    { order: 20, computeEnvironment: ce('b') },
    { order: 10, computeEnvironment: ce('a') },
  ],
  jobStateTimeLimitActions: [stuck('two'), stuck('one')],
  jobQueueArn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/queue',
  jobQueueType: 'ECS',
  status: 'VALID',
  statusReason: undefined,
  schedulingPolicyArn: undefined,
};

interface Row {
  readonly name: string;
  readonly wanted?: Partial<JobQueueWant>;
  readonly have?: Partial<JobQueueObserved>;
  readonly run: readonly string[] | RegExp;
}

const { jobStateTimeLimitActions: _, ...withoutActions } = want;

// biome-ignore format: a table reads best in columns
const rows: readonly Row[] = [
  { name: 'other numbers with the same ranks, other places in lists', run: [] },
  { name: 'the state',              wanted: { state: 'DISABLED' },                                      run: ['update state'] },
  { name: 'the priority',           wanted: { priority: 2 },                                            run: ['update priority'] },
  { name: 'the ranks',              wanted: { computeEnvironmentOrder: want.computeEnvironmentOrder.map(({ order, computeEnvironment }) => ({ order: -order, computeEnvironment })) }, run: ['update computeEnvironmentOrder'] },
  { name: 'one environment less',   wanted: { computeEnvironmentOrder: want.computeEnvironmentOrder.slice(1) }, run: ['update computeEnvironmentOrder'] },
  { name: 'a limit',                wanted: { jobStateTimeLimitActions: [stuck('one', 700), stuck('two')] }, run: ['update jobStateTimeLimitActions'] },
  { name: 'a type that AWS chose',  have: { jobQueueType: 'ECS_FARGATE' },                              run: [] },
  { name: 'the type',               wanted: { jobQueueType: 'EKS' },                                    run: /jobQueueType cannot be changed in place; AWS sets the type/ },
  { name: 'a policy for another',   wanted: { schedulingPolicyArn: policyArn('b') }, have: { schedulingPolicyArn: policyArn('a') }, run: ['update schedulingPolicyArn'] },
  { name: 'a policy gained',        wanted: { schedulingPolicyArn: policyArn('a') },                    run: /schedulingPolicyArn cannot be changed in place; .* declare a queue under another name/ },
  { name: 'a policy lost',          have: { schedulingPolicyArn: policyArn('a') },                      run: /schedulingPolicyArn cannot be changed in place; .* declare a queue under another name/ },
  { name: 'tags',                   wanted: { tags: { a: 'b' } },                                       run: ['tag tags'] },
];

function steps(wanted: JobQueueWant, have: JobQueueObserved) {
  const plan = repairs(jobQueue.fields, Object.keys(jobQueue.operations), wanted, have);
  if (plan.action === 'block') return plan.message;
  return plan.action === 'apply' ? plan.steps.map(({ op, changes: list }) => `${op} ${list.map(c => c.path)}`) : [];
}

it('every field has a row', () => {
  const told = rows.map(({ run }) => String(run));

  expect(jobQueue.fields.map(({ want: path }) => path).filter(path => !told.some(run => run.includes(path)))).toEqual(
    [],
  );
});

describe('a difference', () => {
  it.each(rows)('$name', ({ wanted, have, run }) => {
    const found = steps({ ...want, ...wanted }, { ...observed, ...have });

    if (run instanceof RegExp) expect(found).toMatch(run);
    else expect(found).toEqual(run);
  });

  it('limits that are no longer wanted are cleared with an empty list', () => {
    const plan = repairs(jobQueue.fields, Object.keys(jobQueue.operations), withoutActions, observed);

    expect(plan).toMatchObject({
      action: 'apply',
      steps: [{ op: 'update', changes: [{ path: 'jobStateTimeLimitActions', want: [] }] }],
    });
  });
});

describe('in AWS', () => {
  let sim: ReturnType<typeof simulation>;
  let drive: Drive;
  const wanted = { ...want, tags: tags(id) };
  beforeEach(async () => {
    sim = simulation({ reorders: true, fillsDefaults: true });
    for (const name of ['a', 'b']) await validEnvironment(sim.simulated, sim.clock, ec2Environment(name));
    drive = new Drive({ resource: jobQueue, aws: sim.aws, id, name: 'queue', advance: sim.advance });
  });

  it('is created with everything, and then nothing differs', async () => {
    expect(await drive.settle({ ...wanted, state: 'DISABLED', jobQueueType: 'ECS' })).toEqual(['create']);

    expect(sim.simulated.batch.jobQueues.get('queue')).toMatchObject({ state: 'DISABLED', jobQueueType: 'ECS' });
  });

  it('is changed with what differs and nothing else', async () => {
    await drive.settle(wanted);
    const since = sim.simulated.calls.length;
    const { jobStateTimeLimitActions: _actions, ...rest } = wanted;

    expect(await drive.settle({ ...rest, priority: 7, tags: tags(id, { team: 'blog' }) })).toEqual(['tag', 'update']);

    expect(sim.simulated.calls.since(since).find(({ operation }) => operation === 'UpdateJobQueue')?.input).toEqual({
      jobQueue: observed.jobQueueArn,
      priority: 7,
      jobStateTimeLimitActions: [],
    });
  });

  it('waits while AWS is at work, and goes in the order that AWS wants', async () => {
    await drive.settle(wanted);
    const since = sim.simulated.calls.length;

    expect(await drive.remove()).toEqual(['disable', 'delete']);

    expect(changes(sim.simulated, since)).toEqual(['UpdateJobQueue', 'DeleteJobQueue']);
    expect(await drive.read()).toBeUndefined();
  });

  it('waits for a compute environment that is not VALID yet', async () => {
    await validEnvironment(sim.simulated, sim.clock, fargateEnvironment('f'));
    sim.simulated.batch.invalidate('f', 'broken');
    const order = [{ order: 1, computeEnvironment: ce('f') }];

    await expect(drive.pass({ ...wanted, computeEnvironmentOrder: order })).rejects.toThrow(
      'must be created and valid before attaching',
    );
  });
});
