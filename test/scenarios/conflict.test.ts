import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { definitionSpec, object } from './example.ts';
import { minute, second, World } from './world.ts';

const allReady = 'True Reconciled: AWS is as declared';
const same = { 'batchwright.dev/aws-name': 'same' };
const plain = (image: string) => ({
  containerProperties: { image, resourceRequirements: definitionSpec.containerProperties.resourceRequirements },
});
const lost =
  'False Conflict: job definition same is also declared by JobDefinition/default/first, which is older and keeps it; give one of them another name';
const taken =
  'False Conflict: job definition same belongs to JobDefinition/default/first; give one of them another name, or delete the other object first';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

describe('two objects that want one AWS name', () => {
  it('one has it, the other says who; nothing alternates', async () => {
    await world.apply(object('JobDefinition', 'first', plain('busybox:1'), same));
    await world.clock.advance(second);
    await world.apply(object('JobDefinition', 'second', plain('busybox:2'), same));
    await world.settle();

    expect([await world.ready('JobDefinition', 'first'), await world.ready('JobDefinition', 'second')]).toEqual([
      allReady,
      taken,
    ]);
    for (let i = 0; i < 5; i++) await world.resync();
    expect(world.changesSince(0)).toEqual(['RegisterJobDefinition']);
  });

  it('that appear at the same instant are told apart too', async () => {
    await world.applyAll([
      object('JobDefinition', 'second', plain('busybox:2'), same),
      object('JobDefinition', 'first', plain('busybox:1'), same),
    ]);
    await world.settle();

    expect(await world.ready('JobDefinition', 'first')).toBe(allReady);
    expect([lost, taken]).toContain(await world.ready('JobDefinition', 'second'));
    expect(world.changesSince(0)).toEqual(['RegisterJobDefinition']);
  });

  it('the other gets it within a second of the first one’s going', async () => {
    await world.apply(object('JobDefinition', 'first', plain('busybox:1'), same));
    await world.clock.advance(second);
    await world.apply(object('JobDefinition', 'second', plain('busybox:2'), same));
    await world.settle();

    await world.delete('JobDefinition', 'first');
    await world.settle(20 * second);
    await world.clock.advance(second);

    expect(await world.get('JobDefinition', 'first')).toBeUndefined();
    expect(world.aws.batch.jobDefinitions.values().filter(({ status }) => status === 'ACTIVE')).toMatchObject([
      { revision: 2, containerProperties: { image: 'busybox:2' } },
    ]);
    await world.settle();
    expect(await world.ready('JobDefinition', 'second')).toBe(allReady);
  });

  it('one that takes over a name by a change does not push out who has it, older though it may be', async () => {
    await world.apply(object('JobDefinition', 'older', plain('busybox:1')));
    await world.clock.advance(minute);
    await world.apply(object('JobDefinition', 'first', plain('busybox:2'), same));
    await world.settle();

    await world.apply(object('JobDefinition', 'older', plain('busybox:1'), same));
    await world.settle();
    await world.resync();

    expect(await world.ready('JobDefinition', 'first')).toBe(allReady);
    expect(await world.ready('JobDefinition', 'older')).toBe(taken);
    expect(world.aws.batch.jobDefinitions.get('older:1')?.status).toBe('ACTIVE');
  });
});

describe('two controllers in one account', () => {
  it('never touch what belongs to the other, and say whose it is', async () => {
    const other = new World({ beside: world, controllerId: 'other' });
    await world.apply(object('JobDefinition', 'mine', plain('busybox:1'), same));
    await world.settle();
    await other.apply(object('JobDefinition', 'theirs', plain('busybox:2'), same));
    await other.settle();

    expect(await other.ready('JobDefinition', 'theirs')).toBe(
      'False NotOwned: job definition same belongs to controller test (JobDefinition/default/mine); to take it over set the annotation batchwright.dev/adopt: from:test',
    );
    await other.delete('JobDefinition', 'theirs');
    await other.settle();
    expect(world.changesSince(0)).toEqual(['RegisterJobDefinition']);
    await world.resync();
    expect(await world.ready('JobDefinition', 'mine')).toBe(allReady);
    await other.stop();
  });
});
