import type { Clock } from '../../controller/model/clock.ts';
import type { FileContent, FileStat, Files } from '../../controller/sources/files.ts';
import { sameFile } from '../../controller/sources/files.ts';

interface Node {
  type: FileStat['type'];
  device: bigint;
  inode: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  bytes: Uint8Array;
  target: string;
  children: Map<string, Node>;
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** A file system in memory with inodes, times, links, watches and faults. Paths are absolute, separated by `/`. */
export class MemoryFiles implements Files {
  /** Called before every operation of the reader; may change the file system, as other processes do. */
  before: (operation: 'lstat' | 'realpath' | 'list' | 'read', path: string) => void = () => undefined;
  /** When false, nobody is told about changes, as on network file systems. */
  hints = true;
  /** Reads of file content, by path. */
  readonly reads: string[] = [];
  readonly #clock: Clock;
  readonly #faults = new Map<string, string>();
  readonly #watches = new Set<{ node: Node; hint: (name: string | undefined) => void; lost: (code: string) => void }>();
  readonly #root: Node;
  #inode = 1n;
  #tick = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#root = this.#node('directory', 1n);
  }

  /** How many directories are watched. */
  get watched(): number {
    return this.#watches.size;
  }

  /** Writes in place: the file keeps its inode. Missing directories are made. */
  write(path: string, content: string | Uint8Array): void {
    const [directory, name] = this.#place(path);
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const old = directory.children.get(name);
    if (old?.type === 'file') {
      old.bytes = bytes;
      this.#touch(old);
    } else {
      directory.children.set(name, { ...this.#node('file', directory.device), bytes });
      this.#touch(directory);
    }
    this.#tell(directory, name);
  }

  /** Writes beside the file and renames over it, as careful programs do. */
  replace(path: string, content: string): void {
    this.write(`${path}.tmp`, content);
    this.rename(`${path}.tmp`, path);
  }

  directory(path: string): void {
    this.#place(`${path}/x`);
  }

  symlink(target: string, path: string): void {
    const [directory, name] = this.#place(path);
    directory.children.set(name, { ...this.#node('symlink', directory.device), target });
    this.#touch(directory);
    this.#tell(directory, name);
  }

  hardLink(existing: string, path: string): void {
    const [directory, name] = this.#place(path);
    directory.children.set(name, this.#find(existing));
    this.#tell(directory, name);
  }

  /** A FIFO, socket or device. */
  special(path: string): void {
    const [directory, name] = this.#place(path);
    directory.children.set(name, this.#node('other', directory.device));
    this.#tell(directory, name);
  }

  rename(from: string, to: string): void {
    const [source, oldName] = this.#place(from);
    const node = source.children.get(oldName);
    if (node === undefined) throw fault('ENOENT', from);
    const [target, newName] = this.#place(to);
    source.children.delete(oldName);
    target.children.set(newName, node);
    node.ctimeNs = this.#time();
    this.#tell(source, oldName);
    this.#tell(target, newName);
  }

  remove(path: string): void {
    const [directory, name] = this.#place(path);
    directory.children.delete(name);
    this.#tell(directory, name);
  }

  /** Puts an empty file system over a directory. */
  mount(path: string): void {
    const [directory, name] = this.#place(path);
    this.#inode += 1000n;
    directory.children.set(name, this.#node('directory', this.#inode));
  }

  /** Sets a file's time of modification to the past or future; the time of change stays honest. */
  setTime(path: string, ms: number): void {
    const node = this.#find(path);
    node.mtimeNs = BigInt(ms) * 1_000_000n;
    node.ctimeNs = this.#time();
  }

  /** Changes content without changing any time. */
  corrupt(path: string, content: string): void {
    this.#find(path).bytes = Buffer.from(content);
  }

  /** Lets every operation at this path fail, or work again. */
  fail(path: string, code: string | undefined): void {
    if (code === undefined) this.#faults.delete(path);
    else this.#faults.set(path, code);
  }

  async lstat(path: string): Promise<FileStat> {
    this.#begin('lstat', path);
    return this.#stat(this.#find(path, false));
  }

  async realpath(path: string): Promise<string> {
    this.#begin('realpath', path);
    return this.#resolve(path);
  }

  async list(path: string): Promise<readonly string[]> {
    this.#begin('list', path);
    const node = this.#find(path);
    if (node.type !== 'directory') throw fault('ENOTDIR', path);
    return [...node.children.keys()].reverse();
  }

  async read(path: string, stat: FileStat, limit: number): Promise<FileContent> {
    this.reads.push(path);
    if (stat.size > BigInt(limit)) return 'too-large';
    const node = this.#find(path, false);
    this.#begin('read', path);
    if (node.type !== 'file') throw fault('ELOOP', path);
    return sameFile(this.#stat(node), stat) ? node.bytes : 'changed';
  }

  watch(path: string, hint: (name: string | undefined) => void, lost: (code: string) => void): () => void {
    const code = this.#faults.get(`watch ${path}`) ?? this.#faults.get('watch');
    if (code !== undefined) {
      lost(code);
      return () => undefined;
    }
    const watch = { node: this.#find(path), hint, lost };
    this.#watches.add(watch);
    return () => {
      this.#watches.delete(watch);
    };
  }

  #begin(operation: 'lstat' | 'realpath' | 'list' | 'read', path: string): void {
    this.before(operation, path);
    const code = this.#faults.get(path) ?? this.#faults.get(`${operation} ${path}`);
    if (code !== undefined) throw fault(code, path);
  }

  #node(type: FileStat['type'], device: bigint): Node {
    const now = this.#time();
    this.#inode += 1n;
    const { bytes, children } = { bytes: new Uint8Array(), children: new Map<string, Node>() };
    return { type, device, inode: this.#inode, mtimeNs: now, ctimeNs: now, bytes, target: '', children };
  }

  #time(): bigint {
    this.#tick += 1n;
    return BigInt(this.#clock.now()) * 1_000_000n + this.#tick;
  }

  #touch(node: Node): void {
    node.mtimeNs = this.#time();
    node.ctimeNs = node.mtimeNs;
  }

  #tell(directory: Node, name: string): void {
    if (!this.hints) return;
    for (const { node, hint } of [...this.#watches]) {
      if (node === directory) hint(name);
    }
  }

  #stat({ type, device, inode, mtimeNs, ctimeNs, bytes }: Node): FileStat {
    return { type, device, inode, size: BigInt(bytes.length), mtimeNs, ctimeNs };
  }

  #place(path: string): [Node, string] {
    const parts = path.split('/').slice(1);
    const name = parts.pop() ?? '';
    let node = this.#root;
    for (const [index, part] of parts.entries()) {
      let next = node.children.get(part);
      if (next?.type === 'symlink') next = this.#find(`/${parts.slice(0, index + 1).join('/')}`);
      if (next === undefined) {
        next = this.#node('directory', node.device);
        node.children.set(part, next);
        this.#tell(node, part);
      }
      node = next;
    }
    return [node, name];
  }

  #find(path: string, follow = true): Node {
    const real = follow ? this.#resolve(path) : this.#parentResolved(path);
    let node = this.#root;
    for (const part of real.split('/').filter(part => part !== '')) {
      const next = node.children.get(part);
      if (next === undefined) throw fault(node.type === 'directory' ? 'ENOENT' : 'ENOTDIR', path);
      node = next;
    }
    return node;
  }

  #parentResolved(path: string): string {
    const cut = path.lastIndexOf('/');
    if (cut <= 0) return path;
    return `${this.#resolve(path.slice(0, cut)).replace(/\/$/, '')}${path.slice(cut)}`;
  }

  #resolve(path: string): string {
    const rest = path.split('/').filter(part => part !== '');
    const done: string[] = [];
    const nodes: Node[] = [this.#root];
    for (let steps = 0; rest.length > 0; steps++) {
      if (steps > 200) throw fault('ELOOP', path);
      const part = rest.shift() ?? '';
      if (part === '.') continue;
      if (part === '..') {
        done.pop();
        if (nodes.length > 1) nodes.pop();
        continue;
      }
      const next = nodes.at(-1)?.children.get(part);
      if (next === undefined) throw fault('ENOENT', path);
      if (next.type === 'symlink') {
        if (next.target.startsWith('/')) {
          done.length = 0;
          nodes.length = 1;
        }
        rest.unshift(...next.target.split('/').filter(one => one !== ''));
        continue;
      }
      done.push(part);
      nodes.push(next);
    }
    return `/${done.join('/')}`;
  }
}
