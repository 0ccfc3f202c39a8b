import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { type Installation, installation } from './installation.ts';

const timeoutMs = 120_000;

/** A piece of every password here that nothing needs to escape. */
const canary = 'c4n4ry-p4ssw0rd';
const password = `${canary}&"1`;
/** How a Docker config spells a login. */
const auth = (user: string, word: string) => Buffer.from(`${user}:${word}`).toString('base64');
const spelt = [canary, auth('acme-robot', password), Buffer.from(password).toString('base64')];

const credential = (name: string, source: string) =>
  `apiVersion: batchwright.dev/v1alpha1\nkind: RegistryCredential\nmetadata: { name: ${name} }\nspec:\n  registry: ${name}.example.com\n  source: ${source}\n`;

/** The places of `texts` in which the canary stands. */
function leaks(texts: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(texts).filter(place => spelt.some(word => texts[place]?.includes(word)));
}

/** Every file of the data directory, as text in which each byte is one character. */
async function dataFiles({ data }: Installation): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(data);
  const read = names.map(async name => [name, await readFile(join(data, name), 'latin1')] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** Credentials in files of all kinds, good and bad ones. */
async function declareCredentials(system: Installation): Promise<void> {
  const put = async (file: string, text: string) => {
    await writeFile(system.path(file), text);
    return system.path(file);
  };
  const docker = (entry: unknown) => JSON.stringify({ auths: { 'docker.example.com': entry } });
  const path = {
    plain: await put('plain', `${password}\n`),
    unusable: await put('unusable', `${password}\u0007\n${canary}`),
    docker: await put('docker.json', docker({ auth: auth('acme-robot', password) })),
    torn: await put('torn.json', docker({ auth: auth('acme-robot', password) }).slice(0, -2)),
  };
  await system.write(
    '40-credentials.yaml',
    [
      credential('plain', `{ files: { username: u, passwordPath: "${path.plain}" } }`),
      credential('docker', `{ dockerConfig: { path: "${path.docker}" } }`),
      credential('unusable', `{ files: { username: u, passwordPath: "${path.unusable}" } }`),
      credential('torn', `{ dockerConfig: { path: "${path.torn}" } }`),
    ].join('---\n'),
  );
  await system.write('50-in-the-open.yaml', credential('open', `{ password: "${canary}" }`));
  await system.write('51-torn.yaml', `${credential('torn-yaml', '{ password: "')}${canary}\n`);
}

/** Faults that make errors out of the calls that carry a password. */
function trouble({ faults }: Installation['emulator']): void {
  const service = 'secretsmanager';
  faults.add({ service, operation: 'CreateSecret', times: 1, do: 'html' });
  faults.add({ service, operation: 'CreateSecret', times: 1, do: 'cutAfter' });
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const body = JSON.stringify({ SecretString: JSON.stringify({ password }) }).slice(0, -3);
  faults.add({ service, operation: 'GetSecretValue', times: 1, do: { answer: { status: 200, headers, body } } });
}

it(
  'never lets a password out of the calls that write the secret',
  async context => {
    const system = await installation(context);
    const { emulator } = system;
    await system.declareExample();
    await declareCredentials(system);
    trouble(emulator);
    const environment = { REGISTRY_PASSWORD: password };

    const program = system.run(['--log-level', 'debug'], environment);
    const ready = async (count: number) => {
      const states = (await program.metrics()).of('batchwright_object_ready');
      return states.filter(({ value }) => value === 1).length === count;
    };
    await program.until('all that can be Ready', () => ready(6));
    const SecretId = 'batchwright/default/dockerhub';
    await system.aws.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ username: 'x', password: `${canary}-2` }) }),
    );
    emulator.faults.add({ service: 'secretsmanager', operation: 'PutSecretValue', times: 1, do: 'html' });
    emulator.calls.clear();
    await program.until('the repair', () => program.log.some(({ msg }) => msg === 'drift repaired'));
    expect(emulator.calls.count({ operation: 'PutSecretValue' })).toBe(2);
    await program.until('rest', () => ready(6));
    await program.until('the unusable ones to say so', () =>
      ['unusable', 'torn'].every(name =>
        program.log.some(line => line['object'] === `RegistryCredential/default/${name}` && line['ready'] !== 'True'),
      ),
    );

    const address = await program.address();
    const served = await Promise.all(
      ['/metrics', '/healthz', '/readyz', '/version'].map(async path => (await fetch(`${address}${path}`)).text()),
    );
    const cmdline = await readFile(`/proc/${program.pid}/cmdline`, 'utf8');
    const running = await dataFiles(system);
    const ended = await program.stop();
    const planned = await system.command(['plan', ...system.place, '-o', 'json'], environment).ended();
    const explained = await system.command(['plan', ...system.place], environment).ended();
    const checked = await system.command(['validate', '--dir', system.directory], environment).ended();
    const stored = await dataFiles(system);

    const said = {
      served: served.join('\n'),
      cmdline,
      stdout: ended.stdout,
      stderr: ended.stderr,
      plan: [planned, explained].map(({ stdout, stderr }) => stdout + stderr).join(),
      validate: checked.stdout + checked.stderr,
    };
    expect(leaks(said)).toEqual([]);
    expect(leaks(running)).toEqual([]);
    expect(leaks(stored)).toEqual([]);
    const carriers = spelt.flatMap(word => emulator.calls.bodyContains(word)).map(({ operation }) => operation);
    expect([...new Set(carriers)].sort()).toEqual(['PutSecretValue']);

    // Where to look is right: what may be seen is found in each of these places.
    expect(ended.stderr).toContain('dockerhub');
    expect(said.plan).toContain('50-in-the-open.yaml');
    expect(said.validate).toContain('51-torn.yaml');
    expect(Object.keys(running)).toEqual(expect.arrayContaining(['store.db', 'store.db-wal']));
    for (const files of [running, stored]) expect(Object.values(files).join()).toContain('dockerhub');
    expect(Object.values(stored).join()).toContain('DriftRepaired');
  },
  timeoutMs,
);
