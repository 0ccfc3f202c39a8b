import { isObject, sameJson } from '../../model/json.ts';
import { batchPhase, batchTeardown } from '../batch-status.ts';
import { defineResource, type Resource } from '../resource.ts';
import { create, disable, remove, tag, update, updateServiceRole, validateAgain } from './operations.ts';
import { read } from './read.ts';
import { type ComputeEnvironmentObserved, type ComputeEnvironmentWant, isFargate, updatableInPlace } from './shape.ts';

type Op =
  | 'create'
  | 'tag'
  | 'updateServiceRole'
  | 'update'
  | 'updateInfrastructure'
  | 'validateAgain'
  | 'disable'
  | 'delete';
type Rule = (want: ComputeEnvironmentWant, observed: ComputeEnvironmentObserved) => Op | 'immutable';

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
  return types.every(type => type === 'EC2' || type === 'SPOT') ? infrastructure(want, observed) : 'immutable';
};

/** A custom role may follow another custom role; the service-linked role neither comes nor goes. */
const role: Rule = (want, observed) => (want.serviceRole && observed.serviceRole ? 'updateServiceRole' : 'immutable');

/** A managed compute environment of AWS Batch. */
export const computeEnvironment: Resource = defineResource<ComputeEnvironmentWant, ComputeEnvironmentObserved, Op>({
  resource: 'ComputeEnvironment',
  noun: 'compute environment',
  // biome-ignore format: a table reads best in columns
  fields: [
    { want: 'type',                                 repair: 'immutable' },
    { want: 'state',                                repair: 'update' },
    { want: 'serviceRole',                          repair: role, unset: '', equal: sameOrEmpty },
    { want: 'unmanagedvCpus',                       repair: 'update' },
    { want: 'updatePolicy',                         repair: 'update', equal: samePolicy },
    { want: 'tags',                                 repair: 'tag' },
    { want: 'computeResources.type',                repair: provisioning },
    { want: 'computeResources.allocationStrategy',  repair: infrastructure },
    { want: 'computeResources.minvCpus',            repair: 'update', equal: sameNumber },
    { want: 'computeResources.maxvCpus',            repair: 'update' },
    { want: 'computeResources.desiredvCpus',        repair: 'ignored' },
    { want: 'computeResources.scalingPolicy',       repair: 'update', equal: 'subset' },
    { want: 'computeResources.instanceTypes',       repair: infrastructure, equal: 'set' },
    { want: 'computeResources.imageId',             repair: infrastructure, unset: '', equal: sameOrEmpty },
    { want: 'computeResources.subnets',             repair: network, equal: 'set' },
    { want: 'computeResources.securityGroupIds',    repair: network, equal: 'set' },
    { want: 'computeResources.ec2KeyPair',          repair: infrastructure, unset: '', equal: sameOrEmpty },
    { want: 'computeResources.instanceRole',        repair: infrastructure, equal: sameProfile },
    { want: 'computeResources.tags',                repair: infrastructure },
    { want: 'computeResources.placementGroup',      repair: infrastructure, unset: '', equal: sameOrEmpty },
    { want: 'computeResources.bidPercentage',       repair: infrastructure, equal: sameBid },
    { want: 'computeResources.spotIamFleetRole',    repair: 'immutable' },
    { want: 'computeResources.launchTemplate',      repair: infrastructure, equal: 'subset' },
    { want: 'computeResources.ec2Configuration',    repair: infrastructure, equal: sameImages },
  ],
  read,
  view: observed => ({
    ...batchPhase(observed, 10_000),
    arn: observed.computeEnvironmentArn,
    tags: observed.tags,
    outputs: {
      arn: observed.computeEnvironmentArn,
      name: observed.computeEnvironmentName,
      status: observed.status,
      state: observed.state,
      ...(observed.ecsClusterArn === undefined ? {} : { ecsClusterArn: observed.ecsClusterArn }),
    },
  }),
  teardown: batchTeardown,
  operations: {
    create,
    tag,
    updateServiceRole,
    update,
    updateInfrastructure: update,
    validateAgain,
    disable,
    delete: remove,
  },
  asynchronous: ['create', 'updateServiceRole', 'update', 'updateInfrastructure', 'validateAgain', 'disable', 'delete'],
  revive: 'validateAgain',
});

function sameOrEmpty(want: unknown, have: unknown): boolean {
  return (want ?? '') === (have ?? '');
}

function sameNumber(want: unknown, have: unknown): boolean {
  return (want ?? 0) === (have ?? 0);
}

/** Unset, 0 and 100 all mean that the On-Demand price is the limit. */
function sameBid(want: unknown, have: unknown): boolean {
  return (want || 100) === (have || 100);
}

/** Batch echoes whichever of name and ARN it was given. */
function sameProfile(want: unknown, have: unknown): boolean {
  const name = (profile: unknown) => (typeof profile === 'string' ? profile.split('/').at(-1) : undefined);
  return name(want) === name(have);
}

function samePolicy(want: unknown, have: unknown): boolean {
  const defaults = { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: 30 };
  return sameJson({ ...defaults, ...(isObject(want) ? want : {}) }, { ...defaults, ...(isObject(have) ? have : {}) });
}

/** Only what is wanted counts: Batch fills in the image type, and says whether a newer image exists. */
function sameImages(want: unknown, have: unknown): boolean {
  const wanted = Array.isArray(want) ? want : [];
  const had = Array.isArray(have) ? have : [];
  const covers = (item: unknown) =>
    had.some(
      image => isObject(item) && isObject(image) && Object.entries(item).every(([key, value]) => image[key] === value),
    );
  return (wanted.length === had.length || wanted.length === 0) && wanted.every(covers);
}
