import type { z } from 'zod';
import { repeated } from '../repeated.ts';
import { computeRules } from './compute-rules.ts';
import { type Family, familyOf } from './family.ts';
import { queueRules } from './queue-rules.ts';
import { at, check, type Rule } from './rule.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

type Spec = BatchEnvironmentSpec;
type Context = z.core.$RefinementCtx;

/** Rules of AWS that need no AWS to check; messages say what AWS would have said, and the way out. */
export function environmentRules(spec: Spec, context: Context): void {
  const { computeEnvironments, jobQueues } = spec;
  unique(computeEnvironments, ['computeEnvironments'], 'name', context);
  unique(computeEnvironments, ['computeEnvironments'], 'computeEnvironmentName', context);
  unique(jobQueues, ['jobQueues'], 'name', context);
  unique(jobQueues, ['jobQueues'], 'jobQueueName', context);
  for (const [index, environment] of computeEnvironments.entries())
    check(computeRules, { spec, environment }, ['computeEnvironments', index], context);
  for (const [index, queue] of jobQueues.entries()) {
    unique(queue.computeEnvironmentOrder, ['jobQueues', index, 'computeEnvironmentOrder'], 'order', context);
    unique(
      queue.computeEnvironmentOrder,
      ['jobQueues', index, 'computeEnvironmentOrder'],
      'computeEnvironment',
      context,
    );
    check(queueRules, { spec, queue }, ['jobQueues', index], context);
  }
  check(roleRules, spec, [], context);
}

function unique(items: readonly object[], path: readonly (string | number)[], member: string, context: Context): void {
  for (const { index, first, value } of repeated(items, item => (item as Record<string, unknown>)[member]))
    context.addIssue({
      code: 'custom',
      path: [...path, index, member],
      message: `${String(value)} is already the ${member} of entry ${first}`,
    });
}

const roles = { executionRole: 'arn', serviceRole: 'arn', instanceRole: 'instanceProfileArn' } as const;
const managedMembers = ['roleName', 'managedPolicyArns', 'permissionsBoundary', 'tags'];

const serviceLinked = /:role\/aws-service-role\//;
const unmanagedOnes = ({ computeEnvironments }: Spec) =>
  computeEnvironments.filter(({ type }) => type === 'UNMANAGED').map(({ name }) => name);
const unreachable: Readonly<Partial<Record<Family, string>>> = {
  FARGATE: 'Fargate has no ECS agent of yours to configure',
  ECS_MANAGED_INSTANCES: 'managed instances take no user data',
  EKS: 'nodes of EKS have no ECS agent',
  UNMANAGED: 'instances of your own start without the launch template of this object',
};
const outOfReach = ({ computeEnvironments }: Spec) =>
  computeEnvironments.find(environment => unreachable[familyOf(environment)] !== undefined);
const ownTemplates = ({ computeEnvironments }: Spec) =>
  computeEnvironments.filter(environment => {
    const { launchTemplateId, launchTemplateName } = environment.computeResources?.launchTemplate ?? {};
    return familyOf(environment) === 'EC2' && (launchTemplateId ?? launchTemplateName) !== undefined;
  });

/** What holds between the roles, the logins and the compute environments of an object. */
const roleRules: readonly Rule<Spec>[] = [
  {
    broken: spec =>
      Object.entries(roles).flatMap(([role, arn]) => {
        const value = spec[role as keyof typeof roles] as Record<string, unknown> | undefined;
        if (value?.[arn] === undefined) return [];
        return managedMembers.filter(member => value[member] !== undefined).map(member => `${role}.${member}`);
      }),
    message: 'is for a role that is managed here; an ARN names an existing one, which is left as it is',
  },
  {
    broken: at('instanceRole.instanceProfileArn', ({ instanceRole: { instanceProfileArn } }) =>
      Boolean(instanceProfileArn && !/:instance-profile\//.test(instanceProfileArn)),
    ),
    message: 'must be the ARN of an instance profile (…:instance-profile/NAME), not of a role',
  },
  {
    broken: at('serviceRole', spec => unmanagedOnes(spec).length > 0 && spec.serviceRole === undefined),
    message: spec => `is required for UNMANAGED compute environments: ${unmanagedOnes(spec).join(', ')}`,
  },
  {
    broken: at(
      'serviceRole.arn',
      spec => unmanagedOnes(spec).length > 0 && serviceLinked.test(spec.serviceRole?.arn ?? ''),
    ),
    message: spec =>
      `the service-linked role is not for UNMANAGED compute environments (${unmanagedOnes(spec).join(', ')}); name a role of your own, or leave arn out to have one managed here`,
  },
  {
    broken: at(
      'instanceRole',
      ({ computeEnvironments, instanceRole: { instanceProfileArn, managedPolicyArns } }) =>
        computeEnvironments.some(environment => familyOf(environment) === 'EKS') &&
        instanceProfileArn === undefined &&
        managedPolicyArns === undefined,
    ),
    message:
      'EKS compute environments need the profile of your node role as instanceProfileArn, or managedPolicyArns for nodes of EKS: the policy that is attached otherwise is for ECS',
  },
  {
    broken: at('agentRegistryAuth', spec => spec.agentRegistryAuth !== undefined && outOfReach(spec) !== undefined),
    message: spec => {
      const environment = outOfReach(spec);
      const what = environment?.computeResources?.type ?? 'UNMANAGED';
      return `cannot reach ${what} (compute environment ${environment?.name}): ${environment && unreachable[familyOf(environment)]}; list the logins under registryCredentials and name them in the job definition, or move that compute environment to an object of its own`;
    },
  },
  {
    broken: at('agentRegistryAuth', spec => spec.agentRegistryAuth !== undefined && ownTemplates(spec).length > 0),
    message: spec =>
      `cannot reach instances that start from a launch template of your own (compute environment ${ownTemplates(spec)[0]?.name}): leave launchTemplate out there, or move that compute environment to an object of its own`,
  },
];
