import { type Declared, OutputOf } from '../../model/declared.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import { ownerTags } from '../../model/ownership.ts';
import type { ExpandInput } from '../kind.ts';
import type { ComputeEnvironmentSpec } from './compute-environment-spec.ts';
import { isOwnTemplate } from './compute-rules.ts';
import { instanceTypesOf, onInstances, strategyOf } from './family.ts';
import { computeEnvironmentId, jobQueueName } from './names.ts';
import { hasOwnRole, physicalName } from './physical-name.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

type Input = ExpandInput<BatchEnvironmentSpec>;

/** Whether it starts from the launch template of its object. */
export function usesTemplate(environment: ComputeEnvironmentSpec): boolean {
  return onInstances(environment) && !isOwnTemplate(environment.computeResources?.launchTemplate);
}

/** A compute environment of the object. Throws a Failure when its EKS cluster is in another Region. */
export function computeEnvironment(input: Input, environment: ComputeEnvironmentSpec): Declared {
  const { spec, owner } = input;
  checkRegion(input, environment);
  const id = computeEnvironmentId(environment.name);
  const name = physicalName(input, environment);
  const { type, state, unmanagedvCpus, eksConfiguration, ecsSettings, updatePolicy, imageRefresh } = environment;
  const { computeResources, drainTimeoutMinutes } = environment;
  const want = {
    computeEnvironmentName: name,
    type,
    state,
    serviceRole: hasOwnRole(spec) ? (spec.serviceRole?.arn ?? new OutputOf('role/service', 'arn')) : undefined,
    unmanagedvCpus,
    eksConfiguration,
    ecsSettings,
    updatePolicy,
    imageRefresh,
    computeResources: onInstances(environment) ? instances(spec, environment) : computeResources,
    drain: { timeoutMinutes: drainTimeoutMinutes, jobQueues: queuesOf(input, environment) },
    tags: { ...input.defaultTags, ...spec.tags, ...environment.tags, ...ownerTags(owner, id) },
  };
  return {
    resource: 'ComputeEnvironment',
    id,
    name,
    after: after(spec, environment),
    mode: 'manage',
    want: defined(want),
  };
}

function checkRegion({ account }: Input, { name, eksConfiguration }: ComputeEnvironmentSpec): void {
  const region = eksConfiguration?.eksClusterArn.split(':')[3];
  if (region === undefined || region === account.region) return;
  throw new Failure(
    'stop',
    'Rejected',
    `spec.computeEnvironments (${name}).eksConfiguration.eksClusterArn: the cluster is in ${region}, but AWS Batch in ${account.region} only uses clusters there`,
  );
}

function after(spec: BatchEnvironmentSpec, environment: ComputeEnvironmentSpec): readonly string[] {
  const ownProfile = spec.instanceRole.instanceProfileArn === undefined;
  return [
    ...(spec.executionRole.arn === undefined ? ['role/execution'] : []),
    ...(spec.serviceRole && spec.serviceRole.arn === undefined ? ['role/service'] : []),
    ...(usesTemplate(environment) ? ['launchTemplate'] : []),
    ...(onInstances(environment) && ownProfile ? ['role/instance', 'instanceProfile'] : []),
  ];
}

function queuesOf({ spec, object }: Input, { name }: ComputeEnvironmentSpec): readonly string[] {
  return spec.jobQueues
    .filter(queue => queue.computeEnvironmentOrder.some(({ computeEnvironment: one }) => one === name))
    .map(queue => jobQueueName(object, queue));
}

function instances(spec: BatchEnvironmentSpec, environment: ComputeEnvironmentSpec): object {
  const { computeResources: resources } = environment;
  const template = {
    launchTemplateId: new OutputOf('launchTemplate', 'launchTemplateId'),
    version: new OutputOf('launchTemplate', 'version'),
  };
  return {
    ...resources,
    allocationStrategy: strategyOf(environment),
    minvCpus: resources?.minvCpus ?? 0,
    instanceTypes: instanceTypesOf(environment),
    instanceRole: spec.instanceRole.instanceProfileArn ?? new OutputOf('instanceProfile', 'arn'),
    launchTemplate: { ...(usesTemplate(environment) ? template : {}), ...resources?.launchTemplate },
  };
}
