import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditEntry } from '../../controller/server/audit/audit.ts';
import { Program } from '../system/program.ts';
import { until } from '../system/until.ts';
import { type Kubectl, kubectls, ran } from './kubectl.ts';
import { Served } from './served.ts';

const [newest] = kubectls().slice(-1) as [Kubectl | undefined];
if (newest === undefined) it('roles, with kubectl', ({ skip }) => skip('there is no kubectl on this machine'));

let served: Served;
beforeAll(async () => {
  served = await Served.start(['--editor-source', '/run/secrets/', '--editor-source', 'REGISTRY_'], '0.0.0.0:0');
});
afterAll(() => served.remove());

async function batchwright(...args: readonly string[]): Promise<string> {
  const [command = '', ...rest] = args;
  const { code, stdout, stderr } = await new Program(
    [command, '--data', join(served.folder, 'data'), ...rest],
    {},
  ).ended();
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

type Kubectling = (args: readonly string[], input?: object) => Promise<string>;

/** kubectl with a kubeconfig: what it prints, on either stream. */
function kubectlOf(kubeconfig: string): Kubectling {
  return async (args, input) => {
    const given = input === undefined ? {} : { input: JSON.stringify(input) };
    const { stdout, stderr } = await ran(newest as Kubectl, args, { ...served.call(given), kubeconfig });
    return stdout + stderr;
  };
}

/** kubectl of a new user, once the server knows the user. */
async function userWith(name: string, ...args: readonly string[]): Promise<Kubectling> {
  const file = join(served.folder, name);
  await writeFile(file, await batchwright('kubeconfig', '--user', name, ...args), { mode: 0o600 });
  const kubectl = kubectlOf(file);
  await until(`${name} to be known`, async () => (await kubectl(['auth', 'whoami'])).includes(name));
  return kubectl;
}

const login = (name: string, source: object) => ({
  apiVersion: 'batchwright.dev/v1alpha1',
  kind: 'RegistryCredential',
  metadata: { name },
  spec: { registry: 'docker.io', source },
});

const audited = async () =>
  (await readFile(join(served.folder, 'data', 'audit.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as AuditEntry);

it.skipIf(newest === undefined)(
  'kubeconfigs give what their role gives, where it holds, and every denial is audited',
  { timeout: 120_000 },
  async () => {
    const admin = kubectlOf(served.kubeconfig);
    const [viewer, editor, team] = [
      await userWith('vera', '--role', 'viewer'),
      await userWith('ed', '--role', 'editor'),
      await userWith('tom', '--role', 'editor', '--namespace', 'team-a', '--valid-for', '1h'),
    ];
    const own = login('own', { environment: { username: 'ann', passwordVariable: 'REGISTRY_PASSWORD' } });
    const shadow = login('shadow', { files: { username: 'ann', passwordPath: '/run/secrets/../../etc/shadow' } });
    expect(await admin(['create', 'ns', 'team-a'])).toContain('created');

    expect(await editor(['apply', '-f', '-'], own)).toContain('created');
    expect(await editor(['apply', '-f', '-'], shadow)).toMatch(
      /"shadow" is forbidden: spec.source.files.passwordPath: an editor may name one that begins with \/run\/secrets\/ or REGISTRY_/,
    );
    expect(await admin(['apply', '--dry-run=server', '-f', '-'], shadow)).toContain('created (server dry run)');
    expect(await viewer(['get', 'rcred', 'own'])).toContain('docker.io');
    expect(await viewer(['delete', 'rcred', 'own'])).toMatch(
      /User "vera" cannot delete resource "registrycredentials"/,
    );
    expect(await team(['get', 'rcred'])).toContain('No resources found in team-a namespace');
    expect(await team(['apply', '-f', '-'], own)).toContain('created');
    expect(await team(['-n', 'default', 'get', 'rcred'])).toContain('in the namespace "default"');

    expect(
      (await audited()).map(({ user, verb, namespace, name, outcome }) => [user, verb, namespace, name, outcome]),
    ).toEqual([
      ['admin', 'create', undefined, 'team-a', 'done'],
      ['ed', 'create', 'default', 'own', 'done'],
      ['ed', 'create', 'default', 'shadow', 'denied'],
      ['admin', 'create', 'default', 'shadow', 'done'],
      ['vera', 'delete', 'default', 'own', 'denied'],
      ['tom', 'create', 'team-a', 'own', 'done'],
      ['tom', 'list', 'default', undefined, 'denied'],
    ]);
  },
);

it.skipIf(newest === undefined)(
  'an editor names the ARNs that its kubeconfig allows, and no others',
  { timeout: 60_000 },
  async () => {
    const arn = (role: string) => `arn:aws:iam::123456789012:role/${role}`;
    const editor = await userWith('eve', '--role', 'editor', '--arn', arn('team/'));
    const definition = (name: string, role: string) => ({
      apiVersion: 'batchwright.dev/v1alpha1',
      kind: 'JobDefinition',
      metadata: { name },
      spec: {
        containerProperties: {
          image: 'public.ecr.aws/acme/job:1',
          jobRoleArn: arn(role),
          resourceRequirements: [
            { type: 'VCPU', value: '1' },
            { type: 'MEMORY', value: '512' },
          ],
        },
      },
    });

    expect(await editor(['apply', '-f', '-'], definition('mine', 'team/jobs'))).toContain('created');
    expect(await editor(['apply', '-f', '-'], definition('theirs', 'admin'))).toMatch(
      /"theirs" is forbidden: spec.containerProperties.jobRoleArn: arn:aws:iam::123456789012:role\/admin is not for this editor/,
    );
    expect(await editor(['annotate', 'jdef', 'mine', 'batchwright.dev/adopt=true'])).toMatch(
      /only an administrator may have the controller take over what others made/,
    );
  },
);

it.skipIf(newest === undefined)(
  'a server on all addresses answers to its own names, and says how to add others',
  async () => {
    const admin = kubectlOf(served.kubeconfig);
    const { port } = new URL(served.url);
    const at = (name: string) => [
      '--server',
      `https://127.0.0.1:${port}`,
      '--tls-server-name',
      name,
      'get',
      'ns',
      'default',
    ];
    expect(await admin(at('localhost'))).toContain('Active');
    expect(await admin(at(hostname()))).toContain('Active');
    const elsewhere = (name: string) => [
      '--server',
      `https://${name}:${port}`,
      '--insecure-skip-tls-verify',
      'get',
      'ns',
    ];
    expect(await admin(elsewhere('127.0.0.2'))).toContain('start it with --host 127.0.0.2 too');
  },
);

it.skipIf(newest === undefined)(
  'what is rotated no longer holds, and the new holds without a restart',
  { timeout: 60_000 },
  async () => {
    const admin = kubectlOf(served.kubeconfig);
    const old = join(served.folder, 'old');
    await writeFile(old, await readFile(served.kubeconfig));

    await batchwright('kubeconfig', '--rotate', 'token');
    await until('the new token', async () => (await admin(['get', 'ns', 'default'])).includes('Active'));
    expect(await kubectlOf(old)(['get', 'ns', 'default'])).toMatch(
      /must be logged in|Unauthorized|provide credentials/,
    );

    await writeFile(old, await readFile(served.kubeconfig));
    await batchwright('kubeconfig', '--rotate', 'certificates');
    await until('the new certificate', async () => (await admin(['get', 'ns', 'default'])).includes('Active'));
    expect(await kubectlOf(old)(['get', 'ns', 'default'])).toContain('certificate signed by unknown authority');
  },
);
