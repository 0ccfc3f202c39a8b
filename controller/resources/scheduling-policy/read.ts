import {
  DescribeSchedulingPoliciesCommand,
  ListSchedulingPoliciesCommand,
  type SchedulingPolicyDetail,
} from '@aws-sdk/client-batch';
import type { Account, Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import type { Sought } from '../resource.ts';
import type { SchedulingPolicyObserved } from './shape.ts';

/**
 * Glance: all of them for everybody, the ARNs from a list and a hundred descriptions per call. Exact: the sought ones.
 * Batch describes policies by ARN only, but the ARN follows from the name.
 */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SchedulingPolicyObserved>> {
  const details = exact
    ? await described(
        aws,
        sought.map(({ name }) => policyArn(aws.account, name)),
        signal,
      )
    : await aws.shared('scheduling policies', async shared => described(aws, await arns(aws, shared), shared));
  const byName = new Map(details.map(detail => [detail.name, detail]));
  return new Map(
    sought.flatMap(({ id, name }) => {
      const detail = byName.get(name);
      return detail === undefined ? [] : [[id, observed(detail)]];
    }),
  );
}

function policyArn({ partition, region, accountId }: Account, name: string): string {
  return `arn:${partition}:batch:${region}:${accountId}:scheduling-policy/${name}`;
}

async function arns(aws: Aws, signal: AbortSignal): Promise<readonly string[]> {
  const listed = await allPages(async nextToken => {
    const page = await aws.batch.send(new ListSchedulingPoliciesCommand({ nextToken }), { abortSignal: signal });
    return { items: page.schedulingPolicies, next: page.nextToken };
  });
  return [...new Set(listed.flatMap(({ arn }) => arn ?? []))];
}

async function described(
  aws: Aws,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<readonly SchedulingPolicyDetail[]> {
  const answers = await Promise.all(
    chunks(wanted, 100).map(some =>
      aws.batch.send(new DescribeSchedulingPoliciesCommand({ arns: [...some] }), { abortSignal: signal }),
    ),
  );
  return answers.flatMap(({ schedulingPolicies }) => schedulingPolicies ?? []);
}

function observed({ name, arn, fairsharePolicy, tags }: SchedulingPolicyDetail): SchedulingPolicyObserved {
  return { name: name ?? '', arn: arn ?? '', fairsharePolicy, tags: tags ?? {} };
}
