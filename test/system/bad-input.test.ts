import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DescribeComputeEnvironmentsCommand,
  ListTagsForResourceCommand,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { type Installation, installation } from './installation.ts';
import { inventory } from './inventory.ts';
import type { Program } from './program.ts';

const timeoutMs = 120_000;

const manifest = (kind: string, name: string, spec: string, annotations = '') =>
  `apiVersion: batchwright.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name}${annotations} }\nspec: ${spec}\n`;

const fromVariables =
  'source: { environment: { usernameVariable: REGISTRY_USERNAME, passwordVariable: REGISTRY_PASSWORD } }';
const container = (image: string, more = '') =>
  `containerProperties: { image: "${image}"${more}, resourceRequirements: [{ type: VCPU, value: "1" }, { type: MEMORY, value: "512" }] }`;

/** What the log says last about why an object is not Ready. */
function reasonOf(program: Program, object: string): string | undefined {
  const lines = program.log.filter(line => line['object'] === object && line['ready'] === 'False');
  const last = lines.at(-1);
  return last && `${String(last['reason'])}: ${String(last['message'])}`;
}

/** What the log says is wrong with a file. */
function problemsOf(program: Program, file: string): readonly unknown[] {
  const line = program.log.findLast(({ msg, file: of }) => msg === 'a manifest file has problems' && of === file);
  return ((line?.['problems'] ?? []) as readonly Problem[]).map(
    ({ file: of, line: row, column, path, message }) => `${of}:${row}:${column}: ${path}: ${message}`,
  );
}

interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** Mutating calls that carry one of these texts. */
function changesAbout({ emulator }: Installation, ...texts: readonly string[]): readonly string[] {
  const found = texts.flatMap(text => emulator.calls.bodyContains(text, { mutating: true }));
  return found.map(({ operation, body }) => `${operation} ${body}`);
}

