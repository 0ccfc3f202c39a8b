import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, pass } from '../engine/pass.ts';
import { ordered } from '../engine/planning.ts';
import { finalizer } from '../model/annotations.ts';
import { type ApiObject, type Key, keyOf, refOf } from '../model/object.ts';
import { sourceOf } from '../sources/source-annotation.ts';
import { StoreFailure } from '../store/contract.ts';
import { memoryStore } from '../store/memory.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { type Assembly, assemble, kindsByName } from './assembly.ts';
import { systemClock } from './clock.ts';
import type { Command, Outside } from './command.ts';
import { asStored, type Desired, desired, problemText } from './desired.ts';
import { logger } from './log.ts';
import { duration, type Options, UsageError } from './options.ts';
import { objectText, plannedFor } from './plan-text.ts';
import { rootsOf } from './roots.ts';

/** What is remembered from earlier runs: objects with their status, and the fingerprint key. */
interface Remembered {
  readonly objects: readonly ApiObject[];
  readonly key: Uint8Array;
  readonly note: string | undefined;
}

/** Reads the data directory where there is one; a loop that holds it is not disturbed. */
async function remembered(data: string): Promise<Remembered> {
  const nothing = { objects: [], key: randomBytes(32), note: undefined };
  if (!existsSync(join(data, 'store.db'))) return nothing;
  try {
    const store = await openStore({ directory: data, clock: systemClock, ids: randomUUID });
    try {
      const lists = await Promise.all([...kindsByName.keys()].map(kind => store.list(kind)));
      const key = await readFile(join(data, 'fingerprint.key')).catch(() => randomBytes(32));
      return { objects: lists.flatMap(({ items }) => items), key, note: undefined };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    return { ...nothing, note: `${error.message}; what was removed from the directories is not shown` };
  }
}

/** The objects to plan for: as declared, with the status remembered; those that no file declares any more are on their way out. */
function objectsToPlan(
  { objects }: Desired,
  before: readonly ApiObject[],
  roots: readonly string[],
): readonly ApiObject[] {
  const known = new Map(before.map(object => [keyOf(refOf(object)), object]));
  const wanted = objects.map(({ object, ref }) => {
    const stored = asStored(object, ref);
    const status = known.get(keyOf(ref))?.status;
    return status === undefined ? stored : { ...stored, status };
  });
  const keys = new Set(wanted.map(object => keyOf(refOf(object))));
  const leaving = before
    .filter(object => !keys.has(keyOf(refOf(object))) && sourceOf(object, roots) !== undefined)
    .map(object => ({
      ...object,
      metadata: {
        ...object.metadata,
        deletionTimestamp: object.metadata.deletionTimestamp ?? '1970-01-01T00:00:00Z',
        finalizers: [finalizer],
      },
    }));
  return [...wanted, ...leaving];
}

/** Each object once, after those that it names, so that what they say is known where it can be. */
function inOrder(objects: readonly ApiObject[]): readonly ApiObject[] {
  const items = objects.map(object => {
    const kind = kindsByName.get(object.kind);
    const spec = kind?.spec.safeParse(object.spec ?? {}).data;
    const { namespace = '' } = object.metadata;
    const after =
      kind && spec !== undefined
        ? kind.references(spec).map(({ kind: to, name }): Key => keyOf({ kind: to, namespace, name }))
        : [];
    return { id: keyOf(refOf(object)), after, object };
  });
  return ordered(items).map(({ object }) => object);
}

async function outcomes(
  { env, objects: index }: Assembly,
  objects: readonly ApiObject[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  for (const object of objects) {
    index.set(object);
    const kind = kindsByName.get(object.kind);
    const spec = kind?.spec.safeParse(object.spec ?? {}).data;
    if (kind && spec !== undefined)
      env.claims.set(keyOf(refOf(object)), object.metadata.creationTimestamp, kind.claims(object, spec));
  }
  const found: Outcome[] = [];
  for (const object of inOrder(objects)) {
    const outcome = await pass(
      { ...env, store: holding(object, env.store) },
      keyOf(refOf(object)),
      systemClock.now() - 60_000,
      signal,
    );
    if (!outcome) continue;
    found.push(outcome);
    if (outcome.object) index.set(outcome.object);
  }
  return found;
}

/** A store in which one object can be read, as it was put together for the plan. */
function holding(object: ApiObject, store: Assembly['env']['store']): Assembly['env']['store'] {
  return Object.assign(Object.create(store) as typeof store, { get: async () => object });
}

const counted = ['create', 'change', 'delete', 'block'] as const;

async function plan(options: Options, outside: Outside): Promise<number> {
  const { dir = [], output = 'text' } = options;
  if (dir.length === 0) throw new UsageError('plan needs at least one --dir');
  if (output !== 'text' && output !== 'json') throw new UsageError(`--output: ${output} is neither text nor json`);
  const wanted = await desired(dir);
  if (wanted.problems.length > 0) {
    outside.out(`${problemText(wanted.problems)}${wanted.problems.length} problems; nothing was planned\n`);
    return 1;
  }
  const before = await remembered(options.data ?? './data');
  let reads = 0;
  const assembly = assemble({
    controllerId: options['controller-id'] ?? 'batchwright',
    store: memoryStore({ clock: systemClock, ids: randomUUID }),
    clock: systemClock,
    log: logger(options['log-level'] ?? 'warn'),
    fingerprintKey: before.key,
    defaultAccount: { region: options.region, endpoint: options['aws-endpoint-url'] },
    observeAttempt: () => {
      reads++;
    },
    callsPerHour: Number.POSITIVE_INFINITY,
    iamPropagationMs: duration('iam-propagation', options['iam-propagation'] ?? '10s'),
    dryRun: true,
    processEnvironment: outside.environment,
  });
  const names = (await rootsOf(dir)).map(({ name }) => name);
  const found = await outcomes(assembly, objectsToPlan(wanted, before.objects, names), outside.signal);
  return answer(found, reads, before.note, output, options['exit-code'] === true, outside);
}

function answer(
  found: readonly Outcome[],
  reads: number,
  note: string | undefined,
  output: 'text' | 'json',
  exitCode: boolean,
  { out }: Outside,
): number {
  const resources = found.flatMap(plannedFor);
  const count = Object.fromEntries(
    counted.map(action => [action, resources.filter(resource => resource.action === action).length]),
  );
  const calls = resources.reduce(
    (sum, { operations, action }) => sum + (action === 'block' ? 0 : operations.length),
    0,
  );
  const failures = found.flatMap(({ facts }) => facts.failures);
  const summary = { ...count, failures: failures.length, changingCalls: calls, readingCalls: reads };
  if (output === 'json') {
    const objects = found.map(outcome => ({
      ...refOf(outcome.facts.object),
      deleting: outcome.facts.deleting,
      resources: plannedFor(outcome),
      failures: outcome.facts.failures.map(({ reason, disposition, message }) => ({ reason, disposition, message })),
    }));
    out(`${JSON.stringify({ objects, summary, ...(note === undefined ? {} : { note }) }, null, 2)}\n`);
  } else {
    for (const outcome of found) out(objectText(outcome));
    out(
      `\n${counted
        .map(action => `${count[action]} to ${action}`)
        .join(', ')
        .replace('to block', 'blocked')}; at least ${calls} AWS calls to carry it out, ${reads} made to find out.\n`,
    );
    if (note !== undefined) out(`note: ${note}\n`);
  }
  const stuck = failures.some(({ disposition }) => disposition !== 'wait') || (count['block'] ?? 0) > 0;
  const differs = calls > 0 || resources.some(({ action }) => action !== 'none');
  if (stuck) return 1;
  return differs && exitCode ? 2 : 0;
}

/** Prints what a pass would do, and changes nothing: the same engine as the loop, told to keep its hands still. */
export const planCommand: Command = {
  name: 'plan',
  summary: 'Print what would be done, per object and field; change nothing.',
  options: [
    'dir',
    'data',
    'region',
    'aws-endpoint-url',
    'controller-id',
    'iam-propagation',
    'log-level',
    'output',
    'exit-code',
  ],
  run: plan,
};
