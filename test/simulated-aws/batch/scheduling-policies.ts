import type {
  CreateSchedulingPolicyRequest,
  CreateSchedulingPolicyResponse,
  DeleteSchedulingPolicyRequest,
  DescribeSchedulingPoliciesRequest,
  DescribeSchedulingPoliciesResponse,
  FairsharePolicy,
  ListSchedulingPoliciesRequest,
  ListSchedulingPoliciesResponse,
  UpdateSchedulingPolicyRequest,
} from '@aws-sdk/client-batch';
import type { Request } from '../operation.ts';
import type { Rule } from '../rules.ts';
import { clientException } from '../service.ts';
import type { World } from '../world.ts';
import { batchArn } from './arns.ts';
import type { SchedulingPolicy } from './batch.ts';
import { alive } from './compute-environments.ts';
import { batchPage, limitNames } from './describe.ts';
import { namePattern, refuse, tagRules } from './refuse.ts';
import { reordered } from './reordered.ts';

type Sent = Pick<CreateSchedulingPolicyRequest, 'fairsharePolicy' | 'quotaSharePolicy'>;

function identifiers({ fairsharePolicy }: Sent): string[] {
  return (fairsharePolicy?.shareDistribution ?? []).map(({ shareIdentifier }) => shareIdentifier ?? '');
}

/** Two identifiers that stand for a common share: one is a prefix with `*` of the other. */
function overlap({ fairsharePolicy }: Sent): [string, string] | undefined {
  const all = identifiers({ fairsharePolicy });
  for (const wide of all.filter(one => one.endsWith('*'))) {
    const other = all.find(one => one !== wide && one.startsWith(wide.slice(0, -1)));
    if (other !== undefined) return [other, wide];
  }
  return undefined;
}

function isOutside(value: number | undefined, from: number, to: number): boolean {
  return value !== undefined && (value < from || value > to);
}

const policyRules: readonly Rule<Sent>[] = [
  {
    refuses: ({ fairsharePolicy, quotaSharePolicy }) => fairsharePolicy !== undefined && quotaSharePolicy !== undefined,
    message: 'A scheduling policy can have either fairsharePolicy or quotaSharePolicy',
  },
  {
    refuses: ({ quotaSharePolicy }) =>
      quotaSharePolicy !== undefined && quotaSharePolicy.idleResourceAssignmentStrategy !== 'FIFO',
    message: 'idleResourceAssignmentStrategy is not valid. Valid strategies: [FIFO]',
  },
  {
    refuses: ({ fairsharePolicy }) => isOutside(fairsharePolicy?.shareDecaySeconds, 0, 604_800),
    message: 'shareDecaySeconds should be between 0 and 604800.',
  },
  {
    refuses: ({ fairsharePolicy }) => isOutside(fairsharePolicy?.computeReservation, 0, 99),
    message: 'computeReservation should be between 0 and 99.',
  },
  { refuses: sent => identifiers(sent).length > 500, message: 'ShareDistribution size cannot be greater than 500.' },
  {
    refuses: sent => new Set(identifiers(sent)).size < identifiers(sent).length,
    message: 'Cannot have two or more identical shareIdentifiers.',
  },
  {
    refuses: sent => identifiers(sent).some(one => !/^[A-Za-z0-9_-]{0,254}([A-Za-z0-9_-]|\*)$/.test(one)),
    message: 'Share identifier should match a valid pattern.',
  },
  {
    refuses: sent => overlap(sent) !== undefined,
    message: sent => {
      const [one, other] = overlap(sent) ?? [];
      return `Share identifier ${one} matches another share identifier ${other}`;
    },
  },
  {
    refuses: ({ fairsharePolicy }) =>
      (fairsharePolicy?.shareDistribution ?? []).some(({ weightFactor }) => isOutside(weightFactor, 0.0001, 999.9999)),
    message: 'Weight factor should be between 0.0001 and 999.9999.',
  },
];

const creationRules: readonly Rule<CreateSchedulingPolicyRequest>[] = [
  {
    refuses: ({ name }) => !namePattern.test(name ?? ''),
    message: 'Scheduling policy name should match a valid pattern.',
  },
  ...tagRules,
  ...policyRules,
];

