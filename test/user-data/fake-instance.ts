import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type UserDataOptions, userData } from '../../controller/user-data/user-data.ts';
import { FakeInstanceMetadata, FakeSecretsManager } from './fake-aws.ts';
import { python } from './python.ts';

/** What a script or program left behind. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON of the status line, if exactly one was printed. */
  readonly status: unknown;
}

/** The shell script inside rendered user data that has no other parts. */
export function scriptOf(document: string): string {
  const start = document.indexOf('#!/bin/sh');
  return document.slice(start, document.lastIndexOf('\n--'));
}

const recorder = (log: string) => `#!/bin/sh
{ printf '%s %s\\n' "$(basename "$0")" "$*"; } >>'${log}'
{ env; cat "/proc/$PPID/cmdline" "/proc/$PPID/environ" | tr '\\0' '\\n'; } >>'${log}.surroundings'
[ ! -e '${log}.fail' ]
`;

/**
 * A machine for the boot script: a root folder of its own, commands that only take notes, and AWS on loopback. Waiting
 * goes 200 times faster: the two minutes of grace take 0.6 seconds.
 */
export class FakeInstance implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'batchwright-boot-'));
  readonly metadata = new FakeInstanceMetadata();
  readonly secrets = new FakeSecretsManager();
  readonly #bin = join(this.root, '.bin');
  readonly #log = join(this.root, '.commands');
  #environment: Record<string, string> = {};
  #stops: (() => Promise<void>)[] = [];

  static async started(): Promise<FakeInstance> {
    const instance = new FakeInstance();
    const [metadata, secrets] = await Promise.all([instance.metadata.start(), instance.secrets.start()]);
    instance.#stops = [metadata.stop, secrets.stop];
    instance.#environment = {
      BATCHWRIGHT_BOOT_ROOT: instance.root,
      BATCHWRIGHT_BOOT_IMDS: metadata.url,
      BATCHWRIGHT_BOOT_SECRETS: secrets.url,
      BATCHWRIGHT_BOOT_PACE: '0.005',
    };
    mkdirSync(instance.#bin);
    for (const command of ['systemctl', 'shutdown']) instance.#install(command, recorder(instance.#log));
    instance.installPython(`#!/bin/sh\nexec '${python}' "$@"\n`);
    for (const command of ['mkdir', 'cat', 'basename', 'env', 'tr']) {
      symlinkSync(`/usr/bin/${command}`, join(instance.#bin, command));
    }
    instance.write('dev/console', '');
    return instance;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#stops.map(stop => stop()));
    rmSync(this.root, { recursive: true });
  }

  #install(command: string, text: string): void {
    writeFileSync(join(this.#bin, command), text);
    chmodSync(join(this.#bin, command), 0o755);
  }

  /** Replaces the machine's python3; no text removes it. */
  installPython(text: string | undefined): void {
    if (text === undefined) rmSync(join(this.#bin, 'python3'));
    else this.#install('python3', text);
  }

  /** Lets systemctl and shutdown fail from now on, or succeed again. */
  breakCommands(broken: boolean): void {
    if (broken) writeFileSync(`${this.#log}.fail`, '');
    else rmSync(`${this.#log}.fail`);
  }

  /** Points the metadata service, one or more addresses, elsewhere. */
  useMetadata(change: (url: string) => string): void {
    this.#environment['BATCHWRIGHT_BOOT_IMDS'] = change(this.#environment['BATCHWRIGHT_BOOT_IMDS'] ?? '');
  }

  path(path: string): string {
    return join(this.root, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  /** Permission bits, as three octal digits. */
  mode(path: string): string {
    return (statSync(this.path(path)).mode & 0o777).toString(8);
  }

  /** Commands that were run, each with its arguments, and forgets them. */
  commands(): readonly string[] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, 'utf8').trim().split('\n');
    rmSync(this.#log);
    return lines;
  }

  /** Everything on this machine in which a text occurs: paths of files below the root. */
  holders(text: string): readonly string[] {
    return readdirSync(this.root, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .filter(path => readFileSync(path, 'latin1').includes(text))
      .map(path => path.slice(this.root.length + 1));
  }

  /** Runs the user data as cloud-init would on first boot. */
  boot(options: UserDataOptions, shell = 'sh'): Promise<Run> {
    this.write('script', scriptOf(userData(options)));
    return this.#run(`/bin/${shell}`, [this.path('script')]);
  }

  /** Runs what the installed systemd service would run. */
  refresh(): Promise<Run> {
    const unit = this.read('etc/systemd/system/batchwright-registry-auth.service');
    const [command = '', ...rest] = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '').split(' ');
    return this.#run(command, rest);
  }

  #run(command: string, rest: readonly string[]): Promise<Run> {
    const child = spawn(command, rest, {
      env: { ...this.#environment, PATH: this.#bin },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => {
      stdout += String(chunk);
    });
    child.stderr.on('data', chunk => {
      stderr += String(chunk);
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', code => {
        const [line, ...more] = stdout.split('\n').filter(text => text.startsWith('batchwright-registry-auth '));
        const status = line === undefined || more.length > 0 ? undefined : JSON.parse(line.slice(line.indexOf('{')));
        resolve({ code, stdout, stderr, status });
      });
    });
  }
}
