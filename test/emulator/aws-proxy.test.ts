import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import {
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  GetJobQueueSnapshotCommand,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import {
  CreateLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  DescribePlacementGroupsCommand,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settled } from '../clock.ts';
import { AwsProxy } from './aws-proxy.ts';
import type { Emulator } from './emulator.ts';
import type { Fault } from './faults.ts';
import type { Stage } from './stage.ts';
import { clientsOf, refusal, sharedEmulator, steppedEmulator } from './started.ts';
import type { Upstream } from './upstream.ts';

const TRUST = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { Service: 'batch.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

let emulator: Emulator;
let aws: ReturnType<typeof clientsOf>;

beforeEach(async () => {
  emulator = await sharedEmulator();
  aws = clientsOf(emulator);
});

afterEach(() => emulator.stop());

const READS: Readonly<Record<string, () => Promise<unknown>>> = {
  batch: () => aws.batch.send(new DescribeComputeEnvironmentsCommand({})),
  secretsmanager: () => aws.secrets.send(new ListSecretsCommand({})),
  ec2: () => aws.ec2.send(new DescribeLaunchTemplatesCommand({})),
  iam: () => aws.iam.send(new ListRolesCommand({})),
  sts: () => aws.sts.send(new GetCallerIdentityCommand({})),
};

describe('errors in the shape of their service', () => {
  it.each<{ service: string; fault: Fault; name: string; status: number; retried: boolean }>([
    { service: 'batch', fault: 'throttle', name: 'TooManyRequestsException', status: 429, retried: true },
    { service: 'batch', fault: 'server', name: 'ServerException', status: 500, retried: true },
    { service: 'batch', fault: 'denied', name: 'AccessDeniedException', status: 403, retried: false },
    { service: 'batch', fault: 'expired', name: 'ExpiredTokenException', status: 403, retried: false },
    { service: 'secretsmanager', fault: 'throttle', name: 'ThrottlingException', status: 400, retried: true },
    { service: 'secretsmanager', fault: 'server', name: 'InternalServiceError', status: 500, retried: true },
    { service: 'secretsmanager', fault: 'denied', name: 'AccessDeniedException', status: 400, retried: false },
    { service: 'ec2', fault: 'throttle', name: 'RequestLimitExceeded', status: 503, retried: true },
    { service: 'ec2', fault: 'server', name: 'InternalError', status: 500, retried: true },
    { service: 'ec2', fault: 'denied', name: 'UnauthorizedOperation', status: 403, retried: false },
    { service: 'iam', fault: 'throttle', name: 'Throttling', status: 400, retried: true },
    { service: 'iam', fault: 'server', name: 'ServiceFailureException', status: 500, retried: true },
    { service: 'iam', fault: 'denied', name: 'AccessDenied', status: 403, retried: false },
    { service: 'sts', fault: 'throttle', name: 'Throttling', status: 400, retried: true },
    {
      service: 'batch',
      fault: { error: { status: 400, code: 'ClientException', message: 'a <b> & "c"' } },
      name: 'ClientException',
      status: 400,
      retried: false,
    },
    {
      service: 'ec2',
      fault: { error: { status: 400, code: 'InvalidLaunchTemplateId.NotFound', message: 'a <b> & "c"' } },
      name: 'InvalidLaunchTemplateId.NotFound',
      status: 400,
      retried: false,
    },
  ])('$service $fault is $name, retried: $retried', async ({ service, fault, name, status, retried }) => {
    emulator.faults.add({ service, do: fault });
    const error = await READS[service]?.().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status, requestId: expect.any(String) } });
    if (typeof fault === 'object') expect(error).toMatchObject({ message: 'a <b> & "c"' });

    emulator.calls.clear();
    emulator.faults.clear();
    emulator.faults.add({ service, do: fault, times: 1 });
    aws = clientsOf(emulator, 2);
    const outcome = await READS[service]?.().then(
      () => 'answered',
      () => 'failed',
    );
    expect([outcome, emulator.calls.count()]).toEqual(retried ? ['answered', 2] : ['failed', 1]);
    expect(emulator.calls.of()[0]).toMatchObject({ status, fault: typeof fault === 'string' ? fault : 'error' });
  });

  it('a page of a gateway is no answer of a service', async () => {
    emulator.faults.add({ do: 'html' });
    const error = await READS['batch']?.().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 502 } });
  });
});

