import { describe, expect, it } from 'vitest';
import { repairs } from '../../../controller/model/plan.ts';
import { computeEnvironment } from '../../../controller/resources/compute-environment/compute-environment.ts';
import { fields } from '../../../controller/resources/compute-environment/fields.ts';
import type {
  ComputeEnvironmentObserved,
  ComputeEnvironmentWant,
} from '../../../controller/resources/compute-environment/shape.ts';
import { onEc2, onFargate, seen, withResources } from './samples.ts';

/** `op: paths` per step, or what blocks or holds it up. */
function planned(want: ComputeEnvironmentWant, have: ComputeEnvironmentObserved): readonly string[] {
  const plan = repairs(fields, Object.keys(computeEnvironment.operations), want, have);
  if (plan.action === 'block') return [`immutable: ${plan.changes.map(({ path }) => path)}`];
  if (plan.action === 'wait') return [`wait: ${plan.message}`];
  return plan.action === 'apply' ? plan.steps.map(({ op, changes }) => `${op}: ${changes.map(c => c.path)}`) : [];
}

type Resources = Parameters<typeof withResources>[1];
const cr = (name: string) => `computeResources.${name}`;
const ownRole = 'arn:aws:iam::123456789012:role/batch';
const otherRole = 'arn:aws:iam::123456789012:role/other';
const provider = {
  infrastructureRoleArn: 'arn:aws:iam::123456789012:role/ecs',
  instanceLaunchTemplate: {
    ec2InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/ecs',
    networkConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
  },
};
const managed: ComputeEnvironmentWant = {
  ...onFargate,
  computeResources: { type: 'ECS_MANAGED_INSTANCES', maxvCpus: 8, managedInstancesProvider: provider },
};
const unmanaged: ComputeEnvironmentWant = {
  computeEnvironmentName: 'blue',
  type: 'UNMANAGED',
  state: 'ENABLED',
  serviceRole: ownRole,
  unmanagedvCpus: 4,
  tags: {},
};
const bestFit = withResources(onEc2, { allocationStrategy: 'BEST_FIT' });
const spot = withResources(onEc2, { type: 'SPOT', allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' });

describe('a compute environment that AWS describes in its own way differs in nothing', () => {
  it.each<[string, ComputeEnvironmentWant, ComputeEnvironmentObserved]>([
    ['EC2', onEc2, seen(onEc2)],
    ['SPOT', spot, seen(spot, { bidPercentage: 100 })],
    ['BEST_FIT, which AWS does not show', bestFit, seen(bestFit)],
    ['Fargate', onFargate, seen(onFargate)],
    ['UNMANAGED', unmanaged, seen(unmanaged)],
    ['managed instances', managed, seen(managed)],
    ['the scheduler moved the desired number', onEc2, seen(onEc2, { desiredvCpus: 12 })],
    ['a desired number at creation', withResources(onEc2, { desiredvCpus: 8 }), seen(onEc2, { desiredvCpus: 0 })],
    [
      'a default update policy',
      onEc2,
      { ...seen(onEc2), updatePolicy: { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: 30 } },
    ],
    ['the profile by name', onEc2, seen(onEc2, { instanceRole: 'nodes' })],
    [
      'container insights that nobody asked for',
      onEc2,
      { ...seen(onEc2), ecsSettings: { containerInsights: 'ENABLED' } },
    ],
    ['an older image type', onEc2, seen(onEc2, { ec2Configuration: [{ imageType: 'ECS_AL2' }] })],
    ['empty tags', withResources(onEc2, { tags: {} }), seen(onEc2)],
    [
      'a template by the name that AWS turned into an id',
      withResources(onEc2, { launchTemplate: { launchTemplateName: 'x', version: '3' } }),
      seen(onEc2),
    ],
  ])('%s', (_, want, have) => {
    expect(planned(want, have)).toEqual([]);
  });
});

interface Row {
  readonly field: string;
  readonly resources?: Resources;
  readonly want?: Partial<ComputeEnvironmentWant>;
  readonly have?: Resources;
  readonly run: string;
}

/** EC2 with the service-linked role and BEST_FIT_PROGRESSIVE: everything that AWS can do is done in place. */
// biome-ignore format: a table reads best in columns
const inPlace: readonly Row[] = [
  { field: 'state',               want: { state: 'DISABLED' },                                   run: 'update: state' },
  { field: 'updatePolicy',        want: { updatePolicy: { terminateJobsOnUpdate: true } },       run: 'update: updatePolicy' },
  { field: 'ecsSettings',         want: { ecsSettings: { containerInsights: 'DISABLED' } },      run: 'update: ecsSettings' },
  { field: 'tags',                want: { tags: { a: 'b' } },                                    run: 'tag: tags' },
  { field: 'imageRefresh',        want: { imageRefresh: 1 },                                     run: 'updateInfrastructure: imageRefresh' },
  { field: 'minvCpus',            resources: { minvCpus: 2 },                                    run: `update: ${cr('minvCpus')}` },
  { field: 'maxvCpus up',         resources: { maxvCpus: 32 },                                   run: `update: ${cr('maxvCpus')}` },
  { field: 'maxvCpus down',       resources: { maxvCpus: 8 },                                    run: `update: ${cr('maxvCpus')}` },
  { field: 'scalingPolicy',       resources: { scalingPolicy: { minScaleDownDelayMinutes: 30 } }, run: `update: ${cr('scalingPolicy')}` },
  { field: 'no scalingPolicy',    have: { scalingPolicy: { minScaleDownDelayMinutes: 30 } },     run: `update: ${cr('scalingPolicy')}` },
  { field: 'type',                resources: { type: 'SPOT' },                                   run: `updateInfrastructure: ${cr('type')}` },
  { field: 'allocationStrategy',  resources: { allocationStrategy: 'BEST_FIT_PROGRESSIVE_ORDERED' }, have: { instanceTypes: ['c6i', 'm6i'] }, run: `updateInfrastructure: ${cr('allocationStrategy')}` },
  { field: 'to BEST_FIT',         resources: { allocationStrategy: 'BEST_FIT' },                 run: `immutable: ${cr('allocationStrategy')}` },
  { field: 'from no strategy',    have: { allocationStrategy: undefined },                       run: `immutable: ${cr('allocationStrategy')}` },
  { field: 'instanceTypes',       resources: { instanceTypes: ['m6i'] },                         run: `updateInfrastructure: ${cr('instanceTypes')}` },
  { field: 'imageId',             resources: { imageId: 'ami-1' },                               run: `updateInfrastructure: ${cr('imageId')}` },
  { field: 'no imageId',          have: { imageId: 'ami-1' },                                    run: `updateInfrastructure: ${cr('imageId')}` },
  { field: 'subnets',             resources: { subnets: ['subnet-1'] },                          run: `updateInfrastructure: ${cr('subnets')}` },
  { field: 'securityGroupIds',    resources: { securityGroupIds: ['sg-1'] },                     run: `updateInfrastructure: ${cr('securityGroupIds')}` },
  { field: 'no securityGroupIds', resources: { securityGroupIds: undefined }, have: { securityGroupIds: ['sg-1'] }, run: `updateInfrastructure: ${cr('securityGroupIds')}` },
  { field: 'ec2KeyPair',          resources: { ec2KeyPair: 'key' },                              run: `updateInfrastructure: ${cr('ec2KeyPair')}` },
  { field: 'no ec2KeyPair',       have: { ec2KeyPair: 'key' },                                   run: `updateInfrastructure: ${cr('ec2KeyPair')}` },
  { field: 'instanceRole',        resources: { instanceRole: 'arn:aws:iam::1:instance-profile/x' }, run: `updateInfrastructure: ${cr('instanceRole')}` },
  { field: 'tags of instances',   resources: { tags: { a: 'b' } },                               run: `updateInfrastructure: ${cr('tags')}` },
  { field: 'no tags of instances', have: { tags: { a: 'b' } },                                   run: `updateInfrastructure: ${cr('tags')}` },
  { field: 'placementGroup',      resources: { placementGroup: 'near' },                         run: `updateInfrastructure: ${cr('placementGroup')}` },
  { field: 'no placementGroup',   have: { placementGroup: 'near' },                              run: `updateInfrastructure: ${cr('placementGroup')}` },
  { field: 'spotIamFleetRole',    resources: { spotIamFleetRole: otherRole },                    run: `immutable: ${cr('spotIamFleetRole')}` },
  { field: 'template version',    resources: { launchTemplate: { launchTemplateId: 'lt-1', version: '4' } }, run: `updateInfrastructure: ${cr('launchTemplate')}` },
  { field: 'template',            resources: { launchTemplate: { launchTemplateId: 'lt-2', version: '3' } }, run: `updateInfrastructure: ${cr('launchTemplate')}` },
  { field: 'an override',         resources: { launchTemplate: { launchTemplateId: 'lt-1', version: '3', overrides: [{ launchTemplateId: 'lt-2', version: '1', targetInstanceTypes: ['m6i.large'] }] } }, run: `updateInfrastructure: ${cr('launchTemplate')}` },
  { field: 'no override',         have: { launchTemplate: { launchTemplateId: 'lt-1', version: '3', overrides: [{ launchTemplateId: 'lt-2', version: '1', targetInstanceTypes: ['m6i.large'] }] } }, run: `updateInfrastructure: ${cr('launchTemplate')}` },
  { field: 'userdataType',        resources: { launchTemplate: { launchTemplateId: 'lt-1', version: '3', userdataType: 'EKS_NODEADM' } }, run: `updateInfrastructure: ${cr('launchTemplate')}` },
  { field: 'imageType',           resources: { ec2Configuration: [{ imageType: 'ECS_AL2023_NVIDIA' }] }, have: { ec2Configuration: [{ imageType: 'ECS_AL2023' }] }, run: `updateInfrastructure: ${cr('ec2Configuration')}` },
  { field: 'imageIdOverride',     resources: { ec2Configuration: [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-1' }] }, have: { ec2Configuration: [{ imageType: 'ECS_AL2023' }] }, run: `updateInfrastructure: ${cr('ec2Configuration')}` },
  { field: 'no imageIdOverride',  resources: { ec2Configuration: [{ imageType: 'ECS_AL2023' }] }, have: { ec2Configuration: [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-1' }] }, run: `updateInfrastructure: ${cr('ec2Configuration')}` },
  { field: 'no ec2Configuration', have: { ec2Configuration: [{ imageType: 'ECS_AL2023', imageIdOverride: 'ami-1' }] }, run: `updateInfrastructure: ${cr('ec2Configuration')}` },
  { field: 'type of environment', want: { type: 'UNMANAGED' },                                   run: 'immutable: type' },
  { field: 'eksConfiguration',    want: { eksConfiguration: { eksClusterArn: 'arn:x', kubernetesNamespace: 'x' } }, run: 'immutable: eksConfiguration' },
  { field: 'serviceRole',         want: { serviceRole: ownRole },                                run: 'immutable: serviceRole' },
];

it.each(inPlace)('$field', ({ want, resources = {}, have = {}, run }) => {
  const wanted = { ...withResources(onEc2, resources), ...want };

  expect(planned(wanted, seen(onEc2, have))).toEqual([run]);
});

it('every field has a row, but for those that have tables of their own below', () => {
  const told = inPlace.map(({ run }) => run.split(': ')[1]);

  expect(fields.map(({ want }) => want).filter(path => !told.includes(path))).toEqual([
    'unmanagedvCpus',
    cr('desiredvCpus'),
    cr('bidPercentage'),
    cr('capacityTags'),
    cr('managedInstancesProvider.instanceLaunchTemplate.capacityOptionType'),
    cr('managedInstancesProvider.instanceLaunchTemplate.fipsEnabled'),
    cr('managedInstancesProvider'),
  ]);
});

describe('Spot', () => {
  it.each([
    ['a bid', withResources(spot, { bidPercentage: 60 }), seen(spot), [`updateInfrastructure: ${cr('bidPercentage')}`]],
    ['no bid any more', spot, seen(spot, { bidPercentage: 60 }), [`updateInfrastructure: ${cr('bidPercentage')}`]],
    [
      'On-Demand from now on: the bid says nothing any more',
      onEc2,
      seen(spot, { bidPercentage: 60 }),
      [`updateInfrastructure: ${cr('type')},${cr('allocationStrategy')}`],
    ],
  ])('%s', (_, want, have, run) => {
    expect(planned(want, have)).toEqual(run);
  });
});

describe('what only differs in its place', () => {
  const ordered = withResources(onEc2, { allocationStrategy: 'BEST_FIT_PROGRESSIVE_ORDERED' });

  it('matters for the types where the strategy takes them in order', () => {
    expect(planned(ordered, seen(ordered))).toEqual([`updateInfrastructure: ${cr('instanceTypes')}`]);
    expect(planned(ordered, seen(ordered, { instanceTypes: ['c6i', 'm6i'] }))).toEqual([]);
  });

  it('does not matter for overrides and their types', () => {
    const override = (id: string, types: string[]) => ({
      launchTemplateId: id,
      version: '1',
      targetInstanceTypes: types,
    });
    const template = { launchTemplateId: 'lt-1', version: '3' };
    const [a, b] = [override('lt-a', ['m6i.large', 'm6i.xlarge']), override('lt-b', ['c6i.large'])];
    const want = withResources(onEc2, { launchTemplate: { ...template, overrides: [a, b] } });
    const turned = override('lt-a', ['m6i.xlarge', 'm6i.large']);

    expect(planned(want, seen(want, { launchTemplate: { ...template, overrides: [b, turned] } }))).toEqual([]);
  });
});

describe('where AWS updates nothing but scale and settings', () => {
  it.each([
    ['BEST_FIT', bestFit],
    ['a service role of our own', { ...onEc2, serviceRole: ownRole }],
  ])('%s: infrastructure is immutable, scale and settings are not', (_, base) => {
    expect(planned(withResources(base, { subnets: ['subnet-9'] }), seen(base))).toEqual([
      `immutable: ${cr('subnets')}`,
    ]);
    expect(planned({ ...base, imageRefresh: 1 }, seen(base))).toEqual(['immutable: imageRefresh']);
    expect(planned({ ...withResources(base, { maxvCpus: 32, minvCpus: 1 }), state: 'DISABLED' }, seen(base))).toEqual([
      `update: state,${cr('minvCpus')},${cr('maxvCpus')}`,
    ]);
  });

  it('one role of our own follows another, and none is followed by the service-linked one', () => {
    const base = { ...onEc2, serviceRole: ownRole };

    expect(planned({ ...base, serviceRole: otherRole }, seen(base))).toEqual(['updateServiceRole: serviceRole']);
    expect(planned(onEc2, seen(base))).toEqual(['immutable: serviceRole']);
  });

  it('says how to get it nevertheless', () => {
    const plan = repairs(fields, [], withResources(bestFit, { subnets: ['subnet-9'] }), seen(bestFit));

    expect(plan).toMatchObject({
      action: 'block',
      reason: 'ImmutableField',
      message: expect.stringMatching(
        /^computeResources.subnets cannot be changed in place; .*change computeEnvironmentName or leave it out/,
      ),
    });
  });
});

describe('Fargate', () => {
  // biome-ignore format: a table reads best in columns
  const rows: readonly Row[] = [
    { field: 'maxvCpus',         resources: { maxvCpus: 2 },                run: `update: ${cr('maxvCpus')}` },
    { field: 'subnets',          resources: { subnets: ['subnet-2'] },      run: `update: ${cr('subnets')}` },
    { field: 'securityGroupIds', resources: { securityGroupIds: ['sg-2'] }, run: `update: ${cr('securityGroupIds')}` },
    { field: 'type',             resources: { type: 'FARGATE_SPOT' },       run: `immutable: ${cr('type')}` },
    { field: 'state',            want: { state: 'DISABLED' },               run: 'update: state' },
  ];
  it.each(rows)('$field', ({ want, resources = {}, run }) => {
    expect(planned({ ...withResources(onFargate, resources), ...want }, seen(onFargate))).toEqual([run]);
  });
});

describe('UNMANAGED and managed instances', () => {
  const template = provider.instanceLaunchTemplate;
  const withTemplate = (more: object) =>
    withResources(managed, {
      managedInstancesProvider: { ...provider, instanceLaunchTemplate: { ...template, ...more } },
    });
  it.each([
    ['unmanagedvCpus', { ...unmanaged, unmanagedvCpus: 8 }, seen(unmanaged), 'update: unmanagedvCpus'],
    ['the other role', { ...unmanaged, serviceRole: otherRole }, seen(unmanaged), 'updateServiceRole: serviceRole'],
    [
      'a member of the provider',
      withTemplate({ monitoring: 'DETAILED' }),
      seen(managed),
      `update: ${cr('managedInstancesProvider')}`,
    ],
    [
      'capacity type',
      withTemplate({ capacityOptionType: 'SPOT' }),
      seen(managed),
      `immutable: ${cr('managedInstancesProvider.instanceLaunchTemplate.capacityOptionType')}`,
    ],
    [
      'FIPS',
      withTemplate({ fipsEnabled: true }),
      seen(managed),
      `immutable: ${cr('managedInstancesProvider.instanceLaunchTemplate.fipsEnabled')}`,
    ],
    [
      'capacity tags',
      withResources(managed, { capacityTags: { a: 'b' } }),
      seen(managed),
      `update: ${cr('capacityTags')}`,
    ],
    ['no capacity tags', managed, seen(managed, { capacityTags: { a: 'b' } }), `update: ${cr('capacityTags')}`],
  ])('%s', (_, want, have, run) => {
    expect(planned(want, have)).toEqual([run]);
  });

  it('takes the lists of a provider in any order', () => {
    const networkConfiguration = { subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-1'] };
    const have = seen(withTemplate({ networkConfiguration, capacityOptionType: 'ON_DEMAND', fipsEnabled: false }));

    expect(planned(managed, have)).toEqual([]);
  });
});

describe('a maximum below what is in use', () => {
  const want = withResources(onEc2, { maxvCpus: 2 });

  it('goes down to what is in use, then waits, then follows it down', () => {
    expect(planned(want, seen(onEc2, { desiredvCpus: 12 }))).toEqual([`update: ${cr('maxvCpus')}`]);
    expect(planned(want, seen(onEc2, { maxvCpus: 12, desiredvCpus: 12 }))).toEqual([
      `wait: ${cr('maxvCpus')} cannot be changed yet; more vCPUs are in use than it would allow, and it follows them down as jobs end`,
    ]);
    expect(planned(want, seen(onEc2, { maxvCpus: 12, desiredvCpus: 4 }))).toEqual([`update: ${cr('maxvCpus')}`]);
    expect(planned(want, seen(onEc2, { maxvCpus: 2, desiredvCpus: 2 }))).toEqual([]);
  });

  it('does not hold up what else is to be changed', () => {
    const both = withResources(want, { minvCpus: 1 });

    expect(planned(both, seen(onEc2, { maxvCpus: 12, desiredvCpus: 12 }))).toEqual([`update: ${cr('minvCpus')}`]);
  });
});

it('does what is quick first: tags, then the role by itself, then scale and settings, then infrastructure', () => {
  const base = { ...onEc2, serviceRole: ownRole };
  const want = { ...withResources(base, { maxvCpus: 32 }), serviceRole: otherRole, tags: { a: 'b' } };
  const linked = { ...withResources(onEc2, { maxvCpus: 32, subnets: ['subnet-9'] }), tags: { a: 'b' } };

  expect(planned(want, seen(base))).toEqual([
    'tag: tags',
    'updateServiceRole: serviceRole',
    `update: ${cr('maxvCpus')}`,
  ]);
  expect(planned(linked, seen(onEc2))).toEqual([
    'tag: tags',
    `update: ${cr('maxvCpus')}`,
    `updateInfrastructure: ${cr('subnets')}`,
  ]);
});
