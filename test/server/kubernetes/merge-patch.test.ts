import { describe, expect, it } from 'vitest';
import type { Json } from '../../../controller/model/json.ts';
import { mergePatched, withoutDirectives } from '../../../controller/server/kubernetes/merge-patch.ts';
import { frozen } from './frozen.ts';

describe('mergePatched', () => {
  // The examples of RFC 7386, appendix A.
  it.each<{ target: Json; patch: Json; result: Json }>([
    { target: { a: 'b' }, patch: { a: 'c' }, result: { a: 'c' } },
    { target: { a: 'b' }, patch: { b: 'c' }, result: { a: 'b', b: 'c' } },
    { target: { a: 'b' }, patch: { a: null }, result: {} },
    { target: { a: 'b', b: 'c' }, patch: { a: null }, result: { b: 'c' } },
    { target: { a: ['b'] }, patch: { a: 'c' }, result: { a: 'c' } },
    { target: { a: 'c' }, patch: { a: ['b'] }, result: { a: ['b'] } },
    { target: { a: { b: 'c' } }, patch: { a: { b: 'd', c: null } }, result: { a: { b: 'd' } } },
    { target: { a: [{ b: 'c' }] }, patch: { a: [1] }, result: { a: [1] } },
    { target: ['a', 'b'], patch: ['c', 'd'], result: ['c', 'd'] },
    { target: { a: 'b' }, patch: ['c'], result: ['c'] },
    { target: { a: 'foo' }, patch: null, result: null },
    { target: { a: 'foo' }, patch: 'bar', result: 'bar' },
    { target: { e: null }, patch: { a: 1 }, result: { e: null, a: 1 } },
    { target: [1, 2], patch: { a: 'b', c: null }, result: { a: 'b' } },
    { target: {}, patch: { a: { bb: { ccc: null } } }, result: { a: { bb: {} } } },
  ])('$target and $patch make $result', ({ patch, result, target }) => {
    expect(mergePatched(frozen(target), frozen(patch))).toEqual(result);
  });

  it('shares what the patch does not touch', () => {
    const target = frozen({ metadata: { labels: { a: 'b' } }, spec: { big: [1, 2, 3] } });

    const result = mergePatched(target, { metadata: { labels: { a: 'c' } } }) as typeof target;

    expect(result.spec).toBe(target.spec);
    expect(target.metadata.labels.a).toBe('b');
  });

  it('changes no prototype, whatever the patch is called', () => {
    const result = mergePatched({ a: 1 }, JSON.parse('{"__proto__":{"polluted":true}}'));

    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('withoutDirectives', () => {
  it('makes a strategic patch a plain one', () => {
    const patch = {
      metadata: { annotations: { a: 'b' }, '$setElementOrder/finalizers': ['x'], $retainKeys: ['annotations'] },
      list: [{ $patch: 'delete', name: 'a' }],
      gone: null,
    };

    expect(withoutDirectives(patch)).toEqual({
      metadata: { annotations: { a: 'b' } },
      list: [{ name: 'a' }],
      gone: null,
    });
  });
});
