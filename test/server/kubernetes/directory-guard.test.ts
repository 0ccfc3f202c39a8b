import { describe, expect, it } from 'vitest';
import { annotations } from '../../../controller/model/annotations.ts';
import type { ApiObject, Metadata } from '../../../controller/model/object.ts';
import { directoryDeletionDenial, directoryDenial } from '../../../controller/server/kubernetes/directory-guard.ts';

const owned: ApiObject = {
  apiVersion: 'batchwright.dev/v1alpha1',
  kind: 'JobDefinition',
  metadata: {
    name: 'hello',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '7',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations: { [annotations.source]: 'jobs/hello.yaml#JobDefinition/default/hello' },
    labels: { team: 'a' },
  },
  spec: { type: 'container' },
};

function changed(metadata: Partial<Metadata>, rest: Partial<ApiObject> = {}): ApiObject {
  return { ...owned, ...rest, metadata: { ...owned.metadata, ...metadata } };
}
const source = { [annotations.source]: 'jobs/hello.yaml#JobDefinition/default/hello' };

describe('an object that a file owns', () => {
  it.each([
    { name: 'nothing', next: owned },
    { name: 'pause', next: changed({ annotations: { ...source, [annotations.paused]: 'true' } }) },
    { name: 'reconcile now', next: changed({ annotations: { ...source, [annotations.reconcileAt]: 'now' } }) },
    { name: 'adoption', next: changed({ annotations: { ...source, [annotations.adopt]: 'true' } }) },
    { name: 'who owns which fields', next: changed({ managedFields: [{ manager: 'kubectl' }] }) },
  ])('may change in $name', ({ next }) => {
    expect(directoryDenial(owned, next)).toBeUndefined();
  });

  it.each([
    { name: 'spec', next: changed({}, { spec: { type: 'multinode' } }) },
    { name: 'labels', next: changed({ labels: { team: 'b' } }) },
    { name: 'other annotations', next: changed({ annotations: { ...source, note: 'x' } }) },
    { name: 'AWS name', next: changed({ annotations: { ...source, [annotations.awsName]: 'x' } }) },
    { name: 'finalizers', next: changed({ finalizers: ['a/b'] }) },
    { name: 'the owning file', next: changed({ annotations: { [annotations.source]: 'other.yaml' } }) },
    { name: 'being owned', next: changed({ annotations: {} }) },
  ])('may not change in $name', ({ next }) => {
    expect(directoryDenial(owned, next)).toContain('the file jobs/hello.yaml owns this object');
  });

  it('cannot be deleted', () => {
    expect(directoryDeletionDenial(owned)).toContain('the file jobs/hello.yaml owns this object');
  });

  it('is free once its deletion is pending', () => {
    const leaving = changed({ deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] });
    const next = { ...leaving, metadata: { ...leaving.metadata, finalizers: [] } };
    expect([directoryDenial(leaving, next), directoryDeletionDenial(leaving)]).toEqual([undefined, undefined]);
  });
});

describe('an object that no file owns', () => {
  const free = changed({ annotations: {} });

  it('may change and be deleted', () => {
    expect([directoryDenial(free, changed({ annotations: {}, labels: {} })), directoryDeletionDenial(free)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('cannot be given to a file through the API', () => {
    expect([directoryDenial(free, owned), directoryDenial(undefined, owned)]).toEqual([
      expect.stringContaining('set by the directory source only'),
      expect.stringContaining('set by the directory source only'),
    ]);
  });
});
