import { describe, expect, it } from 'vitest';
import type { ApiObject, Draft, Metadata } from '../../controller/model/object.ts';
import { StoreFailure } from '../../controller/store/contract.ts';
import {
  creation,
  type Outcome,
  removal,
  replacement,
  type Stamp,
  statusReplacement,
} from '../../controller/store/lifecycle.ts';
import { draft, ref } from './drafts.ts';

const stamp: Stamp = { now: Date.UTC(2026, 4, 6, 7, 8, 9, 999), uid: () => 'uid-1', resourceVersion: '8' };

const metadata: Metadata = {
  name: 'a',
  namespace: 'default',
  uid: 'uid-0',
  resourceVersion: '7',
  generation: 3,
  creationTimestamp: '2026-01-01T00:00:00Z',
};

function stored(changed: Partial<Metadata> = {}, rest: Partial<ApiObject> = {}): ApiObject {
  return {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind: 'JobDefinition',
    metadata: { ...metadata, ...changed },
    spec: { type: 'container' },
    ...rest,
  };
}

/** As the outcome reads in a table: a refusal by its reason. */
function shown(outcome: Outcome): unknown {
  return outcome instanceof StoreFailure ? outcome.reason : outcome;
}

const deleting = { deletionTimestamp: '2026-02-01T00:00:00Z', deletionGracePeriodSeconds: 0 };
const created = {
  ...metadata,
  uid: 'uid-1',
  resourceVersion: '8',
  generation: 1,
  creationTimestamp: '2026-05-06T07:08:09Z',
};

describe('creation', () => {
  it.each<{ name: string; stored?: ApiObject; draft: Draft; expected: unknown }>([
    {
      name: 'sets the server-owned metadata in whole seconds',
      draft: draft('a'),
      expected: { type: 'ADDED', object: stored(created) },
    },
    {
      name: 'ignores server-owned metadata of the client, deletion fields included',
      draft: draft('a', {
        metadata: {
          uid: 'mine',
          resourceVersion: '99',
          generation: 9,
          creationTimestamp: '2020-01-01T00:00:00Z',
          ...deleting,
        },
      }),
      expected: { type: 'ADDED', object: stored(created) },
    },
    {
      name: 'drops empty lists and maps',
      draft: draft('a', {
        metadata: { labels: {}, annotations: {}, finalizers: [], ownerReferences: [], managedFields: [] },
      }),
      expected: { type: 'ADDED', object: stored(created) },
    },
    {
      name: 'tolerates null where clients send it',
      draft: draft('a', { metadata: JSON.parse('{"labels": null, "creationTimestamp": null, "selfLink": "/x"}') }),
      expected: { type: 'ADDED', object: stored(created) },
    },
    {
      name: 'keeps what clients own',
      draft: draft('a', {
        metadata: {
          generateName: 'a-',
          labels: { x: '1' },
          annotations: { y: '2' },
          finalizers: ['f'],
          managedFields: [{ manager: 'm' }],
        },
        extra: { kept: true },
      }),
      expected: {
        type: 'ADDED',
        object: stored(
          {
            ...created,
            generateName: 'a-',
            labels: { x: '1' },
            annotations: { y: '2' },
            finalizers: ['f'],
            managedFields: [{ manager: 'm' }],
          },
          { extra: { kept: true } },
        ),
      },
    },
    {
      name: 'drops the status of our kinds',
      draft: draft('a', { status: { ready: true } }),
      expected: { type: 'ADDED', object: stored(created) },
    },
    {
      name: 'keeps the status of other kinds',
      draft: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'n', namespace: '' },
        status: { phase: 'Active' },
      },
      expected: {
        type: 'ADDED',
        object: {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: {
            name: 'n',
            uid: 'uid-1',
            resourceVersion: '8',
            generation: 1,
            creationTimestamp: '2026-05-06T07:08:09Z',
          },
          status: { phase: 'Active' },
        },
      },
    },
    { name: 'refuses a name that is taken', stored: stored(), draft: draft('a'), expected: 'AlreadyExists' },
    {
      name: 'refuses a name that is being deleted',
      stored: stored(deleting),
      draft: draft('a'),
      expected: 'AlreadyExists',
    },
  ])('$name', row => {
    expect(shown(creation(row.stored, row.draft, stamp))).toEqual(row.expected);
  });
});

