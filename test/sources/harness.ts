import { onTestFinished } from 'vitest';
import { DirectorySource, type DirectoryTimes, directoryTimes } from '../../controller/sources/directory.ts';
import { readManifests } from '../../controller/sources/manifest.ts';
import type { ManifestParser } from '../../controller/sources/manifest-parser.ts';
import type { Validate } from '../../controller/sources/reading.ts';
import type { Root } from '../../controller/sources/root.ts';
import { describeProblem } from '../../controller/sources/yaml-problem.ts';
import type { Store } from '../../controller/store/contract.ts';
import { type MemoryJournal, memoryStore } from '../../controller/store/memory.ts';
import { FakeClock } from '../clock.ts';
import { kinds } from './kinds.ts';
import { MemoryFiles } from './memory-files.ts';

/** Reads manifests in the same thread. */
export const inlineParser: ManifestParser = {
  parse: async (bytes, file) => readManifests(bytes, file, kinds),
  close: async () => undefined,
};

/** The rule that the tests' kinds have beside their types: a text must not be `forbidden`. */
export const validate: Validate = (_kind, object) =>
  object.spec?.['text'] === 'forbidden' ? [{ path: ['spec', 'text'], message: 'is forbidden' }] : [];

interface Options {
  readonly roots?: readonly Root[];
  readonly times?: Partial<DirectoryTimes>;
  readonly journal?: MemoryJournal;
  readonly files?: MemoryFiles;
  readonly clock?: FakeClock;
  readonly parser?: ManifestParser;
}

/** A running directory source over `/m` with a file system, a store and a clock in memory. */
export class Harness {
  readonly clock: FakeClock;
  readonly files: MemoryFiles;
  readonly store: Store;
  readonly source: DirectorySource;
  readonly log: { readonly level: string; readonly message: string; readonly [name: string]: unknown }[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #ids = 0;

  constructor(options: Options = {}) {
    this.clock = options.clock ?? new FakeClock();
    this.files = options.files ?? new MemoryFiles(this.clock);
    const { journal } = options;
    this.store = memoryStore({ clock: this.clock, ids: () => `uid-${++this.#ids}`, ...(journal && { journal }) });
    const tell = (level: string) => (data: object, message: string) => {
      this.log.push({ level, message, ...data });
    };
    this.source = new DirectorySource({
      roots: options.roots ?? [{ name: '/m', path: '/m' }],
      files: this.files,
      clock: this.clock,
      store: this.store,
      parser: options.parser ?? inlineParser,
      kinds: kinds.map(({ kind }) => kind),
      validate,
      log: { info: tell('info'), warn: tell('warn'), error: tell('error') },
      times: { ...directoryTimes, ...options.times },
    });
    onTestFinished(() => this.stop());
  }

  /** Starts the source, if it is not running, and lets time pass. */
  async run(ms: number): Promise<void> {
    this.#running ??= this.source.run(this.#stop.signal);
    await this.clock.advance(ms);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** The objects in the store as `Kind/namespace/name: text`, sorted. */
  async objects(): Promise<readonly string[]> {
    const lists = await Promise.all(kinds.map(({ kind }) => this.store.list(kind)));
    return lists
      .flatMap(({ items }) => items)
      .map(({ kind, metadata, spec }) => `${kind}/${metadata.namespace}/${metadata.name}: ${spec?.['text'] ?? ''}`)
      .sort();
  }

  /** The names of the objects in the store. */
  async names(): Promise<readonly string[]> {
    return (await this.objects()).map(text => text.replace(/^\w+\/\w+\/|:.*/g, '')).sort();
  }

  get problems(): readonly string[] {
    return this.source.status.files.flatMap(({ problems }) => problems.map(describeProblem));
  }

  /** What is held, as `name rule`. */
  get held(): readonly string[] {
    return this.source.status.held.map(({ ref, rule }) => `${ref.name} ${rule}`).sort();
  }
}
