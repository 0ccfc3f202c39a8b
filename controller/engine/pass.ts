import type { OpenAccount } from '../aws/accounts.ts';
import type { Expansion, Kind, Reported } from '../kinds/kind.ts';
import { annotations, finalizer } from '../model/annotations.ts';
import { timestamp } from '../model/clock.ts';
import { conditionOf } from '../model/conditions.ts';
import { type Declared, Unknown } from '../model/declared.ts';
import { Failure } from '../model/failure.ts';
import { canonical, contentHash, type JsonObject } from '../model/json.ts';
import { type ApiObject, describeRef, type Key, keyOf, refFrom, refOf } from '../model/object.ts';
import type { Owner } from '../model/ownership.ts';
import { valueAt } from '../model/path.ts';
import type { Resource } from '../resources/resource.ts';
import { accountConfig, accountTags, isUsedBy } from './account.ts';
import { applyWave, noWave } from './apply.ts';
import type { Environment } from './environment.ts';
import { foreseen } from './foreseen.ts';
import { isHandedOver } from './handover.ts';
import { base, elsewhere, inventoryOf, leftovers, type Owned } from './inventory.ts';
import { Look } from './look.ts';
import { outlooks } from './outlook.ts';
import { adoption, type Gathered, label, type Planned, plans, sought } from './planning.ts';
import { predecessors } from './predecessors.ts';
import { removals } from './removals.ts';
import { type Facts, type Report, report } from './report.ts';
import { restored } from './restored.ts';

/** What one pass over an object came to. */
export interface Outcome {
  readonly report: Report;
  readonly facts: Facts;
  /** The object as the pass left it; undefined when its finalizer was removed and with it the object. */
  readonly object: ApiObject | undefined;
  /** AWS was written to, or may have been. */
  readonly wrote: boolean;
  /** When the object deletes itself, in milliseconds since the epoch. */
  readonly expiresAt?: number | undefined;
}

/**
 * One pass over one object: gather, plan, carry out one wave, report.
 *
 * Guarantees: nothing is changed in AWS on the word of a shared snapshot; nothing that does not carry our tags is
 * changed, except by adoption; status is written at most once. `notBefore` is how old a snapshot may be, in
 * milliseconds since the epoch; with Infinity everything is read anew. Throws only on a bug and when the store refuses.
 */
export async function pass(
  env: Environment,
  key: Key,
  notBefore: number,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const found = await env.store.get(refFrom(key));
  const kind = found && env.kinds.get(found.kind);
  if (!found || !kind) return undefined;
  const object = await held(env, found);
  if (!object) return undefined;
  // Calls may have waited long for their turn: what the status says is said now.
  const facts = { ...(await gather(env, kind, object, notBefore, signal)), now: env.clock.now() };
  // Told to stop in the middle of reading, a pass has nothing to say about the object.
  if (isStopping(signal) && facts.applied.length === 0 && facts.doubtful.length === 0) return undefined;
  const judged = report(facts);
  return conclude(env, object, facts, judged);
}

/** Puts our finalizer on an object before anything is created for it. */
async function held(env: Environment, object: ApiObject): Promise<ApiObject | undefined> {
  const finalizers = object.metadata.finalizers ?? [];
  if (env.dryRun || finalizers.includes(finalizer)) return object;
  if (object.metadata.deletionTimestamp !== undefined) return undefined;
  return env.store.update({ ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } });
}

