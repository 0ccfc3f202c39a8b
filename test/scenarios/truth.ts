import { isDeepStrictEqual } from 'node:util';
import type { ApiObject } from '../../controller/model/object.ts';
import { valueAt } from '../../controller/model/path.ts';
import { policyDocument } from '../../controller/model/policy-document.ts';
import type { SimulatedAws } from '../simulated-aws/simulated-aws.ts';

/** What the checks need to know beside the object. */
export interface Surroundings {
  readonly aws: SimulatedAws;
  /** Logins by the path of their password file. */
  readonly logins: ReadonlyMap<string, { readonly username: string; readonly password: string }>;
  readonly find: (kind: string, namespace: string, name: string) => ApiObject | undefined;
}

interface Item {
  readonly name: string;
  readonly [member: string]: unknown;
}

/**
 * What the simulated AWS lacks of what an object declares. Written without a look at how the controller plans: straight
 * from the spec to the tables of the simulation.
 */
export function lacking(object: ApiObject, around: Surroundings): readonly string[] {
  const check = checks[object.kind];
  return check === undefined ? [] : check(object, around).flatMap(([fine, problem]) => (fine ? [] : [problem]));
}

type Check = (object: ApiObject, around: Surroundings) => readonly (readonly [boolean, string])[];

const checks: Readonly<Record<string, Check>> = {
  RegistryCredential: credential,
  BatchEnvironment: environment,
  JobDefinition: definition,
};

function secretOf(object: ApiObject, { aws }: Surroundings) {
  const { namespace = '', name } = object.metadata;
  const id =
    valueAt(object.spec, 'source.existingSecret.secretId') ??
    valueAt(object.spec, 'secretName') ??
    `batchwright/${namespace}/${name}`;
  return aws.secretsManager.secrets.values().find(secret => secret.arn === id || secret.name === id);
}

function credential(object: ApiObject, around: Surroundings): ReturnType<Check> {
  const secret = secretOf(object, around);
  if (!secret) return [[false, 'there is no secret']];
  const login = around.logins.get(String(valueAt(object.spec, 'source.files.passwordPath')));
  const text = around.aws.secretsManager.currentText(secret.name) ?? '{}';
  const value = JSON.parse(text) as Record<string, unknown>;
  const observed = valueAt(object.spec, 'source.existingSecret') !== undefined;
  return [
    [secret.deletedAt === undefined, 'the secret is scheduled for deletion'],
    [observed || isDeepStrictEqual(login?.username, value['username']), 'the user name is another one'],
    [observed || isDeepStrictEqual(login?.password, value['password']), 'the password is another one'],
    [observed || has(secret.tags, valueAt(object.spec, 'tags')), 'tags are missing'],
    [valueAt(object.status, 'secret.arn') === secret.arn, 'status.secret.arn is another one'],
  ];
}

function has(tags: Readonly<Record<string, string>>, wanted: unknown): boolean {
  return Object.entries((wanted ?? {}) as Record<string, string>).every(([key, value]) => tags[key] === value);
}

function environment(object: ApiObject, around: Surroundings): ReturnType<Check> {
  const computeEnvironments = (object.spec?.['computeEnvironments'] ?? []) as unknown as readonly Item[];
  const queues = (object.spec?.['jobQueues'] ?? []) as unknown as readonly Item[];
  return [
    ...computeEnvironments.flatMap(one => computeEnvironment(object, one, around)),
    ...queues.flatMap(queue => jobQueue(object, queue, around)),
    ...executionRole(object, around),
    ...instanceRole(object, around),
    ...launchTemplate(object, around),
  ];
}

function physicalName(object: ApiObject, name: string): string {
  const list = (object.status?.['computeEnvironments'] ?? []) as unknown as readonly Item[];
  return String(list.find(item => item.name === name)?.['computeEnvironmentName']);
}

