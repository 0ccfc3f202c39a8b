import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  givenTls,
  issueKubeconfig,
  managedTls,
  prepareAccess,
  type Reachable,
  rotateCertificates,
  rotateToken,
} from '../../../controller/server/access/access-files.ts';
import { type AccessPaths, accessPaths } from '../../../controller/server/access/access-paths.ts';
import { accessList } from '../../../controller/server/auth/access-list.ts';
import { authenticator } from '../../../controller/server/auth/authentication.ts';

const nowMs = Date.UTC(2026, 0, 1);
const day = 24 * 3600 * 1000;

let folder = '';
let paths: AccessPaths;
let reachable: Reachable;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-'));
  paths = accessPaths(folder);
  reachable = { paths, server: 'https://127.0.0.1:6480', hostname: 'box', hosts: ['batch.example'], nowMs };
});
afterEach(() => rm(folder, { recursive: true }));

const text = (path: string) => readFile(path, 'utf8');
const tokenIn = (kubeconfig: string) => /token: "([^"]+)"/.exec(kubeconfig)?.[1] ?? '';
const caIn = (kubeconfig: string) =>
  Buffer.from(/authority-data: (\S+)/.exec(kubeconfig)?.[1] ?? '', 'base64').toString();
async function caller(token: string, at = nowMs) {
  return authenticator(accessList(await text(paths.accessList)))({ authorization: `Bearer ${token}` }, at);
}

describe('first start', () => {
  it('makes everything, readable by the owner only', async () => {
    const made = await prepareAccess(reachable);

    expect(made).toEqual([
      'new certificate authority: there was none',
      'new server certificate: there was none',
      'new token for admin: there was none',
    ]);
    const modes = await Promise.all(Object.values(paths).map(async path => (await stat(path)).mode & 0o777));
    expect(modes).toEqual(modes.map(() => 0o600));
  });

  it('leaves a kubeconfig whose token is an administrator and whose CA signed the server certificate', async () => {
    await prepareAccess(reachable);
    const kubeconfig = await text(paths.kubeconfig);

    expect(kubeconfig).toContain('server: "https://127.0.0.1:6480"');
    expect(await caller(tokenIn(kubeconfig))).toMatchObject({
      principal: { name: 'admin', bindings: [{ role: 'admin' }] },
    });
    const server = new X509Certificate(await text(paths.server));
    expect(server.verify(new X509Certificate(caIn(kubeconfig)).publicKey)).toBe(true);
    expect([server.checkHost('batch.example'), server.checkHost('box'), server.checkIP('127.0.0.1')]).not.toContain(
      undefined,
    );
  });

  it('keeps no token in clear outside the kubeconfig', async () => {
    await prepareAccess(reachable);
    expect(await text(paths.accessList)).not.toContain(tokenIn(await text(paths.kubeconfig)));
  });
});

describe('later starts', () => {
  it('change nothing when everything is good', async () => {
    await prepareAccess(reachable);
    const before = await Promise.all(Object.values(paths).map(text));
    expect(await prepareAccess({ ...reachable, nowMs: nowMs + day })).toEqual([]);
    expect(await Promise.all(Object.values(paths).map(text))).toEqual(before);
  });

  it('put a new address into the kubeconfig and keep the token', async () => {
    await prepareAccess(reachable);
    const before = await text(paths.kubeconfig);

    const made = await prepareAccess({ ...reachable, server: 'https://batch.example:6480' });
    const after = await text(paths.kubeconfig);

    expect(made).toEqual(['kubeconfig: the address or the certificate authority changed']);
    expect(after).toContain('server: "https://batch.example:6480"');
    expect(tokenIn(after)).toBe(tokenIn(before));
  });

  it('issue a new token when the kubeconfig is gone, and the old one no longer holds', async () => {
    await prepareAccess(reachable);
    const before = tokenIn(await text(paths.kubeconfig));
    await rm(paths.kubeconfig);

    await prepareAccess(reachable);

    expect(await caller(before)).toEqual({ refused: 'the token is not known' });
    expect(await caller(tokenIn(await text(paths.kubeconfig)))).toHaveProperty('principal.name', 'admin');
  });

  it('leave an access list without the administrator as it is', async () => {
    await writeFile(paths.accessList, 'users: [{name: ada, bindings: [{role: admin}]}]');
    await prepareAccess(reachable);
    await expect(stat(paths.kubeconfig)).rejects.toThrow('ENOENT');
    expect(await text(paths.accessList)).toBe('users: [{name: ada, bindings: [{role: admin}]}]');
  });

  it('stop at an access list that is wrong', async () => {
    await writeFile(paths.accessList, 'users: 1');
    await expect(prepareAccess(reachable)).rejects.toThrow(`access file ${paths.accessList}: users`);
  });
});

describe('rotation', () => {
  it('replaces the token', async () => {
    await prepareAccess(reachable);
    const before = tokenIn(await text(paths.kubeconfig));
    await rotateToken(reachable);
    const after = tokenIn(await text(paths.kubeconfig));
    expect([await caller(before), await caller(after)]).toEqual([
      { refused: 'the token is not known' },
      expect.objectContaining({ principal: expect.objectContaining({ name: 'admin' }) }),
    ]);
  });

  it('replaces the certificates and keeps the token', async () => {
    await prepareAccess(reachable);
    const before = await text(paths.kubeconfig);
    await rotateCertificates(reachable);
    const after = await text(paths.kubeconfig);
    expect(caIn(after)).not.toBe(caIn(before));
    expect(caIn(after)).toBe(await text(paths.authority));
    expect(tokenIn(after)).toBe(tokenIn(before));
  });
});

describe('kubeconfig for somebody', () => {
  it('holds a new token with the role, in the namespaces, until its time', async () => {
    await prepareAccess(reachable);
    const expiresAt = '2026-02-01T00:00:00Z';
    const kubeconfig = await issueKubeconfig(reachable, {
      user: 'ada',
      role: 'editor',
      namespaces: ['team-a'],
      expiresAt,
    });

    expect(kubeconfig).toContain('namespace: "team-a"');
    const bindings = [{ role: 'editor', namespaces: ['team-a'] }];
    expect(await caller(tokenIn(kubeconfig))).toMatchObject({ principal: { name: 'ada', bindings } });
    expect(await caller(tokenIn(kubeconfig), Date.parse(expiresAt))).toEqual({
      refused: 'the token of ada has expired',
    });
    expect(await caller(tokenIn(await text(paths.kubeconfig)))).toHaveProperty('principal.name', 'admin');
  });
});

describe('certificates for the listener', () => {
  it('are renewed in time while the server runs', async () => {
    await prepareAccess(reachable);
    let now = nowMs;
    const source = managedTls(reachable, () => now);
    const first = await source.read();
    const again = await source.read();
    now += 300 * day;
    const renewed = await source.read();
    expect(again).toEqual(first);
    expect(renewed.certificate).not.toBe(first.certificate);
    expect(renewed.certificate).toBe(await text(paths.server));
  });

  it('can be given as files', async () => {
    await prepareAccess(reachable);
    const given = givenTls({ certificate: paths.server, key: paths.serverKey, clientCa: paths.authority });
    expect(await given.read()).toEqual({
      certificate: await text(paths.server),
      key: await text(paths.serverKey),
      clientCa: await text(paths.authority),
    });
    await expect(givenTls({ certificate: join(folder, 'none'), key: paths.serverKey }).read()).rejects.toThrow(
      'none is missing',
    );
  });
});