interface Context {
  readonly env: Environment;
  readonly kind: Kind;
  readonly object: ApiObject;
  readonly owner: Owner;
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

async function gather(
  env: Environment,
  kind: Kind,
  object: ApiObject,
  notBefore: number,
  signal: AbortSignal,
): Promise<Facts> {
  const owner = { controller: env.controllerId, object: keyOf(refOf(object)) };
  const context: Context = { env, kind, object, owner, notBefore, signal };
  const deleting = object.metadata.deletionTimestamp !== undefined;
  const blank: Facts = {
    object,
    now: env.clock.now(),
    deleting,
    paused: object.metadata.annotations?.[annotations.paused] === 'true',
    place: undefined,
    desiredHash: undefined,
    planned: [],
    leaving: [],
    applied: [],
    failures: [],
    doubtful: [],
    refused: false,
    retained: [],
    verdicts: [],
    outlooks: new Map(),
    own: {},
    keep: true,
  };
  try {
    return deleting ? await tearDown(context, blank) : await converge(context, blank);
  } catch (error) {
    return {
      ...blank,
      failures: [foreseen(env, object, error, `looking after ${describeRef(refOf(object))}`, signal)],
    };
  }
}

function isStopping({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof Failure);
}

async function converge(context: Context, blank: Facts): Promise<Facts> {
  const { env, object } = context;
  const spec = parsed(context);
  const missing = missingReference(context, spec);
  if (missing) throw missing;
  const account = await openAccount(context, spec);
  const expansion = await expanded(context, spec, account);
  const desiredHash = contentHash(expansion.declared.map(({ id, name, want }) => [id, name, want]));
  const gathered = await planned(context, expansion.declared, account);
  const place = account.scope;
  const facts: Facts = { ...blank, ...gathered, place, desiredHash, verdicts: expansion.verdicts ?? [], keep: false };
  const wave =
    blank.paused || env.dryRun
      ? noWave
      : await applyWave(env, account, [...facts.planned, ...facts.leaving], object, context.signal);
  const told = env.dryRun ? await lookedAhead(context, account, facts) : facts.outlooks;
  const shown = reported(facts.planned);
  const verdicts = context.kind.verdicts?.(spec, shown, referencedBy(context)) ?? [];
  const own = { ...expansion.own, ...context.kind.report(spec, shown) };
  return { ...facts, ...wave, outlooks: told, own, verdicts: [...facts.verdicts, ...verdicts] };
}

function lookedAhead({ env, signal }: Context, account: OpenAccount, facts: Facts): Promise<Facts['outlooks']> {
  return outlooks(account.aws(env.clock.now() - announcementMs, signal), facts, signal);
}

function parsed({ kind, object }: Context): unknown {
  const result = kind.spec.safeParse(object.spec ?? {});
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) =>
      `spec${path.map(p => (typeof p === 'number' ? `[${p}]` : `.${String(p)}`)).join('')}: ${message}`,
  );
  throw new Failure('stop', 'InvalidSpec', issues.join('; '));
}

function missingReference({ env, kind, object }: Context, spec: unknown): Failure | undefined {
  const namespace = object.metadata.namespace ?? '';
  for (const { kind: target, name, path } of kind.references(spec)) {
    const ref = { kind: target, namespace, name };
    const there = env.objects.get(keyOf(ref));
    if (!there)
      return new Failure('wait', 'DependencyNotReady', `${path}: ${describeRef(ref)} does not exist`, {
        afterMs: 60_000,
      });
    if (there.metadata.deletionTimestamp)
      return new Failure('wait', 'DependencyNotReady', `${path}: ${describeRef(ref)} is being deleted`, {
        afterMs: 60_000,
      });
  }
  return undefined;
}

/** Who claims an AWS name with better right, in the same place: elsewhere it is another name. */
function rival({ env, kind, object, owner }: Context, name: string): Key | undefined {
  const place = placeOf(env, kind, object);
  return env.claims.rivals(owner.object, name).find(key => {
    const other = env.objects.get(key);
    const otherKind = other && env.kinds.get(other.kind);
    return otherKind && placeOf(env, otherKind, other) === place;
  });
}

