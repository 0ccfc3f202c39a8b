import { DescribeJobQueuesCommand, RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { expect, it } from 'vitest';
import type { Clients } from '../../controller/aws/aws.ts';
import { CallBudget } from '../../controller/aws/call-budget.ts';
import { gated } from '../../controller/aws/gate.ts';
import { RateLimits } from '../../controller/aws/rate-limits.ts';
import { FakeClock, settled } from '../clock.ts';

const question = new DescribeJobQueuesCommand({});
const change = new RegisterJobDefinitionCommand({ jobDefinitionName: 'a', type: 'container' });
const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const tooMuch = Object.assign(new Error('Too Many Requests'), { name: 'TooManyRequestsException' });
const broken = Object.assign(new Error('oops'), { name: 'ServerException', $metadata: { httpStatusCode: 500 } });
const refused = Object.assign(new Error('no'), { name: 'ClientException', $metadata: { httpStatusCode: 400 } });
const bug = new TypeError('x is undefined');

/** A gate before an AWS that answers with these errors, then well. */
function behind(errors: readonly Error[], { perSecond = 10, signal = new AbortController().signal } = {}) {
  const clock = new FakeClock();
  const budget = new CallBudget(() => clock.now(), 1000);
  const limits = new RateLimits(clock, [{ operation: /./, perSecond, burst: 5 }]);
  const startedAt = clock.now();
  const sentAt: number[] = [];
  const client = {
    async send() {
      sentAt.push(clock.now() - startedAt);
      const error = errors[sentAt.length - 1];
      if (error) throw error;
      return 'answer';
    },
  };
  const clients = { batch: client } as unknown as Clients;
  const { batch } = gated(clients, { clock, limits, budget, scope: 'here', urgent: true, signal });
  const send = (command: object) => (batch.send as (command: object) => Promise<unknown>)(command);
  return { clock, limits, sentAt, send, spent: () => budget.spent.get('here') };
}

it.each([
  { why: 'a lost answer', errors: [lost], sent: [0, 200] },
  { why: 'trouble inside AWS', errors: [broken, broken], sent: [0, 200, 600] },
  { why: 'trouble of several kinds', errors: [lost, broken, lost], sent: [0, 200, 600, 1400] },
])('asks again after $why, ever later, and counts each time', async ({ errors, sent }) => {
  const { clock, send, sentAt, spent } = behind(errors);
  const answer = send(question);
  await clock.advance(5_000);
  expect(await answer).toBe('answer');
  expect(sentAt).toEqual(sent);
  expect(spent()).toBe(sent.length);
});

it('asks again more slowly when it was too much, and lets nobody else ask faster', async () => {
  const { clock, limits, send, sentAt } = behind([tooMuch]);
  const answer = send(question);
  await settled();
  expect(limits.state).toMatchObject([{ perSecond: 5 }]);
  await clock.advance(5_000);
  expect(await answer).toBe('answer');
  expect(sentAt[1]).toBeGreaterThanOrEqual(200);
});

it.each([
  { why: 'what AWS refuses', command: question, errors: [refused], sent: 1 },
  { why: 'a mistake of ours', command: question, errors: [bug], sent: 1 },
  { why: 'the fourth loss', command: question, errors: [lost, lost, lost, broken, lost], sent: 4 },
  { why: 'a change whose answer was lost', command: change, errors: [lost], sent: 1 },
  { why: 'a change that was too much', command: change, errors: [tooMuch], sent: 1 },
])('leaves $why to whoever asked', async ({ command, errors, sent }) => {
  const { clock, send, sentAt, spent } = behind(errors);
  const answer = send(command).catch((error: unknown) => error);
  await clock.advance(10_000);
  expect(await answer).toBe(errors[sent - 1]);
  expect([sentAt.length, spent()]).toEqual([sent, sent]);
});

it('does not ask again for somebody who has left', async () => {
  const leaving = new AbortController();
  const { clock, send, sentAt } = behind([lost], { signal: leaving.signal });
  const answer = send(question).catch((error: unknown) => error);
  await settled();
  leaving.abort(new Error('the pass was given up'));
  expect(await answer).toEqual(new Error('the pass was given up'));
  await clock.advance(5_000);
  expect([sentAt.length, clock.pending]).toEqual([1, []]);
});
