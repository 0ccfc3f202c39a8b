// The real program on the AWS emulator: node bench/loop.ts
// AWS calls and time for the example from nothing, memory with 1,000 objects, calls of an idle resync, and the time from
// saving a file to the first AWS call. AWS answers at once here, so the times are the program's own.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../test/emulator/emulator.ts';
import { seededNetwork } from '../test/emulator/seed.ts';
import { writeExample } from '../test/example.ts';
import { Program } from '../test/system/program.ts';
import { residentBytes } from './resident.ts';

const login = { REGISTRY_USERNAME: 'acme-robot', REGISTRY_PASSWORD: 'of-the-benchmark' };
const say = (line: string) => void process.stdout.write(`${line}\n`);
const definitions = 1_000;

function definition(index: number, memory: number): string {
  return `apiVersion: batchwright.dev/v1alpha1
kind: JobDefinition
metadata:
  name: job-${index}
spec:
  containerProperties:
    image: public.ecr.aws/acme/job:${index}
    command: [run, --part, "${index}"]
    resourceRequirements:
      - {type: VCPU, value: "1"}
      - {type: MEMORY, value: "${memory}"}
`;
}

/** A directory, a data directory and the loop over them, ended with `stop`. */
async function started(emulator: Emulator, fill: (directory: string) => Promise<void>, args: readonly string[]) {
  const root = await mkdtemp(join(tmpdir(), 'batchwright-bench-'));
  const directory = join(root, 'desired');
  await mkdir(directory);
  await fill(directory);
  const place = ['--dir', directory, '--data', join(root, 'data'), '--aws-endpoint-url', emulator.endpoint];
  const { AWS_ENDPOINT_URL: _endpoint, ...environment } = emulator.environment;
  const run = () => new Program(['run', ...place, '--health', '127.0.0.1:0', ...args], { ...environment, ...login });
  const startedAt = performance.now();
  const program = run();
  const stop = async () => {
    await program.stop();
    await rm(root, { recursive: true, force: true });
  };
  const again = async () => {
    await program.stop();
    emulator.calls.clear();
    return run();
  };
  return { directory, program, startedAt, again, stop };
}

/** `12 reads, 3 changes: service:Operation 4, …`. */
function calls({ calls: log }: Emulator): string {
  const each = Object.entries(log.counts()).map(([name, count]) => `${name} ${count}`);
  return `${log.count({ mutating: false })} reads, ${log.count({ mutating: true })} changes: ${each.join(', ')}`;
}

async function quiet(emulator: Emulator, forMs: number): Promise<void> {
  for (let count = -1; count !== emulator.calls.count(); await pause(forMs)) count = emulator.calls.count();
}

async function ready(program: Program, count: number): Promise<void> {
  for (;;) {
    const states = (await program.metrics()).of('batchwright_object_ready');
    if (states.length === count && states.every(({ value }) => value === 1)) return;
    await pause(50);
  }
}

async function memory(program: Program): Promise<string> {
  const heap = (await program.metrics()).sum('nodejs_heap_size_used_bytes');
  return `${Math.round(residentBytes(program.pid) / 1_048_576)} MB resident, ${Math.round(heap / 1_048_576)} MB of heap in use`;
}

async function fromNothing(emulator: Emulator): Promise<void> {
  const network = await seededNetwork(emulator);
  const fill = (directory: string) => writeExample(directory, network);
  for (const propagation of ['100ms', '10s']) {
    emulator.calls.clear();
    const { program, startedAt, stop, directory } = await started(emulator, fill, ['--iam-propagation', propagation]);
    await ready(program, 4);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    say(`the example from nothing, IAM left alone for ${propagation}: ${seconds} s from start; ${calls(emulator)}`);
    for (const file of ['10-credential.yaml', '20-environment.yaml', '30-job-definition.yaml'])
      await rm(join(directory, file));
    await ready(program, 1);
    await stop();
  }
}

async function thousand(emulator: Emulator): Promise<void> {
  const fill = async (directory: string) => {
    for (let index = 0; index < definitions; index++)
      await writeFile(join(directory, `${index}.yaml`), definition(index, 512));
  };
  emulator.calls.clear();
  const { program, startedAt, directory, again, stop } = await started(emulator, fill, []);
  await ready(program, definitions);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  say(`${definitions} job definitions from nothing: ${seconds} s; ${calls(emulator)}`);
  await quiet(emulator, 5_000);
  say(`memory with ${definitions} objects, just made: ${await memory(program)}`);

  const waits: number[] = [];
  for (let index = 0; index < 10; index++) {
    emulator.calls.clear();
    await writeFile(join(directory, `${index}.yaml`), definition(index, 1_024));
    const savedAt = Date.now();
    while (emulator.calls.count({ operation: 'RegisterJobDefinition' }) === 0) await pause(5);
    const [first] = emulator.calls.of({});
    waits.push((first?.at ?? Date.now()) - savedAt);
    await ready(program, definitions);
  }
  waits.sort((a, b) => a - b);
  say(
    `from saving one of ${definitions} files to the first AWS call: median ${waits[5]} ms, longest ${waits.at(-1)} ms of 10`,
  );
  const next = await again();
  await ready(next, definitions);
  await quiet(emulator, 5_000);
  say(`after a restart: ${calls(emulator)}; ${await memory(next)}`);
  await next.stop();
  await stop();
}

const emulator = await startEmulator();
try {
  await fromNothing(emulator);
  await thousand(emulator);
} finally {
  await emulator.stop();
}
