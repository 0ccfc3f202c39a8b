import { awsName } from '../../model/aws-name.ts';
import { type Declared, OutputOf } from '../../model/declared.ts';
import { contentHash, type Json } from '../../model/json.ts';
import type { ApiObject } from '../../model/object.ts';
import { ownerTags } from '../../model/ownership.ts';
import { defineKind, type ExpandInput, type Kind, type Reference, type Reported } from '../kind.ts';
import { launchTemplate, templateHash } from './launch-template.ts';
import { generatedName, roles } from './roles.ts';
import { onFargate } from './rules.ts';
import {
  BatchEnvironmentSpec,
  BatchEnvironmentStatus,
  type ComputeEnvironmentSpec,
  type JobQueueSpec,
} from './spec.ts';

type Input = ExpandInput<BatchEnvironmentSpec>;

function computeEnvironmentId(name: string): string {
  return `computeEnvironment/${name}`;
}

/** AWS's own choice among instance types, where the spec makes none. */
function strategy({ computeResources: { type, allocationStrategy } }: ComputeEnvironmentSpec): string {
  return allocationStrategy ?? (type === 'SPOT' ? 'SPOT_PRICE_CAPACITY_OPTIMIZED' : 'BEST_FIT_PROGRESSIVE');
}

/**
 * The physical name holds a hash of everything that AWS cannot change in place for this environment: when one of those
 * changes so does the name, and the new environment takes over before the old one goes.
 */
function physicalName(input: Input, environment: ComputeEnvironmentSpec): string {
  if (environment.computeEnvironmentName !== undefined) return environment.computeEnvironmentName;
  const { namespace = 'default', name } = input.object.metadata;
  const prefix = namespace === 'default' ? [] : [namespace];
  return awsName(
    [...prefix, name, environment.name, contentHash([namespace, name, fixedParts(input, environment)], 8)],
    128,
  );
}

function fixedParts(input: Input, environment: ComputeEnvironmentSpec): Json {
  const { computeResources: resources } = environment;
  const fargate = onFargate(environment);
  const ownRole = input.spec.serviceRole !== undefined;
  const family = fargate ? resources.type : 'EC2';
  const fixed = { family, ownRole, spotIamFleetRole: resources.spotIamFleetRole };
  if (fargate || (!ownRole && strategy(environment) !== 'BEST_FIT')) return fixed;
  const { minvCpus: _min, maxvCpus: _max, scalingPolicy: _scaling, ...infrastructure } = resources;
  return {
    ...fixed,
    infrastructure: JSON.parse(JSON.stringify(infrastructure)) as Json,
    template: templateHash(input),
    profile: input.spec.instanceRole.instanceProfileArn,
  };
}

function computeEnvironment(input: Input, environment: ComputeEnvironmentSpec): Declared {
  const { spec, owner } = input;
  const id = computeEnvironmentId(environment.name);
  const name = physicalName(input, environment);
  const serviceRole = spec.serviceRole && (spec.serviceRole.arn ?? new OutputOf('role/service', 'arn'));
  const { type, state, updatePolicy } = environment;
  return {
    resource: 'ComputeEnvironment',
    id,
    name,
    after: [
      ...(spec.executionRole.arn === undefined ? ['role/execution'] : []),
      ...(spec.serviceRole && spec.serviceRole.arn === undefined ? ['role/service'] : []),
      ...(onFargate(environment)
        ? []
        : [
            'launchTemplate',
            ...(spec.instanceRole.instanceProfileArn === undefined ? ['role/instance', 'instanceProfile'] : []),
          ]),
    ],
    mode: 'manage',
    want: {
      computeEnvironmentName: name,
      type,
      state,
      ...(serviceRole === undefined ? {} : { serviceRole }),
      ...(updatePolicy === undefined ? {} : { updatePolicy }),
      computeResources: onFargate(environment) ? environment.computeResources : instances(input, environment),
      tags: { ...input.defaultTags, ...spec.tags, ...environment.tags, ...ownerTags(owner, id) },
    },
  };
}

function instances({ spec }: Input, environment: ComputeEnvironmentSpec): Readonly<Record<string, unknown>> {
  const { computeResources: resources } = environment;
  return {
    ...resources,
    allocationStrategy: strategy(environment),
    minvCpus: resources.minvCpus ?? 0,
    instanceTypes: resources.instanceTypes ?? ['default_x86_64'],
    instanceRole: spec.instanceRole.instanceProfileArn ?? new OutputOf('instanceProfile', 'arn'),
    launchTemplate: {
      launchTemplateId: new OutputOf('launchTemplate', 'launchTemplateId'),
      version: new OutputOf('launchTemplate', 'version'),
    },
  };
}

function queueName({ metadata }: ApiObject, { name, jobQueueName }: JobQueueSpec): string {
  const { namespace = 'default' } = metadata;
  return jobQueueName ?? awsName([...(namespace === 'default' ? [] : [namespace]), metadata.name, name], 128);
}

function jobQueue(input: Input, queue: JobQueueSpec): Declared {
  const { spec, owner, object } = input;
  const id = `jobQueue/${queue.name}`;
  const name = queueName(object, queue);
  const { state, priority, computeEnvironmentOrder, jobStateTimeLimitActions } = queue;
  return {
    resource: 'JobQueue',
    id,
    name,
    after: computeEnvironmentOrder.map(({ computeEnvironment: ce }) => computeEnvironmentId(ce)),
    mode: 'manage',
    want: {
      jobQueueName: name,
      state,
      priority,
      computeEnvironmentOrder: computeEnvironmentOrder.map(({ order, computeEnvironment: ce }) => ({
        order,
        computeEnvironment: new OutputOf(computeEnvironmentId(ce), 'arn'),
      })),
      ...(jobStateTimeLimitActions === undefined ? {} : { jobStateTimeLimitActions }),
      tags: { ...input.defaultTags, ...spec.tags, ...queue.tags, ...ownerTags(owner, id) },
    },
  };
}

