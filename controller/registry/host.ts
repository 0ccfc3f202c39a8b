/** The one name under which Docker Hub is known here, whatever it was called in the text. */
export const dockerHub = 'docker.io';

/** Hosts under which the ECS agent looks for Docker Hub's entry. */
export const dockerHubHosts: readonly string[] = [dockerHub, 'index.docker.io', 'registry-1.docker.io'];

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const hostPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-f:.]+\\])(?::([0-9]+))?$`);
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** True when the part of an image before its first slash is a registry host and not a Docker Hub namespace. */
export function isHost(part: string): boolean {
  return part.includes('.') || part.includes(':') || part === 'localhost';
}

/** What is wrong with a lower-case `host[:port]`, or undefined when nothing is. */
export function hostProblem(host: string): string | undefined {
  const match = hostPattern.exec(host);
  if (match === null) return `"${host}" is not a host name with an optional port, such as registry.example.com:5000`;
  const port = match[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return `port ${port} is not between 1 and 65535`;
  return undefined;
}

/** What is wrong with a repository path or a namespace, or undefined when nothing is. */
export function pathProblem(path: string): string | undefined {
  for (const component of path.split('/')) {
    if (component === '') return 'there is an empty component between two slashes, or a slash at the end';
    if (component !== component.toLowerCase()) {
      return `"${component}" has upper-case letters: registries allow only lower-case repository names`;
    }
    if (!componentPattern.test(component)) {
      return `"${component}" is not a repository name component: lower-case letters and digits, with single ".", "_", "__" or dashes between them`;
    }
  }
  return undefined;
}

/** `docker.io` for every host of Docker Hub, any other host as it is. */
export function canonicalHost(host: string): string {
  return dockerHubHosts.includes(host) ? dockerHub : host;
}
