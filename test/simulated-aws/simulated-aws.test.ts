import {
  ClientException,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobsCommand,
  ListConsumableResourcesCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  GetRoleCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../clock.ts';
import { SimulatedAws } from './simulated-aws.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

describe('a whole environment', () => {
  it('comes up, runs a job, and goes down in order', async () => {
    const { batch, ec2, iam, secretsManager, sts } = sim.clients;
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });

    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012');
    const secret = await secretsManager.send(new CreateSecretCommand({ Name: 'registry', SecretString: login }));
    await iam.send(new CreateRoleCommand({ RoleName: 'instance', AssumeRolePolicyDocument: trust }));
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'instance', PolicyArn }));
    const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'instance' }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'instance', RoleName: 'instance' }));
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: 'boot', LaunchTemplateData: { EbsOptimized: true } }),
    );
    await clock.advance(sim.durations.iamPropagation);
    await batch.send(
      new CreateComputeEnvironmentCommand({
        computeEnvironmentName: 'blue',
        type: 'MANAGED',
        computeResources: {
          type: 'EC2',
          allocationStrategy: 'BEST_FIT_PROGRESSIVE',
          maxvCpus: 16,
          instanceTypes: ['m5'],
          instanceRole: InstanceProfile?.Arn,
          subnets: ['subnet-1'],
          securityGroupIds: ['sg-1'],
          launchTemplate: { launchTemplateId: LaunchTemplate?.LaunchTemplateId, version: '1' },
        },
      }),
    );
    await clock.advance(sim.durations.createComputeEnvironment);
    await batch.send(
      new CreateJobQueueCommand({
        jobQueueName: 'main',
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'blue' }],
      }),
    );
    await clock.advance(sim.durations.createJobQueue);
    const { jobDefinitionArn } = await batch.send(
      new RegisterJobDefinitionCommand({
        jobDefinitionName: 'hello',
        type: 'container',
        containerProperties: {
          image: 'registry.example/hello',
          executionRoleArn: sim.iam.addRole('execution', {
            trusts: ['ecs-tasks.amazonaws.com'],
            inlinePolicies: { pull: allow('secretsmanager:GetSecretValue', secret.ARN) },
          }),
          repositoryCredentials: { credentialsParameter: secret.ARN },
          resourceRequirements: [
            { type: 'VCPU', value: '1' },
            { type: 'MEMORY', value: '512' },
          ],
        },
      }),
    );
    const { jobId = '' } = await batch.send(
      new SubmitJobCommand({ jobName: 'once', jobQueue: 'main', jobDefinition: jobDefinitionArn }),
    );
    await clock.advance(2 * sim.durations.jobStep + sim.durations.jobRun);

    const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
    expect(jobs?.[0]?.status).toBe('SUCCEEDED');

    await batch.send(new UpdateJobQueueCommand({ jobQueue: 'main', state: 'DISABLED' }));
    await clock.advance(sim.durations.updateJobQueue);
    await batch.send(new DeleteJobQueueCommand({ jobQueue: 'main' }));
    await clock.advance(sim.durations.deleteJobQueue + sim.durations.relationshipLag);
    await batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: 'blue', state: 'DISABLED' }));
    await clock.advance(sim.durations.updateMetadata);
    await batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: 'blue' }));
    await clock.advance(sim.durations.deleteComputeEnvironment + sim.durations.lingerDeleted);

    const left = await batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments: ['blue'] }));
    expect(left.computeEnvironments).toEqual([]);
    expect(sim.batch.jobQueues.size).toBe(0);
    expect(sim.agenda.nextAt).toBeUndefined();
  });
});

describe('answers', () => {
  it('refuses a command that it does not know by name', async () => {
    const call = sim.clients.batch.send(new ListConsumableResourcesCommand({}));

    await expect(call).rejects.toThrow('the simulated batch does not know ListConsumableResourcesCommand');
  });

  it('fails with the exceptions of the SDK', async () => {
    const call = sim.clients.batch.send(new DeleteJobQueueCommand({ jobQueue: 'nowhere' }));

    const error: unknown = await call.catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ClientException);
    expect(error).toMatchObject({
      name: 'ClientException',
      $fault: 'client',
      message: 'arn:aws:batch:eu-west-1:123456789012:job-queue/nowhere does not exist',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });

  it('neither keeps what was sent nor hands out what it keeps', async () => {
    const tags: Record<string, string> = { team: 'a' };
    const input = { jobDefinitionName: 'hello', type: 'container' as const, containerProperties: { image: 'a' }, tags };
    await sim.clients.batch.send(new RegisterJobDefinitionCommand({ ...input, ...container }));

    tags['team'] = 'b';

    expect(sim.batch.jobDefinitions.get('hello:1')?.tags).toEqual({ team: 'a' });
    expect(sim.calls.at(0)?.input).toMatchObject({ tags: { team: 'a' } });
  });
});

describe('another Region', () => {
  it('shares roles with the first and nothing else', async () => {
    const other = new SimulatedAws({ clock, region: 'us-east-1', iam: sim.iam });
    sim.iam.addRole('job');
    await sim.clients.secretsManager.send(new CreateSecretCommand({ Name: 'registry' }));

    const { Role } = await other.clients.iam.send(new GetRoleCommand({ RoleName: 'job' }));
    const { SecretList } = await other.clients.secretsManager.send(new ListSecretsCommand({}));

    expect([Role?.Arn, SecretList]).toEqual(['arn:aws:iam::123456789012:role/job', []]);
  });
});

describe('determinism', () => {
  const history = async (seed: number) => {
    const time = new FakeClock();
    const aws = new SimulatedAws({ clock: time, seed, reorders: true });
    const answers: unknown[] = [];
    for (const Name of ['a', 'b', 'c']) {
      answers.push(await aws.clients.secretsManager.send(new CreateSecretCommand({ Name, SecretString: Name })));
      const LaunchTemplateData = { EbsOptimized: true };
      answers.push(
        await aws.clients.ec2.send(
          new CreateLaunchTemplateCommand({ LaunchTemplateName: `lt-${Name}`, LaunchTemplateData }),
        ),
      );
      await time.advance(1_000);
    }
    return JSON.stringify([answers, [...aws.calls]]);
  };

  it('the same seed gives the same history, another one another', async () => {
    expect(await history(7)).toBe(await history(7));
    expect(await history(7)).not.toBe(await history(8));
  });
});

const login = JSON.stringify({ username: 'robot', password: 'secret' });

function allow(Action: string, Resource: string | undefined): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
}

const container = {
  containerProperties: {
    image: 'a',
    resourceRequirements: [
      { type: 'VCPU' as const, value: '1' },
      { type: 'MEMORY' as const, value: '512' },
    ],
  },
};
