import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeComputeEnvironmentsCommand, DescribeJobDefinitionsCommand } from '@aws-sdk/client-batch';
import { expect, it, type TestContext } from 'vitest';
import { type Kubectl, oldestAndNewest, ran } from '../server/kubectl.ts';
import { type Installation, installation } from './installation.ts';
import { inventory, nothing } from './inventory.ts';
import type { Program } from './program.ts';

const tried = oldestAndNewest();
if (tried.length === 0) it('kubectl drives AWS', ({ skip }) => skip('there is no kubectl on this machine'));

const timeoutMs = 180_000;
const examples = join(import.meta.dirname, '../../manifests/examples');
const everyKind = 'benv,jdef,rcred,bjob,awsa';

/** A kubectl of an installation's API. */
interface Driven {
  readonly system: Installation;
  readonly program: Program;
  /** Standard output of a command that ends with `code`, 0 when left out; standard error as well if it is not 0. */
  kubectl(args: readonly string[], code?: number, environment?: Readonly<Record<string, string>>): Promise<string>;
}

/** The loop of an installation; with `declared`, it reads the example from a directory. */
async function driven(kubectl: Kubectl, context: TestContext, declared = false): Promise<Driven> {
  const system = await installation(context);
  if (declared) await system.declareExample();
  const program = system.command([
    ...['run', '--data', system.data, '--aws-endpoint-url', system.emulator.endpoint, '--health', '127.0.0.1:0'],
    ...[
      '--api',
      '127.0.0.1:0',
      '--resync',
      '2s',
      '--iam-propagation',
      '100ms',
      ...(declared ? ['--dir', system.directory] : []),
    ],
  ]);
  await program.until('the API', () => program.log.some(({ msg }) => msg === 'the API is served'));
  const call = { kubeconfig: join(system.data, 'kubeconfig'), cache: system.path('cache') };
  return {
    system,
    program,
    kubectl: async (words, code = 0, environment = {}) => {
      const ended = await ran(kubectl, words, { ...call, environment });
      const { stdout, stderr } = ended;
      expect({ words, code: ended.code, told: ended.code === code ? '' : stdout + stderr }).toEqual({
        words,
        code,
        told: '',
      });
      return code === 0 ? stdout : stdout + stderr;
    },
  };
}

/** The examples with the network of the account, and a way to change them. */
async function manifests({ network, path }: Pick<Installation, 'network'> & { path: string }) {
  await cp(examples, path, { recursive: true });
  const edit = async (file: string, from: string | RegExp, to: string) => {
    const text = await readFile(join(path, file), 'utf8');
    expect(text).toMatch(from);
    await writeFile(join(path, file), text.replace(from, to));
  };
  for (const file of ['one-of-each/batch-environment.yaml', 'private-registry/20-environment.yaml']) {
    await edit(file, /subnets: \[.*\]/, `subnets: [${network.subnetIds[0]}]`);
    await edit(file, /securityGroupIds: \[.*\]/, `securityGroupIds: [${network.securityGroupId}]`);
  }
  return { edit };
}

/** A credential whose source holds nothing. */
const unreadable = {
  apiVersion: 'batchwright.dev/v1alpha1',
  kind: 'RegistryCredential',
  metadata: { name: 'lost' },
  spec: { registry: 'quay.io', source: { environment: { username: 'ann', passwordVariable: 'NOT_THERE' } } },
};

/** The lines of a diff that differ, without what the server counts. */
const differences = (diff: string) => diff.split('\n').filter(line => /^[-+] /.test(line) && !/generation/.test(line));

