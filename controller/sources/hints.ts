import type { FileStat, Files } from './files.ts';

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
  set(directories: ReadonlyMap<string, FileStat>): void {
    for (const [path, { close }] of this.#watched) {
      if (!directories.has(path)) this.#drop(path, close);
    }
    for (const [path, { device, inode }] of directories) {
      const id = `${device}:${inode}`;
      const before = this.#watched.get(path);
      if (before?.id === id) continue;
      if (before) this.#drop(path, before.close);
      this.#lost.delete(path);
      const close = this.#files.watch(path, this.#hint, code => {
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
