import type { Declared } from '../../model/declared.ts';
import { Failure } from '../../model/failure.ts';
import type { ApiObject } from '../../model/object.ts';
import { ownerTags } from '../../model/ownership.ts';
import { credentialDocument } from '../../registry/credential-document.ts';
import { type RegistryScope, registryScope, scopeText } from '../../registry/registry-scope.ts';
import { defineKind, type ExpandInput, type Kind } from '../kind.ts';
import { RegistryCredentialSpec, RegistryCredentialStatus } from './spec.ts';

const id = 'secret';

function secretName({ metadata }: ApiObject, spec: RegistryCredentialSpec): string {
  return spec.secretName ?? `batchwright/${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function scopeOf(spec: RegistryCredentialSpec): RegistryScope {
  const scope = registryScope(spec.registry);
  if (!scope.ok) throw new Failure('stop', 'InvalidSpec', `spec.registry: ${scope.problem}`);
  return scope.value;
}

function managed(input: ExpandInput<RegistryCredentialSpec>): Declared {
  const { spec, object, owner, credential, fingerprint } = input;
  if (!credential) throw new Failure('retry', 'SourceUnreadable', 'spec.source: no login was read');
  const { document, problems } = credentialDocument({ ...credential, scope: scopeOf(spec) });
  if (!document) throw new Failure('stop', 'Rejected', `spec.source: the login cannot be used: ${problems.join('; ')}`);
  const name = secretName(object, spec);
  const { description, kmsKeyId, recoveryWindowInDays, scheduledDeletion } = spec;
  return {
    resource: 'Secret',
    id,
    name,
    after: [],
    mode: 'manage',
    want: {
      name,
      description: description ?? `Login for ${scopeText(scopeOf(spec))}, managed by Batchwright`,
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      recoveryWindowInDays,
      scheduledDeletion,
      tags: { ...input.defaultTags, ...spec.tags, ...ownerTags(owner, id) },
      value: { text: document, fingerprint: fingerprint(document) },
    },
  };
}

function observed(secretId: string): Declared {
  return { resource: 'Secret', id, name: secretId, after: [], mode: 'observe', want: {} };
}

/** One private registry login, kept in one Secrets Manager secret that serves native and agent authentication alike. */
export const registryCredential: Kind = defineKind<RegistryCredentialSpec>({
  kind: 'RegistryCredential',
  plural: 'registrycredentials',
  singular: 'registrycredential',
  shortNames: ['rcred'],
  description:
    'One private registry login: where its value comes from, and the AWS Secrets Manager secret that Batch jobs read it from.',
  spec: RegistryCredentialSpec,
  status: RegistryCredentialStatus,
  columns: [
    { name: 'Registry', type: 'string', jsonPath: '.spec.registry', description: 'What the login is for.' },
    {
      name: 'Secret',
      type: 'string',
      jsonPath: '.status.secret.name',
      description: 'Name of the secret.',
      priority: 1,
    },
  ],
  account: spec => spec.account?.name,
  references: () => [],
  source: spec => ({ from: spec.source, registry: spec.registry }),
  pollMs: 30_000,
  retain: spec => spec.deletionPolicy === 'Retain',
  claims: (object, spec) => (spec.source.existingSecret ? [] : [`Secret:${secretName(object, spec)}`]),
  expand: input => {
    const { existingSecret } = input.spec.source;
    return { declared: [existingSecret ? observed(existingSecret.secretId) : managed(input)] };
  },
  report: (spec, [secret]) => {
    const { arn, name, versionId, kmsKeyId } = secret?.view?.outputs ?? {};
    const shown = arn === undefined ? undefined : { arn, name, versionId, kmsKeyId };
    return { secret: shown, registry: scopeText(scopeOf(spec)) };
  },
});
