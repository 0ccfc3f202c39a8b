import { dockerHubHosts, isHost } from './host.ts';

const hubEntry = 'index.docker.io/v1/';

function withoutScheme(key: string): string {
  return key.replace(/^https?:\/\//, '');
}

/** The agent cuts a tag off at the last colon, unless a slash follows: then it belongs to a port. */
function hostOf(image: string): string {
  const colon = image.lastIndexOf(':');
  const repository = colon < 0 || image.slice(colon).includes('/') ? image : image.slice(0, colon);
  const slash = repository.indexOf('/');
  const first = slash < 0 ? '' : repository.slice(0, slash);
  return isHost(first) ? first : 'docker.io';
}

/**
 * Which key of ECS_ENGINE_AUTH_DATA the ECS agent uses for an image, or undefined for an anonymous pull. This is the
 * agent's own algorithm, weaknesses included (`GetAuthconfig` in its package dockerauth). `keys` stand in the order in
 * which the agent happens to walk its map, which Go makes random: a sound set of keys gives one answer in all orders.
 */
export function agentLookup(image: string, keys: readonly string[]): string | undefined {
  const host = hostOf(image);
  if (dockerHubHosts.includes(host)) return keys.find(key => withoutScheme(key) === hubEntry);

  let chosen = keys.find(key => withoutScheme(key) === host);
  for (const key of keys) {
    const entry = withoutScheme(key);
    if (entry.split('/', 1)[0] !== host) continue;
    if (chosen === undefined) chosen = key;
    else if (entry.length > withoutScheme(chosen).length && image.startsWith(entry)) chosen = key;
  }
  return chosen;
}
