import type { Aws } from '../aws/aws.ts';
import { repairs } from '../model/plan.ts';
import type { Affected } from '../resources/resource.ts';
import { failureDuring } from './foreseen.ts';
import { base } from './inventory.ts';
import { label, type Planned } from './planning.ts';

/** What a new resource takes the place of, and the fields that AWS cannot change in place. */
export interface Replacement {
  readonly name: string;
  readonly because: readonly string[];
  /** What keeps AWS from changing them, a phrase. */
  readonly why?: string;
}

/** What a plan tells of one resource beside the differences. Nothing is decided by it. */
export interface Outlook {
  readonly replaces?: Replacement;
  /** What each operation does to those who use the resource. */
  readonly effects: Readonly<Record<string, string>>;
  /** Whose jobs the change is about. */
  readonly affected: readonly Affected[];
  /** What stays as it is, and why. */
  readonly notes: readonly string[];
}

/** What plans say beside the differences, by id; only of what would be changed, or is kept from going. */
export async function outlooks(
  aws: Aws,
  { planned, leaving }: { readonly planned: readonly Planned[]; readonly leaving: readonly Planned[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Outlook>> {
  const heirOf = (item: Planned) => planned.find(({ id }) => item.mode === 'remove' && id === base(item.id));
  const told = [...planned, ...leaving]
    .map(item => ({ item, notes: notesOf(item) }))
    .filter(({ item, notes }) => stepsOf(item).length > 0 || notes.length > 0);
  const entries = told.map(async ({ item, notes }) => {
    const predecessor = leaving.find(other => heirOf(other) === item);
    const want = item.want ?? heirOf(item)?.want;
    const { affected, unread } = await affectedBy(aws, item, signal);
    const outlook: Outlook = {
      ...(predecessor && item.view === undefined ? { replaces: replaced(item, predecessor) } : {}),
      effects: effectsOf(item, want),
      affected,
      notes: [...notes, ...unread],
    };
    return [item.id, outlook] as const;
  });
  return new Map(await Promise.all(entries));
}

/** The steps that a plan comes to, now or after a wait. */
export function stepsOf({ plan }: Planned) {
  return plan.action === 'apply' || plan.action === 'wait' ? (plan.steps ?? []) : [];
}

function replaced({ definition, want }: Planned, { name, observed }: Planned): Replacement {
  if (observed === undefined) return { name, because: [] };
  const seen = definition.facing?.(observed, want) ?? observed;
  const plan = repairs(definition.fields, Object.keys(definition.operations), want, seen);
  const because = plan.action === 'block' ? plan.changes.map(({ path }) => path) : [];
  const hindrance = definition.foresight?.hindrance?.(want, observed, because);
  return hindrance ? { name, because: hindrance.fields, why: hindrance.why } : { name, because };
}

function effectsOf(item: Planned, want: unknown): Outlook['effects'] {
  const { observed } = item;
  if (observed === undefined || want === undefined) return {};
  const told = stepsOf(item).flatMap(step => {
    const effect = item.definition.foresight?.effect?.(step.op, want, observed, step);
    return effect === undefined ? [] : [[step.op, effect] as const];
  });
  return Object.fromEntries(told);
}

function notesOf({ definition, observed, want }: Planned): readonly string[] {
  return observed === undefined || want === undefined ? [] : (definition.foresight?.notes?.(observed, want) ?? []);
}

/** A change that says nothing of jobs is not about any. What cannot be read is said, and the plan goes on. */
async function affectedBy(
  aws: Aws,
  item: Planned,
  signal: AbortSignal,
): Promise<{ readonly affected: readonly Affected[]; readonly unread: readonly string[] }> {
  const said = item.observed !== undefined && stepsOf(item).some(({ op }) => op !== 'tag');
  try {
    const affected = said ? await item.definition.foresight?.affected?.(aws, item.name, signal) : undefined;
    return { affected: affected ?? [], unread: [] };
  } catch (error) {
    const { message } = failureDuring(error, `reading whose jobs use ${label(item)}`, signal);
    return { affected: [], unread: [message] };
  }
}
