import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installedPython } from './install.ts';

const PATH = process.env['PATH'];
let directory = '';
let bin = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'emulator-'));
  bin = join(directory, 'bin');
  await mkdir(bin);
  process.env['PATH'] = `${bin}:${PATH}`;
});

afterEach(async () => {
  process.env['PATH'] = PATH;
  delete process.env['BATCHWRIGHT_EMULATOR_PYTHON'];
  await rm(directory, { recursive: true });
});

it('makes a virtual environment once', async () => {
  await fakePython();

  const first = await installedPython(join(directory, 'installed'));
  const second = await installedPython(join(directory, 'installed'));

  expect(second).toBe(first);
  expect(await steps()).toEqual(['venv', 'pip install']);
});

it('makes another one for another Python', async () => {
  await fakePython();
  const first = await installedPython(join(directory, 'installed'));
  await fakePython({ version: '3.14.0' });

  expect(await installedPython(join(directory, 'installed'))).not.toBe(first);
});

it('leaves one finished environment and nothing else when two install at once', async () => {
  await fakePython();

  const [first, second] = await Promise.all([
    installedPython(join(directory, 'installed')),
    installedPython(join(directory, 'installed')),
  ]);

  expect(second).toBe(first);
  expect(await readdir(join(directory, 'installed'))).toHaveLength(1);
});

it('begins anew after an installation that failed, and says what failed', async () => {
  await fakePython({ pip: 'echo "no matching distribution" >&2; exit 1' });
  await expect(installedPython(join(directory, 'installed'))).rejects.toThrow(
    /can't install .*requirements\.txt.*\n.*no matching distribution/,
  );
  expect(await readdir(join(directory, 'installed'))).toEqual([]);

  await fakePython();
  await expect(installedPython(join(directory, 'installed'))).resolves.toContain('/bin/python');
});

it('removes what an installer left behind that was killed an hour ago', async () => {
  const abandoned = join(directory, 'installed', 'old.1.building');
  await mkdir(abandoned, { recursive: true });
  await utimes(abandoned, 0, 0);
  await fakePython();

  await installedPython(join(directory, 'installed'));

  expect(await readdir(join(directory, 'installed'))).toHaveLength(1);
});

it('names the package that Debian splits off when virtual environments are missing', async () => {
  await fakePython({ venv: 'echo "ensurepip is not available"; exit 1' });
  await expect(installedPython(join(directory, 'installed'))).rejects.toThrow(/python3-venv[\s\S]*ensurepip/);
});

it('says so when there is no usable Python', async () => {
  await writeFile(join(bin, 'python3'), '#!/bin/sh\necho "found 3.9.2" >&2; exit 1\n', { mode: 0o755 });
  await expect(installedPython(join(directory, 'installed'))).rejects.toThrow(
    /Python 3\.10 or newer[\s\S]*found 3\.9\.2/,
  );
});

it('installs nothing when an interpreter is given', async () => {
  process.env['BATCHWRIGHT_EMULATOR_PYTHON'] = '/opt/python';
  expect(await installedPython(join(directory, 'installed'))).toBe('/opt/python');
});

/** Puts a python3 on the path that notes what it is asked for and makes an empty environment. */
async function fakePython({ version = '3.13.0', venv = ':', pip = ':' } = {}): Promise<void> {
  const script = `#!/bin/sh
case "$2" in
  venv) ${venv}; echo venv >> ${directory}/steps; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  pip) ${pip}; echo "pip $3" >> ${directory}/steps ;;
  *) echo /usr/bin/python3 ${version} ;;
esac
`;
  await writeFile(join(bin, 'python3'), script, { mode: 0o755 });
}

async function steps(): Promise<readonly string[]> {
  return (await readFile(join(directory, 'steps'), 'utf8')).trim().split('\n');
}
