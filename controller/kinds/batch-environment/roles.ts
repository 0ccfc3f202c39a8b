import type { Account } from '../../aws/aws.ts';
import { awsName } from '../../model/aws-name.ts';
import { type Declared, Unknown, whenKnown } from '../../model/declared.ts';
import type { JsonObject } from '../../model/json.ts';
import { ownerTags } from '../../model/ownership.ts';
import { valueAt } from '../../model/path.ts';
import type { ExpandInput } from '../kind.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

type Input = ExpandInput<BatchEnvironmentSpec>;

/** The name of something of an object where the spec gives none: batchwright-NAMESPACE-NAME, with what it is for. */
export function generatedName({ object }: Pick<Input, 'object'>, what: string | undefined, maxLength: number): string {
  const { namespace = 'default', name } = object.metadata;
  return awsName(['batchwright', namespace, name, ...(what === undefined ? [] : [what])], maxLength);
}

interface Purpose {
  readonly id: string;
  readonly suffix: string;
  readonly service: string;
  /** Policy that AWS provides for it. */
  readonly policy: string;
  readonly description: string;
  readonly condition?: (account: Account) => JsonObject;
}

/** What each managed role is for (registry-auth reference §6.1). */
const purposes = {
  execution: {
    id: 'role/execution',
    suffix: 'execution',
    service: 'ecs-tasks',
    policy: 'AmazonECSTaskExecutionRolePolicy',
    description: 'Lets Amazon ECS pull images and read their registry logins',
    condition: ({ partition, region, accountId }) => ({
      StringEquals: { 'aws:SourceAccount': accountId },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:ecs:${region}:${accountId}:*` },
    }),
  },
  instance: {
    id: 'role/instance',
    suffix: 'instance',
    service: 'ec2',
    policy: 'AmazonEC2ContainerServiceforEC2Role',
    description: 'Lets instances of AWS Batch join their ECS cluster',
  },
  service: {
    id: 'role/service',
    suffix: 'service',
    service: 'batch',
    policy: 'AWSBatchServiceRole',
    description: 'Lets AWS Batch manage compute environments',
  },
} satisfies Readonly<Record<string, Purpose>>;

type Managed = NonNullable<BatchEnvironmentSpec['serviceRole']>;

function role(input: Input, purpose: Purpose, spec: Omit<Managed, 'arn'>, credentials: readonly string[]): Declared {
  const { account, owner } = input;
  const name = spec.roleName ?? generatedName(input, purpose.suffix, 64);
  const policies = secretAccess(input, credentials);
  return {
    resource: 'Role',
    id: purpose.id,
    name,
    after: [],
    mode: 'manage',
    want: {
      roleName: name,
      path: spec.path,
      description: `${purpose.description}; managed by Batchwright`,
      assumeRolePolicyDocument: trust(purpose, account),
      inlinePolicies:
        policies instanceof Unknown ? policies : { ...(policies ? { 'registry-credentials': policies } : {}) },
      managedPolicyArns: spec.managedPolicyArns ?? [
        `arn:${account.partition}:iam::aws:policy/service-role/${purpose.policy}`,
      ],
      ...(spec.permissionsBoundary === undefined ? {} : { permissionsBoundary: spec.permissionsBoundary }),
      tags: { ...input.defaultTags, ...input.spec.tags, ...spec.tags, ...ownerTags(owner, purpose.id) },
    },
  };
}

function trust({ service, condition }: Purpose, account: Account): JsonObject {
  const suffix = account.partition === 'aws-cn' && service === 'ec2' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const statement = { Effect: 'Allow', Principal: { Service: `${service}.${suffix}` }, Action: 'sts:AssumeRole' };
  return {
    Version: '2012-10-17',
    Statement: [condition ? { ...statement, Condition: condition(account) } : statement],
  };
}

/** GetSecretValue on exactly the named secrets, and Decrypt on their customer keys through Secrets Manager only. */
function secretAccess(input: Input, credentials: readonly string[]): JsonObject | Unknown | undefined {
  if (credentials.length === 0) return undefined;
  const arns = credentials.map(name => input.output('RegistryCredential', name, 'secret.arn'));
  return whenKnown(arns, known => ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadRegistryLogins',
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: [...known].sort(),
      },
      ...decryption(input, credentials),
    ],
  }));
}

function decryption(input: Input, credentials: readonly string[]): readonly JsonObject[] {
  const keys = credentials
    .map(name => valueAt(input.referenced('RegistryCredential', name)?.status, 'secret.kmsKeyId'))
    .filter(key => typeof key === 'string' && key !== 'alias/aws/secretsmanager');
  const resources = [...new Set(keys.map(key => keyArn(String(key), input.account)))].sort();
  if (resources.length === 0) return [];
  const { region, partition } = input.account;
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const Condition = { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.${suffix}` } };
  return [{ Sid: 'DecryptRegistryLogins', Effect: 'Allow', Action: 'kms:Decrypt', Resource: resources, Condition }];
}

function keyArn(key: string, { partition, region, accountId }: Account): string {
  if (key.startsWith('arn:')) return key;
  return `arn:${partition}:kms:${region}:${accountId}:${key.startsWith('alias/') ? key : `key/${key}`}`;
}

/** The roles and the instance profile that the object manages itself. */
export function roles(input: Input, onInstances: boolean): readonly Declared[] {
  const { spec } = input;
  const native = spec.registryCredentials.map(({ name }) => name);
  const agent = spec.agentRegistryAuth?.registryCredentials.map(({ name }) => name) ?? [];
  const manageInstance = onInstances && spec.instanceRole.instanceProfileArn === undefined;
  return [
    ...(spec.executionRole.arn === undefined ? [role(input, purposes.execution, spec.executionRole, native)] : []),
    ...(spec.serviceRole && spec.serviceRole.arn === undefined
      ? [role(input, purposes.service, spec.serviceRole, [])]
      : []),
    ...(manageInstance ? [role(input, purposes.instance, spec.instanceRole, agent), profile(input)] : []),
  ];
}

function profile(input: Input): Declared {
  const id = 'instanceProfile';
  const roleName = input.spec.instanceRole.roleName ?? generatedName(input, purposes.instance.suffix, 64);
  return {
    resource: 'InstanceProfile',
    id,
    name: roleName,
    after: [purposes.instance.id],
    mode: 'manage',
    want: {
      instanceProfileName: roleName,
      path: input.spec.instanceRole.path,
      roleName,
      tags: {
        ...input.defaultTags,
        ...input.spec.tags,
        ...input.spec.instanceRole.tags,
        ...ownerTags(input.owner, id),
      },
    },
  };
}
