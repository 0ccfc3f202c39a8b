import { beforeEach, describe, expect, it } from 'vitest';
import { repairs } from '../../../controller/model/plan.ts';
import { schedulingPolicy } from '../../../controller/resources/scheduling-policy/scheduling-policy.ts';
import type {
  SchedulingPolicyObserved,
  SchedulingPolicyWant,
} from '../../../controller/resources/scheduling-policy/shape.ts';
import { ec2Environment, validEnvironment, validQueue } from '../../simulated-aws/batch/samples.ts';
import { Drive, tags } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';

const id = 'schedulingPolicy/main';
const arn = 'arn:aws:batch:eu-west-1:123456789012:scheduling-policy/fair';

const want: SchedulingPolicyWant = {
  name: 'fair',
  fairsharePolicy: {
    shareDecaySeconds: 3600,
    computeReservation: 10,
    shareDistribution: [{ shareIdentifier: 'blue', weightFactor: 0.1 }, { shareIdentifier: 'red*' }],
  },
  tags: { team: 'blog' },
};

const observed: SchedulingPolicyObserved = {
  name: 'fair',
  arn,
  fairsharePolicy: {
    shareDecaySeconds: 3600,
    computeReservation: 10,
    shareDistribution: [
      { shareIdentifier: 'red*', weightFactor: 1 },
      { shareIdentifier: 'blue', weightFactor: Math.fround(0.1) },
    ],
  },
  tags: { team: 'blog' },
};

interface Row {
  readonly name: string;
  readonly wanted?: Partial<SchedulingPolicyWant>;
  readonly have?: Partial<SchedulingPolicyObserved>;
  readonly run: readonly string[];
}

const policy = (change: SchedulingPolicyWant['fairsharePolicy']) => ({
  fairsharePolicy: { ...want.fairsharePolicy, ...change },
});
const share = (shareIdentifier: string, weightFactor: number) => ({ shareIdentifier, weightFactor });

// biome-ignore format: a table reads best in columns
const rows: readonly Row[] = [
  { name: 'order, absent weights and the precision of floats', run: [] },
  { name: 'the decay',               wanted: policy({ shareDecaySeconds: 60 }),             run: ['update fairsharePolicy.shareDecaySeconds'] },
  { name: 'no decay any more',       wanted: policy({ shareDecaySeconds: undefined }),      run: ['update fairsharePolicy.shareDecaySeconds'] },
  { name: 'the reservation',         wanted: policy({ computeReservation: 0 }),             run: ['update fairsharePolicy.computeReservation'] },
  { name: 'a weight',                wanted: policy({ shareDistribution: [share('blue', 0.2), share('red*', 1)] }), run: ['update fairsharePolicy.shareDistribution'] },
  { name: 'a share more',            wanted: policy({ shareDistribution: [share('blue', 0.1), share('red*', 1), share('x', 1)] }), run: ['update fairsharePolicy.shareDistribution'] },
  { name: 'no shares',               wanted: policy({ shareDistribution: undefined }),      run: ['update fairsharePolicy.shareDistribution'] },
  { name: 'tags',                    wanted: { tags: {} },                                  run: ['tag tags'] },
  { name: 'zeros for what was left out', wanted: { fairsharePolicy: {} }, have: { fairsharePolicy: { shareDecaySeconds: 0, computeReservation: 0, shareDistribution: [] } }, run: [] },
];

describe('a difference', () => {
  it.each(rows)('$name', ({ wanted, have, run }) => {
    const { fields, operations } = schedulingPolicy;

    const plan = repairs(fields, Object.keys(operations), { ...want, ...wanted }, { ...observed, ...have });

    const steps = plan.action === 'apply' ? plan.steps : [];
    expect(steps.map(({ op, changes: list }) => `${op} ${list.map(({ path }) => path)}`)).toEqual(run);
  });
});

describe('in AWS', () => {
  let sim: ReturnType<typeof simulation>;
  let drive: Drive;
  beforeEach(() => {
    sim = simulation({ reorders: true });
    drive = new Drive({ resource: schedulingPolicy, aws: sim.aws, id, name: 'fair' });
  });
  const wanted = { ...want, tags: tags(id, want.tags) };

  it('is created, and then nothing differs', async () => {
    expect(await drive.settle(wanted)).toEqual(['create']);

    expect(await drive.plan(wanted)).toEqual({ action: 'none' });
    expect(await drive.plan(wanted, false)).toEqual({ action: 'none' });
    expect((await drive.view())?.outputs).toEqual({ arn, name: 'fair' });
  });

  it('is updated as a whole, so that what is left out goes', async () => {
    await drive.settle(wanted);

    const other = { ...wanted, fairsharePolicy: { computeReservation: 5 }, tags: tags(id) };
    expect(await drive.settle(other)).toEqual(['tag', 'update']);

    expect(sim.simulated.batch.schedulingPolicies.get(arn)).toMatchObject({
      fairsharePolicy: { shareDecaySeconds: 0, computeReservation: 5, shareDistribution: [] },
      tags: tags(id),
    });
  });

  it('is not deleted as long as a queue names it, and that is a wait whatever AWS says', async () => {
    await drive.settle(wanted);
    await validEnvironment(sim.simulated, sim.clock, ec2Environment('ce'));
    await validQueue(sim.simulated, sim.clock, 'queue', ['ce'], arn);
    sim.simulated.fail({
      operation: 'DeleteSchedulingPolicy',
      with: { name: 'ClientException', message: 'Scheduling policy is in use', status: 400 },
    });

    await expect(drive.remove()).rejects.toMatchObject({ disposition: 'wait', reason: 'InUse', afterMs: 30_000 });
    await expect(drive.remove()).rejects.toThrow('found existing JobQueue relationship');
  });

  it('goes, also when somebody else was quicker', async () => {
    await drive.settle(wanted);
    const since = sim.simulated.calls.length;

    expect(await drive.remove()).toEqual(['delete']);

    expect(await drive.read()).toBeUndefined();
    expect(changes(sim.simulated, since)).toEqual(['DeleteSchedulingPolicy']);
  });

  it('is found among more than one page of others', async () => {
    for (let index = 0; index < 3; index++)
      await new Drive({ resource: schedulingPolicy, aws: sim.aws, id, name: `fair-${index}` }).settle({
        ...wanted,
        name: `fair-${index}`,
      });
    await drive.settle(wanted);
    sim.simulated.shortPages('ListSchedulingPolicies', 2, 1);

    expect(await drive.plan(wanted, false)).toEqual({ action: 'none' });
  });
});