describe.concurrent('the program', () => {
  it(
    'says what is wrong with a file and where, and carries out the others',
    async context => {
      const system = await installation(context);
      await system.declareExample();
      await system.write('50-syntax.yaml', 'apiVersion: batchwright.dev/v1alpha1\nkind: JobDefinition\nspec: {a: [1\n');
      await system.write(
        '51-field.yaml',
        manifest('JobDefinition', 'bad-field', `{ ${container('busybox')}, timeOut: {} }`),
      );
      await system.write('52-number.yaml', manifest('AwsAccount', 'bad-number', '{ accountId: 012345678901 }'));
      await system.write(
        '53-bound.yaml',
        manifest('JobDefinition', 'bad-bound', `{ ${container('busybox')}, timeout: { attemptDurationSeconds: 5 } }`),
      );
      await system.write('54-one.yaml', manifest('JobDefinition', 'bad-twice', `{ ${container('busybox')} }`));
      await system.write('55-two.yaml', manifest('JobDefinition', 'bad-twice', `{ ${container('busybox:2')} }`));
      await system.write('56-agent.yaml', manifest('BatchEnvironment', 'bad-agent', fargateWithAgent(system)));

      const program = system.run();
      await program.ready(4);

      expect(problemsOf(program, 'desired/50-syntax.yaml')).toEqual([
        'desired/50-syntax.yaml:4:1: : the indentation ends a quoted text or bracket that is not closed',
      ]);
      expect(problemsOf(program, 'desired/51-field.yaml')).toEqual([
        expect.stringMatching(/^desired\/51-field\.yaml:4:\d+: spec: unknown field; did you mean timeout\?$/),
      ]);
      expect(problemsOf(program, 'desired/52-number.yaml')).toEqual([
        'desired/52-number.yaml:4:20: spec.accountId: must be a string, and a number would lose its leading zero; quote it',
      ]);
      expect(problemsOf(program, 'desired/53-bound.yaml')).toEqual([
        expect.stringMatching(/^desired\/53-bound\.yaml:4:\d+: spec\.timeout\.attemptDurationSeconds: .*60/),
      ]);
      expect(problemsOf(program, 'desired/54-one.yaml')).toEqual([
        expect.stringContaining(
          'the object is declared in desired/55-two.yaml too; none of them counts until one is left',
        ),
      ]);
      expect(problemsOf(program, 'desired/56-agent.yaml')).toEqual([expect.stringMatching(/Fargate/)]);
      expect((await program.metrics()).sum('batchwright_source_invalid_files')).toBe(7);
      expect(changesAbout(system, 'bad-')).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'waits for what does not exist yet, and names it',
    async context => {
      const system = await installation(context);
      await system.declareExample();
      const spec = `{ environment: { name: blog }, ${container('docker.io/acme/x', ', registryCredential: { name: nowhere }')} }`;
      await system.write('50-reference.yaml', manifest('JobDefinition', 'unknown-reference', spec));
      await system.write(
        '51-grant.yaml',
        manifest('RegistryCredential', 'ungranted', `{ registry: ghcr.io, ${fromVariables} }`),
      );
      const grant = `{ environment: { name: blog }, ${container('ghcr.io/acme/x', ', registryCredential: { name: ungranted }')} }`;
      await system.write('52-grant.yaml', manifest('JobDefinition', 'not-granted', grant));
      const program = system.run();
      const unknown = 'JobDefinition/default/unknown-reference';
      const refused = 'JobDefinition/default/not-granted';
      await readyBeside(program, 5, [unknown, refused]);

      expect(reasonOf(program, unknown)).toBe(
        'DependencyNotReady: spec.containerProperties.registryCredential.name: RegistryCredential default/nowhere does not exist',
      );
      expect(reasonOf(program, refused)).toMatch(
        /^CredentialNotGranted: the execution role of BatchEnvironment blog may not read RegistryCredential ungranted: add it to spec\.registryCredentials/,
      );
      expect(changesAbout(system, 'unknown-reference', 'not-granted')).toEqual([]);

      await system.write(
        '60-nowhere.yaml',
        manifest('RegistryCredential', 'nowhere', `{ registry: docker.io/acme, ${fromVariables} }`),
      );
      await system.edit(
        '20-environment.yaml',
        '- name: dockerhub',
        '- name: dockerhub\n    - name: nowhere\n    - name: ungranted',
      );
      await program.ready(8);
    },
    timeoutMs,
  );

  it(
    'lets the older of two objects keep a name in AWS, and changes nothing for the other',
    async context => {
      const system = await installation(context);
      await system.declareExample();
      await system.write(
        '50-one.yaml',
        manifest('RegistryCredential', 'one', `{ registry: ghcr.io, secretName: contested, ${fromVariables} }`),
      );
      const aws = ', annotations: { batchwright.dev/aws-name: contested-definition }';
      await system.write('51-one.yaml', manifest('JobDefinition', 'one', `{ ${container('busybox:1')} }`, aws));
      const program = system.run();
      await program.ready(6);
      system.emulator.calls.clear();
      await system.write(
        '60-two.yaml',
        manifest('RegistryCredential', 'two', `{ registry: quay.io, secretName: contested, ${fromVariables} }`),
      );
      await system.write('61-two.yaml', manifest('JobDefinition', 'two', `{ ${container('busybox:2')} }`, aws));
      await readyBeside(program, 6, ['RegistryCredential/default/two', 'JobDefinition/default/two']);

      expect(reasonOf(program, 'RegistryCredential/default/two')).toMatch(
        /^Conflict: secret contested (is also declared by|belongs to) RegistryCredential\/default\/one/,
      );
      expect(reasonOf(program, 'JobDefinition/default/two')).toMatch(
        /^Conflict: job definition contested-definition (is also declared by|belongs to) JobDefinition\/default\/one/,
      );
      expect(system.emulator.calls.counts({ mutating: true })).toEqual({});
    },
    timeoutMs,
  );

  it(
    'leaves alone what others made under a name of ours, until adoption is asked for',
    async context => {
      const system = await installation(context);
      const { aws, emulator } = system;
      await foreignNames(system);
      emulator.calls.clear();
      await system.declareExample();
      await system.write('50-credential.yaml', foreignCredential(''));
      await system.write('51-environment.yaml', foreignEnvironment(system));
      await system.write('52-definition.yaml', manifest('JobDefinition', 'taken', `{ ${container('busybox')} }`));
      const program = system.run();
      await readyBeside(program, 4, [
        'RegistryCredential/default/taken',
        'BatchEnvironment/default/taken',
        'JobDefinition/default/taken',
      ]);

      const notOwned = (what: string) =>
        `${what} exists and was not made by this controller; to manage it set the annotation batchwright.dev/adopt: "true", or choose another name`;
      expect(reasonOf(program, 'RegistryCredential/default/taken')).toBe(
        `NotOwned: ${notOwned('secret taken/secret')}`,
      );
      expect(reasonOf(program, 'JobDefinition/default/taken')).toBe(`NotOwned: ${notOwned('job definition taken')}`);
      expect(reasonOf(program, 'BatchEnvironment/default/taken')).toContain(notOwned('IAM role taken-role'));
      expect(reasonOf(program, 'BatchEnvironment/default/taken')).toContain(notOwned('job queue taken-queue'));
      expect(changesAbout(system, 'taken/secret', 'taken-role', 'taken-queue', '"jobDefinitionName":"taken"')).toEqual(
        [],
      );
      const { Tags } = await aws.secrets.send(new DescribeSecretCommand({ SecretId: 'taken/secret' }));
      expect(Tags ?? []).toEqual([]);

      emulator.calls.clear();
      await system.write('50-credential.yaml', foreignCredential(', annotations: { batchwright.dev/adopt: "true" }'));
      const adopt = ', annotations: { batchwright.dev/adopt: "true" }';
      await system.write(
        '52-definition.yaml',
        manifest('JobDefinition', 'taken', `{ ${container('busybox')} }`, adopt),
      );
      await program.until('the adoption', async () => {
        const states = (await program.metrics()).of('batchwright_object_ready');
        return states.filter(({ value }) => value === 1).length === 6;
      });
      expect(emulator.calls.counts({ mutating: true })).toEqual({
        'secretsmanager:TagResource': 1,
        'secretsmanager:UpdateSecret': 1,
        'secretsmanager:PutSecretValue': 1,
        'batch:TagResource': 1,
      });
      const arn = `arn:aws:batch:${emulator.region}:${emulator.account}:job-definition/taken:1`;
      const { tags } = await aws.batch.send(new ListTagsForResourceCommand({ resourceArn: arn }));
      expect(tags).toMatchObject({ 'batchwright.dev/object': 'JobDefinition/default/taken' });
      expect((await inventory(system)).jobDefinitions).toContain('taken:1');
    },
    timeoutMs,
  );

  it(
    'keeps the objects of a file that breaks, until it is mended',
    async context => {
      const system = await installation(context);
      await system.declareExample();
      const program = system.run();
      await program.ready(4);
      const before = await inventory(system);
      system.emulator.calls.clear();

      await system.edit('30-job-definition.yaml', 'spec:', 'spec: [');
      await program.until('the problem', () => problemsOf(program, 'desired/30-job-definition.yaml').length > 0);
      await system.remove('20-environment.yaml');
      await program.until('the deletion to be held', () =>
        program.log.some(({ rule, object }) => rule === 'G3' && object === 'BatchEnvironment/default/blog'),
      );
      expect(await inventory(system)).toEqual(before);
      expect(system.emulator.calls.counts({ mutating: true })).toEqual({});

      await system.edit('30-job-definition.yaml', 'spec: [', 'spec:');
      await program.until('the deletion to wait', () =>
        reasonOf(program, 'BatchEnvironment/default/blog')?.startsWith('Deleting'),
      );

      expect(reasonOf(program, 'BatchEnvironment/default/blog')).toBe(
        'Deleting: still used by JobDefinition default/fetch-and-run; it goes when they are gone',
      );
      expect(await inventory(system)).toEqual(before);
      expect(system.emulator.calls.counts({ mutating: true })).toEqual({});
    },
    timeoutMs,
  );
});

/** Waits until so many objects are Ready and the log says why each of the others is not. */
async function readyBeside(program: Program, count: number, others: readonly string[]): Promise<void> {
  await program.until(`${count} objects Ready, and why not the others`, async () => {
    const states = (await program.metrics()).of('batchwright_object_ready');
    return (
      states.length === count + others.length &&
      states.filter(({ value }) => value === 1).length === count &&
      others.every(object => reasonOf(program, object) !== undefined)
    );
  });
}

const foreignCredential = (annotations: string) =>
  manifest(
    'RegistryCredential',
    'taken',
    `{ registry: ghcr.io, secretName: taken/secret, ${fromVariables} }`,
    annotations,
  );

const fargate = ({ network }: Installation) =>
  `{ type: FARGATE, maxvCpus: 4, subnets: [${network.subnetIds[0]}], securityGroupIds: [${network.securityGroupId}] }`;

const fargateWithAgent = (system: Installation) =>
  `{ agentRegistryAuth: { registryCredentials: [{ name: dockerhub }] }, computeEnvironments: [{ name: f, computeResources: ${fargate(system)} }] }`;

const foreignEnvironment = (system: Installation) =>
  manifest(
    'BatchEnvironment',
    'taken',
    `{ executionRole: { roleName: taken-role }, computeEnvironments: [{ name: f, computeResources: ${fargate(system)} }], jobQueues: [{ name: q, jobQueueName: taken-queue, computeEnvironmentOrder: [{ order: 1, computeEnvironment: f }] }] }`,
  );

async function foreignNames({ aws, network }: Installation): Promise<void> {
  const { iam, secrets, batch } = aws;
  await secrets.send(new CreateSecretCommand({ Name: 'taken/secret', SecretString: '{}' }));
  const trust = { Version: '2012-10-17', Statement: [] };
  await iam.send(new CreateRoleCommand({ RoleName: 'taken-role', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'taken',
      type: 'container',
      containerProperties: {
        image: 'busybox',
        resourceRequirements: [
          { type: 'VCPU', value: '1' },
          { type: 'MEMORY', value: '512' },
        ],
      },
    }),
  );
  const name = 'others';
  await batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: name,
      type: 'MANAGED',
      computeResources: {
        type: 'FARGATE',
        maxvCpus: 4,
        subnets: [...network.subnetIds],
        securityGroupIds: [network.securityGroupId],
      },
    }),
  );
  for (let status = ''; status !== 'VALID'; ) {
    const { computeEnvironments } = await batch.send(
      new DescribeComputeEnvironmentsCommand({ computeEnvironments: [name] }),
    );
    status = computeEnvironments?.[0]?.status ?? '';
  }
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: name }];
  await batch.send(new CreateJobQueueCommand({ jobQueueName: 'taken-queue', priority: 7, computeEnvironmentOrder }));
}
