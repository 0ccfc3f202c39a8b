import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { certificateAuthority, serverCertificate } from '../../controller/server/tls/certificate.ts';
import { Program } from '../system/program.ts';
import { until } from '../system/until.ts';
import { client } from './client.ts';
import { type Kubectl, kubectls, ran } from './kubectl.ts';
import { Served } from './served.ts';

const authority = certificateAuthority(Date.now());
const jobs = '/apis/batchwright.dev/v1alpha1/namespaces/default/jobdefinitions';

/** A folder with a certificate of somebody else's authority. */
async function given() {
  const folder = await mkdtemp(join(tmpdir(), 'given-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { certificate, privateKey } = serverCertificate(authority, ['127.0.0.1', 'localhost'], Date.now());
  const [certificateFile, keyFile, list] = ['tls.crt', 'tls.key', 'access.yaml'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(certificateFile, certificate);
  await writeFile(keyFile, privateKey);
  return { tls: ['--tls-certificate', certificateFile, '--tls-key', keyFile], list };
}

async function start(args: readonly string[]): Promise<Served> {
  const served = await Served.start(args);
  onTestFinished(() => served.remove());
  return served;
}

const accessOf = (token: string, role: string) => `
users:
  - name: ann
    tokens: [{ sha256: ${createHash('sha256').update(token).digest('hex')} }]
    bindings: [{ role: ${role} }]
`;

it('a given certificate and access list replace our own, and a changed list holds at once', async () => {
  const { list, tls } = await given();
  await writeFile(list, accessOf('first', 'viewer'));
  const served = await start([...tls, '--access-list', list]);
  const port = Number(new URL(served.url).port);
  const statusOf = async (token: string, method: string) => {
    const caller = client({ ca: authority.certificate, port }, token);
    const { status } = await caller.send(method, `${jobs}?dryRun=All`);
    caller.close();
    return status;
  };

  expect(served.program.output.stdout).toBe(`kubectl --server ${served.url} get all\n`);
  expect(existsSync(served.kubeconfig)).toBe(false);
  expect([await statusOf('first', 'GET'), await statusOf('first', 'DELETE')]).toEqual([200, 403]);
  await writeFile(list, accessOf('second', 'editor'));
  await until('the new list', async () => (await statusOf('first', 'GET')) === 401);
  expect([await statusOf('second', 'GET'), await statusOf('second', 'DELETE')]).toEqual([200, 200]);
});

const [newest] = kubectls().slice(-1) as [Kubectl | undefined];
it.skipIf(newest === undefined)(
  'kubeconfigs trust a given certificate, for the administrator and for others',
  async () => {
    const { tls } = await given();
    const served = await start(tls);
    const kubectl = async (kubeconfig: string, ...args: readonly string[]) => {
      const { code, stderr } = await ran(newest as Kubectl, args, { ...served.call(), kubeconfig });
      return [code, stderr];
    };
    const issue = new Program(['kubeconfig', '--data', join(served.folder, 'data'), '--user', 'ann'], {});
    const { code, stdout, stderr } = await issue.ended();
    expect([code, stderr]).toEqual([0, '']);
    const anns = join(served.folder, 'ann');
    await writeFile(anns, stdout);

    expect(await kubectl(served.kubeconfig, 'get', 'jdef')).toEqual([0, expect.stringContaining('No resources')]);
    await until('the access list', async () => (await kubectl(anns, 'get', 'jdef'))[0] === 0);
    expect(await kubectl(anns, 'create', 'ns', 'x')).toEqual([1, expect.stringContaining('forbidden')]);
  },
);

it('certificates that were given are not rotated here', async () => {
  const { tls } = await given();
  const served = await start(tls);
  const args = ['kubeconfig', '--data', join(served.folder, 'data'), '--rotate', 'certificates'];
  const { code, stderr } = await new Program(args, {}).ended();
  expect([code, stderr]).toEqual([1, expect.stringContaining('are given with --tls-certificate; replace those')]);
});

const openssl = existsSync('/usr/bin/openssl');
it.skipIf(newest === undefined || !openssl)(
  `client certificates come in: CN is the user, O are the groups${openssl ? '' : ' (there is no openssl here)'}`,
  async () => {
    const { list } = await given();
    const at = (name: string) => join(dirname(list), name);
    const run = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: dirname(list), stdio: 'ignore' });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=people');
    for (const [name, subject] of [
      ['ann', '/O=ops/O=dev/CN=ann'],
      ['bob', '/CN=bob'],
    ] as const) {
      run('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
      run(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-out',
        `${name}.crt`,
      );
    }
    await writeFile(list, 'groups: [{ name: ops, bindings: [{ role: admin }] }]\n');
    const served = await start(['--access-list', list, '--client-ca', at('ca.crt')]);
    const authorityFile = join(served.folder, 'data', 'api-ca.crt');
    const trust = ['--server', served.url, '--certificate-authority', authorityFile];
    const kubectl = async (name: string, ...args: readonly string[]) => {
      const shown = ['--client-certificate', at(`${name}.crt`), '--client-key', at(`${name}.key`)];
      const { stdout, stderr } = await ran(newest as Kubectl, [...trust, ...shown, ...args], {
        ...served.call(),
        kubeconfig: '/dev/null',
      });
      return stdout + stderr;
    };

    expect(served.program.output.stdout).toBe(`kubectl ${trust.join(' ')} get all\n`);
    expect(existsSync(served.kubeconfig)).toBe(false);
    expect(await kubectl('ann', 'auth', 'whoami')).toMatch(
      /Username +ann\n.*\nGroups +\[ops dev system:authenticated\]/,
    );
    expect(await kubectl('ann', 'get', 'jdef')).toContain('No resources found');
    expect(await kubectl('bob', 'get', 'jdef')).toContain('User "bob" cannot list resource "jobdefinitions"');
  },
);

it('a second server says that the address is taken', async () => {
  const served = await start([]);
  const args = ['serve', '--data', join(served.folder, 'other'), '--api', new URL(served.url).host];
  const { code, stderr } = await new Program(args, {}).ended();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^batchwright: --api: cannot listen on 127.0.0.1:\d+: listen EADDRINUSE/m);
});
