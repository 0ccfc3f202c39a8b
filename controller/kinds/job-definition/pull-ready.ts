import type { PullReason, Verdict } from '../../model/conditions.ts';
import type { ApiObject } from '../../model/object.ts';
import { valueAt } from '../../model/path.ts';
import type { ScopedCredential } from '../../registry/agent-key.ts';
import { credentialsFor } from '../../registry/credential-match.ts';
import { type ImageReference, imageReference, isEcrImage } from '../../registry/image-reference.ts';
import { registryScope, scopeText } from '../../registry/registry-scope.ts';
import type { ExpandInput } from '../kind.ts';
import { containers, type PlacedPod, pods } from './places.ts';
import type { JobDefinitionSpec } from './spec.ts';

type Input = ExpandInput<JobDefinitionSpec>;

interface Finding {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: PullReason;
  readonly message: string;
}

/** Whether the images can be pulled with what is declared, as far as that follows from the declarations alone. */
export function pullReady(input: Input): Verdict {
  const findings = [
    ...containers(input.spec).map(({ container }) =>
      finding(input, container.image, container.registryCredential?.name),
    ),
    ...pods(input.spec).flatMap(podFindings),
  ];
  const order = ['False', 'Unknown', 'True'] as const;
  const worst = order.flatMap(status => findings.filter(each => each.status === status))[0];
  const { status, reason } = worst ?? { status: 'Unknown', reason: 'AnonymousPull' };
  return {
    type: 'PullReady',
    status,
    reason,
    message: [...new Set(findings.map(({ message }) => message))].join('; '),
  };
}

/** Pods are given their logins by Kubernetes, of which nothing is known here. */
function podFindings({ pod }: PlacedPod): readonly Finding[] {
  const secrets = (pod.imagePullSecrets ?? []).map(({ name }) => name);
  return [...(pod.initContainers ?? []), ...pod.containers].map(({ image: text }): Finding => {
    const image = imageReference(text);
    if (image.ok && isEcrImage(image.value))
      return {
        status: 'True',
        reason: 'EcrImage',
        message: `image ${text} is in Amazon ECR; the role of the node pulls it`,
      };
    if (secrets.length > 0)
      return {
        status: 'Unknown',
        reason: 'ImagePullSecretNamed',
        message: `image ${text} is pulled with the Kubernetes secret ${secrets.join(', ')}, which is not managed here`,
      };
    return {
      status: 'Unknown',
      reason: 'AnonymousPull',
      message: `image ${text} is pulled anonymously; a private image needs imagePullSecrets`,
    };
  });
}

function finding(input: Input, text: string, named: string | undefined): Finding {
  const image = imageReference(text);
  if (!image.ok) return { status: 'False', reason: 'CredentialMismatch', message: `image ${text}: ${image.problem}` };
  if (isEcrImage(image.value))
    return {
      status: 'True',
      reason: 'EcrImage',
      message: `image ${text} is in Amazon ECR and needs no registry credential; the execution or instance role pulls it`,
    };
  const credentials = input.peers('RegistryCredential').flatMap(scoped);
  return named === undefined
    ? withoutName(input, text, image.value, credentials)
    : withName(text, image.value, named, credentials);
}

function scoped(object: ApiObject): readonly ScopedCredential[] {
  const registry = valueAt(object.spec, 'registry');
  const scope = registryScope(typeof registry === 'string' ? registry : '');
  return scope.ok ? [{ name: object.metadata.name, scopes: [scope.value] }] : [];
}

function withName(
  text: string,
  image: ImageReference,
  named: string,
  credentials: readonly ScopedCredential[],
): Finding {
  const own = credentials.filter(({ name }) => name === named);
  if (credentialsFor(image, own).length > 0)
    return {
      status: 'True',
      reason: 'CredentialConfigured',
      message: `image ${text} is pulled with RegistryCredential ${named}`,
    };
  const scopes = own.flatMap(({ scopes: list }) => list.map(scopeText)).join(', ');
  return {
    status: 'False',
    reason: 'CredentialMismatch',
    message: `image ${text} is not in ${scopes || 'the registry'} that RegistryCredential ${named} is for`,
  };
}

function withoutName(
  input: Input,
  text: string,
  image: ImageReference,
  credentials: readonly ScopedCredential[],
): Finding {
  const fitting = credentialsFor(image, credentials).map(({ name }) => name);
  const environment = input.spec.environment && input.referenced('BatchEnvironment', input.spec.environment.name);
  const atBoot = valueAt(environment?.spec, 'agentRegistryAuth.registryCredentials');
  const agent = fitting.find(name => Array.isArray(atBoot) && atBoot.some(item => valueAt(item, 'name') === name));
  if (agent !== undefined)
    return {
      status: 'True',
      reason: 'AgentCredentialConfigured',
      message: `image ${text} is pulled by the ECS agent with RegistryCredential ${agent}`,
    };
  if (fitting.length > 0)
    return {
      status: 'False',
      reason: 'CredentialMissing',
      message: `image ${text} looks private: RegistryCredential ${fitting.join(', ')} is for its registry, but the definition names none and pulls anonymously; set registryCredential: {name: ${fitting[0]}}`,
    };
  return {
    status: 'Unknown',
    reason: 'AnonymousPull',
    message: `image ${text} is pulled anonymously; a private image needs registryCredential`,
  };
}
