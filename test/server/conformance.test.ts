import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { kubeconfig } from '../../controller/server/access/kubeconfig.ts';
import { type Kubectl, kubectls, oldestAndNewest } from './kubectl.ts';
import { examples, Served } from './served.ts';
import { testServer, tokens } from './test-server.ts';

/** The black-box suite; it lies beside the repository, or where BATCHWRIGHT_CONFORMANCE says. */
const script =
  process.env['BATCHWRIGHT_CONFORMANCE'] ?? resolve(import.meta.dirname, '../../../shared/conformance/kubectl.sh');
const timeoutMs = 15 * 60_000;
/** BATCHWRIGHT_CONFORMANCE_ALL=1 tries every version, and lists of 700 objects. */
const everything = Boolean(process.env['BATCHWRIGHT_CONFORMANCE_ALL']);
const all = kubectls();
const tried = everything ? all : oldestAndNewest();
const missing = existsSync(script)
  ? `${tried.length} kubectl versions on this machine; two are to be tried`
  : `the conformance suite is not at ${script}; say where with BATCHWRIGHT_CONFORMANCE`;

if (tried.length < 2 || !existsSync(script)) it(`kubectl conformance with two versions`, ({ skip }) => skip(missing));

if (existsSync(script)) {
  it.each(tried)(
    'kubectl $version finds nothing to complain about in serve and its kinds',
    async kubectl => {
      const served = await Served.start();
      try {
        await conforms(kubectl, served.kubeconfig, examples, 'job-definition.yaml');
        expect(served.program.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
      } finally {
        await served.remove();
      }
    },
    timeoutMs,
  );

  it.each(everything ? all : all.slice(-1))(
    'kubectl $version finds nothing to complain about in kinds with maps and sets',
    async kubectl => {
      const server = await testServer();
      const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
      const config = join(folder, 'kubeconfig');
      try {
        const parts = { server: server.url, ca: server.ca, user: 'admin', token: tokens.admin };
        await writeFile(config, kubeconfig(parts), { mode: 0o600 });
        await conforms(kubectl, config, join(import.meta.dirname, 'one-of-each'), 'jobdefinition.yaml');
        expect(server.problems).toEqual([]);
      } finally {
        await server.close();
        await rm(folder, { recursive: true });
      }
    },
    timeoutMs,
  );
}

/** Runs the suite over a folder of manifests, one of which is that of the deep checks. */
async function conforms({ path }: Kubectl, config: string, manifests: string, main: string): Promise<void> {
  const output = await run(script, [config, manifests], {
    KUBECTL: path,
    MAIN: main,
    SPEC_A: '{"spec":{"retryStrategy":{"attempts":2}}}',
    SPEC_B: '{"spec":{"retryStrategy":{"attempts":3}}}',
    SPEC_PATH: '.spec.retryStrategy.attempts',
    T: '60',
    ...(everything ? { LARGE: '700' } : {}),
  });
  const failures = output.split('\n').filter(line => /^(FAIL|# {2})/.test(line));
  expect(failures).toEqual([]);
  expect(output).toMatch(/^1[4-9]\d passed, 0 failed$/m);
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn('bash', [command, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on('error', failed);
    child.on('close', () => done(output));
  });
}
