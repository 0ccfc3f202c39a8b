import { type AgentKeys, agentKeys, type ScopedCredential } from './agent-key.ts';
import { agentLookup } from './agent-lookup.ts';
import { type ImageReference, imageReference, isEcrImage } from './image-reference.ts';
import type { RegistryScope } from './registry-scope.ts';

/** Length of the namespace when the scope covers the image, on a path boundary; otherwise -1. */
function coverage(scope: RegistryScope, image: ImageReference): number {
  if (scope.host !== image.host) return -1;
  if (scope.namespace === '') return 0;
  return `${image.path}/`.startsWith(`${scope.namespace}/`) ? scope.namespace.length : -1;
}

/**
 * The credentials that serve an image: those with the longest namespace that covers it. None means an anonymous pull
 * (always so for ECR), one is the answer, several mean that the declaration is ambiguous.
 */
export function credentialsFor<Credential extends ScopedCredential>(
  image: ImageReference,
  credentials: readonly Credential[],
): readonly Credential[] {
  if (isEcrImage(image)) return [];
  const scored = credentials.map(credential => ({
    credential,
    length: Math.max(-1, ...credential.scopes.map(scope => coverage(scope, image))),
  }));
  const longest = Math.max(-1, ...scored.map(each => each.length));
  return longest < 0 ? [] : scored.filter(each => each.length === longest).map(each => each.credential);
}

function agentCredential(image: string, { keys }: AgentKeys): string | undefined {
  const owners = new Map([...keys].flatMap(([name, own]) => own.map(key => [key, name] as const)));
  const key = agentLookup(image, [...owners.keys()]);
  return key === undefined ? undefined : owners.get(key);
}

/**
 * Images for which the ECS agent, configured with all these credentials, would not use the one that is meant for them.
 * Each sentence says which image, which credential and what to do; images that no credential is meant for are skipped.
 */
export function misdirectedImages(
  images: readonly string[],
  credentials: readonly ScopedCredential[],
): readonly string[] {
  const configured = agentKeys(credentials);
  return images.flatMap(text => {
    const image = imageReference(text);
    if (!image.ok) return [`image "${text}": ${image.problem}`];
    const [meant, ...others] = credentialsFor(image.value, credentials).map(credential => credential.name);
    if (meant === undefined) return [];
    if (others.length > 0)
      return [`image "${text}": credentials ${[meant, ...others].join(', ')} serve it equally well`];
    const used = agentCredential(text, configured);
    if (used === meant) return [];
    const instead = used === undefined ? 'pull it anonymously' : `use "${used}"`;
    return [
      `image "${text}": credential "${meant}" is meant for it, but the ECS agent would ${instead}; write a tag or a digest, or use repositoryCredentials`,
    ];
  });
}
