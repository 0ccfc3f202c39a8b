import { execFileSync } from 'node:child_process';

/** The real interpreter behind `python3` (or BATCHWRIGHT_TEST_PYTHON), so that version managers stay out of the tests. */
export const python = execFileSync(
  process.env['BATCHWRIGHT_TEST_PYTHON'] ?? 'python3',
  ['-c', 'import sys; print(sys.executable)'],
  { encoding: 'utf8' },
).trim();

/** Runs a Python program with a text as its input; gives what it prints as JSON. Throws when it fails. */
export function pythonJson(program: string, input: string, interpreter = python): unknown {
  return JSON.parse(execFileSync(interpreter, ['-c', program], { input, encoding: 'utf8' }));
}
