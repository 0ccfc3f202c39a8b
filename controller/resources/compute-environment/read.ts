import { type ComputeEnvironmentDetail, DescribeComputeEnvironmentsCommand } from '@aws-sdk/client-batch';
import type { Aws } from '../../aws/aws.ts';
import { allPages, chunks } from '../../aws/pages.ts';
import type { Sought } from '../resource.ts';
import { type ComputeEnvironmentObserved, isServiceLinked } from './shape.ts';

/** Glance: all of them, one page per hundred, for everybody. Exact: the sought ones by name, a hundred per call. */
export async function read(
  aws: Aws,
  sought: readonly Sought[],
  exact: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ComputeEnvironmentObserved>> {
  const details = exact
    ? (
        await Promise.all(
          chunks(sought, 100).map(some =>
            described(
              aws,
              some.map(({ name }) => name),
              signal,
            ),
          ),
        )
      ).flat()
    : await aws.shared('compute environments', shared => described(aws, undefined, shared));
  const byName = new Map(details.map(detail => [detail.computeEnvironmentName, detail]));
  return new Map(
    sought.flatMap(({ id, name }) => {
      const detail = byName.get(name);
      return detail === undefined || detail.status === 'DELETED' ? [] : [[id, observed(detail)]];
    }),
  );
}

function described(
  aws: Aws,
  computeEnvironments: string[] | undefined,
  signal: AbortSignal,
): Promise<readonly ComputeEnvironmentDetail[]> {
  return allPages(async nextToken => {
    const page = await aws.batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments, nextToken }), {
      abortSignal: signal,
    });
    return { items: page.computeEnvironments, next: page.nextToken };
  });
}

function observed(detail: ComputeEnvironmentDetail): ComputeEnvironmentObserved {
  const { computeResources, serviceRole } = detail;
  return {
    computeEnvironmentName: detail.computeEnvironmentName ?? '',
    computeEnvironmentArn: detail.computeEnvironmentArn ?? '',
    type: detail.type?.toUpperCase(),
    state: detail.state ?? 'ENABLED',
    status: detail.status ?? 'UNKNOWN',
    statusReason: detail.statusReason,
    serviceRole: serviceRole === undefined || isServiceLinked(serviceRole) ? undefined : serviceRole,
    unmanagedvCpus: detail.unmanagedvCpus,
    computeResources: computeResources && {
      ...computeResources,
      ...(computeResources.type ? { type: computeResources.type.toUpperCase() as 'EC2' } : {}),
    },
    updatePolicy: detail.updatePolicy,
    ecsClusterArn: detail.ecsClusterArn,
    tags: detail.tags ?? {},
  };
}
