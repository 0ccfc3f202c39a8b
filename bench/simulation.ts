// What the loop costs AWS, counted in the simulated AWS with its own clock: node bench/simulation.ts
// The numbers don't depend on the machine; only how long it takes to get them does.
import { usualRates } from '../controller/aws/rate-limits.ts';
import { environmentSpec, example, object } from '../test/scenarios/example.ts';
import { minute, World } from '../test/scenarios/world.ts';

const { stdout } = process;
const say = (line: string) => void stdout.write(`${line}\n`);

const containerProperties = {
  image: 'public.ecr.aws/acme/job:1',
  resourceRequirements: [
    { type: 'VCPU', value: '1' },
    { type: 'MEMORY', value: '512' },
  ],
};
const definition = (index: number) => object('JobDefinition', `job-${index}`, { containerProperties });

/** Calls from a place in the log on, as `12 reads, 3 changes: DescribeX 4, …`. */
function calls(world: World, from: number): string {
  const { calls: log } = world.aws;
  const changes = log.mutating(from).length;
  const each = Object.entries(log.counts(from)).map(([name, count]) => `${name} ${count}`);
  return `${log.length - from - changes} reads, ${changes} changes${each.length > 0 ? `: ${each.join(', ')}` : ''}`;
}

async function fromNothing(): Promise<void> {
  const world = new World();
  await world.applyAll(example());
  await world.settle();
  say(`the example from nothing: ${calls(world, 0)}`);
  await world.clock.advance(15 * minute);
  const before = world.aws.calls.length;
  await world.resync();
  say(`the example, idle resync: ${calls(world, before)}`);
  await world.stop();
}

async function idle(count: number): Promise<void> {
  const world = new World();
  for (let index = 0; index < count; index++) await world.apply(definition(index));
  await world.settle();
  await world.clock.advance(15 * minute);
  const before = world.aws.calls.length;
  const startedAt = performance.now();
  await world.resync();
  const ms = Math.round(performance.now() - startedAt);
  say(`idle resync of ${count} job definitions: ${calls(world, before)} (${ms} ms of this machine)`);
  await world.stop();
}

async function register(count: number): Promise<void> {
  const world = new World({ rates: usualRates });
  world.aws.limit({ service: 'batch', operation: 'RegisterJobDefinition', perSecond: 10, burst: 10 });
  for (let index = 0; index < count; index++) await world.apply(definition(index));
  const startedAt = world.clock.now();
  await world.settle();
  const registered = world.aws.calls.of('RegisterJobDefinition');
  const throttled = registered.filter(({ outcome }) => outcome.phase === 'failed').length;
  const lastAt = registered.at(-1)?.at ?? startedAt;
  say(
    `${count} definitions where AWS takes 10 a second: ${calls(world, 0)}; ${throttled} throttled, the last after ${Math.round((lastAt - startedAt) / 1_000)} s`,
  );
  await world.stop();
}

async function replace(): Promise<void> {
  const world = new World();
  for (const name of ['fleet', 'fleet-two']) world.aws.iam.addRole(name, { trusts: ['spotfleet.amazonaws.com'] });
  const [credential] = example();
  const [main] = environmentSpec.computeEnvironments;
  const [queue] = environmentSpec.jobQueues;
  const jobQueues = [queue, { ...queue, name: 'second', priority: 7 }];
  const withResources = (resources: object) =>
    object('BatchEnvironment', 'blog', {
      ...environmentSpec,
      jobQueues,
      computeEnvironments: [{ ...main, computeResources: { ...main?.computeResources, ...resources } }],
    });
  const spot = { type: 'SPOT', allocationStrategy: 'BEST_FIT' };
  const fleet = (name: string) => ({ ...spot, spotIamFleetRole: `arn:aws:iam::123456789012:role/${name}` });
  if (credential) await world.apply(credential);
  await world.apply(withResources(fleet('fleet')));
  await world.settle();
  const before = world.aws.calls.length;
  const startedAt = world.clock.now();
  await world.apply(withResources(fleet('fleet-two')));
  await world.settle();
  const changes = world.aws.calls.mutating(before);
  const lastAt = changes.at(-1)?.at ?? startedAt;
  say(
    `replacing a compute environment under two queues: ${calls(world, before)}; the last change after ${Math.round((lastAt - startedAt) / 1_000)} s of simulated time`,
  );
  await world.stop();
}

await fromNothing();
for (const count of [1, 100, 1_000, 10_000]) await idle(count);
await register(1_000);
await replace();