function computeEnvironment(object: ApiObject, declared: Item, { aws }: Surroundings): ReturnType<Check> {
  const name = physicalName(object, declared.name);
  const found = aws.batch.computeEnvironments.get(name);
  if (!found) return [[false, `there is no compute environment ${name}`]];
  const resources = declared['computeResources'] as Readonly<Record<string, unknown>>;
  const spelled = [
    'type',
    'maxvCpus',
    'minvCpus',
    'allocationStrategy',
    'spotIamFleetRole',
    'bidPercentage',
    'imageId',
  ];
  const lists = ['instanceTypes', 'subnets', 'securityGroupIds'];
  const sorted = (value: unknown) => [...((value ?? []) as string[])].sort();
  const here = (found.computeResources ?? {}) as unknown as Readonly<Record<string, unknown>>;
  const template = aws.ec2.launchTemplates
    .values()
    .find(t => t.launchTemplateId === valueAt(object.status, 'launchTemplate.id'));
  return [
    [found.status === 'VALID', `${name} is ${found.status}`],
    [found.state === (declared['state'] ?? 'ENABLED'), `${name} is ${found.state}`],
    ...spelled
      .filter(field => resources[field] !== undefined)
      .map(field => [isDeepStrictEqual(resources[field], here[field]), `${name}: ${field} differs`] as const),
    ...lists
      .filter(field => resources[field] !== undefined)
      .map(
        field =>
          [isDeepStrictEqual(sorted(resources[field]), sorted(here[field])), `${name}: ${field} differs`] as const,
      ),
    [has(found.tags, declared['tags']), `${name}: tags are missing`],
    [
      !['EC2', 'SPOT'].includes(String(resources['type'])) ||
        (template !== undefined && valueAt(here, 'launchTemplate.version') === String(template.defaultVersion)),
      `${name} does not name the default version of the launch template by its number`,
    ],
  ];
}

function jobQueue(object: ApiObject, declared: Item, { aws }: Surroundings): ReturnType<Check> {
  const list = (object.status?.['jobQueues'] ?? []) as unknown as readonly Item[];
  const name = String(list.find(item => item.name === declared.name)?.['jobQueueName']);
  const queue = aws.batch.jobQueues.get(name);
  if (!queue) return [[false, `there is no job queue ${name}`]];
  const order = [...(declared['computeEnvironmentOrder'] as { order: number; computeEnvironment: string }[])]
    .sort((a, b) => a.order - b.order)
    .map(one => aws.batch.computeEnvironments.get(physicalName(object, one.computeEnvironment))?.computeEnvironmentArn);
  const there = [...queue.computeEnvironmentOrder].sort((a, b) => a.order - b.order).map(one => one.computeEnvironment);
  return [
    [queue.status === 'VALID', `${name} is ${queue.status}`],
    [queue.state === (declared['state'] ?? 'ENABLED'), `${name} is ${queue.state}`],
    [queue.priority === (declared['priority'] ?? 1), `${name}: priority differs`],
    [isDeepStrictEqual(order, there), `${name}: computeEnvironmentOrder differs`],
    [has(queue.tags, declared['tags']), `${name}: tags are missing`],
  ];
}

/** The secrets that a role may read, by the only policy that may name them. */
function readable(role: string | undefined, { aws }: Surroundings): readonly string[] {
  const row = role === undefined ? undefined : aws.iam.roles.get(role);
  return Object.values(row?.inlinePolicies ?? {}).flatMap(text => {
    const { Statement = [] } = policyDocument(text) as {
      Statement?: { Action: string; Resource: string | string[] }[];
    };
    return Statement.filter(({ Action }) => Action === 'secretsmanager:GetSecretValue').flatMap(
      ({ Resource }) => Resource,
    );
  });
}

function secretArns(object: ApiObject, path: string, around: Surroundings): readonly (string | undefined)[] {
  const names = (valueAt(object.spec, path) ?? []) as readonly Item[];
  const { namespace = '' } = object.metadata;
  return names.map(({ name }) => {
    const found = around.find('RegistryCredential', namespace, name);
    return found && secretOf(found, around)?.arn;
  });
}

