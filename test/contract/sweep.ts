import {
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  ListSchedulingPoliciesCommand,
} from '@aws-sdk/client-batch';
import { DescribeLaunchTemplatesCommand } from '@aws-sdk/client-ec2';
import { ListInstanceProfilesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { paged } from './paged.ts';
import {
  removeEnvironment,
  removePolicy,
  removeProfile,
  removeQueue,
  removeRevisions,
  removeRole,
  removeSecret,
  removeTemplate,
} from './remove.ts';
import { type Ground, worldOf } from './world.ts';

type Clients = Ground['clients'];
type Removing = Parameters<typeof removeQueue>[0];

interface Kind {
  readonly kind: string;
  /** The names, or whatever else they are removed by, of everything of this kind in the account. */
  readonly list: (clients: Clients) => Promise<readonly (string | undefined)[]>;
  readonly remove: (world: Removing, name: string) => Promise<void>;
}

/** In the order in which things let go of each other. */
const kinds: readonly Kind[] = [
  {
    kind: 'job queue',
    list: ({ batch }) =>
      paged(async nextToken => {
        const page = await batch.send(new DescribeJobQueuesCommand({ nextToken }));
        const alive = page.jobQueues?.filter(({ status }) => status !== 'DELETED');
        return { items: alive?.map(one => one.jobQueueName), token: page.nextToken };
      }),
    remove: removeQueue,
  },
  {
    kind: 'compute environment',
    list: ({ batch }) =>
      paged(async nextToken => {
        const page = await batch.send(new DescribeComputeEnvironmentsCommand({ nextToken }));
        const alive = page.computeEnvironments?.filter(({ status }) => status !== 'DELETED');
        return { items: alive?.map(one => one.computeEnvironmentName), token: page.nextToken };
      }),
    remove: removeEnvironment,
  },
  {
    kind: 'scheduling policy',
    list: ({ batch }) =>
      paged(async nextToken => {
        const page = await batch.send(new ListSchedulingPoliciesCommand({ nextToken }));
        return { items: page.schedulingPolicies?.map(one => one.arn), token: page.nextToken };
      }),
    remove: removePolicy,
  },
  {
    kind: 'job definition',
    list: async ({ batch }) => {
      const names = await paged(async nextToken => {
        const page = await batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE', nextToken }));
        return { items: page.jobDefinitions?.map(one => one.jobDefinitionName), token: page.nextToken };
      });
      return [...new Set(names)];
    },
    remove: removeRevisions,
  },
  {
    kind: 'secret',
    list: ({ secretsManager }) =>
      paged(async NextToken => {
        const page = await secretsManager.send(new ListSecretsCommand({ IncludePlannedDeletion: true, NextToken }));
        return { items: page.SecretList?.map(one => one.Name), token: page.NextToken };
      }),
    remove: removeSecret,
  },
  {
    kind: 'launch template',
    list: ({ ec2 }) =>
      paged(async NextToken => {
        const page = await ec2.send(new DescribeLaunchTemplatesCommand({ NextToken }));
        return { items: page.LaunchTemplates?.map(one => one.LaunchTemplateName), token: page.NextToken };
      }),
    remove: removeTemplate,
  },
  {
    kind: 'instance profile',
    list: ({ iam }) =>
      paged(async Marker => {
        const page = await iam.send(new ListInstanceProfilesCommand({ Marker }));
        const items = page.InstanceProfiles?.map(one => one.InstanceProfileName);
        return { items, token: page.IsTruncated ? page.Marker : undefined };
      }),
    remove: removeProfile,
  },
  {
    kind: 'role',
    list: ({ iam }) =>
      paged(async Marker => {
        const page = await iam.send(new ListRolesCommand({ Marker }));
        return { items: page.Roles?.map(one => one.RoleName), token: page.IsTruncated ? page.Marker : undefined };
      }),
    remove: removeRole,
  },
];

async function own({ list }: Kind, { clients, prefix }: Ground): Promise<string[]> {
  const all = await list(clients);
  return all.filter(name => name !== undefined).filter(name => (name.split('/').at(-1) ?? '').startsWith(prefix));
}

/** What a run left behind: everything in the account whose name begins with the run's prefix. */
export async function leftovers(ground: Ground): Promise<string[]> {
  const found: string[] = [];
  for (const kind of kinds) found.push(...(await own(kind, ground)).map(name => `${kind.kind} ${name}`));
  return found;
}

/** Removes everything in the account whose name begins with the run's prefix. */
export async function sweep(ground: Ground): Promise<void> {
  const { world } = worldOf(ground, 0);
  for (const kind of kinds) for (const name of await own(kind, ground)) await kind.remove(world, name);
}
