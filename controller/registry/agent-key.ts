import { dockerHub, hostProblem, isHost, pathProblem } from './host.ts';
import { type RegistryScope, scopeText } from './registry-scope.ts';

/** The only spelling under which the ECS agent finds a Docker Hub login. */
export const dockerHubKey = 'https://index.docker.io/v1/';

/** A credential and what it is for; `name` tells credentials apart and appears in messages. */
export interface ScopedCredential {
  readonly name: string;
  readonly scopes: readonly RegistryScope[];
}

/** The keys of ECS_ENGINE_AUTH_DATA for a set of credentials on one instance. */
export interface AgentKeys {
  /** Keys by credential name, in the order given; empty when there are problems. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Which credential also serves the rest of a host for which no one declared a whole-registry login. */
  readonly fallbacks: ReadonlyMap<string, string>;
  /** Why the set cannot work on one instance; each says what to change. */
  readonly problems: readonly string[];
}

/** How a scope is spelled in a secret's `registry_url`: Docker Hub's fixed URL, `host`, or `host/namespace/`. */
export function registryUrl(scope: RegistryScope): string {
  if (scope.host === dockerHub) return dockerHubKey;
  return scope.namespace === '' ? scope.host : `${scopeText(scope)}/`;
}

/**
 * The agent takes a namespace key when the image text starts with it, with no regard for path boundaries. So each key
 * ends in a character that ends a path component; `:` and `@` are for an image whose path is the namespace itself.
 */
function scopeKeys(scope: RegistryScope): readonly string[] {
  if (scope.host === dockerHub) return [dockerHubKey];
  const text = scopeText(scope);
  return scope.namespace === '' ? [text] : [`${text}/`, `${text}:`, `${text}@`];
}

/** True for a key as `agentKeys` makes them: safe as a JSON key in a one-line file and never looked up by chance. */
export function isAgentKey(key: string): boolean {
  if (key === dockerHubKey) return true;
  const slash = key.indexOf('/');
  const host = slash < 0 ? key : key.slice(0, slash);
  if (!isHost(host) || hostProblem(host) !== undefined) return false;
  return slash < 0 || (/[/:@]$/.test(key) && pathProblem(key.slice(slash + 1, -1)) === undefined);
}

function duplicateProblem(scope: RegistryScope, first: string, second: string): string {
  if (first === second) {
    return `credential "${first}" names ${scopeText(scope)} twice (different spellings of one registry count as one)`;
  }
  if (scope.host === dockerHub) {
    return `credentials "${first}" and "${second}" are both for Docker Hub: the ECS agent keeps one Docker Hub login per instance, so keep one of them or use repositoryCredentials`;
  }
  return `credentials "${first}" and "${second}" are both for ${scopeText(scope)}: keep one, or give each a namespace of its own`;
}

interface Claims {
  readonly keys: Map<string, string[]>;
  readonly problems: string[];
}

function claims(credentials: readonly ScopedCredential[]): Claims {
  const owners = new Map<string, string>();
  const seen = new Set<string>();
  const keys = new Map<string, string[]>();
  const problems: string[] = [];
  for (const { name, scopes } of credentials) {
    if (keys.has(name)) problems.push(`credential "${name}" is listed twice`);
    if (scopes.length === 0) problems.push(`credential "${name}" names no registry`);
    const own = new Set<string>();
    for (const scope of scopes) {
      const [key = '', ...more] = scopeKeys(scope);
      const identity = `${name} ${scopeText(scope)}`;
      const owner = owners.get(key);
      if (seen.has(identity) || (owner !== undefined && owner !== name)) {
        problems.push(duplicateProblem(scope, owner ?? name, name));
      }
      seen.add(identity);
      owners.set(key, owner ?? name);
      for (const each of [key, ...more]) own.add(each);
    }
    keys.set(name, [...own]);
  }
  return { keys, problems };
}

/** For each host without a whole-registry login, the credential with the most general namespace; ties go by name of the namespace. */
function fallbackCredentials(credentials: readonly ScopedCredential[]): Map<string, string> {
  const best = new Map<string, { readonly name: string; readonly namespace: string }>();
  for (const { name, scopes } of credentials) {
    for (const { host, namespace } of scopes.filter(scope => scope.host !== dockerHub)) {
      const have = best.get(host);
      if (have === undefined || generality(namespace) < generality(have.namespace)) best.set(host, { name, namespace });
    }
  }
  return new Map([...best].filter(([, { namespace }]) => namespace !== '').map(([host, { name }]) => [host, name]));
}

/** Sorts namespaces from general to particular: by number of components, then by name. */
function generality(namespace: string): string {
  const depth = namespace === '' ? 0 : namespace.split('/').length;
  return `${String(depth).padStart(3, '0')} ${namespace}`;
}

/**
 * The agent keys for all credentials of one instance. Guarantees that the agent's choice does not depend on the order
 * of its map: each host with namespace keys has a bare-host key too, because without one the agent takes any.
 */
export function agentKeys(credentials: readonly ScopedCredential[]): AgentKeys {
  const { keys, problems } = claims(credentials);
  if (problems.length > 0) return { keys: new Map(), fallbacks: new Map(), problems };

  const fallbacks = fallbackCredentials(credentials);
  for (const [host, name] of fallbacks) keys.get(name)?.push(host);
  return { keys, fallbacks, problems };
}