describe('replacement', () => {
  const status = { ready: true };

  it.each<{ name: string; stored?: ApiObject; draft: Draft; expected: unknown }>([
    { name: 'refuses what is not there', draft: draft('a'), expected: 'NotFound' },
    {
      name: 'changes nothing when nothing differs, whatever the client says about server-owned fields',
      stored: stored({}, { status }),
      draft: draft('a', { metadata: { generation: 77, creationTimestamp: '', labels: {} }, status: { ready: false } }),
      expected: { type: 'UNCHANGED', object: stored({}, { status }) },
    },
    {
      name: 'changes nothing when only the order of members and the time of a manager differ',
      stored: stored({ managedFields: [{ manager: 'm', time: '2026-01-01T00:00:00Z' }] }, { spec: { a: 1, b: 2 } }),
      draft: draft('a', {
        metadata: { managedFields: [{ manager: 'm', time: '2026-03-03T00:00:00Z' }] },
        spec: { b: 2, a: 1 },
      }),
      expected: {
        type: 'UNCHANGED',
        object: stored({ managedFields: [{ manager: 'm', time: '2026-01-01T00:00:00Z' }] }, { spec: { a: 1, b: 2 } }),
      },
    },
    {
      name: 'raises the generation when the spec changes, and keeps the status',
      stored: stored({}, { status }),
      draft: draft('a', { spec: { type: 'multinode' } }),
      expected: {
        type: 'MODIFIED',
        object: stored({ resourceVersion: '8', generation: 4 }, { spec: { type: 'multinode' }, status }),
        previous: stored({}, { status }),
      },
    },
    {
      name: 'raises the generation when another member beside metadata and status changes',
      stored: stored(),
      draft: draft('a', { data: { k: 'v' } }),
      expected: {
        type: 'MODIFIED',
        object: stored({ resourceVersion: '8', generation: 4 }, { data: { k: 'v' } }),
        previous: stored(),
      },
    },
    {
      name: 'keeps the generation when only metadata changes',
      stored: stored({ labels: { x: '1' }, finalizers: ['f'] }),
      draft: draft('a', { metadata: { annotations: { y: '2' } } }),
      expected: {
        type: 'MODIFIED',
        object: stored({ resourceVersion: '8', annotations: { y: '2' } }),
        previous: stored({ labels: { x: '1' }, finalizers: ['f'] }),
      },
    },
    {
      name: 'keeps managedFields that the client does not send',
      stored: stored({ managedFields: [{ manager: 'm' }] }),
      draft: draft('a'),
      expected: { type: 'UNCHANGED', object: stored({ managedFields: [{ manager: 'm' }] }) },
    },
    {
      name: 'clears managedFields that the client sends empty',
      stored: stored({ managedFields: [{ manager: 'm' }] }),
      draft: draft('a', { metadata: { managedFields: [] } }),
      expected: {
        type: 'MODIFIED',
        object: stored({ resourceVersion: '8' }),
        previous: stored({ managedFields: [{ manager: 'm' }] }),
      },
    },
    {
      name: 'takes a version that is the stored one',
      stored: stored(),
      draft: draft('a', { metadata: { resourceVersion: '7', uid: 'uid-0' } }),
      expected: { type: 'UNCHANGED', object: stored() },
    },
    {
      name: 'refuses another version, even when nothing differs',
      stored: stored(),
      draft: draft('a', { metadata: { resourceVersion: '6' } }),
      expected: 'Conflict',
    },
    {
      name: 'refuses another uid',
      stored: stored(),
      draft: draft('a', { metadata: { uid: 'old' } }),
      expected: 'Conflict',
    },
    {
      name: 'takes a spec change while deletion is pending',
      stored: stored({ ...deleting, finalizers: ['f'] }),
      draft: draft('a', { metadata: { finalizers: ['f'] }, spec: {} }),
      expected: {
        type: 'MODIFIED',
        object: stored({ ...deleting, finalizers: ['f'], resourceVersion: '8', generation: 4 }, { spec: {} }),
        previous: stored({ ...deleting, finalizers: ['f'] }),
      },
    },
    {
      name: 'lets finalizers shrink while deletion is pending',
      stored: stored({ ...deleting, finalizers: ['f', 'g'] }),
      draft: draft('a', { metadata: { finalizers: ['g'] } }),
      expected: {
        type: 'MODIFIED',
        object: stored({ ...deleting, finalizers: ['g'], resourceVersion: '8' }),
        previous: stored({ ...deleting, finalizers: ['f', 'g'] }),
      },
    },
    {
      name: 'refuses a new finalizer while deletion is pending',
      stored: stored({ ...deleting, finalizers: ['f'] }),
      draft: draft('a', { metadata: { finalizers: ['f', 'g'] } }),
      expected: 'Invalid',
    },
    {
      name: 'removes the object when the last finalizer goes while deletion is pending',
      stored: stored({ ...deleting, finalizers: ['f'] }, { status }),
      draft: draft('a'),
      expected: {
        type: 'DELETED',
        object: stored({ ...deleting, resourceVersion: '8' }, { status }),
        previous: stored({ ...deleting, finalizers: ['f'] }, { status }),
      },
    },
  ])('$name', row => {
    expect(shown(replacement(row.stored, row.draft, stamp))).toEqual(row.expected);
  });
});