describe('cut connections', () => {
  it('before: nothing was done', async () => {
    emulator.faults.add({ do: 'cutBefore', times: 1 });
    expect((await refusal(createRole('a'))).message).toMatch(/socket hang up|ECONNRESET/);
    expect(emulator.calls.of()).toMatchObject([{ operation: 'CreateRole', status: 0, fault: 'cutBefore' }]);
    await createRole('a');
  });

  it('after: it was done, and nobody was told', async () => {
    emulator.faults.add({ do: 'cutAfter', times: 1 });
    expect((await refusal(createRole('a'))).message).toMatch(/socket hang up|ECONNRESET/);
    expect((await refusal(createRole('a'))).name).toBe('EntityAlreadyExistsException');
  });

  it('a lost answer makes a second revision inside an SDK that retries', async () => {
    emulator.faults.add({ operation: 'RegisterJobDefinition', do: 'cutAfter', times: 1 });
    const { batch } = clientsOf(emulator, 3);
    const definition = await batch.send(
      new RegisterJobDefinitionCommand({
        jobDefinitionName: 'lost',
        type: 'container',
        containerProperties: { image: 'a', vcpus: 1, memory: 128 },
      }),
    );
    expect(definition.revision).toBe(2);
  });

  it('in the middle of idleness cost a retry at most', async () => {
    aws = clientsOf(emulator, 2);
    await READS['batch']?.();
    emulator.cutIdleConnections();
    await READS['batch']?.();
    expect(emulator.calls.count()).toBe(2);
  });
});

describe('time', () => {
  it('delays what it is told to delay', async () => {
    const stepped = await steppedEmulator();
    const { iam } = clientsOf(stepped);
    stepped.faults.add({ operation: 'GetRole', do: 'none', delayMs: 1000 });
    let answered = false;
    const call = refusal(iam.send(new GetRoleCommand({ RoleName: 'a' }))).then(error => {
      answered = true;
      return error;
    });
    while (stepped.clock.pending.length === 0) await settled();

    await stepped.clock.advance(999);
    expect(answered).toBe(false);
    await stepped.clock.advance(1);
    expect((await call).name).toBe('NoSuchEntityException');
  });

  it('leaves a call without an answer for the caller to give up', async () => {
    emulator.faults.add({ do: 'hang' });
    const abort = new AbortController();
    const call = refusal(aws.batch.send(new DescribeComputeEnvironmentsCommand({}), { abortSignal: abort.signal }));
    while (emulator.calls.count() === 0) await settled();
    abort.abort();
    expect((await call).name).toBe('AbortError');
  });
});

describe('answers of the past', () => {
  it('are given once by rule', async () => {
    await secretNames(emulator);
    await createSecret(emulator, 'a');
    emulator.faults.add({ operation: 'ListSecrets', do: 'stale', times: 1 });

    expect(await secretNames(emulator)).toEqual([]);
    expect(await secretNames(emulator)).toEqual(['a']);
  });

  it('are given for a while after a write', async () => {
    const lagging = await steppedEmulator({ readLag: { 'secretsmanager:ListSecrets': 5000 } });
    expect(await secretNames(lagging)).toEqual([]);
    await createSecret(lagging, 'a');
    await lagging.clock.advance(3000);
    await createSecret(lagging, 'b');

    expect(await secretNames(lagging)).toEqual([]);
    const { secrets } = clientsOf(lagging);
    expect((await secrets.send(new DescribeSecretCommand({ SecretId: 'b' }))).Name).toBe('b');
    await lagging.clock.advance(2000);
    expect(await secretNames(lagging)).toEqual(['b', 'a']);
  });
});

