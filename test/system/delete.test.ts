import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { CreateInstanceProfileCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import type { Call } from '../emulator/call-log.ts';
import { type Installation, installation } from './installation.ts';
import { inventory, nothing } from './inventory.ts';

const timeoutMs = 120_000;
const theirs = 'somebody-elses';

const image = {
  image: 'busybox',
  resourceRequirements: [
    { type: 'VCPU' as const, value: '0.25' },
    { type: 'MEMORY' as const, value: '512' },
  ],
};

/** One of each thing that Batchwright deals in, made by somebody else. */
async function foreignResources({ aws, network }: Installation): Promise<void> {
  const { iam, secrets, ec2, batch } = aws;
  await secrets.send(new CreateSecretCommand({ Name: theirs, SecretString: '{}' }));
  const trust = { Version: '2012-10-17', Statement: [] };
  await iam.send(new CreateRoleCommand({ RoleName: theirs, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: theirs }));
  const data = { LaunchTemplateName: theirs, LaunchTemplateData: { InstanceType: 'm5.large' as const } };
  await ec2.send(new CreateLaunchTemplateCommand(data));
  const { computeEnvironmentArn } = await batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: theirs,
      type: 'MANAGED',
      computeResources: {
        type: 'FARGATE',
        maxvCpus: 4,
        subnets: [...network.subnetIds],
        securityGroupIds: [network.securityGroupId],
      },
    }),
  );
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: computeEnvironmentArn }];
  const queue = { jobQueueName: theirs, priority: 1, state: 'ENABLED' as const, computeEnvironmentOrder };
  await retried(() => batch.send(new CreateJobQueueCommand(queue)));
  const definition = { type: 'container' as const, containerProperties: image };
  await batch.send(new RegisterJobDefinitionCommand({ jobDefinitionName: theirs, ...definition }));
}

/** The environment is CREATING for a moment. */
async function retried<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!String(error).includes('must be created and valid')) throw error;
    }
  }
}

const retained = ({ network }: Installation) => `
apiVersion: batchwright.dev/v1alpha1
kind: RegistryCredential
metadata: { name: kept }
spec:
  registry: ghcr.io
  source: { environment: { usernameVariable: REGISTRY_USERNAME, passwordVariable: REGISTRY_PASSWORD } }
  deletionPolicy: Retain
---
apiVersion: batchwright.dev/v1alpha1
kind: BatchEnvironment
metadata: { name: kept }
spec:
  computeEnvironments:
    - name: fargate
      computeEnvironmentName: kept-fargate
      computeResources:
        type: FARGATE
        maxvCpus: 4
        subnets: [${network.subnetIds[0]}]
        securityGroupIds: [${network.securityGroupId}]
  jobQueues:
    - { name: default, computeEnvironmentOrder: [{ order: 1, computeEnvironment: fargate }] }
  deletionPolicy: Retain
---
apiVersion: batchwright.dev/v1alpha1
kind: JobDefinition
metadata: { name: kept }
spec:
  containerProperties:
    image: busybox
    resourceRequirements: [{ type: VCPU, value: "1" }, { type: MEMORY, value: "512" }]
  deletionPolicy: Retain
`;

/** A changing call as `service:Operation subject`, the subject without what is random in it. */
function told({ service, operation, input, body }: Call): string {
  const form = Object.fromEntries(new URLSearchParams(service === 'batch' ? '' : body));
  const names = ['jobDefinition', 'jobQueue', 'computeEnvironment', 'RoleName', 'InstanceProfileName', 'SecretId'];
  const subject = names.map(name => input[name] ?? form[name]).find(value => value !== undefined);
  const name = String(subject ?? '')
    .replace(/^arn(:[^:]*){4}:(secret:|[\w-]+\/)/, '')
    .replace(/-[0-9a-f]{8}$|-[A-Za-z0-9]{6}$/, '');
  return `${service}:${operation} ${name}${input['state'] === undefined ? '' : ` ${input['state']}`}`.trim();
}

