import { DescribeJobQueuesCommand, RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { CreateLaunchTemplateCommand, DescribeLaunchTemplatesCommand } from '@aws-sdk/client-ec2';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, DescribeSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../clock.ts';
import { containerJob } from './batch/samples.ts';
import type { Fault } from './faults.ts';
import { rejection } from './rejection.ts';
import type { Service } from './service.ts';
import { SimulatedAws } from './simulated-aws.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

function register(abortSignal?: AbortSignal): Promise<unknown> {
  return sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('a')), {
    ...(abortSignal && { abortSignal }),
  });
}

async function failure(call: Promise<unknown>): Promise<object> {
  return call.then(
    () => ({}),
    (thrown: unknown) => thrown as object,
  );
}

describe('scripted faults', () => {
  it.each<{ fault: Fault; applied: boolean; error: object }>([
    {
      fault: 'throttle',
      applied: false,
      error: { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } },
    },
    {
      fault: 'serverError',
      applied: false,
      error: { name: 'ServerException', $fault: 'server', $metadata: { httpStatusCode: 500 } },
    },
    { fault: 'serverErrorApplied', applied: true, error: { name: 'ServerException' } },
    { fault: 'lostRequest', applied: false, error: { name: 'TimeoutError', code: 'ECONNRESET' } },
    { fault: 'lostAnswer', applied: true, error: { name: 'TimeoutError', code: 'ECONNRESET' } },
    {
      fault: 'accessDenied',
      applied: false,
      error: { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } },
    },
    {
      fault: 'expiredToken',
      applied: false,
      error: { name: 'ExpiredTokenException', $metadata: { httpStatusCode: 403 } },
    },
    {
      fault: { name: 'ClientException', message: 'any', status: 404 },
      applied: false,
      error: { name: 'ClientException', message: 'any', $fault: 'client', $metadata: { httpStatusCode: 404 } },
    },
  ])('$fault: applied $applied', async ({ fault, applied, error }) => {
    sim.fail({ operation: 'RegisterJobDefinition', with: fault });

    expect(await failure(register())).toMatchObject(error);
    expect(sim.batch.jobDefinitions.size).toBe(applied ? 1 : 0);
    expect(sim.calls.at(0)?.outcome).toMatchObject({ phase: 'failed', applied });
    expect(await rejection(register())).toBe('not refused');
  });

  it.each<{
    service: Service;
    call: () => Promise<unknown>;
    names: Record<'throttle' | 'serverError' | 'accessDenied' | 'expiredToken', string>;
  }>([
    {
      service: 'ec2',
      call: () => sim.clients.ec2.send(new DescribeLaunchTemplatesCommand({})),
      names: {
        throttle: 'RequestLimitExceeded',
        serverError: 'InternalError',
        accessDenied: 'UnauthorizedOperation',
        expiredToken: 'RequestExpired',
      },
    },
    {
      service: 'iam',
      call: () => sim.clients.iam.send(new GetRoleCommand({ RoleName: 'x' })),
      names: {
        throttle: 'Throttling',
        serverError: 'ServiceFailureException',
        accessDenied: 'AccessDenied',
        expiredToken: 'ExpiredToken',
      },
    },
    {
      service: 'secretsManager',
      call: () => sim.clients.secretsManager.send(new ListSecretsCommand({})),
      names: {
        throttle: 'ThrottlingException',
        serverError: 'InternalServiceError',
        accessDenied: 'AccessDeniedException',
        expiredToken: 'ExpiredTokenException',
      },
    },
    {
      service: 'sts',
      call: () => sim.clients.sts.send(new GetCallerIdentityCommand({})),
      names: {
        throttle: 'Throttling',
        serverError: 'InternalFailure',
        accessDenied: 'AccessDenied',
        expiredToken: 'ExpiredToken',
      },
    },
  ])('have the names that $service gives them', async ({ service, call, names }) => {
    for (const fault of Object.keys(names) as (keyof typeof names)[]) {
      sim.fail({ service, with: fault });

      expect(await failure(call())).toMatchObject({ name: names[fault] });
    }
  });

  it('strike the calls they are meant for, as often as they should', async () => {
    sim.fail({ operation: 'RegisterJobDefinition', skip: 1, times: 2, with: 'throttle' });
    sim.fail({ call: 5, with: 'accessDenied' });
    sim.fail({
      operation: 'CreateSecret',
      match: ({ input }) => (input as { Name: string }).Name === 'b',
      with: 'throttle',
    });

    const outcomes: string[] = [];
    for (let times = 0; times < 6; times++) outcomes.push((await rejection(register())).split(':')[0] ?? '');
    for (const Name of ['a', 'b', 'c']) {
      outcomes.push(
        (await rejection(sim.clients.secretsManager.send(new CreateSecretCommand({ Name })))).split(':')[0] ?? '',
      );
    }

    expect(outcomes).toEqual([
      'not refused',
      'TooManyRequestsException',
      'TooManyRequestsException',
      'not refused',
      'not refused',
      'AccessDeniedException',
      'not refused',
      'ThrottlingException',
      'not refused',
    ]);
    expect(sim.unspentFaults).toBe(0);
  });

  it('can be taken back, one or all', async () => {
    const takeBack = sim.fail({ times: Number.POSITIVE_INFINITY, with: 'throttle' });
    takeBack();
    expect(await rejection(register())).toBe('not refused');
    sim.fail({ with: 'throttle' });
    expect(sim.unspentFaults).toBe(1);

    sim.calm();

    expect(await rejection(register())).toBe('not refused');
  });

  it.each([{ applied: true }, { applied: false }])(
    'hang until the caller gives up, applied $applied',
    async ({ applied }) => {
      const caller = new AbortController();
      sim.fail({ with: { hang: true, applied } });
      let ended = false;
      const call = failure(register(caller.signal)).finally(() => {
        ended = true;
      });
      await clock.advance(3_600_000);
      expect(ended).toBe(false);
      expect(sim.calls.at(0)?.outcome).toEqual({ phase: 'open', applied: false });

      caller.abort();

      expect(await call).toMatchObject({ name: 'AbortError' });
      expect(sim.batch.jobDefinitions.size).toBe(applied ? 1 : 0);
      expect(sim.calls.at(0)?.outcome).toMatchObject({ phase: 'failed', applied });
    },
  );

  it('answer late what was done at once', async () => {
    sim.fail({ with: { delayMs: 30_000 } });
    let answer: unknown;
    const call = register().then(result => {
      answer = result;
    });

    await clock.advance(29_999);
    expect([answer, sim.batch.jobDefinitions.size]).toEqual([undefined, 1]);
    await clock.advance(1);
    await call;
    expect(answer).toMatchObject({ revision: 1 });
    expect(clock.pending).toEqual([]);
  });
});

