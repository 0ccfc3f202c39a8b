import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { example, object } from './example.ts';
import { minute, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

async function readiness(): Promise<readonly string[]> {
  return Promise.all(example().map(({ kind, metadata }) => world.ready(kind, metadata.name)));
}

describe('a restart', () => {
  it('at rest changes nothing in AWS and writes nothing to the store', async () => {
    await world.applyAll(example());
    await world.settle();
    const before = world.aws.calls.length;
    const { version } = world.journal.load();

    await world.restart();
    await world.settle();

    expect(world.changesSince(before)).toEqual([]);
    expect(world.journal.load().version).toBe(version);
    expect(await readiness()).toEqual([allReady, allReady, allReady]);
  });

  it.each([0, 1, 5, 10, 15, 20, 30, 81, 85])(
    'in the middle of creation, after %i s, ends as if there had been none',
    async seconds => {
      await world.applyAll(example());
      await world.clock.advance(seconds * 1_000);

      await world.restart();
      await world.settle();

      expect(await readiness()).toEqual([allReady, allReady, allReady]);
      expect(world.aws.calls.mutating().filter(({ outcome }) => outcome.phase === 'failed')).toEqual([]);
      expect(world.aws.batch.jobDefinitions.size).toBe(1);
      expect(world.aws.secretsManager.secrets.values().map(({ versions }) => versions.length)).toEqual([1]);
    },
  );

  it('that comes while AWS is being read says nothing bad of objects that are fine', async () => {
    await world.applyAll(example());
    await world.settle();
    const events = (await world.store.list('Event')).items.length;
    world.aws.fail({ operation: 'DescribeJobQueues', with: { hang: true } });
    world.process.controller.resync();
    await world.clock.advance(0);

    await world.process.stop();

    const stored = world.journal.load().objects.find(({ kind }) => kind === 'BatchEnvironment');
    expect(stored?.status?.['conditions']).toMatchObject([{ type: 'Ready', status: 'True' }, { type: 'Drifted' }]);
    await world.restart();
    await world.settle();
    expect(await readiness()).toEqual([allReady, allReady, allReady]);
    expect((await world.store.list('Event')).items.length).toBe(events);
  });

  it('that comes in the middle of a wave of changes keeps what was done, and does the rest later', async () => {
    await world.applyAll(example());
    world.aws.fail({ operation: 'CreateRole', with: { delayMs: 5_000 } });
    await world.clock.advance(1_000);

    const stopping = world.process.stop();
    await world.clock.advance(10_000);
    await stopping;
    const made = world.aws.calls.mutating().map(({ operation, outcome }) => [operation, outcome.phase]);

    expect(made).toContainEqual(['CreateRole', 'answered']);
    expect(made.every(([, phase]) => phase === 'answered')).toBe(true);
    await world.restart();
    await world.settle();
    expect(await readiness()).toEqual([allReady, allReady, allReady]);
  });
});

describe('the second start', () => {
  it('picks up what changed in AWS while nobody was looking', async () => {
    await world.applyAll(example());
    await world.settle();
    await world.process.stop();
    world.aws.batch.jobQueues.edit('blog-main', { priority: 3 });
    await world.clock.advance(60 * minute);

    const before = world.aws.calls.length;
    await world.restart();
    await world.settle();

    expect(world.changesSince(before)).toEqual(['UpdateJobQueue']);
  });

  it('picks up what was declared while nobody was looking', async () => {
    await world.applyAll(example());
    await world.settle();
    world.process.kill();
    const before = world.aws.calls.length;
    await world.restart();
    await world.delete('JobDefinition', 'hello');
    const [, , definition] = example();
    if (definition) await world.apply(object('JobDefinition', 'second', definition.spec ?? {}));
    await world.settle();

    expect([...world.changesSince(before)].sort()).toEqual(['DeregisterJobDefinition', 'RegisterJobDefinition']);
  });
});
