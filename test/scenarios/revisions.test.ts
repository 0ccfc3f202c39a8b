import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activeRevisions, declared, definition, lookTwice } from './definitions.ts';
import { allReady, environment, onEc2 } from './environment.ts';
import { minute, second, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.stop());

type Members = Readonly<Record<string, unknown>>;

const declare = (commands: readonly string[], more?: Members) => declared(world, commands, more);
const lookedTwice = () => lookTwice(world);
const active = (name?: string) => activeRevisions(world, name);
const commandOf = (revision: number) =>
  world.aws.batch.jobDefinitions.get(`hello:${revision}`)?.containerProperties?.command;
const calls = (operation: string) => world.aws.calls.of(operation).length;

async function withQueue(): Promise<void> {
  await world.apply(environment([onEc2()]));
  await world.settle();
}

describe('the history', () => {
  it.each([
    { limit: 0, left: [4] },
    { limit: 1, left: [3, 4] },
    { limit: 3, left: [1, 2, 3, 4] },
  ])('of $limit keeps revisions $left of four', async ({ limit, left }) => {
    await declare(['a', 'b', 'c', 'd'], { revisionHistoryLimit: limit });

    expect(active()).toEqual(left);
    expect(await world.ready('JobDefinition', 'hello')).toBe(allReady);
  });

  it('shrinks with its limit, and registers nothing for it', async () => {
    await declare(['a', 'b', 'c', 'd']);
    await declare(['d'], { revisionHistoryLimit: 1 });

    expect([active(), calls('RegisterJobDefinition')]).toEqual([[3, 4], 4]);
  });

  it('is trimmed without listing jobs as long as nothing is beyond it', async () => {
    await withQueue();
    await declare(['a', 'b', 'c', 'd']);
    await lookedTwice();

    expect(calls('ListJobs')).toBe(0);
    await declare(['e']);
    expect([calls('ListJobs') > 0, active()]).toEqual([true, [2, 3, 4, 5]]);
  });
});

describe('from A to B and back to A', () => {
  it.each([
    { limit: 0, left: [3] },
    { limit: 3, left: [1, 2, 3] },
  ])('a history of $limit ends in A with revisions $left', async ({ limit, left }) => {
    await declare(['a', 'b', 'a'], { revisionHistoryLimit: limit });
    await lookedTwice();

    expect([active(), commandOf(3), calls('RegisterJobDefinition')]).toEqual([left, ['a'], 3]);
  });
});

describe('a revision that is young', () => {
  const grace = { revisionHistoryLimit: 0, revisionMinAgeMinutes: 60 };

  it('stays until a newer one has been in its place for long enough', async () => {
    await declare(['a'], grace);
    await world.clock.advance(120 * minute);
    await declare(['b'], grace);
    await world.clock.advance(50 * minute);
    await lookedTwice();
    expect(active()).toEqual([1, 2]);

    await world.clock.advance(15 * minute);
    await lookedTwice();
    expect(active()).toEqual([2]);
  });

  it('is counted by itself, however often the definition changes', async () => {
    await declare(['a', 'b'], grace);
    await world.clock.advance(45 * minute);
    await declare(['c'], grace);
    await world.clock.advance(20 * minute);
    await lookedTwice();

    expect(active()).toEqual([2, 3]);
  });

  it('stays young when the store is lost', async () => {
    await declare(['a', 'b'], grace);
    await world.restart({ loseData: true });
    await world.settle();
    expect(active()).toEqual([1, 2]);

    await world.clock.advance(70 * minute);
    await lookedTwice();
    expect(active()).toEqual([2]);
  });

  it('is not taken for old because somebody copied its tags', async () => {
    await declare(['a'], grace);
    await world.clock.advance(120 * minute);
    foreign(2, world.aws.batch.jobDefinitions.get('hello:1')?.tags ?? {});
    await lookedTwice();
    await world.settle();

    expect([active(), commandOf(3)]).toEqual([[1, 2, 3], ['a']]);
  });

  it('stays until the next change where nothing says since when', async () => {
    await declare(['a', 'b'], { revisionHistoryLimit: 3 });
    await declare(['b'], grace);
    await world.clock.advance(120 * minute);
    await lookedTwice();
    expect(active()).toEqual([1, 2]);

    await declare(['c'], grace);
    await world.clock.advance(70 * minute);
    await lookedTwice();
    expect(active()).toEqual([3]);
  });
});

