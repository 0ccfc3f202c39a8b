import type { Identity } from '../tls/certificate.ts';
import { type TlsMaterial, tlsMaterial } from '../tls/renewal.ts';
import type { AccessPaths } from './access-paths.ts';
import { optionalText, writePrivate } from './private-file.ts';

/** The CA and server certificate in use, and why any of them is new; no reasons when all were there and good. */
export type Certificates = TlsMaterial & { readonly reasons: readonly string[] };

/**
 * The certificates of a data directory: those that are there, made anew where they are missing, broken, about to end,
 * or where the server's does not carry exactly the given names. What is new is written before it is given.
 */
export async function managedCertificates(
  paths: AccessPaths,
  names: readonly string[],
  nowMs: number,
): Promise<Certificates> {
  const authority = await identity(paths.authority, paths.authorityKey);
  const server = await identity(paths.server, paths.serverKey);
  const wanted = tlsMaterial({ ...(authority && { authority }), ...(server && { server }) }, names, nowMs);
  if (wanted.authority !== authority) await store(wanted.authority, paths.authority, paths.authorityKey);
  if (wanted.server !== server) await store(wanted.server, paths.server, paths.serverKey);
  return wanted;
}

async function identity(certificatePath: string, keyPath: string): Promise<Identity | undefined> {
  const [certificate, privateKey] = await Promise.all([optionalText(certificatePath), optionalText(keyPath)]);
  return certificate === undefined || privateKey === undefined ? undefined : { certificate, privateKey };
}

async function store({ certificate, privateKey }: Identity, certificatePath: string, keyPath: string): Promise<void> {
  await writePrivate(keyPath, privateKey);
  await writePrivate(certificatePath, certificate);
}
