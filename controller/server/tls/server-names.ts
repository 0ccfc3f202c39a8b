import { isIP } from 'node:net';

const loopback = ['localhost', '127.0.0.1', '::1'];
const dnsName = /^(?:\*\.)?(?:[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?$/iu;

/**
 * The names that a server certificate must carry, each once: localhost, both loopback addresses, the machine's host
 * name where it can stand in a certificate, and the configured names. A configured name that is neither a DNS name nor
 * an IP address is an error.
 */
export function serverNames(hostname: string, configured: readonly string[] = []): readonly string[] {
  const wrong = configured.find(name => !isServerName(name));
  if (wrong !== undefined) {
    throw new Error(`${JSON.stringify(wrong)} cannot stand in a TLS certificate: give a DNS name or an IP address`);
  }
  const named = [...loopback, ...(isServerName(hostname) ? [hostname] : []), ...configured];
  return [...new Set(named.map(name => name.toLowerCase()))];
}

/** The bytes of an IP address in text: 4 or 16. */
export function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number));
  // The URL parser writes every IPv6 address in hexadecimal groups, also one that ends in dotted decimals.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = groups.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap(group => [group >> 8, group & 0xff]));
}

function isServerName(name: string): boolean {
  return isIP(name) !== 0 ? !name.includes('%') : name.length <= 253 && dnsName.test(name);
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16));
}
