import type { Logger } from 'pino';
import { Controller, type Rhythm } from '../engine/controller.ts';
import { conditionOf } from '../model/conditions.ts';
import { type ApiObject, keyOf, refOf } from '../model/object.ts';
import { healthServer } from '../server/health.ts';
import { loopLag, Metrics } from '../server/metrics.ts';
import { DirectorySource } from '../sources/directory.ts';
import { nodeFiles } from '../sources/node-files.ts';
import type { Root } from '../sources/root.ts';
import { YamlPool } from '../sources/yaml-pool.ts';
import { apiOptions, defaultApi, startApi } from './api.ts';
import { type Assembly, assemble, kindsByName, manifestSchemas, validate } from './assembly.ts';
import { systemClock } from './clock.ts';
import { Closing } from './closing.ts';
import type { Command, Outside } from './command.ts';
import { converged } from './converged.ts';
import { fingerprintKey } from './keys.ts';
import { logger } from './log.ts';
import { aborted, openedStore, unwritable } from './opened-store.ts';
import { address, count, duration, type OptionName, type Options, UsageError } from './options.ts';
import { rootsOf } from './roots.ts';
import { packageVersion } from './version.ts';

const known: readonly OptionName[] = [
  'dir',
  'data',
  'region',
  'aws-endpoint-url',
  'controller-id',
  'health',
  ...apiOptions,
  'resync',
  'calls-per-hour',
  'workers',
  'iam-propagation',
  'approve-deletes',
  'log-level',
  'once',
  'timeout',
];

const passTimeoutMs = 90_000;
/** After a signal, calls in flight may finish within this time. Milliseconds. */
const graceMs = 20_000;

/** The directories as a source of objects; undefined without any. */
function directorySource(
  roots: readonly Root[],
  approved: readonly string[],
  { env }: Assembly,
  closing: Closing,
): DirectorySource | undefined {
  if (roots.length === 0) return undefined;
  const parser = new YamlPool({ clock: systemClock, kinds: manifestSchemas });
  closing.add(() => parser.close());
  const { store, log } = env;
  const kinds = [...kindsByName.keys()];
  const source = new DirectorySource({
    roots,
    files: nodeFiles,
    clock: systemClock,
    store,
    parser,
    kinds,
    validate,
    log,
  });
  for (const digest of approved) source.approve(digest);
  return source;
}

interface Loop {
  readonly controller: Controller;
  readonly directory: DirectorySource | undefined;
  readonly metrics: Metrics;
  /** Why it is not ready, by part. */
  readonly ready: Readonly<Record<'store' | 'objects' | 'directories' | 'aws', () => string | undefined>>;
}

async function serveHealth(at: string, { metrics, ready }: Loop, log: Logger, closing: Closing): Promise<void> {
  const lag = loopLag(systemClock);
  const health = healthServer({
    live: () => (lag() < 5_000 ? undefined : `the event loop is ${Math.round(lag())} ms late`),
    ready,
    metrics: metrics.registry,
    version: { name: 'batchwright', version: await packageVersion(), node: process.version },
  });
  closing.add(() => health.close());
  await health.listen(address('health', at)).catch((error: unknown) => {
    throw new UsageError(`--health: cannot listen on ${at}: ${error instanceof Error ? error.message : String(error)}`);
  });
  log.info({ addresses: health.addresses() }, 'health and metrics are served');
}

function measure(object: ApiObject) {
  const { kind, namespace, name } = refOf(object);
  const holds = (type: 'Ready' | 'Drifted') => conditionOf(object.status, type)?.status === 'True';
  return { kind, namespace, name, ready: holds('Ready'), drifted: holds('Drifted') };
}

/** Asks AWS who we are, again and again until it answers: readiness, also without any object. */
function probe({ accounts, env }: Assembly, reached: () => void): void {
  accounts.open(env.defaultAccount).then(reached, (error: unknown) => {
    env.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'AWS cannot be reached yet');
    systemClock.timer(10_000, () => probe({ accounts, env } as Assembly, reached));
  });
}

