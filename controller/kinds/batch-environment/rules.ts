import type { z } from 'zod';
import type { BatchEnvironmentSpec, ComputeEnvironmentSpec, JobQueueSpec } from './spec.ts';

type Context = z.core.$RefinementCtx;
type Path = readonly (string | number)[];

/** Rules of AWS that need no AWS to check; messages say what AWS would have said, and the way out. */
export function environmentRules(spec: BatchEnvironmentSpec, context: Context): void {
  const add = (path: Path, message: string) => context.addIssue({ code: 'custom', path: [...path], message });
  unique(spec.computeEnvironments, ['computeEnvironments'], 'name', add);
  unique(spec.computeEnvironments, ['computeEnvironments'], 'computeEnvironmentName', add);
  unique(spec.jobQueues, ['jobQueues'], 'name', add);
  unique(spec.jobQueues, ['jobQueues'], 'jobQueueName', add);
  for (const [index, environment] of spec.computeEnvironments.entries())
    computeRules(spec, environment, ['computeEnvironments', index], add);
  for (const [index, queue] of spec.jobQueues.entries()) queueRules(spec, queue, ['jobQueues', index], add);
  roleRules(spec, add);
}

type Add = (path: Path, message: string) => void;

/** True for the kinds that run on Fargate. */
export function onFargate({ computeResources }: ComputeEnvironmentSpec): boolean {
  return computeResources.type.startsWith('FARGATE');
}

function unique(items: readonly object[], path: Path, member: string, add: Add): void {
  const seen = new Map<unknown, number>();
  for (const [index, item] of items.entries()) {
    const value = (item as Record<string, unknown>)[member];
    if (value === undefined) continue;
    const first = seen.get(value);
    if (first === undefined) seen.set(value, index);
    else add([...path, index, member], `${String(value)} is already the ${member} of entry ${first}`);
  }
}

const notOnFargate = [
  'allocationStrategy',
  'minvCpus',
  'instanceTypes',
  'imageId',
  'ec2Configuration',
  'ec2KeyPair',
  'placementGroup',
  'bidPercentage',
  'spotIamFleetRole',
  'scalingPolicy',
  'tags',
] as const;

type Resources = ComputeEnvironmentSpec['computeResources'];

interface Rule {
  readonly member: keyof Resources;
  readonly broken: (resources: Resources) => boolean;
  readonly message: (resources: Resources) => string;
}

const onEc2: readonly Rule[] = [
  {
    member: 'minvCpus',
    broken: ({ minvCpus = 0, maxvCpus }) => minvCpus > maxvCpus,
    message: ({ minvCpus, maxvCpus }) => `${minvCpus} is more than maxvCpus ${maxvCpus}`,
  },
  {
    member: 'instanceTypes',
    broken: ({ instanceTypes }) => instanceTypes?.length === 0,
    message: () => 'must not be empty; leave it out for default_x86_64',
  },
  {
    member: 'bidPercentage',
    broken: ({ type, bidPercentage }) => type !== 'SPOT' && bidPercentage !== undefined,
    message: () => 'is for SPOT only',
  },
  {
    member: 'allocationStrategy',
    broken: ({ type, allocationStrategy = '' }) => type !== 'SPOT' && allocationStrategy.startsWith('SPOT_'),
    message: ({ allocationStrategy }) => `${allocationStrategy} is for SPOT only`,
  },
  {
    member: 'spotIamFleetRole',
    broken: ({ type, allocationStrategy, spotIamFleetRole }) =>
      type === 'SPOT' && allocationStrategy === 'BEST_FIT' && spotIamFleetRole === undefined,
    message: () => 'is required for SPOT with BEST_FIT; choose SPOT_PRICE_CAPACITY_OPTIMIZED to do without',
  },
  {
    member: 'imageId',
    broken: ({ imageId, ec2Configuration = [] }) =>
      imageId !== undefined && ec2Configuration.some(({ imageIdOverride }) => imageIdOverride !== undefined),
    message: () => 'and ec2Configuration.imageIdOverride exclude each other; keep imageIdOverride',
  },
];

const fargate: readonly Rule[] = [
  ...notOnFargate.map(
    (member): Rule => ({
      member,
      broken: resources => resources[member] !== undefined,
      message: ({ type }) => `is not for ${type}; leave it out`,
    }),
  ),
  {
    member: 'subnets',
    broken: ({ subnets }) => subnets.length > 16,
    message: () => 'Fargate takes at most 16 subnets',
  },
  {
    member: 'securityGroupIds',
    broken: ({ securityGroupIds }) => securityGroupIds.length > 5,
    message: () => 'Fargate takes at most 5 security groups',
  },
];

function computeRules(spec: BatchEnvironmentSpec, environment: ComputeEnvironmentSpec, path: Path, add: Add): void {
  const resources = environment.computeResources;
  for (const { member, broken, message } of onFargate(environment) ? fargate : onEc2) {
    if (broken(resources)) add([...path, 'computeResources', member], message(resources));
  }
  if (!onFargate(environment)) return;
  if (environment.updatePolicy) add([...path, 'updatePolicy'], `is not for ${resources.type}; leave it out`);
  if (!spec.agentRegistryAuth) return;
  add(
    ['agentRegistryAuth'],
    `cannot reach ${resources.type} (compute environment ${environment.name}): Fargate has no ECS agent of yours to configure; list the logins under registryCredentials and name them in the job definition, or move Fargate to an object of its own`,
  );
}

function queueRules(spec: BatchEnvironmentSpec, queue: JobQueueSpec, path: Path, add: Add): void {
  const at = [...path, 'computeEnvironmentOrder'];
  const named = queue.computeEnvironmentOrder.map(({ computeEnvironment }) =>
    spec.computeEnvironments.find(({ name }) => name === computeEnvironment),
  );
  for (const [index, { computeEnvironment }] of queue.computeEnvironmentOrder.entries()) {
    if (!named[index])
      add(
        [...at, index, 'computeEnvironment'],
        `${computeEnvironment} is not a compute environment of this object; known are: ${spec.computeEnvironments.map(({ name }) => name).join(', ') || 'none'}`,
      );
  }
  unique(queue.computeEnvironmentOrder, at, 'order', add);
  unique(queue.computeEnvironmentOrder, at, 'computeEnvironment', add);
  const families = new Set(named.flatMap(environment => (environment ? [onFargate(environment)] : [])));
  if (families.size > 1) add(at, 'Fargate and EC2 compute environments cannot be mixed in one job queue');
}

function roleRules(spec: BatchEnvironmentSpec, add: Add): void {
  const roles = { executionRole: 'arn', serviceRole: 'arn', instanceRole: 'instanceProfileArn' } as const;
  const managed = ['roleName', 'managedPolicyArns', 'permissionsBoundary', 'tags'];
  for (const [role, arn] of Object.entries(roles)) {
    const value = spec[role as keyof typeof roles] as Record<string, unknown> | undefined;
    if (value?.[arn] === undefined) continue;
    for (const member of managed)
      if (value[member] !== undefined)
        add([role, member], `is for a role that is managed here; ${arn} names an existing one, which is left as it is`);
  }
  if (spec.instanceRole.instanceProfileArn && !/:instance-profile\//.test(spec.instanceRole.instanceProfileArn)) {
    add(
      ['instanceRole', 'instanceProfileArn'],
      'must be the ARN of an instance profile (…:instance-profile/NAME), not of a role',
    );
  }
}
