import { expect, it } from 'vitest';
import { conflictError } from '../../../../controller/server/kubernetes/apply/conflict.ts';
import { setFrom } from '../../../../controller/server/kubernetes/apply/field-set.ts';
import type { Ownership } from '../../../../controller/server/kubernetes/apply/managed-fields.ts';

const applier: Ownership = {
  manager: 'first',
  operation: 'Apply',
  apiVersion: 'g/v1',
  time: '2024-01-01T00:00:00Z',
  subresource: '',
  set: setFrom(),
};
const updater: Ownership = { ...applier, manager: 'edit "x"', operation: 'Update', subresource: 'status' };

it('names one field in one sentence', () => {
  const error = conflictError([{ owner: applier, fields: setFrom(['f:metadata', 'f:labels', 'f:own']) }]);

  expect(error.message).toBe('Apply failed with 1 conflict: conflict with "first": .metadata.labels.own');
  expect(error.status).toMatchObject({
    code: 409,
    reason: 'Conflict',
    details: {
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "first"', field: '.metadata.labels.own' }],
    },
  });
});

it('lists several fields by owner', () => {
  const error = conflictError([
    { owner: applier, fields: setFrom(['f:spec', 'f:a'], ['f:spec', 'f:env', 'k:{"name":"A"}', 'f:value']) },
    { owner: updater, fields: setFrom(['f:status', 'f:phase']) },
    { owner: { ...applier, manager: 'timeless', operation: 'Update' }, fields: setFrom() },
  ]);

  expect(error.message).toBe(
    [
      'Apply failed with 3 conflicts: conflicts with "first":',
      '- .spec.a',
      '- .spec.env[name="A"].value',
      'conflicts with "edit \\"x\\"" with subresource "status" using g/v1 at 2024-01-01T00:00:00Z:',
      '- .status.phase',
    ].join('\n'),
  );
  expect(error.details.causes?.map(({ field, message }) => `${field} ${message}`)).toEqual([
    '.spec.a conflict with "first"',
    '.spec.env[name="A"].value conflict with "first"',
    '.status.phase conflict with "edit \\"x\\"" with subresource "status" using g/v1 at 2024-01-01T00:00:00Z',
  ]);
});