/** A 32-bit float is what Batch keeps of a weight. */
function described(policy: FairsharePolicy): FairsharePolicy {
  return {
    shareDecaySeconds: policy.shareDecaySeconds ?? 0,
    computeReservation: policy.computeReservation ?? 0,
    shareDistribution: (policy.shareDistribution ?? []).map(({ shareIdentifier, weightFactor }) => ({
      shareIdentifier,
      weightFactor: Math.fround(weightFactor ?? 1),
    })),
  };
}

/** CreateSchedulingPolicy. */
export function createSchedulingPolicy({
  world,
  input,
}: Request<CreateSchedulingPolicyRequest>): CreateSchedulingPolicyResponse {
  refuse(world, creationRules, input);
  const name = input.name ?? '';
  const arn = batchArn(world.account, 'scheduling-policy', name);
  if (world.batch.schedulingPolicies.get(arn) !== undefined) throw clientException('Object already exists', 409);
  world.batch.schedulingPolicies.set(arn, {
    name,
    arn,
    tags: input.tags ?? {},
    ...(input.quotaSharePolicy === undefined
      ? { fairsharePolicy: described(input.fairsharePolicy ?? {}) }
      : { quotaSharePolicy: input.quotaSharePolicy }),
  });
  return { name, arn };
}

/** DescribeSchedulingPolicies: takes ARNs only. */
export function describeSchedulingPolicies({
  world,
  input,
  view,
}: Request<DescribeSchedulingPoliciesRequest>): DescribeSchedulingPoliciesResponse {
  limitNames('arns', input.arns);
  if (input.arns === undefined) throw clientException('arns is required.');
  const found = input.arns.flatMap(arn => world.batch.schedulingPolicies.get(arn, view) ?? []);
  return { schedulingPolicies: [...reordered(world, found)] };
}

/** ListSchedulingPolicies: returns ARNs only. */
export function listSchedulingPolicies({
  world,
  input,
  view,
}: Request<ListSchedulingPoliciesRequest>): ListSchedulingPoliciesResponse {
  const all = world.batch.schedulingPolicies.values(view);
  const cut = batchPage(world, 'ListSchedulingPolicies', all, ({ arn }) => arn, input);
  return { schedulingPolicies: cut.items.map(({ arn }) => ({ arn })), nextToken: cut.nextToken };
}

function existing(world: World, arn: string | undefined): SchedulingPolicy {
  const policy = world.batch.schedulingPolicies.get(arn ?? '');
  if (policy === undefined) throw clientException(`${arn} does not exist`);
  return policy;
}

/** UpdateSchedulingPolicy: replaces the whole policy. */
export function updateSchedulingPolicy({ world, input }: Request<UpdateSchedulingPolicyRequest>): void {
  const before = existing(world, input.arn);
  refuse(world, policyRules, input);
  const kind = before.quotaSharePolicy === undefined ? 'quotaSharePolicy' : 'fairsharePolicy';
  if (input[kind] !== undefined) throw clientException(`${kind} can not be set: the kind of a policy can not change.`);
  world.batch.schedulingPolicies.set(before.arn, {
    ...before,
    ...(input.quotaSharePolicy === undefined ? {} : { quotaSharePolicy: input.quotaSharePolicy }),
    ...(input.fairsharePolicy === undefined ? {} : { fairsharePolicy: described(input.fairsharePolicy) }),
  });
}

/** DeleteSchedulingPolicy: refused while a queue names the policy. */
export function deleteSchedulingPolicy({ world, input }: Request<DeleteSchedulingPolicyRequest>): void {
  const policy = existing(world, input.arn);
  const user = world.batch.jobQueues
    .values()
    .filter(alive)
    .find(queue => queue.schedulingPolicyArn === policy.arn);
  if (user !== undefined) {
    throw clientException(`Cannot delete, found existing JobQueue relationship with ${user.jobQueueName}`);
  }
  world.batch.schedulingPolicies.delete(policy.arn);
}
