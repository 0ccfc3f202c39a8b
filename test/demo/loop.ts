import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One line of the loop's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly object?: string;
  readonly [member: string]: unknown;
}

const main = fileURLToPath(new URL('../../controller/main.ts', import.meta.url));

/** The real program as a process of its own, and what it says. */
export class Loop {
  readonly #process: ChildProcess;
  readonly #exit: Promise<number | null>;
  #address = '';

  constructor(
    args: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
    hear: (line: LogLine) => void,
  ) {
    this.#process = spawn(process.execPath, [main, 'run', ...args], {
      env: environment,
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    this.#exit = new Promise(resolve => this.#process.once('exit', resolve));
    const { stderr } = this.#process;
    if (!stderr) throw new Error('the loop has no standard error');
    createInterface({ input: stderr }).on('line', text => {
      if (!text.startsWith('{')) process.stderr.write(`${text}\n`);
      else this.#heard(JSON.parse(text) as LogLine, hear);
    });
  }

  #heard(line: LogLine, hear: (line: LogLine) => void): void {
    const addresses = line['addresses'] as readonly { readonly port: number }[] | undefined;
    if (addresses?.[0]) this.#address = `http://127.0.0.1:${addresses[0].port}`;
    hear(line);
  }

  /** Where health and metrics are; empty until the loop has said so. */
  get address(): string {
    return this.#address;
  }

  get exit(): Promise<number | null> {
    return this.#exit;
  }

  /** One object's readiness by `Kind/namespace/name`, as the metrics say it. */
  async readiness(): Promise<ReadonlyMap<string, boolean>> {
    if (this.#address === '') return new Map();
    const text = await (await fetch(`${this.#address}/metrics`)).text();
    const found = text.matchAll(
      /^batchwright_object_ready\{kind="([^"]*)",namespace="([^"]*)",name="([^"]*)"\} (\d)/gm,
    );
    return new Map(
      [...found].map(([, kind, namespace, name, value]) => [`${kind}/${namespace}/${name}`, value === '1']),
    );
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#exit;
  }
}
