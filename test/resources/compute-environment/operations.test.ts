import type { ComputeResource, UpdateComputeEnvironmentCommandInput } from '@aws-sdk/client-batch';
import { RegisterJobDefinitionCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import { beforeEach, describe, expect, it } from 'vitest';
import { computeEnvironment } from '../../../controller/resources/compute-environment/compute-environment.ts';
import type { ComputeEnvironmentWant } from '../../../controller/resources/compute-environment/shape.ts';
import { containerJob, validQueue } from '../../simulated-aws/batch/samples.ts';
import { Drive, tags } from '../drive.ts';
import { changes, simulation } from '../simulation.ts';
import { onEc2, onFargate, withResources } from './samples.ts';

const id = 'computeEnvironment/main';
const profile = 'arn:aws:iam::123456789012:instance-profile/instance';

let sim: ReturnType<typeof simulation>;
let drive: Drive;
beforeEach(() => {
  sim = simulation({ reorders: true, durations: { updateInfrastructure: 60_000, deleteComputeEnvironment: 10_000 } });
  sim.simulated.iam.addInstanceProfile('instance');
  drive = new Drive({ resource: computeEnvironment, aws: sim.aws, id, name: 'blue', advance: sim.advance });
});

type Resources = Partial<ComputeResource>;

function ec2(resources: Resources = {}, more: Partial<ComputeEnvironmentWant> = {}): ComputeEnvironmentWant {
  const base = withResources(onEc2, { instanceRole: profile, launchTemplate: undefined, ...resources });
  return { ...base, tags: tags(id), ...more };
}

function fargate(resources: Resources = {}, more: Partial<ComputeEnvironmentWant> = {}): ComputeEnvironmentWant {
  return { ...withResources(onFargate, resources), tags: tags(id), ...more };
}

/** What was sent to UpdateComputeEnvironment from a call on, without the name. */
function updates(since: number): readonly Omit<UpdateComputeEnvironmentCommandInput, 'computeEnvironment'>[] {
  return sim.simulated.calls.since(since).flatMap(({ operation, input }) => {
    if (operation !== 'UpdateComputeEnvironment') return [];
    const { computeEnvironment: _, ...rest } = input as UpdateComputeEnvironmentCommandInput;
    return [rest];
  });
}

async function changed(from: ComputeEnvironmentWant, to: ComputeEnvironmentWant) {
  await drive.settle(from);
  const since = sim.simulated.calls.length;
  await drive.settle(to);
  return updates(since);
}

describe('creation', () => {
  it('is ENABLED and without an update policy, whatever is wanted; both follow', async () => {
    const want = ec2(
      { desiredvCpus: 2, tags: { team: 'blog' } },
      {
        state: 'DISABLED',
        updatePolicy: { terminateJobsOnUpdate: true, jobExecutionTimeoutMinutes: 5 },
        imageRefresh: 3,
      },
    );

    expect(await drive.settle(want)).toEqual(['create', 'update']);

    const [created] = sim.simulated.calls.of('CreateComputeEnvironment');
    const { computeEnvironmentName, type, computeResources } = want;
    expect(created?.input).toEqual({
      computeEnvironmentName,
      type,
      state: 'ENABLED',
      computeResources,
      tags: { ...want.tags, 'batchwright.dev/image-refresh': '3' },
    });
    expect(updates(0)).toEqual([{ state: 'DISABLED', updatePolicy: want.updatePolicy }]);
  });

  it.each<[string, () => ComputeEnvironmentWant]>([
    ['Fargate', () => fargate()],
    ['Spot', () => ec2({ type: 'SPOT', allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED', bidPercentage: 70 })],
    [
      'EKS',
      () =>
        ec2(
          { ec2Configuration: [{ imageType: 'EKS_AL2023' }] },
          {
            eksConfiguration: {
              eksClusterArn: 'arn:aws:eks:eu-west-1:123456789012:cluster/x',
              kubernetesNamespace: 'jobs',
            },
          },
        ),
    ],
    ['container insights', () => fargate({}, { ecsSettings: { containerInsights: 'ENHANCED' } })],
  ])('of %s: nothing differs afterwards', async (_, want) => {
    await drive.settle(want());

    expect(await drive.plan(want())).toEqual({ action: 'none' });
    expect(await drive.plan(want(), false)).toEqual({ action: 'none' });
  });

  it('of an UNMANAGED one with a role of our own', async () => {
    sim.simulated.iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
    const want: ComputeEnvironmentWant = {
      computeEnvironmentName: 'blue',
      type: 'UNMANAGED',
      state: 'ENABLED',
      serviceRole: 'arn:aws:iam::123456789012:role/batch',
      unmanagedvCpus: 8,
      tags: tags(id),
    };

    expect(await drive.settle(want)).toEqual(['create']);
    expect(await drive.settle({ ...want, unmanagedvCpus: 16 })).toEqual(['update']);
    expect((await drive.view())?.outputs['ecsClusterArn']).toMatch(/cluster\/blue_Batch_/);
  });
});

describe('an update', () => {
  it('sends only what differs', async () => {
    expect(await changed(ec2(), ec2({ maxvCpus: 32, minvCpus: 2 }))).toEqual([
      { computeResources: { minvCpus: 2, maxvCpus: 32 } },
    ]);
  });

  it('of Fargate carries nothing that Fargate does not know', async () => {
    expect(await changed(fargate(), fargate({ subnets: ['subnet-2'], maxvCpus: 4 }, { state: 'DISABLED' }))).toEqual([
      { state: 'DISABLED', computeResources: { maxvCpus: 4, subnets: ['subnet-2'] } },
    ]);
  });

  it('of scale and of infrastructure are two calls, the quick one first', async () => {
    expect(await changed(ec2(), ec2({ maxvCpus: 32, ec2KeyPair: 'key' }))).toEqual([
      { computeResources: { maxvCpus: 32 } },
      { computeResources: { ec2KeyPair: 'key' } },
    ]);
  });

  it('clears what is no longer wanted, each in its own way', async () => {
    const before = ec2({
      type: 'SPOT',
      allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED',
      bidPercentage: 60,
      ec2KeyPair: 'key',
      placementGroup: 'near',
      scalingPolicy: { minScaleDownDelayMinutes: 30 },
      tags: { team: 'blog' },
      ec2Configuration: [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-1' }],
    });
    const after = ec2({ type: 'SPOT', allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' });

    expect(await changed(before, after)).toEqual([
      { computeResources: { scalingPolicy: { minScaleDownDelayMinutes: 0 } } },
      {
        computeResources: {
          ec2KeyPair: '',
          tags: {},
          placementGroup: '',
          bidPercentage: 100,
          ec2Configuration: [{ imageType: 'ECS_AL2023' }],
        },
      },
    ]);
    expect(await drive.plan(after)).toEqual({ action: 'none' });
  });

  it('brings the maximum down to what is in use, and further as that falls', async () => {
    await drive.settle(ec2());
    sim.simulated.batch.scale('blue', 10);
    const since = sim.simulated.calls.length;
    const want = ec2({ maxvCpus: 4 });

    await drive.pass(want);
    await sim.advance(120_000);
    expect(await drive.plan(want)).toMatchObject({ action: 'wait', reason: 'InUse' });
    sim.simulated.batch.scale('blue', 3);
    await drive.settle(want);

    expect(updates(since)).toEqual([{ computeResources: { maxvCpus: 10 } }, { computeResources: { maxvCpus: 4 } }]);
  });

  it('never sends what the scheduler moves', async () => {
    await drive.settle(ec2({ desiredvCpus: 2 }));
    sim.simulated.batch.scale('blue', 9);

    expect(await drive.plan(ec2({ desiredvCpus: 2 }))).toEqual({ action: 'none' });
    expect(await drive.plan(ec2({ desiredvCpus: 5 }))).toEqual({ action: 'none' });
  });
});

describe('a refresh of the images', () => {
  it('is sent once for each new number', async () => {
    const refresh = (imageRefresh: number) => ec2({}, { imageRefresh });

    expect(await changed(refresh(1), refresh(2))).toEqual([{ computeResources: { updateToLatestImageVersion: true } }]);
    expect(await changed(refresh(2), refresh(2))).toEqual([]);
    expect(sim.simulated.batch.computeEnvironments.get('blue')?.tags['batchwright.dev/image-refresh']).toBe('2');
  });

  it('goes along with another change of infrastructure', async () => {
    expect(await changed(ec2(), ec2({ ec2KeyPair: 'key' }, { imageRefresh: 1 }))).toEqual([
      { computeResources: { ec2KeyPair: 'key', updateToLatestImageVersion: true } },
    ]);
  });

  it('is not sent when AWS says that the images are the newest already', async () => {
    await drive.settle(ec2());
    sim.simulated.batch.computeEnvironments.edit('blue', one => ({
      ...one,
      computeResources: {
        ...(one.computeResources as ComputeResource),
        ec2Configuration: [{ imageType: 'ECS_AL2023', batchImageStatus: 'LATEST' }],
      },
    }));
    const since = sim.simulated.calls.length;

    await drive.settle(ec2({}, { imageRefresh: 1 }));

    expect(changes(sim.simulated, since)).toEqual(['TagResource']);
  });

  it('keeps its tag when other tags change', async () => {
    await drive.settle(ec2({}, { imageRefresh: 1, tags: tags(id, { team: 'blog' }) }));
    const since = sim.simulated.calls.length;

    await drive.settle(ec2({}, { imageRefresh: 1 }));

    expect(changes(sim.simulated, since)).toEqual(['UntagResource']);
    expect(await drive.plan(ec2({}, { imageRefresh: 1 }))).toEqual({ action: 'none' });
  });
});

describe('the way out', () => {
  it('is disabled without instances that are kept, then deleted', async () => {
    await drive.settle(ec2({ minvCpus: 4, scalingPolicy: { minScaleDownDelayMinutes: 60 } }));
    const since = sim.simulated.calls.length;

    expect(await drive.remove()).toEqual(['disable', 'delete']);

    expect(updates(since)).toEqual([
      { state: 'DISABLED', computeResources: { minvCpus: 0, scalingPolicy: { minScaleDownDelayMinutes: 0 } } },
    ]);
    expect(await drive.read()).toBeUndefined();
  });

  it('of Fargate is disabled with nothing beside', async () => {
    await drive.settle(fargate());
    const since = sim.simulated.calls.length;

    await drive.remove();

    expect(updates(since)).toEqual([{ state: 'DISABLED' }]);
  });

  it('waits for a queue that names it, whoever that belongs to', async () => {
    await drive.settle(fargate());
    await validQueue(sim.simulated, sim.clock, 'theirs', ['blue']);
    drive = new Drive({ resource: computeEnvironment, aws: sim.aws, id, name: 'blue' });

    await expect(drive.remove()).rejects.toThrow('is still named by job queue theirs');
    expect(sim.simulated.batch.computeEnvironments.get('blue')?.state).toBe('ENABLED');
  });

  it('of one that AWS cannot delete is tried again less and less often, until it can', async () => {
    const { iam } = sim.simulated;
    iam.addRole('batch', { trusts: ['batch.amazonaws.com'] });
    await drive.settle(fargate({}, { serviceRole: 'arn:aws:iam::123456789012:role/batch' }));
    iam.roles.delete('batch');
    const since = sim.simulated.calls.length;
    sim.clock.timer(8 * 60_000, () => iam.addRole('batch', { trusts: ['batch.amazonaws.com'] }));

    await drive.remove();

    const calls = sim.simulated.calls.since(since).filter(({ operation }) => operation === 'DeleteComputeEnvironment');
    const minutes = calls.map(({ at }) => Math.round((at - (calls[0]?.at ?? 0)) / 60_000));
    expect(minutes).toEqual([0, 3, 9]);
    expect(await drive.read()).toBeUndefined();
  });
});

describe('jobs on Fargate that drains', () => {
  const other = (name: string) =>
    new Drive({ resource: computeEnvironment, aws: sim.aws, id, name, advance: sim.advance });
  beforeEach(async () => {
    await drive.settle(fargate({}, { drain: { timeoutMinutes: 60, jobQueues: ['queue', 'gone'] } }));
    await validQueue(sim.simulated, sim.clock, 'queue', ['blue']);
    await sim.aws.batch.send(new RegisterJobDefinitionCommand(containerJob('hello')));
    sim.simulated.batch.steer(() => ({ outcome: 'succeeds', runsForMs: 3_600_000 }));
    for (let index = 0; index < 3; index++)
      await sim.aws.batch.send(
        new SubmitJobCommand({ jobName: `job-${index}`, jobQueue: 'queue', jobDefinition: 'hello' }),
      );
    await sim.advance(10_000);
    // Another compute environment takes over; the jobs stay where they are.
    await other('green').settle({ ...fargate(), computeEnvironmentName: 'green' });
    const computeEnvironment = 'arn:aws:batch:eu-west-1:123456789012:compute-environment/green';
    sim.simulated.batch.jobQueues.edit('queue', { computeEnvironmentOrder: [{ order: 1, computeEnvironment }] });
    await sim.aws.batch.send(new SubmitJobCommand({ jobName: 'later', jobQueue: 'queue', jobDefinition: 'hello' }));
    await sim.advance(10_000);
  });

  it('are counted by the cluster that they are on', async () => {
    const { read } = computeEnvironment;
    const memo = { jobQueues: ['queue', 'gone'], drainingSince: '2026-01-01T00:00:00Z' };
    const sought = {
      owner: { controller: 'test', object: 'BatchEnvironment/default/blog' } as const,
      id,
      want: undefined,
      memo,
      manner: 'drain' as const,
    };
    const signal = new AbortController().signal;

    const found = await read(
      sim.aws,
      [
        { ...sought, name: 'blue' },
        { ...sought, id: 'other', name: 'green' },
      ],
      true,
      signal,
    );

    expect(found.get(id)).toMatchObject({
      namedBy: [],
      activity: { jobs: [{}, {}, {}].map(() => expect.any(String)), unplaced: 0 },
    });
    expect(found.get('other')).toMatchObject({ namedBy: ['queue'], activity: { jobs: [expect.any(String)] } });
  });
});
