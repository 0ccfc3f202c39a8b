import type { Cause } from '../cause.ts';
import { type ApiError, applyConflict } from '../status.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import type { Ownership } from './managed-fields.ts';
import { shownPath } from './path-element.ts';

/** Fields that an applier wants and another manager owns. */
export interface Conflict {
  readonly owner: Ownership;
  readonly fields: FieldSet;
}

/** The 409 that tells an applier whom it would take which fields from: one cause per owner and field. */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const found = conflicts.flatMap(({ fields, owner }) =>
    [...pathsOf(fields)].map(path => ({ owner: shownOwner(owner), path: shownPath(path) })),
  );
  const causes = found.map(
    ({ owner, path }): Cause => ({ reason: 'FieldManagerConflict', message: `conflict with ${owner}`, field: path }),
  );
  const [first] = found;
  if (found.length === 1 && first !== undefined) {
    return applyConflict(`Apply failed with 1 conflict: conflict with ${first.owner}: ${first.path}`, causes);
  }
  const lines = [...Map.groupBy(found, ({ owner }) => owner)].flatMap(([owner, fields]) => [
    `conflicts with ${owner}:`,
    ...fields.map(({ path }) => `- ${path}`),
  ]);
  return applyConflict(`Apply failed with ${found.length} conflicts: ${lines.join('\n')}`, causes);
}

function shownOwner({ apiVersion, manager, operation, subresource, time }: Ownership): string {
  const through = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  const using = operation === 'Update' ? ` using ${apiVersion}${time === undefined ? '' : ` at ${time}`}` : '';
  return `${JSON.stringify(manager)}${through}${using}`;
}
