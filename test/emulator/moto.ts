import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installedPython } from './install.ts';

const LAUNCHER = join(import.meta.dirname, 'store', 'launcher.py');
const KEPT_ERROR_LINES = 200;

/** A running moto. */
export interface Moto {
  readonly endpoint: string;
  readonly pid: number;
  /** The last lines that it wrote to standard error: a traceback for each answer that it failed to give. */
  readonly errors: readonly string[];
  /** Ends the process; harmless when it has ended already. */
  stop(): Promise<void>;
}

/** Starts the patched moto on a free loopback port. It ends with this process, also when that is killed. */
export async function startMoto(python?: string): Promise<Moto> {
  const child = spawn(python ?? (await installedPython()), [LAUNCHER], {
    env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => {
    errors.push(line);
    errors.splice(0, errors.length - KEPT_ERROR_LINES);
  });
  const ended = once(child, 'exit');
  ended.catch(() => undefined);
  const port = await announcedPort(child, errors);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    errors,
    stop: async () => {
      child.stdin.end();
      child.kill();
      await ended;
    },
  };
}

async function announcedPort(child: ChildProcessWithoutNullStreams, errors: readonly string[]): Promise<number> {
  for await (const line of createInterface({ input: child.stdout })) {
    const announced: unknown = JSON.parse(line);
    if (typeof announced === 'object' && announced !== null && 'port' in announced) return Number(announced.port);
  }
  throw new Error(`the AWS emulator ended before it was ready:\n${errors.join('\n')}`);
}
