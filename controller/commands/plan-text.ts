import { createHash } from 'node:crypto';
import { type Outlook, type Replacement, stepsOf } from '../engine/outlook.ts';
import type { Outcome } from '../engine/pass.ts';
import { label, type Planned } from '../engine/planning.ts';
import { Unknown } from '../model/declared.ts';
import { canonical, isObject } from '../model/json.ts';
import { describeRef, refOf } from '../model/object.ts';
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
  readonly replaces?: Replacement;
  readonly operations: readonly {
    readonly operation: string;
    /** The class of the update and what it does to running jobs. */
    readonly effect?: string;
    readonly changes: ReturnType<typeof changeRows>;
  }[];
  /** Jobs that have not ended, by job queue. */
  readonly affected: Outlook['affected'];
  /** What stays as it is, and why. */
  readonly notes: readonly string[];
}

function shownSteps(item: Planned): readonly Step[] {
  const { plan } = item;
  return plan.action === 'block' && plan.changes.length > 0
    ? [{ op: 'blocked', changes: plan.changes }]
    : stepsOf(item);
}

const nothing: Outlook = { effects: {}, affected: [], notes: [] };

/** The plan of one resource. What waits for something else first still says what will be done then. */
function plannedResource(item: Planned, outlook = nothing): PlannedResource {
  const steps = shownSteps(item);
  const { affected, effects, notes, replaces } = outlook;
  const message = item.plan.action === 'wait' || item.plan.action === 'block' ? { message: item.plan.message } : {};
  return {
    id: item.id,
    resource: item.resource,
    name: item.name,
    action: actionOf(item, steps),
    ...message,
    ...(replaces ? { replaces } : {}),
    operations: steps.map(({ op, changes }) => ({
      operation: op,
      ...(effects[op] === undefined ? {} : { effect: effects[op] }),
      changes: changes.flatMap(changeRows),
    })),
    affected,
    notes,
  };
}

function actionOf(item: Planned, steps: readonly Step[]): PlannedResource['action'] {
  if (item.plan.action === 'none' || item.plan.action === 'block') return item.plan.action;
  if (steps.length === 0) return 'wait';
  if (item.mode === 'remove') return 'delete';
  return steps[0]?.op === 'create' ? 'create' : 'change';
}

const signs = { none: '=', create: '+', change: '~', delete: '-', wait: '.', block: '!' } as const;

/** Messages begin with what they are about, which stands before them here already. */
function reason(item: Planned, message: string): string {
  const name = [label(item), item.id].find(start => message.startsWith(start)) ?? '';
  const rest = message.slice(name.length).trimStart();
  return rest.startsWith(':') ? rest : `${name === '' ? ':' : ''} ${rest}`;
}

/** Everything that is planned for one object. */
export function plannedFor({ facts }: Outcome): readonly PlannedResource[] {
  return [...facts.planned, ...facts.leaving].map(item => plannedResource(item, facts.outlooks.get(item.id)));
}

/** The same as text. */
export function objectText({ facts }: Outcome): string {
  const resources = [...facts.planned, ...facts.leaving].map(item => resourceText(item, facts.outlooks.get(item.id)));
  const failures = facts.failures.map(({ message }) => `  ! ${message}\n`);
  const body = [...resources, ...failures].join('');
  return `${describeRef(refOf(facts.object))}${facts.deleting ? ' (removed)' : ''}\n${body || '  as declared\n'}`;
}

/** One resource as text: a line, its fields by what repairs them, whose jobs that is about, and what stays. */
function resourceText(item: Planned, outlook?: Outlook): string {
  const planned = plannedResource(item, outlook);
  if (planned.action === 'none' && planned.notes.length === 0) return '';
  const { action, affected, message, notes, operations, replaces } = planned;
  const head = `${signs[action]} ${action === 'none' ? 'keep' : action} ${label(item)}${message ? reason(item, message) : ''}`;
  const more = [
    ...(replaces ? [replacement(replaces)] : []),
    ...operations.flatMap(operation => operationLines(action, operation)),
    ...affected.map(
      ({ jobQueue, running, waiting }) => `  job queue ${jobQueue}: ${running} running, ${waiting} waiting jobs`,
    ),
    ...notes.map(note => `  ${note}`),
  ];
  return [head, ...more].map(line => `  ${line}\n`).join('');
}

function replacement({ name, because, why: hindrance }: Replacement): string {
  const why =
    because.length > 0
      ? `AWS cannot change ${because.join(', ')} in place${hindrance ? `, because ${hindrance}` : ''}`
      : 'its name in AWS, another architecture of its instances, or a raised replacement asks for it';
  return `  replaces ${name}, which goes when this one has taken over: ${why}`;
}

function operationLines(
  action: PlannedResource['action'],
  { changes, effect, operation }: PlannedResource['operations'][number],
): readonly string[] {
  const width = Math.max(0, ...changes.map(({ path }) => path.length));
  const lines = changes.map(
    ({ path, want, have }) => `    ${path.padEnd(width)}  ${action === 'create' ? want : `${have} → ${want}`}`,
  );
  if (action === 'change') return [`  ${operation}${effect ? ` (${effect})` : ''}`, ...lines];
  return effect ? [`  ${effect}`, ...lines] : lines;
}
