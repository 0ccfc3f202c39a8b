import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protobufBody } from '../../../controller/server/kubernetes/protobuf.ts';
import { ApiError } from '../../../controller/server/kubernetes/status.ts';

const varint = (value: number | bigint): number[] => {
  const rest = BigInt.asUintN(64, BigInt(value));
  return rest < 0x80n ? [Number(rest)] : [Number(rest & 0x7fn) | 0x80, ...varint(rest >> 7n)];
};
const number = (field: number, value: number | bigint): number[] => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string): number[] => bytes(field, [...Buffer.from(value)]);
const pair = (field: number, key: string, value: string): number[] =>
  bytes(field, [...text(1, key), ...text(2, value)]);
const body = (apiVersion: string, kind: string, raw: readonly number[]): Uint8Array =>
  Uint8Array.from([0x6b, 0x38, 0x73, 0, ...bytes(1, [...text(1, apiVersion), ...text(2, kind)]), ...bytes(2, raw)]);

const metadata = [...text(1, 'n'), ...text(2, ''), ...text(3, 'ns')];

describe('protobufBody', () => {
  it.each<{ name: string; body: Uint8Array; object: object }>([
    {
      name: 'what kubectl create namespace sends',
      body: body('v1', 'Namespace', [
        ...bytes(1, [...text(1, 'conf'), ...text(2, ''), ...text(3, ''), ...bytes(8, [])]),
        ...bytes(2, []),
        ...bytes(3, text(1, '')),
      ]),
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'conf' }, spec: {}, status: {} },
    },
    {
      name: 'all metadata',
      body: body('v1', 'Namespace', [
        ...bytes(1, [
          ...metadata,
          ...text(5, 'u'),
          ...text(6, '12'),
          ...number(7, 3),
          ...bytes(8, number(1, 1_700_000_000)),
          ...pair(11, 'a', '1'),
          ...pair(11, 'b', ''),
          ...pair(12, 'note', 'ü'),
          ...bytes(13, [
            ...text(5, 'v1'),
            ...text(1, 'K'),
            ...text(3, 'o'),
            ...text(4, 'v'),
            ...number(6, 1),
            ...number(7, 0),
          ]),
          ...text(14, 'f/one'),
          ...text(14, 'f/two'),
        ]),
        ...bytes(2, text(1, 'kubernetes')),
      ]),
      object: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'n',
          namespace: 'ns',
          uid: 'u',
          resourceVersion: '12',
          generation: 3,
          creationTimestamp: '2023-11-14T22:13:20Z',
          labels: { a: '1', b: '' },
          annotations: { note: 'ü' },
          ownerReferences: [
            { apiVersion: 'v1', kind: 'K', name: 'o', uid: 'v', controller: true, blockOwnerDeletion: false },
          ],
          finalizers: ['f/one', 'f/two'],
        },
        spec: { finalizers: ['kubernetes'] },
      },
    },
    {
      name: 'a ConfigMap',
      body: body('v1', 'ConfigMap', [
        ...bytes(1, metadata),
        ...pair(2, 'a', 'x'),
        ...bytes(3, [...text(1, 'b'), ...bytes(2, [0, 255])]),
        ...number(4, 1),
      ]),
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'n', namespace: 'ns' },
        data: { a: 'x' },
        binaryData: { b: 'AP8=' },
        immutable: true,
      },
    },
    {
      name: 'a Secret, its bytes as base64',
      body: body('v1', 'Secret', [
        ...bytes(1, metadata),
        ...pair(2, 'k', 'v'),
        ...text(3, 'Opaque'),
        ...pair(4, 's', 't'),
      ]),
      object: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'n', namespace: 'ns' },
        data: { k: 'dg==' },
        type: 'Opaque',
        stringData: { s: 't' },
      },
    },
    {
      name: 'what kubectl auth can-i sends',
      body: body('authorization.k8s.io/v1', 'SelfSubjectAccessReview', [
        ...bytes(1, []),
        ...bytes(
          2,
          bytes(1, [
            ...text(1, 'ns'),
            ...text(2, 'create'),
            ...text(3, 'g'),
            ...text(4, '*'),
            ...text(5, 'jobs'),
            ...text(6, 'status'),
            ...text(7, 'n'),
          ]),
        ),
      ]),
      object: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        metadata: {},
        spec: {
          resourceAttributes: {
            namespace: 'ns',
            verb: 'create',
            group: 'g',
            version: '*',
            resource: 'jobs',
            subresource: 'status',
            name: 'n',
          },
        },
      },
    },
    {
      name: 'a review of a path',
      body: body(
        'authorization.k8s.io/v1',
        'SelfSubjectAccessReview',
        bytes(2, bytes(2, [...text(1, '/healthz'), ...text(2, 'get')])),
      ),
      object: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { nonResourceAttributes: { path: '/healthz', verb: 'get' } },
      },
    },
    {
      name: 'a rules review',
      body: body('authorization.k8s.io/v1', 'SelfSubjectRulesReview', bytes(2, text(1, 'ns'))),
      object: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: 'ns' } },
    },
    {
      name: 'whoami',
      body: body('authentication.k8s.io/v1', 'SelfSubjectReview', bytes(1, [])),
      object: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} },
    },
    {
      name: 'delete options',
      body: body('v1', 'DeleteOptions', [
        ...number(1, 0),
        ...bytes(2, [...text(1, 'u'), ...text(2, '7')]),
        ...text(4, 'Foreground'),
        ...text(5, 'All'),
      ]),
      object: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds: 0,
        preconditions: { uid: 'u', resourceVersion: '7' },
        propagationPolicy: 'Foreground',
        dryRun: ['All'],
      },
    },
    {
      name: 'a negative number',
      body: body('v1', 'DeleteOptions', number(1, -1)),
      object: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: -1 },
    },
    {
      name: 'fields from the future',
      body: body('v1', 'DeleteOptions', [
        ...varint(99 * 8 + 5),
        1,
        2,
        3,
        4,
        ...varint(98 * 8 + 1),
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        ...text(97, 'x'),
        ...number(96, 1),
        ...text(4, 'Orphan'),
      ]),
      object: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Orphan' },
    },
  ])('reads $name', ({ body: sent, object }) => {
    expect(protobufBody(sent)).toEqual(object);
  });

  it.each<{ name: string; body: Uint8Array; reason: string; message: string }>([
    { name: 'JSON', body: Buffer.from('{}'), reason: 'BadRequest', message: 'it does not begin with k8s' },
    { name: 'nothing', body: new Uint8Array(), reason: 'BadRequest', message: 'it does not begin with k8s' },
    { name: 'another kind', body: body('v1', 'Pod', []), reason: 'UnsupportedMediaType', message: 'application/json' },
    {
      name: 'a name that objects inherit',
      body: body('v1', 'toString', []),
      reason: 'UnsupportedMediaType',
      message: 'application/json',
    },
    {
      name: 'a cut body',
      body: body('v1', 'Namespace', bytes(1, metadata)).subarray(0, -1),
      reason: 'BadRequest',
      message: 'it ends too early',
    },
    {
      name: 'a length beyond the end',
      body: body('v1', 'Namespace', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
      reason: 'BadRequest',
      message: 'it ends too early',
    },
    {
      name: 'an endless number',
      body: body(
        'v1',
        'Namespace',
        Array.from({ length: 12 }, () => 0xff),
      ),
      reason: 'BadRequest',
      message: 'longer than ten bytes',
    },
    {
      name: 'a group',
      body: body('v1', 'Namespace', varint(1 * 8 + 3)),
      reason: 'BadRequest',
      message: 'wire type 3 is unknown',
    },
    {
      name: 'bytes that are no text',
      body: body('v1', 'Namespace', bytes(1, bytes(1, [0xff]))),
      reason: 'BadRequest',
      message: 'not valid UTF-8',
    },
    {
      name: 'a number for a message',
      body: body('v1', 'Namespace', number(1, 5)),
      reason: 'BadRequest',
      message: 'a number stands where',
    },
    {
      name: 'a text for a number',
      body: body('v1', 'DeleteOptions', text(1, 'x')),
      reason: 'BadRequest',
      message: 'a text stands where',
    },
    {
      name: 'a huge number',
      body: body('v1', 'DeleteOptions', number(1, 2n ** 60n)),
      reason: 'BadRequest',
      message: 'too large',
    },
    {
      name: 'a huge time',
      body: body('v1', 'Namespace', bytes(1, bytes(8, number(1, 2 ** 52)))),
      reason: 'BadRequest',
      message: 'out of range',
    },
    {
      name: 'a prototype key',
      body: body('v1', 'ConfigMap', pair(2, '__proto__', 'x')),
      reason: 'BadRequest',
      message: '__proto__',
    },
  ])('refuses $name', ({ body: sent, message, reason }) => {
    expect(() => protobufBody(sent)).toThrow(
      expect.objectContaining({ reason, message: expect.stringContaining(message) }),
    );
  });

  it('answers or refuses any bytes, and never anything else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('Namespace', 'Secret', 'DeleteOptions'),
        (raw, kind) => {
          try {
            expect(protobufBody(body('v1', kind, [...raw]))['kind']).toBe(kind);
          } catch (error) {
            expect(error).toBeInstanceOf(ApiError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
