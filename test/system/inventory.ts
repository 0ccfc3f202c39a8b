import {
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
} from '@aws-sdk/client-batch';
import { DescribeLaunchTemplatesCommand } from '@aws-sdk/client-ec2';
import { ListInstanceProfilesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { Installation } from './installation.ts';

/** Names of everything in an account that Batchwright could have made, whoever made it. */
export interface Inventory {
  /** Without those scheduled for deletion. */
  readonly secrets: readonly string[];
  /** Without service-linked ones. */
  readonly roles: readonly string[];
  readonly instanceProfiles: readonly string[];
  readonly launchTemplates: readonly string[];
  readonly computeEnvironments: readonly string[];
  readonly jobQueues: readonly string[];
  /** ACTIVE revisions as `name:revision`. */
  readonly jobDefinitions: readonly string[];
}

/** An account in which there is nothing. */
export const nothing: Inventory = {
  secrets: [],
  roles: [],
  instanceProfiles: [],
  launchTemplates: [],
  computeEnvironments: [],
  jobQueues: [],
  jobDefinitions: [],
};

/** What an independent look at AWS finds, with plain SDK calls. */
export async function inventory({ aws }: Pick<Installation, 'aws'>): Promise<Inventory> {
  const [secrets, roles, profiles, templates, environments, queues, definitions] = await Promise.all([
    aws.secrets.send(new ListSecretsCommand({})),
    aws.iam.send(new ListRolesCommand({})),
    aws.iam.send(new ListInstanceProfilesCommand({})),
    aws.ec2.send(new DescribeLaunchTemplatesCommand({ MaxResults: 200 })),
    aws.batch.send(new DescribeComputeEnvironmentsCommand({})),
    aws.batch.send(new DescribeJobQueuesCommand({})),
    aws.batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' })),
  ]);
  return {
    secrets: sorted(secrets.SecretList, ({ Name }) => Name),
    roles: sorted(
      roles.Roles?.filter(({ Path }) => !Path?.startsWith('/aws-service-role/')),
      ({ RoleName }) => RoleName,
    ),
    instanceProfiles: sorted(profiles.InstanceProfiles, ({ InstanceProfileName }) => InstanceProfileName),
    launchTemplates: sorted(templates.LaunchTemplates, ({ LaunchTemplateName }) => LaunchTemplateName),
    computeEnvironments: sorted(
      environments.computeEnvironments?.filter(({ status }) => status !== 'DELETED'),
      ({ computeEnvironmentName }) => computeEnvironmentName,
    ),
    jobQueues: sorted(
      queues.jobQueues?.filter(({ status }) => status !== 'DELETED'),
      ({ jobQueueName }) => jobQueueName,
    ),
    jobDefinitions: sorted(
      definitions.jobDefinitions,
      ({ jobDefinitionName, revision }) => `${jobDefinitionName}:${revision}`,
    ),
  };
}

function sorted<T>(items: readonly T[] | undefined, name: (item: T) => string | undefined): readonly string[] {
  return (items ?? []).map(item => name(item) ?? '').sort();
}
