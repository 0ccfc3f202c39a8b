import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../system/program.ts';
import { type Call, type Kubectl, type Ran, ran } from './kubectl.ts';

/** The manifests of every kind that users begin with. */
export const examples = join(import.meta.dirname, '../../manifests/examples/one-of-each');

/** `batchwright serve` as a process of its own, over a data directory of its own. */
export class Served {
  readonly folder: string;
  #program: Program | undefined;
  #address: string;
  readonly #args: readonly string[];

  private constructor(folder: string, args: readonly string[], address: string) {
    this.folder = folder;
    this.#address = address;
    this.#args = args;
  }

  /** Starts it, with more arguments if they are given, and on another address than any free port of loopback. */
  static async start(args: readonly string[] = [], address = '127.0.0.1:0'): Promise<Served> {
    const served = new Served(await mkdtemp(join(tmpdir(), 'served-')), args, address);
    await served.open();
    return served;
  }

  /** `https://address:port`. */
  get url(): string {
    return `https://${this.#address}`;
  }

  get kubeconfig(): string {
    return join(this.folder, 'data', 'kubeconfig');
  }

  get program(): Program {
    if (this.#program === undefined) throw new Error('nothing is served');
    return this.#program;
  }

  /** Serves, on the address of before if there was one. */
  async open(): Promise<void> {
    const program = new Program(
      ['serve', '--data', join(this.folder, 'data'), '--api', this.#address, ...this.#args],
      {},
    );
    this.#program = program;
    await program.until('the line that uses the API', () => /^kubectl .*\n/.test(program.output.stdout));
    const line = program.log.find(({ msg }) => msg === 'the API is served');
    this.#address = String(line?.['url']).replace('https://', '');
  }

  /** Ends the process; the data directory stays. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.#program?.stop(signal);
    this.#program = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true });
  }

  /** What a kubectl is called with. */
  call(rest: Pick<Call, 'input' | 'environment'> = {}): Call {
    return { kubeconfig: this.kubeconfig, cache: join(this.folder, 'cache'), ...rest };
  }

  kubectl(kubectl: Kubectl, args: readonly string[], rest: Pick<Call, 'input' | 'environment'> = {}): Promise<Ran> {
    return ran(kubectl, args, this.call(rest));
  }
}