it.concurrent.for(tried)(
  'kubectl $version drives AWS: apply, wait, look, diff, edit, delete',
  { timeout: timeoutMs },
  async (version, context) => {
    const { kubectl, system } = await driven(version, context);
    const { batch } = system.aws;
    const path = system.path('manifests');
    const { edit } = await manifests({ network: system.network, path });
    const everything = ['-R', '-f', path];

    const applied = await kubectl(['apply', ...everything]);
    expect(applied.match(/ created$/gm)).toHaveLength(9);
    await kubectl(['wait', everyKind, '--all', '--for=condition=Ready', '--timeout=90s']);
    await kubectl(['wait', 'bjob/hello-once', '--for=condition=Complete', '--timeout=30s']);
    expect(await inventory(system)).toMatchObject({
      secrets: ['batchwright/default/dockerhub', 'batchwright/default/ghcr'],
      jobQueues: ['blog-default', 'small-default'],
      jobDefinitions: ['fetch-and-run:1', 'hello:1'],
    });

    const table = await kubectl(['get', everyKind]);
    expect(table).toMatch(/^batchenvironment.batchwright.dev\/blog +True +Reconciled +False +\d+s +\d+s *$/m);
    expect(table).toMatch(/^batchjob.batchwright.dev\/hello-once +True +Reconciled +SUCCEEDED +0 /m);
    const description = await kubectl(['describe', 'benv', 'blog']);
    expect(description).toMatch(/^ +Arn: +arn:aws:batch:us-east-1:\d+:job-queue\/blog-default$/m);
    expect(description).toMatch(/^ +Message: +AWS is as declared$/m);
    expect(description.match(/^ +(Last Checked|Next Check) At: +\d{4}-\S+Z$/gm)).toHaveLength(2);
    expect(description).not.toMatch(/Memo:|Tag Keys:|After:|Place:/);
    expect(description).toMatch(/^ +Normal +Created +\S+ +batchwright +created job queue blog-default$/m);

    await kubectl(['diff', ...everything]);
    await edit('one-of-each/job-definition.yaml', 'attempts: 1', 'attempts: 2');
    await edit('private-registry/20-environment.yaml', 'maxvCpus: 16', 'maxvCpus: 32');
    const changed = ['-      maxvCpus: 16', '+      maxvCpus: 32', '-    attempts: 1', '+    attempts: 2'];
    expect(differences(await kubectl(['diff', ...everything], 1))).toEqual(changed);
    expect((await kubectl(['apply', ...everything])).match(/ configured$/gm)).toHaveLength(2);
    await kubectl(['wait', 'benv,jdef', '--all', '--for=condition=Ready', '--timeout=60s']);
    const { computeEnvironments } = await batch.send(new DescribeComputeEnvironmentsCommand({}));
    expect(computeEnvironments?.map(({ computeResources }) => computeResources?.maxvCpus).sort()).toEqual([32, 4]);

    const editor = { KUBE_EDITOR: `sed -i 's/attempts: 2/attempts: 5/'` };
    expect(await kubectl(['edit', 'jdef', 'hello'], 0, editor)).toContain('edited');
    await kubectl(['wait', 'jdef/hello', '--for=condition=Ready', '--timeout=60s']);
    const { jobDefinitions } = await batch.send(new DescribeJobDefinitionsCommand({ jobDefinitionName: 'hello' }));
    const newest = jobDefinitions?.find(({ revision }) => revision === 3);
    expect(newest?.retryStrategy?.attempts).toBe(5);

    await kubectl(['delete', ...everything, '--timeout=90s']);
    expect(await kubectl(['get', everyKind])).toBe('');
    expect(await inventory(system)).toEqual(nothing);
  },
);

it.concurrent.for(tried.slice(-1))(
  'kubectl $version steers what files own and no more, and sees what an object waits for',
  { timeout: timeoutMs },
  async (version, context) => {
    const { kubectl, program, system } = await driven(version, context, true);
    const lost = system.path('lost.json');
    await writeFile(lost, JSON.stringify(unreadable));
    const jdef = 'jdef/fetch-and-run';
    const patch = ['--type=merge', '-p', '{"spec":{"retryStrategy":{"attempts":5}}}'];
    const owned = /the file \S*30-job-definition.yaml owns this object; change or remove it there/;
    await program.ready(4);

    expect(await kubectl(['patch', jdef, ...patch], 1)).toMatch(owned);
    expect(await kubectl(['delete', jdef], 1)).toMatch(owned);
    await kubectl(['annotate', jdef, 'batchwright.dev/paused=true']);
    await kubectl(['wait', jdef, '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Paused']);
    expect(await kubectl(['get', 'jdef'])).toMatch(/^fetch-and-run +True +Paused .* paused by annotation/m);
    await kubectl(['annotate', jdef, 'batchwright.dev/paused-']);
    await kubectl(['wait', jdef, '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Reconciled']);

    await kubectl(['create', '-f', lost]);
    await kubectl(['wait', 'rcred/lost', '--for=condition=Ready=Unknown', '--timeout=30s']);
    expect(await kubectl(['get', 'rcred'])).toMatch(
      /^lost +Unknown +\w+ .* environment variable NOT_THERE is not set$/m,
    );
    expect(await kubectl(['events', '--for', 'registrycredential/lost'])).toContain('NOT_THERE is not set');
    await kubectl(['delete', 'rcred', 'lost', '--timeout=30s']);
  },
);
