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

/** Files handed to the worker ahead of its answers, so that it never waits for the next one. */
const ahead = 16;

/**
 * Reads files in one worker thread, in order. A file that takes longer than the deadline or more memory than the heap
 * ends the worker, never the process: that file gets a problem, the others a fresh worker.
 */
export class YamlPool implements ManifestParser {
  readonly #options: YamlPoolOptions;
  #waiting: Job[] = [];
  /** What the worker has; it is busy with the first. */
  #sent: Job[] = [];
  #worker: Worker | undefined;
  #ready = false;
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
      return this.#feed();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    const jobs = [...this.#sent, ...this.#waiting];
    this.#waiting = [];
    this.#forget();
    for (const job of jobs) job.settle(failed(job, notRead));
    await worker?.terminate();
  }

  #feed(): void {
    if (this.#waiting.length === 0) return;
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref();
    if (!this.#ready) return;
    const idle = this.#sent.length === 0;
    for (const job of this.#waiting.splice(0, ahead - this.#sent.length)) {
      worker.postMessage(job.request);
      this.#sent.push(job);
    }
    if (idle) this.#startDeadline(worker);
  }

  #start(): Worker {
    const data: YamlWorkerData = { kinds: this.#options.kinds };
    const worker = new Worker(this.#options.program ?? usualProgram, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMib ?? 256, maxYoungGenerationSizeMb: 16 },
    });
    worker.on('message', (answer: YamlAnswer) => {
      if (worker !== this.#worker) return;
      if ('ready' in answer) this.#ready = true;
      else this.#answered(worker, answer.result);
      this.#feed();
    });
    worker.on('error', () => this.#fail(worker, 'reading it needs too much memory, or the reader failed'));
    worker.on('exit', () => this.#fail(worker, 'the reader ended unexpectedly'));
    return worker;
  }

  #startDeadline(worker: Worker): void {
    const deadlineMs = this.#options.deadlineMs ?? 2000;
    this.#cancelDeadline = this.#options.clock.timer(deadlineMs, () =>
      this.#fail(worker, `reading took longer than ${deadlineMs} ms`),
    );
  }

  #answered(worker: Worker, result: ManifestFile): void {
    const job = this.#sent.shift();
    this.#cancelDeadline?.();
    if (this.#sent.length > 0) this.#startDeadline(worker);
    else worker.unref();
    job?.settle(result);
  }

  /** The file in work fails; what the worker had besides goes to the next one. A worker that never ran fails one file. */
  #fail(worker: Worker, message: string): void {
    if (worker !== this.#worker) return;
    this.#waiting = [...this.#sent, ...this.#waiting];
    const job = this.#waiting.shift();
    this.#forget();
    if (job) job.settle(failed(job, message));
    void worker.terminate();
    this.#feed();
  }

  #forget(): void {
    this.#cancelDeadline?.();
    this.#worker = undefined;
    this.#ready = false;
    this.#sent = [];
  }
}

function failed({ request }: Job, message: string): ManifestFile {
  const problem = { file: request.file, line: 1, column: 1, path: '', message };
  return { manifests: [], problems: [problem], claims: [], unreadable: true, retry: true };
}