function executionRole(object: ApiObject, around: Surroundings): ReturnType<Check> {
  if (valueAt(object.spec, 'executionRole.arn') !== undefined) return [];
  const role = String(valueAt(object.status, 'executionRole.arn')).split('/').at(-1);
  return [
    [around.aws.iam.roles.get(role ?? '') !== undefined, 'there is no execution role'],
    [
      isDeepStrictEqual(
        [...readable(role, around)].sort(),
        [...secretArns(object, 'registryCredentials', around)].sort(),
      ),
      'the execution role may not read exactly the secrets declared',
    ],
  ];
}

function instanceRole(object: ApiObject, around: Surroundings): ReturnType<Check> {
  const arn = valueAt(object.status, 'instanceProfile.arn');
  if (arn === undefined || valueAt(object.spec, 'instanceRole.instanceProfileArn') !== undefined) return [];
  const profile = around.aws.iam.instanceProfiles.values().find(({ Arn }) => Arn === arn);
  const role = profile?.roles[0];
  const agent = secretArns(object, 'agentRegistryAuth.registryCredentials', around);
  return [
    [role !== undefined && around.aws.iam.roles.get(role) !== undefined, 'the instance profile has no role'],
    [isDeepStrictEqual([...readable(role, around)].sort(), [...agent].sort()), 'the instance role reads other secrets'],
  ];
}

/** The boot program's configuration travels as base64 inside the script. */
function withDecoded(text: string): string {
  const blocks = [...text.matchAll(/<<'END'[^\n]*\n([\s\S]*?)END\r?\n/g)].map(([, block = '']) => block);
  return [text, ...blocks.map(block => Buffer.from(block, 'base64').toString())].join('\n');
}

function launchTemplate(object: ApiObject, around: Surroundings): ReturnType<Check> {
  const id = valueAt(object.status, 'launchTemplate.id');
  if (id === undefined) return [];
  const template = around.aws.ec2.launchTemplates.values().find(({ launchTemplateId }) => launchTemplateId === id);
  const version = template && around.aws.ec2.version(template, '$Default');
  const text = withDecoded(Buffer.from(version?.LaunchTemplateData?.UserData ?? '', 'base64').toString());
  const parts = (valueAt(object.spec, 'launchTemplate.userDataParts') ?? []) as { body: string }[];
  return [
    [version !== undefined, 'the launch template has no default version'],
    [
      valueAt(object.status, 'launchTemplate.version') === String(template?.defaultVersion),
      'status names another version',
    ],
    ...secretArns(object, 'agentRegistryAuth.registryCredentials', around).map(
      arn => [arn !== undefined && text.includes(arn), `user data does not name ${arn}`] as const,
    ),
    ...parts.map(({ body }) => [text.includes(body.trim()), 'user data lacks a declared part'] as const),
  ];
}

function definition(object: ApiObject, around: Surroundings): ReturnType<Check> {
  const name = String(valueAt(object.status, 'jobDefinition.name'));
  const active = around.aws.batch.jobDefinitions
    .values()
    .filter(one => one.jobDefinitionName === name && one.status === 'ACTIVE')
    .sort((a, b) => b.revision - a.revision);
  const [newest] = active;
  if (!newest) return [[false, `there is no active revision of ${name}`]];
  const spec = (valueAt(object.spec, 'containerProperties') ?? {}) as Readonly<Record<string, unknown>>;
  const { namespace = '' } = object.metadata;
  const named = valueAt(spec, 'registryCredential.name');
  const secret = named === undefined ? undefined : around.find('RegistryCredential', namespace, String(named));
  const container = newest.containerProperties;
  return [
    [container?.image === spec['image'], 'the image is another one'],
    [isDeepStrictEqual(container?.command ?? [], spec['command'] ?? []), 'the command is another one'],
    [
      named === undefined ||
        (secret !== undefined &&
          container?.repositoryCredentials?.credentialsParameter === secretOf(secret, around)?.arn),
      'the credential is another one',
    ],
    [valueAt(object.status, 'jobDefinition.revision') === newest.revision, 'status names another revision'],
    [has(newest.tags, valueAt(object.spec, 'tags')), 'tags are missing'],
  ];
}
