import { canonicalHost, dockerHub, hostProblem, isHost, pathProblem } from './host.ts';
import { type Parsed, parsed, unparsed } from './parsed.ts';

/** What one registry login is for: a whole registry, or the repositories under a namespace of it. */
export interface RegistryScope {
  /** `host[:port]` in lower case; `docker.io` for Docker Hub. */
  readonly host: string;
  /** Repository path prefix without slashes at its ends; empty for the whole registry. */
  readonly namespace: string;
}

/** Hosts that people write for Docker Hub although no image can carry them. */
const dockerHubSites: readonly string[] = ['hub.docker.com', 'www.docker.com', 'auth.docker.io'];

function outlineProblem(text: string): string | undefined {
  if (text === '') return 'a registry is needed, such as ghcr.io or registry.example.com:5000/team';
  if (/[^\x21-\x7e]/.test(text)) return 'a registry may not contain spaces, control characters or non-ASCII characters';
  // Never quote the text here: what stands before the "@" may be a login.
  if (text.includes('@'))
    return 'a registry may not contain "@": user name and password belong into the credential source';
  if (/[?#]/.test(text)) return 'a registry may not contain "?" or "#"';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return `scheme ${scheme} is not http or https; leave it out`;
  return undefined;
}

/**
 * Parses a registry as people write it (`ghcr.io`, `https://index.docker.io/v1/`, `registry.gitlab.com/group`) into its
 * canonical scope. Scheme, letter case of the host, slashes at the end and Docker's `/v1/` or `/v2/` do not matter.
 */
export function registryScope(text: string): Parsed<RegistryScope> {
  const outline = outlineProblem(text);
  if (outline !== undefined) return unparsed(outline);

  const rest = text.replace(/^https?:\/\//i, '').replace(/\/+$/, '');
  const slash = rest.indexOf('/');
  const written = (slash < 0 ? rest : rest.slice(0, slash)).toLowerCase();
  const host = dockerHubSites.includes(written) ? dockerHub : canonicalHost(written);
  const path = slash < 0 ? '' : rest.slice(slash + 1);
  const namespace = path === 'v1' || path === 'v2' ? '' : path;

  if (!isHost(host)) {
    return unparsed(
      `"${host}" is not a registry host (a dot, a port or "localhost" is needed); for a Docker Hub namespace write docker.io/${host}`,
    );
  }
  const problem = hostProblem(host) ?? (namespace === '' ? undefined : pathProblem(namespace));
  return problem === undefined ? parsed({ host, namespace }) : unparsed(problem);
}

/** `host` or `host/namespace`, for messages and as an identity: equal texts mean equal scopes. */
export function scopeText(scope: RegistryScope): string {
  return scope.namespace === '' ? scope.host : `${scope.host}/${scope.namespace}`;
}
