import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const ABANDONED_AFTER_MS = 3_600_000;

/** Names a Python interpreter that already has requirements.txt installed; nothing is downloaded then. */
const PYTHON_VARIABLE = 'BATCHWRIGHT_EMULATOR_PYTHON';

/** Where virtual environments of the emulator live; ignored by git. */
const installDirectory = resolve(import.meta.dirname, '../../.emulator');

/**
 * The interpreter of a virtual environment that holds exactly requirements.txt, made on first use.
 *
 * Guarantees: an environment appears under its final name only when it is complete, whoever else installs meanwhile;
 * changed requirements or another Python make a new one.
 */
export async function installedPython(directory: string = installDirectory): Promise<string> {
  const given = process.env[PYTHON_VARIABLE];
  if (given !== undefined && given !== '') return given;
  const requirements = await readFile(REQUIREMENTS, 'utf8');
  const interpreter = await systemPython();
  const hash = createHash('sha256').update(requirements).update(interpreter).digest('hex').slice(0, 16);
  const finished = join(directory, hash);
  if (!existsSync(pythonOf(finished))) await install(directory, finished);
  return pythonOf(finished);
}

async function install(directory: string, finished: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await removeAbandoned(directory);
  const building = `${finished}.${randomUUID()}.building`;
  try {
    await step('python3', ['-m', 'venv', building], 'create a virtual environment (on Debian: install python3-venv)');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', REQUIREMENTS];
    await step(pythonOf(building), pip, `install ${REQUIREMENTS}`);
    await rename(building, finished);
  } catch (error) {
    // Losing the race against another installer is success: its environment has the same content.
    if (!existsSync(pythonOf(finished))) throw error;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function systemPython(): Promise<string> {
  const script =
    'import sys; assert sys.version_info >= (3, 10), "found " + sys.version; print(sys.executable, sys.version)';
  return step('python3', ['-c', script], 'run Python 3.10 or newer as python3');
}

async function step(command: string, args: readonly string[], purpose: string): Promise<string> {
  try {
    const { stdout } = await run(command, args, { maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  } catch (cause) {
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-5).join('\n') || String(cause);
    throw new Error(`the AWS emulator can't ${purpose}; ${PYTHON_VARIABLE} may name a ready interpreter.\n${said}`, {
      cause,
    });
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const age = name.endsWith('.building') ? Date.now() - (await stat(path)).mtimeMs : 0;
    if (age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

function pythonOf(environment: string): string {
  return join(environment, 'bin', 'python');
}
