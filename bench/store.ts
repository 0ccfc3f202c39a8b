// How fast and how large the embedded store is, with durability on. `node bench/store.ts [directory]`; the directory
// decides which disk is measured.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../controller/model/clock.ts';
import type { ApiObject, Draft, Ref } from '../controller/model/object.ts';
import type { Store } from '../controller/store/contract.ts';
import { openStore } from '../controller/store/sqlite/open-store.ts';
import type { SqliteStore } from '../controller/store/sqlite/sqlite-store.ts';
import { residentBytes } from './resident.ts';

const objects = 10_000;
const clock: Clock = {
  now: () => Date.now(),
  timer(delayMs, run) {
    const timeout = setTimeout(run, delayMs);
    return () => clearTimeout(timeout);
  },
};

function open(directory: string): Promise<SqliteStore> {
  return openStore({ directory, clock, ids: randomUUID, reserveBytes: 0 });
}

/** A job definition of about 3 KB. */
function draft(kind: string, n: number, step: number): Draft {
  const environment = Array.from({ length: 30 }, (_, i) => ({
    name: `VARIABLE_${i}`,
    value: `value ${i} of step ${step}`,
  }));
  const status = {
    observedGeneration: step,
    conditions: ['Ready', 'Reconciling', 'Drifted'].map(type => ({
      type,
      status: 'True',
      reason: 'Succeeded',
      message: 'everything in AWS is as declared',
      lastTransitionTime: '2026-01-01T00:00:00Z',
      observedGeneration: step,
    })),
  };
  return {
    apiVersion: 'batchwright.dev/v1alpha1',
    kind,
    metadata: {
      name: `object-${String(n).padStart(6, '0')}`,
      namespace: 'default',
      labels: { team: 'a', tier: 'batch' },
    },
    spec: {
      type: 'container',
      containerProperties: { image: 'registry.example.com/team/app:1', vcpus: 2, memory: 2048, environment },
    },
    status,
  };
}

function ref(n: number): Ref {
  return { kind: 'JobDefinition', namespace: 'default', name: `object-${String(n).padStart(6, '0')}` };
}

async function perSecond(times: number, run: (n: number) => Promise<unknown>): Promise<string> {
  const startedAt = performance.now();
  for (let n = 0; n < times; n++) await run(n);
  return `${Math.round(times / ((performance.now() - startedAt) / 1000))}/s`;
}

/** Updates one after the other; answers the rate and percentiles of the time to the acknowledgement. */
async function updates(store: Store, times: number): Promise<string> {
  const tookMs: number[] = [];
  const rate = await perSecond(times, async n => {
    const startedAt = performance.now();
    await store.update(draft('JobDefinition', n % objects, 1_000_000 + n));
    tookMs.push(performance.now() - startedAt);
  });
  tookMs.sort((a, b) => a - b);
  const at = (share: number): string => `${(tookMs[Math.floor(share * (tookMs.length - 1))] ?? 0).toFixed(2)} ms`;
  return `${rate}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}

async function concurrentUpdates(store: Store, writers: number, each: number): Promise<string> {
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let n = 0; n < each; n++) await store.update(draft('JobDefinition', writer, 2_000_000 + n));
    }),
  );
  return `${Math.round((writers * each) / ((performance.now() - startedAt) / 1000))}/s`;
}

async function watched(store: Store, watches: number, changes: number): Promise<string> {
  const { resourceVersion: since } = await store.list('JobDefinition');
  const abort = new AbortController();
  const readers = Array.from({ length: watches }, async () => {
    let seen = 0;
    for await (const event of store.watch({ since, kinds: ['JobDefinition'] }, abort.signal)) {
      if (event.type !== 'BOOKMARK' && ++seen === changes) return;
    }
  });
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: changes }, (_, n) => store.update(draft('JobDefinition', n, 3_000_000 + n))));
  await Promise.all(readers);
  abort.abort();
  return `${Math.round((watches * changes) / ((performance.now() - startedAt) / 1000))} events/s`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** Resident memory of this process, without what only the start needed. */
function resident(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return residentBytes();
}

/** In a process of its own: what starting costs. */
async function start(directory: string): Promise<void> {
  const emptyBytes = resident();
  const startedAt = performance.now();
  const store = await open(directory);
  const tookMs = performance.now() - startedAt;
  const { items } = await store.list('JobDefinition');
  const sizes = `${mebibytes(resident())} resident, ${mebibytes(emptyBytes)} of them before`;
  console.log(`start with ${items.length} objects in ${tookMs.toFixed(0)} ms, ${sizes}`);
  await store.close();
}

async function measure(directory: string): Promise<void> {
  const store = await open(directory);
  const creating = performance.now();
  await Promise.all(Array.from({ length: objects }, (_, n) => store.create(draft('JobDefinition', n, 0))));
  await Promise.all(Array.from({ length: objects }, (_, n) => store.updateStatus(draft('JobDefinition', n, 1))));
  console.log(`create and status of ${objects} objects: ${(performance.now() - creating).toFixed(0)} ms`);
  for (let n = 0; n < 1000; n++) await store.create(draft('BatchJob', n, 0));
  const one: ApiObject | undefined = await store.get(ref(0));
  console.log(`object: ${JSON.stringify(one).length} bytes`);
  console.log(`get: ${await perSecond(200_000, n => store.get(ref(n % objects)))}`);
  console.log(`list of 1,000: ${await perSecond(2000, () => store.list('BatchJob'))}`);
  console.log(`update, one after the other: ${await updates(store, 5000)}`);
  console.log(`update, 8 writers: ${await concurrentUpdates(store, 8, 1000)}`);
  console.log(`update, 64 writers: ${await concurrentUpdates(store, 64, 200)}`);
  console.log(`update that changes nothing: ${await perSecond(5000, () => store.update(draft('BatchJob', 0, 0)))}`);
  console.log(`100 watches: ${await watched(store, 100, 1000)}`);
  const compacting = performance.now();
  const compacted = await store.compact();
  console.log(`compact: ${(performance.now() - compacting).toFixed(0)} ms, ${JSON.stringify(compacted)}`);
  const scrubbing = performance.now();
  const scrubbed = await store.scrub();
  console.log(`scrub: ${(performance.now() - scrubbing).toFixed(0)} ms, ${JSON.stringify(scrubbed)}`);
  await store.close();
  console.log(`file: ${mebibytes(statSync(join(directory, 'store.db')).size)}`);
  for (const flags of [[], ['--max-semi-space-size=8']]) {
    const command = ['--expose-gc', ...flags, import.meta.filename, 'start', directory];
    process.stdout.write(
      `${flags.join(' ') || 'default flags'}: ${execFileSync(process.execPath, command, { encoding: 'utf8' })}`,
    );
  }
}

const [first, second] = process.argv.slice(2);
if (first === 'start' && second) {
  await start(second);
} else {
  const directory = mkdtempSync(join(first ?? tmpdir(), 'batchwright-bench-'));
  try {
    await measure(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
