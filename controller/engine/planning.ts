import { type Declared, OutputOf, unknowns, withOutputs } from '../model/declared.ts';
import type { Reason } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import { managedTags, type Owner, type Ownership, ownership, type Tags } from '../model/ownership.ts';
import { valueAt } from '../model/path.ts';
import { creation, type Plan, repairs, type Step } from '../model/plan.ts';
import { SecretValue } from '../model/secret-value.ts';
import type { Manner, Resource, Sought, View } from '../resources/resource.ts';
import type { Owned } from './inventory.ts';
import { isNew } from './novelty.ts';

/** After a creation that AWS answered, absence is not believed for this long: reads may lag. Milliseconds. */
export const visibilityMs = 30_000;

/** Everything that decides what should happen to an object's resources, gathered beforehand. */
export interface Gathered {
  readonly owner: Owner;
  readonly now: number;
  readonly declared: readonly Declared[];
  readonly inventory: readonly Owned[];
  /** What AWS has, by id. */
  readonly observed: ReadonlyMap<string, unknown>;
  readonly definition: (resource: string) => Resource;
  readonly adopt: Adoption;
  /** Another object that claims the name of a declared resource with better right. */
  readonly rival: (declared: Declared) => string | undefined;
  /** AWS may be asked now to look at a failed resource again. */
  readonly mayRevive: (id: string) => boolean;
  /** When a resource was last changed by us, in milliseconds since the epoch; undefined when that is not known. */
  readonly touchedAt: (id: string) => number | undefined;
}

/** Which resources that are not ours may be taken over: none, those that nobody owns, or also those of one controller. */
export type Adoption = { readonly unowned: boolean; readonly from: string | undefined };

/** What the adoption annotation says. */
export function adoption(annotation: string | undefined): Adoption {
  if (annotation?.startsWith('from:')) return { unowned: true, from: annotation.slice('from:'.length) };
  return { unowned: annotation === 'true', from: undefined };
}

/** One resource with what should happen to it. */
export interface Planned {
  readonly id: string;
  readonly resource: string;
  readonly name: string;
  readonly definition: Resource;
  readonly after: readonly string[];
  /** Complete where `plan` applies anything. Undefined for what is on its way out. */
  readonly want: unknown;
  readonly observed: unknown;
  readonly view: View | undefined;
  readonly plan: Plan;
  /** As declared, and AWS is not working on it; for what is on its way out: gone. */
  readonly settled: boolean;
  readonly mode: 'manage' | 'observe' | 'remove';
  readonly memo: Owned['memo'] | undefined;
  readonly owned: Owned | undefined;
  readonly adopting?: true;
  readonly refusal?: NonNullable<Declared['refusal']>;
}

/** What to look for in AWS. */
export function sought(
  gathered: Pick<Gathered, 'owner' | 'declared'>,
  leaving: readonly Owned[],
  inventory: readonly Owned[],
): readonly (Sought & { readonly resource: string })[] {
  const { owner, declared } = gathered;
  return [
    ...declared.map(({ id, name, want, resource }) => {
      const { memo } = remembrance(inventory, { id, name, resource }) ?? {};
      return { owner, id, name, want, resource, memo };
    }),
    ...leaving.map(({ id, name, resource, memo }) => ({
      ...{ owner, id, name, want: undefined, resource, memo },
      manner: manner(declared),
    })),
  ];
}

/** An object that declares nothing any more is being deleted, and with it all that uses its resources. */
export function manner(declared: readonly Declared[]): Manner {
  return declared.length > 0 ? 'drain' : 'now';
}

/** What is remembered of a declared resource; nothing of one whose AWS name has changed. */
function remembrance(
  inventory: readonly Owned[],
  declared: Pick<Declared, 'id' | 'name' | 'resource'>,
): Owned | undefined {
  return inventory.find(({ name, resource }) => name === declared.name && resource === declared.resource);
}

/** The declared resources in an order in which nothing comes before what it stands on. Throws on a cycle: a bug of the kind. */
export function ordered<T extends { readonly id: string; readonly after: readonly string[] }>(
  items: readonly T[],
): readonly T[] {
  const byId = new Map(items.map(item => [item.id, item]));
  const placed: T[] = [];
  const state = new Map<string, 'visiting' | 'placed'>();
  const place = (item: T): void => {
    const seen = state.get(item.id);
    if (seen === 'placed') return;
    if (seen === 'visiting') throw new Error(`resources depend on each other in a circle at ${item.id}`);
    state.set(item.id, 'visiting');
    for (const id of item.after) {
      const needed = byId.get(id);
      if (needed) place(needed);
    }
    state.set(item.id, 'placed');
    placed.push(item);
  };
  for (const item of items) place(item);
  return placed;
}

