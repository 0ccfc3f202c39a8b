import { awsName } from '../../model/aws-name.ts';
import { type Declared, Unknown } from '../../model/declared.ts';
import { Failure } from '../../model/failure.ts';
import { ownerTags, tagKeys } from '../../model/ownership.ts';
import { valueAt } from '../../model/path.ts';
import { jobDefinitionWant } from '../../resources/job-definition/job-definition.ts';
import type { ExpandInput } from '../kind.ts';
import type { ContainerProperties } from './container-fields.ts';
import { containers } from './places.ts';
import type { JobDefinitionSpec } from './spec.ts';
import type { EcsProperties } from './task-fields.ts';

type Input = ExpandInput<JobDefinitionSpec>;

/** The name of the family: the annotation's, else the object's own. */
export function familyName(input: Pick<Input, 'object'>, annotation: string | undefined): string {
  return annotation ?? awsName([input.object.metadata.name], 128);
}

/** The job definition that a spec declares. */
export function jobDefinition(input: Input, name: string): Declared {
  const id = 'jobDefinition';
  const { spec, owner, defaultTags } = input;
  const tags = { ...defaultTags, ...spec.tags, ...ownerTags(owner, id) };
  const content = registration(input);
  const base = { resource: 'JobDefinition', id, name, after: [], mode: 'manage' } as const;
  if (content instanceof Unknown) {
    const unknownTags = { ...tags, [tagKeys.hash]: content };
    return {
      ...base,
      want: {
        jobDefinitionName: name,
        content,
        normal: content,
        hash: content,
        ...retention(spec),
        surplus: [],
        tags: unknownTags,
      },
    };
  }
  return {
    ...base,
    want: {
      ...jobDefinitionWant({ jobDefinitionName: name, content, ...retention(spec), tags }),
    },
  };
}

function retention({ revisionHistoryLimit, revisionMinAgeMinutes }: JobDefinitionSpec) {
  return { revisionHistoryLimit, revisionMinAgeMs: revisionMinAgeMinutes * 60_000 };
}

/** RegisterJobDefinition's input: references to credentials and roles replaced by ARNs. */
function registration(input: Input): Readonly<Record<string, unknown>> | Unknown {
  const missing = blockers(input)[0];
  if (missing) return missing;
  const {
    account: _a,
    environment: _e,
    tags: _t,
    revisionHistoryLimit: _r,
    revisionMinAgeMinutes: _m,
    deletionPolicy: _d,
    ...content
  } = input.spec;
  const { containerProperties, ecsProperties, nodeProperties } = content;
  const ranges = nodeProperties?.nodeRangeProperties.map(({ container, ecsProperties: several, ...range }) => ({
    ...range,
    container: container && singleContainer(input, container),
    ecsProperties: several && severalContainers(input, several),
  }));
  return JSON.parse(
    JSON.stringify({
      ...content,
      containerProperties: containerProperties && singleContainer(input, containerProperties),
      ecsProperties: ecsProperties && severalContainers(input, ecsProperties),
      nodeProperties: nodeProperties && { ...nodeProperties, nodeRangeProperties: ranges },
    }),
  ) as Readonly<Record<string, unknown>>;
}

function singleContainer(input: Input, container: ContainerProperties): object {
  return { executionRoleArn: environmentRole(input), ...withCredential(input, container) };
}

function severalContainers(input: Input, { taskProperties }: EcsProperties): object {
  return {
    taskProperties: taskProperties.map(task => ({
      executionRoleArn: environmentRole(input),
      ...task,
      // AWS makes up a name where there is none, and nobody says which.
      containers: task.containers.map(container => ({ name: 'default', ...withCredential(input, container) })),
    })),
  };
}

interface WithCredential {
  readonly registryCredential?: { readonly name: string } | undefined;
}

function withCredential<Container extends WithCredential>(
  input: Input,
  container: Container,
): Omit<Container, 'registryCredential'> {
  const { registryCredential, ...rest } = container;
  if (!registryCredential) return rest;
  const credentialsParameter = input.output('RegistryCredential', registryCredential.name, 'secret.arn');
  return { ...rest, repositoryCredentials: { credentialsParameter } } as Omit<Container, 'registryCredential'>;
}

function environmentRole({ spec, output }: Input): string | Unknown | undefined {
  return spec.environment && output('BatchEnvironment', spec.environment.name, 'executionRole.arn');
}

/** What has to happen in other objects first. Throws when it never will. */
function blockers(input: Input): readonly Unknown[] {
  const { spec, output } = input;
  const role = environmentRole(input);
  const placed = containers(spec);
  const needsRole = placed.some(({ executionRoleArn }) => executionRoleArn === undefined);
  return placed.flatMap(({ container, executionRoleArn }) => {
    const name = container.registryCredential?.name;
    const arn = name === undefined ? undefined : output('RegistryCredential', name, 'secret.arn');
    const grant = name !== undefined && executionRoleArn === undefined ? notGranted(input, name) : undefined;
    return [needsRole ? role : undefined, arn, grant].filter(value => value instanceof Unknown);
  });
}

function notGranted({ spec, referenced }: Input, credential: string): Unknown | undefined {
  const name = spec.environment?.name ?? '';
  const environment = referenced('BatchEnvironment', name);
  const granted = valueAt(environment?.status, 'executionRole.grantedCredentials');
  if (Array.isArray(granted) && granted.includes(credential)) return undefined;
  const listed = valueAt(environment?.spec, 'registryCredentials');
  const named = Array.isArray(listed) && listed.some(item => valueAt(item, 'name') === credential);
  if (named)
    return new Unknown(
      `BatchEnvironment ${name} (its execution role may not read RegistryCredential ${credential} yet)`,
    );
  throw new Failure(
    'stop',
    'CredentialNotGranted',
    `the execution role of BatchEnvironment ${name} may not read RegistryCredential ${credential}: add it to spec.registryCredentials of the environment, or give executionRoleArn of a role that may`,
  );
}
