import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const main = fileURLToPath(new URL('../../controller/main.ts', import.meta.url));

/** The environment variables of a process: nothing but these reaches it. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** How a process ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of the log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [member: string]: unknown;
}

/** The real program as a process of its own. */
export class Program {
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], environment: ProcessEnvironment) {
    const env = { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', ...environment };
    this.#process = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#ended = new Promise(resolve => this.#process.once('close', code => resolve(code)));
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('the process could not be started');
    return this.#process.pid;
  }

  /** Everything written so far. */
  get output(): { readonly stdout: string; readonly stderr: string } {
    return { stdout: this.#stdout, stderr: this.#stderr };
  }

  /** Resolves when the process ends by itself. */
  async ended(): Promise<Ended> {
    const code = await this.#ended;
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  /** Asks the process to end and waits until it has. */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<Ended> {
    this.#process.kill(signal);
    return this.ended();
  }

  /** The complete lines of the log, oldest first. */
  get log(): readonly LogLine[] {
    const lines = this.#stderr.split('\n').slice(0, -1);
    return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as LogLine);
  }

  /** As `until`, and a failure shows the end of the log. */
  until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    const running = async () => {
      if (this.#process.exitCode === null) return look();
      throw new Error(`${what}: the program has ended\n${this.#tail()}`);
    };
    return until(what, running, () => this.#tail());
  }

  #tail(): string {
    return [...this.#stderr.split('\n').slice(-30), this.#stdout].join('\n');
  }

  /** Where health and metrics are served, once the log has said so. */
  address(): Promise<string> {
    return this.until('health address', () => {
      const line = this.log.find(({ msg }) => msg === 'health and metrics are served');
      const [first] = (line?.['addresses'] ?? []) as readonly { readonly port: number }[];
      return first && `http://127.0.0.1:${first.port}`;
    });
  }

  async metrics(): Promise<Metrics> {
    const answer = await fetch(`${await this.address()}/metrics`);
    return new Metrics(await answer.text());
  }

  /** Waits until there are so many objects and all of them are Ready. */
  async ready(count: number): Promise<void> {
    await this.until(`${count} objects Ready`, async () => {
      const states = (await this.metrics()).of('batchwright_object_ready');
      return states.length === count && states.every(({ value }) => value === 1);
    });
  }
}

/** One number of a scrape. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One scrape of the metrics. */
export class Metrics {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The samples of a metric, each with its labels. */
  of(name: string): readonly Sample[] {
    return this.text.split('\n').flatMap(line => {
      const [, metric, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (metric !== name) return [];
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]);
      return [{ labels: Object.fromEntries(pairs), value: Number(value) }];
    });
  }

  /** The sum of a metric over the samples that carry these labels. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.of(name)
      .filter(sample => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }
}
