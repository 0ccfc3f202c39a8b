import { RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../clock.ts';
import { containerJob } from './batch/samples.ts';
import { rejection } from './rejection.ts';
import { SimulatedAws } from './simulated-aws.ts';

let clock: FakeClock;
let sim: SimulatedAws;

beforeEach(() => {
  clock = new FakeClock(1_000);
  sim = new SimulatedAws({ clock });
});

it('are logged with time, input and outcome', async () => {
  await sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('a')));
  await clock.advance(500);
  await rejection(sim.clients.iam.send(new GetRoleCommand({ RoleName: 'x' })));

  expect([...sim.calls]).toEqual([
    {
      number: 0,
      service: 'batch',
      operation: 'RegisterJobDefinition',
      mutating: true,
      input: containerJob('a'),
      at: 1_000,
      outcome: { phase: 'answered', applied: true },
    },
    {
      number: 1,
      service: 'iam',
      operation: 'GetRole',
      mutating: false,
      input: { RoleName: 'x' },
      at: 1_500,
      outcome: {
        phase: 'failed',
        applied: false,
        name: 'NoSuchEntityException',
        message: 'The role with name x cannot be found.',
      },
    },
  ]);
  expect(sim.calls.mutating().map(call => call.number)).toEqual([0]);
  expect(sim.calls.of('GetRole').map(call => call.number)).toEqual([1]);
});

it('are told of when made and when answered', async () => {
  const told: string[] = [];
  const stop = sim.onCall(call => {
    told.push(`${call.number} ${call.outcome.phase} ${sim.batch.jobDefinitions.size}`);
  });
  const register = () => sim.clients.batch.send(new RegisterJobDefinitionCommand(containerJob('a')));

  await register();
  stop();
  await register();

  expect(told).toEqual(['0 open 0', '0 answered 1']);
});
