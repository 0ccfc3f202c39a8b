import { Worker } from 'node:worker_threads';
import type { Cancel, Clock } from '../model/clock.ts';
import type { ManifestFile } from './manifest.ts';
import type { ManifestParser } from './manifest-parser.ts';
import type { KindSchema } from './yaml-schema.ts';
import type { YamlAnswer, YamlRequest, YamlWorkerData } from './yaml-worker.ts';

/** How a pool is set up. */
export interface YamlPoolOptions {
  readonly clock: Clock;
  readonly kinds: readonly KindSchema[];
  /** Time for one file, in milliseconds. Default 2,000. */
  readonly deadlineMs?: number;
  /** Heap of the worker, in MiB. Default 256. */
  readonly heapMib?: number;
  /** The worker's program, where it is not the usual one. */
  readonly program?: URL;
}

interface Job {
  readonly request: YamlRequest;
  readonly settle: (result: ManifestFile) => void;
}

const notRead = 'the file was not read: the process is shutting down';
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const usualProgram = new URL(`./yaml-worker.${extension}`, import.meta.url);

/**
 * Reads files in one worker thread, one at a time, in order. A file that takes longer than the deadline or more memory
 * than the heap ends the worker, never the process: that file gets a problem, the next one a fresh worker.
 */
export class YamlPool implements ManifestParser {
  readonly #options: YamlPoolOptions;
  readonly #waiting: Job[] = [];
  #worker: Worker | undefined;
  #ready = false;
  #current: Job | undefined;
  #cancelDeadline: Cancel | undefined;
  #closed = false;

  constructor(options: YamlPoolOptions) {
    this.#options = options;
  }

  parse(bytes: Uint8Array, file: string): Promise<ManifestFile> {
    return new Promise(settle => {
      const job: Job = { request: { bytes, file }, settle };
      if (this.#closed) return settle(failed(job, notRead));
      this.#waiting.push(job);
      return this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    const jobs = [...(this.#current ? [this.#current] : []), ...this.#waiting.splice(0)];
    this.#forget();
    for (const job of jobs) job.settle(failed(job, notRead));
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current || this.#closed) return;
    this.#worker ??= this.#start();
    const worker = this.#worker;
    if (!this.#ready) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const deadlineMs = this.#options.deadlineMs ?? 2000;
    this.#current = job;
    this.#cancelDeadline = this.#options.clock.timer(deadlineMs, () =>
      this.#fail(worker, `reading took longer than ${deadlineMs} ms`),
    );
    worker.ref();
    worker.postMessage(job.request);
  }

  #start(): Worker {
    const data: YamlWorkerData = { kinds: this.#options.kinds };
    const worker = new Worker(this.#options.program ?? usualProgram, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMib ?? 256 },
    });
    worker.on('message', (answer: YamlAnswer) => {
      if (worker !== this.#worker) return;
      if ('ready' in answer) this.#ready = true;
      else this.#settle(answer.result);
      this.#next();
    });
    worker.on('error', () => this.#fail(worker, 'reading it needs too much memory, or the reader failed'));
    worker.on('exit', () => this.#fail(worker, 'the reader ended unexpectedly'));
    return worker;
  }

  #fail(worker: Worker, message: string): void {
    if (worker !== this.#worker) return;
    const starting = !this.#ready;
    const job = this.#current ?? (starting ? this.#waiting.shift() : undefined);
    this.#forget();
    if (job) job.settle(failed(job, message));
    void worker.terminate();
    if (this.#waiting.length > 0) this.#next();
  }

  #settle(result: ManifestFile): void {
    const job = this.#current;
    this.#cancelDeadline?.();
    this.#current = undefined;
    this.#worker?.unref();
    job?.settle(result);
  }

  #forget(): void {
    this.#cancelDeadline?.();
    this.#worker = undefined;
    this.#ready = false;
    this.#current = undefined;
  }
}

function failed({ request }: Job, message: string): ManifestFile {
  const problem = { file: request.file, line: 1, column: 1, path: '', message };
  return { manifests: [], problems: [problem], claims: [], unreadable: true };
}
