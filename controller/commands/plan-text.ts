import { createHash } from 'node:crypto';
import { label, type Planned } from '../engine/planning.ts';
import { Unknown } from '../model/declared.ts';
import { canonical, isObject } from '../model/json.ts';
import type { Change, Step } from '../model/plan.ts';

/** One difference between a wanted and an observed leaf. */
interface Leaf {
  readonly path: string;
  readonly want: unknown;
  readonly have: unknown;
}

/** Values under these members can be secret or long: a digest stands for them. */
const digested = /(^|\.)(environment|secretOptions|options|parameters|UserData)(\[|\.|$)/;

/** Lists of things with names compare by name, others by place. */
function members(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isObject(value)) return new Map(Object.entries(value).map(([key, member]) => [`.${key}`, member]));
  if (!Array.isArray(value)) return undefined;
  return new Map(
    value.map((item, index) => [
      `[${isObject(item) && typeof item['name'] === 'string' ? item['name'] : index}]`,
      item,
    ]),
  );
}

function leaves(path: string, want: unknown, have: unknown): readonly Leaf[] {
  if (want instanceof Unknown || canonical(want) === canonical(have))
    return want instanceof Unknown ? [{ path, want, have }] : [];
  const [wanted, had] = [members(want), members(have)];
  if (!wanted || (!had && have !== undefined && have !== null)) return [{ path, want, have }];
  const keys = new Set([...wanted.keys(), ...(had?.keys() ?? [])]);
  return [...keys].flatMap(key => leaves(`${path}${key}`, wanted.get(key), had?.get(key)));
}

function shown(path: string, value: unknown): string {
  if (value === undefined || value === null) return '(none)';
  if (value instanceof Unknown) return value.toString();
  const text = canonical(value);
  if (!digested.test(path) && text.length <= 100) return text;
  return `(${Buffer.byteLength(text)} bytes, sha256 ${createHash('sha256').update(text).digest('hex').slice(0, 8)})`;
}

/** A change as lines, leaf by leaf. What may be secret is shown as a digest, what is secret not at all. */
function changeRows(
  change: Change,
): readonly { readonly path: string; readonly want: string; readonly have: string }[] {
  if (change.sensitive) return [{ path: change.path, want: '(sensitive)', have: '(sensitive)' }];
  const found = leaves(change.path, change.want, change.have);
  return found.map(({ path, want, have }) => ({ path, want: shown(path, want), have: shown(path, have) }));
}

/** What is planned for a resource, cut down to what a reader needs. */
export interface PlannedResource {
  readonly id: string;
  readonly resource: string;
  readonly name: string;
  readonly action: 'none' | 'create' | 'change' | 'delete' | 'wait' | 'block';
  /** Why it waits or is blocked. */
  readonly message?: string;
  readonly operations: readonly { readonly operation: string; readonly changes: ReturnType<typeof changeRows> }[];
}

function stepsOf({ plan }: Planned): readonly Step[] {
  if (plan.action === 'apply') return plan.steps;
  if (plan.action === 'wait') return plan.steps ?? [];
  return plan.action === 'block' && plan.changes.length > 0 ? [{ op: 'blocked', changes: plan.changes }] : [];
}

/** The plan of one resource. What waits for something else first still says what will be done then. */
export function plannedResource(item: Planned): PlannedResource {
  const steps = stepsOf(item);
  const message = item.plan.action === 'wait' || item.plan.action === 'block' ? { message: item.plan.message } : {};
  return {
    id: item.id,
    resource: item.resource,
    name: item.name,
    action: actionOf(item, steps),
    ...message,
    operations: steps.map(({ op, changes }) => ({ operation: op, changes: changes.flatMap(changeRows) })),
  };
}

function actionOf(item: Planned, steps: readonly Step[]): PlannedResource['action'] {
  if (item.plan.action === 'none' || item.plan.action === 'block') return item.plan.action;
  if (steps.length === 0) return 'wait';
  if (item.mode === 'remove') return 'delete';
  return steps[0]?.op === 'create' ? 'create' : 'change';
}

const signs = { none: ' ', create: '+', change: '~', delete: '-', wait: '.', block: '!' } as const;

/** Messages begin with what they are about, which stands before them here already. */
function reason(item: Planned, message: string): string {
  return message.startsWith(label(item)) ? message.slice(label(item).length) : `: ${message}`;
}

/** One resource as text: a line, then its fields. */
export function resourceText(item: Planned): string {
  const planned = plannedResource(item);
  if (planned.action === 'none') return '';
  const head = `  ${signs[planned.action]} ${planned.action} ${label(item)}${planned.message ? reason(item, planned.message) : ''}\n`;
  const body = planned.operations.flatMap(({ operation, changes }) => {
    const width = Math.max(0, ...changes.map(({ path }) => path.length));
    const lines = changes.map(
      ({ path, want, have }) =>
        `      ${path.padEnd(width)}  ${planned.action === 'create' ? want : `${have} → ${want}`}\n`,
    );
    return planned.action === 'change' ? [`    ${operation}\n`, ...lines] : lines;
  });
  return head + body.join('');
}
