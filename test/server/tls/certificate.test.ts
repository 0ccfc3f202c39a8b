import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authorityDays,
  certificateAuthority,
  serverCertificate,
  serverDays,
} from '../../../controller/server/tls/certificate.ts';

// The handshakes below are judged by the real clock.
const now = Date.now();
const dayMs = 24 * 3600 * 1000;
const authority = certificateAuthority(now);
const names = ['localhost', '127.0.0.1', '::1', 'api.example.com', '*.wild.example.com'];
const identity = serverCertificate(authority, names, now);
const ca = new X509Certificate(authority.certificate);
const leaf = new X509Certificate(identity.certificate);

describe('certificates', () => {
  it('are linked: the authority signed both', () => {
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(new X509Certificate(certificateAuthority(now).certificate).publicKey)).toBe(false);
  });

  it('belong to P-256 keys of their own', () => {
    expect(ca.checkPrivateKey(createPrivateKey(authority.privateKey))).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(identity.privateKey))).toBe(true);
    expect(leaf.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(identity.privateKey).not.toBe(authority.privateKey);
  });

  it('say what they may be used for', () => {
    expect([ca.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:api.example.com, DNS:*.wild.example.com',
    );
  });

  it('are valid from an hour ago, for ten years and one', () => {
    const whole = (ms: number): number => Math.floor(ms / 1000) * 1000;

    expect(Date.parse(ca.validFrom)).toBe(whole(now - 3600 * 1000));
    expect(Date.parse(ca.validTo)).toBe(whole(now + authorityDays * dayMs));
    expect(Date.parse(leaf.validTo)).toBe(whole(now + serverDays * dayMs));
  });

  it('have serial numbers of their own', () => {
    const another = new X509Certificate(serverCertificate(authority, names, now).certificate);

    expect(leaf.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(another.serialNumber).not.toBe(leaf.serialNumber);
  });
});

describe('a real handshake', () => {
  const server = createServer(
    { cert: identity.certificate, key: identity.privateKey, ALPNProtocols: ['http/1.1'] },
    (_, res) => res.end('ok'),
  );

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => new Promise(done => server.close(done)));

  const port = (): number => (server.address() as AddressInfo).port;
  const handshake = async (options: { host: string; servername?: string; ca?: string }): Promise<TLSSocket> => {
    const socket = connect({ port: port(), ca: authority.certificate, ALPNProtocols: ['h2', 'http/1.1'], ...options });
    try {
      await once(socket, 'secureConnect');
      return socket;
    } finally {
      socket.destroy();
    }
  };

  it.each([
    { name: 'by address', host: '127.0.0.1' },
    { name: 'by localhost', host: '127.0.0.1', servername: 'localhost' },
    { name: 'by a configured name', host: '127.0.0.1', servername: 'api.example.com' },
    { name: 'by a name under a wildcard', host: '127.0.0.1', servername: 'a.wild.example.com' },
  ])('succeeds $name', async ({ host, servername }) => {
    const socket = await handshake(servername === undefined ? { host } : { host, servername });

    expect(socket.authorized).toBe(true);
    expect(socket.alpnProtocol).toBe('http/1.1');
  });

  it.each([
    {
      name: 'another name',
      options: { host: '127.0.0.1', servername: 'other.example.com' },
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
    {
      name: 'another authority',
      options: { host: '127.0.0.1', ca: certificateAuthority(now).certificate },
      code: expect.stringMatching(/CERT|SIGNATURE/),
    },
  ])('fails with $name', async ({ code, options }) => {
    await expect(handshake(options)).rejects.toMatchObject({ code });
  });

  it('carries HTTP', async () => {
    const sent = request({ host: '127.0.0.1', port: port(), ca: authority.certificate, agent: false }).end();
    const [answer] = await once(sent, 'response');

    expect(answer.statusCode).toBe(200);
    expect((answer.socket.getPeerCertificate() as PeerCertificate).subject).toEqual({ CN: 'batchwright' });
    answer.resume();
    await once(answer, 'end');
  });
});

// Only where the machine has it: nothing that is shipped needs it.
const openssl = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'openssl'))
  .find(existsSync);

describe.runIf(openssl !== undefined)('openssl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'batchwright-tls-'));

  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it('verifies the chain strictly, by name and by address', () => {
    const caFile = file('ca.pem', authority.certificate);
    const leafFile = file('leaf.pem', identity.certificate);
    const verify = (...more: string[]): string =>
      execFileSync(
        openssl ?? '',
        ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caFile, ...more, leafFile],
        {
          encoding: 'utf8',
        },
      );

    expect(verify('-verify_hostname', 'api.example.com')).toContain('OK');
    expect(verify('-verify_ip', '::1')).toContain('OK');
  });

  it('reads the extensions as they are meant', () => {
    const print = (content: string): string =>
      execFileSync(openssl ?? '', ['x509', '-noout', '-text'], { encoding: 'utf8', input: content });
    const authorityText = print(authority.certificate);
    const leafText = print(identity.certificate);

    expect(authorityText).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(authorityText).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(leafText).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
    expect(leafText).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\s/);
    expect(leafText).toMatch(/X509v3 Extended Key Usage:\s+TLS Web Server Authentication/);
    const id = /Subject Key Identifier:\s+([0-9A-F:]{59})\s/.exec(authorityText)?.[1];
    expect(leafText.replace('keyid:', '')).toMatch(new RegExp(`Authority Key Identifier:\\s+${id}`));
  });
});