function expand(input: Input): readonly Declared[] {
  const { spec } = input;
  const onInstances = spec.computeEnvironments.some(environment => !onFargate(environment));
  return [
    ...roles(input, onInstances),
    ...(onInstances ? [launchTemplate(input)] : []),
    ...spec.computeEnvironments.map(environment => computeEnvironment(input, environment)),
    ...spec.jobQueues.map(queue => jobQueue(input, queue)),
  ];
}

function references(spec: BatchEnvironmentSpec): readonly Reference[] {
  const list = (path: string, items: readonly { readonly name: string }[]) =>
    items.map(({ name }, index) => ({ kind: 'RegistryCredential', name, path: `${path}[${index}].name` }));
  return [
    ...(spec.account ? [{ kind: 'AwsAccount', name: spec.account.name, path: 'spec.account.name' }] : []),
    ...list('spec.registryCredentials', spec.registryCredentials),
    ...list('spec.agentRegistryAuth.registryCredentials', spec.agentRegistryAuth?.registryCredentials ?? []),
  ];
}

/** AWS names that the spec fixes, whatever becomes of references: generated compute environment names claim nothing. */
function claims(object: ApiObject, spec: BatchEnvironmentSpec): readonly string[] {
  const role = (name: string | undefined, suffix: string) => `Role:${name ?? generatedName({ object }, suffix, 64)}`;
  return [
    ...(spec.executionRole.arn === undefined ? [role(spec.executionRole.roleName, 'execution')] : []),
    ...(spec.instanceRole.instanceProfileArn === undefined ? [role(spec.instanceRole.roleName, 'instance')] : []),
    ...(spec.serviceRole && spec.serviceRole.arn === undefined ? [role(spec.serviceRole.roleName, 'service')] : []),
    `LaunchTemplate:${spec.launchTemplate.launchTemplateName ?? generatedName({ object }, undefined, 128)}`,
    ...spec.computeEnvironments.flatMap(({ computeEnvironmentName: name }) =>
      name === undefined ? [] : [`ComputeEnvironment:${name}`],
    ),
    ...spec.jobQueues.map(queue => `JobQueue:${queueName(object, queue)}`),
  ];
}

function report(
  spec: BatchEnvironmentSpec,
  resources: readonly Reported[],
): Readonly<Record<string, Json | undefined>> {
  const found = (id: string) => resources.find(resource => resource.id === id);
  const outputs = (id: string) => found(id)?.view?.outputs ?? {};
  const arn = (id: string, given: string | undefined) => given ?? outputs(id)['arn'];
  const execution = arn('role/execution', spec.executionRole.arn);
  const granted = spec.executionRole.arn !== undefined || found('role/execution')?.settled === true;
  const profile = arn('instanceProfile', spec.instanceRole.instanceProfileArn);
  const { launchTemplateId, version } = outputs('launchTemplate');
  const entry = (id: string) => {
    const { arn: itsArn, status, state } = outputs(id);
    return { arn: itsArn, status, state };
  };
  return {
    executionRole:
      execution === undefined
        ? undefined
        : { arn: execution, grantedCredentials: granted ? spec.registryCredentials.map(({ name }) => name) : [] },
    instanceProfile: profile === undefined ? undefined : { arn: profile },
    launchTemplate: launchTemplateId === undefined ? undefined : { id: launchTemplateId, version },
    agentCredentials:
      version === undefined ? undefined : spec.agentRegistryAuth?.registryCredentials.map(({ name }) => name),
    computeEnvironments: spec.computeEnvironments.map(({ name }) => ({
      name,
      computeEnvironmentName: found(computeEnvironmentId(name))?.name,
      ...entry(computeEnvironmentId(name)),
    })),
    jobQueues: spec.jobQueues.map(({ name }) => ({
      name,
      jobQueueName: found(`jobQueue/${name}`)?.name,
      ...entry(`jobQueue/${name}`),
    })),
  };
}

/** Somewhere to run jobs: roles, launch template, compute environments and job queues. */
export const batchEnvironment: Kind = defineKind<BatchEnvironmentSpec>({
  kind: 'BatchEnvironment',
  plural: 'batchenvironments',
  singular: 'batchenvironment',
  shortNames: ['benv'],
  description:
    'Somewhere to run jobs: the roles, the launch template with registry logins for the ECS agent, the compute environments and the job queues.',
  spec: BatchEnvironmentSpec,
  status: BatchEnvironmentStatus,
  columns: [
    {
      name: 'Queues',
      type: 'string',
      jsonPath: '.status.jobQueues[*].jobQueueName',
      description: 'Job queues in AWS Batch.',
      priority: 1,
    },
    {
      name: 'Template',
      type: 'string',
      jsonPath: '.status.launchTemplate.version',
      description: 'Launch template version in use.',
      priority: 1,
    },
  ],
  account: spec => spec.account?.name,
  references,
  retain: spec => spec.deletionPolicy === 'Retain',
  claims,
  expand: input => ({ declared: expand(input) }),
  report,
});
