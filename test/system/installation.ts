import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import { type Network, seededNetwork } from '../emulator/seed.ts';
import { clientsOf, sharedEmulator } from '../emulator/started.ts';
import { replaceIn, writeExample } from '../example.ts';
import { type Ended, type ProcessEnvironment, Program } from './program.ts';

/** The login that the example's RegistryCredential finds in its environment variables. */
export const login = { REGISTRY_USERNAME: 'acme-robot', REGISTRY_PASSWORD: 'dckr-pat-of-the-tests' } as const;

/** Compute environments and queues that take a moment, as in AWS. */
const times = { createMs: 200, updateMs: 100, deleteMs: 100, deletedMs: 100, relationMs: 200 };

/** One emulated AWS account, a directory of manifests, a data directory, and the program that brings them together. */
export class Installation {
  readonly emulator: Emulator;
  readonly aws: ReturnType<typeof clientsOf>;
  readonly network: Network;
  /** The directory of manifests. */
  readonly directory: string;
  /** The data directory; another path is another installation's, or a lost one's successor. */
  data: string;
  readonly #root: string;
  readonly #programs: Program[] = [];

  private constructor(emulator: Emulator, network: Network, root: string) {
    this.emulator = emulator;
    this.aws = clientsOf(emulator);
    this.network = network;
    this.#root = root;
    this.directory = join(root, 'desired');
    this.data = join(root, 'data');
  }

  /** Starts an emulator and makes empty directories. Nobody stops it but `stop`. */
  static async start(options: EmulatorOptions = {}): Promise<Installation> {
    const emulator = await sharedEmulator({ times, ...options });
    const root = await mkdtemp(join(tmpdir(), 'batchwright-system-'));
    await mkdir(join(root, 'desired'));
    const network = await seededNetwork(emulator);
    emulator.calls.clear();
    return new Installation(emulator, network, root);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.map(program => program.stop('SIGKILL')));
    for (const client of Object.values(this.aws)) client.destroy();
    await this.emulator.stop();
    await rm(this.#root, { recursive: true, force: true });
  }

  /** A path beside the two directories. */
  path(name: string): string {
    return join(this.#root, name);
  }

  /** Puts the example into the directory, with the subnets and the security group of this account. */
  async declareExample(): Promise<void> {
    await writeExample(this.directory, this.network);
  }

  /** Writes a file of the directory. */
  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.directory, file), text);
  }

  /** Replaces a piece of a file, which must be there. */
  async edit(file: string, from: string | RegExp, to: string): Promise<void> {
    await replaceIn(join(this.directory, file), from, to);
  }

  async remove(...files: readonly string[]): Promise<void> {
    for (const file of files) await rm(join(this.directory, file));
  }

  /** A command of the program with the credentials of this account. */
  command(args: readonly string[], environment: ProcessEnvironment = {}): Program {
    const { AWS_ENDPOINT_URL: _flag, ...credentials } = this.emulator.environment;
    const program = new Program(args, { ...credentials, ...login, ...environment });
    this.#programs.push(program);
    return program;
  }

  /** The loop: health on a free port, no API, a resync every second unless `args` say otherwise. */
  run(args: readonly string[] = [], environment: ProcessEnvironment = {}): Program {
    return this.command(
      ['run', ...this.place, '--health', '127.0.0.1:0', '--api', 'off', ...rhythm, ...args],
      environment,
    );
  }

  /** The loop with `--once`, to its end. */
  once(args: readonly string[] = [], environment: ProcessEnvironment = {}): Promise<Ended> {
    return this.run(['--once', '--health', 'off', ...args], environment).ended();
  }

  /** The arguments that say where everything is. */
  get place(): readonly string[] {
    return ['--dir', this.directory, '--data', this.data, '--aws-endpoint-url', this.emulator.endpoint];
  }

  /** How often AWS was asked for all job definitions: once per resync, and once after each change. */
  get looks(): number {
    const all = this.emulator.calls.of({ service: 'batch', operation: 'DescribeJobDefinitions' });
    return all.filter(({ input }) => input['jobDefinitionName'] === undefined).length;
  }
}

const rhythm = ['--resync', '1s', '--iam-propagation', '100ms'];

/** An installation that ends with the test, whose context is given so that tests can run at the same time. */
export async function installation(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  options: EmulatorOptions = {},
): Promise<Installation> {
  const started = await Installation.start(options);
  onTestFinished(() => started.stop());
  return started;
}