/** What should happen to each declared resource, in dependency order. */
export function plans(gathered: Gathered): readonly Planned[] {
  const done = new Map<string, Planned>();
  for (const declared of ordered(gathered.declared)) done.set(declared.id, planned(gathered, declared, done));
  return [...done.values()];
}

function planned(gathered: Gathered, declared: Declared, done: ReadonlyMap<string, Planned>): Planned {
  const definition = gathered.definition(declared.resource);
  const want = withOutputs(declared.want, (id, output) => done.get(id)?.view?.outputs[output]);
  const seen = gathered.observed.get(declared.id);
  const owned = remembrance(gathered.inventory, declared);
  const raw = seen === undefined ? undefined : definition.view(seen, want);
  const observed = seen === undefined ? undefined : comparable(definition, seen, want, raw?.tags ?? {}, owned);
  const base = {
    ...declared,
    definition,
    want,
    observed,
    view: raw,
    owned,
    memo: remembered(definition, seen, want, owned),
  };
  const decided = decide(gathered, base, footing(declared, done));
  const plan = spreading(gathered, base, decided.plan);
  return { ...base, ...decided, plan, settled: plan.action === 'none' && raw?.phase === 'ready' };
}

/** What was changed moments ago is as declared, but those who use it may not know yet. */
function spreading({ now, touchedAt }: Gathered, item: Undecided, plan: Plan): Plan {
  const changedAt = touchedAt(item.id) ?? Number.NEGATIVE_INFINITY;
  const left = changedAt + (item.definition.propagationMs ?? 0) - now;
  if (plan.action !== 'none' || left <= 0) return plan;
  return {
    action: 'wait',
    reason: 'ResourceBusy',
    message: `${label(item)}: it was changed, and AWS makes that known to the services that use it`,
    afterMs: left,
  };
}

/** A resource about which everything is known but what should happen to it. */
export type Undecided = Omit<Planned, 'plan' | 'settled'>;

/** What a resource stands on: which of that is not settled, and where the wanted value takes something from it. */
interface Footing {
  readonly wants: Declared['want'];
  readonly waiting: readonly string[];
  /** Those among them for whose sake everything waits: it is a matter of seconds. */
  readonly spreading: readonly string[];
}

function footing({ after, want }: Declared, done: ReadonlyMap<string, Planned>): Footing {
  const unsettled = after.flatMap(id => done.get(id) ?? []).filter(({ settled }) => !settled);
  const soon = unsettled.filter(({ definition, plan }) => definition.propagationMs && plan.action !== 'block');
  return { wants: want, waiting: unsettled.map(({ id }) => id), spreading: soon.map(({ id }) => id) };
}

function decide(gathered: Gathered, item: Undecided, footing: Footing): { plan: Plan; adopting?: true } {
  if (item.mode === 'observe') return { plan: observing(item) };
  if (item.view === undefined) return { plan: rivalled(gathered, item) ?? creating(gathered, item, footing.waiting) };
  const whose = ownership(item.view.tags, gathered.owner);
  const adopting = whose.whose !== 'ours';
  if (adopting && !mayAdopt(whose, gathered.adopt))
    return { plan: item.view.vanishing ? busy(item, item.view) : foreign(item, whose) };
  if (item.view.phase === 'busy') return { plan: busy(item, item.view) };
  const repair = repairing(gathered, item, footing, item.view);
  return adopting && repair.action !== 'none' ? { plan: repair, adopting: true } : { plan: repair };
}

/** Two objects want one name, and neither has it yet. */
function rivalled(gathered: Gathered, item: Undecided): Plan | undefined {
  const rival = gathered.rival({ ...item, want: {}, mode: 'manage' });
  return rival === undefined
    ? undefined
    : blocked(
        'Conflict',
        `${label(item)} is also declared by ${rival}, which is older and keeps it; give one of them another name`,
      );
}

function observing(item: Undecided): Plan {
  if (item.view === undefined)
    return {
      action: 'wait',
      reason: 'DependencyNotReady',
      message: `${label(item)} does not exist; it is only observed, create it or correct its name`,
      afterMs: 30_000,
    };
  return item.view.phase === 'ready' ? { action: 'none' } : busy(item, item.view);
}

function creating(gathered: Gathered, item: Undecided, waiting: readonly string[]): Plan {
  const createdAt = item.owned?.createdAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(item.owned.createdAt);
  const age = gathered.now - createdAt;
  if (age < visibilityMs)
    return {
      action: 'wait',
      reason: 'ResultUnknown',
      message: `${label(item)} was created ${Math.round(age / 1000)} s ago and is not visible yet`,
      afterMs: 2_000,
    };
  const refusal = item.refusal?.();
  if (refusal) return blocked(refusal.reason, refusal.message);
  const missing = unknowns(item.want);
  const steps = [creation(item.definition.fields, item.want)];
  const after = missing[0]?.after ?? waiting[0];
  return after === undefined ? { action: 'apply', steps } : notReady(item, after, steps);
}

