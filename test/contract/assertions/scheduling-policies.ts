import {
  CreateSchedulingPolicyCommand,
  type CreateSchedulingPolicyRequest,
  DeleteSchedulingPolicyCommand,
  DescribeSchedulingPoliciesCommand,
  ListSchedulingPoliciesCommand,
  UpdateSchedulingPolicyCommand,
} from '@aws-sdk/client-batch';
import { expect } from 'vitest';
import { createPolicy } from '../batch-things.ts';
import type { Assertion, ContractWorld, Refusal } from '../contract.ts';
import { paged } from '../paged.ts';
import { refused } from '../refused.ts';
import { removePolicy } from '../remove.ts';

async function describe({ clients: { batch } }: ContractWorld, arn: string) {
  const { schedulingPolicies = [] } = await batch.send(new DescribeSchedulingPoliciesCommand({ arns: [arn] }));
  return schedulingPolicies[0];
}

function shares(...shareIdentifiers: readonly string[]) {
  return shareIdentifiers.map(shareIdentifier => ({ shareIdentifier }));
}

const named = (world: ContractWorld) => world.name('policy');

const refusals: readonly Refusal<CreateSchedulingPolicyRequest>[] = [
  {
    name: 'with a name that has a blank',
    input: world => ({ name: `${named(world)} x` }),
    says: 'Scheduling policy name should match a valid pattern',
  },
  {
    name: 'of both kinds',
    input: world => ({
      name: named(world),
      fairsharePolicy: { shareDecaySeconds: 1 },
      quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' },
    }),
    says: 'A scheduling policy can have either fairsharePolicy or quotaSharePolicy',
  },
  {
    name: 'with the same share twice',
    input: world => ({ name: named(world), fairsharePolicy: { shareDistribution: shares('blue', 'blue') } }),
    says: 'Cannot have two or more identical shareIdentifiers',
  },
  {
    name: 'with a share within another',
    input: world => ({ name: named(world), fairsharePolicy: { shareDistribution: shares('blue', 'b*') } }),
    says: 'matches another share identifier',
  },
  {
    name: 'with 501 shares',
    input: world => ({
      name: named(world),
      fairsharePolicy: { shareDistribution: shares(...Array.from({ length: 501 }, (_, index) => `s${index}`)) },
    }),
    says: 'ShareDistribution size cannot be greater than 500',
  },
  {
    name: 'with a share without weight',
    input: world => ({
      name: named(world),
      fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'blue', weightFactor: 0 }] },
    }),
    says: 'Weight factor should be between 0.0001 and 999.9999',
  },
];

/** Scheduling policies: everything about them takes effect at once. */
export const schedulingPolicies: readonly Assertion[] = [
  ...refusals.map(
    ({ name, input, says }): Assertion => ({
      name: `a scheduling policy ${name} is refused`,
      run: async world => {
        const request = input(world);
        const { partition, region, accountId } = world.account;
        const arn = `arn:${partition}:batch:${region}:${accountId}:scheduling-policy/${request.name}`;
        world.afterwards(() => removePolicy(world, arn));

        await refused(world.clients.batch.send(new CreateSchedulingPolicyCommand(request)), 'ClientException', says);
      },
    }),
  ),
  {
    name: 'a scheduling policy has an ARN that follows from its name, and zeros for what was left out',
    run: async world => {
      const arn = await createPolicy(world, named(world), { shareDistribution: shares('blue') });

      const policy = await describe(world, arn);

      expect(policy).toMatchObject({
        arn,
        name: named(world),
        fairsharePolicy: { shareDecaySeconds: 0, computeReservation: 0 },
      });
      expect(policy?.fairsharePolicy?.shareDistribution).toMatchObject([{ shareIdentifier: 'blue' }]);
    },
  },
  {
    name: 'weights come back as 32-bit numbers, close to what was sent',
    run: async world => {
      const arn = await createPolicy(world, named(world), {
        shareDistribution: [{ shareIdentifier: 'blue', weightFactor: 0.3 }],
      });

      const [share] = (await describe(world, arn))?.fairsharePolicy?.shareDistribution ?? [];

      expect(share?.weightFactor).toBeCloseTo(0.3, 4);
    },
  },
  {
    name: 'the name of a scheduling policy is taken once',
    run: async world => {
      const arn = await createPolicy(world, named(world), { shareDecaySeconds: 60 });

      const again = world.clients.batch.send(new CreateSchedulingPolicyCommand({ name: named(world) }));

      await refused(again, 'ClientException');
      expect((await describe(world, arn))?.fairsharePolicy?.shareDecaySeconds).toBe(60);
    },
  },
  {
    name: 'an update replaces a fair share policy as a whole',
    run: async world => {
      const arn = await createPolicy(world, named(world), {
        shareDecaySeconds: 60,
        computeReservation: 10,
        shareDistribution: shares('blue'),
      });

      const fairsharePolicy = { computeReservation: 5 };
      await world.clients.batch.send(new UpdateSchedulingPolicyCommand({ arn, fairsharePolicy }));

      const after = (await describe(world, arn))?.fairsharePolicy;
      expect({ ...after, shareDistribution: after?.shareDistribution ?? [] }).toEqual({
        shareDecaySeconds: 0,
        computeReservation: 5,
        shareDistribution: [],
      });
    },
  },
  {
    name: 'a scheduling policy that nobody knows is left out of Describe and cannot be changed',
    run: async world => {
      const { partition, region, accountId } = world.account;
      const arn = `arn:${partition}:batch:${region}:${accountId}:scheduling-policy/${world.name('unknown')}`;

      expect(await describe(world, arn)).toBeUndefined();
      const call = world.clients.batch.send(new UpdateSchedulingPolicyCommand({ arn, fairsharePolicy: {} }));
      await refused(call, 'ClientException');
    },
  },
  {
    name: 'scheduling policies can be listed page by page, each once, and not once they are deleted',
    run: async world => {
      const arns = [await createPolicy(world, world.name('one')), await createPolicy(world, world.name('two'))];
      const list = () =>
        paged(async nextToken => {
          const page = await world.clients.batch.send(new ListSchedulingPoliciesCommand({ maxResults: 1, nextToken }));
          return { items: page.schedulingPolicies?.map(one => one.arn ?? ''), token: page.nextToken };
        });

      const before = (await list()).filter(arn => arns.includes(arn));
      await world.clients.batch.send(new DeleteSchedulingPolicyCommand({ arn: arns[0] }));
      const after = (await list()).filter(arn => arns.includes(arn));

      expect(before.sort()).toEqual([...arns].sort());
      expect(after).toEqual([arns[1]]);
    },
  },
];
