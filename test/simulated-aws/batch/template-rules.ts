import type { ComputeResource, LaunchTemplateSpecification } from '@aws-sdk/client-batch';
import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Rule } from '../rules.ts';
import type { World } from '../world.ts';
import { isFargate } from './compute-environment-rules.ts';

/** Compute resources and the world with the launch templates that they name. */
export interface Templated {
  readonly world: World;
  readonly resources: ComputeResource | undefined;
}

function data(world: World, one: LaunchTemplateSpecification | undefined): ResponseLaunchTemplateData | undefined {
  if (one === undefined) return undefined;
  const template = world.ec2.find(one.launchTemplateId, one.launchTemplateName);
  return template && world.ec2.version(template, one.version || '$Default')?.LaunchTemplateData;
}

function groupsOfTemplate({ world, resources }: Templated): string[] {
  const found = data(world, resources?.launchTemplate);
  return [
    ...(found?.SecurityGroupIds ?? []),
    ...(found?.NetworkInterfaces ?? []).flatMap(({ Groups }) => Groups ?? []),
  ];
}

function isOnInstances({ resources }: Templated): boolean {
  return ['EC2', 'SPOT'].includes(resources?.type?.toUpperCase() ?? '');
}

/** What Batch refuses about compute resources together with the launch templates that they name. */
export const templateRules: readonly Rule<Templated>[] = [
  {
    refuses: subject =>
      (isOnInstances(subject) || isFargate(subject.resources)) &&
      (subject.resources?.securityGroupIds ?? []).length === 0 &&
      groupsOfTemplate(subject).length === 0,
    message: 'Security group ids are required.',
  },
  {
    refuses: ({ world, resources }) =>
      (resources?.securityGroupIds ?? []).length > 0 &&
      (data(world, resources?.launchTemplate)?.NetworkInterfaces ?? []).some(({ Groups }) => (Groups ?? []).length > 0),
    message:
      'Either compute environment Security Groups or Network Interfaces in Launch template are exclusively allowed',
  },
  {
    refuses: ({ world, resources }) =>
      [resources?.launchTemplate, ...(resources?.launchTemplate?.overrides ?? [])].some(
        one => one?.userdataType !== undefined && data(world, one)?.ImageId === undefined,
      ),
    message: 'userdataType attribute is only allowed when the launch template has an imageId.',
  },
];
