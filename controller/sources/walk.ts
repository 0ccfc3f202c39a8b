import { join } from 'node:path';
import { type FileStat, type Files, fileErrorCode } from './files.ts';
import { isInside } from './root.ts';

/** A manifest file as a walk found it. */
export interface FoundFile {
  /** Where it is; without symbolic links. */
  readonly real: string;
  readonly stat: FileStat;
}

/** What a walk through a directory found. Relative paths are separated by `/` and name what users see. */
export interface Walked {
  readonly files: ReadonlyMap<string, FoundFile>;
  /** Names that look like manifests and cannot be read as such, with a fixed message each. */
  readonly refused: ReadonlyMap<string, string>;
  /** Every directory that was entered, by its real path. */
  readonly directories: ReadonlyMap<string, FileStat>;
}

/** How far a walk goes. */
export interface WalkLimits {
  readonly depth: number;
  readonly entries: number;
}

/** The limits in force unless the caller says otherwise. */
export const walkLimits: WalkLimits = { depth: 16, entries: 200_000 };

/** A walk that met something it could not get past. `code` is the system's, or TOOMANY. */
export class WalkFailure extends Error {
  override readonly name = 'WalkFailure';
  readonly code: string;

  constructor(path: string, code: string, options?: ErrorOptions) {
    super(`${path === '' ? 'the directory' : path} cannot be read (${code})`, options);
    this.code = code;
  }
}

/** What editors, copy programs and publishers leave beside the files they write. */
const ignored = /^\.|~$|\.(?:tmp|swp|bak|orig)$|^#.*#$|^4913$/s;
const manifest = /\.(?:yaml|yml|json)$/s;
const extension = /.\./s;
const parallel = 64;

interface Entry {
  readonly name: string;
  readonly relative: string;
  readonly real: string;
  readonly stat: FileStat;
  readonly depth: number;
}

/**
 * Finds the manifest files under a real path. Links are followed only inside it; everything is entered once, real
 * names before links, in the order of names. Rejects with a WalkFailure as soon as anything cannot be looked at.
 */
export async function walk(files: Files, top: string, limits: WalkLimits = walkLimits): Promise<Walked> {
  return new Walk(files, top, limits).run();
}

class Walk {
  readonly #files: Files;
  readonly #top: string;
  readonly #limits: WalkLimits;
  readonly #found = new Map<string, FoundFile>();
  readonly #refused = new Map<string, string>();
  readonly #directories = new Map<string, FileStat>();
  readonly #visited = new Map<bigint, Set<bigint>>();
  #links: Entry[] = [];
  #entries = 0;

  constructor(files: Files, top: string, limits: WalkLimits) {
    this.#files = files;
    this.#top = top;
    this.#limits = limits;
  }

  async run(): Promise<Walked> {
    const stat = await this.#look('', this.#files.lstat(this.#top));
    if (stat.type !== 'directory') throw new WalkFailure('', 'ENOTDIR');
    await this.#enter({ name: '', relative: '', real: this.#top, stat, depth: 0 });
    while (this.#links.length > 0) {
      const links = this.#links;
      this.#links = [];
      for (const link of links) await this.#follow(link);
    }
    return { files: this.#found, refused: this.#refused, directories: this.#directories };
  }

  async #enter(directory: Entry): Promise<void> {
    if (directory.depth > this.#limits.depth) {
      this.#refused.set(directory.relative, `directories can be ${this.#limits.depth} levels deep at most`);
      return;
    }
    if (!this.#first(directory.stat)) return;
    this.#directories.set(directory.real, directory.stat);
    const names = await this.#look(directory.relative, this.#files.list(directory.real));
    const entries = await this.#entriesOf(directory, names.filter(name => !ignored.test(name)).sort());
    for (const entry of entries) await this.#visit(entry);
  }

  async #entriesOf(directory: Entry, names: readonly string[]): Promise<readonly Entry[]> {
    this.#entries += names.length;
    if (this.#entries > this.#limits.entries) throw new WalkFailure(directory.relative, 'TOOMANY');
    const entries: Entry[] = [];
    for (let start = 0; start < names.length; start += parallel) {
      const looked = names.slice(start, start + parallel).map(async name => {
        const relative = directory.relative === '' ? name : `${directory.relative}/${name}`;
        const real = join(directory.real, name);
        if (name.includes('\ufffd')) {
          this.#refused.set(relative, 'the name is not valid UTF-8');
          return [];
        }
        return [
          {
            name,
            relative,
            real,
            stat: await this.#look(relative, this.#files.lstat(real)),
            depth: directory.depth + 1,
          },
        ];
      });
      entries.push(...(await Promise.all(looked)).flat());
    }
    return entries;
  }

  async #visit(entry: Entry): Promise<void> {
    switch (entry.stat.type) {
      case 'directory':
        return this.#enter(entry);
      case 'symlink':
        this.#links.push(entry);
        return;
      case 'file':
        if (manifest.test(entry.name) && this.#first(entry.stat)) {
          this.#found.set(entry.relative, { real: entry.real, stat: entry.stat });
        }
        return;
      default:
        if (manifest.test(entry.name)) this.#refused.set(entry.relative, 'is neither a file nor a directory');
    }
  }

  async #follow(link: Entry): Promise<void> {
    const concerns = manifest.test(link.name) || !extension.test(link.name);
    const target = await this.#target(link);
    if (target === undefined || !isInside(this.#top, target)) {
      const leads = target === undefined ? 'nowhere' : 'out of the directory';
      if (concerns) this.#refused.set(link.relative, `the symbolic link leads ${leads}`);
      return;
    }
    const stat = await this.#look(link.relative, this.#files.lstat(target));
    await this.#visit({ ...link, real: target, stat });
  }

  async #target(link: Entry): Promise<string | undefined> {
    try {
      return await this.#files.realpath(link.real);
    } catch (error) {
      const code = fileErrorCode(error);
      if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return undefined;
      throw code === undefined ? error : new WalkFailure(link.relative, code, { cause: error });
    }
  }

  #first({ device, inode }: FileStat): boolean {
    const inodes = this.#visited.get(device) ?? new Set();
    if (inodes.has(inode)) return false;
    this.#visited.set(device, inodes.add(inode));
    return true;
  }

  async #look<T>(relative: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const code = fileErrorCode(error);
      throw code === undefined ? error : new WalkFailure(relative, code, { cause: error });
    }
  }
}
