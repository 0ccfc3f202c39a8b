import {
  DeregisterJobDefinitionCommand,
  DescribeJobDefinitionsCommand,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../clock.ts';
import { rejection } from '../rejection.ts';
import { SimulatedAws } from '../simulated-aws.ts';
import { containerJob } from './samples.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock();
  sim = new SimulatedAws({ clock });
});

async function register(name: string): Promise<number | undefined> {
  return (await sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob(name)))).revision;
}

async function deregister(jobDefinition: string): Promise<void> {
  await sim.clients.batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));
}

async function described(input: object): Promise<string[] | undefined> {
  const { jobDefinitions } = await sim.clients.batch.send(new DescribeJobDefinitionsCommand(input));
  return jobDefinitions?.map(one => `${one.jobDefinitionName}:${one.revision} ${one.status}`);
}

it('makes a new revision of equal content each time, and never goes back', async () => {
  expect([await register('a'), await register('a'), await register('b')]).toEqual([1, 2, 1]);
  await deregister('a:1');
  await deregister('a:2');

  expect(await register('a')).toBe(3);
});

it('counts on after all revisions are forgotten', async () => {
  await register('a');
  await deregister('a:1');
  await clock.advance(sim.durations.forgetRevision);
  expect(await described({})).toEqual([]);

  expect(await register('a')).toBe(2);
});

it('turns a revision INACTIVE, again without complaint', async () => {
  await register('a');
  const arn = 'arn:aws:batch:eu-west-1:123456789012:job-definition/a:1';

  await deregister(arn);
  await deregister('a:1');

  expect(await described({ jobDefinitions: [arn] })).toEqual(['a:1 INACTIVE']);
});

it.each([
  { name: 'a bare name', jobDefinition: 'a', message: 'jobDefinition should have the form name:revision' },
  { name: 'a revision that never was', jobDefinition: 'a:7', message: 'JobDefinition a:7 does not exist' },
])('refuses to deregister $name', async ({ jobDefinition, message }) => {
  await register('a');

  expect(await rejection(deregister(jobDefinition))).toContain(message);
});

it('describes by name and status, or by revisions, but not both', async () => {
  for (const name of ['a', 'a', 'b']) await register(name);
  await deregister('a:1');

  expect(await described({ jobDefinitionName: 'a' })).toEqual(['a:1 INACTIVE', 'a:2 ACTIVE']);
  expect(await described({ jobDefinitionName: 'a', status: 'ACTIVE' })).toEqual(['a:2 ACTIVE']);
  expect(await described({ jobDefinitions: ['b:1', 'a:2', 'c:1'] })).toEqual(['a:2 ACTIVE', 'b:1 ACTIVE']);
  expect(await described({ status: 'INACTIVE' })).toEqual(['a:1 INACTIVE']);
  expect(await rejection(described({ jobDefinitions: ['b:1'], status: 'ACTIVE' }))).toMatch(/^ClientException: /);
});