describe('statusReplacement', () => {
  it.each<{ name: string; stored?: ApiObject; draft: Draft; expected: unknown }>([
    { name: 'refuses what is not there', draft: draft('a'), expected: 'NotFound' },
    {
      name: 'takes the status and nothing else',
      stored: stored({ labels: { x: '1' } }),
      draft: draft('a', {
        metadata: { labels: { x: '2' }, finalizers: ['f'] },
        spec: { type: 'other' },
        status: { ready: true },
      }),
      expected: {
        type: 'MODIFIED',
        object: stored({ labels: { x: '1' }, resourceVersion: '8' }, { status: { ready: true } }),
        previous: stored({ labels: { x: '1' } }),
      },
    },
    {
      name: 'takes managedFields with it',
      stored: stored({ managedFields: [{ manager: 'm' }] }),
      draft: draft('a', { metadata: { managedFields: [{ manager: 'n' }] }, status: { ready: true } }),
      expected: {
        type: 'MODIFIED',
        object: stored({ managedFields: [{ manager: 'n' }], resourceVersion: '8' }, { status: { ready: true } }),
        previous: stored({ managedFields: [{ manager: 'm' }] }),
      },
    },
    {
      name: 'changes nothing when the status is the same',
      stored: stored({}, { status: { ready: true } }),
      draft: draft('a', { spec: { type: 'other' }, status: { ready: true } }),
      expected: { type: 'UNCHANGED', object: stored({}, { status: { ready: true } }) },
    },
    {
      name: 'removes a status that is not sent',
      stored: stored({}, { status: { ready: true } }),
      draft: draft('a'),
      expected: {
        type: 'MODIFIED',
        object: stored({ resourceVersion: '8' }),
        previous: stored({}, { status: { ready: true } }),
      },
    },
    {
      name: 'refuses another version',
      stored: stored(),
      draft: draft('a', { metadata: { resourceVersion: '6' }, status: { ready: true } }),
      expected: 'Conflict',
    },
    {
      name: 'works while deletion is pending',
      stored: stored({ ...deleting, finalizers: ['f'] }),
      draft: draft('a', { status: { ready: false } }),
      expected: {
        type: 'MODIFIED',
        object: stored({ ...deleting, finalizers: ['f'], resourceVersion: '8' }, { status: { ready: false } }),
        previous: stored({ ...deleting, finalizers: ['f'] }),
      },
    },
  ])('$name', row => {
    expect(shown(statusReplacement(row.stored, row.draft, stamp))).toEqual(row.expected);
  });
});

describe('removal', () => {
  it.each<{ name: string; stored?: ApiObject; uid?: string; resourceVersion?: string; expected: unknown }>([
    { name: 'refuses what is not there', expected: 'NotFound' },
    {
      name: 'removes an object without finalizers',
      stored: stored(),
      expected: { type: 'DELETED', object: stored({ resourceVersion: '8' }), previous: stored() },
    },
    {
      name: 'marks an object with finalizers',
      stored: stored({ finalizers: ['f'] }),
      expected: {
        type: 'MODIFIED',
        object: stored({
          finalizers: ['f'],
          resourceVersion: '8',
          generation: 4,
          deletionTimestamp: '2026-05-06T07:08:09Z',
          deletionGracePeriodSeconds: 0,
        }),
        previous: stored({ finalizers: ['f'] }),
      },
    },
    {
      name: 'changes nothing the second time',
      stored: stored({ ...deleting, finalizers: ['f'] }),
      expected: { type: 'UNCHANGED', object: stored({ ...deleting, finalizers: ['f'] }) },
    },
    { name: 'refuses another uid', stored: stored(), uid: 'old', expected: 'Conflict' },
    { name: 'refuses another version', stored: stored(), resourceVersion: '6', expected: 'Conflict' },
    {
      name: 'refuses another version the second time too',
      stored: stored({ ...deleting, finalizers: ['f'] }),
      resourceVersion: '6',
      expected: 'Conflict',
    },
    {
      name: 'takes preconditions that hold',
      stored: stored(),
      uid: 'uid-0',
      resourceVersion: '7',
      expected: { type: 'DELETED', object: stored({ resourceVersion: '8' }), previous: stored() },
    },
  ])('$name', ({ stored: held, uid, resourceVersion, expected }) => {
    const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };

    expect(shown(removal(ref('a'), held, preconditions, stamp))).toEqual(expected);
  });
});

describe('messages of refusals', () => {
  it('name the object and what to do, and hold nothing of its content', () => {
    const outcome = replacement(
      stored(),
      draft('a', { metadata: { resourceVersion: '6' }, spec: { password: 'hunter2' } }),
      stamp,
    );

    expect(outcome).toBeInstanceOf(StoreFailure);
    expect(outcome).toHaveProperty(
      'message',
      'JobDefinition default/a has changed: it is at version 7, the request is based on 6; read it again and repeat the change',
    );
  });
});
