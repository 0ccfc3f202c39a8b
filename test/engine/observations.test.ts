import { beforeEach, expect, it } from 'vitest';
import { Observations } from '../../controller/engine/observations.ts';
import type { Key } from '../../controller/model/object.ts';

const key: Key = 'BatchEnvironment/default/blog';
const other: Key = 'BatchEnvironment/default/other';

let observations: Observations;
beforeEach(() => {
  observations = new Observations();
});

it('recalls a reading that is fresh enough, absence too', () => {
  observations.saw(key, 'role', { arn: 'a' }, 100);
  observations.saw(key, 'queue', undefined, 100);

  expect(observations.recall(key, 'role', 100)).toEqual({ observed: { arn: 'a' }, at: 100 });
  expect(observations.recall(key, 'queue', 100)).toEqual({ observed: undefined, at: 100 });
  expect(observations.recall(key, 'role', 101)).toBeUndefined();
  expect(observations.recall(key, 'template', 0)).toBeUndefined();
  expect(observations.recall(other, 'role', 0)).toBeUndefined();
});

it('recalls nothing from before a change', () => {
  observations.saw(key, 'role', {}, 100);
  observations.touch(key, 'role', 100);

  expect(observations.recall(key, 'role', 0)).toBeUndefined();
  observations.saw(key, 'role', { after: true }, 101);
  expect(observations.recall(key, 'role', 0)).toEqual({ observed: { after: true }, at: 101 });
});

it('knows what a snapshot cannot show yet', () => {
  observations.touch(key, 'role', 100);

  expect([99, 100, 101].map(notBefore => observations.outdates(key, 'role', notBefore))).toEqual([true, true, false]);
  expect(observations.outdates(key, 'queue', 0)).toBe(false);
});

it('keeps of an object at rest only what snapshots cannot show yet', () => {
  observations.saw(key, 'role', {}, 100);
  observations.touch(key, 'queue', 100);

  observations.rest(key, 50);
  expect([observations.recall(key, 'role', 0), observations.outdates(key, 'queue', 50)]).toEqual([undefined, true]);
  observations.rest(key, 101);
  expect(observations.outdates(key, 'queue', 50)).toBe(false);
});

it('forgets an object that is gone', () => {
  observations.saw(key, 'role', {}, 100);
  observations.touch(key, 'queue', 100);
  observations.forget(key);

  expect([observations.recall(key, 'role', 0), observations.outdates(key, 'queue', 0)]).toEqual([undefined, false]);
});
