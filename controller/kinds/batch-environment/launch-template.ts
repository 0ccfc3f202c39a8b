import { type Declared, Unknown, whenKnown } from '../../model/declared.ts';
import { Failure } from '../../model/failure.ts';
import { contentHash, type JsonObject } from '../../model/json.ts';
import { ownerTags } from '../../model/ownership.ts';
import { valueAt } from '../../model/path.ts';
import { agentKeys, type ScopedCredential } from '../../registry/agent-key.ts';
import { registryScope } from '../../registry/registry-scope.ts';
import { mimeDocument } from '../../user-data/mime.ts';
import { type UserDataOptions, userData, userDataProblems } from '../../user-data/user-data.ts';
import type { ExpandInput } from '../kind.ts';
import { generatedName } from './roles.ts';
import type { BatchEnvironmentSpec } from './spec.ts';

type Input = ExpandInput<BatchEnvironmentSpec>;

/** The launch template of all EC2 and SPOT compute environments of the object. */
export function launchTemplate(input: Input): Declared {
  const { spec, owner } = input;
  const id = 'launchTemplate';
  const name = spec.launchTemplate.launchTemplateName ?? generatedName(input, undefined, 128);
  const tags = { ...input.defaultTags, ...spec.tags, ...spec.launchTemplate.tags, ...ownerTags(owner, id) };
  return {
    resource: 'LaunchTemplate',
    id,
    name,
    after: [],
    mode: 'manage',
    want: {
      launchTemplateName: name,
      launchTemplateData: templateData(input),
      keepVersions: spec.launchTemplate.keepVersions,
      versionsInUse: inUse(input),
      tags,
    },
  };
}

/** The version that the compute environments named when they were last looked at. */
function inUse({ object }: Input): readonly number[] {
  const version = Number(valueAt(object.status, 'launchTemplate.version'));
  return Number.isInteger(version) && version > 0 ? [version] : [];
}

/** What the version says, without what is not known yet: enough to name things by. */
export function templateHash(input: Input): string {
  const data = templateData(input);
  return contentHash(data instanceof Unknown ? data.after : data);
}

function templateData(input: Input): JsonObject | Unknown {
  const { metadataOptions, blockDeviceMappings, monitoring } = input.spec.launchTemplate;
  const text = bootText(input);
  if (text instanceof Unknown) return text;
  const data = {
    ...(text === undefined ? {} : { UserData: text }),
    MetadataOptions: {
      HttpEndpoint: 'enabled',
      HttpTokens: metadataOptions.httpTokens,
      HttpPutResponseHopLimit: metadataOptions.httpPutResponseHopLimit,
      InstanceMetadataTags: metadataOptions.instanceMetadataTags,
    },
    BlockDeviceMappings: blockDeviceMappings?.map(({ deviceName, ebs }) => ({
      DeviceName: deviceName,
      Ebs: capitalised(ebs),
    })),
    Monitoring: monitoring === undefined ? undefined : { Enabled: monitoring },
    InstanceInitiatedShutdownBehavior:
      input.spec.agentRegistryAuth?.failurePolicy === 'Terminate' ? 'terminate' : undefined,
  };
  return JSON.parse(JSON.stringify(data)) as JsonObject;
}

/** The spec spells EBS members as the rest of our API does; EC2 begins them with a capital. */
function capitalised(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  );
}

function bootText(input: Input): string | Unknown | undefined {
  const { agentRegistryAuth: auth, launchTemplate: template } = input.spec;
  const parts = template.userDataParts ?? [];
  if (!auth) return parts.length === 0 ? undefined : mimeDocument(parts);
  const names = auth.registryCredentials.map(({ name }) => name);
  const arns = names.map(name => input.output('RegistryCredential', name, 'secret.arn'));
  return whenKnown(arns, known => {
    const keys = keysOf(input, names);
    const { imagePullBehavior, failurePolicy, deadlineSeconds, refreshIntervalSeconds } = auth;
    const options: Omit<UserDataOptions, 'generation'> = {
      registries: names.map((name, index) => ({ secretArn: known[index] ?? '', keys: keys.get(name) ?? [] })),
      failurePolicy,
      deadlineSeconds,
      ...(imagePullBehavior === undefined ? {} : { imagePullBehavior }),
      ...(refreshIntervalSeconds === undefined ? {} : { refreshIntervalSeconds }),
      extraParts: parts,
    };
    const complete = { ...options, generation: contentHash(options, 12) };
    const problems = userDataProblems(complete);
    if (problems.length > 0) throw new Failure('stop', 'Rejected', `spec.agentRegistryAuth: ${problems.join('; ')}`);
    return userData(complete);
  });
}

function keysOf(input: Input, names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const scoped = names.flatMap((name): readonly ScopedCredential[] => {
    const registry = valueAt(input.referenced('RegistryCredential', name)?.spec, 'registry');
    const scope = registryScope(typeof registry === 'string' ? registry : '');
    return scope.ok ? [{ name, scopes: [scope.value] }] : [];
  });
  const { keys, problems } = agentKeys(scoped);
  if (problems.length > 0)
    throw new Failure('stop', 'Rejected', `spec.agentRegistryAuth.registryCredentials: ${problems.join('; ')}`);
  return keys;
}