function repairing(gathered: Gathered, item: Undecided, footing: Footing, view: View): Plan {
  const { fields, operations, revive } = item.definition;
  const plan = repairs(fields, Object.keys(operations), item.want, item.observed);
  if (plan.action === 'block' || plan.action === 'wait') return { ...plan, message: `${label(item)}: ${plan.message}` };
  const missing = unknowns(item.want)[0];
  if (missing) return notReady(item, missing.after, plan.action === 'apply' ? plan.steps : []);
  if (plan.action === 'apply') return standing(item, footing, plan.steps);
  if (plan.action !== 'none' || view.phase !== 'failed') return plan;
  if (footing.spreading[0] !== undefined) return notReady(item, footing.spreading[0], []);
  if (revive !== undefined && gathered.mayRevive(item.id))
    return { action: 'apply', steps: [{ op: revive, changes: [] }] };
  const message = `${label(item)} has failed: ${view.message ?? 'AWS gives no reason'}`;
  const blamed = view.failedFor === undefined ? undefined : valueAt(footing.wants, view.failedFor);
  if (blamed instanceof OutputOf && isNew(gathered, blamed.id))
    return { action: 'wait', reason: 'ResourceBusy', message, afterMs: 30_000 };
  return blocked('ResourceFailed', message);
}

/** Of some repairs, those that can be made now: changes that take something from what is not settled wait for it. */
function standing(item: Undecided, { wants, waiting, spreading }: Footing, steps: readonly Step[]): Plan {
  if (spreading[0] !== undefined) return notReady(item, spreading[0], steps);
  const free = steps
    .map(step => ({ ...step, changes: step.changes.filter(({ path }) => !takesFrom(valueAt(wants, path), waiting)) }))
    .filter(({ changes }) => changes.length > 0);
  return free.length > 0 ? { action: 'apply', steps: free } : notReady(item, waiting[0] ?? '', steps);
}

function takesFrom(value: unknown, ids: readonly string[]): boolean {
  if (value instanceof OutputOf) return ids.includes(value.id);
  if (Array.isArray(value)) return value.some(item => takesFrom(item, ids));
  return isObject(value) && !(value instanceof SecretValue) && Object.values(value).some(item => takesFrom(item, ids));
}

function mayAdopt(whose: Ownership, adopt: Adoption): boolean {
  if (whose.whose === 'nobody') return adopt.unowned;
  return whose.whose === 'controller' && adopt.from === whose.controller;
}

function foreign(item: Undecided, whose: Ownership): Plan {
  if (whose.whose === 'object')
    return blocked(
      'Conflict',
      `${label(item)} belongs to ${whose.object}; give one of them another name, or delete the other object first`,
    );
  if (whose.whose === 'controller')
    return blocked(
      'NotOwned',
      `${label(item)} belongs to controller ${whose.controller} (${whose.object}); to take it over set the annotation batchwright.dev/adopt: from:${whose.controller}`,
    );
  if (item.owned)
    return blocked(
      'NotOwned',
      `${label(item)} has lost the tags that say that it is this object's, or was made anew by somebody else; to have it managed set the annotation batchwright.dev/adopt: "true"`,
    );
  return blocked(
    'NotOwned',
    `${label(item)} exists and was not made by this controller; to manage it set the annotation batchwright.dev/adopt: "true", or choose another name`,
  );
}

/** The wait for AWS, which is working on a resource. */
export function busy(item: Undecided, view: View): Plan {
  return {
    action: 'wait',
    reason: 'ResourceBusy',
    message: `${label(item)}: ${view.message ?? 'AWS is working on it'}`,
    afterMs: view.busyForMs ?? 5_000,
  };
}

function notReady(item: Undecided, after: string, steps: readonly Step[]): Plan {
  return { action: 'wait', reason: 'DependencyNotReady', message: `${label(item)} waits for ${after}`, steps };
}

function blocked(reason: Reason, message: string): Plan {
  return { action: 'block', reason, message, changes: [] };
}

/** How messages call a resource: its noun and AWS name. */
export function label({ definition, name }: { readonly definition: Resource; readonly name: string }): string {
  return `${definition.noun} ${name}`;
}

function comparable(definition: Resource, seen: unknown, want: unknown, tags: Tags, owned: Owned | undefined): unknown {
  const facing = definition.facing?.(seen, want) ?? seen;
  if (!isObject(facing)) return facing;
  const wanted = isObject(want) && isObject(want['tags']) ? (want['tags'] as Tags) : {};
  return { ...facing, tags: managedTags(tags, wanted, owned?.tagKeys ?? []) };
}

function remembered(definition: Resource, seen: unknown, want: unknown, owned: Owned | undefined): Owned['memo'] {
  return (seen === undefined ? undefined : definition.memo?.(seen, want, owned?.memo)) ?? owned?.memo;
}
