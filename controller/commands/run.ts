import { randomUUID } from 'node:crypto';
import { Controller, type Rhythm } from '../engine/controller.ts';
import type { Log } from '../engine/environment.ts';
import { conditionOf } from '../model/conditions.ts';
import { type ApiObject, describeRef, refOf } from '../model/object.ts';
import { healthServer } from '../server/health.ts';
import { loopLag, Metrics } from '../server/metrics.ts';
import { DirectorySource } from '../sources/directory.ts';
import { nodeFiles } from '../sources/node-files.ts';
import { YamlPool } from '../sources/yaml-pool.ts';
import { StoreFailure } from '../store/contract.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { startApi } from './api.ts';
import { type Assembly, assemble, kindsByName, manifestSchemas, validate } from './assembly.ts';
import { systemClock } from './clock.ts';
import type { Command, Outside } from './command.ts';
import { fingerprintKey } from './keys.ts';
import { logger } from './log.ts';
import { address, count, duration, type OptionName, type Options, UsageError } from './options.ts';
import { rootsOf } from './roots.ts';
import { statusTable } from './table.ts';
import { packageVersion } from './version.ts';

const known: readonly OptionName[] = [
  'dir',
  'data',
  'region',
  'aws-endpoint-url',
  'controller-id',
  'api',
  'host',
  'health',
  'resync',
  'workers',
  'iam-propagation',
  'log-level',
  'once',
  'timeout',
];

const passTimeoutMs = 90_000;
/** SIGTERM: calls in flight may finish within this time. Milliseconds. */
const graceMs = 20_000;
const compactMs = 60_000;

/** Only on an error: the process ends soon, nothing more is asked of it. */
function startProblem(error: unknown): never {
  if (error instanceof StoreFailure) throw new UsageError(error.message);
  throw error;
}

