import type { Checks } from '../engine/controller.ts';
import type { Kind } from '../kinds/kind.ts';
import { columnsOf } from '../kinds/schemas.ts';
import { timestamp } from '../model/clock.ts';
import { conditionOf } from '../model/conditions.ts';
import { scalarsAt } from '../model/json-path.ts';
import type { ApiObject } from '../model/object.ts';
import type { Column } from '../server/kubernetes/kind-info.ts';

/** When the loop looks at an object; undefined where there is no loop. */
export type ChecksOf = (object: ApiObject) => Checks | undefined;

/** Shown in other words, or in every table already. */
const replaced: readonly string[] = ['Age', 'Message'];

/**
 * What `kubectl get` shows of a kind between Name and Age, and behind Age what there is to say: why an object is not as
 * declared and what it waits for. A definition in a cluster can say neither that nor when AWS was last looked at.
 */
export function printedColumns(
  kind: Kind,
  checks: ChecksOf,
): { readonly columns: readonly Column[]; readonly last: readonly Column[] } {
  const columns = columnsOf(kind).filter(({ name }) => !replaced.includes(name));
  return {
    columns: [
      ...columns.map(({ name, type, description, jsonPath, priority = 0 }) => ({
        name,
        type,
        description,
        priority,
        value: (object: ApiObject) => scalar(object, jsonPath),
      })),
      {
        name: 'Checked',
        type: 'date',
        description: 'How long ago AWS was last compared with the object.',
        priority: 0,
        value: object => checkTimes(checks(object)).lastCheckedAt ?? null,
      },
      {
        name: 'Next Check',
        type: 'string',
        description: 'When AWS is compared with the object again, if nothing changes before.',
        priority: 1,
        value: object => checkTimes(checks(object)).nextCheckAt ?? null,
      },
    ],
    last: [
      {
        name: 'Message',
        type: 'string',
        description: 'Why the object is not as declared and what it waits for; empty when there is nothing to say.',
        priority: 0,
        value: message,
      },
    ],
  };
}

/** When AWS was last and will next be compared with an object, RFC 3339, as far as it is known. */
export function checkTimes(checks: Checks | undefined): {
  readonly lastCheckedAt?: string;
  readonly nextCheckAt?: string;
} {
  const { lastAt, nextAt = Number.POSITIVE_INFINITY } = checks ?? {};
  return {
    ...(lastAt === undefined ? {} : { lastCheckedAt: timestamp(lastAt) }),
    ...(Number.isFinite(nextAt) ? { nextCheckAt: timestamp(nextAt) } : {}),
  };
}

function scalar(object: ApiObject, jsonPath: string): string | number | boolean | null {
  const found = scalarsAt(object, jsonPath);
  return found.length > 1 ? found.join(',') : (found[0] ?? null);
}

function message({ status }: ApiObject): string {
  const ready = conditionOf(status, 'Ready');
  return ready === undefined || ready.reason === 'Reconciled' ? '' : (ready.message ?? '');
}
