import { equals } from '../../model/equality.ts';
import type { Field, Repair } from '../../model/field.ts';
import {
  defaultUpdatePolicy,
  noDelay,
  sameBid,
  sameImages,
  sameNumber,
  sameOrEmpty,
  samePolicy,
  sameProfile,
  sameProvider,
  sameScaling,
  sameTemplate,
} from './comparisons.ts';
import {
  type ComputeEnvironmentObserved,
  type ComputeEnvironmentWant,
  isFargate,
  isOnInstances,
  isOrdered,
  updatableInPlace,
} from './shape.ts';

/** The calls that change a compute environment. */
export type Op =
  | 'create'
  | 'tag'
  | 'updateServiceRole'
  | 'update'
  | 'updateInfrastructure'
  | 'validateAgain'
  | 'disable'
  | 'delete';

type Rule = (want: ComputeEnvironmentWant, observed: ComputeEnvironmentObserved) => Repair<Op>;

/** In place only with the service-linked role and a strategy other than BEST_FIT, before and after. */
const infrastructure: Rule = (want, observed) => {
  const before = updatableInPlace(observed.serviceRole, observed.computeResources?.allocationStrategy);
  const after = updatableInPlace(want.serviceRole, want.computeResources?.allocationStrategy);
  return before && after ? 'updateInfrastructure' : 'immutable';
};

/** On Fargate the network is changed like scaling; elsewhere it is infrastructure. */
const network: Rule = (want, observed) =>
  isFargate(want.computeResources?.type) ? 'update' : infrastructure(want, observed);

/** EC2 and SPOT turn into each other in place; nothing else does. */
const provisioning: Rule = (want, observed) => {
  const types = [want.computeResources?.type, observed.computeResources?.type];
  return types.every(isOnInstances) ? infrastructure(want, observed) : 'immutable';
};

/** A custom role may follow another custom role; the service-linked role neither comes nor goes. */
const role: Rule = (want, observed) => (want.serviceRole && observed.serviceRole ? 'updateServiceRole' : 'immutable');

/** Two strategies take the types in the order given; to the others the order means nothing. */
const instanceTypes: Rule = (want, observed) => {
  const [wanted, had] = [want.computeResources?.instanceTypes, observed.computeResources?.instanceTypes];
  const ordered = isOrdered(want.computeResources?.allocationStrategy);
  return !ordered && equals('set', wanted, had) ? 'ignored' : infrastructure(want, observed);
};

/** A limit below what is in use can only be approached: first down to what is in use, then down with it. */
const maximum: Rule = (want, observed) =>
  reachableMaximum(want, observed) === observed.computeResources?.maxvCpus ? 'later' : 'update';

/** What `maxvCpus` can be set to now. */
export function reachableMaximum(want: ComputeEnvironmentWant, observed: ComputeEnvironmentObserved): number {
  const wanted = want.computeResources?.maxvCpus ?? 0;
  const { maxvCpus = 0, desiredvCpus = 0 } = observed.computeResources ?? {};
  return wanted >= maxvCpus ? wanted : Math.min(maxvCpus, Math.max(wanted, desiredvCpus));
}

/** What was never set on On-Demand instances need not be taken back. */
const bid: Rule = (want, observed) =>
  want.computeResources?.type === 'SPOT' ? infrastructure(want, observed) : 'ignored';

const replace =
  'AWS has no update for that. To have the compute environment replaced without an outage, change computeEnvironmentName or leave it out; where it is left out already, raise replacement';
const inUse = 'more vCPUs are in use than it would allow, and it follows them down as jobs end';

const onDemand = (want: unknown, have: unknown) => (want ?? 'ON_DEMAND') === (have ?? 'ON_DEMAND');
const falsy = (want: unknown, have: unknown) => (want ?? false) === (have ?? false);

/**
 * Field by field: what repairs a difference (aws-batch reference §1.3 to §1.5, §11). Nothing that Batch moves by itself is
 * here. `unset` is what clears a value that is no longer wanted; without it an absent value stays as it is.
 */
// biome-ignore format: a table reads best in columns
export const fields: readonly Field<ComputeEnvironmentWant, ComputeEnvironmentObserved, Op>[] = [
  { want: 'type',                                 repair: 'immutable', because: replace },
  { want: 'eksConfiguration',                     repair: 'immutable', because: replace, equal: 'subset' },
  { want: 'state',                                repair: 'update' },
  { want: 'serviceRole',                          repair: role, because: replace, unset: '', equal: sameOrEmpty },
  { want: 'unmanagedvCpus',                       repair: 'update' },
  { want: 'ecsSettings',                          repair: 'update', equal: 'subset' },
  { want: 'updatePolicy',                         repair: 'update', unset: defaultUpdatePolicy, equal: samePolicy },
  { want: 'imageRefresh',                         repair: infrastructure, because: replace },
  { want: 'tags',                                 repair: 'tag' },
  { want: 'computeResources.type',                repair: provisioning, because: replace },
  { want: 'computeResources.allocationStrategy',  repair: infrastructure, because: replace },
  { want: 'computeResources.minvCpus',            repair: 'update', equal: sameNumber },
  { want: 'computeResources.maxvCpus',            repair: maximum, because: inUse },
  { want: 'computeResources.desiredvCpus',        repair: 'ignored' },
  { want: 'computeResources.scalingPolicy',       repair: 'update', unset: noDelay, equal: sameScaling },
  { want: 'computeResources.instanceTypes',       repair: instanceTypes, because: replace },
  { want: 'computeResources.imageId',             repair: infrastructure, because: replace, unset: '', equal: sameOrEmpty },
  { want: 'computeResources.subnets',             repair: network, because: replace, equal: 'set' },
  { want: 'computeResources.securityGroupIds',    repair: network, because: replace, unset: [], equal: 'set' },
  { want: 'computeResources.ec2KeyPair',          repair: infrastructure, because: replace, unset: '', equal: sameOrEmpty },
  { want: 'computeResources.instanceRole',        repair: infrastructure, because: replace, equal: sameProfile },
  { want: 'computeResources.tags',                repair: infrastructure, because: replace, unset: {} },
  { want: 'computeResources.placementGroup',      repair: infrastructure, because: replace, unset: '', equal: sameOrEmpty },
  { want: 'computeResources.bidPercentage',       repair: bid, because: replace, unset: 100, equal: sameBid },
  { want: 'computeResources.spotIamFleetRole',    repair: 'immutable', because: replace },
  { want: 'computeResources.launchTemplate',      repair: infrastructure, because: replace, equal: sameTemplate },
  { want: 'computeResources.ec2Configuration',    repair: infrastructure, because: replace, unset: [], equal: sameImages },
  { want: 'computeResources.capacityTags',        repair: 'update', unset: {} },
  { want: 'computeResources.managedInstancesProvider.instanceLaunchTemplate.capacityOptionType',
                                                  repair: 'immutable', because: replace, equal: onDemand },
  { want: 'computeResources.managedInstancesProvider.instanceLaunchTemplate.fipsEnabled',
                                                  repair: 'immutable', because: replace, equal: falsy },
  { want: 'computeResources.managedInstancesProvider',
                                                  repair: 'update', equal: sameProvider },
];
