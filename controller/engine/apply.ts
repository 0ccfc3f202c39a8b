import type { OpenAccount } from '../aws/accounts.ts';
import { failureOf } from '../aws/errors.ts';
import { Failure } from '../model/failure.ts';
import { type ApiObject, keyOf, refOf } from '../model/object.ts';
import type { Step } from '../model/plan.ts';
import type { Memo } from '../resources/resource.ts';
import type { Environment } from './environment.ts';
import { foreseen } from './foreseen.ts';
import { label, type Planned, visibilityMs } from './planning.ts';
import type { Applied } from './report.ts';

/** What a wave did, and what went wrong in it. */
export interface Wave {
  readonly applied: readonly Applied[];
  readonly failures: readonly Failure[];
  /** What may have been created although no clear answer came. */
  readonly doubtful: readonly Planned[];
  /** AWS said no to something. */
  readonly refused: boolean;
}

/** Nothing was done. */
export const noWave: Wave = { applied: [], failures: [], doubtful: [], refused: false };

/**
 * Carries out every step that is due, in order. A failing resource ends its own steps only; what stands on it was not
 * planned in this wave anyway.
 */
export async function applyWave(
  env: Environment,
  account: OpenAccount,
  items: readonly Planned[],
  object: ApiObject,
  signal: AbortSignal,
): Promise<Wave> {
  const applied: Applied[] = [];
  const failures: Failure[] = [];
  const doubtful: Planned[] = [];
  let refused = false;
  for (const item of items) {
    if (item.plan.action !== 'apply') {
      if (item.settled) await resolved(env, item, object);
      continue;
    }
    for (const step of item.plan.steps) {
      try {
        guard(env, item, step, object);
        applied.push({ item, step, memo: await carryOut(env, account, item, step, object, signal) });
        env.fights.took(keyOf(refOf(object)), item.id, object.metadata.generation, step);
      } catch (error) {
        const failure = foreseen(env, object, error, `${doing(step.op)} ${label(item)}`, signal);
        failures.push(failure);
        refused ||= !(error instanceof Failure);
        if (failure.unclear && step.op === 'create') doubtful.push(item);
        break;
      }
      if (item.definition.asynchronous?.includes(step.op)) break;
    }
  }
  return { applied, failures, doubtful, refused };
}

async function resolved(env: Environment, item: Planned, object: ApiObject): Promise<void> {
  const key = keyOf(refOf(object));
  env.fights.settled(key, item.id);
  env.revivals.settled(key, item.id);
  await env.intents.close(key, item);
}

function guard(env: Environment, item: Planned, step: Step, object: ApiObject): void {
  if (step.patient || step.op === item.definition.revive) return;
  if (!env.fights.lost(keyOf(refOf(object)), item.id, object.metadata.generation, step)) return;
  const fields = step.changes.map(({ path }) => path).join(', ');
  throw new Failure(
    'stop',
    'PerpetualDifference',
    `${label(item)}: AWS took the change of ${fields} three times and still shows another value; something else changes it back, or this is a bug of ours. Find who writes it, or change the spec`,
  );
}

async function carryOut(
  env: Environment,
  account: OpenAccount,
  item: Planned,
  step: Step,
  object: ApiObject,
  signal: AbortSignal,
): Promise<Memo | undefined> {
  const operation = item.definition.operations[step.op];
  if (typeof operation !== 'function') throw new Error(`${item.resource} has no operation ${step.op}`);
  if (signal.aborted) throw new Failure('wait', 'Progressing', 'stopping: nothing more is sent to AWS', { afterMs: 0 });
  const key = keyOf(refOf(object));
  const aws = account.aws(env.clock.now(), signal);
  const owner = { controller: env.controllerId, object: key };
  const call = { owner, id: item.id, name: item.name, want: item.want, memo: item.memo, observed: item.observed, step };
  env.log.info(
    {
      object: key,
      resource: item.id,
      name: item.name,
      operation: step.op,
      fields: step.changes.map(({ path }) => path),
    },
    'changing AWS',
  );
  env.observations.touch(key, item.id, env.clock.now());
  if (step.op === item.definition.revive) env.revivals.tried(key, item.id);
  // A call that changes something is never cut off: its outcome would be unknown.
  const run = async () => (await operation(aws, call, new AbortController().signal)) ?? undefined;
  return isWrittenDown(item, step) ? once(env, item, step, object, run) : run();
}

/** Calls whose repetition would do harm, and creations under a name that may not be declared the next time. */
function isWrittenDown({ definition: { unkeyed, renamed } }: Planned, { op }: Step): boolean {
  return unkeyed?.includes(op) === true || (renamed === true && op === 'create');
}

/** Sends a call after writing down that it will be sent: never while an earlier one may still turn out to have been carried out. */
async function once(
  env: Environment,
  item: Planned,
  step: Step,
  object: ApiObject,
  run: () => Promise<Memo | undefined>,
): Promise<Memo | undefined> {
  const key = keyOf(refOf(object));
  const startedAt = env.intents.startedAt(key, item);
  const age = startedAt === undefined ? Number.POSITIVE_INFINITY : env.clock.now() - startedAt;
  if (age < visibilityMs) {
    const message = `the outcome of an earlier call for ${label(item)} is not known yet; reading for another ${Math.ceil((visibilityMs - age) / 1000)} s before repeating it`;
    throw new Failure('wait', 'ResultUnknown', message, { afterMs: Math.min(15_000, Math.max(1_000, age)) });
  }
  await env.intents.close(key, item);
  await env.intents.open(key, item, step.op);
  try {
    return await run();
  } catch (error) {
    if (!failureOf(error, `${doing(step.op)} ${label(item)}`).unclear) await env.intents.close(key, item);
    throw error;
  }
}

function doing(op: string): string {
  return op === 'create' ? 'creating' : op === 'delete' ? 'deleting' : `changing (${op})`;
}
