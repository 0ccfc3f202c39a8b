import {
  BatchClient,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  UpdateComputeEnvironmentCommand,
} from '@aws-sdk/client-batch';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeLaunchTemplatesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DetachRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { ListSecretsCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The network that a compute environment needs and that Batchwright does not make. */
export interface Network {
  readonly subnets: readonly string[];
  readonly securityGroup: string;
}

/** One thing in AWS, as the demo shows it. */
export interface Thing {
  readonly what: string;
  readonly name: string;
  readonly detail: string;
}

/** The other hands in the account: what the demo does and sees past Batchwright, with plain SDK calls. */
export class OtherHands {
  readonly #batch: BatchClient;
  readonly #ec2: EC2Client;
  readonly #iam: IAMClient;
  readonly #secrets: SecretsManagerClient;

  constructor(config: ConstructorParameters<typeof BatchClient>[0]) {
    this.#batch = new BatchClient(config ?? {});
    this.#ec2 = new EC2Client(config ?? {});
    this.#iam = new IAMClient(config ?? {});
    this.#secrets = new SecretsManagerClient(config ?? {});
  }

  async network(): Promise<Network> {
    const { Vpc } = await this.#ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
    const { AvailabilityZones = [] } = await this.#ec2.send(new DescribeAvailabilityZonesCommand({}));
    const subnets = await Promise.all(
      AvailabilityZones.slice(0, 2).map(async ({ ZoneName }, index) => {
        const { Subnet } = await this.#ec2.send(
          new CreateSubnetCommand({ VpcId: Vpc?.VpcId, AvailabilityZone: ZoneName, CidrBlock: `10.20.${index}.0/24` }),
        );
        return Subnet?.SubnetId ?? '';
      }),
    );
    const { GroupId = '' } = await this.#ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: `batch-${Date.now()}`,
        Description: 'Jobs of the demo',
        VpcId: Vpc?.VpcId,
      }),
    );
    await this.#ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }],
      }),
    );
    return { subnets, securityGroup: GroupId };
  }

  /** Everything that carries Batchwright's mark, or its name where a list has no tags. */
  async inventory(): Promise<readonly Thing[]> {
    const [secrets, roles, profiles, templates, environments, queues, definitions] = await Promise.all([
      this.#secrets.send(new ListSecretsCommand({})),
      this.#iam.send(new ListRolesCommand({})),
      this.#iam.send(new ListInstanceProfilesCommand({})),
      this.#ec2.send(new DescribeLaunchTemplatesCommand({})),
      this.#batch.send(new DescribeComputeEnvironmentsCommand({})),
      this.#batch.send(new DescribeJobQueuesCommand({})),
      this.#batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' })),
    ]);
    const mine = (name: string | undefined) => name?.startsWith('batchwright-') === true;
    return [
      ...(secrets.SecretList ?? []).map(({ Name = '' }) => ({
        what: 'secret',
        name: Name,
        detail: 'username, password, registry_url',
      })),
      ...(roles.Roles ?? [])
        .filter(({ RoleName }) => mine(RoleName))
        .map(({ RoleName = '', Path = '' }) => ({ what: 'IAM role', name: RoleName, detail: Path })),
      ...(profiles.InstanceProfiles ?? [])
        .filter(({ InstanceProfileName }) => mine(InstanceProfileName))
        .map(({ InstanceProfileName = '', Roles }) => ({
          what: 'instance profile',
          name: InstanceProfileName,
          detail: `role ${Roles?.[0]?.RoleName ?? 'none'}`,
        })),
      ...(templates.LaunchTemplates ?? [])
        .filter(({ LaunchTemplateName }) => mine(LaunchTemplateName))
        .map(({ LaunchTemplateName = '', DefaultVersionNumber }) => ({
          what: 'launch template',
          name: LaunchTemplateName,
          detail: `default version ${DefaultVersionNumber}`,
        })),
      ...(environments.computeEnvironments ?? []).map(
        ({ computeEnvironmentName = '', state, status, computeResources }) => ({
          what: 'compute environment',
          name: computeEnvironmentName,
          detail: `${state} ${status}, up to ${computeResources?.maxvCpus} vCPUs, template version ${computeResources?.launchTemplate?.version}`,
        }),
      ),
      ...(queues.jobQueues ?? []).map(({ jobQueueName = '', state, status, priority }) => ({
        what: 'job queue',
        name: jobQueueName,
        detail: `${state} ${status}, priority ${priority}`,
      })),
      ...(definitions.jobDefinitions ?? []).map(({ jobDefinitionName = '', revision, containerProperties }) => ({
        what: 'job definition',
        name: `${jobDefinitionName}:${revision}`,
        detail: containerProperties?.image ?? '',
      })),
    ];
  }

  /** Raises maxvCpus of the first compute environment, takes a policy off its role, and overwrites the login. */
  async meddle(): Promise<readonly string[]> {
    const { computeEnvironments } = await this.#batch.send(new DescribeComputeEnvironmentsCommand({}));
    const name = computeEnvironments?.[0]?.computeEnvironmentName ?? '';
    await this.#batch.send(
      new UpdateComputeEnvironmentCommand({ computeEnvironment: name, computeResources: { maxvCpus: 256 } }),
    );
    const { SecretList } = await this.#secrets.send(new ListSecretsCommand({}));
    const secret = SecretList?.[0]?.Name ?? '';
    await this.#secrets.send(
      new PutSecretValueCommand({
        SecretId: secret,
        SecretString: '{"username":"intruder","password":"changed by hand"}',
      }),
    );
    const { Roles } = await this.#iam.send(new ListRolesCommand({}));
    const role = Roles?.find(({ RoleName }) => RoleName?.endsWith('-instance'))?.RoleName ?? '';
    const { AttachedPolicies } = await this.#iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
    const PolicyArn = AttachedPolicies?.[0]?.PolicyArn ?? '';
    await this.#iam.send(new DetachRolePolicyCommand({ RoleName: role, PolicyArn }));
    return [
      `compute environment ${name}: maxvCpus set to 256`,
      `secret ${secret}: a new value written`,
      `IAM role ${role}: policy ${PolicyArn.split('/').at(-1)} detached`,
    ];
  }
}
