import { afterEach, expect, it } from 'vitest';
import { usualRates } from '../../controller/aws/rate-limits.ts';
import { example, object } from './example.ts';
import { minute, second, World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const containerProperties = {
  image: 'public.ecr.aws/acme/job:1',
  resourceRequirements: [
    { type: 'VCPU', value: '1' },
    { type: 'MEMORY', value: '512' },
  ],
};
const definition = (name: string, command: readonly string[] = ['true']) =>
  object('JobDefinition', name, { containerProperties: { ...containerProperties, command } });

it('registers many definitions at the rate that is allowed, none of them throttled', async () => {
  world = new World({ rates: usualRates });
  world.aws.limit({ service: 'batch', operation: 'RegisterJobDefinition', perSecond: 10, burst: 10 });
  await world.applyAll(Array.from({ length: 200 }, (_, index) => definition(`d-${index}`)));
  await world.settle();

  const registered = world.aws.calls.of('RegisterJobDefinition');
  expect(registered.filter(({ outcome }) => outcome.phase === 'failed')).toEqual([]);
  expect(registered.length).toBe(200);
});

it('slows down when it is throttled, and gets there', async () => {
  world = new World({ rates: usualRates });
  world.aws.limit({ service: 'batch', operation: 'RegisterJobDefinition', perSecond: 1, burst: 1 });
  await world.applyAll(Array.from({ length: 40 }, (_, index) => definition(`d-${index}`)));
  await world.settle(30 * minute);

  expect(world.aws.batch.jobDefinitions.values().length).toBe(40);
  const throttled = world.aws.calls.of('RegisterJobDefinition').length - 40;
  expect(throttled).toBeLessThan(20);
});

it('lets a change through while a resync asks for much', async () => {
  world = new World({ rates: [{ operation: /^Describe/, perSecond: 1, burst: 1 }, ...usualRates] });
  await world.applyAll(example());
  await world.settle();
  world.process.controller.resync();
  await world.apply(definition('urgent'));
  await world.clock.advance(10 * second);

  expect(world.aws.batch.jobDefinitions.get('urgent:1')).toBeDefined();
});

const hourly = (calls: readonly { readonly at: number }[]) =>
  Math.max(...calls.map(({ at }) => calls.filter(other => other.at <= at && other.at > at - 60 * minute).length));

it('looks again as often as the hourly budget allows, and repairs what it finds then', async () => {
  world = new World({ callsPerHour: 300 });
  await world.applyAll(example());
  await world.settle();
  await world.clock.advance(60 * minute);
  const steady = world.aws.calls.length;
  world.aws.batch.steer(() => ({ outcome: 'waits' }));
  await world.apply(object('BatchJob', 'long', { environment: { name: 'blog' }, jobDefinition: { name: 'hello' } }));
  await world.clock.advance(5 * 60 * minute);

  const calls = world.aws.calls.since(steady);
  expect(hourly(calls)).toBeLessThanOrEqual(300);
  expect(calls.filter(({ operation }) => operation === 'DescribeJobs').length).toBeGreaterThan(300);
  expect(await world.ready('BatchEnvironment', 'blog')).toMatch(/^True/);
});

it('never holds back what a person changes, however much of the budget is spent', async () => {
  world = new World({ callsPerHour: 10 });
  await world.applyAll(example());
  await world.clock.advance(30 * minute);
  expect(await world.ready('BatchEnvironment', 'blog')).toMatch(/^True/);

  await world.apply(definition('urgent'));
  await world.clock.advance(10 * second);
  expect(world.aws.batch.jobDefinitions.get('urgent:1')).toBeDefined();
});
