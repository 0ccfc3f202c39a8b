import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { certificateAuthority, type Identity, serverCertificate } from './certificate.ts';

/** What the HTTPS listener and the kubeconfig need: keep it in the data folder, keys with mode 0600. */
export interface TlsMaterial {
  readonly authority: Identity;
  readonly server: Identity;
}

const dayMs = 24 * 3600 * 1000;
/** A server certificate is replaced when it has less than this left. */
export const renewServerMs = 90 * dayMs;
/** A certificate authority is replaced when it has less than this left: no server certificate outlives it. */
export const renewAuthorityMs = 400 * dayMs;

/**
 * The material to use: what is stored where it is still good, and what must be made anew, with the reasons why, fit for
 * a log. No reasons means nothing changed. Clients must get the kubeconfig anew when the authority changes.
 */
export function tlsMaterial(
  stored: Partial<TlsMaterial>,
  names: readonly string[],
  nowMs: number,
): TlsMaterial & { readonly reasons: readonly string[] } {
  const authorityReason = flawOf(stored.authority, nowMs, renewAuthorityMs);
  const authority =
    stored.authority === undefined || authorityReason !== undefined ? certificateAuthority(nowMs) : stored.authority;
  const serverReason = flawOf(stored.server, nowMs, renewServerMs) ?? mismatchOf(stored.server, authority, names);
  const server =
    stored.server === undefined || serverReason !== undefined
      ? serverCertificate(authority, names, nowMs)
      : stored.server;
  const reasons = [
    ...(authorityReason === undefined ? [] : [`new certificate authority: ${authorityReason}`]),
    ...(serverReason === undefined ? [] : [`new server certificate: ${serverReason}`]),
  ];
  return { authority, server, reasons };
}

function flawOf(identity: Identity | undefined, nowMs: number, leastMs: number): string | undefined {
  if (identity === undefined) return 'there was none';
  const certificate = parsed(identity);
  if (certificate === undefined) return 'the stored one cannot be read';
  if (!certificate.checkPrivateKey(createPrivateKey(identity.privateKey))) return 'the stored key does not fit it';
  const end = Date.parse(certificate.validTo);
  if (end - nowMs < leastMs) return `the stored one ends on ${new Date(end).toISOString().slice(0, 10)}`;
  return Date.parse(certificate.validFrom) > nowMs ? 'the stored one is not valid yet' : undefined;
}

function mismatchOf(identity: Identity | undefined, authority: Identity, names: readonly string[]): string | undefined {
  if (identity === undefined) return undefined;
  const certificate = new X509Certificate(identity.certificate);
  const issuer = new X509Certificate(authority.certificate);
  if (!certificate.verify(issuer.publicKey)) return 'the stored one is from another authority';
  const missing = names.filter(name => !covers(certificate, name));
  if (missing.length > 0) return `the stored one lacks ${missing.join(', ')}`;
  const carried = certificate.subjectAltName?.split(', ').length ?? 0;
  return carried > names.length ? 'the stored one carries names that are no longer wanted' : undefined;
}

function covers(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

function parsed({ certificate, privateKey }: Identity): X509Certificate | undefined {
  try {
    createPrivateKey(privateKey);
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
}
