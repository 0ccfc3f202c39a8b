import type { Declared } from '../../model/declared.ts';
import type { ApiObject } from '../../model/object.ts';
import { defineKind, type ExpandInput, type Kind, type Reference } from '../kind.ts';
import { computeEnvironment, usesTemplate } from './compute-environment.ts';
import { onInstances } from './family.ts';
import { jobQueue } from './job-queue.ts';
import { launchTemplate } from './launch-template.ts';
import { jobQueueName, schedulingPolicyName } from './names.ts';
import { report } from './report.ts';
import { generatedName, roles } from './roles.ts';
import { BatchEnvironmentSpec, BatchEnvironmentStatus } from './spec.ts';

function expand(input: ExpandInput<BatchEnvironmentSpec>): readonly Declared[] {
  const { spec } = input;
  return [
    ...roles(input, spec.computeEnvironments.some(onInstances)),
    ...(spec.computeEnvironments.some(usesTemplate) ? [launchTemplate(input)] : []),
    ...spec.computeEnvironments.map(environment => computeEnvironment(input, environment)),
    ...spec.jobQueues.flatMap(queue => jobQueue(input, queue)),
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
    ...spec.jobQueues.map(queue => `JobQueue:${jobQueueName(object, queue)}`),
    ...spec.jobQueues.flatMap(queue =>
      queue.schedulingPolicy ? [`SchedulingPolicy:${schedulingPolicyName(object, queue)}`] : [],
    ),
  ];
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