/** A revision that somebody else registered. */
function foreign(revision: number, tags: Readonly<Record<string, string>> = {}): void {
  const like = world.aws.batch.jobDefinitions.get('hello:1');
  if (!like) throw new Error('there is no revision to copy');
  world.aws.batch.newestRevisions.set('hello', revision);
  world.aws.batch.jobDefinitions.set(`hello:${revision}`, {
    ...like,
    revision,
    jobDefinitionArn: like.jobDefinitionArn.replace(/:1$/, `:${revision}`),
    containerProperties: { ...like.containerProperties, command: ['theirs'] },
    status: 'ACTIVE',
    tags,
  });
}

describe('revisions of somebody else', () => {
  it('are covered by a new one of ours, and stay', async () => {
    await declare(['a'], { revisionHistoryLimit: 0 });
    foreign(2);
    await lookedTwice();
    await declare(['b', 'c'], { revisionHistoryLimit: 0 });

    expect([active(), commandOf(5)]).toEqual([[2, 5], ['c']]);
  });
});

describe('revisions that somebody deregistered', () => {
  it('are made again when the newest is among them, whatever stands below', async () => {
    await declare(['a', 'b']);
    world.aws.batch.jobDefinitions.edit('hello:2', { status: 'INACTIVE' });
    await lookedTwice();

    expect([active(), commandOf(3)]).toEqual([[1, 3], ['b']]);
  });

  it('are let be when they are older', async () => {
    await declare(['a', 'b']);
    world.aws.batch.jobDefinitions.edit('hello:1', { status: 'INACTIVE' });
    await lookedTwice();

    expect([active(), calls('RegisterJobDefinition')]).toEqual([[2], 2]);
  });
});

describe('an answer that is lost', () => {
  it.each(['lostAnswer', 'serverErrorApplied', 'lostRequest', 'serverError', 'throttle'] as const)(
    'of a registration (%s) makes one revision, not two',
    async fault => {
      await declare(['a']);
      world.aws.fail({ operation: 'RegisterJobDefinition', with: fault });
      await declare(['b']);

      expect([active(), await world.ready('JobDefinition', 'hello')]).toEqual([[1, 2], allReady]);
    },
  );

  it('of a registration that cannot be seen at once, and a restart, make one revision, not two', async () => {
    await declare(['a']);
    world.aws.lag('DescribeJobDefinitions', 10 * second);
    world.aws.fail({ operation: 'RegisterJobDefinition', with: 'lostAnswer' });
    await world.apply(definition('b'));
    await world.clock.advance(second);
    await world.restart();
    await world.settle();

    expect(active()).toEqual([1, 2]);
  });

  it.each(['lostAnswer', 'lostRequest', 'throttle'] as const)('of a deregistration (%s) does no harm', async fault => {
    await declare(['a'], { revisionHistoryLimit: 0 });
    world.aws.fail({ operation: 'DeregisterJobDefinition', with: fault });
    await declare(['b'], { revisionHistoryLimit: 0 });

    expect([active(), await world.ready('JobDefinition', 'hello')]).toEqual([[2], allReady]);
  });
});

describe('tags', () => {
  const tagsOf = (revision: number) => world.aws.batch.jobDefinitions.get(`hello:${revision}`)?.tags['team'];

  it('go with every revision', async () => {
    await declare(['a', 'b'], { tags: { team: 'x' } });

    expect([tagsOf(1), tagsOf(2)]).toEqual(['x', 'x']);
  });

  it('are changed on the newest revision alone, without a new one', async () => {
    await declare(['a', 'b'], { tags: { team: 'x' } });
    const { length } = world.aws.calls;
    await declare(['b'], { tags: { team: 'y' } });

    expect(world.changesSince(length)).toEqual(['TagResource']);
    expect([tagsOf(1), tagsOf(2)]).toEqual(['x', 'y']);
  });

  it('that are no longer declared are taken away', async () => {
    await declare(['a'], { tags: { team: 'x' } });
    await declare(['a']);

    expect([tagsOf(1), active()]).toEqual([undefined, [1]]);
  });

  it('that change together with the content change with it in one call', async () => {
    await declare(['a'], { tags: { team: 'x' } });
    const { length } = world.aws.calls;
    await declare(['b'], { tags: { team: 'y' } });

    expect(world.changesSince(length)).toEqual(['RegisterJobDefinition']);
    expect([tagsOf(1), tagsOf(2)]).toEqual(['x', 'y']);
  });
});
