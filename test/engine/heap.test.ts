import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heap } from '../../controller/engine/heap.ts';

it('has no top while it is empty', () => {
  const heap = new Heap<number>((a, b) => a < b);

  expect([heap.size, heap.top, heap.take()]).toEqual([0, undefined, undefined]);
});

it('gives items in order, however adding and taking alternate', () => {
  const steps = fc.array(fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, list => {
      const heap = new Heap<number>((a, b) => a < b);
      let sorted: number[] = [];
      for (const item of list) {
        if (item === undefined) {
          expect(heap.take()).toBe(sorted.shift());
        } else {
          heap.add(item);
          sorted = [...sorted, item].sort((a, b) => a - b);
        }
        expect([heap.size, heap.top]).toEqual([sorted.length, sorted[0]]);
      }
    }),
  );
});
