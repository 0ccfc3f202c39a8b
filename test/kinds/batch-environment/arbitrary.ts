import fc from 'fast-check';

type Members = Readonly<Record<string, unknown>>;

const profile = 'arn:aws:iam::123456789012:instance-profile/nodes';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** Roles that generated specs name, by the service that assumes them. */
export const namedRoles = { fleet: 'spotfleet.amazonaws.com', 'own-service': 'batch.amazonaws.com' };

const some = (from: readonly string[]) => fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

/** Without members that are undefined. */
function defined(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

const network = {
  subnets: some(['subnet-1', 'subnet-2', 'subnet-3']),
  securityGroupIds: some(['sg-1', 'sg-2', 'sg-3']),
};
const tags = fc.dictionary(fc.constantFrom('team', 'stage', 'cost'), fc.constantFrom('a', 'b', ''), { maxKeys: 2 });
const instanceTypes = fc.oneof(
  some(['m6i', 'c6i.large', 'r6i', 'optimal']),
  some(['m7g', 'c7gn.large', 'default_arm64']),
);

const strategies: Readonly<Record<string, readonly string[]>> = {
  EC2: ['BEST_FIT', 'BEST_FIT_PROGRESSIVE', 'BEST_FIT_PROGRESSIVE_ORDERED'],
  SPOT: [
    'BEST_FIT',
    'BEST_FIT_PROGRESSIVE',
    'SPOT_CAPACITY_OPTIMIZED',
    'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED',
    'SPOT_PRICE_CAPACITY_OPTIMIZED',
  ],
};

const onInstances = (type: 'EC2' | 'SPOT') =>
  fc
    .record({
      ...network,
      allocationStrategy: maybe(fc.constantFrom(...(strategies[type] ?? []))),
      minvCpus: maybe(fc.constantFrom(0, 1, 2)),
      maxvCpus: fc.constantFrom(4, 16, 64),
      desiredvCpus: maybe(fc.constantFrom(2, 3)),
      instanceTypes: maybe(instanceTypes),
      ec2KeyPair: maybe(fc.constantFrom('key', 'other')),
      placementGroup: maybe(fc.constant('near')),
      bidPercentage: type === 'SPOT' ? maybe(fc.constantFrom(50, 100)) : fc.constant(undefined),
      scalingPolicy: maybe(fc.record({ minScaleDownDelayMinutes: fc.constantFrom(20, 60) })),
      ec2Configuration: maybe(
        fc.constantFrom(
          [{ imageType: 'ECS_AL2023' }],
          [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-1' }],
          [{ imageType: 'ECS_AL2023_NVIDIA' }, { imageType: 'ECS_AL2023' }],
        ),
      ),
      tags: maybe(tags),
    })
    .map(resources =>
      defined({
        type,
        ...resources,
        spotIamFleetRole: type === 'SPOT' && resources.allocationStrategy === 'BEST_FIT' ? role('fleet') : undefined,
      }),
    );

const settings = {
  state: maybe(fc.constantFrom('ENABLED', 'DISABLED')),
  tags: maybe(tags),
  replacement: maybe(fc.constantFrom(1, 2)),
};
const instances = fc
  .record({
    ...settings,
    computeResources: fc.oneof(onInstances('EC2'), onInstances('SPOT')),
    updatePolicy: maybe(fc.constantFrom({ terminateJobsOnUpdate: true }, { jobExecutionTimeoutMinutes: 60 })),
  })
  .map(defined);
const fargate = fc
  .record({
    ...settings,
    computeResources: fc.record({
      type: fc.constantFrom('FARGATE', 'FARGATE_SPOT'),
      maxvCpus: fc.constantFrom(4, 16),
      ...network,
    }),
  })
  .map(defined);

const unmanaged = fc
  .record({ ...settings, type: fc.constant('UNMANAGED'), unmanagedvCpus: maybe(fc.constantFrom(0, 8)) })
  .map(defined);
const managed = fc
  .record({
    ...settings,
    computeResources: fc.record({
      type: fc.constant('ECS_MANAGED_INSTANCES'),
      maxvCpus: fc.constantFrom(4, 16),
      managedInstancesProvider: fc.record({
        infrastructureRoleArn: fc.constant(role('ecs')),
        instanceLaunchTemplate: fc
          .record({
            ec2InstanceProfileArn: fc.constant(profile),
            networkConfiguration: fc.record({ subnets: network.subnets, securityGroups: network.securityGroupIds }),
            capacityOptionType: maybe(fc.constantFrom('ON_DEMAND', 'SPOT')),
            fipsEnabled: maybe(fc.boolean()),
          })
          .map(defined),
      }),
    }),
  })
  .map(defined);
const eks = fc
  .record({
    ...settings,
    eksConfiguration: fc.record({
      eksClusterArn: fc.constant('arn:aws:eks:eu-west-1:123456789012:cluster/x'),
      kubernetesNamespace: fc.constantFrom('jobs', 'others'),
    }),
    computeResources: fc.record({
      type: fc.constantFrom('EC2', 'SPOT'),
      maxvCpus: fc.constantFrom(4, 16),
      ...network,
      instanceTypes: some(['m6i', 'c6i.large']),
    }),
  })
  .map(defined);

const limits = fc.uniqueArray(
  fc.record({
    reason: fc.constantFrom('MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT', 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY'),
    state: fc.constant('RUNNABLE'),
    maxTimeSeconds: fc.constantFrom(600, 3600),
    action: fc.constant('CANCEL'),
  }),
  { selector: ({ reason }) => reason, maxLength: 2 },
);

const queue = fc
  .record({ priority: maybe(fc.constantFrom(1, 5, 1000)), jobStateTimeLimitActions: maybe(limits), tags: maybe(tags) })
  .map(defined);

/** Specs of BatchEnvironments that AWS takes: one compute environment and a queue on it. */
export const environmentSpecs: fc.Arbitrary<Members> = fc
  .record({
    environment: fc.oneof({ weight: 4, arbitrary: instances }, fargate, unmanaged, managed, eks),
    queue,
    serviceRole: fc.option(fc.constant({ arn: role('own-service') }), { nil: undefined, freq: 4 }),
    tags: maybe(tags),
  })
  .map(({ environment, queue: members, serviceRole, tags: all }) =>
    defined({
      instanceRole: 'eksConfiguration' in environment ? { instanceProfileArn: profile } : undefined,
      computeEnvironments: [{ name: 'main', ...environment }],
      jobQueues: [{ name: 'main', computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'main' }], ...members }],
      serviceRole: environment['type'] === 'UNMANAGED' ? { arn: role('own-service') } : serviceRole,
      tags: all,
    }),
  );

const ordered = ['BEST_FIT_PROGRESSIVE_ORDERED', 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED'];

/** The spec with every list whose order means nothing turned round. */
export function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned).toReversed();
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => {
    const kept = key === 'instanceTypes' && ordered.includes(String((value as Members)['allocationStrategy']));
    return [key, kept ? member : turned(member)];
  });
  return Object.fromEntries(members);
}
