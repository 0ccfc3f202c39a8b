import { isDeepStrictEqual } from 'node:util';
import type {
  ComputeResource,
  ComputeResourceUpdate,
  UpdateComputeEnvironmentRequest,
  UpdateComputeEnvironmentResponse,
} from '@aws-sdk/client-batch';
import type { Request } from '../operation.ts';
import type { Rule } from '../rules.ts';
import { clientException } from '../service.ts';
import type { World } from '../world.ts';
import type { ComputeEnvironment } from './batch.ts';
import { roleArn, serviceLinkedRoleArn, withoutImageStatus } from './compute-environment-detail.ts';
import { isFargate, sentFor } from './compute-environment-rules.ts';
import { existingComputeEnvironment, finish, isBusy, lookAgain } from './compute-environments.ts';
import { follow, retireInstances } from './job-run.ts';
import { refuse, upper } from './refuse.ts';
import { templateRules } from './template-rules.ts';

const infrastructureFields = [
  'allocationStrategy',
  'bidPercentage',
  'ec2Configuration',
  'ec2KeyPair',
  'imageId',
  'instanceRole',
  'instanceTypes',
  'launchTemplate',
  'placementGroup',
  'securityGroupIds',
  'subnets',
  'tags',
  'type',
] as const satisfies readonly (keyof ComputeResourceUpdate)[];

/** What the request has a place for; the SDK leaves everything else at home. */
const updatable: readonly string[] = [
  ...infrastructureFields,
  'desiredvCpus',
  'maxvCpus',
  'minvCpus',
  'scalingPolicy',
  'updateToLatestImageVersion',
  'managedInstancesProvider',
  'capacityTags',
];

const defaultPolicy = { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: 30 };

const scalingFields = ['minvCpus', 'maxvCpus', 'desiredvCpus', 'scalingPolicy'] as const;

/** What a request changes about a compute environment beyond whether it is open. */
const beyondState = ['serviceRole', 'computeResources', 'unmanagedvCpus', 'updatePolicy', 'ecsSettings'] as const;

const updatableStrategies: readonly (string | undefined)[] = [
  'BEST_FIT_PROGRESSIVE',
  'SPOT_CAPACITY_OPTIMIZED',
  'SPOT_PRICE_CAPACITY_OPTIMIZED',
  'BEST_FIT_PROGRESSIVE_ORDERED',
  'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED',
];

const refusedForFargate = [
  'allocationStrategy',
  'bidPercentage',
  'desiredvCpus',
  'ec2Configuration',
  'ec2KeyPair',
  'imageId',
  'instanceRole',
  'instanceTypes',
  'launchTemplate',
  'minvCpus',
  'placementGroup',
  'tags',
  'type',
  'updateToLatestImageVersion',
];

interface Update {
  readonly world: World;
  readonly before: ComputeEnvironment;
  readonly sent: UpdateComputeEnvironmentRequest;
  readonly resources: ComputeResource | undefined;
  /** The infrastructure fields that the request changes; a newer image is one, too. */
  readonly infrastructure: readonly string[];
}

