import { expect, it } from 'vitest';
import { scalarsAt } from '../../controller/model/json-path.ts';

const object = {
  metadata: { name: 'blog' },
  spec: { minvCpus: 0, on: false, list: ['a', 'b'] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Stalled', status: 'False' },
    ],
    queues: [{ name: 'a' }, { name: 'b' }, {}],
  },
};

it.each([
  ['.metadata.name', ['blog']],
  ['.spec.minvCpus', [0]],
  ['.spec.on', [false]],
  ['.spec.list[*]', ['a', 'b']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ['.status.conditions[?(@.type=="None")].status', []],
  ['.status.queues[*].name', ['a', 'b']],
  ['.status', []],
  ['.nothing.here', []],
  ['.metadata.toString', []],
])('%s', (path, want) => {
  expect(scalarsAt(object, path)).toEqual(want);
});

it('refuses a path that it does not know', () => {
  expect(() => scalarsAt(object, '..name')).toThrow('not a column path');
});