it.concurrent(
  'removes everything in an order in which nothing in use goes, keeps what is to be kept, and leaves the rest alone',
  async context => {
    const system = await installation(context);
    const { calls } = system.emulator;
    await foreignResources(system);
    const foreign = await inventory(system);
    await system.declareExample();
    await system.write('40-kept.yaml', retained(system));
    const program = system.run();
    await program.ready(7);
    const definition = { jobDefinitionName: 'fetch-and-run', type: 'container' as const, containerProperties: image };
    await system.aws.batch.send(new RegisterJobDefinitionCommand(definition));
    await program.until('our revision after the foreign one', async () =>
      (await inventory(system)).jobDefinitions.includes('fetch-and-run:3'),
    );
    await program.ready(7);
    calls.clear();

    await system.remove('10-credential.yaml', '20-environment.yaml', '30-job-definition.yaml', '40-kept.yaml');
    await program.ready(1);

    expect(await inventory(system)).toEqual({
      ...foreign,
      secrets: ['batchwright/default/kept', ...foreign.secrets].sort(),
      roles: ['batchwright-default-kept-execution', ...foreign.roles].sort(),
      computeEnvironments: ['kept-fargate', ...foreign.computeEnvironments].sort(),
      jobQueues: ['kept-default', ...foreign.jobQueues].sort(),
      jobDefinitions: ['fetch-and-run:2', 'kept:1', ...foreign.jobDefinitions].sort(),
    });
    const order = calls.of({ mutating: true }).map(told);
    expect(order).toEqual([
      'batch:DeregisterJobDefinition fetch-and-run:3',
      'batch:DeregisterJobDefinition fetch-and-run:1',
      'batch:UpdateJobQueue blog-default DISABLED',
      'batch:DeleteJobQueue blog-default',
      'batch:UpdateComputeEnvironment blog-ec2 DISABLED',
      'batch:DeleteComputeEnvironment blog-ec2',
      'iam:DetachRolePolicy batchwright-default-blog-execution',
      'iam:DeleteRolePolicy batchwright-default-blog-execution',
      'iam:DeleteRole batchwright-default-blog-execution',
      'iam:RemoveRoleFromInstanceProfile batchwright-default-blog-instance',
      'iam:DeleteInstanceProfile batchwright-default-blog-instance',
      'ec2:DeleteLaunchTemplate',
      'iam:DetachRolePolicy batchwright-default-blog-instance',
      'iam:DeleteRolePolicy batchwright-default-blog-instance',
      'iam:DeleteRole batchwright-default-blog-instance',
      'secretsmanager:DeleteSecret batchwright/default/dockerhub',
    ]);
    const secret = { SecretId: 'batchwright/default/dockerhub' };
    const { DeletedDate } = await system.aws.secrets.send(new DescribeSecretCommand(secret));
    expect(DeletedDate, 'the secret can be restored').toBeInstanceOf(Date);
    expect(calls.of({ operation: 'DeleteSecret' }).map(({ input }) => input)).toEqual([
      { SecretId: expect.any(String), RecoveryWindowInDays: 30 },
    ]);
  },
  timeoutMs,
);

it.concurrent(
  'deletes nothing when a directory is suddenly empty, and takes the secret back out of its deletion later',
  async context => {
    const system = await installation(context);
    const { calls } = system.emulator;
    await system.declareExample();
    const program = system.run();
    await program.ready(4);
    const standing = await inventory(system);
    calls.clear();

    const files = ['10-credential.yaml', '20-environment.yaml', '30-job-definition.yaml'];
    await system.remove('00-account.yaml', ...files);
    await program.until('the prune guard', () =>
      program.log.some(({ msg, rule }) => msg === 'an object that no file declares is kept for now' && rule === 'G4'),
    );
    expect((await program.metrics()).sum('batchwright_source_held_deletions')).toBe(4);
    expect(await inventory(system)).toEqual(standing);
    expect(calls.counts({ mutating: true })).toEqual({});

    await system.declareExample();
    await system.remove(...files);
    await program.ready(1);
    expect(await inventory(system)).toEqual(nothing);

    calls.clear();
    await system.declareExample();
    await program.ready(4);
    expect(calls.counts({ service: 'secretsmanager', mutating: true })).toEqual({ 'secretsmanager:RestoreSecret': 1 });
  },
  timeoutMs,
);
