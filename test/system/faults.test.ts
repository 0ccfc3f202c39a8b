import { describe, expect, it } from 'vitest';
import type { Call } from '../emulator/call-log.ts';
import { installation } from './installation.ts';
import { inventory, nothing } from './inventory.ts';
import { type Fateful, type Life, life } from './lifecycle.ts';

const timeoutMs = 120_000;

/** The changing calls of a life without trouble. */
const boundaries = [
  'secretsmanager:CreateSecret',
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'iam:AttachRolePolicy',
  'ec2:CreateLaunchTemplate',
  'iam:CreateInstanceProfile',
  'iam:AddRoleToInstanceProfile',
  'batch:RegisterJobDefinition',
  'batch:CreateComputeEnvironment',
  'batch:CreateJobQueue',
  'secretsmanager:PutSecretValue',
  'batch:UpdateComputeEnvironment',
  'batch:RegisterJobDefinition',
  'batch:DeregisterJobDefinition',
  'batch:DeregisterJobDefinition',
  'batch:UpdateJobQueue',
  'batch:DeleteJobQueue',
  'batch:UpdateComputeEnvironment',
  'batch:DeleteComputeEnvironment',
  'iam:DetachRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:DeleteRole',
  'iam:RemoveRoleFromInstanceProfile',
  'iam:DeleteInstanceProfile',
  'ec2:DeleteLaunchTemplate',
  'iam:DetachRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:DeleteRole',
  'secretsmanager:DeleteSecret',
] as const;

/** How far apart in one life the calls are whose answers are lost: each call of the list has its turn in one of the lives. */
const stride = 8;

/** Whether a call is among the first so many of its operation. */
function among(first: number): (call: Call) => boolean {
  const seen = new Map<string, number>();
  return ({ service, operation }) => {
    const count = (seen.get(`${service}:${operation}`) ?? 0) + 1;
    seen.set(`${service}:${operation}`, count);
    return count <= first;
  };
}

/** Whether a call is one of those with these numbers, counted from 0. */
function numbered(numbers: readonly number[]): () => boolean {
  let next = 0;
  return () => numbers.includes(next++);
}

/** What must be true of a life under whatever faults. */
function expectWell(life: Life): void {
  expect(life).toMatchObject({
    password: 'the-next-token',
    image: 'docker.io/acme/fetch-and-run:1.5.0',
    maxvCpus: 64,
    templateVersions: 1,
    left: nothing,
  });
  expect(life.secretVersions, 'two values, at most one version more').toBeLessThanOrEqual(3);
  expect(life.revisions, 'one ACTIVE revision per content').toHaveLength(2);
  expect(new Set(life.revisions).size).toBe(2);
}

const everywhere: readonly { readonly trouble: string; readonly rule: Fateful }[] = [
  { trouble: 'throttled', rule: { do: 'throttle' } },
  { trouble: 'answered with a server error', rule: { do: 'server' } },
  { trouble: 'answered with a gateway’s page', rule: { do: 'html' } },
  { trouble: 'cut off before it had an effect', rule: { do: 'cutBefore' } },
  { trouble: 'cut off after it had its effect', rule: { do: 'cutAfter' } },
  { trouble: '200 ms late', rule: { do: 'none', delayMs: 200 } },
];

describe.concurrent('a whole life of the example', () => {
  it(
    'without trouble makes each change once',
    async () => {
      const untroubled = await life([]);

      expectWell(untroubled);
      expect([...untroubled.changes].sort()).toEqual([...boundaries].sort());
      expect(untroubled.secretVersions).toBe(2);
    },
    timeoutMs,
  );

  it.each(everywhere)(
    'goes well when the first two calls of every operation are $trouble',
    async ({ rule }) => {
      const marred = await life([{ ...rule, match: among(2) }]);

      expectWell(marred);
      if (rule.do !== 'none') expect(marred.faults).toBeGreaterThan(boundaries.length);
    },
    timeoutMs,
  );

  it.each(Array.from({ length: stride }, (_, first) => ({ first })))(
    `goes well when the answers of change $first and of every ${stride}th after it are lost`,
    async ({ first }) => {
      const numbers = boundaries.map((_, index) => index).filter(index => index % stride === first);
      const marred = await life([{ mutating: true, match: numbered(numbers), do: 'cutAfter' }]);

      expectWell(marred);
      expect(marred.faults).toBe(numbers.length);
    },
    timeoutMs,
  );
});

describe.concurrent('the program', () => {
  it(
    'converges when every call takes 200 ms and the first of each operation is throttled',
    async context => {
      const system = await installation(context);
      const { faults, calls } = system.emulator;
      faults.add({ do: 'throttle', match: among(1), delayMs: 200 });
      faults.add({ do: 'none', delayMs: 200 });
      await system.declareExample();
      const program = system.run();
      await program.ready(4);

      faults.clear();

      expect(calls.count({ operation: 'RegisterJobDefinition' })).toBe(2);
      expect((await inventory(system)).jobDefinitions).toEqual(['fetch-and-run:1']);
      expect((await program.metrics()).of('batchwright_aws_calls_total').map(({ labels }) => labels)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ operation: 'CreateJobQueue', outcome: 'TooManyRequestsException' }),
          expect.objectContaining({ operation: 'CreateJobQueue', outcome: 'success' }),
        ]),
      );
    },
    timeoutMs,
  );

  it(
    'does not repeat a call whose answer was lost, not even when it is killed before it can look',
    async context => {
      const system = await installation(context);
      const { faults, calls } = system.emulator;
      const register = { service: 'batch', operation: 'RegisterJobDefinition' };
      faults.add({ ...register, times: 1, do: 'cutAfter', delayMs: 50 });
      await system.declareExample();
      const first = system.run();
      await first.until('the lost call', () => calls.of(register)[0]?.fault === 'cutAfter');
      await first.stop('SIGKILL');

      const second = system.run();
      await second.ready(4);

      expect(calls.count(register)).toBe(1);
      expect((await inventory(system)).jobDefinitions).toEqual(['fetch-and-run:1']);
    },
    timeoutMs,
  );
});
