import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../../controller/model/object.ts';
import { OwnerIndex } from '../../../controller/server/kubernetes/owner-index.ts';

function object(name: string, owners: readonly string[], namespace = 'a'): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace,
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ownerReferences: owners.map(uid => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid })),
    },
  };
}

describe('owner index', () => {
  it('knows dependents by owner and objects by namespace', () => {
    const index = new OwnerIndex();
    for (const one of [object('x', ['o', 'p']), object('y', ['o']), object('z', [], 'b')]) index.put(one);
    expect(index.dependentsOf('o').map(({ name }) => name)).toEqual(['x', 'y']);
    expect(index.owned().map(({ name }) => name)).toEqual(['x', 'y']);
    expect([index.within('a'), index.within('b'), index.within('c')]).toEqual([2, 1, 0]);
  });

  it('follows changes of owners and removals', () => {
    const index = new OwnerIndex();
    index.put(object('x', ['o']));
    index.put(object('x', ['p']));
    expect([index.dependentsOf('o'), index.dependentsOf('p').length]).toEqual([[], 1]);
    index.remove(object('x', []));
    expect([index.dependentsOf('p'), index.owned(), index.within('a')]).toEqual([[], [], 0]);
  });
});