describe('an abort signal', () => {
  it('that was given beforehand lets nothing happen at all', async () => {
    expect(await failure(register(AbortSignal.abort()))).toMatchObject({ name: 'AbortError' });
    expect(sim.calls.length).toBe(0);
  });
});

describe('stale reads', () => {
  const describeSecret = (SecretId: string) =>
    rejection(sim.clients.secretsManager.send(new DescribeSecretCommand({ SecretId })));
  const create = (Name: string) => sim.clients.secretsManager.send(new CreateSecretCommand({ Name }));

  it('miss the last changes, once', async () => {
    await create('a');
    await create('b');
    sim.stale({ operation: 'DescribeSecret', changes: 1, times: 2 });

    expect(await describeSecret('a')).toBe('not refused');
    expect(await describeSecret('b')).toMatch(/^ResourceNotFoundException: /);
    expect(await describeSecret('b')).toBe('not refused');
  });

  it('miss everything where the whole past is missing', async () => {
    await create('a');
    sim.stale({ operation: 'DescribeSecret', ms: Number.POSITIVE_INFINITY });

    expect(await describeSecret('a')).toMatch(/^ResourceNotFoundException: /);
  });

  it('see what is gone by now', async () => {
    await create('a');
    sim.secretsManager.secrets.delete('a');
    sim.stale({ operation: 'DescribeSecret', changes: 1 });

    expect(await describeSecret('a')).toBe('not refused');
    expect(await describeSecret('a')).toMatch(/^ResourceNotFoundException: /);
  });

  it('never touch a write', async () => {
    await create('a');
    sim.stale({ changes: 1 });

    expect(await rejection(create('a'))).toMatch(/^ResourceExistsException: /);
    expect(sim.unspentFaults).toBe(1);
  });

  it('as a lag see each change that much later, deletions and AWS’s own changes included', async () => {
    sim.lag('DescribeLaunchTemplates', 1_000);
    const count = async () =>
      (await sim.clients.ec2.send(new DescribeLaunchTemplatesCommand({}))).LaunchTemplates?.length;
    const input = { LaunchTemplateName: 'boot', LaunchTemplateData: { EbsOptimized: true } };
    const { LaunchTemplate } = await sim.clients.ec2.send(new CreateLaunchTemplateCommand(input));
    expect(await count()).toBe(0);
    await clock.advance(1_000);
    expect(await count()).toBe(1);
    sim.ec2.launchTemplates.delete(LaunchTemplate?.LaunchTemplateId ?? '');
    expect(await count()).toBe(1);

    await clock.advance(1_000);

    expect(await count()).toBe(0);
  });
});

describe('rate limits', () => {
  it('throttle above the burst and recover with time', async () => {
    sim.limit({ service: 'batch', operation: 'DescribeJobQueues', perSecond: 2, burst: 3 });
    const calls = async (times: number) => {
      const outcomes: string[] = [];
      for (let index = 0; index < times; index++) {
        outcomes.push(await rejection(sim.clients.batch.send(new DescribeJobQueuesCommand({}))));
      }
      return outcomes.filter(outcome => outcome === 'not refused').length;
    };

    expect(await calls(5)).toBe(3);
    await clock.advance(1_000);
    expect(await calls(5)).toBe(2);
    await clock.advance(3_600_000);
    expect(await calls(5)).toBe(3);
    expect(await rejection(register())).toBe('not refused');
  });
});

describe('short pages', () => {
  it('cut an operation smaller than AWS does, and may repeat items', async () => {
    for (const Name of ['a', 'b', 'c', 'd', 'e'])
      await sim.clients.secretsManager.send(new CreateSecretCommand({ Name }));
    const pages = async () => {
      const names: string[] = [];
      let NextToken: string | undefined;
      do {
        const answer = await sim.clients.secretsManager.send(new ListSecretsCommand({ NextToken }));
        names.push((answer.SecretList ?? []).map(secret => secret.Name).join(''));
        NextToken = answer.NextToken;
      } while (NextToken !== undefined);
      return names;
    };

    sim.shortPages('ListSecrets', 2);
    expect(await pages()).toEqual(['ab', 'cd', 'e']);
    sim.shortPages('ListSecrets', 3, 1);
    expect(await pages()).toEqual(['abc', 'cde']);
    sim.blankPages('ListSecrets');
    expect(await pages()).toEqual(['', 'abcde']);
    sim.calm();
    expect(await pages()).toEqual(['abcde']);
  });
});
