import {
  CreateSchedulingPolicyCommand,
  ListTagsForResourceCommand,
  RegisterJobDefinitionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-batch';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { containerJob, ec2Environment, validEnvironment, validQueue } from './samples.ts';

let sim: SimulatedAws;

beforeEach(async () => {
  const clock = new FakeClock();
  sim = new SimulatedAws({ clock });
  const { batch } = sim.clients;
  await validEnvironment(sim, clock, ec2Environment('blue', {}, { tags: { a: '1' } }));
  await validQueue(sim, clock, 'main', ['blue']);
  await batch.send(new CreateSchedulingPolicyCommand({ name: 'fair', fairsharePolicy: {}, tags: { a: '1' } }));
  await batch.send(new RegisterJobDefinitionCommand(containerJob('hello', {}, { tags: { a: '1' } })));
});

const arnOf = (resource: string) => `arn:aws:batch:eu-west-1:123456789012:${resource}`;

async function tags(resource: string): Promise<unknown> {
  return (await sim.clients.batch.send(new ListTagsForResourceCommand({ resourceArn: arnOf(resource) }))).tags;
}

function tag(resource: string, more: Record<string, string>): Promise<unknown> {
  return sim.clients.batch.send(new TagResourceCommand({ resourceArn: arnOf(resource), tags: more }));
}

it.each(['compute-environment/blue', 'job-queue/main', 'scheduling-policy/fair', 'job-definition/hello:1'])(
  'adds, overwrites and removes on %s',
  async resource => {
    await tag(resource, { a: '2', b: '' });
    expect(await tags(resource)).toEqual({ a: '2', b: '' });

    await sim.clients.batch.send(new UntagResourceCommand({ resourceArn: arnOf(resource), tagKeys: ['a', 'nothing'] }));
    expect(await tags(resource)).toEqual({ b: '' });
  },
);

it.each([
  { name: 'what does not exist', resource: 'job-queue/x', more: { a: '1' }, message: 'does not exist' },
  { name: 'a reserved key', resource: 'job-queue/main', more: { 'Aws:x': '1' }, message: 'reserved' },
  { name: 'a long value', resource: 'job-queue/main', more: { a: 'x'.repeat(257) }, message: 'at most 256' },
  { name: 'nothing', resource: 'job-queue/main', more: {}, message: 'between 1 and 50' },
])('refuses to tag $name', async ({ resource, more, message }) => {
  expect(await rejection(tag(resource, more as Record<string, string>))).toContain(message);
});

it('holds fifty tags, those of AWS itself not counted', async () => {
  const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']));
  sim.batch.jobQueues.edit('main', { tags: { 'aws:cloudformation:stack-name': 'x' } });

  await tag('job-queue/main', fifty);

  expect(await rejection(tag('job-queue/main', { one: 'more' }))).toContain('limit of 50');
  expect(await rejection(tag('job-queue/main', { k0: 'other' }))).toBe('not refused');
});
