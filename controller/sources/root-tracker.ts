import type { Files } from './files.ts';
import type { HintedDirectory } from './hints.ts';
import { publishingNames, type Root } from './root.ts';
import { type CompleteScan, type Scan, scan } from './scan.ts';
import { type Settled, type SettleTimes, settle, unsettled } from './settle.ts';

/** How a root is looked at. Times in milliseconds. */
export interface TrackOptions extends SettleTimes {
  readonly fileBytes: number;
  /** Every file is read anew after so long, whatever its times say. */
  readonly fullReadMs: number;
  /** Looks in a row before a root that changes under the reader's eyes counts as unreadable. */
  readonly attempts: number;
}

/** What is known about a root for status and metrics. */
export interface RootStatus {
  readonly name: string;
  readonly path: string;
  readonly revision: string | undefined;
  readonly files: number;
  /** Why the last look found nothing out, and since when; the last complete one still counts. */
  readonly unreadable: { readonly code: string; readonly message: string; readonly since: number } | undefined;
  /** Files that are not at rest, with the time since which they differ from what counts. */
  readonly unstable: readonly { readonly path: string; readonly since: number; readonly suspect: boolean }[];
}

/** Looks at one root again and again and knows the files in it that are at rest. */
export class RootTracker {
  readonly root: Root;
  readonly #files: Files;
  readonly #options: TrackOptions;
  #settled: Settled = unsettled;
  #last: CompleteScan | undefined;
  #lastFullAt = Number.NEGATIVE_INFINITY;
  #unreadable: RootStatus['unreadable'];

  constructor(files: Files, root: Root, options: TrackOptions) {
    this.#files = files;
    this.root = root;
    this.#options = options;
  }

  /** The content that counts, by path. */
  get accepted(): Settled['accepted'] {
    return this.#settled.accepted;
  }

  get atomic(): boolean {
    return this.#last?.root.atomic ?? false;
  }

  get revision(): string | undefined {
    return this.#last?.root.revision;
  }

  /** Why the files that count are not a complete snapshot of files at rest; undefined when they are. */
  get incomplete(): string | undefined {
    if (this.#unreadable) return `${this.root.name}: ${this.#unreadable.message}`;
    const [pending] = this.#settled.pending.keys();
    return pending === undefined ? undefined : `${this.root.name}: ${pending} is still changing`;
  }

  /** When the first file that is not at rest yet will be. */
  get dueAt(): number {
    return Math.min(...[...this.#settled.pending.values()].map(({ dueAt }) => dueAt), Number.POSITIVE_INFINITY);
  }

  get status(): RootStatus {
    return {
      name: this.root.name,
      path: this.root.path,
      revision: this.revision,
      files: this.#settled.accepted.size,
      unreadable: this.#unreadable,
      unstable: [...this.#settled.pending].map(([path, { differsSince, suspect }]) => ({
        path,
        since: differsSince,
        suspect,
      })),
    };
  }

  /** Looks once, more often only while the root is being replaced. */
  async look(now: number): Promise<void> {
    const full = now - this.#lastFullAt >= this.#options.fullReadMs;
    const found = await this.#scan(now, full);
    if (!found.complete) {
      this.#unreadable = { code: found.code, message: found.message, since: this.#unreadable?.since ?? now };
      return;
    }
    this.#unreadable = undefined;
    if (full) this.#lastFullAt = now;
    this.#settled = settle(this.#settled, found, now, this.#options);
    this.#last = found;
  }

  /** The directories in which a change can concern this root. */
  async directories(): Promise<ReadonlyMap<string, HintedDirectory>> {
    const found = new Map<string, HintedDirectory>();
    for (const [path, stat] of this.#last?.directories ?? []) found.set(path, { stat });
    for (const [path, names] of await publishingNames(this.#files, this.root)) {
      if (!found.has(path)) found.set(path, { stat: await this.#files.lstat(path), names });
    }
    return found;
  }

  async #scan(now: number, full: boolean): Promise<Scan> {
    const options = { now, full, fileBytes: this.#options.fileBytes };
    let found = await scan(this.#files, this.root, this.#last, options);
    for (let attempt = 1; attempt < this.#options.attempts && isRace(found); attempt++) {
      found = await scan(this.#files, this.root, this.#last, options);
    }
    const before = this.#last;
    if (!found.complete || !before || found.files.size > 0 || before.files.size === 0) return found;
    if (found.root.atomic || found.root.stat.device === before.root.stat.device) return found;
    return {
      complete: false,
      code: 'EUNMOUNTED',
      message: 'the directory is an empty one on another file system than before',
    };
  }
}

function isRace(found: Scan): boolean {
  return !found.complete && (found.code === 'ENOENT' || found.code === 'ECHANGED' || found.code === 'ESTALE');
}