/** What tells one place from another; undefined where an object does not say it well enough to make anything there. */
function placeOf(env: Environment, kind: Kind, object: ApiObject): string | undefined {
  const spec = kind.spec.safeParse(object.spec ?? {});
  if (!spec.success) return undefined;
  try {
    return canonical(accountConfig(env, kind, object, spec.data));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Opens the account of an object. Throws a Failure when what was made earlier is in another one. */
async function openAccount({ env, kind, object }: Context, spec: unknown): Promise<OpenAccount> {
  const account = await env.accounts.open(accountConfig(env, kind, object, spec));
  const strayed = elsewhere(inventoryOf(object.status), account.scope);
  if (!strayed) return account;
  const what = ownedLabel(env, strayed);
  throw new Failure(
    'stop',
    'AccountMismatch',
    `${what} was made in ${strayed.place}, but this object now belongs in ${account.scope}: go back to the earlier account and Region, or delete the object there before you move it`,
  );
}

/** Looks up what the object names; an object on its way out is not there any more. */
function referencedBy({ env, object }: Context): (kind: string, name: string) => ApiObject | undefined {
  const namespace = object.metadata.namespace ?? '';
  return (kind, name) => {
    const there = env.objects.get(keyOf({ kind, namespace, name }));
    return there?.metadata.deletionTimestamp === undefined ? there : undefined;
  };
}

async function expanded(context: Context, spec: unknown, account: OpenAccount): Promise<Expansion> {
  const { env, kind, object, owner, signal } = context;
  const namespace = object.metadata.namespace ?? '';
  const source = kind.source?.(spec);
  const credential =
    source && !source.from.existingSecret ? await env.readCredential(source.from, source.registry, signal) : undefined;
  const referenced = referencedBy(context);
  return kind.expand({
    object,
    spec,
    owner,
    account: account.account,
    defaultTags: accountTags(env, kind, object, spec),
    fingerprint: env.fingerprint,
    credential,
    referenced,
    output: (target, name, path) => {
      const value = valueAt(referenced(target, name)?.status, path);
      return typeof value === 'string' ? value : new Unknown(describeRef({ kind: target, namespace, name }));
    },
    peers: target => env.objects.ofKind(target, namespace),
  });
}

async function planned(
  context: Context,
  declared: readonly Declared[],
  account: OpenAccount,
): Promise<Pick<Facts, 'planned' | 'leaving'>> {
  const { env, object, owner } = context;
  const inventory = await known(context, declared, account);
  const leaving = leftovers(inventory, declared);
  const gathered: Omit<Gathered, 'observed'> = {
    owner,
    now: env.clock.now(),
    declared,
    inventory,
    definition: name => definition(env, name),
    adopt: adoption(object.metadata.annotations?.[annotations.adopt]),
    rival: ({ resource, name }) => rival(context, `${resource}:${name}`),
    mayRevive: id => env.revivals.due(owner.object, id),
    touchedAt: id => env.observations.touchedAt(owner.object, id),
  };
  const handover = isHandedOver(env.objects, owner.object, leaving, gathered.now) ? undefined : stillUsed;
  return looked(context, account, sought({ owner, declared }, leaving, inventory), observed => {
    const plannedNow = plans({ ...gathered, observed });
    const held = plannedNow.every(({ settled }) => settled) ? handover : unfinished;
    return {
      planned: plannedNow,
      leaving: held
        ? leaving.map(owned => later(env, owned, held, observed.get(owned.id)))
        : removals({ ...gathered, observed }, leaving),
    };
  });
}

/**
 * Plans on what is at hand, reads by itself whatever that plan would change or finds amiss, and plans again, until
 * nothing that matters rests on hearsay. An object that is to become Ready does not rest on old hearsay either.
 */
async function looked<Plans extends Pick<Facts, 'leaving'> & Partial<Pick<Facts, 'planned'>>>(
  { env, owner, object, signal, notBefore }: Context,
  account: OpenAccount,
  items: ReturnType<typeof sought>,
  judge: (observed: ReadonlyMap<string, unknown>) => Plans,
): Promise<Plans> {
  const now = env.clock.now();
  const targets = items.map(item => ({
    ...item,
    definition: definition(env, item.resource),
    leaving: item.want === undefined,
  }));
  const ready = isReady(object);
  // Nobody waits for an object that is as it should be: its calls let others go first.
  const aws = (since: number) => account.aws(since, signal, !ready);
  const look = new Look(aws, env.observations, owner.object, () => env.clock.now(), signal);
  const own = ready ? notBefore : Math.max(notBefore, now - announcementMs);
  const shared = object.metadata.deletionTimestamp !== undefined || notBefore > now ? undefined : notBefore;
  await look.glance(targets, { own, shared });
  for (;;) {
    const plans = judge(look.observed);
    const everything = [...(plans.planned ?? []), ...plans.leaving];
    const doubtful = everything.filter(item => isDoubtful(item) && !look.isExact(item.id));
    const stale = !ready && notBefore < own && everything.every(({ settled }) => settled);
    const closer = doubtful.length > 0 ? doubtful : stale ? everything.filter(({ id }) => look.isHearsay(id)) : [];
    if (closer.length === 0) return plans;
    await look.closer(targets.filter(({ id }) => closer.some(item => item.id === id)));
  }
}

/** Not as it should be, other than for having to wait until something else is. */
function isDoubtful({ settled, plan }: Planned): boolean {
  return !settled && !(plan.action === 'wait' && plan.steps !== undefined);
}

/** Readings on which an object may become Ready, or gone, are no older than this. Milliseconds. */
const announcementMs = 2 * 60_000;

function isReady({ status, metadata }: ApiObject): boolean {
  return status?.['observedGeneration'] === metadata.generation && conditionOf(status, 'Ready')?.status === 'True';
}

/** Why something that is no longer declared has to stay for now. */
interface Held {
  readonly until: string;
  readonly afterMs?: number;
}

const unfinished: Held = { until: 'everything that is declared is ready' };
const stillUsed: Held = { until: 'those who refer to this object have followed its change', afterMs: 10_000 };

function later(env: Environment, owned: Owned, { until, afterMs }: Held, observed: unknown): Planned {
  return {
    id: owned.id,
    resource: owned.resource,
    name: owned.name,
    after: owned.after,
    definition: definition(env, owned.resource),
    want: undefined,
    observed,
    view: undefined,
    plan: {
      action: 'wait',
      reason: 'DependencyNotReady',
      message: `${owned.id} is no longer declared and goes when ${until}`,
      steps: [{ op: 'delete', changes: [] }],
      ...(afterMs === undefined ? {} : { afterMs }),
    },
    settled: false,
    mode: 'remove',
    memo: owned.memo,
    owned,
  };
}

function ownedLabel(env: Environment, { resource, name }: Owned): string {
  return label({ definition: definition(env, resource), name });
}

function definition(env: Environment, name: string): Resource {
  const found = env.resources.get(name);
  if (!found)
    throw new Failure(
      'stop',
      'InternalError',
      `no definition of AWS resource ${name}; was this object written by a newer version?`,
    );
  return found;
}

function reported(items: readonly Planned[]): readonly Reported[] {
  return items.map(({ id, name, view, settled, memo }) => ({ id, name, view, settled, memo }));
}

async function tearDown(context: Context, blank: Facts): Promise<Facts> {
  const { env, kind, object, owner, signal } = context;
  const spec = kind.spec.safeParse(object.spec ?? {}).data ?? object.spec;
  const facts: Facts = { ...blank, keep: false, own: ownStatus(object) };
  const users = env.objects.dependants(owner.object).filter(user => isUsedBy(env, object, user));
  if (users.length > 0) {
    throw new Failure('wait', 'InUse', `still used by ${listed(users)}; it goes when they are gone`, {
      afterMs: 60_000,
    });
  }
  if (kind.retain(spec)) return { ...facts, retained: inventoryOf(object.status).map(owned => ownedLabel(env, owned)) };
  const account = await openAccount(context, spec);
  const declared = await declaredNow(context, spec, account);
  const inventory = await everOwned(context, declared, account);
  const gathered: Omit<Gathered, 'observed'> = {
    owner,
    now: env.clock.now(),
    declared: [],
    inventory,
    definition: name => definition(env, name),
    adopt: adoption(undefined),
    rival: () => undefined,
    mayRevive: () => false,
    touchedAt: () => undefined,
  };
  const items = sought({ owner, declared: [] }, inventory, inventory);
  const { planned: again, leaving } = await looked(context, account, items, observed => {
    const all = removals({ ...gathered, observed }, inventory);
    const planned = restored({ ...gathered, observed }, declared, all);
    return { planned, leaving: all.filter(({ id }) => !planned.some(item => item.id === id)) };
  });
  const wave =
    blank.paused || env.dryRun ? noWave : await applyWave(env, account, [...again, ...leaving], object, signal);
  const told = env.dryRun ? await lookedAhead(context, account, { ...facts, leaving }) : facts.outlooks;
  return { ...facts, planned: again, leaving, ...wave, outlooks: told };
}

/** The inventory, and what the spec declares beside it: a crash or a lost store may have cost us an entry. */
async function everOwned(
  context: Context,
  declared: readonly Declared[],
  account: OpenAccount,
): Promise<readonly Owned[]> {
  const inventory = await known(context, declared, account);
  const more = declared
    .filter(({ id, mode }) => mode === 'manage' && !inventory.some(owned => owned.id === id))
    .map(({ id, resource, name, after }) => ({ id, resource, name, after, tagKeys: [] }));
  return [...inventory, ...more];
}

/** The inventory, and what an earlier process may have made in the moment in which it died, under a name that is declared no longer. */
function remembered({ env, object, owner }: Context, declared: readonly Declared[]): readonly Owned[] {
  const inventory = inventoryOf(object.status);
  const known = [...declared, ...inventory];
  const forgotten = env.intents
    .of(owner.object)
    .filter(({ resource, name }) => !known.some(item => item.resource === resource && item.name === name))
    .map(({ id, resource, name, startedAt }) => {
      const after = known.find(item => base(item.id) === base(id))?.after ?? [];
      return { id, resource, name, after, tagKeys: [], attemptedAt: timestamp(startedAt) };
    });
  return [...inventory, ...forgotten];
}

/** What is remembered, and, until all is as it should be, what an object that has lost its memory left behind in AWS. */
async function known(context: Context, declared: readonly Declared[], account: OpenAccount): Promise<readonly Owned[]> {
  const { env, notBefore, object, owner, signal } = context;
  const inventory = remembered(context, declared);
  if (isReady(object)) return inventory;
  const { clock, resources } = env;
  const place = { account, clock, notBefore, owner, resources, signal };
  return [...inventory, ...(await predecessors(place, declared, inventory))];
}

async function declaredNow(context: Context, spec: unknown, account: OpenAccount): Promise<readonly Declared[]> {
  try {
    return (await expanded(context, spec, account)).declared;
  } catch (error) {
    // What cannot be worked out any more (a source or a reference is gone) is in the inventory, or never existed.
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Keys as people write references, the first few of them. */
function listed(keys: readonly Key[]): string {
  const names = keys.map(key => describeRef(refFrom(key))).sort();
  const more = names.length - mostListed;
  return more > 0 ? `${names.slice(0, mostListed).join(', ')} and ${more} more` : names.join(', ');
}

const mostListed = 5;

function ownStatus(object: ApiObject): JsonObject {
  const { conditions: _conditions, resources: _resources, bookkeeping: _bookkeeping, ...own } = object.status ?? {};
  return own;
}

async function conclude(env: Environment, object: ApiObject, facts: Facts, judged: Report): Promise<Outcome> {
  const wrote = facts.applied.length > 0 || facts.failures.some(({ unclear }) => unclear);
  if (env.dryRun) return { report: judged, facts, object: { ...object, status: judged.status }, wrote: false };
  for (const occurrence of judged.occurrences) await env.events.record(object, occurrence);
  const { uid, name, namespace = '', finalizers = [] } = object.metadata;
  if (facts.deleting && judged.settled) {
    const rest = finalizers.filter(item => item !== finalizer);
    await env.store.update({ ...object, metadata: { ...object.metadata, finalizers: rest } });
    return { report: judged, facts, object: undefined, wrote };
  }
  const { apiVersion, kind } = object;
  const saved = await env.store.updateStatus({
    apiVersion,
    kind,
    metadata: { uid, name, namespace },
    status: judged.status,
  });
  const expiresAt = expiry(env, saved);
  if (expiresAt !== undefined && expiresAt <= env.clock.now()) await env.store.delete(refOf(saved), { uid });
  return { report: judged, facts, object: saved, wrote, expiresAt };
}

/** When an object deletes itself; never one on its way out, nor one that a file would only bring back. */
function expiry(env: Environment, { kind, metadata, spec, status = {} }: ApiObject): number | undefined {
  if (metadata.deletionTimestamp !== undefined || metadata.annotations?.[annotations.source] !== undefined)
    return undefined;
  const definition = env.kinds.get(kind);
  const parsedSpec = definition?.spec.safeParse(spec ?? {}).data;
  return parsedSpec === undefined ? undefined : definition?.expiresAt?.(parsedSpec, status);
}