describe('accounts', () => {
  it('are separate on one store, whatever access key is used', async () => {
    const other = await sharedEmulator();
    await createSecret(emulator, 'mine');

    expect(await secretNames(other)).toEqual([]);
    expect(await secretNames(emulator)).toEqual(['mine']);
    expect((await aws.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(emulator.account);
    expect((await clientsOf(other).sts.send(new GetCallerIdentityCommand({}))).Account).toBe(other.account);
    await other.stop();
  });

  it('change with the credentials of an assumed role', async () => {
    const RoleArn = 'arn:aws:iam::210987654321:role/deployer';
    const { Credentials } = await aws.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const assumed = clientsOf({ client: { ...emulator.client, credentials } });

    expect(await assumed.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '210987654321',
      Arn: 'arn:aws:sts::210987654321:assumed-role/deployer/test',
    });
    await assumed.secrets.send(new CreateSecretCommand({ Name: emulator.account, SecretString: 'x' }));
    expect(await secretNames(emulator)).toEqual([]);
    expect(emulator.calls.of({ operation: 'CreateSecret' })).toMatchObject([{ account: '210987654321' }]);
    await assumed.secrets.send(
      new DeleteSecretCommand({ SecretId: emulator.account, ForceDeleteWithoutRecovery: true }),
    );
  });
});

describe('what moto lacks', () => {
  it.each([
    {
      name: 'a path',
      call: () => aws.batch.send(new GetJobQueueSnapshotCommand({ jobQueue: 'q' })),
      message: "can't answer batch:GetJobQueueSnapshot (HTTP 404)",
    },
    {
      name: 'an action',
      call: () => aws.ec2.send(new DescribePlacementGroupsCommand({})),
      message: "can't answer ec2:DescribePlacementGroups (NotImplementedError: The describe_placement_groups action",
    },
  ])('$name ends in one clear error', async ({ call, message }) => {
    aws = clientsOf(emulator, 3);
    const error = await refusal(call());
    expect(error.name).toBe('NotImplementedByEmulator');
    expect(error.message).toContain(message);
    expect(emulator.calls.of()).toMatchObject([{ status: 501 }]);
  });
});

it('answers every read while a store is being filled, though moto itself now and then fails', async () => {
  const writes = Array.from({ length: 60 }, (_, index) => createSecret(emulator, `s${index}`));
  const reads = Array.from({ length: 60 }, () => secretNames(emulator));
  await Promise.all([...writes, ...reads]);
  expect(emulator.calls.of().filter(({ status }) => status !== 200)).toEqual([]);
});

it('keeps connections alive between calls', async () => {
  const agent = new Agent({ keepAlive: true });
  const reused = [];
  for (let round = 0; round < 2; round += 1) {
    const call = request(emulator.endpoint, { agent, method: 'POST' });
    call.end('{}');
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'close');
    reused.push(call.reusedSocket);
  }
  agent.destroy();
  expect(reused).toEqual([false, true]);
});

it('throttles above a rate', async () => {
  const stepped = await steppedEmulator();
  stepped.faults.limit({ service: 'batch', operation: 'DescribeJobDefinitions', perSecond: 1, burst: 2 });
  const { batch } = clientsOf(stepped);
  const ask = () => batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' }));

  await ask();
  await ask();
  expect((await refusal(ask())).name).toBe('TooManyRequestsException');
  await stepped.clock.advance(1000);
  await ask();
});

it('forwards to this machine only', async () => {
  await expect(sharedEmulator({ motoEndpoint: 'https://batch.us-east-1.amazonaws.com' })).rejects.toThrow(
    'forwards to this machine only, not to batch.us-east-1.amazonaws.com',
  );
});

it('says that the store is gone when it is', async () => {
  const orphan = await sharedEmulator({ motoEndpoint: 'http://127.0.0.1:9' });
  const { ec2 } = clientsOf(orphan, 3);
  const answer = await fetch(orphan.endpoint, { method: 'POST', body: 'Action=A' });
  expect(await answer.text()).toContain('does not answer; has its process ended?');
  await refusal(ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'abc', LaunchTemplateData: {} })));
  expect(orphan.calls.count({ service: 'ec2' })).toBe(1);
  await orphan.stop();
});

it('lets Batch calls take turns, so that no answer mixes what two moments of the store said', async () => {
  const told: string[] = [];
  const stage: Stage = {
    before: async () => void told.push('before'),
    after: (_request, _account, answer) => {
      told.push('after');
      return answer;
    },
  };
  const clock = new FakeClock();
  const answer = async () => {
    while (proxy.calls.count() < 5) await settled();
    return { status: 200, headers: {}, body: '{"jobQueues":[]}' };
  };
  const upstream = { answer } as unknown as Upstream;
  const proxy = new AwsProxy({ upstream, clock, account: '123456789012', stages: [stage], readLag: {}, paging: {} });
  const { batch } = clientsOf({ client: { ...emulator.client, endpoint: await proxy.listen() } });

  await Promise.all(Array.from({ length: 5 }, () => batch.send(new DescribeJobQueuesCommand({}))));
  await proxy.close();

  expect(told).toEqual(Array.from({ length: 5 }, () => ['before', 'after']).flat());
});

function createRole(RoleName: string) {
  return aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
}

function createSecret(owner: Emulator, Name: string) {
  return clientsOf(owner).secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
}

async function secretNames(owner: Emulator) {
  const { SecretList } = await clientsOf(owner).secrets.send(new ListSecretsCommand({}));
  return (SecretList ?? []).map(({ Name }) => Name);
}