async function run(options: Options, outside: Outside): Promise<number> {
  const log = logger(options['log-level'] ?? 'info');
  const roots = await rootsOf(options.dir ?? []);
  if (options.once && roots.length === 0) throw new UsageError('--once needs at least one --dir');
  const timeoutMs = duration('timeout', options.timeout ?? '30m');
  const rhythm: Rhythm = {
    resyncMs: duration('resync', options.resync ?? '10m'),
    workers: count('workers', options.workers ?? '8', 1_000),
    passTimeoutMs,
  };
  const callsPerHour = count('calls-per-hour', options['calls-per-hour'] ?? '10000', 1_000_000_000);
  const iamPropagationMs = duration('iam-propagation', options['iam-propagation'] ?? '10s');
  const closing = new Closing();
  try {
    return await looping(options, outside, { log, roots, rhythm, timeoutMs, iamPropagationMs, callsPerHour }, closing);
  } finally {
    await closing.close();
    log.info({}, 'stopped');
  }
}

interface Settings {
  readonly log: Logger;
  readonly roots: readonly Root[];
  readonly rhythm: Rhythm;
  readonly timeoutMs: number;
  readonly iamPropagationMs: number;
  readonly callsPerHour: number;
}

async function looping(
  options: Options,
  outside: Outside,
  { log, roots, rhythm, timeoutMs, iamPropagationMs, callsPerHour }: Settings,
  closing: Closing,
): Promise<number> {
  const data = options.data ?? './data';
  const store = await openedStore(data, log, closing);
  const metrics = new Metrics();
  let reached = false;
  const assembly = assemble({
    controllerId: options['controller-id'] ?? 'batchwright',
    store,
    clock: systemClock,
    log,
    fingerprintKey: await fingerprintKey(data),
    defaultAccount: { region: options.region, endpoint: options['aws-endpoint-url'] },
    observeAttempt: attempt => {
      reached ||= attempt.outcome === 'success';
      metrics.attempt(attempt);
    },
    iamPropagationMs,
    callsPerHour,
    dryRun: false,
    processEnvironment: outside.environment,
  });
  const directory = directorySource(roots, options['approve-deletes'] ?? [], assembly, closing);
  const controller = new Controller(
    assembly.env,
    assembly.objects,
    rhythm,
    Math.random,
    ({ kind, result, ms, outcome }) => {
      metrics.pass({ kind, result, ms, repairs: outcome?.report.drifted ? outcome.facts.applied.length : 0 });
    },
  );
  metrics.watch({
    queueDepth: () => controller.queue.depth,
    working: () => controller.queue.working,
    objects: () => assembly.objects.all.map(measure),
    callsLastHour: () => assembly.budget.spent,
    source: () => ({
      invalidFiles: directory?.status.files.length ?? 0,
      heldDeletions: directory?.status.held.length ?? 0,
    }),
  });
  probe(assembly, () => {
    reached = true;
  });
  const ready: Loop['ready'] = {
    store: () => unwritable(store),
    objects: () => (controller.listed ? undefined : 'the first list of objects is not complete'),
    directories: () => (!directory || directory.status.synced ? undefined : 'the directories have not been read yet'),
    aws: () => (reached ? undefined : 'AWS has not answered yet'),
  };
  const loop: Loop = { controller, directory, metrics, ready };
  if (options.health !== 'off') await serveHealth(options.health ?? ':8080', loop, log, closing);
  const at = options.api ?? (options.once ? 'off' : defaultApi);
  if (at !== 'off') {
    const notReady = () => ready.store() ?? ready.objects();
    const checks = (object: ApiObject) => controller.checks(keyOf(refOf(object)));
    const api = await startApi({ options, at, store, log, notReady, checks });
    closing.add(() => api.close());
  }
  log.info({ data, directories: roots.map(({ path }) => path), controllerId: options['controller-id'] }, 'started');
  const work = begin(loop, outside.signal, log, closing);
  if (options.once && directory)
    return Promise.race([converged({ controller, directory, objects: assembly.objects }, timeoutMs, outside), work]);
  return Promise.race([aborted(outside.signal).then(() => 0), work]);
}

/** Starts the loop; at the end what is in flight may finish. The answer never resolves, it only rejects when the loop breaks. */
function begin({ controller, directory }: Loop, signal: AbortSignal, log: Logger, closing: Closing): Promise<never> {
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(), { once: true });
  const work = Promise.all([controller.run(stop.signal), directory?.run(stop.signal)]);
  closing.add(async () => {
    stop.abort();
    const late = new Promise<'late'>(done => setTimeout(() => done('late'), graceMs).unref());
    const end = await Promise.race([work.catch(() => undefined), late]);
    if (end === 'late') log.error({ graceMs }, 'calls in flight did not finish in time');
  });
  return new Promise((_, reject) => {
    work.catch(reject);
  });
}

export const runCommand: Command = { name: 'run', summary: 'Keep AWS as declared.', options: known, run };
