import {
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
} from '@aws-sdk/client-batch';
import { DescribeLaunchTemplatesCommand, DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import { GetAccountAuthorizationDetailsCommand, ListInstanceProfilesCommand } from '@aws-sdk/client-iam';
import { DescribeSecretCommand, GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { Installation } from './installation.ts';

type Aws = Installation['aws'];
type Members = Readonly<Record<string, unknown>>;
type Tags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;

/**
 * Everything that can be seen of an account's Batch environment, without what may differ between two states that are
 * equally as declared: times, ids of versions, and which revision of a job definition is the newest.
 */
export async function portrait({ aws }: Pick<Installation, 'aws'>): Promise<Members> {
  const [secrets, identities, templates, batch] = await Promise.all([
    secretsOf(aws),
    identitiesOf(aws),
    templatesOf(aws),
    batchOf(aws),
  ]);
  return { secrets, ...identities, templates, ...batch };
}

async function secretsOf({ secrets }: Aws): Promise<readonly Members[]> {
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({ IncludePlannedDeletion: true }));
  return Promise.all(
    SecretList.map(async ({ ARN }) => {
      const { Name, Description, Tags, DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: ARN }));
      const value = DeletedDate ? undefined : await secrets.send(new GetSecretValueCommand({ SecretId: ARN }));
      return {
        ARN,
        Name,
        Description,
        deleted: DeletedDate !== undefined,
        tags: map(Tags),
        value: value?.SecretString,
      };
    }),
  );
}

async function identitiesOf({ iam }: Aws): Promise<Members> {
  const { RoleDetailList = [] } = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }));
  const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand({}));
  return {
    roles: RoleDetailList.map(role => ({
      name: role.RoleName,
      trust: decoded(role.AssumeRolePolicyDocument),
      inline: role.RolePolicyList?.map(({ PolicyName, PolicyDocument }) => [PolicyName, decoded(PolicyDocument)]),
      attached: role.AttachedManagedPolicies?.map(({ PolicyArn }) => PolicyArn).sort(),
      tags: map(role.Tags),
    })),
    profiles: InstanceProfiles.map(({ InstanceProfileName, Roles, Tags }) => ({
      name: InstanceProfileName,
      roles: Roles?.map(({ RoleName }) => RoleName),
      tags: map(Tags),
    })),
  };
}

async function templatesOf({ ec2 }: Aws): Promise<readonly Members[]> {
  const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({ MaxResults: 200 }));
  return Promise.all(
    LaunchTemplates.map(async ({ LaunchTemplateId, LaunchTemplateName, Tags }) => {
      const { LaunchTemplateVersions } = await ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Default'] }),
      );
      const [served] = LaunchTemplateVersions ?? [];
      return { LaunchTemplateId, LaunchTemplateName, tags: map(Tags), served: served?.LaunchTemplateData };
    }),
  );
}

async function batchOf({ batch }: Aws): Promise<Members> {
  const { computeEnvironments = [] } = await batch.send(new DescribeComputeEnvironmentsCommand({}));
  const { jobQueues = [] } = await batch.send(new DescribeJobQueuesCommand({}));
  const { jobDefinitions = [] } = await batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' }));
  const newest = new Map(
    [...jobDefinitions]
      .sort((a, b) => (a.revision ?? 0) - (b.revision ?? 0))
      .map(({ jobDefinitionArn: _arn, revision: _revision, ...content }) => [content.jobDefinitionName, content]),
  );
  return { computeEnvironments, jobQueues, jobDefinitions: [...newest.values()] };
}

function map(tags: Tags): Members {
  const pairs = (tags ?? []).map(({ Key = '', Value }) => [Key, Value] as const);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function decoded(document: string | undefined): unknown {
  return document === undefined ? undefined : JSON.parse(decodeURIComponent(document));
}
