import type { FileStat, Files } from './files.ts';

/** A directory to watch. With `names`, only changes of these names in it count. */
export interface HintedDirectory {
  readonly stat: FileStat;
  readonly names?: ReadonlySet<string>;
}

interface Watched {
  readonly id: string;
  readonly close: () => void;
}

/** Watches directories for hints, one watch each. Losing all of them costs time, never correctness. */
export class Hints {
  readonly #files: Files;
  readonly #hint: () => void;
  readonly #watched = new Map<string, Watched>();
  readonly #lost = new Map<string, string>();

  constructor(files: Files, hint: () => void) {
    this.#files = files;
    this.#hint = hint;
  }

  /** How many directories are watched, and the system's code for those that cannot be. */
  get state(): { readonly watched: number; readonly lost: readonly string[] } {
    return { watched: this.#watched.size, lost: [...new Set(this.#lost.values())].sort() };
  }

  /** Watches exactly these directories from now on; one that was replaced under its name is watched anew. */
  set(directories: ReadonlyMap<string, HintedDirectory>): void {
    for (const [path, { close }] of this.#watched) {
      if (!directories.has(path)) this.#drop(path, close);
    }
    for (const path of this.#lost.keys()) {
      if (!directories.has(path)) this.#lost.delete(path);
    }
    for (const [path, { stat, names }] of directories) {
      const id = `${stat.device}:${stat.inode} ${names ? [...names].sort().join('/') : ''}`;
      const before = this.#watched.get(path);
      if (before?.id === id) continue;
      if (before) this.#drop(path, before.close);
      this.#lost.delete(path);
      const hint = (name: string | undefined) => {
        if (name === undefined || names === undefined || names.has(name)) this.#hint();
      };
      const close = this.#files.watch(path, hint, code => {
        this.#lost.set(path, code);
        this.#watched.delete(path);
      });
      if (!this.#lost.has(path)) this.#watched.set(path, { id, close });
    }
  }

  close(): void {
    for (const [path, { close }] of this.#watched) this.#drop(path, close);
  }

  #drop(path: string, close: () => void): void {
    this.#watched.delete(path);
    close();
  }
}
