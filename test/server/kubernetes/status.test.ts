import { describe, expect, it } from 'vitest';
import { invalidValue, required } from '../../../controller/server/kubernetes/cause.ts';
import {
  type ApiError,
  alreadyExists,
  applyConflict,
  badRequest,
  conflict,
  deleted,
  expired,
  failedPatch,
  forbidden,
  internalError,
  invalid,
  invalidOptions,
  methodNotAllowed,
  notAcceptable,
  notFound,
  serviceUnavailable,
  timedOut,
  tooLarge,
  tooManyRequests,
  unauthorized,
  unknownPath,
  unsupportedMediaType,
  untypedPatch,
} from '../../../controller/server/kubernetes/status.ts';

const jobs = { group: 'batchwright.dev', plural: 'jobdefinitions', kind: 'JobDefinition' };
const namespaces = { group: '', plural: 'namespaces', kind: 'Namespace' };
const about = { name: 'n', group: 'batchwright.dev', kind: 'jobdefinitions' };

describe('errors', () => {
  it.each<{ name: string; error: ApiError; code: number; reason: string; message: string; details: object }>([
    { name: 'bad request', error: badRequest('no'), code: 400, reason: 'BadRequest', message: 'no', details: {} },
    {
      name: 'unauthorized',
      error: unauthorized(),
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
      details: {},
    },
    {
      name: 'forbidden object',
      error: forbidden(jobs, 'n', 'it is owned by a directory'),
      code: 403,
      reason: 'Forbidden',
      message: 'jobdefinitions.batchwright.dev "n" is forbidden: it is owned by a directory',
      details: about,
    },
    {
      name: 'forbidden collection',
      error: forbidden(jobs, '', 'no rights'),
      code: 403,
      reason: 'Forbidden',
      message: 'jobdefinitions.batchwright.dev is forbidden: no rights',
      details: { group: 'batchwright.dev', kind: 'jobdefinitions' },
    },
    {
      name: 'terminating namespace',
      error: forbidden(jobs, 'n', 'unable', [{ reason: 'NamespaceTerminating', message: 'gone', field: 'x' }]),
      code: 403,
      reason: 'Forbidden',
      message: 'jobdefinitions.batchwright.dev "n" is forbidden: unable',
      details: { ...about, causes: [{ reason: 'NamespaceTerminating', message: 'gone', field: 'x' }] },
    },
    {
      name: 'missing object',
      error: notFound(jobs, 'n'),
      code: 404,
      reason: 'NotFound',
      message: 'jobdefinitions.batchwright.dev "n" not found',
      details: about,
    },
    {
      name: 'missing namespace',
      error: notFound(namespaces, 'x'),
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "x" not found',
      details: { name: 'x', kind: 'namespaces' },
    },
    {
      name: 'unknown path',
      error: unknownPath(),
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
      details: {},
    },
    {
      name: 'unsupported verb',
      error: methodNotAllowed(jobs, 'create'),
      code: 405,
      reason: 'MethodNotAllowed',
      message: 'create is not supported on resources of kind "jobdefinitions.batchwright.dev"',
      details: { group: 'batchwright.dev', kind: 'jobdefinitions' },
    },
    {
      name: 'nothing acceptable',
      error: notAcceptable(['application/json']),
      code: 406,
      reason: 'NotAcceptable',
      message: 'only the following media types are accepted: application/json',
      details: {},
    },
    {
      name: 'taken name',
      error: alreadyExists(jobs, 'n'),
      code: 409,
      reason: 'AlreadyExists',
      message: 'jobdefinitions.batchwright.dev "n" already exists',
      details: about,
    },
    {
      name: 'stale version',
      error: conflict(jobs, 'n'),
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on jobdefinitions.batchwright.dev "n": the object has been modified; please apply your changes to the latest version and try again',
      details: about,
    },
    {
      name: 'failed precondition',
      error: conflict(namespaces, 'n', 'Precondition failed: UID in precondition: a, UID in object meta: b'),
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on namespaces "n": Precondition failed: UID in precondition: a, UID in object meta: b',
      details: { name: 'n', kind: 'namespaces' },
    },
    {
      name: 'apply conflict',
      error: applyConflict('Apply failed', [{ reason: 'FieldManagerConflict', message: 'm', field: '.a' }]),
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'm', field: '.a' }] },
    },
    { name: 'expired', error: expired('too old'), code: 410, reason: 'Expired', message: 'too old', details: {} },
    {
      name: 'large body',
      error: tooLarge('limit is 3 MiB'),
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'limit is 3 MiB',
      details: {},
    },
    {
      name: 'unknown body format',
      error: unsupportedMediaType(['application/json', 'application/yaml']),
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
      details: {},
    },
    {
      name: 'one invalid field',
      error: invalid(jobs, 'n', [required('spec.a')]),
      code: 422,
      reason: 'Invalid',
      message: 'JobDefinition.batchwright.dev "n" is invalid: spec.a: Required value',
      details: {
        name: 'n',
        group: 'batchwright.dev',
        kind: 'JobDefinition',
        causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a' }],
      },
    },
    {
      name: 'several invalid fields of a core kind',
      error: invalid(namespaces, 'n', [required('spec.a'), invalidValue('spec.b', 'x', 'must fit')]),
      code: 422,
      reason: 'Invalid',
      message: 'Namespace "n" is invalid: [spec.a: Required value, spec.b: Invalid value: "x": must fit]',
      details: {
        name: 'n',
        group: '',
        kind: 'Namespace',
        causes: [
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a' },
          { reason: 'FieldValueInvalid', message: 'Invalid value: "x": must fit', field: 'spec.b' },
        ],
      },
    },
    {
      name: 'invalid options',
      error: invalidOptions('PatchOptions', [required('fieldManager')]),
      code: 422,
      reason: 'Invalid',
      message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value',
      details: {
        group: 'meta.k8s.io',
        kind: 'PatchOptions',
        causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'fieldManager' }],
      },
    },
    {
      name: 'failed patch',
      error: failedPatch('/spec/a', 'nothing there'),
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
      details: { causes: [{ reason: 'FieldValueInvalid', message: 'nothing there', field: '/spec/a' }] },
    },
    {
      name: 'overload',
      error: tooManyRequests(2),
      code: 429,
      reason: 'TooManyRequests',
      message: 'too many requests, please try again later',
      details: { retryAfterSeconds: 2 },
    },
    {
      name: 'internal error',
      error: internalError('disk full'),
      code: 500,
      reason: 'InternalError',
      message: 'Internal error occurred: disk full',
      details: {},
    },
    {
      name: 'shutdown',
      error: serviceUnavailable('shutting down', 1),
      code: 503,
      reason: 'ServiceUnavailable',
      message: 'shutting down',
      details: { retryAfterSeconds: 1 },
    },
    { name: 'time-out', error: timedOut('slow'), code: 504, reason: 'Timeout', message: 'slow', details: {} },
  ])('$name', ({ code, details, error, message, reason }) => {
    expect(error.status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      details,
      code,
    });
    expect(error.code).toBe(code);
  });

  it('has no reason when an apply configuration cannot be typed', () => {
    expect(untypedPatch('ns/n; g/v, Kind=K', '.spec.x: field not declared in schema').status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'failed to create typed patch object (ns/n; g/v, Kind=K): .spec.x: field not declared in schema',
      details: {},
      code: 500,
    });
  });

  it('keeps the error behind an error', () => {
    const cause = new Error('disk');

    expect(internalError('why', cause).cause).toBe(cause);
  });
});

describe('success', () => {
  it('names the deleted object and its uid', () => {
    expect(deleted(jobs, 'n', 'u')).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { ...about, uid: 'u' },
    });
  });
});