const rules: readonly Rule<Update>[] = [
  {
    refuses: ({ before, sent }) => before.type === 'MANAGED' && sent.unmanagedvCpus !== undefined,
    message: 'unmanagedvCpus is not applicable for managed Compute Environments',
  },
  {
    refuses: ({ before, sent }) => before.type === 'UNMANAGED' && sent.computeResources !== undefined,
    message: 'computeResources is not applicable for unmanaged Compute Environments',
  },
  {
    refuses: ({ sent }) => sent.computeResources !== undefined && Object.keys(sent.computeResources).length === 0,
    message: 'At least one compute-resources attribute must be specified',
  },
  {
    refuses: ({ before, sent }) =>
      isFargate(before.computeResources) &&
      (sent.updatePolicy !== undefined || sentFor(refusedForFargate, sent.computeResources).length > 0),
    message: `The following parameters can't be updated for Fargate compute environment: ${[...refusedForFargate, 'updatePolicy'].sort().join(', ')}.`,
  },
  {
    refuses: ({ sent }) => isFargate(sent.computeResources as ComputeResource | undefined),
    message: 'A compute environment can not be updated to Fargate.',
  },
  {
    refuses: ({ world, before, sent }) =>
      sent.serviceRole !== undefined &&
      (roleArn(world, sent.serviceRole) === serviceLinkedRoleArn(world)) !==
        (before.serviceRole === serviceLinkedRoleArn(world)),
    message: 'A compute environment can not be changed between the Batch Service Linked Role and another service role.',
  },
  {
    refuses: ({ world, before, infrastructure }) =>
      infrastructure.length > 0 &&
      !isFargate(before.computeResources) &&
      before.serviceRole !== serviceLinkedRoleArn(world),
    message: ({ infrastructure }) =>
      `Following fields [${infrastructure.join(', ')}] can be updated only for Non-fargate Compute Environment having a Batch Service Linked Role`,
  },
  {
    refuses: ({ before, infrastructure }) =>
      infrastructure.length > 0 &&
      !isFargate(before.computeResources) &&
      !updatableStrategies.includes(before.computeResources?.allocationStrategy),
    message: ({ infrastructure }) =>
      `Following fields [${infrastructure.join(', ')}] can not be updated for a Compute Environment with the BEST_FIT allocation strategy`,
  },
  {
    refuses: ({ sent: { computeResources } }) =>
      computeResources?.allocationStrategy !== undefined &&
      !updatableStrategies.includes(computeResources.allocationStrategy),
    message: 'allocationStrategy is not valid for an update.',
  },
  {
    refuses: ({ before, sent, infrastructure }) =>
      infrastructure.length > 0 && sent.serviceRole !== undefined && sent.serviceRole !== before.serviceRole,
    message: 'serviceRole should be updated on its own, not together with an infrastructure update.',
  },
  {
    refuses: ({ resources }) => (resources?.maxvCpus ?? 0) < (resources?.minvCpus ?? 0),
    message: 'maxvCpus should be greater than or equal to minvCpus.',
  },
  {
    refuses: ({ before, sent }) =>
      (sent.computeResources?.desiredvCpus ?? Number.POSITIVE_INFINITY) < (before.computeResources?.desiredvCpus ?? 0),
    message:
      'Manually scaling down compute environment is not supported. Disconnecting job queues from compute environment will cause it to scale-down to minvCpus.',
  },
  {
    refuses: ({ resources, sent }) => {
      if (sent.computeResources === undefined) return false;
      const desired = resources?.desiredvCpus ?? resources?.minvCpus ?? 0;
      return desired < (resources?.minvCpus ?? 0) || desired > (resources?.maxvCpus ?? 0);
    },
    message: 'desiredvCpus should be between minvCpus and maxvCpus.',
  },
  {
    refuses: ({ sent }) => {
      const delay = sent.computeResources?.scalingPolicy?.minScaleDownDelayMinutes;
      return delay !== undefined && delay !== 0 && (delay < 20 || delay > 10_080);
    },
    message: 'minScaleDownDelayMinutes should be 0 or between 20 and 10080.',
  },
  {
    refuses: ({ sent }) => {
      const timeout = sent.updatePolicy?.jobExecutionTimeoutMinutes;
      return timeout !== undefined && (timeout < 1 || timeout > 360);
    },
    message: 'jobExecutionTimeoutMinutes should be between 1 and 360.',
  },
];

/** UpdateComputeEnvironment. */
export function updateComputeEnvironment({
  world,
  input,
}: Request<UpdateComputeEnvironmentRequest>): UpdateComputeEnvironmentResponse {
  const before = existingComputeEnvironment(world, input.computeEnvironment);
  if (isBusy(before)) throw clientException('Cannot update, resource is being modified.');
  const sent = known(input);
  const resources = merged(before.computeResources, sent.computeResources);
  const infrastructure: string[] = infrastructureFields.filter(
    field =>
      !isDeepStrictEqual(withoutImageStatus(resources)?.[field], withoutImageStatus(before.computeResources)?.[field]),
  );
  if (sent.computeResources?.updateToLatestImageVersion) infrastructure.push('updateToLatestImageVersion');
  refuse(world, rules, { world, before, sent, resources, infrastructure });
  if (infrastructure.length > 0) refuse(world, templateRules, { world, resources });
  const infrastructureUpdate = !isFargate(before.computeResources) && infrastructure.length > 0;
  const after = updated(world, before, input, resources, infrastructureUpdate);
  world.batch.computeEnvironments.set(before.computeEnvironmentName, after);
  if (infrastructureUpdate) {
    const { terminateJobsOnUpdate, jobExecutionTimeoutMinutes = 30 } = after.updatePolicy ?? {};
    lookAgain(world, after);
    retireInstances(world, after, terminateJobsOnUpdate ? 0 : jobExecutionTimeoutMinutes * 60_000);
  }
  if (beyondState.some(field => input[field] !== undefined)) {
    const { healedByUpdate = false } = world.batch.defects.get(before.computeEnvironmentName) ?? {};
    if (healedByUpdate) world.batch.heal(before.computeEnvironmentName);
  }
  const seenAt = world.agenda.now();
  const turn = world.batch.nextTurn(after.uuid);
  const lowered = (resources?.minvCpus ?? 0) < (before.computeResources?.minvCpus ?? 0);
  world.agenda.after(duration(world, before, after, infrastructureUpdate), () => {
    finish(world, after, seenAt, turn);
    // Instances that only a minimum kept go.
    if (lowered) follow(world, after.computeEnvironmentName);
  });
  return { computeEnvironmentName: after.computeEnvironmentName, computeEnvironmentArn: after.computeEnvironmentArn };
}

