import { isIP } from 'node:net';

/** The name in a Host header without its port, lower case, IPv6 without brackets; undefined when it is not one. */
export function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** Why a request is not for this server, or undefined. */
export type HostCheck = (host: string | undefined, origin: string | undefined) => string | undefined;

/**
 * Accepts only the given names and addresses in the Host header, so that a page on another name that resolves to this
 * server (DNS rebinding) gets nothing; an Origin header, which only browsers send, must name the same host.
 */
export function hostCheck(allowed: readonly string[]): HostCheck {
  const names = new Set(allowed.map(name => name.toLowerCase()));

  return (host, origin) => {
    const name = host === undefined ? undefined : hostName(host);
    if (name === undefined) return 'the Host header is missing or malformed';
    if (!names.has(name))
      return `this server is not ${isIP(name) ? 'reachable' : 'known'} as "${name}"; start it with --host ${name} too`;
    if (origin !== undefined && origin.toLowerCase() !== `https://${String(host).toLowerCase()}`) {
      return 'requests of web pages from another origin are refused';
    }
    return undefined;
  };
}
