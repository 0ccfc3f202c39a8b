import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { isIP } from 'node:net';
import { bits, type Der, integer, octets, oid, sequence, setOfOne, tagged, time, truth, utf8 } from './der.ts';
import { addressBytes } from './server-names.ts';

/** A certificate and its private key, both PEM. The key belongs into a file of mode 0600. */
export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

const dayMs = 24 * 3600 * 1000;
/** Clients whose clock is a little behind must not meet a certificate from the future. */
const backdatedMs = 3600 * 1000;
/** How long a certificate authority is valid. */
export const authorityDays = 3650;
/** How long a server certificate is valid. */
export const serverDays = 365;

const authorityName = 'Batchwright API CA';
const serverName = 'batchwright';

/** A new certificate authority with an EC P-256 key, valid for ten years. It can sign server certificates only. */
export function certificateAuthority(nowMs: number): Identity {
  const keys = newKeys();
  const certificate = issued({
    subject: authorityName,
    publicKey: keys.publicKey,
    signer: keys.privateKey,
    nowMs,
    days: authorityDays,
    extensions: [
      extension(basicConstraints, sequence(truth, integer(Uint8Array.of(0))), 'critical'),
      // keyCertSign and cRLSign: bits 5 and 6.
      extension(keyUsage, bits(Uint8Array.of(0b0000_0110), 1), 'critical'),
      extension(subjectKeyId, octets(keyIdOf(keys.publicKey))),
    ],
  });
  return { certificate, privateKey: pemOf(keys.privateKey) };
}

/** A new server certificate for `names` (DNS names and IP addresses) with its own key, valid for a year. */
export function serverCertificate(authority: Identity, names: readonly string[], nowMs: number): Identity {
  const signer = createPrivateKey(authority.privateKey);
  const keys = newKeys();
  const certificate = issued({
    subject: serverName,
    publicKey: keys.publicKey,
    signer,
    nowMs,
    days: serverDays,
    extensions: [
      extension(basicConstraints, sequence(), 'critical'),
      // digitalSignature: bit 0.
      extension(keyUsage, bits(Uint8Array.of(0b1000_0000), 7), 'critical'),
      extension(extendedKeyUsage, sequence(oid(serverAuth))),
      extension(subjectAltName, sequence(...names.map(generalName))),
      extension(subjectKeyId, octets(keyIdOf(keys.publicKey))),
      extension(authorityKeyId, sequence(tagged(0x80, keyIdOf(createPublicKey(signer))))),
    ],
  });
  return { certificate, privateKey: pemOf(keys.privateKey) };
}

// Object identifiers of RFC 5280 and RFC 5758.
const commonName = '2.5.4.3';
const subjectKeyId = '2.5.29.14';
const keyUsage = '2.5.29.15';
const subjectAltName = '2.5.29.17';
const basicConstraints = '2.5.29.19';
const authorityKeyId = '2.5.29.35';
const extendedKeyUsage = '2.5.29.37';
const serverAuth = '1.3.6.1.5.5.7.3.1';
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

/** Everything that the two kinds of certificate differ in. All are issued by the authority's name. */
interface Content {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly nowMs: number;
  readonly days: number;
  readonly extensions: readonly Der[];
}

function issued({ days, extensions, nowMs, publicKey, signer, subject }: Content): string {
  const version3 = tagged(0xa0, integer(Uint8Array.of(2)));
  const algorithm = sequence(oid(ecdsaWithSha256));
  const validity = sequence(time(nowMs - backdatedMs), time(nowMs + days * dayMs));
  const content = sequence(
    version3,
    integer(newSerial()),
    algorithm,
    distinguishedName(authorityName),
    validity,
    distinguishedName(subject),
    spkiOf(publicKey),
    tagged(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(content, algorithm, bits(sign('sha256', content, signer)));
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function newKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

// Sixteen random bytes that begin with the bits 01: positive and never short (RFC 5280, 4.1.2.2).
function newSerial(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function extension(id: string, value: Der, critical?: 'critical'): Der {
  return critical === undefined ? sequence(oid(id), octets(value)) : sequence(oid(id), truth, octets(value));
}

function distinguishedName(name: string): Der {
  return sequence(setOfOne(sequence(oid(commonName), utf8(name))));
}

function generalName(name: string): Der {
  return isIP(name) === 0 ? tagged(0x82, Buffer.from(name, 'ascii')) : tagged(0x87, addressBytes(name));
}

// RFC 7093, 2(1): the first 160 bits of SHA-256 over the public key, which ends the SubjectPublicKeyInfo of P-256.
function keyIdOf(publicKey: KeyObject): Uint8Array {
  const pointBytes = 65;
  return createHash('sha256').update(spkiOf(publicKey).subarray(-pointBytes)).digest().subarray(0, 20);
}

function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function pemOf(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
