import { expect, it } from 'vitest';
import { tagChanges, tagList, tagMap } from '../../controller/resources/tag-changes.ts';

it.each([
  { name: 'nothing', want: { a: '1' }, have: { a: '1' }, changes: { set: {}, remove: [] } },
  { name: 'a new tag', want: { a: '1', b: '' }, have: { a: '1' }, changes: { set: { b: '' }, remove: [] } },
  { name: 'another value', want: { a: '1' }, have: { a: '2' }, changes: { set: { a: '1' }, remove: [] } },
  { name: 'a tag too many', want: { a: '1' }, have: { a: '1', b: '2' }, changes: { set: {}, remove: ['b'] } },
  { name: "AWS's own tags", want: {}, have: { 'aws:stack': 's', 'AWS:x': 'y' }, changes: { set: {}, remove: [] } },
])('finds $name', ({ want, have, changes }) => {
  expect(tagChanges(want, have)).toEqual(changes);
});

it('spells tags as a list and back', () => {
  const list = tagList({ a: '1', b: '' });

  expect(list).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '' },
  ]);
  expect(tagMap(list)).toEqual({ a: '1', b: '' });
  expect(tagMap(undefined)).toEqual({});
});