function known(input: UpdateComputeEnvironmentRequest): UpdateComputeEnvironmentRequest {
  if (input.computeResources === undefined) return input;
  const fields = Object.entries(input.computeResources).filter(([field]) => updatable.includes(field));
  return { ...input, computeResources: Object.fromEntries(fields) };
}

function updated(
  world: World,
  before: ComputeEnvironment,
  input: UpdateComputeEnvironmentRequest,
  resources: ComputeResource | undefined,
  infrastructureUpdate: boolean,
): ComputeEnvironment {
  return {
    ...before,
    ...(infrastructureUpdate && world.fillsDefaults
      ? { updatePolicy: { ...defaultPolicy, ...before.updatePolicy } }
      : {}),
    status: 'UPDATING',
    ...(input.state === undefined ? {} : { state: upper(input.state) }),
    ...(input.unmanagedvCpus === undefined ? {} : { unmanagedvCpus: input.unmanagedvCpus }),
    ...(input.serviceRole === undefined ? {} : { serviceRole: roleArn(world, input.serviceRole) }),
    ...(input.updatePolicy === undefined
      ? {}
      : { updatePolicy: { ...defaultPolicy, ...before.updatePolicy, ...input.updatePolicy } }),
    ...(input.ecsSettings === undefined ? {} : { ecsSettings: input.ecsSettings }),
    ...(resources === undefined ? {} : { computeResources: resources }),
  };
}

/** Fields left out stay; those that say so with an empty value vanish. */
function merged(
  before: ComputeResource | undefined,
  sent: ComputeResourceUpdate | undefined,
): ComputeResource | undefined {
  if (before === undefined) return undefined;
  const { updateToLatestImageVersion: _, ...fields } = sent ?? {};
  const fargate = isFargate(before);
  const changes = Object.entries(fields).filter(
    ([, value]) => !(fargate && Array.isArray(value) && value.length === 0),
  );
  const next: Record<string, unknown> = { ...before, ...Object.fromEntries(changes) };
  for (const field of ['imageId', 'ec2KeyPair', 'placementGroup', 'bidPercentage']) {
    if (next[field] === '' || next[field] === 0) delete next[field];
  }
  if (dropsTemplate(sent)) delete next['launchTemplate'];
  if (sent?.scalingPolicy?.minScaleDownDelayMinutes === 0) delete next['scalingPolicy'];
  if (typeof next['type'] === 'string') next['type'] = next['type'].toUpperCase();
  if (typeof next['desiredvCpus'] === 'number' && typeof next['minvCpus'] === 'number') {
    next['desiredvCpus'] = Math.max(next['desiredvCpus'], next['minvCpus']);
  }
  return next as unknown as ComputeResource;
}

function dropsTemplate(sent: ComputeResourceUpdate | undefined): boolean {
  const template = sent?.launchTemplate;
  if (template === undefined || (template.overrides ?? []).length > 0) return false;
  return !template.launchTemplateId && !template.launchTemplateName;
}

function duration(
  world: World,
  before: ComputeEnvironment,
  after: ComputeEnvironment,
  infrastructure: boolean,
): number {
  if (infrastructure) return world.durations.updateInfrastructure;
  const scaled = scalingFields.some(
    field => !isDeepStrictEqual(before.computeResources?.[field], after.computeResources?.[field]),
  );
  return scaled && !isFargate(before.computeResources) ? world.durations.updateScaling : world.durations.updateMetadata;
}
