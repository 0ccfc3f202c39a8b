import { conditionOf } from '../model/conditions.ts';
import type { ApiObject } from '../model/object.ts';

/** Rows in columns as wide as their longest cell, two spaces between. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map(row => (row[index] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ');
  return rows.map(row => `${line(row).trimEnd()}\n`).join('');
}

/** Objects with their Ready condition, sorted by kind and name. */
export function statusTable(objects: readonly ApiObject[]): string {
  const rows = objects
    .map(object => {
      const ready = conditionOf(object.status, 'Ready');
      const { namespace = '', name } = object.metadata;
      return [
        object.kind,
        `${namespace}/${name}`,
        ready?.status ?? 'Unknown',
        ready?.reason ?? '',
        ready?.message ?? 'not looked at yet',
      ];
    })
    .sort((a, b) => (a.join('/') < b.join('/') ? -1 : 1));
  return columns([['KIND', 'NAME', 'READY', 'REASON', 'MESSAGE'], ...rows]);
}
