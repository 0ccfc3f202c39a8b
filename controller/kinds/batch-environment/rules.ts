import type { z } from 'zod';
import { valueAt } from '../../model/path.ts';
import { type Add, given, judge, type Rule, unique } from '../rule.ts';
import { computeRules } from './compute-rules.ts';
import { type Family, familyOf } from './family.ts';
import { judgeQueue } from './queue-rules.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

type Spec = BatchEnvironmentSpec;

/** Rules of AWS that need no AWS to check; messages say what AWS would have said, and the way out. */
export function environmentRules(spec: Spec, context: z.core.$RefinementCtx): void {
  const add: Add = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  for (const list of ['computeEnvironments', 'jobQueues']) unique(spec, list, 'name', [], add);
  unique(spec, 'computeEnvironments', 'computeEnvironmentName', [], add);
  unique(spec, 'jobQueues', 'jobQueueName', [], add);
  for (const [index, environment] of spec.computeEnvironments.entries())
    judge(computeRules, environment, { spec, environment }, ['computeEnvironments', index], add);
  for (const [index, queue] of spec.jobQueues.entries()) judgeQueue({ spec, queue }, ['jobQueues', index], add);
  judge(roleRules, spec, spec, [], add);
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
  ...Object.entries(roles).flatMap(([role, arn]) =>
    managedMembers.map(
      (member): Rule<Spec> => ({
        at: `${role}.${member}`,
        refuses: spec => given(`${role}.${arn}`)(spec) && valueAt(spec, `${role}.${member}`) !== undefined,
        message: 'is for a role that is managed here; an ARN names an existing one, which is left as it is',
      }),
    ),
  ),
  {
    at: 'instanceRole.instanceProfileArn',
    refuses: (_, { instanceRole: { instanceProfileArn } }) =>
      Boolean(instanceProfileArn && !/:instance-profile\//.test(instanceProfileArn)),
    message: 'must be the ARN of an instance profile (…:instance-profile/NAME), not of a role',
  },
  {
    at: 'serviceRole',
    refuses: (_, spec) => unmanagedOnes(spec).length > 0 && spec.serviceRole === undefined,
    message: (_, spec) => `is required for UNMANAGED compute environments: ${unmanagedOnes(spec).join(', ')}`,
  },
  {
    at: 'serviceRole.arn',
    refuses: (_, spec) => unmanagedOnes(spec).length > 0 && serviceLinked.test(spec.serviceRole?.arn ?? ''),
    message: (_, spec) =>
      `the service-linked role is not for UNMANAGED compute environments (${unmanagedOnes(spec).join(', ')}); name a role of your own, or leave arn out to have one managed here`,
  },
  {
    at: 'instanceRole',
    refuses: (_, { computeEnvironments, instanceRole: { instanceProfileArn, managedPolicyArns } }) =>
      computeEnvironments.some(environment => familyOf(environment) === 'EKS') &&
      instanceProfileArn === undefined &&
      managedPolicyArns === undefined,
    message:
      'EKS compute environments need the profile of your node role as instanceProfileArn, or managedPolicyArns for nodes of EKS: the policy that is attached otherwise is for ECS',
  },
  {
    at: 'agentRegistryAuth',
    refuses: (_, spec) => spec.agentRegistryAuth !== undefined && outOfReach(spec) !== undefined,
    message: (_, spec) => {
      const environment = outOfReach(spec);
      const what = environment?.computeResources?.type ?? 'UNMANAGED';
      return `cannot reach ${what} (compute environment ${environment?.name}): ${environment && unreachable[familyOf(environment)]}; list the logins under registryCredentials and name them in the job definition, or move that compute environment to an object of its own`;
    },
  },
  {
    at: 'agentRegistryAuth',
    refuses: (_, spec) => spec.agentRegistryAuth !== undefined && ownTemplates(spec).length > 0,
    message: (_, spec) =>
      `cannot reach instances that start from a launch template of your own (compute environment ${ownTemplates(spec)[0]?.name}): leave launchTemplate out there, or move that compute environment to an object of its own`,
  },
];