async function run(options: Options, outside: Outside): Promise<number> {
  const log = logger(options['log-level'] ?? 'info');
  const roots = await rootsOf(options.dir ?? []);
  if (options.once && roots.length === 0) throw new UsageError('--once needs at least one --dir');
  const data = options.data ?? './data';
  const store = await openStore({ directory: data, clock: systemClock, ids: randomUUID, log }).catch(startProblem);
  const stop = new AbortController();
  outside.signal.addEventListener('abort', () => stop.abort(), { once: true });
  let directory: DirectorySource | undefined;
  let controller: Controller | undefined;
  const metrics = new Metrics({
    queueDepth: () => controller?.queue.depth ?? 0,
    working: () => controller?.queue.working ?? 0,
    objects: () => (assembly ? assembly.objects.all.map(measure) : []),
    source: () => ({
      invalidFiles: directory?.status.files.length ?? 0,
      heldDeletions: directory?.status.held.length ?? 0,
    }),
  });
  let awsReached = false;
  const assembly: Assembly = assemble({
    controllerId: options['controller-id'] ?? 'batchwright',
    store,
    clock: systemClock,
    log,
    fingerprintKey: await fingerprintKey(data),
    defaultAccount: { region: options.region, endpoint: options['aws-endpoint-url'] },
    observeAttempt: attempt => {
      awsReached ||= attempt.outcome === 'success';
      metrics.attempt(attempt);
    },
    iamPropagationMs: duration('iam-propagation', options['iam-propagation'] ?? '10s'),
    dryRun: false,
    processEnvironment: outside.environment,
  });
  const rhythm: Rhythm = {
    resyncMs: duration('resync', options.resync ?? '10m'),
    workers: count('workers', options.workers ?? '8'),
    passTimeoutMs,
  };
  controller = new Controller(assembly.env, assembly.objects, rhythm, Math.random, ({ kind, result, ms, outcome }) =>
    metrics.pass({ kind, result, ms, repairs: outcome?.report.drifted ? outcome.facts.applied.length : 0 }),
  );
  const parser = new YamlPool({ clock: systemClock, kinds: manifestSchemas });
  if (roots.length > 0)
    directory = new DirectorySource({
      roots,
      files: nodeFiles,
      clock: systemClock,
      store,
      parser,
      kinds: [...kindsByName.keys()],
      validate,
      log,
    });
  probe(assembly, log, () => (awsReached = true));
  const lag = loopLag(systemClock);
  const health = healthServer({
    live: () => (lag() < 5_000 ? undefined : `the event loop is ${Math.round(lag())} ms late`),
    ready: {
      objects: () => (controller?.listed ? undefined : 'the first list of objects is not complete'),
      directories: () => (!directory || directory.status.synced ? undefined : 'the directories have not been read yet'),
      aws: () => (awsReached ? undefined : 'AWS has not answered yet'),
    },
    metrics: metrics.registry,
    version: { name: 'batchwright', version: await packageVersion(), node: process.version },
  });
  if (options.health !== 'off') {
    const { host, port } = address('health', options.health ?? ':8080');
    await health.listen({ host, port }).catch((error: unknown) => {
      throw new UsageError(
        `--health: cannot listen on ${options.health}: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    log.info({ addresses: health.addresses() }, 'health and metrics are served');
  }
  const api =
    options.api === undefined
      ? undefined
      : await startApi({
          data,
          at: options.api,
          hosts: options.host ?? [],
          store,
          log,
          notReady: () => (controller?.listed ? undefined : 'the first list of objects is not complete'),
        });
  log.info({ data, directories: roots.map(({ path }) => path), controllerId: options['controller-id'] }, 'started');
  const compaction = setInterval(
    () =>
      void store
        .compact()
        .catch((error: unknown) => log.warn({ error: String(error) }, 'the store could not be compacted')),
    compactMs,
  );
  const parts = [controller.run(stop.signal), directory?.run(stop.signal) ?? Promise.resolve()];
  const work = Promise.all(parts);
  work.catch(() => stop.abort());
  let code = 0;
  try {
    if (options.once)
      code = await once(controller, directory, assembly, duration('timeout', options.timeout ?? '30m'), outside, stop);
    else await aborted(outside.signal);
  } finally {
    stop.abort();
    clearInterval(compaction);
    const finished = await Promise.race([
      work.then(() => true),
      new Promise<boolean>(done => setTimeout(() => done(false), graceMs).unref()),
    ]);
    if (!finished) log.error({ graceMs }, 'calls in flight did not finish in time');
    await parser.close();
    await api?.close();
    await health.close();
    await store.close();
    log.info({}, 'stopped');
  }
  return code;
}

/** Asks AWS who we are, again and again until it answers: readiness, also without any object. */
function probe({ accounts, env }: Assembly, log: Log, reached: () => void): void {
  const ask = () => {
    accounts.open(env.defaultAccount).then(reached, (error: unknown) => {
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'AWS cannot be reached yet');
      const timer = setTimeout(ask, 10_000);
      timer.unref();
    });
  };
  ask();
}

function measure(object: ApiObject) {
  const { kind, namespace, name } = refOf(object);
  return {
    kind,
    namespace,
    name,
    ready: conditionOf(object.status, 'Ready')?.status === 'True',
    drifted: conditionOf(object.status, 'Drifted')?.status === 'True',
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Until everything is settled one way or the other: Ready, waiting for a person, or out of time. */
async function once(
  controller: Controller,
  directory: DirectorySource | undefined,
  { objects }: Assembly,
  timeoutMs: number,
  outside: Outside,
  stop: AbortController,
): Promise<number> {
  const end = Date.now() + timeoutMs;
  const settled = () =>
    (directory?.status.synced ?? true) &&
    directory?.status.held.length === 0 &&
    objects.all.every(finished) &&
    controller.queue.working === 0;
  while (!outside.signal.aborted && !stop.signal.aborted && Date.now() < end && !settled())
    await new Promise(done => setTimeout(done, 100));
  const problems = (directory?.status.files ?? []).flatMap(({ problems: found }) => found);
  outside.out(statusTable(objects.all));
  for (const { file, line, column, path, message } of problems)
    outside.out(`${file}:${line}:${column}: ${path ? `${path}: ` : ''}${message}\n`);
  const notReady = objects.all.filter(object => conditionOf(object.status, 'Ready')?.status !== 'True');
  if (!settled())
    outside.out(`not settled within the time: ${notReady.map(object => describeRef(refOf(object))).join(', ')}\n`);
  return notReady.length === 0 && problems.length === 0 && settled() ? 0 : 1;
}

function finished({ metadata, status }: ApiObject): boolean {
  if (metadata.deletionTimestamp !== undefined || status?.['observedGeneration'] !== metadata.generation) return false;
  const ready = conditionOf(status, 'Ready');
  if (ready?.reason === 'Paused') return true;
  return ready?.status === 'True' || conditionOf(status, 'Stalled')?.status === 'True';
}

export const runCommand: Command = {
  name: 'run',
  summary: 'Keep AWS as declared.',
  options: known,
  run,
};
