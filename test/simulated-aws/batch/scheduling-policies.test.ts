import type { CreateSchedulingPolicyRequest } from '@aws-sdk/client-batch';
import {
  CreateSchedulingPolicyCommand,
  DeleteSchedulingPolicyCommand,
  DescribeSchedulingPoliciesCommand,
  ListSchedulingPoliciesCommand,
  UpdateSchedulingPolicyCommand,
} from '@aws-sdk/client-batch';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { ec2Environment, validEnvironment, validQueue } from './samples.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

const arn = 'arn:aws:batch:eu-west-1:123456789012:scheduling-policy/fair';

function create(request: Partial<CreateSchedulingPolicyRequest> = {}) {
  return sim.clients.batch.send(new CreateSchedulingPolicyCommand({ name: 'fair', fairsharePolicy: {}, ...request }));
}

const shares = (...identifiers: string[]) => ({
  fairsharePolicy: { shareDistribution: identifiers.map(shareIdentifier => ({ shareIdentifier })) },
});

it.each<{ name: string; request: Partial<CreateSchedulingPolicyRequest>; message: string }>([
  { name: 'a bad name', request: { name: '' }, message: 'Scheduling policy name should match a valid pattern.' },
  {
    name: 'both kinds',
    request: { quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } },
    message: 'A scheduling policy can have either fairsharePolicy or quotaSharePolicy',
  },
  {
    name: 'an unknown assignment of quota',
    request: {
      fairsharePolicy: undefined,
      quotaSharePolicy: { idleResourceAssignmentStrategy: 'LIFO' as 'FIFO' },
    },
    message: 'idleResourceAssignmentStrategy is not valid. Valid strategies: [FIFO]',
  },
  {
    name: 'a long decay',
    request: { fairsharePolicy: { shareDecaySeconds: 604_801 } },
    message: 'shareDecaySeconds should be between 0 and 604800.',
  },
  {
    name: 'a whole reservation',
    request: { fairsharePolicy: { computeReservation: 100 } },
    message: 'computeReservation should be between 0 and 99.',
  },
  {
    name: 'an identifier twice',
    request: shares('a', 'a'),
    message: 'Cannot have two or more identical shareIdentifiers.',
  },
  {
    name: 'overlapping identifiers',
    request: shares('team*', 'teamA'),
    message: 'Share identifier teamA matches another share identifier team*',
  },
  {
    name: '501 shares',
    request: shares(...Array.from({ length: 501 }, (_, index) => `s${index}`)),
    message: 'ShareDistribution size cannot be greater than 500.',
  },
  {
    name: 'a weight of nothing',
    request: { fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a', weightFactor: 0 }] } },
    message: 'Weight factor should be between 0.0001 and 999.9999.',
  },
])('refuses $name', async ({ request, message }) => {
  expect(await rejection(create(request))).toBe(`ClientException: ${message}`);
});

it('keeps zeros for what was left out, and weights as 32-bit floats', async () => {
  await create({
    fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'a', weightFactor: 0.1 }, { shareIdentifier: 'b' }] },
  });

  const { schedulingPolicies } = await sim.clients.batch.send(
    new DescribeSchedulingPoliciesCommand({ arns: [arn, 'x'] }),
  );

  expect(schedulingPolicies).toEqual([
    {
      name: 'fair',
      arn,
      tags: {},
      fairsharePolicy: {
        shareDecaySeconds: 0,
        computeReservation: 0,
        shareDistribution: [
          { shareIdentifier: 'a', weightFactor: 0.10000000149011612 },
          { shareIdentifier: 'b', weightFactor: 1 },
        ],
      },
    },
  ]);
});

it('lists ARNs alone', async () => {
  await create({ tags: { a: '1' } });

  const answer = await sim.clients.batch.send(new ListSchedulingPoliciesCommand({}));

  expect(answer.schedulingPolicies).toEqual([{ arn }]);
});

it('replaces the whole policy at once', async () => {
  await create({ fairsharePolicy: { shareDecaySeconds: 60, computeReservation: 5 } });

  await sim.clients.batch.send(new UpdateSchedulingPolicyCommand({ arn, fairsharePolicy: { computeReservation: 7 } }));

  expect(sim.batch.schedulingPolicies.get(arn)?.fairsharePolicy).toEqual({
    shareDecaySeconds: 0,
    computeReservation: 7,
    shareDistribution: [],
  });
});

it('stays of the kind that it was created with', async () => {
  await create();
  const quotaSharePolicy = { idleResourceAssignmentStrategy: 'FIFO' as const };

  const call = sim.clients.batch.send(new UpdateSchedulingPolicyCommand({ arn, quotaSharePolicy }));

  expect(await rejection(call)).toContain('the kind of a policy can not change');
});

it('of quotas is for training queues alone', async () => {
  await create({ fairsharePolicy: undefined, quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } });
  await validEnvironment(sim, clock, ec2Environment('blue'));

  expect(await rejection(validQueue(sim, clock, 'main', ['blue'], arn))).toBe(
    'ClientException: Quota Management feature is only supported for SageMaker Training job queues.',
  );
});

it('cannot be deleted while a queue names it', async () => {
  await create();
  await validEnvironment(sim, clock, ec2Environment('blue'));
  await validQueue(sim, clock, 'main', ['blue'], arn);
  const remove = () => rejection(sim.clients.batch.send(new DeleteSchedulingPolicyCommand({ arn })));

  expect(await remove()).toMatch(/^ClientException: Cannot delete, found existing JobQueue relationship/);
  sim.batch.jobQueues.delete('main');
  expect(await remove()).toBe('not refused');
  expect(await remove()).toBe(`ClientException: ${arn} does not exist`);
});

it('refuses a taken name', async () => {
  await create();

  expect(await rejection(create())).toBe('ClientException: Object already exists');
});
